#include "gateway/fields.h"

#include <cstdint>
#include <utility>

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

// The member whose string value is a base64 payload: `data` of image and audio content, `blob` of a resource.
bool is_payload_key(std::string_view key, bool is_media) {
  return key == "blob" || (key == "data" && is_media);
}

bool is_media_type(std::string_view type) { return type == "image" || type == "audio"; }

bool is_media(const dom::object& object) {
  std::string_view type;
  return object["type"].get(type) == simdjson::SUCCESS && is_media_type(type);
}

bool is_media(const Json& object) {
  const auto type = object.find("type");
  return type != object.end() && type->is_string() && is_media_type(type->get_ref<const std::string&>());
}

// Appends one reference token (RFC 6901, section 3).
void append_token(std::string* pointer, std::string_view token) {
  *pointer += '/';
  for (const char c : token) {
    if (c == '~')
      *pointer += "~0";
    else if (c == '/')
      *pointer += "~1";
    else
      *pointer += c;
  }
}

bool find_pointer(dom::element value, std::size_t* remaining, std::string* pointer) {
  if (value.is_string()) return (*remaining)-- == 0;
  if (value.is_object()) {
    const dom::object object(value);
    const bool media = is_media(object);
    for (const auto field : object) {
      const std::size_t length = pointer->size();
      append_token(pointer, field.key);
      if ((*remaining)-- == 0) return true;
      if (!(is_payload_key(field.key, media) && field.value.is_string()) &&
          find_pointer(field.value, remaining, pointer)) {
        return true;
      }
      pointer->resize(length);
    }
  } else if (value.is_array()) {
    std::size_t position = 0;
    for (const auto item : dom::array(value)) {
      const std::size_t length = pointer->size();
      append_token(pointer, std::to_string(position++));
      if (find_pointer(item, remaining, pointer)) return true;
      pointer->resize(length);
    }
  }
  return false;
}

class Editor {
 public:
  explicit Editor(std::span<const guard::Edit> edits) : edits_(edits) {}

  void walk(Json* value) {
    if (value->is_string()) {
      if (const auto* edit = take()) *value = edit->text;
    } else if (value->is_object()) {
      const bool media = is_media(*value);
      std::vector<std::pair<std::string, std::string>> renamed;
      for (auto& [key, member] : value->items()) {
        if (const auto* edit = take()) renamed.emplace_back(key, edit->text);
        if (!(is_payload_key(key, media) && member.is_string())) walk(&member);
      }
      if (!renamed.empty()) rename(renamed, value);
    } else if (value->is_array()) {
      for (auto& item : *value) walk(&item);
    }
  }

 private:
  // The edit of the field now walked past, if it has one.
  const guard::Edit* take() {
    const std::size_t index = index_++;
    if (edits_.empty() || edits_.front().field != index) return nullptr;
    const auto* edit = &edits_.front();
    edits_ = edits_.subspan(1);
    return edit;
  }

  static void rename(const std::vector<std::pair<std::string, std::string>>& renamed, Json* object) {
    Json copy = Json::object();
    auto next = renamed.begin();
    for (auto& [key, member] : object->items()) {
      if (next == renamed.end() || next->first != key) {
        copy[key] = std::move(member);
        continue;
      }
      // Two keys may get the same placeholder; both members are kept.
      std::string name = next->second;
      for (int copies = 2; copy.contains(name); ++copies) name = next->second + "#" + std::to_string(copies);
      copy[name] = std::move(member);
      ++next;
    }
    *object = std::move(copy);
  }

  std::span<const guard::Edit> edits_;
  std::size_t index_ = 0;
};

}  // namespace

void collect_fields(dom::element value, std::vector<std::string_view>* fields) {
  if (value.is_string()) {
    fields->push_back(std::string_view(value));
  } else if (value.is_object()) {
    const dom::object object(value);
    const bool media = is_media(object);
    for (const auto field : object) {
      fields->push_back(field.key);
      if (!(is_payload_key(field.key, media) && field.value.is_string())) collect_fields(field.value, fields);
    }
  } else if (value.is_array()) {
    for (const auto item : dom::array(value)) collect_fields(item, fields);
  }
}

std::string field_pointer(dom::element value, std::size_t index) {
  std::string pointer;
  find_pointer(value, &index, &pointer);
  return pointer;
}

void apply_edits(std::span<const guard::Edit> edits, Json* value) { Editor(edits).walk(value); }

}  // namespace aegis::gateway
