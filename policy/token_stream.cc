#include "policy/token_stream.h"

namespace aegis::policy {

Token TokenStream::take() {
  Token token = token_;
  token_ = lexer_.next();
  return token;
}

bool TokenStream::accept(std::string_view punctuation) {
  if (failed() || !token_.is(punctuation)) return false;
  take();
  return true;
}

bool TokenStream::accept_word(std::string_view word) {
  if (failed() || !token_.is_word(word)) return false;
  take();
  return true;
}

bool TokenStream::expect(std::string_view punctuation) {
  return accept(punctuation) || fail_expected("`" + std::string(punctuation) + "`");
}

bool TokenStream::fail(Position at, const std::string& message) {
  if (!failed())
    error_ = invalid_input(std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message);
  return false;
}

bool TokenStream::fail_expected(std::string_view what) {
  return fail(token_.at, "expected " + std::string(what) + ", found " + describe(token_));
}

}  // namespace aegis::policy
