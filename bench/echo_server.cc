// A minimal MCP server on stdio for the measurements: one tool, which returns as much text as it is asked
// for.
//
// Written without the product's library, and so that it costs as little as it can: it looks for three members
// by plain search and relies on its client to be bench_proxy.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string>
#include <string_view>

#include "bench/payload.h"

namespace {

// The text of the member `key`'s value up to the next comma or brace. Relays may reorder members, so the end
// of the line, behind a long argument, is searched before its middle.
std::string_view member(std::string_view line, std::string_view key) {
  constexpr std::size_t kHead = 160;
  std::size_t at = line.substr(0, kHead).find(key);
  if (at == std::string_view::npos) at = line.rfind(key);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + key.size());
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.substr(0, line.find_first_of(",}"));
}

std::size_t number(std::string_view digits) {
  std::size_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// Texts by size; several of each, so that nobody in between sees the same answer twice in a row.
class Answers {
 public:
  const std::string& of(std::size_t size) {
    constexpr unsigned kVariants = 16;
    auto& texts = by_size_[size];
    const unsigned variant = next_++ % kVariants;
    if (texts[variant].empty()) {
      texts[variant] = R"(,"result":{"content":[{"type":"text","text":")" +
                       aegis::bench::json_escaped(aegis::bench::mixture(size, 100 + variant)) + "\"}]}}\n";
    }
    return texts[variant];
  }

 private:
  std::map<std::size_t, std::array<std::string, 16>> by_size_;
  unsigned next_ = 0;
};

constexpr std::string_view kInitialized =
    R"(,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}}})"
    "\n";
constexpr std::string_view kTools =
    R"(,"result":{"tools":[{"name":"echo","description":"Returns text of the size asked for.","inputSchema":)"
    R"({"type":"object","properties":{"size":{"type":"integer"},"text":{"type":"string"}},"required":["size"]},)"
    R"("annotations":{"readOnlyHint":true,"openWorldHint":false}}]}})"
    "\n";

bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

int main() {
  Answers answers;
  std::string input, output;
  std::array<char, 65536> bytes;
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size <= 0) return 0;
    std::size_t searched = input.size();
    input.append(bytes.data(), static_cast<std::size_t>(size));
    for (std::size_t end; (end = input.find('\n', searched)) != std::string::npos; searched = 0) {
      const std::string_view line = std::string_view(input).substr(0, end);
      const std::string_view id = member(line, "\"id\":");
      const std::string_view method = member(line, "\"method\":");
      if (!id.empty()) {
        output = R"({"jsonrpc":"2.0","id":)";
        output += id;
        if (method == "\"initialize\"")
          output += kInitialized;
        else if (method == "\"tools/list\"")
          output += kTools;
        else
          output += answers.of(number(member(line, "\"size\":")));
        if (!write_all(output)) return 1;
      }
      input.erase(0, end + 1);
    }
  }
}
