// The type of an expression for one kind of request: these types of principal and resource, this action.
//
// A boolean may be known: what cannot be reached is not checked. Capabilities are attributes and tags that a
// condition before has found present. One thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "policy/ast.h"
#include "policy/schema.h"

namespace aegis::policy {

struct RequestKind {
  std::string_view principal;
  std::string_view resource;
  const ActionType* action = nullptr;
  std::string_view undescribed;  // an attribute of the context; see validate()
};

class TypeChecker {
 public:
  // `arena` takes types; REQUIRES: all outlive the checker.
  TypeChecker(const Schema& schema, const RequestKind& request, Arena& arena)
      : schema_(schema), request_(request), builder_(arena) {}

  using Capabilities = std::set<std::string>;
  struct Typed {
    const Type* type = nullptr;  // null: an error, see error()
    Capabilities capabilities;   // what is present where this is true
  };
  Typed check(const Expr& expr, const Capabilities& known);
  // Its own type, or null after an error where it is no boolean.
  Typed check_boolean(const Expr& expr, const Capabilities& known);

  const std::string& error() const { return error_; }
  Position error_at() const { return error_at_; }

 private:
  Typed conjunction(const Expr& expr, const Capabilities& known);
  Typed disjunction(const Expr& expr, const Capabilities& known);
  Typed conditional(const Expr& expr, const Capabilities& known);
  Typed both(const Typed& left, const Expr& right, const Capabilities& known);
  Typed binary(const Expr& expr, const Capabilities& known);
  Typed equality(const Expr& expr, const Type* a, const Type* b);
  Typed membership(const Expr& expr, const Type* a, const Expr& element, const Type* b, const Expr& group);
  Typed tag(const Expr& expr, const Type* a, const Type* b, const Capabilities& known);
  Typed attribute(const Expr& expr, const Capabilities& known);
  Typed has(const Expr& expr, const Capabilities& known);
  Typed has_one(const Expr& receiver, std::string_view name, Position at, const Capabilities& known);
  Typed is(const Expr& expr, const Capabilities& known);
  Typed set(const Expr& expr, const Capabilities& known);
  Typed record(const Expr& expr, const Capabilities& known);
  Typed call(const Expr& expr, const Capabilities& known);
  Typed literal(const Expr& expr);
  Typed variable(const Expr& expr);

  // The type both are of, or null.
  const Type* join(const Type* a, const Type* b);
  const Type* join_records(const Type* a, const Type* b);
  const Type* entity(std::string_view name);
  const std::span<const AttributeType>* attributes_of(const Type* type) const;
  std::optional<EntityUid> literal_uid(const Expr& expr) const;
  bool may_be_in(std::string_view inner, std::string_view outer) const;
  Typed fail(const Expr& expr, std::string message);
  Typed wrong(const Expr& expr, std::string_view wanted, const Type* found);

  const Schema& schema_;
  const RequestKind& request_;
  ExprBuilder builder_;
  std::string error_;
  Position error_at_;
};

// For messages.
std::string to_string(const Type& type);
bool is_boolean(const Type* type);
// Whether it may be of that kind: it is, or nobody knows.
bool may_be(const Type* type, Type::Kind kind);

}  // namespace aegis::policy
