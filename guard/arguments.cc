#include "guard/arguments.h"

#include <cmath>
#include <cstdint>
#include <optional>

namespace aegis::guard {
namespace {

namespace dom = simdjson::dom;
using policy::Arena;
using policy::Field;
using policy::Value;

// Ten-thousandths up to here are exact in a double, so that one decimal is one number and back.
constexpr double kMostTenThousandths = 9007199254740992.0;  // 2^53

std::optional<Value> decimal(double number) {
  const double scaled = std::nearbyint(number * 10'000.0);
  if (std::abs(scaled) >= kMostTenThousandths || scaled / 10'000.0 != number) return std::nullopt;
  return Value::decimal(static_cast<std::int64_t>(scaled));
}

class Maker {
 public:
  explicit Maker(Arena& arena) : arena_(arena) {}

  // Nothing where the language has no such value. Recursion is bounded by the parser's depth limit.
  std::optional<Value> value(dom::element json) {
    if (++made_ > kMaxArgumentValues) return std::nullopt;
    switch (json.type()) {
      case dom::element_type::STRING: return Value::string(std::string_view(json));
      case dom::element_type::BOOL: return Value::boolean(bool(json));
      case dom::element_type::INT64: return Value::integer(std::int64_t(json));
      case dom::element_type::DOUBLE: return decimal(double(json));
      case dom::element_type::ARRAY: return set(dom::array(json));
      case dom::element_type::OBJECT: return record(dom::object(json));
      case dom::element_type::UINT64:  // beyond 2^63
      case dom::element_type::NULL_VALUE:
      default: return std::nullopt;
    }
  }

  // Only what one member holds is left out with it.
  std::optional<Value> members(const dom::object& object, std::vector<std::string_view>* left_out) {
    std::vector<Field> fields;
    for (const auto member : object) {
      if (member.value.is_null()) continue;
      if (const auto one = value(member.value))
        fields.push_back({member.key, *one});
      else if (left_out != nullptr)
        left_out->push_back(member.key);
      else
        return std::nullopt;
    }
    const auto made = arena_.record(fields);
    if (!made) return std::nullopt;
    return *made;
  }

 private:
  std::optional<Value> record(const dom::object& object) { return members(object, nullptr); }

  std::optional<Value> set(const dom::array& array) {
    std::vector<Value> elements;
    for (const auto element : array) {
      if (element.is_null()) continue;
      const auto one = value(element);
      if (!one) return std::nullopt;
      elements.push_back(*one);
    }
    return arena_.set(elements);
  }

  Arena& arena_;
  std::size_t made_ = 0;
};

}  // namespace

ArgumentValue argument_value(dom::element json, Arena& arena) {
  ArgumentValue out;
  if (json.is_null()) return out;
  dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    out.no_object = true;
    return out;
  }
  const auto record = Maker(arena).members(object, &out.left_out);
  if (record)
    out.record = *record;
  else
    out.no_object = true;
  return out;
}

}  // namespace aegis::guard
