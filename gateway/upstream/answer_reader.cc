#include "gateway/upstream/answer_reader.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

// Raw newlines in JSON are blanks between its tokens (in strings they are escaped); a line has none.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

JsonParser& this_threads_parser() {
  thread_local JsonParser parser;
  return parser;
}

Result<ReadLine> as_message(const ParsedJson& parsed) {
  std::string id;
  auto message = mcp::read_message(parsed.root, &id);
  if (!message) return message.error();
  return ReadLine{one_line(parsed.text), std::move(*message)};
}

std::string with_id(std::string line, std::string_view id) {
  if (mcp::find_value(line, {"id"})) return mcp::replace_value(line, {"id"}, id);
  const auto brace = line.find('{');
  return line.insert(brace + 1, "\"id\":" + std::string(id) + ",");
}

}  // namespace

Result<ReadLine> read_line(std::string_view text) {
  const auto parsed = this_threads_parser().parse(text);
  if (!parsed) return parsed.error();
  return as_message(*parsed);
}

bool AnswerReader::refuse(std::string why) {
  problem_ = std::move(why);
  return false;
}

bool AnswerReader::json(std::string_view body) {
  const auto parsed = this_threads_parser().parse(body);
  if (!parsed) return refuse("sent an answer that is refused: " + parsed.error().message);
  simdjson::dom::array batch;
  if (!request_.modern && parsed->root.get(batch) == simdjson::SUCCESS) {
    // Revisions before 2025-06-18 may answer one message with an array. Each is read again by itself, so the
    // texts are taken first.
    std::vector<std::string> messages;
    for (const auto element : batch) messages.push_back(simdjson::minify(element));
    for (const auto& text : messages) {
      if (!take(text)) return false;
    }
  } else if (!take(body)) {
    return false;
  }
  return answered_ || refuse("answered with something that is no answer to the request");
}

bool AnswerReader::error_body(std::string_view body) {
  auto read = read_line(body);
  if (!read || read->message.kind != mcp::MessageKind::error) return false;
  read->message.id.clear();
  answer(std::move(*read));
  return true;
}

void AnswerReader::begin_stream() { decoder_ = std::make_unique<mcp::SseDecoder>(kMaxMessageBytes); }

bool AnswerReader::stream(std::string_view bytes) {
  decoder_->append(bytes);
  for (;;) {
    auto event = decoder_->next();
    if (!event) return refuse("sent an event that is too long");
    if (decoder_->retry_ms() >= 0) retry_ms_ = decoder_->retry_ms();
    if (!*event) return true;
    if (!(*event)->id.empty()) last_event_id_ = (*event)->id;
    if (answered_ || (*event)->type != "message" || (*event)->data.empty()) continue;
    if (!take((*event)->data)) return false;
  }
}

bool AnswerReader::take(std::string_view text) {
  auto read = read_line(text);
  if (!read) return refuse("sent a message that is refused: " + read.error().message);
  ++messages_;
  const auto& message = read->message;
  switch (message.kind) {
    case mcp::MessageKind::request:
      if (request_.modern) {
        log::warn(
            core_->sentence("sent a request of its own, which revision 2026-07-28 does not have; dropped"));
        return true;
      }
      [[fallthrough]];
    case mcp::MessageKind::notification: core_->post(std::move(read->line), request_.id); return true;
    case mcp::MessageKind::error:
    case mcp::MessageKind::result:
      if (message.id == request_.id || (message.kind == mcp::MessageKind::error && message.id.empty())) {
        answer(std::move(*read));
      } else {
        log::warn(core_->sentence("sent an answer to a request it was not asked on this stream; dropped"));
      }
      return true;
  }
  return true;
}

void AnswerReader::answer(ReadLine read) {
  if (read.message.id.empty()) read.line = with_id(std::move(read.line), request_.id);
  if (request_.on_answer) request_.on_answer(read.message, &read.line);
  answered_ = true;
  core_->post(std::move(read.line), request_.id);
}

}  // namespace aegis::gateway
