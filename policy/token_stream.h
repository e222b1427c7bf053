// What the parsers share: the token they stand on, and the first error, after which nothing is read any more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/lexer.h"

namespace aegis::policy {

class TokenStream {
 public:
  explicit TokenStream(std::string_view text) : lexer_(text), token_(lexer_.next()) {}

  const Token& peek() const { return token_; }
  Token take();

  // Whether the token is this punctuation; if so it is taken.
  bool accept(std::string_view punctuation);
  bool accept_word(std::string_view word);
  // The same, and an error if it is not.
  bool expect(std::string_view punctuation);

  // Records the first error as `line:column: message`. Always false.
  bool fail(Position at, const std::string& message);
  // `expected …, found …` at the token.
  bool fail_expected(std::string_view what);
  bool failed() const { return error_.has_value(); }
  const Error& error() const { return *error_; }

 private:
  Lexer lexer_;
  Token token_;
  std::optional<Error> error_;
};

}  // namespace aegis::policy
