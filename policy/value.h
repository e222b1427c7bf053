// Values of the policy language: what attributes, contexts and expressions are made of.
//
// A Value is a handle of 16 bytes, copied freely. Strings, sets, records, entity uids and addresses live
// elsewhere: in the Arena they were made in, or in memory of the caller (Value::string, Value::entity).
// Whoever keeps a Value keeps that memory. Values never change once made, so any thread may read them.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "policy/extensions/ip.h"

namespace aegis::policy {

enum class Kind : std::uint8_t {
  boolean,
  integer,
  string,
  entity,
  set,
  record,
  ip,
  decimal,
  datetime,
  duration
};

// As the language calls it, for messages: "long", "set", …
std::string_view name_of(Kind kind);

// The name of an entity: Namespace::Type::"id". Views into memory of whoever made it.
struct EntityUid {
  std::string_view type;
  std::string_view id;
  // Of both; entity_uid() fills it in. Equal uids have equal hashes, and every comparison looks at the text
  // as well.
  std::uint64_t hash = 0;

  friend bool operator==(const EntityUid& a, const EntityUid& b) {
    return a.hash == b.hash && a.id == b.id && a.type == b.type;
  }
  // An order for look-up, not for people.
  friend bool operator<(const EntityUid& a, const EntityUid& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    if (a.type != b.type) return a.type < b.type;
    return a.id < b.id;
  }
};

EntityUid entity_uid(std::string_view type, std::string_view id);
// As it is written in a policy, escaped.
std::string to_string(const EntityUid& uid);

struct Field;

class Value {
 public:
  Value() = default;  // false

  static Value boolean(bool value) { return Value(Kind::boolean, value ? 1 : 0); }
  static Value integer(std::int64_t value) { return Value(Kind::integer, value); }
  static Value decimal(std::int64_t ten_thousandths) { return Value(Kind::decimal, ten_thousandths); }
  static Value datetime(std::int64_t unix_ms) { return Value(Kind::datetime, unix_ms); }
  static Value duration(std::int64_t ms) { return Value(Kind::duration, ms); }
  // Views: the text, uid or address must outlive the value. Text is UTF-8 of fewer than 2^32 bytes.
  static Value string(std::string_view text);
  static Value entity(const EntityUid* uid);
  static Value ip(const Ip* address);
  // Elements sorted and distinct, fields sorted by name and distinct: Arena::set and Arena::record see to it.
  static Value sorted_set(std::span<const Value> elements);
  static Value sorted_record(std::span<const Field> fields);

  Kind kind() const { return kind_; }

  // REQUIRES for each: the kind it names.
  bool as_bool() const { return number_ != 0; }
  // Also of decimal (ten-thousandths), datetime (ms since 1970) and duration (ms).
  std::int64_t as_integer() const { return number_; }
  std::string_view as_string() const { return {text_, size_}; }
  const EntityUid& as_entity() const { return *uid_; }
  const Ip& as_ip() const { return *ip_; }
  std::span<const Value> as_set() const { return {elements_, size_}; }
  std::span<const Field> as_record() const;

 private:
  Value(Kind kind, std::int64_t number) : kind_(kind), number_(number) {}

  Kind kind_ = Kind::boolean;
  std::uint32_t size_ = 0;
  union {
    std::int64_t number_ = 0;
    const char* text_;
    const EntityUid* uid_;
    const Ip* ip_;
    const Value* elements_;
    const Field* fields_;
  };
};

struct Field {
  std::string_view name;
  Value value;
};

static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

inline std::span<const Field> Value::as_record() const { return {fields_, size_}; }

// A total order over all values: equal exactly when the language says `==`. Not the order of `<`. Adds to
// `work` what it cost, in visited values and 64 bytes of text.
std::strong_ordering compare(const Value& a, const Value& b, std::uint64_t& work);

// Fields of a record are in this order.
bool name_before(std::string_view a, std::string_view b);

// The field's value, or null.
const Value* find_field(std::span<const Field> sorted, std::string_view name);

// Memory that is given back all at once. One thread at a time fills it; what it holds may be read by any.
class Arena {
 public:
  Arena() = default;
  // Takes from `first` until it is full, then from the heap. REQUIRES: `first` outlives the arena.
  explicit Arena(std::span<std::byte> first) : memory_(first.data(), first.size()) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::string_view copy(std::string_view text);
  EntityUid copy(const EntityUid& uid);
  template <class T>
  std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_destructible_v<T>);
    const std::span<T> out = array<T>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) out[i] = items[i];
    return out;
  }
  template <class T>
  std::span<T> array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    T* items = static_cast<T*>(memory_.allocate(count * sizeof(T), alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (items + i) T();
    return {items, count};
  }
  template <class T>
  T* make(T value) {
    const std::span<T> one = array<T>(1);
    one[0] = value;
    return one.data();
  }

  // Copies of what they are given. Elements and fields are sorted in place first.
  Value string(std::string_view text) { return Value::string(copy(text)); }
  Value entity(std::string_view type, std::string_view id) {
    return Value::entity(make(copy(entity_uid(type, id))));
  }
  Value ip(const Ip& address) { return Value::ip(make(address)); }
  Value set(std::span<Value> elements, std::uint64_t& work);
  Value set(std::span<Value> elements);
  // invalid_input where two fields have one name. The names are not copied.
  Result<Value> record(std::span<Field> fields);

 private:
  std::pmr::monotonic_buffer_resource memory_;
};

}  // namespace aegis::policy
