// McpProxy: one client's session with one guarded server, message by message.
//
// Knows MCP and the guard; knows nothing of pipes or sockets: lines come in, lines go out through two sinks.
// Everything is relayed, known or not, byte for byte unless the guard changed it. Not thread-safe: one
// session, one thread at a time. The Guard must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "gateway/approval_questions.h"
#include "gateway/approval_waits.h"
#include "gateway/carried_states.h"
#include "gateway/server_offers.h"
#include "gateway/server_tools.h"
#include "guard/catalogue.h"
#include "guard/guard.h"
#include "mcp/message.h"
#include "mcp/version.h"

namespace aegis::gateway {

// Requests waiting for an answer; a client that never takes its answers cannot make us grow without end. As
// many cancelled ones are remembered, for answers that come late; beyond that such an answer is dropped.
inline constexpr std::size_t kMaxPending = 10'000;
// The guard did not let a request through that has no tool result to say it in (resources, prompts).
inline constexpr int kBlocked = -31002;

// What a line to the client is, so that a front with several ways back can choose one.
struct Delivery {
  mcp::MessageKind kind = mcp::MessageKind::notification;
  // The id (JSON text) of the client's request it belongs to: the one it answers, or the one on whose stream
  // the server sent it. Empty: none, or nobody knows (stdio does not say). A batch has the kind of its first.
  std::string_view related;
};
using ClientSink = std::function<void(std::string_view line, const Delivery& delivery)>;

// Of an error a server gives in its own words, such as that it has no such method: nothing comes in by it.
inline constexpr guard::ToolLabels kOwnWords{.read_only = true,
                                             .destructive = false,
                                             .open_world = false,
                                             .untrusted_source = false,
                                             .private_data = false,
                                             .external_sink = false};

class McpProxy {
 public:
  using Sink = std::function<void(std::string_view line)>;  // one message, without its newline

  struct Options {
    guard::Session session;
    const guard::KnownServer* known_server = nullptr;
    std::string principal;  // who the client is, for what is sealed to it
    ClientSink to_client;
    Sink to_server;
  };

  McpProxy(guard::Guard* guard, Options options);

  void from_client(std::string_view line);
  // `related`: as in Delivery.
  void from_server(std::string_view line, std::string_view related = {});
  // A line over the size limit, of which nothing is known.
  void oversized_from_client();
  void oversized_from_server();

  // Answers every waiting request with an error that says why there will be no other.
  void fail_waiting(const std::string& why);

  // Gives up requests that have waited since before `asked_before_us` (monotonic): the client gets an error,
  // the server is told that nobody waits any more.
  void fail_overdue(std::int64_t asked_before_us);

  // When tick() wants to be called, monotonic; 0: never. Somebody may have approved a call that waits for it.
  [[nodiscard]] std::int64_t deadline_us() const { return waits_.deadline_us(); }
  void tick();

  // Requests a client waits for and its server has; a subscription, which is answered when it ends, is none.
  [[nodiscard]] std::size_t waiting() const { return pending_.size() - cancelled_ - held_; }
  // The server wrote something that is no message since its last valid one.
  [[nodiscard]] bool server_talks_junk() const { return server_talks_junk_; }
  // It has sent a valid message.
  [[nodiscard]] bool server_speaks_mcp() const { return server_speaks_mcp_; }

 private:
  struct Pending {
    std::string operation;
    std::string target;
    guard::ToolLabels labels;
    guard::Call call;
    std::int64_t asked_us = 0;  // monotonic
    std::string params;         // of a modern request, whose answer may ask back
    std::string place;          // within the server's service, of a call
    std::string notice;         // what was done to its arguments; empty: nothing
    bool guarded = false;       // its answer is judged
    bool modern = false;        // asked in the 2026-07-28 era
    bool approved = false;      // by a person, as it is
    bool held = false;          // a subscription: open until one side ends it
    bool cancelled = false;  // the client does not wait for it any more; a late answer is judged all the same
  };
  // What became of one message.
  struct Handled {
    bool forward = false;  // pass it on: `changed` where there is one, else as it came
    std::optional<std::string> changed;
    std::string reply;  // to its sender; empty: none
    std::string id;     // that the reply answers
  };

