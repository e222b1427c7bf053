// Tokens of policy text. One thread; views into the text, which must outlive them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ast.h"

namespace aegis::policy {

struct Token {
  enum class Kind : std::uint8_t { end, identifier, number, string, slot, punctuation, invalid };
  Kind kind = Kind::end;
  std::string_view text;  // as written; of a string, what stands between the quotes
  Position at;

  bool is(std::string_view punctuation) const { return kind == Kind::punctuation && text == punctuation; }
  bool is_word(std::string_view word) const { return kind == Kind::identifier && text == word; }
};

// For messages: `;`, `principal`, a string, the end of the text.
std::string describe(const Token& token);

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; `end` for ever at the end, `invalid` for ever where a byte begins no token.
  Token next();

 private:
  void skip_blanks();
  void advance(std::size_t bytes);

  std::string_view text_;
  std::size_t at_ = 0;
  Position position_{1, 1};
};

}  // namespace aegis::policy
