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
  const auto weak = [&](std::string_view text) {
    return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
  };
  if (weak(word)) return true;
  // "admin1234", "test2024": the same words, made to please a form.
  constexpr std::size_t kYear = 4;
  const std::size_t end = word.find_last_not_of("0123456789");
  const std::size_t stem = end == std::string::npos ? 0 : end + 1;
  return word.size() - stem >= kYear && weak(std::string_view(word).substr(0, stem));
}

bool is_template(std::string_view value) {
  if (value.find_first_of("<>{}[]`") != std::string_view::npos || value.find("%(") != std::string_view::npos)
    return true;
  // "$NAME", "$(command)"; a dollar sign before anything else is a sign of a password.
  const std::size_t dollar = value.find('$');
  if (dollar == std::string_view::npos) return false;
  const char next = dollar + 1 < value.size() ? value[dollar + 1] : ' ';
  return next == '(' || next == '_' || is_upper(next) || is_lower(next);
}

double long_and_mixed(const Match& match, double confidence) {
  const auto digits = std::count_if(match.value.begin(), match.value.end(), is_digit);
  return digits >= 3 && shannon_entropy(match.value) >= kSecretEntropy + 1 ? confidence : 0;
}

double stated_signs(const Match& match, double confidence) {
  const std::string_view value = match.value;
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return is_lower(c) || is_upper(c) || c == '-' || c == '_' || c == '.';
  });
  if (plain || value.starts_with("${") || value.starts_with("{{") || value.starts_with('<')) return 0;
  return is_placeholder(value.substr(0, 24)) || is_weak_word(value) ||
                 lower(value).find("secret") != std::string::npos
             ? 0
             : confidence;
}

double stated_password(const Match& match, double confidence) {
  const std::string_view password = match.value;
  return is_template(password) || is_weak_word(password) || is_placeholder(password) ? 0 : confidence;
}

}  // namespace aegis::detectors::secrets
