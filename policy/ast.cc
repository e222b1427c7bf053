#include "policy/ast.h"

#include <algorithm>
#include <array>
#include <vector>

#include "policy/limits.h"

namespace aegis::policy {

namespace {

// Sets, records and calls of constants are worked out once. A call that fails is left as it is: its error
// belongs to the evaluation of its policy.
void fold(Expr& expr, Arena& arena) {
  if (expr.op != Op::set && expr.op != Op::record && expr.op != Op::call) return;
  if (!std::all_of(expr.args.begin(), expr.args.end(), [](const Expr* arg) { return arg->constant; })) return;
  std::vector<Value> values;
  for (const Expr* arg : expr.args) values.push_back(arg->value);
  if (expr.op == Op::set) {
    expr.value = arena.set(values);
  } else if (expr.op == Op::record) {
    std::vector<Field> fields;
    for (std::size_t i = 0; i < values.size(); ++i) fields.push_back({expr.names[i], values[i]});
    const Result<Value> record = arena.record(fields);
    if (!record) return;
    expr.value = *record;
  } else {
    const Result<Value> result = call(expr.function, values, arena);
    if (!result) return;
    expr.value = *result;
  }
  expr.constant = true;
}

}  // namespace

std::string_view name_of(Variable variable) {
  static constexpr std::array<std::string_view, 4> kNames = {"principal", "action", "resource", "context"};
  return kNames[static_cast<std::size_t>(variable)];
}

std::string_view symbol(Op op) {
  switch (op) {
    case Op::and_: return "&&";
    case Op::or_: return "||";
    case Op::equal: return "==";
    case Op::not_equal: return "!=";
    case Op::less: return "<";
    case Op::less_equal: return "<=";
    case Op::greater: return ">";
    case Op::greater_equal: return ">=";
    case Op::in: return "in";
    case Op::add: return "+";
    case Op::subtract: return "-";
    case Op::multiply: return "*";
    case Op::contains: return "contains";
    case Op::contains_all: return "containsAll";
    case Op::contains_any: return "containsAny";
    case Op::get_tag: return "getTag";
    case Op::has_tag: return "hasTag";
    default: return "";
  }
}

const Annotation* Policy::annotation(std::string_view name) const {
  const auto found =
      std::lower_bound(annotations.begin(), annotations.end(), name,
                       [](const Annotation& a, std::string_view wanted) { return a.name < wanted; });
  return found != annotations.end() && found->name == name ? &*found : nullptr;
}

const Expr* ExprBuilder::literal(Value value, Position at) {
  Expr expr;
  expr.constant = true;
  expr.value = value;
  expr.at = at;
  return arena_.make(expr);
}

const Expr* ExprBuilder::variable(Variable variable, Position at) {
  Expr expr;
  expr.op = Op::variable;
  expr.variable = variable;
  expr.at = at;
  return arena_.make(expr);
}

const Expr* ExprBuilder::make(Op op, std::span<const Expr* const> args, Position at,
                              std::span<const std::string_view> names) {
  Expr expr;
  expr.op = op;
  expr.at = at;
  expr.names = names;
  if ((op == Op::and_ || op == Op::or_) && args[0]->op == op) {
    std::vector<const Expr*> flat(args[0]->args.begin(), args[0]->args.end());
    flat.insert(flat.end(), args.begin() + 1, args.end());
    return finish(expr, flat);
  }
  return finish(expr, args);
}

const Expr* ExprBuilder::call(Function function, std::span<const Expr* const> args, Position at) {
  Expr expr;
  expr.op = Op::call;
  expr.function = function;
  expr.at = at;
  return finish(expr, args);
}

const Expr* ExprBuilder::finish(Expr expr, std::span<const Expr* const> args) {
  std::uint16_t deepest = 0;
  for (const Expr* arg : args) deepest = std::max(deepest, arg->depth);
  if (deepest >= kMaxExpressionDepth) return nullptr;
  expr.depth = static_cast<std::uint16_t>(deepest + 1);
  expr.args = arena_.copy(args);
  fold(expr, arena_);
  return arena_.make(expr);
}

}  // namespace aegis::policy
