// Reads the expressions of policy text. One thread, one text.
//
//   expr     = "if" expr "then" expr "else" expr | or
//   or       = and {"||" and}             and = relation {"&&" relation}
//   relation = add [("<" | "<=" | ">=" | ">" | "==" | "!=" | "in") add]
//            | add "has" (STRING | IDENT {"." IDENT}) | add "like" PATTERN | add "is" name ["in" add]
//   add      = mult {("+" | "-") mult}    mult = unary {"*" unary}
//   unary    = up to four "!" or up to four "-", then member
//   member   = primary {"." IDENT | "." IDENT "(" exprs ")" | "[" STRING "]"}
//   primary  = literal | uid | variable | FUNCTION "(" exprs ")" | "(" expr ")" | "[" exprs "]" | "{" fields
//   "}"
//
// Lists may end in a comma.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "policy/ast.h"
#include "policy/token_stream.h"

namespace aegis::policy {

class ExprParser {
 public:
  ExprParser(TokenStream& tokens, ExprBuilder& builder) : tokens_(tokens), builder_(builder) {}

  // Null after an error, which `tokens` then holds.
  const Expr* expression();

  // A::B::"id"; the error is in `tokens`. Used by scopes as well.
  std::optional<EntityUid> entity();
  // A::B, copied to the arena.
  std::optional<std::string_view> type_name();
  // An identifier that is not reserved, copied to the arena.
  std::optional<std::string_view> identifier(std::string_view what);

 private:
  const Expr* chain(Op op, std::string_view symbol, const Expr* (ExprParser::*operand)());
  const Expr* or_expression();
  const Expr* and_expression();
  const Expr* relation();
  const Expr* has(const Expr* left, Position at);
  const Expr* like(const Expr* left, Position at);
  const Expr* is(const Expr* left, Position at);
  const Expr* sum();
  const Expr* product();
  const Expr* unary();
  const Expr* member();
  const Expr* accesses(const Expr* receiver);
  const Expr* method(const Expr* receiver, const Token& name);
  const Expr* index(const Expr* receiver, Position at);

  const Expr* primary();
  const Expr* number();
  const Expr* negative_number(bool& absorbed);
  const Expr* name_or_call();
  const Expr* function(const Token& name);
  const Expr* set(Position at);
  const Expr* record(Position at);
  bool arguments(std::vector<const Expr*>& out, std::string_view closing);
  std::optional<std::uint64_t> digits();
  // Identifiers joined by `::`. `open` says that it ended in one, which is taken as well.
  std::optional<std::string_view> path(bool& open);
  std::optional<std::string_view> entity_id();
  std::optional<std::string_view> text_of(const Token& string);

  const Expr* built(const Expr* expr, Position at);
  const Expr* attribute(const Expr* receiver, std::string_view name, Position at);
  const Expr* node(Op op, const std::vector<const Expr*>& args, Position at) {
    return built(builder_.make(op, args, at), at);
  }
  const Expr* fail(Position at, const std::string& message) {
    tokens_.fail(at, message);
    return nullptr;
  }

  TokenStream& tokens_;
  ExprBuilder& builder_;
  std::size_t nesting_ = 0;
};

}  // namespace aegis::policy
