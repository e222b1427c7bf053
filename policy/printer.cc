#include "policy/printer.h"

#include "policy/names.h"

namespace aegis::policy {

namespace {

// How tightly a kind of expression holds together.
enum Level { kExpression, kOr, kAnd, kRelation, kSum, kProduct, kUnary, kMember };

constexpr int kMostUnary = 4;  // signs in a row, by the grammar

Level level(const Expr& expr) {
  switch (expr.op) {
    case Op::if_: return kExpression;
    case Op::or_: return kOr;
    case Op::and_: return kAnd;
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::in:
    case Op::has:
    case Op::like:
    case Op::is: return kRelation;
    case Op::add:
    case Op::subtract: return kSum;
    case Op::multiply: return kProduct;
    case Op::not_:
    case Op::negate: return kUnary;
    case Op::literal:
      return expr.value.kind() == Kind::integer && expr.value.as_integer() < 0 ? kUnary : kMember;
    default: return kMember;
  }
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  // In parentheses where it holds less tightly than its place asks for.
  void put(const Expr& expr, Level least) {
    const bool parentheses = level(expr) < least;
    if (parentheses) out_ += '(';
    bare(expr);
    if (parentheses) out_ += ')';
  }

 private:
  void list(std::span<const Expr* const> args) {
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (i > 0) out_ += ", ";
      put(*args[i], kExpression);
    }
  }
  void chain(const Expr& expr, Level least) {
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      if (i > 0) out_ += ' ' + std::string(symbol(expr.op)) + ' ';
      put(*expr.args[i], least);
    }
  }
  void operation(const Expr& expr, Level left, Level right) {
    put(*expr.args[0], left);
    out_ += ' ' + std::string(symbol(expr.op)) + ' ';
    put(*expr.args[1], right);
  }
  void method(const Expr& expr, std::string_view name) {
    put(*expr.args[0], kMember);
    out_ += '.' + std::string(name) + '(';
    list(expr.args.subspan(1));
    out_ += ')';
  }
  void unary(const Expr& expr) {
    out_ += expr.op == Op::not_ ? '!' : '-';
    const Expr& arg = *expr.args[0];
    int signs = 1;
    for (const Expr* inner = &arg; inner->op == expr.op; inner = inner->args[0]) ++signs;
    // A minus before a number would become the number's own.
    const bool number = expr.op == Op::negate && arg.op == Op::literal && arg.value.kind() == Kind::integer;
    const bool mixed = arg.op != expr.op && level(arg) == kUnary;
    const bool parentheses = number || mixed || (arg.op == expr.op && signs > kMostUnary);
    if (parentheses) out_ += '(';
    put(arg, parentheses ? kExpression : kUnary);
    if (parentheses) out_ += ')';
  }
  void name(std::string_view name) {
    out_ += is_identifier(name) && !is_reserved(name) ? std::string(name) : quoted(name);
  }

  void bare(const Expr& expr);
  void literal(const Value& value);

  std::string out_;
};

void Printer::literal(const Value& value) {
  switch (value.kind()) {
    case Kind::boolean: out_ += value.as_bool() ? "true" : "false"; break;
    case Kind::integer: out_ += std::to_string(value.as_integer()); break;
    case Kind::string: out_ += quoted(value.as_string()); break;
    default: out_ += to_string(value.as_entity());
  }
}

void Printer::bare(const Expr& expr) {
  switch (expr.op) {
    case Op::literal: return literal(expr.value);
    case Op::variable: out_ += name_of(expr.variable); return;
    case Op::not_:
    case Op::negate: return unary(expr);
    case Op::if_:
      out_ += "if ";
      put(*expr.args[0], kExpression);
      out_ += " then ";
      put(*expr.args[1], kExpression);
      out_ += " else ";
      return put(*expr.args[2], kExpression);
    case Op::or_: return chain(expr, kAnd);
    case Op::and_: return chain(expr, kRelation);
    case Op::add:
    case Op::subtract: return operation(expr, kSum, kProduct);
    case Op::multiply: return operation(expr, kProduct, kUnary);
    case Op::is_empty: return method(expr, "isEmpty");
    case Op::contains:
    case Op::contains_all:
    case Op::contains_any:
    case Op::get_tag:
    case Op::has_tag: return method(expr, symbol(expr.op));
    case Op::attribute:
      put(*expr.args[0], kMember);
      if (is_identifier(expr.names[0]) && !is_reserved(expr.names[0])) {
        out_ += '.' + std::string(expr.names[0]);
      } else {
        out_ += '[' + quoted(expr.names[0]) + ']';
      }
      return;
    case Op::has:
      put(*expr.args[0], kSum);
      out_ += " has ";
      for (std::size_t i = 0; i < expr.names.size(); ++i) {
        if (i > 0) out_ += '.';
        name(expr.names[i]);
      }
      return;
    case Op::like:
      put(*expr.args[0], kSum);
      out_ += " like " + quoted_pattern({expr.names.begin(), expr.names.end()});
      return;
    case Op::is:
      put(*expr.args[0], kSum);
      out_ += " is " + std::string(expr.names[0]);
      if (expr.args.size() == 2) {
        out_ += " in ";
        put(*expr.args[1], kSum);
      }
      return;
    case Op::set:
      out_ += '[';
      list(expr.args);
      out_ += ']';
      return;
    case Op::record:
      out_ += '{';
      for (std::size_t i = 0; i < expr.args.size(); ++i) {
        if (i > 0) out_ += ", ";
        name(expr.names[i]);
        out_ += ": ";
        put(*expr.args[i], kExpression);
      }
      out_ += '}';
      return;
    case Op::call:
      if (info(expr.function).method) return method(expr, info(expr.function).name);
      out_ += info(expr.function).name;
      out_ += '(';
      list(expr.args);
      out_ += ')';
      return;
    default: return operation(expr, kSum, kSum);
  }
}

std::string scope(std::string_view variable, const Constraint& constraint) {
  std::string out(variable);
  if (constraint.kind == Constraint::Kind::any) return out;
  if (constraint.kind == Constraint::Kind::is || constraint.kind == Constraint::Kind::is_in)
    out += " is " + std::string(constraint.type);
  if (constraint.kind == Constraint::Kind::is) return out;
  out += constraint.kind == Constraint::Kind::equal ? " == " : " in ";
  if (constraint.slot) return out + '?' + std::string(variable);
  if (constraint.entities.size() == 1) return out + to_string(constraint.entities[0]);
  out += '[';
  for (std::size_t i = 0; i < constraint.entities.size(); ++i)
    out += (i > 0 ? ", " : "") + to_string(constraint.entities[i]);
  return out + ']';
}

}  // namespace

std::string to_text(const Expr& expr) {
  Printer printer;
  printer.put(expr, kExpression);
  return printer.take();
}

std::string to_text(const Policy& policy) {
  std::string out;
  for (const Annotation& annotation : policy.annotations) {
    out += '@' + std::string(annotation.name) +
           (annotation.has_value ? '(' + quoted(annotation.value) + ')' : "") + '\n';
  }
  out += policy.effect == Effect::permit ? "permit (\n  " : "forbid (\n  ";
  out += scope("principal", policy.principal) + ",\n  " + scope("action", policy.action) + ",\n  " +
         scope("resource", policy.resource) + "\n)";
  for (const Condition& condition : policy.conditions) {
    out += std::string(condition.unless ? "\nunless" : "\nwhen") + " { " + to_text(*condition.body) + " }";
  }
  return out + ";\n";
}

}  // namespace aegis::policy
