// Policies as the parser reads them: plain nodes in an Arena, immutable once built, so any thread may walk
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "policy/functions.h"
#include "policy/value.h"

namespace aegis::policy {

// Where something stands in its text, both from 1; columns count bytes. 0 where it came from JSON.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

enum class Op : std::uint8_t {
  literal,   // value: bool, long, string or entity
  variable,  // variable
  not_,      // args: 1
  negate,    // args: 1
  if_,       // args: condition, then, else
  and_,      // args: 2 or more, left to right
  or_,       // as and_
  equal,     // args: 2, and so on
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  add,
  subtract,
  multiply,
  contains,
  contains_all,
  contains_any,
  is_empty,  // args: 1
  get_tag,
  has_tag,
  attribute,  // args: 1; names: 1
  has,        // args: 1; names: 1 or more, `has a.b.c`
  like,       // args: 1; names: the pieces between the wildcards
  is,         // args: 1, or 2 with `in`; names: the type
  set,        // args
  record,     // args, and as many names
  call,       // function; args with the receiver
};

enum class Variable : std::uint8_t { principal, action, resource, context };
std::string_view name_of(Variable variable);

struct Expr {
  Op op = Op::literal;
  // `value` is what this evaluates to, whatever the request: a literal, or worked out at load.
  bool constant = false;
  Variable variable = Variable::principal;
  Function function = Function::ip;
  std::uint16_t depth = 1;
  Position at;
  Value value;
  std::span<const Expr* const> args;
  std::span<const std::string_view> names;
};

// The operator or method of two arguments as text and JSON write it, "" for other operations.
std::string_view symbol(Op op);

enum class Effect : std::uint8_t { permit, forbid };

// What a scope says of principal, action or resource.
struct Constraint {
  enum class Kind : std::uint8_t { any, equal, in, is, is_in };
  Kind kind = Kind::any;
  // ?principal or ?resource stands where `entities` would; only in templates.
  bool slot = false;
  std::string_view type;                // is, is_in
  std::span<const EntityUid> entities;  // one, or any number of an action's `in`
};

struct Condition {
  bool unless = false;
  const Expr* body = nullptr;
};

struct Annotation {
  std::string_view name;
  std::string_view value;  // "" where there is none
  bool has_value = false;
};

struct Policy {
  std::string_view id;
  std::string_view template_id;  // of a linked policy: the template it is made from
  Effect effect = Effect::forbid;
  Position at;
  Constraint principal;
  Constraint action;
  Constraint resource;
  std::span<const Condition> conditions;
  std::span<const Annotation> annotations;  // sorted by name

  bool is_template() const { return principal.slot || resource.slot; }
  // Null where the policy has none of this name.
  const Annotation* annotation(std::string_view name) const;
};

// Makes expressions, bounds their depth and works out what is constant. One thread.
class ExprBuilder {
 public:
  explicit ExprBuilder(Arena& arena) : arena_(arena) {}

  Arena& arena() { return arena_; }

  const Expr* literal(Value value, Position at);
  const Expr* variable(Variable variable, Position at);
  // Null where the result would be deeper than kMaxExpressionDepth. Names are not copied. An `and_` or `or_`
  // whose first argument is of the same kind takes that one's arguments in its place.
  const Expr* make(Op op, std::span<const Expr* const> args, Position at,
                   std::span<const std::string_view> names = {});
  const Expr* call(Function function, std::span<const Expr* const> args, Position at);

 private:
  const Expr* finish(Expr expr, std::span<const Expr* const> args);

  Arena& arena_;
};

}  // namespace aegis::policy
