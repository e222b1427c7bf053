#include "base/json.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace aegis {
namespace {

// nlohmann's reader, asked only for where and how a text stops being JSON: simdjson does not say.
struct Locator : nlohmann::json_sax<nlohmann::json> {
  std::size_t position = 0;
  bool out_of_range = false;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception& error) override {
    position = at;
    out_of_range = error.id == 406;
    return false;
  }
};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string at_byte(std::size_t position) { return " at byte " + std::to_string(position); }

// 1-based position of the first byte that is not UTF-8 (RFC 3629), or 0.
std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (!simdjson::validate_utf8(text.data() + i, std::min(length, text.size() - i))) return i + 1;
    i += length;
  }
  return 0;
}

Error describe(std::string_view text) {
  if (const auto at = first_invalid_utf8(text)) return invalid_input("invalid UTF-8" + at_byte(at));
  Locator locator;
  if (nlohmann::json::sax_parse(text, &locator)) return invalid_input("not valid JSON");
  if (locator.out_of_range) return invalid_input("a number is out of range" + at_byte(locator.position));
  if (locator.position > text.size()) {
    return invalid_input("the text ends in the middle of a value, after " + std::to_string(text.size()) +
                         " bytes");
  }
  const auto byte = static_cast<unsigned char>(text[locator.position == 0 ? 0 : locator.position - 1]);
  if (byte < 0x20)
    return invalid_input("a control character (byte value " + std::to_string(byte) + ") is not allowed" +
                         at_byte(locator.position));
  return invalid_input("not valid JSON" + at_byte(locator.position));
}

// Objects of this many keys or fewer are compared pairwise; more are sorted.
constexpr std::size_t kPairwiseKeys = 12;

bool has_duplicate(std::vector<std::string_view>& keys) {
  if (keys.size() <= kPairwiseKeys) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (keys[i] == keys[j]) return true;
      }
    }
    return false;
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

// Depth is already bounded by the parser (kMaxJsonDepth), so recursion is too. The repeated key is not named:
// keys are the sender's text.
bool any_duplicate_key(simdjson::dom::element element) {
  if (element.is_object()) {
    std::vector<std::string_view> keys;
    for (const auto field : simdjson::dom::object(element)) {
      keys.push_back(field.key);
      if ((field.value.is_object() || field.value.is_array()) && any_duplicate_key(field.value)) return true;
    }
    return has_duplicate(keys);
  }
  if (element.is_array()) {
    for (const auto item : simdjson::dom::array(element)) {
      if ((item.is_object() || item.is_array()) && any_duplicate_key(item)) return true;
    }
  }
  return false;
}

std::optional<unsigned> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  return value;
}

// Replaces escaped lone surrogates; nothing if there are none. Backslashes occur only inside strings, so no
// state but "the byte after a backslash" is needed.
std::optional<std::string> repair_surrogates(std::string_view text) {
  std::string repaired;
  std::size_t copied = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (text[i + 1] != 'u') {
      ++i;
      continue;
    }
    const auto unit = hex4(text.substr(i + 2));
    if (!unit) return std::nullopt;
    if (*unit < 0xD800 || *unit > 0xDFFF) {
      i += 5;
      continue;
    }
    if (*unit < 0xDC00 && text.substr(i + 6, 2) == "\\u") {
      const auto low = hex4(text.substr(i + 8));
      if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
        i += 11;
        continue;
      }
    }
    repaired.append(text, copied, i - copied);
    repaired += "\\ufffd";
    copied = i + 6;
    i += 5;
  }
  if (copied == 0) return std::nullopt;
  repaired.append(text, copied);
  return repaired;
}

// simdjson holds integers in 64 bits and refuses longer ones, which Python servers do send. Numbers are not
// scanned, so the view gets a fraction in their place (which can be mistaken for no id) while the text that
// is forwarded keeps them. REQUIRES: `text` is valid JSON.
std::string without_long_integers(std::string_view text) {
  constexpr std::size_t kDigitsOf64Bits = 18;
  // No integer, and too small for a decimal of a policy: who reads it learns that it cannot be read.
  constexpr std::string_view kStandIn = "1e-9";
  std::string view(text);
  bool in_string = false;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const char c = view[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      const std::size_t end = std::min(view.find_first_not_of("+-.0123456789eE", i), view.size());
      if (end - i > kDigitsOf64Bits) {
        view.replace(i, kStandIn.size(), kStandIn);
        std::fill(view.begin() + static_cast<std::ptrdiff_t>(i + kStandIn.size()),
                  view.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      }
      i = end - 1;
    }
  }
  return view;
}

}  // namespace

Result<ParsedJson> JsonParser::parse(std::string_view text) {
  if (text.size() > max_bytes_) {
    return limit_reached("the message has " + std::to_string(text.size()) +
                         " bytes, more than the limit of " + std::to_string(max_bytes_));
  }
  if (text.empty()) return invalid_input("the text is empty");
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    return invalid_input("the text starts with a byte order mark");
  }
  if (parser_.max_depth() != kMaxJsonDepth) {
    if (parser_.allocate(4096, kMaxJsonDepth) != simdjson::SUCCESS)
      return unavailable("no memory for a message");
  }
  simdjson::dom::element root;
  auto status = parser_.parse(text.data(), text.size()).get(root);
  if (status == simdjson::STRING_ERROR) {
    if (auto repaired = repair_surrogates(text)) {
      repaired_ = std::move(*repaired);
      text = repaired_;
      status = parser_.parse(text.data(), text.size()).get(root);
    }
  }
  // Which error a long integer gives differs between versions of simdjson, so it is recognised by being JSON
  // all the same.
  if (status != simdjson::SUCCESS && status != simdjson::DEPTH_ERROR && nlohmann::json::accept(text)) {
    viewed_ = without_long_integers(text);
    status = parser_.parse(viewed_.data(), viewed_.size()).get(root);
  }
  if (status == simdjson::DEPTH_ERROR) {
    return limit_reached("values are nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
  }
  if (status == simdjson::EMPTY) return invalid_input("the text is empty");
  if (status == simdjson::MEMALLOC || status == simdjson::CAPACITY)
    return unavailable("no memory for a message");
  if (status != simdjson::SUCCESS) return describe(text);
  if (any_duplicate_key(root)) return invalid_input("an object holds the same key twice");
  return ParsedJson{root, text};
}

Result<Json> parse_json(std::string_view text, std::size_t max_bytes) {
  JsonParser parser(max_bytes);
  auto parsed = parser.parse(text);
  if (!parsed) return parsed.error();
  Json value = Json::parse(parsed->text, nullptr, false);
  if (value.is_discarded()) return invalid_input("a number is out of range");
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace aegis
