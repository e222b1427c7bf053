#include "policy/value.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "policy/names.h"
#include "policy/operations.h"

namespace aegis::policy {

namespace {

std::strong_ordering compare_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return std::memcmp(a.data(), b.data(), a.size()) <=> 0;
}

std::strong_ordering compare_sets(const Value& a, const Value& b, std::uint64_t& work) {
  const auto x = a.as_set();
  const auto y = b.as_set();
  if (x.size() != y.size()) return x.size() <=> y.size();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto order = compare(x[i], y[i], work);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_records(const Value& a, const Value& b, std::uint64_t& work) {
  const auto x = a.as_record();
  const auto y = b.as_record();
  if (x.size() != y.size()) return x.size() <=> y.size();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto names = compare_text(x[i].name, y[i].name);
    if (names != 0) return names;
    const auto order = compare(x[i].value, y[i].value, work);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace

std::string_view name_of(Kind kind) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "bool", "long", "string", "entity", "set", "record", "ipaddr", "decimal", "datetime", "duration"};
  return kNames[static_cast<std::size_t>(kind)];
}

EntityUid entity_uid(std::string_view type, std::string_view id) {
  const std::uint64_t of_type = std::hash<std::string_view>{}(type);
  const std::uint64_t of_id = std::hash<std::string_view>{}(id);
  return {type, id, of_type * 0x9E3779B97F4A7C15u + (of_id ^ (of_id >> 29))};
}

std::string to_string(const EntityUid& uid) { return std::string(uid.type) + "::" + quoted(uid.id); }

Value Value::string(std::string_view text) {
  Value value;
  value.kind_ = Kind::string;
  value.size_ = static_cast<std::uint32_t>(text.size());
  value.text_ = text.data();
  return value;
}

Value Value::entity(const EntityUid* uid) {
  Value value;
  value.kind_ = Kind::entity;
  value.uid_ = uid;
  return value;
}

Value Value::ip(const Ip* address) {
  Value value;
  value.kind_ = Kind::ip;
  value.ip_ = address;
  return value;
}

Value Value::sorted_set(std::span<const Value> elements) {
  Value value;
  value.kind_ = Kind::set;
  value.size_ = static_cast<std::uint32_t>(elements.size());
  value.elements_ = elements.data();
  return value;
}

Value Value::sorted_record(std::span<const Field> fields) {
  Value value;
  value.kind_ = Kind::record;
  value.size_ = static_cast<std::uint32_t>(fields.size());
  value.fields_ = fields.data();
  return value;
}

std::strong_ordering compare(const Value& a, const Value& b, std::uint64_t& work) {
  ++work;
  if (a.kind() != b.kind()) return a.kind() <=> b.kind();
  switch (a.kind()) {
    case Kind::string:
      work += std::min(a.as_string().size(), b.as_string().size()) / kBytesPerStep;
      return compare_text(a.as_string(), b.as_string());
    case Kind::entity: {
      const EntityUid& x = a.as_entity();
      const EntityUid& y = b.as_entity();
      if (x.hash != y.hash) return x.hash <=> y.hash;
      work += (x.type.size() + x.id.size()) / kBytesPerStep;
      const auto types = compare_text(x.type, y.type);
      return types != 0 ? types : compare_text(x.id, y.id);
    }
    case Kind::set: return compare_sets(a, b, work);
    case Kind::record: return compare_records(a, b, work);
    case Kind::ip: return a.as_ip() <=> b.as_ip();
    default: return a.as_integer() <=> b.as_integer();
  }
}

bool name_before(std::string_view a, std::string_view b) { return compare_text(a, b) < 0; }

const Value* find_field(std::span<const Field> sorted, std::string_view name) {
  const auto at = std::lower_bound(
      sorted.begin(), sorted.end(), name,
      [](const Field& field, std::string_view wanted) { return name_before(field.name, wanted); });
  return at != sorted.end() && at->name == name ? &at->value : nullptr;
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {"", 0};
  char* bytes = static_cast<char*>(memory_.allocate(text.size(), 1));
  std::memcpy(bytes, text.data(), text.size());
  return {bytes, text.size()};
}

EntityUid Arena::copy(const EntityUid& uid) { return {copy(uid.type), copy(uid.id), uid.hash}; }

Value Arena::set(std::span<Value> elements, std::uint64_t& work) {
  std::sort(elements.begin(), elements.end(),
            [&work](const Value& a, const Value& b) { return compare(a, b, work) < 0; });
  const auto end = std::unique(elements.begin(), elements.end(),
                               [&work](const Value& a, const Value& b) { return compare(a, b, work) == 0; });
  return Value::sorted_set(copy<Value>({elements.data(), static_cast<std::size_t>(end - elements.begin())}));
}

Value Arena::set(std::span<Value> elements) {
  std::uint64_t work = 0;
  return set(elements, work);
}

Result<Value> Arena::record(std::span<Field> fields) {
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return name_before(a.name, b.name); });
  const auto twice = std::adjacent_find(fields.begin(), fields.end(),
                                        [](const Field& a, const Field& b) { return a.name == b.name; });
  if (twice != fields.end()) return invalid_input("two fields of one record have the same name");
  return Value::sorted_record(copy<Field>({fields.data(), fields.size()}));
}

}  // namespace aegis::policy
