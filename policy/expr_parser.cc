#include "policy/expr_parser.h"

#include <algorithm>
#include <array>

#include "policy/limits.h"
#include "policy/names.h"

namespace aegis::policy {

namespace {

constexpr int kMostUnary = 4;  // the language's own bound

struct Relation {
  std::string_view symbol;
  Op op;
};
constexpr std::array<Relation, 6> kRelations = {{{"<", Op::less},
                                                 {"<=", Op::less_equal},
                                                 {">=", Op::greater_equal},
                                                 {">", Op::greater},
                                                 {"==", Op::equal},
                                                 {"!=", Op::not_equal}}};

struct Method {
  std::string_view name;
  Op op;
  std::size_t arguments;
};
constexpr std::array<Method, 6> kMethods = {{{"contains", Op::contains, 1},
                                             {"containsAll", Op::contains_all, 1},
                                             {"containsAny", Op::contains_any, 1},
                                             {"isEmpty", Op::is_empty, 0},
                                             {"getTag", Op::get_tag, 1},
                                             {"hasTag", Op::has_tag, 1}}};

std::optional<Op> relation_of(const Token& token) {
  if (token.is_word("in")) return Op::in;
  for (const Relation& relation : kRelations) {
    if (token.is(relation.symbol)) return relation.op;
  }
  return std::nullopt;
}

bool begins_relation(const Token& token) {
  return relation_of(token) || token.is_word("has") || token.is_word("like") || token.is_word("is");
}

}  // namespace

const Expr* ExprParser::built(const Expr* expr, Position at) {
  return expr != nullptr ? expr
                         : fail(at, "this expression nests more than " + std::to_string(kMaxExpressionDepth) +
                                        " levels deep");
}

std::optional<std::string_view> ExprParser::text_of(const Token& string) {
  const Result<std::string> text = unescape(string.text);
  if (!text) {
    tokens_.fail(string.at, text.error().message);
    return std::nullopt;
  }
  return builder_.arena().copy(*text);
}

std::optional<std::string_view> ExprParser::identifier(std::string_view what) {
  if (tokens_.failed()) return std::nullopt;
  const Token token = tokens_.peek();
  if (token.kind != Token::Kind::identifier) {
    tokens_.fail_expected(what);
    return std::nullopt;
  }
  if (is_reserved(token.text)) {
    tokens_.fail(token.at,
                 describe(token) + " is reserved; write it as a string in quotes where one may stand");
    return std::nullopt;
  }
  return builder_.arena().copy(tokens_.take().text);
}

const Expr* ExprParser::expression() {
  const Position at = tokens_.peek().at;
  if (nesting_ >= kMaxExpressionDepth) return built(nullptr, at);
  ++nesting_;
  const Expr* out = nullptr;
  if (!tokens_.accept_word("if")) {
    out = or_expression();
  } else if (const Expr* condition = expression(); condition != nullptr) {
    const Expr* then = tokens_.accept_word("then") ? expression() : nullptr;
    if (then == nullptr) tokens_.fail_expected("`then`");
    const Expr* otherwise = then != nullptr && tokens_.accept_word("else") ? expression() : nullptr;
    if (otherwise == nullptr) {
      tokens_.fail_expected("`else`");
    } else {
      out = node(Op::if_, {condition, then, otherwise}, at);
    }
  }
  --nesting_;
  return out;
}

const Expr* ExprParser::chain(Op op, std::string_view symbol, const Expr* (ExprParser::*operand)()) {
  const Position at = tokens_.peek().at;
  const Expr* first = (this->*operand)();
  if (first == nullptr || !tokens_.peek().is(symbol)) return first;
  std::vector<const Expr*> args = {first};
  while (tokens_.accept(symbol)) {
    args.push_back((this->*operand)());
    if (args.back() == nullptr) return nullptr;
  }
  return node(op, args, at);
}

const Expr* ExprParser::or_expression() { return chain(Op::or_, "||", &ExprParser::and_expression); }
const Expr* ExprParser::and_expression() { return chain(Op::and_, "&&", &ExprParser::relation); }

const Expr* ExprParser::relation() {
  const Expr* left = sum();
  if (left == nullptr) return nullptr;
  const Token token = tokens_.peek();
  const Expr* out = left;
  if (token.is("=")) return fail(token.at, "`=` is no operator; `==` compares");
  if (const auto op = relation_of(token)) {
    tokens_.take();
    const Expr* right = sum();
    out = right == nullptr ? nullptr : node(*op, {left, right}, token.at);
  } else if (tokens_.accept_word("has")) {
    out = has(left, token.at);
  } else if (tokens_.accept_word("like")) {
    out = like(left, token.at);
  } else if (tokens_.accept_word("is")) {
    out = is(left, token.at);
  }
  if (out != nullptr && begins_relation(tokens_.peek())) {
    return fail(tokens_.peek().at, "one comparison cannot be compared with another; use parentheses");
  }
  return out;
}

const Expr* ExprParser::has(const Expr* left, Position at) {
  std::vector<std::string_view> names;
  if (tokens_.peek().kind == Token::Kind::string) {
    const auto name = text_of(tokens_.take());
    if (!name) return nullptr;
    names.push_back(*name);
  } else {
    do {
      const auto name = identifier("an attribute's name");
      if (!name) return nullptr;
      names.push_back(*name);
    } while (tokens_.accept("."));
  }
  return built(builder_.make(Op::has, std::vector{left}, at, builder_.arena().copy<std::string_view>(names)),
               at);
}

const Expr* ExprParser::like(const Expr* left, Position at) {
  const Token token = tokens_.peek();
  if (token.kind != Token::Kind::string) {
    tokens_.fail_expected("a pattern in quotes");
    return nullptr;
  }
  tokens_.take();
  const auto pieces = unescape_pattern(token.text);
  if (!pieces) return fail(token.at, pieces.error().message);
  const std::span<std::string_view> names = builder_.arena().array<std::string_view>(pieces->size());
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = builder_.arena().copy((*pieces)[i]);
  return built(builder_.make(Op::like, std::vector{left}, at, names), at);
}

const Expr* ExprParser::is(const Expr* left, Position at) {
  const auto type = type_name();
  if (!type) return nullptr;
  std::vector<const Expr*> args = {left};
  if (tokens_.accept_word("in")) {
    args.push_back(sum());
    if (args.back() == nullptr) return nullptr;
  }
  return built(builder_.make(Op::is, args, at, builder_.arena().copy<std::string_view>(std::vector{*type})),
               at);
}

const Expr* ExprParser::sum() {
  const Expr* left = product();
  while (left != nullptr && (tokens_.peek().is("+") || tokens_.peek().is("-"))) {
    const Token op = tokens_.take();
    const Expr* right = product();
    if (right == nullptr) return nullptr;
    left = node(op.text == "+" ? Op::add : Op::subtract, {left, right}, op.at);
  }
  return left;
}

const Expr* ExprParser::product() {
  const Expr* left = unary();
  while (left != nullptr && (tokens_.peek().is("*") || tokens_.peek().is("/") || tokens_.peek().is("%"))) {
    const Token op = tokens_.take();
    if (op.text != "*") return fail(op.at, describe(op) + " is not part of the language");
    const Expr* right = unary();
    if (right == nullptr) return nullptr;
    left = node(Op::multiply, {left, right}, op.at);
  }
  return left;
}

const Expr* ExprParser::unary() {
  const Token first = tokens_.peek();
  if (!first.is("!") && !first.is("-")) return member();
  int count = 0;
  while (tokens_.accept(first.text)) ++count;
  if (count > kMostUnary) return fail(first.at, "at most four " + describe(first) + " may follow each other");
  const Expr* arg = nullptr;
  if (first.text == "-" && tokens_.peek().kind == Token::Kind::number) {
    // The last minus belongs to the number, so that the smallest one can be written.
    bool absorbed = false;
    arg = negative_number(absorbed);
    if (absorbed) --count;
  } else {
    arg = member();
  }
  for (; count > 0 && arg != nullptr; --count)
    arg = node(first.text == "!" ? Op::not_ : Op::negate, {arg}, first.at);
  return arg;
}

const Expr* ExprParser::member() {
  const Expr* receiver = primary();
  return receiver == nullptr ? nullptr : accesses(receiver);
}

const Expr* ExprParser::accesses(const Expr* receiver) {
  while (receiver != nullptr && !tokens_.failed()) {
    const Position at = tokens_.peek().at;
    if (tokens_.accept("[")) {
      receiver = index(receiver, at);
    } else if (tokens_.accept(".")) {
      const Token token = tokens_.peek();
      const auto name = identifier("the name of an attribute or a method");
      if (!name) return nullptr;
      receiver = tokens_.peek().is("(") ? method(receiver, token) : attribute(receiver, *name, at);
    } else if (tokens_.peek().is("(")) {
      return fail(tokens_.peek().at, "what stands before `(` is no function");
    } else {
      return receiver;
    }
  }
  return nullptr;
}

const Expr* ExprParser::attribute(const Expr* receiver, std::string_view name, Position at) {
  const std::span<std::string_view> names = builder_.arena().array<std::string_view>(1);
  names[0] = name;
  return built(builder_.make(Op::attribute, std::vector{receiver}, at, names), at);
}

const Expr* ExprParser::index(const Expr* receiver, Position at) {
  const Token token = tokens_.peek();
  if (token.kind != Token::Kind::string) {
    tokens_.fail_expected("an attribute's name in quotes");
    return nullptr;
  }
  const auto name = text_of(tokens_.take());
  if (!name || !tokens_.expect("]")) return nullptr;
  return attribute(receiver, *name, at);
}

const Expr* ExprParser::method(const Expr* receiver, const Token& name) {
  std::vector<const Expr*> args = {receiver};
  tokens_.expect("(");
  if (!arguments(args, ")")) return nullptr;
  for (const Method& method : kMethods) {
    if (method.name != name.text) continue;
    if (args.size() != method.arguments + 1) {
      return fail(name.at, describe(name) + " takes " + std::to_string(method.arguments) +
                               " argument(s), not " + std::to_string(args.size() - 1));
    }
    return node(method.op, args, name.at);
  }
  const FunctionInfo* function = find_function(name.text);
  if (function == nullptr) return fail(name.at, describe(name) + " is no method");
  if (!function->method) return fail(name.at, describe(name) + " is a function, not a method");
  return built(builder_.call(function->function, args, name.at), name.at);
}

bool ExprParser::arguments(std::vector<const Expr*>& out, std::string_view closing) {
  while (!tokens_.peek().is(closing)) {
    out.push_back(expression());
    if (out.back() == nullptr) return false;
    if (!tokens_.accept(",") && !tokens_.peek().is(closing))
      return tokens_.fail_expected("`,` or `" + std::string(closing) + "`");
  }
  return tokens_.expect(closing);
}

}  // namespace aegis::policy