  Handled client_message(const ParsedJson& parsed);
  Handled server_message(const ParsedJson& parsed, Delivery* delivery);
  void client_batch(std::string_view text);
  void server_batch(std::string_view text, std::string_view related);
  Handled guarded_notification(const mcp::Message& message, std::string_view text);

  Handled guarded_request(const mcp::Message& message, std::string_view text);
  // `edit_of` and `continues_approved`: as in guard::Event.
  guard::Verdict judge_call(simdjson::dom::element params, std::string_view text, const Pending& pending,
                            std::string_view edit_of, bool continues_approved);

  // What a person's answer, or the clock, makes of a call that waits: it goes on to be judged again, or not,
  // for the model to read why.
  struct Answered {
    bool goes_on = false;
    std::string why;
  };
  Handled ask_for_approval(const mcp::Message& message, std::string_view text, const Pending& pending,
                           const guard::Verdict& verdict);
  Handled approval_answered(const mcp::Message& message, std::string_view text, const Pending& pending,
                            const std::string& approval);
  Answered take_answer(const std::string& approval, FormAnswer answer);
  void form_answered(const std::string& approval, const mcp::Message& message);
  void go_on(const std::string& approval, const Answered& answered);
  Handled resume(std::string_view line);
  void fail_approvals(const std::string& why);

  Handled question(const mcp::Message& message, std::string_view text);
  std::optional<guard::Verdict> refused_question(simdjson::dom::element answer);
  Handled answer(const mcp::Message& message, std::string_view text, Delivery* delivery);
  Handled guarded_answer(const mcp::Message& message, std::string_view text, const Pending& pending);
  Handled initialized(const mcp::Message& message, std::string_view text, const Pending& pending);
  bool cancel(const mcp::Message& message);
  std::string changed_answer(const mcp::Message& message, std::string_view text, const Pending& pending,
                             guard::Verdict* verdict);
  std::optional<std::string> with_sealed_state(const mcp::Message& message, std::string_view text,
                                               const Pending& pending);
  // What a client is told of a request that was not passed on.
  std::string stopped(const std::string& id, std::string_view operation, bool modern,
                      const std::string& text) const;
  std::string denial(const std::string& id, const Pending& pending, const guard::Verdict& verdict) const;
  void reply(std::string_view line, std::string_view id);
  std::string unaddressed_error(int code, std::string_view text) const;
  void forget(std::unordered_map<std::string, Pending>::iterator request);
  std::unordered_map<std::string, Pending>::iterator find_pending(const std::string& id);
  void junk(const std::string& what, bool broken_message);

  guard::Guard* guard_;
  guard::Session session_;
  ClientSink to_client_;
  Sink to_server_;
  const mcp::Revision* revision_;  // nullptr until `initialize` was answered
  JsonParser client_parser_;
  JsonParser server_parser_;
  JsonParser batch_parser_;  // one message of a batch at a time
  std::vector<std::string_view> fields_;
  std::unordered_map<std::string, Pending> pending_;
  std::string answered_id_;    // what Delivery::related of an answer points into
  std::size_t cancelled_ = 0;  // of pending_
  std::size_t held_ = 0;       // of pending_, not counting cancelled ones
  ServerTools tools_;
  ServerOffers offers_;
  CarriedStates carried_;
  CarriedStates asked_;  // our own questions: which approval they are about
  ApprovalWaits waits_;
  JsonParser resumed_parser_;  // a call that waited
  JsonParser edited_parser_;   // one whose approver wrote other arguments
  bool fills_forms_ = false;   // the client, of an older revision, said it does
  bool server_talks_junk_ = false;
  bool server_speaks_mcp_ = false;
};

}  // namespace aegis::gateway
