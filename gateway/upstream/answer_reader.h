// AnswerReader: what a server sends back for one request, as lines for the link: the answer itself, and the
// notifications and requests that come on its stream before it.
//
// Not thread-safe. Everything read here is untrusted: strict JSON, bounded events, and no answer but the
// request's own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/upstream/port_core.h"
#include "mcp/message.h"
#include "mcp/sse.h"

namespace aegis::gateway {

// A message read strictly. `line` is its text on one line.
struct ReadLine {
  std::string line;
  mcp::Message message;  // views into a parser of this thread; valid until it reads the next
};
Result<ReadLine> read_line(std::string_view text);

class AnswerReader {
 public:
  struct Request {
    std::string id;  // JSON text
    bool modern = false;
    // The answer, before it is posted; may change its line.
    std::function<void(const mcp::Message& message, std::string* line)> on_answer;
  };

  AnswerReader(PortCore* core, Request request) : core_(core), request_(std::move(request)) {}

  // A whole body. False: there was no answer in it; see problem().
  bool json(std::string_view body);
  // The body of an HTTP error. False: it is no JSON-RPC error, and nothing was posted. Whatever id it has is
  // replaced by the request's: servers write "server-error" or null there.
  bool error_body(std::string_view body);

  // A new stream begins (the first, or one that goes on where the last one broke off).
  void begin_stream();
  // Bytes of the stream. False: the server broke a rule and nothing more is read; see problem().
  bool stream(std::string_view bytes);

  [[nodiscard]] bool answered() const { return answered_; }
  // A predicate for "the server '…' "; empty: none.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  [[nodiscard]] const std::string& last_event_id() const { return last_event_id_; }
  [[nodiscard]] int retry_ms() const { return retry_ms_; }
  // Messages seen so far: whether a resumed stream made progress.
  [[nodiscard]] std::size_t messages() const { return messages_; }

 private:
  bool take(std::string_view text);
  bool refuse(std::string why);
  void answer(ReadLine read);

  PortCore* core_;
  Request request_;
  std::unique_ptr<mcp::SseDecoder> decoder_;
  std::string last_event_id_;
  int retry_ms_ = -1;
  std::size_t messages_ = 0;
  bool answered_ = false;
  std::string problem_;
};

}  // namespace aegis::gateway
