// What a client may put before and into an HTTP request: its head, a chunked body, a Host, an Origin. However
// the bytes are cut into pieces the reading is the same, and what was accepted cannot be read in two ways.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/http/chunked.h"
#include "gateway/http/head.h"
#include "gateway/http/origin.h"

namespace {

using namespace aegis::gateway;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_head(std::string_view bytes, std::size_t piece) {
  HeadEnd whole, parts;
  const auto found = whole.look(bytes);
  auto partly = HeadEnd::Found::not_yet;
  for (std::size_t end = piece; partly == HeadEnd::Found::not_yet; end += piece) {
    partly = parts.look(bytes.substr(0, end));
    if (end >= bytes.size()) break;
  }
  require(found == partly);
  if (found != HeadEnd::Found::end) return;
  require(whole.size() == parts.size());
  const std::string_view text = bytes.substr(0, whole.size());
  RequestHead head;
  if (read_head(text, 100, &head) != 0) return;
  require(head.path == "*" || head.path.front() == '/');
  require(head.path.find("/../") == std::string::npos && head.path.find('\0') == std::string::npos);
  require(!head.http11 || !head.host.empty());
  require(!(head.chunked && head.content_length > 0));
  require(text.find('\0') == std::string_view::npos);
  require(std::count(text.begin(), text.end(), '\r') == std::count(text.begin(), text.end(), '\n'));
  for (const char* once : {"Host", "Content-Length", "Transfer-Encoding", "Authorization", "Origin"}) {
    require(std::count_if(head.headers.begin(), head.headers.end(),
                          [&](const auto& header) { return same_letters(header.first, once); }) <= 1);
  }
  const Premises premises{.bound_host = "127.0.0.1", .port = 80, .allowed_hosts = {"a.example"}};
  if (host_allowed(premises, head.host, "")) {
    const auto authority = read_authority(head.host);
    require(authority && (is_loopback_name(authority->host) || authority->host == "a.example"));
  }
  if (const auto origin = find_header(head.headers, "Origin"))
    (void)origin_allowed(premises, *origin, head.host);
}

void check_chunked(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t kLimit = 10'000;
  std::string whole_body, parts_body;
  ChunkedReader whole(kLimit), parts(kLimit);
  std::string_view input = bytes;
  const auto state = whole.feed(&input, &whole_body);
  auto partly = ChunkedReader::State::more;
  std::size_t at = 0;
  while (at < bytes.size() && partly == ChunkedReader::State::more) {
    std::string_view part = bytes.substr(at, piece);
    const std::size_t had = part.size();
    partly = parts.feed(&part, &parts_body);
    at += had - part.size();
  }
  require(state == partly && whole_body == parts_body && whole_body.size() <= kLimit);
  if (state == ChunkedReader::State::done) require(at == bytes.size() - input.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 32 + 1;
  // A heap copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::vector<char> exact(data + 1, data + size);
  check_head({exact.data(), exact.size()}, piece);
  check_chunked({exact.data(), exact.size()}, piece);
  return 0;
}
