#include "guard/input_use.h"

namespace aegis::guard {
namespace {

using policy::Expr;
using policy::Op;

bool is_context(const Expr& expr) {
  return expr.op == Op::variable && expr.variable == policy::Variable::context;
}
bool is_input(const Expr& expr) {
  return expr.op == Op::attribute && is_context(*expr.args[0]) && expr.names[0] == "input";
}

void look(const Expr& expr, InputUse* use) {
  if (expr.op == Op::attribute || expr.op == Op::has) {
    const Expr& receiver = *expr.args[0];
    if (is_input(receiver)) {
      use->any = true;
      use->members.push_back(expr.names[0]);
      return;
    }
    if (is_context(receiver)) {
      if (expr.names[0] == "representable") use->any = true;
      if (expr.names[0] != "input") return;
      use->any = true;
      // Bare `context.input` is handed to something; `context has input` says nothing of what is in it.
      if (expr.op == Op::attribute) use->whole = true;
      if (expr.names.size() > 1) use->members.push_back(expr.names[1]);
      return;
    }
  }
  if (is_context(expr)) use->any = use->whole = true;
  for (const Expr* arg : expr.args) look(*arg, use);
}

}  // namespace

InputUse input_use(const policy::Policy& policy) {
  InputUse use;
  for (const policy::Condition& condition : policy.conditions) look(*condition.body, &use);
  return use;
}

}  // namespace aegis::guard
