// The smallest parts of expressions: literals, names, sets, records.
#include <algorithm>
#include <limits>

#include "policy/expr_parser.h"
#include "policy/names.h"

namespace aegis::policy {

namespace {

std::optional<Variable> variable_of(std::string_view word) {
  for (const Variable variable :
       {Variable::principal, Variable::action, Variable::resource, Variable::context}) {
    if (name_of(variable) == word) return variable;
  }
  return std::nullopt;
}

}  // namespace

const Expr* ExprParser::primary() {
  if (tokens_.failed()) return nullptr;
  const Token token = tokens_.peek();
  switch (token.kind) {
    case Token::Kind::number: return number();
    case Token::Kind::string: {
      const auto text = text_of(tokens_.take());
      return text ? builder_.literal(Value::string(*text), token.at) : nullptr;
    }
    case Token::Kind::identifier: {
      if (token.text == "true" || token.text == "false") {
        tokens_.take();
        return builder_.literal(Value::boolean(token.text == "true"), token.at);
      }
      return name_or_call();
    }
    case Token::Kind::slot:
      return fail(token.at, describe(token) + " may stand in the scope of a template only");
    default: break;
  }
  if (tokens_.accept("(")) {
    const Expr* inner = expression();
    return inner != nullptr && tokens_.expect(")") ? inner : nullptr;
  }
  if (tokens_.accept("[")) return set(token.at);
  if (tokens_.accept("{")) return record(token.at);
  tokens_.fail_expected("an expression");
  return nullptr;
}

std::optional<std::uint64_t> ExprParser::digits() {
  const Token token = tokens_.take();
  std::uint64_t value = 0;
  for (const char c : token.text) {
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value)) {
      tokens_.fail(token.at, "this number does not fit into 64 bits");
      return std::nullopt;
    }
  }
  return value;
}

const Expr* ExprParser::number() {
  const Position at = tokens_.peek().at;
  const auto value = digits();
  if (!value) return nullptr;
  if (*value > std::numeric_limits<std::int64_t>::max())
    return fail(at, "this number does not fit into 64 bits");
  return builder_.literal(Value::integer(static_cast<std::int64_t>(*value)), at);
}

const Expr* ExprParser::negative_number(bool& absorbed) {
  const Position at = tokens_.peek().at;
  const auto value = digits();
  if (!value) return nullptr;
  const Token& after = tokens_.peek();
  absorbed = !after.is(".") && !after.is("[") && !after.is("(");
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  if (*value > kLargest + (absorbed ? 1 : 0)) return fail(at, "this number does not fit into 64 bits");
  const Expr* literal =
      builder_.literal(Value::integer(static_cast<std::int64_t>(absorbed ? ~*value + 1 : *value)), at);
  return absorbed ? literal : accesses(literal);
}

const Expr* ExprParser::name_or_call() {
  const Token first = tokens_.peek();
  bool open = false;
  const auto name = path(open);
  if (!name) return nullptr;
  if (open) {
    const auto id = entity_id();
    return id ? builder_.literal(Value::entity(builder_.arena().make(entity_uid(*name, *id))), first.at)
              : nullptr;
  }
  if (tokens_.peek().is("(")) return function({first.kind, *name, first.at});
  const auto variable = variable_of(*name);
  if (variable) return builder_.variable(*variable, first.at);
  return fail(first.at, "`" + std::string(*name) +
                            "` is no variable; there are principal, action, resource and context");
}

std::optional<EntityUid> ExprParser::entity() {
  if (tokens_.peek().kind != Token::Kind::identifier) {
    tokens_.fail_expected("an entity such as Type::\"id\"");
    return std::nullopt;
  }
  const Position at = tokens_.peek().at;
  bool open = false;
  const auto type = path(open);
  if (!type) return std::nullopt;
  if (!open) {
    tokens_.fail(at, "expected an entity such as Type::\"id\", found `" + std::string(*type) + "`");
    return std::nullopt;
  }
  const auto id = entity_id();
  return id ? std::optional(entity_uid(*type, *id)) : std::nullopt;
}

std::optional<std::string_view> ExprParser::type_name() {
  if (tokens_.peek().kind != Token::Kind::identifier) {
    tokens_.fail_expected("an entity type");
    return std::nullopt;
  }
  const Position at = tokens_.peek().at;
  bool open = false;
  const auto type = path(open);
  if (type && open) {
    tokens_.fail(at, "expected an entity type, found an entity");
    return std::nullopt;
  }
  return type;
}

std::optional<std::string_view> ExprParser::entity_id() {
  if (tokens_.peek().kind == Token::Kind::string) return text_of(tokens_.take());
  tokens_.fail_expected("the entity's id in quotes");
  return std::nullopt;
}

const Expr* ExprParser::function(const Token& name) {
  std::vector<const Expr*> args;
  tokens_.expect("(");
  if (!arguments(args, ")")) return nullptr;
  const FunctionInfo* function = find_function(name.text);
  if (function == nullptr) return fail(name.at, describe(name) + " is no function");
  if (function->method) return fail(name.at, describe(name) + " is a method, not a function");
  return built(builder_.call(function->function, args, name.at), name.at);
}

const Expr* ExprParser::set(Position at) {
  std::vector<const Expr*> elements;
  if (!arguments(elements, "]")) return nullptr;
  return built(builder_.make(Op::set, elements, at), at);
}

const Expr* ExprParser::record(Position at) {
  std::vector<const Expr*> values;
  std::vector<std::string_view> names;
  while (!tokens_.peek().is("}")) {
    const Token key = tokens_.peek();
    const auto name =
        key.kind == Token::Kind::string ? text_of(tokens_.take()) : identifier("a field's name");
    if (!name || !tokens_.expect(":")) return nullptr;
    names.push_back(*name);
    values.push_back(expression());
    if (values.back() == nullptr) return nullptr;
    if (!tokens_.accept(",") && !tokens_.peek().is("}")) {
      tokens_.fail_expected("`,` or `}`");
      return nullptr;
    }
  }
  tokens_.expect("}");
  std::vector<std::string_view> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) return fail(at, "this record has two fields of the name " + quoted(*twice));
  return built(builder_.make(Op::record, values, at, builder_.arena().copy<std::string_view>(names)), at);
}

std::optional<std::string_view> ExprParser::path(bool& open) {
  std::string name;
  open = false;
  while (!open) {
    const Token part = tokens_.take();
    if (is_reserved(part.text)) {
      tokens_.fail(part.at, describe(part) + " is reserved and cannot stand here");
      return std::nullopt;
    }
    name += part.text;
    if (!tokens_.accept("::")) break;
    open = tokens_.peek().kind != Token::Kind::identifier;
    if (!open) name += "::";
  }
  return builder_.arena().copy(name);
}

}  // namespace aegis::policy
