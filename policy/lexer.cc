#include "policy/lexer.h"

#include <algorithm>
#include <array>

namespace aegis::policy {

namespace {

// Longest first.
constexpr std::array<std::string_view, 25> kPunctuation = {"::", "==", "!=", "<=", ">=", "||", "&&", "@", ".",
                                                           ",",  ";",  ":",  "(",  ")",  "{",  "}",  "[", "]",
                                                           "<",  ">",  "+",  "-",  "*",  "/",  "%"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the white space character (Unicode's White_Space) the text begins with, or 0.
std::size_t blank(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text[0];
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (text.starts_with("\xC2\x85") || text.starts_with("\xC2\xA0")) return 2;
  if (text.starts_with("\xE1\x9A\x80") || text.starts_with("\xE2\x81\x9F") ||
      text.starts_with("\xE3\x80\x80"))
    return 3;
  if (text.size() >= 3 && text.starts_with("\xE2\x80")) {
    const auto last = static_cast<unsigned char>(text[2]);
    if ((last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF) return 3;
  }
  return 0;
}

// Bytes of a string literal with its quotes, or 0 where it does not end.
std::size_t string_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\' && (++i == text.size() || text[i] == '\n')) return 0;
  }
  return 0;
}

}  // namespace

std::string describe(const Token& token) {
  switch (token.kind) {
    case Token::Kind::end: return "the end of the text";
    case Token::Kind::string: return "a string";
    case Token::Kind::number: return "a number";
    case Token::Kind::invalid:
      return token.text == "\"" ? "a string that does not end" : "a character that means nothing here";
    default: {
      constexpr std::size_t kShown = 40;
      return "`" + std::string(token.text.substr(0, kShown)) + (token.text.size() > kShown ? "…`" : "`");
    }
  }
}

void Lexer::advance(std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) {
    if (text_[at_ + i] == '\n') {
      ++position_.line;
      position_.column = 1;
    } else {
      ++position_.column;
    }
  }
  at_ += bytes;
}

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (const std::size_t bytes = blank(rest); bytes > 0) {
      advance(bytes);
    } else if (rest.starts_with("//")) {
      advance(std::min(rest.find_first_of("\n\r"), rest.size()));
    } else {
      return;
    }
  }
}

Token Lexer::next() {
  skip_blanks();
  const std::string_view rest = text_.substr(at_);
  Token token{Token::Kind::end, {}, position_};
  if (rest.empty()) return token;
  const auto take = [&](Token::Kind kind, std::size_t bytes) {
    token.kind = kind;
    token.text = rest.substr(0, bytes);
    advance(bytes);
    return token;
  };
  const auto count = [&](std::size_t from, auto&& belongs) {
    std::size_t bytes = from;
    while (bytes < rest.size() && belongs(rest[bytes])) ++bytes;
    return bytes;
  };
  const auto in_word = [](char c) { return is_letter(c) || is_digit(c); };

  if (is_letter(rest[0])) return take(Token::Kind::identifier, count(1, in_word));
  if (is_digit(rest[0])) return take(Token::Kind::number, count(1, is_digit));
  if (rest[0] == '?' && rest.size() > 1 && is_letter(rest[1]))
    return take(Token::Kind::slot, count(2, in_word));
  if (rest[0] == '"') {
    const std::size_t bytes = string_length(rest);
    if (bytes > 0) {
      take(Token::Kind::string, bytes);
      token.text = rest.substr(1, bytes - 2);
      return token;
    }
  }
  for (const std::string_view punctuation : kPunctuation) {
    if (rest.starts_with(punctuation)) return take(Token::Kind::punctuation, punctuation.size());
  }
  if (rest[0] == '=' || rest[0] == '!' || rest[0] == '?') return take(Token::Kind::punctuation, 1);
  token.kind = Token::Kind::invalid;
  token.text = rest.substr(0, 1);
  return token;
}

}  // namespace aegis::policy
