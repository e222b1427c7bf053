#include "guard/redact_fields.h"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "detectors/redact.h"

namespace aegis::guard {
namespace {

namespace dom = simdjson::dom;

// Texts to take out, by where they stand in memory: fields are views into the same document.
class Finder {
 public:
  explicit Finder(std::span<const std::string_view> names) : names_(names) {}

  // `inside`: the name this is below; empty: none.
  void walk(dom::element value, std::string_view inside) {
    if (value.is_object()) {
      for (const auto member : dom::object(value)) {
        const bool named = std::find(names_.begin(), names_.end(), member.key) != names_.end();
        walk(member.value, named ? member.key : inside);
      }
    } else if (value.is_array()) {
      for (const auto item : dom::array(value)) walk(item, inside);
    } else if (!inside.empty() && value.is_string()) {
      found.emplace(std::string_view(value).data(), inside);
    } else if (!inside.empty() && !value.is_null()) {
      unremovable = inside;
    }
  }

  std::unordered_map<const char*, std::string_view> found;
  std::string_view unremovable;

 private:
  std::span<const std::string_view> names_;
};

}  // namespace

FieldRedaction redact_fields(const Event& event, std::span<const std::string_view> names) {
  FieldRedaction out;
  if (event.value == nullptr) return out;
  Finder finder(names);
  finder.walk(*event.value, {});
  out.unremovable = finder.unremovable;
  for (std::size_t field = 0; field < event.fields.size(); ++field) {
    const auto found = finder.found.find(event.fields[field].data());
    if (found == finder.found.end()) continue;
    out.edits.push_back({.field = field,
                         .text = detectors::label(found->second),
                         .same_shape = detectors::same_shape(event.fields[field])});
    finder.found.erase(found);
  }
  // What is no field (a payload in base64) cannot be changed.
  if (!finder.found.empty()) out.unremovable = finder.found.begin()->second;
  return out;
}

}  // namespace aegis::guard
