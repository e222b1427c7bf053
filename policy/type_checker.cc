#include "policy/type_checker.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "policy/names.h"
#include "policy/printer.h"

namespace aegis::policy {

namespace {

constexpr Type kBoolean{Type::Kind::boolean, {}, nullptr, {}};
constexpr Type kAlways{Type::Kind::always, {}, nullptr, {}};
constexpr Type kNever{Type::Kind::never, {}, nullptr, {}};
constexpr Type kInteger{Type::Kind::integer, {}, nullptr, {}};
constexpr Type kString{Type::Kind::string, {}, nullptr, {}};
constexpr Type kIp{Type::Kind::extension, "ipaddr", nullptr, {}};
constexpr Type kDecimal{Type::Kind::extension, "decimal", nullptr, {}};
constexpr Type kDatetime{Type::Kind::extension, "datetime", nullptr, {}};
constexpr Type kDuration{Type::Kind::extension, "duration", nullptr, {}};
constexpr Type kUndescribed{Type::Kind::undescribed, {}, nullptr, {}};

using Capabilities = TypeChecker::Capabilities;

std::string present(const Expr& receiver, std::string_view attribute) {
  return to_text(receiver) + " has " + quoted(attribute);
}

Capabilities united(const Capabilities& a, const Capabilities& b) {
  Capabilities out = a;
  out.insert(b.begin(), b.end());
  return out;
}
Capabilities shared(const Capabilities& a, const Capabilities& b) {
  Capabilities out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
  return out;
}

const Type* truth(bool value) { return value ? &kAlways : &kNever; }

const AttributeType* find(std::span<const AttributeType> attributes, std::string_view name) {
  const auto found =
      std::lower_bound(attributes.begin(), attributes.end(), name,
                       [](const AttributeType& a, std::string_view wanted) { return a.name < wanted; });
  return found != attributes.end() && found->name == name ? &*found : nullptr;
}

struct Signature {
  Function function;
  const Type* receiver;
  const Type* argument;  // null: none
  const Type* result;
};
constexpr Signature kMethods[] = {
    {Function::is_ipv4, &kIp, nullptr, &kBoolean},
    {Function::is_ipv6, &kIp, nullptr, &kBoolean},
    {Function::is_loopback, &kIp, nullptr, &kBoolean},
    {Function::is_multicast, &kIp, nullptr, &kBoolean},
    {Function::is_in_range, &kIp, &kIp, &kBoolean},
    {Function::less_than, &kDecimal, &kDecimal, &kBoolean},
    {Function::less_than_or_equal, &kDecimal, &kDecimal, &kBoolean},
    {Function::greater_than, &kDecimal, &kDecimal, &kBoolean},
    {Function::greater_than_or_equal, &kDecimal, &kDecimal, &kBoolean},
    {Function::offset, &kDatetime, &kDuration, &kDatetime},
    {Function::duration_since, &kDatetime, &kDatetime, &kDuration},
    {Function::to_date, &kDatetime, nullptr, &kDatetime},
    {Function::to_time, &kDatetime, nullptr, &kDuration},
    {Function::to_milliseconds, &kDuration, nullptr, &kInteger},
    {Function::to_seconds, &kDuration, nullptr, &kInteger},
    {Function::to_minutes, &kDuration, nullptr, &kInteger},
    {Function::to_hours, &kDuration, nullptr, &kInteger},
    {Function::to_days, &kDuration, nullptr, &kInteger},
};

}  // namespace

bool is_boolean(const Type* type) {
  return type->kind == Type::Kind::boolean || type->kind == Type::Kind::always ||
         type->kind == Type::Kind::never;
}

bool may_be(const Type* type, Type::Kind kind) {
  return type->kind == kind || type->kind == Type::Kind::undescribed;
}

std::string to_string(const Type& type) {
  switch (type.kind) {
    case Type::Kind::integer: return "Long";
    case Type::Kind::string: return "String";
    case Type::Kind::entity:
    case Type::Kind::extension: return std::string(type.name);
    case Type::Kind::set: return "Set<" + to_string(*type.element) + ">";
    case Type::Kind::record: return "a record";
    case Type::Kind::undescribed: return "a value of any type";
    default: return "Bool";
  }
}

TypeChecker::Typed TypeChecker::fail(const Expr& expr, std::string message) {
  error_ = std::move(message);
  error_at_ = expr.at;
  return {};
}

TypeChecker::Typed TypeChecker::wrong(const Expr& expr, std::string_view wanted, const Type* found) {
  return fail(expr, "expected " + std::string(wanted) + ", found " + to_string(*found));
}

const Type* TypeChecker::entity(std::string_view name) {
  Type type;
  type.kind = Type::Kind::entity;
  type.name = name;
  return builder_.arena().make(type);
}

const Type* TypeChecker::join(const Type* a, const Type* b) {
  if (a == b) return a;
  if (a->kind == Type::Kind::undescribed) return b;
  if (b->kind == Type::Kind::undescribed) return a;
  if (is_boolean(a) && is_boolean(b)) return a->kind == b->kind ? a : &kBoolean;
  if (a->kind != b->kind || a->name != b->name) return nullptr;
  if (a->kind == Type::Kind::set) {
    const Type* element = join(a->element, b->element);
    if (element == nullptr) return nullptr;
    Type type = *a;
    type.element = element;
    return builder_.arena().make(type);
  }
  return a->kind == Type::Kind::record ? join_records(a, b) : a;
}

const Type* TypeChecker::join_records(const Type* a, const Type* b) {
  if (a->attributes.size() != b->attributes.size()) return nullptr;
  std::vector<AttributeType> attributes;
  for (std::size_t i = 0; i < a->attributes.size(); ++i) {
    const AttributeType& x = a->attributes[i];
    const AttributeType& y = b->attributes[i];
    if (x.name != y.name || x.required != y.required) return nullptr;
    const Type* type = join(x.type, y.type);
    if (type == nullptr) return nullptr;
    attributes.push_back({x.name, type, x.required});
  }
  Type type = *a;
  type.attributes = builder_.arena().copy<AttributeType>(attributes);
  return builder_.arena().make(type);
}

TypeChecker::Typed TypeChecker::check(const Expr& expr, const Capabilities& known) {
  switch (expr.op) {
    case Op::literal: return literal(expr);
    case Op::variable: return variable(expr);
    case Op::and_: return conjunction(expr, known);
    case Op::or_: return disjunction(expr, known);
    case Op::if_: return conditional(expr, known);
    case Op::attribute: return attribute(expr, known);
    case Op::has: return has(expr, known);
    case Op::is: return is(expr, known);
    case Op::set: return set(expr, known);
    case Op::record: return record(expr, known);
    case Op::call: return call(expr, known);
    default: break;
  }
  if (expr.args.size() == 2) return binary(expr, known);
  const Typed arg = check(*expr.args[0], known);
  if (arg.type == nullptr) return arg;
  switch (expr.op) {
    case Op::not_:
      if (arg.type->kind == Type::Kind::undescribed) return {&kBoolean, {}};
      if (!is_boolean(arg.type)) return wrong(expr, "Bool", arg.type);
      return {arg.type->kind == Type::Kind::boolean ? &kBoolean : truth(arg.type->kind == Type::Kind::never),
              {}};
    case Op::negate:
      return may_be(arg.type, Type::Kind::integer) ? Typed{&kInteger, {}} : wrong(expr, "Long", arg.type);
    case Op::like:
      return may_be(arg.type, Type::Kind::string) ? Typed{&kBoolean, {}} : wrong(expr, "String", arg.type);
    default:
      return may_be(arg.type, Type::Kind::set) ? Typed{&kBoolean, {}}
                                               : wrong(expr, "a set", arg.type);  // isEmpty
  }
}

TypeChecker::Typed TypeChecker::check_boolean(const Expr& expr, const Capabilities& known) {
  Typed typed = check(expr, known);
  if (typed.type != nullptr && typed.type->kind == Type::Kind::undescribed) typed.type = &kBoolean;
  if (typed.type != nullptr && !is_boolean(typed.type)) return wrong(expr, "Bool", typed.type);
  return typed;
}

TypeChecker::Typed TypeChecker::both(const Typed& left, const Expr& right, const Capabilities& known) {
  if (left.type == nullptr || left.type->kind == Type::Kind::never) return {left.type, {}};
  const Typed second = check_boolean(right, united(known, left.capabilities));
  if (second.type == nullptr || second.type->kind == Type::Kind::never) return {second.type, {}};
  return {second.type->kind == Type::Kind::always ? left.type : &kBoolean,
          united(left.capabilities, second.capabilities)};
}

TypeChecker::Typed TypeChecker::conjunction(const Expr& expr, const Capabilities& known) {
  Typed left = check_boolean(*expr.args[0], known);
  for (std::size_t i = 1; i < expr.args.size(); ++i) left = both(left, *expr.args[i], known);
  return left;
}

TypeChecker::Typed TypeChecker::disjunction(const Expr& expr, const Capabilities& known) {
  Typed left = check_boolean(*expr.args[0], known);
  for (std::size_t i = 1; i < expr.args.size(); ++i) {
    if (left.type == nullptr) return left;
    if (left.type->kind == Type::Kind::always) return {left.type, {}};
    const Typed right = check_boolean(*expr.args[i], known);
    if (right.type == nullptr || left.type->kind == Type::Kind::never) {
      left = right;
    } else if (right.type->kind == Type::Kind::always) {
      left = {right.type, {}};
    } else {
      left = {&kBoolean, right.type->kind == Type::Kind::never
                             ? left.capabilities
                             : shared(left.capabilities, right.capabilities)};
    }
  }
  return left;
}

TypeChecker::Typed TypeChecker::conditional(const Expr& expr, const Capabilities& known) {
  const Typed condition = check_boolean(*expr.args[0], known);
  if (condition.type == nullptr) return condition;
  const Capabilities inside = united(known, condition.capabilities);
  if (condition.type->kind == Type::Kind::never) return check(*expr.args[2], known);
  Typed then = check(*expr.args[1], inside);
  if (then.type == nullptr) return then;
  then.capabilities = united(condition.capabilities, then.capabilities);
  if (condition.type->kind == Type::Kind::always) return then;
  const Typed otherwise = check(*expr.args[2], known);
  if (otherwise.type == nullptr) return otherwise;
  const Type* type = join(then.type, otherwise.type);
  if (type == nullptr)
    return fail(expr, "`then` gives " + to_string(*then.type) + ", `else` " + to_string(*otherwise.type));
  return {type, shared(then.capabilities, otherwise.capabilities)};
}

TypeChecker::Typed TypeChecker::literal(const Expr& expr) {
  switch (expr.value.kind()) {
    case Kind::boolean: return {truth(expr.value.as_bool()), {}};
    case Kind::integer: return {&kInteger, {}};
    case Kind::string: return {&kString, {}};
    default: return {entity(expr.value.as_entity().type), {}};
  }
}

TypeChecker::Typed TypeChecker::variable(const Expr& expr) {
  switch (expr.variable) {
    case Variable::principal: return {entity(request_.principal), {}};
    case Variable::resource: return {entity(request_.resource), {}};
    case Variable::action: return {entity(request_.action->uid.type), {}};
    case Variable::context: break;
  }
  return {request_.action->context, {}};
}

TypeChecker::Typed TypeChecker::set(const Expr& expr, const Capabilities& known) {
  const Type* element = nullptr;
  for (const Expr* arg : expr.args) {
    const Typed typed = check(*arg, known);
    if (typed.type == nullptr) return typed;
    const Type* joined = element == nullptr ? typed.type : join(element, typed.type);
    if (joined == nullptr)
      return fail(*arg, "the elements of a set are of one type, not " + to_string(*element) + " and " +
                            to_string(*typed.type));
    element = joined;
  }
  if (element == nullptr) return fail(expr, "the type of an empty set is not known");
  Type type;
  type.kind = Type::Kind::set;
  type.element = element;
  return {builder_.arena().make(type), {}};
}

TypeChecker::Typed TypeChecker::record(const Expr& expr, const Capabilities& known) {
  std::vector<AttributeType> attributes;
  for (std::size_t i = 0; i < expr.args.size(); ++i) {
    const Typed typed = check(*expr.args[i], known);
    if (typed.type == nullptr) return typed;
    attributes.push_back({expr.names[i], typed.type, true});
  }
  std::sort(attributes.begin(), attributes.end(),
            [](const AttributeType& a, const AttributeType& b) { return a.name < b.name; });
  Type type;
  type.kind = Type::Kind::record;
  type.attributes = builder_.arena().copy<AttributeType>(attributes);
  return {builder_.arena().make(type), {}};
}

TypeChecker::Typed TypeChecker::call(const Expr& expr, const Capabilities& known) {
  std::vector<const Type*> types;
  for (const Expr* arg : expr.args) {
    const Typed typed = check(*arg, known);
    if (typed.type == nullptr) return typed;
    types.push_back(typed.type);
  }
  if (!info(expr.function).method) {
    const bool literal =
        expr.args.size() == 1 && expr.args[0]->op == Op::literal && types[0]->kind == Type::Kind::string;
    // What is valid was worked out at load.
    if (!literal || !expr.constant)
      return fail(expr, std::string(info(expr.function).name) + " takes one literal string that it can read");
    switch (expr.function) {
      case Function::ip: return {&kIp, {}};
      case Function::decimal: return {&kDecimal, {}};
      case Function::datetime: return {&kDatetime, {}};
      default: return {&kDuration, {}};
    }
  }
  for (const Signature& signature : kMethods) {
    if (signature.function != expr.function) continue;
    if (types.size() != info(expr.function).arguments)
      return fail(expr, std::string(info(expr.function).name) + " has a wrong number of arguments");
    if (join(types[0], signature.receiver) == nullptr) return wrong(expr, signature.receiver->name, types[0]);
    if (signature.argument != nullptr && join(types[1], signature.argument) == nullptr)
      return wrong(expr, signature.argument->name, types[1]);
    return {signature.result, {}};
  }
  return fail(expr, "this function has no type");
}

const std::span<const AttributeType>* TypeChecker::attributes_of(const Type* type) const {
  if (type->kind == Type::Kind::record) return &type->attributes;
  const EntityType* declared = schema_.entity(type->name);
  return declared == nullptr ? nullptr : &declared->shape->attributes;
}

TypeChecker::Typed TypeChecker::attribute(const Expr& expr, const Capabilities& known) {
  const Expr& receiver = *expr.args[0];
  const Typed typed = check(receiver, known);
  if (typed.type == nullptr) return typed;
  const auto missing = [&] {
    return fail(expr, "the attribute " + quoted(expr.names[0]) + " may be missing; check with `has` first");
  };
  if (typed.type->kind == Type::Kind::undescribed) {
    return known.count(present(receiver, expr.names[0])) > 0 ? Typed{&kUndescribed, {}} : missing();
  }
  if (typed.type->kind != Type::Kind::record && typed.type->kind != Type::Kind::entity)
    return wrong(expr, "a record or an entity", typed.type);
  const auto* attributes = attributes_of(typed.type);
  const AttributeType* found = attributes == nullptr ? nullptr : find(*attributes, expr.names[0]);
  if (found == nullptr)
    return fail(expr, to_string(*typed.type) + " has no attribute " + quoted(expr.names[0]));
  const bool context = receiver.op == Op::variable && receiver.variable == Variable::context;
  if (context && !request_.undescribed.empty() && expr.names[0] == request_.undescribed)
    return {&kUndescribed, {}};
  if (!found->required && known.count(present(receiver, expr.names[0])) == 0) return missing();
  return {found->type, {}};
}

TypeChecker::Typed TypeChecker::has_one(const Expr& receiver, std::string_view name, Position at,
                                        const Capabilities& known) {
  const Typed typed = check(receiver, known);
  if (typed.type == nullptr) return typed;
  Expr place;
  place.at = at;
  if (typed.type->kind == Type::Kind::undescribed) {
    const std::string capability = present(receiver, name);
    return known.count(capability) > 0 ? Typed{&kAlways, {}} : Typed{&kBoolean, {capability}};
  }
  if (typed.type->kind != Type::Kind::record && typed.type->kind != Type::Kind::entity)
    return wrong(place, "a record or an entity", typed.type);
  const auto* attributes = attributes_of(typed.type);
  const AttributeType* found = attributes == nullptr ? nullptr : find(*attributes, name);
  if (found == nullptr) return {&kNever, {}};
  const std::string capability = present(receiver, name);
  // An entity may be missing altogether, and with it what it must have.
  if (known.count(capability) > 0 || (found->required && typed.type->kind == Type::Kind::record))
    return {&kAlways, {}};
  return {&kBoolean, {capability}};
}

TypeChecker::Typed TypeChecker::has(const Expr& expr, const Capabilities& known) {
  // `x has a.b` is `x has a && x.a has b`.
  const Expr* receiver = expr.args[0];
  Typed all = has_one(*receiver, expr.names[0], expr.at, known);
  for (std::size_t i = 1; i < expr.names.size(); ++i) {
    if (all.type == nullptr || all.type->kind == Type::Kind::never) return {all.type, {}};
    const Expr* next =
        builder_.make(Op::attribute, std::vector{receiver}, expr.at, expr.names.subspan(i - 1, 1));
    if (next == nullptr) return fail(expr, "this expression nests too deep");
    receiver = next;
    const Typed one = has_one(*receiver, expr.names[i], expr.at, united(known, all.capabilities));
    if (one.type == nullptr || one.type->kind == Type::Kind::never) return {one.type, {}};
    all = {one.type->kind == Type::Kind::always ? all.type : &kBoolean,
           united(all.capabilities, one.capabilities)};
  }
  return all;
}

}  // namespace aegis::policy
