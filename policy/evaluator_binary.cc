// Operators and methods of two arguments.
#include "policy/evaluator.h"
#include "policy/names.h"
#include "policy/operations.h"

namespace aegis::policy {

bool Evaluator::binary(const Expr& expr, Value& out) {
  Value a;
  Value b;
  if (!evaluate(*expr.args[0], a) || !evaluate(*expr.args[1], b)) return false;
  switch (expr.op) {
    case Op::equal:
    case Op::not_equal:
      out = Value::boolean((compare(a, b, work_) == 0) == (expr.op == Op::equal));
      return within_limit(expr);
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return ordered(expr, a, b, out);
    case Op::add:
    case Op::subtract:
    case Op::multiply: return arithmetic(expr, a, b, out);
    case Op::contains:
    case Op::contains_all:
    case Op::contains_any: return set_operation(expr, a, b, out);
    case Op::get_tag:
    case Op::has_tag: return tag(expr, a, b, out);
    default: return member_of(expr, a, b, out);
  }
}

bool Evaluator::ordered(const Expr& expr, const Value& a, const Value& b, Value& out) {
  const auto comparable = [](const Value& v) {
    return v.kind() == Kind::integer || v.kind() == Kind::datetime || v.kind() == Kind::duration;
  };
  if (!comparable(a)) return wrong_type(expr, "long, datetime or duration", a);
  if (a.kind() != b.kind()) return wrong_type(expr, name_of(a.kind()), b);
  const std::int64_t x = a.as_integer();
  const std::int64_t y = b.as_integer();
  const bool result = expr.op == Op::less         ? x < y
                      : expr.op == Op::less_equal ? x <= y
                      : expr.op == Op::greater    ? x > y
                                                  : x >= y;
  out = Value::boolean(result);
  return true;
}

bool Evaluator::arithmetic(const Expr& expr, const Value& a, const Value& b, Value& out) {
  if (a.kind() != Kind::integer) return wrong_type(expr, "long", a);
  if (b.kind() != Kind::integer) return wrong_type(expr, "long", b);
  const std::int64_t x = a.as_integer();
  const std::int64_t y = b.as_integer();
  std::int64_t result = 0;
  const bool overflow = expr.op == Op::add        ? __builtin_add_overflow(x, y, &result)
                        : expr.op == Op::subtract ? __builtin_sub_overflow(x, y, &result)
                                                  : __builtin_mul_overflow(x, y, &result);
  if (overflow) return fail(EvaluationError::Kind::overflow, expr, "the result does not fit into 64 bits");
  out = Value::integer(result);
  return true;
}

bool Evaluator::set_operation(const Expr& expr, const Value& a, const Value& b, Value& out) {
  if (a.kind() != Kind::set) return wrong_type(expr, "set", a);
  if (expr.op == Op::contains) {
    out = Value::boolean(contains(a, b, work_));
    return within_limit(expr);
  }
  if (b.kind() != Kind::set) return wrong_type(expr, "set", b);
  out = Value::boolean(expr.op == Op::contains_all ? contains_all(a, b, work_) : contains_any(a, b, work_));
  return within_limit(expr);
}

bool Evaluator::tag(const Expr& expr, const Value& a, const Value& b, Value& out) {
  if (a.kind() != Kind::entity) return wrong_type(expr, "entity", a);
  if (b.kind() != Kind::string) return wrong_type(expr, "string", b);
  const Entity* entity = entities_.find(a.as_entity());
  const Value* found = entity == nullptr ? nullptr : find_field(entity->tags.as_record(), b.as_string());
  if (expr.op == Op::has_tag) {
    out = Value::boolean(found != nullptr);
    return true;
  }
  if (entity == nullptr)
    return fail(EvaluationError::Kind::missing_entity, expr, "the entity whose tag is read is not known");
  if (found == nullptr) return fail(EvaluationError::Kind::missing_tag, expr, "the entity has no such tag");
  out = *found;
  return true;
}

bool Evaluator::member_of(const Expr& expr, const Value& a, const Value& b, Value& out) {
  if (a.kind() != Kind::entity) return wrong_type(expr, "entity", a);
  if (b.kind() == Kind::entity) {
    out = Value::boolean(entities_.in(a.as_entity(), b.as_entity()));
    return true;
  }
  if (b.kind() != Kind::set) return wrong_type(expr, "entity or set of entities", b);
  const Entity* entity = entities_.find(a.as_entity());
  bool found = false;
  // To the end in any case: one element that is no entity is an error, wherever it stands.
  for (const Value& element : b.as_set()) {
    ++work_;
    if (element.kind() != Kind::entity) return wrong_type(expr, "entity in the set", element);
    found = found || element.as_entity() == a.as_entity() ||
            (entity != nullptr && entity->in(element.as_entity()));
  }
  out = Value::boolean(found);
  return within_limit(expr);
}

}  // namespace aegis::policy
