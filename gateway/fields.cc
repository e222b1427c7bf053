#include "gateway/fields.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

// A base64 payload: `data` of image and audio content, `blob` of a resource. Only what is nothing but base64
// and too long for a token counts, so that no text hides under these names.
bool is_payload_text(std::string_view key, bool is_media, std::string_view value) {
  constexpr std::size_t kShortestPayload = 256;
  if (key != "blob" && !(key == "data" && is_media)) return false;
  return value.size() >= kShortestPayload && std::all_of(value.begin(), value.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                  c == '/' || c == '=';
         });
}

bool is_payload(std::string_view key, bool is_media, dom::element value) {
  return value.is_string() && is_payload_text(key, is_media, std::string_view(value));
}

bool is_payload(std::string_view key, bool is_media, const Json& value) {
  return value.is_string() && is_payload_text(key, is_media, value.get_ref<const std::string&>());
}

// The state a server has a client carry for it between two halves of one call: opaque to both the client and
// us, never shown to a model, and useless to its server if a byte of it changed.
bool is_carried_state(std::size_t depth, std::string_view key) { return depth == 0 && key == "requestState"; }

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

// Walks in the order of collect_fields() and notes the pointers of the wanted fields.
class PointerFinder {
 public:
  explicit PointerFinder(std::span<const std::size_t> wanted) : wanted_(wanted) {}

  void walk(dom::element value, std::size_t depth) {
    if (wanted_.empty()) return;
    if (value.is_string()) {
      pass();
    } else if (value.is_object()) {
      const dom::object object(value);
      const bool media = is_media(object);
      for (const auto field : object) {
        const std::size_t length = pointer_.size();
        append_token(&pointer_, field.key);
        pass();
        if (!is_payload(field.key, media, field.value) && !is_carried_state(depth, field.key))
          walk(field.value, depth + 1);
        pointer_.resize(length);
      }
    } else if (value.is_array()) {
      std::size_t position = 0;
      for (const auto item : dom::array(value)) {
        const std::size_t length = pointer_.size();
        append_token(&pointer_, std::to_string(position++));
        walk(item, depth + 1);
        pointer_.resize(length);
      }
    }
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  void pass() {
    for (; !wanted_.empty() && wanted_.front() == index_; wanted_ = wanted_.subspan(1))
      found_.push_back(pointer_);
    ++index_;
  }

  std::span<const std::size_t> wanted_;
  std::size_t index_ = 0;
  std::string pointer_;
  std::vector<std::string> found_;
};

class Editor {
 public:
  explicit Editor(std::span<const guard::Edit> edits) : edits_(edits) {}

  void walk(Json* value, std::size_t depth) {
    if (value->is_string()) {
      if (const auto* edit = take()) *value = edit->text;
    } else if (value->is_object()) {
      const bool media = is_media(*value);
      std::vector<std::pair<std::string, std::string>> renamed;
      for (auto& [key, member] : value->items()) {
        if (const auto* edit = take()) renamed.emplace_back(key, edit->text);
        if (!is_payload(key, media, member) && !is_carried_state(depth, key)) walk(&member, depth + 1);
      }
      if (!renamed.empty()) rename(renamed, value);
    } else if (value->is_array()) {
      for (auto& item : *value) walk(&item, depth + 1);
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

void collect(dom::element value, std::size_t depth, std::vector<std::string_view>* fields) {
  if (value.is_string()) {
    fields->push_back(std::string_view(value));
  } else if (value.is_object()) {
    const dom::object object(value);
    const bool media = is_media(object);
    for (const auto field : object) {
      fields->push_back(field.key);
      if (!is_payload(field.key, media, field.value) && !is_carried_state(depth, field.key))
        collect(field.value, depth + 1, fields);
    }
  } else if (value.is_array()) {
    for (const auto item : dom::array(value)) collect(item, depth + 1, fields);
  }
}

}  // namespace

void collect_fields(dom::element value, std::vector<std::string_view>* fields) { collect(value, 0, fields); }

std::vector<std::string> field_pointers(dom::element value, std::span<const std::size_t> fields) {
  PointerFinder finder(fields);
  finder.walk(value, 0);
  return finder.take();
}

void apply_edits(std::span<const guard::Edit> edits, Json* value) { Editor(edits).walk(value, 0); }

}  // namespace aegis::gateway
