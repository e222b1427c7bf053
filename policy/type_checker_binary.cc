// Operators of two arguments, and membership.
#include <algorithm>

#include "policy/names.h"
#include "policy/printer.h"
#include "policy/type_checker.h"

namespace aegis::policy {

namespace {

constexpr Type kBoolean{Type::Kind::boolean, {}, nullptr, {}};
constexpr Type kAlways{Type::Kind::always, {}, nullptr, {}};
constexpr Type kNever{Type::Kind::never, {}, nullptr, {}};
constexpr Type kInteger{Type::Kind::integer, {}, nullptr, {}};

bool comparable(const Type* type) {
  return may_be(type, Type::Kind::integer) ||
         (type->kind == Type::Kind::extension && (type->name == "datetime" || type->name == "duration"));
}

const Type* opposite(const Type* type) {
  return type->kind == Type::Kind::always ? &kNever : type->kind == Type::Kind::never ? &kAlways : type;
}

}  // namespace

TypeChecker::Typed TypeChecker::binary(const Expr& expr, const Capabilities& known) {
  const Typed left = check(*expr.args[0], known);
  if (left.type == nullptr) return left;
  const Typed right = check(*expr.args[1], known);
  if (right.type == nullptr) return right;
  const Type* a = left.type;
  const Type* b = right.type;
  switch (expr.op) {
    case Op::equal: return equality(expr, a, b);
    case Op::not_equal: {
      const Typed equal = equality(expr, a, b);
      return equal.type == nullptr ? equal : Typed{opposite(equal.type), {}};
    }
    case Op::in: return membership(expr, a, *expr.args[0], b, *expr.args[1]);
    case Op::has_tag:
    case Op::get_tag: return tag(expr, a, b, known);
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      if (!comparable(a)) return wrong(expr, "Long, datetime or duration", a);
      if (a->kind == Type::Kind::undescribed && !comparable(b))
        return wrong(expr, "Long, datetime or duration", b);
      return join(a, b) != nullptr ? Typed{&kBoolean, {}} : wrong(expr, to_string(*a), b);
    case Op::contains:
      if (a->kind == Type::Kind::undescribed) return {&kBoolean, {}};
      if (a->kind != Type::Kind::set) return wrong(expr, "a set", a);
      return join(a->element, b) != nullptr ? Typed{&kBoolean, {}} : wrong(expr, to_string(*a->element), b);
    case Op::contains_all:
    case Op::contains_any:
      if (!may_be(a, Type::Kind::set)) return wrong(expr, "a set", a);
      if (!may_be(b, Type::Kind::set)) return wrong(expr, "a set", b);
      return join(a, b) != nullptr ? Typed{&kBoolean, {}} : wrong(expr, to_string(*a), b);
    default:
      if (!may_be(a, Type::Kind::integer)) return wrong(expr, "Long", a);
      return may_be(b, Type::Kind::integer) ? Typed{&kInteger, {}} : wrong(expr, "Long", b);
  }
}

// A literal entity, or `action`, which stands for the action of this kind of request.
std::optional<EntityUid> TypeChecker::literal_uid(const Expr& expr) const {
  if (expr.op == Op::variable && expr.variable == Variable::action) return request_.action->uid;
  if (expr.op == Op::literal && expr.value.kind() == Kind::entity) return expr.value.as_entity();
  return std::nullopt;
}

TypeChecker::Typed TypeChecker::equality(const Expr& expr, const Type* a, const Type* b) {
  const Expr& x = *expr.args[0];
  const Expr& y = *expr.args[1];
  const auto uid_x = literal_uid(x);
  const auto uid_y = literal_uid(y);
  if (uid_x && uid_y) return {*uid_x == *uid_y ? &kAlways : &kNever, {}};
  if ((x.op == Op::literal || uid_x) && (y.op == Op::literal || uid_y)) {
    std::uint64_t work = 0;
    const bool same = !uid_x && !uid_y && compare(x.value, y.value, work) == 0;
    return {same ? &kAlways : &kNever, {}};
  }
  if (join(a, b) != nullptr) return {&kBoolean, {}};
  if (a->kind == Type::Kind::entity && b->kind == Type::Kind::entity) return {&kNever, {}};
  return fail(expr, to_string(*a) + " is compared with " + to_string(*b));
}

bool TypeChecker::may_be_in(std::string_view inner, std::string_view outer) const {
  if (inner == outer) return true;
  const EntityType* declared = schema_.entity(inner);
  return declared != nullptr &&
         std::binary_search(declared->ancestors.begin(), declared->ancestors.end(), outer);
}

TypeChecker::Typed TypeChecker::membership(const Expr& expr, const Type* a, const Expr& element,
                                           const Type* b, const Expr& group) {
  if (a->kind != Type::Kind::entity) return wrong(expr, "an entity", a);
  const bool set = b->kind == Type::Kind::set;
  if (!(set ? b->element : b) || (set ? b->element : b)->kind != Type::Kind::entity)
    return wrong(expr, "an entity or a set of entities", b);
  const auto uid = literal_uid(element);
  const ActionType* action = uid ? schema_.action(*uid) : nullptr;
  if (action != nullptr) {
    const auto covers = [&](const EntityUid& other) {
      return other == *uid || std::binary_search(action->ancestors.begin(), action->ancestors.end(), other);
    };
    if (const auto other = literal_uid(group); other && !set)
      return {covers(*other) ? &kAlways : &kNever, {}};
    if (group.op == Op::set) {
      const bool literals = std::all_of(group.args.begin(), group.args.end(),
                                        [&](const Expr* one) { return literal_uid(*one).has_value(); });
      const bool any = literals && std::any_of(group.args.begin(), group.args.end(),
                                               [&](const Expr* one) { return covers(*literal_uid(*one)); });
      if (literals) return {any ? &kAlways : &kNever, {}};
    }
  }
  return {may_be_in(a->name, (set ? b->element : b)->name) ? &kBoolean : &kNever, {}};
}

TypeChecker::Typed TypeChecker::is(const Expr& expr, const Capabilities& known) {
  const Typed typed = check(*expr.args[0], known);
  if (typed.type == nullptr) return typed;
  if (typed.type->kind != Type::Kind::entity) return wrong(expr, "an entity", typed.type);
  const bool matches = typed.type->name == expr.names[0];
  if (!matches || expr.args.size() == 1) return {matches ? &kAlways : &kNever, {}};
  const Typed group = check(*expr.args[1], known);
  return group.type == nullptr ? group
                               : membership(expr, typed.type, *expr.args[0], group.type, *expr.args[1]);
}

TypeChecker::Typed TypeChecker::tag(const Expr& expr, const Type* a, const Type* b,
                                    const Capabilities& known) {
  if (a->kind != Type::Kind::entity) return wrong(expr, "an entity", a);
  if (b->kind != Type::Kind::string) return wrong(expr, "String", b);
  const EntityType* declared = schema_.entity(a->name);
  const bool has_tags = declared != nullptr && declared->tags != nullptr;
  const std::string capability = to_text(*expr.args[0]) + " tagged " + to_text(*expr.args[1]);
  if (expr.op == Op::has_tag) {
    if (!has_tags) return {&kNever, {}};
    if (known.count(capability) > 0) return {&kAlways, {}};
    return {&kBoolean, {capability}};
  }
  if (!has_tags) return fail(expr, to_string(*a) + " has no tags");
  if (known.count(capability) == 0) return fail(expr, "the tag may be missing; check with hasTag first");
  return {declared->tags, {}};
}

}  // namespace aegis::policy
