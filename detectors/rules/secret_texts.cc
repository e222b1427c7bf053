#include "detectors/rules/secret_texts.h"

#include <algorithm>
#include <array>

#include "detectors/validators.h"

namespace aegis::detectors::secrets {
namespace {

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (is_upper(c)) c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

}  // namespace

std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    unsigned value = 0;
    if (is_upper(c))
      value = static_cast<unsigned>(c - 'A');
    else if (is_lower(c))
      value = static_cast<unsigned>(c - 'a') + 26;
    else if (is_digit(c))
      value = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+' || c == '-')
      value = 62;
    else if (c == '/' || c == '_')
      value = 63;
    else
      break;
    bits = (bits << 6U | value) & 0xFFFFFU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xFFU);
    }
  }
  return out;
}

std::string encode_base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    bits = (bits << 8U | static_cast<unsigned char>(c)) & 0xFFFFFU;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += digits[bits >> held & 0x3FU];
    }
  }
  if (held > 0) out += digits[bits << (6 - held) & 0x3FU];
  return out;
}

bool is_weak_word(std::string_view password) {
  constexpr auto kWords = std::to_array<std::string_view>({
      "password",      "passwd",         "passwort",     "pass",
      "pwd",           "secret",         "pw",           "hunter2",
      "admin",         "root",           "user",         "guest",
      "test",          "demo",           "postgres",     "mysql",
      "redis",         "mongo",          "rabbitmq",     "token",
      "key",           "username",       "mypassword",   "my-password",
      "my_password",   "yourpassword",   "userpassword", "dbpassword",
      "db_password",   "passw0rd",       "password1",    "password123",
      "supersecret",   "secretpassword", "xxx",          "xxxxx",
      "abc",           "abc123",         "foo",          "bar",
      "null",          "none",           "true",         "false",
      "string",        "letmein",        "changeit",     "qwerty",
      "x-oauth-basic", "x-access-token", "pass123",      "test123",
  });
  const std::string word = lower(password);
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_template(std::string_view value) {
  return value.find_first_of("<>{}[]$`") != std::string_view::npos ||
         value.find("%(") != std::string_view::npos;
}

double stated_password(const Match& match, double confidence) {
  const std::string_view password = match.value;
  return is_template(password) || is_weak_word(password) || is_placeholder(password) ? 0 : confidence;
}

}  // namespace aegis::detectors::secrets
