// What entities, actions and contexts there are, and of what types: the schema language's text form.
//
// Immutable once parsed, cheap to copy (a shared pointer), safe to read from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "policy/value.h"

namespace aegis::policy {

struct AttributeType;

struct Type {
  enum class Kind : std::uint8_t {
    boolean,
    always,  // a boolean that is known to be true, and one known to be false; the validator's own
    never,
    integer,
    string,
    entity,
    set,
    record,
    extension,
    undescribed,  // of whatever type its use asks for; the validator's own
  };
  Kind kind = Kind::boolean;
  std::string_view name;                      // entity and extension
  const Type* element = nullptr;              // set
  std::span<const AttributeType> attributes;  // record; sorted by name
};

struct AttributeType {
  std::string_view name;
  const Type* type = nullptr;
  bool required = true;
};

struct EntityType {
  std::string_view name;
  std::vector<std::string_view> ancestors;  // types it may be in, directly or not; sorted
  const Type* shape = nullptr;              // a record
  const Type* tags = nullptr;               // null: it has none
  std::vector<std::string_view> ids;        // of an enumeration: all there are
};

struct ActionType {
  EntityUid uid;
  std::vector<EntityUid> ancestors;  // actions it is in, directly or not; sorted
  std::vector<std::string_view> principals;
  std::vector<std::string_view> resources;
  const Type* context = nullptr;  // a record
};

class Schema {
 public:
  // Errors (invalid_input, limit) read `line:column: what is wrong`.
  static Result<Schema> parse(std::string_view text);

  // Null for what is not declared.
  const EntityType* entity(std::string_view name) const;
  const ActionType* action(const EntityUid& uid) const;
  std::span<const ActionType> actions() const;

 private:
  friend class SchemaResolver;
  struct Data;
  std::shared_ptr<const Data> data_;
};

}  // namespace aegis::policy
