// URLs as a server names them: in Location headers and in the `endpoint` event of HTTP+SSE. Whatever is
// accepted must be fit for a request line, and must mean the same when it is read again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/upstream/url.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string text_of(const aegis::gateway::Url& url) {
  const bool six = url.host.find(':') != std::string::npos;
  return url.scheme + "://" + (six ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port) +
         url.target;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aegis::gateway;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto base = parse_url("https://host.example:8443/a/b?c");
  require(base.has_value());
  for (const auto& url : {parse_url(text), resolve_url(*base, text)}) {
    if (!url) {
      require(!url.error().message.empty());
      continue;
    }
    require(url->target.starts_with('/') && !url->host.empty() && url->port > 0 && url->port < 65536);
    for (const char c : url->target + url->host) require(static_cast<unsigned char>(c) > 0x20 && c != 0x7f);
    require(url->target.find('#') == std::string::npos);
    if (text_of(*url).size() > kMaxUrlBytes) continue;
    const auto again = parse_url(text_of(*url));
    require(again && same_origin(*again, *url) && again->target == url->target);
    const auto resolved = resolve_url(*base, text_of(*url));
    require(resolved && same_origin(*resolved, *url) && resolved->target == url->target);
  }
  return 0;
}
