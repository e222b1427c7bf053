#include "policy/evaluator.h"

#include <vector>

#include "policy/names.h"
#include "policy/operations.h"

namespace aegis::policy {

bool Evaluator::fail(EvaluationError::Kind kind, const Expr& expr, std::string message) {
  error_ = {kind, expr.at, std::move(message)};
  return false;
}

bool Evaluator::wrong_type(const Expr& expr, std::string_view wanted, const Value& found) {
  return fail(EvaluationError::Kind::type, expr,
              "expected " + std::string(wanted) + ", found " + std::string(name_of(found.kind())));
}

bool Evaluator::out_of_work(const Expr& expr) {
  return fail(EvaluationError::Kind::work, expr,
              "the decision takes more than " + std::to_string(work_limit_) + " steps");
}

bool Evaluator::evaluate(const Expr& expr, Value& out) {
  if (expr.constant) {
    out = expr.value;
    return true;
  }
  ++work_;
  if (!within_limit(expr)) return false;
  switch (expr.op) {
    case Op::literal:
    case Op::variable: return variable(expr, out);
    case Op::and_:
    case Op::or_: return logical(expr, out);
    case Op::if_: return conditional(expr, out);
    case Op::not_:
    case Op::negate:
    case Op::is_empty: return unary(expr, out);
    case Op::attribute: return attribute(expr, out);
    case Op::has: return has(expr, out);
    case Op::is: return is(expr, out);
    case Op::like: return like(expr, out);
    case Op::set:
    case Op::record:
    case Op::call: return collection(expr, out);
    default: return binary(expr, out);
  }
}

bool Evaluator::evaluate_bool(const Expr& expr, bool& out) {
  Value value;
  if (!evaluate(expr, value)) return false;
  if (value.kind() != Kind::boolean) return wrong_type(expr, "bool", value);
  out = value.as_bool();
  return true;
}

bool Evaluator::variable(const Expr& expr, Value& out) const {
  switch (expr.variable) {
    case Variable::principal: out = Value::entity(&request_.principal); break;
    case Variable::action: out = Value::entity(&request_.action); break;
    case Variable::resource: out = Value::entity(&request_.resource); break;
    case Variable::context: out = request_.context; break;
  }
  return true;
}

bool Evaluator::logical(const Expr& expr, Value& out) {
  const bool decisive = expr.op == Op::or_;
  for (const Expr* arg : expr.args) {
    bool value = false;
    if (!evaluate_bool(*arg, value)) return false;
    if (value == decisive) {
      out = Value::boolean(decisive);
      return true;
    }
  }
  out = Value::boolean(!decisive);
  return true;
}

bool Evaluator::conditional(const Expr& expr, Value& out) {
  bool condition = false;
  return evaluate_bool(*expr.args[0], condition) && evaluate(*expr.args[condition ? 1 : 2], out);
}

bool Evaluator::unary(const Expr& expr, Value& out) {
  Value value;
  if (!evaluate(*expr.args[0], value)) return false;
  if (expr.op == Op::not_) {
    if (value.kind() != Kind::boolean) return wrong_type(expr, "bool", value);
    out = Value::boolean(!value.as_bool());
  } else if (expr.op == Op::is_empty) {
    if (value.kind() != Kind::set) return wrong_type(expr, "set", value);
    out = Value::boolean(value.as_set().empty());
  } else {
    if (value.kind() != Kind::integer) return wrong_type(expr, "long", value);
    std::int64_t negated = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, value.as_integer(), &negated)) {
      return fail(EvaluationError::Kind::overflow, expr, "the result does not fit into 64 bits");
    }
    out = Value::integer(negated);
  }
  return true;
}

bool Evaluator::attribute(const Expr& expr, Value& out) {
  Value value;
  if (!evaluate(*expr.args[0], value)) return false;
  const std::string_view name = expr.names[0];
  std::span<const Field> fields;
  if (value.kind() == Kind::record) {
    fields = value.as_record();
  } else if (value.kind() == Kind::entity) {
    const Entity* entity = entities_.find(value.as_entity());
    if (entity == nullptr)
      return fail(EvaluationError::Kind::missing_entity, expr,
                  "the entity whose attribute " + quoted(name) + " is read is not known");
    fields = entity->attributes.as_record();
  } else {
    return wrong_type(expr, "record or entity", value);
  }
  const Value* found = find_field(fields, name);
  if (found == nullptr)
    return fail(EvaluationError::Kind::missing_attribute, expr, "there is no attribute " + quoted(name));
  out = *found;
  return true;
}

bool Evaluator::has(const Expr& expr, Value& out) {
  Value value;
  if (!evaluate(*expr.args[0], value)) return false;
  for (const std::string_view name : expr.names) {
    const Value* found = nullptr;
    if (value.kind() == Kind::record) {
      found = find_field(value.as_record(), name);
    } else if (value.kind() == Kind::entity) {
      const Entity* entity = entities_.find(value.as_entity());
      if (entity != nullptr) found = find_field(entity->attributes.as_record(), name);
    } else {
      return wrong_type(expr, "record or entity", value);
    }
    if (found == nullptr) {
      out = Value::boolean(false);
      return true;
    }
    value = *found;
  }
  out = Value::boolean(true);
  return true;
}

bool Evaluator::is(const Expr& expr, Value& out) {
  Value value;
  if (!evaluate(*expr.args[0], value)) return false;
  if (value.kind() != Kind::entity) return wrong_type(expr, "entity", value);
  const bool matches = value.as_entity().type == expr.names[0];
  if (!matches || expr.args.size() == 1) {
    out = Value::boolean(matches);
    return true;
  }
  Value group;
  return evaluate(*expr.args[1], group) && member_of(expr, value, group, out);
}

bool Evaluator::like(const Expr& expr, Value& out) {
  Value value;
  if (!evaluate(*expr.args[0], value)) return false;
  if (value.kind() != Kind::string) return wrong_type(expr, "string", value);
  out = Value::boolean(matches_pattern(value.as_string(), expr.names, work_));
  return within_limit(expr);
}

bool Evaluator::collection(const Expr& expr, Value& out) {
  std::vector<Value> values(expr.args.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!evaluate(*expr.args[i], values[i])) return false;
  }
  if (expr.op == Op::set) {
    out = scratch_.set(values, work_);
    return within_limit(expr);
  }
  if (expr.op == Op::record) {
    std::vector<Field> fields(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) fields[i] = {expr.names[i], values[i]};
    const Result<Value> record = scratch_.record(fields);
    if (!record) return fail(EvaluationError::Kind::type, expr, record.error().message);
    out = *record;
    return true;
  }
  if (!values.empty() && values[0].kind() == Kind::string)
    work_ += values[0].as_string().size() / kBytesPerStep;
  const Result<Value> result = call(expr.function, values, scratch_);
  if (!result) return fail(EvaluationError::Kind::function, expr, result.error().message);
  out = *result;
  return within_limit(expr);
}

}  // namespace aegis::policy
