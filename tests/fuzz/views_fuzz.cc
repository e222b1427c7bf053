// Any bytes: views stay within their limits, and their offsets within the text, in order, and true for what
// was copied.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detectors/views.h"
#include "detectors/views/signs.h"

namespace {

using namespace aegis::detectors;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require(signs_of(text).any() == signs_of_portable(text).any());
  const ViewLimits limits;
  const Views views = views_of(text, limits);
  require(needs_views(text) || (views.views.empty() && views.complete));
  std::size_t bytes = 0;
  for (const View& view : views.views) {
    require(!view.text.empty());
    bytes += view.text.size();
    std::size_t last_start = 0;
    std::size_t last_end = 0;
    for (std::size_t i = 0; i < view.text.size(); ++i) {
      const auto [start, end] = view.map.original(i, i + 1);
      require(start <= end && end <= size && start >= last_start && end >= last_end);
      require(!view.map.copied(i, i + 1) || view.text[i] == text[start]);
      last_start = start;
      last_end = end;
    }
    const auto [start, end] = view.map.original(0, view.text.size());
    require(start <= end && end <= size);
  }
  require(bytes <= size * limits.max_times + limits.max_more);
  return 0;
}
