// A schema as its text declares it: names not yet resolved.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ast.h"

namespace aegis::policy {

struct DeclaredField;

struct DeclaredType {
  enum class Kind : std::uint8_t { name, set, record };
  Kind kind = Kind::name;
  std::string_view name;
  std::vector<DeclaredType> element;  // of a set: one
  std::vector<DeclaredField> fields;
  Position at;
};

struct DeclaredField {
  std::string_view name;
  DeclaredType type;
  bool required = true;
};

struct DeclaredName {
  std::string_view name;
  Position at;
};

struct DeclaredEntity {
  std::string_view space;  // the namespace, "" for none
  std::string_view name;
  std::vector<DeclaredName> in;
  std::optional<DeclaredType> shape;
  std::optional<DeclaredType> tags;
  std::vector<std::string_view> ids;
  Position at;
};

struct DeclaredAction {
  std::string_view space;
  std::string_view id;
  struct Group {
    std::string_view type;  // "" for an action of the same namespace
    std::string_view id;
    Position at;
  };
  std::vector<Group> in;
  std::vector<DeclaredName> principals;
  std::vector<DeclaredName> resources;
  std::optional<DeclaredType> context;
  Position at;
};

struct DeclaredCommon {
  std::string_view space;
  std::string_view name;
  DeclaredType type;
  Position at;
};

struct Declarations {
  std::vector<DeclaredEntity> entities;
  std::vector<DeclaredAction> actions;
  std::vector<DeclaredCommon> types;
};

// Names and strings are copied to the arena.
Result<Declarations> parse_declarations(std::string_view text, Arena& arena);

}  // namespace aegis::policy
