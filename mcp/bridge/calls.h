// Calls: the requests of a modern client that are with a legacy server, and the questions that server asks
// while it works on them.
//
// A legacy server asks the client by a request of its own; a modern client is asked by the answer to its
// request, and brings what was asked for with the next one. So the request the question belongs to is parked:
// its client is answered `input_required`, the server goes on waiting, and the retry takes the parked call's
// place. Whether a question is put to the right request does not change its meaning: the answer goes to the
// server's question, and what the server says to the parked call is kept for the retry.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "mcp/bridge/capabilities.h"
#include "mcp/bridge/outbox.h"
#include "mcp/message.h"

namespace aegis::mcp {

// Open questions of one call. A form asks for many things at once, so a server has no use for more.
inline constexpr std::size_t kMaxQuestions = 32;
// Questions a server asked while no request was there to carry them (many ask for the roots right after
// `initialized`), and how long they wait for one: SDKs give their own requests up after a minute.
inline constexpr std::size_t kMaxHeldQuestions = 32;
inline constexpr int kHeldQuestionMs = 60'000;
// Answers kept for retries, together. One answer of the largest size fits.
inline constexpr std::size_t kMaxKeptBytes = kMaxMessageBytes;

struct Question {
  std::string key;        // in inputRequests
  std::string server_id;  // of the server's request, as JSON text; empty: the server asked by an error
  Json request;           // {method, params}
};

struct Call {
  std::string server_id;  // ids and tokens are JSON text
  std::string client_id;  // of the request that waits; of the last that did when parked
  std::string method;
  std::string digest;  // params_digest; empty when this client cannot be asked anything
  Abilities abilities;
  std::string server_token;  // progress tokens; empty: none
  std::string client_token;
  int log_level = -1;  // messages of this level and above are wanted; -1: none
  int rounds = 0;      // how often the client was asked

  bool parked = false;
  std::string nonce;  // of the requestState that is out, when parked
  std::int64_t expires_us = 0;
  std::vector<Question> questions;
  std::string answer;       // kept for the retry; its id is not yet the retry's
  bool send_again = false;  // the server has ended it: the retry is a call anew
  std::uint64_t order = 0;  // newer is larger
};

class Calls {
 public:
  struct Options {
    Outbox* out = nullptr;
    OwnIds* ids = nullptr;
    std::string principal;
    std::function<std::int64_t()> now_us;
    const Json* server_info = nullptr;  // stamped on results
  };

  explicit Calls(Options options) : options_(std::move(options)) {}

  // Whether a request with this id waits for its answer.
  [[nodiscard]] bool waits(const std::string& client_id) const;
  // The client's id, unless a parked call still uses it with the server.
  std::string id_for_server(const std::string& client_id);
  // REQUIRES: !waits(call.client_id). The caller has sent, or sends next, the request; put_held() follows
  // that.
  void start(Call call);
  // Asks the client of a started call what the server wanted to know before.
  void put_held(const std::string& server_id);

  // nullptr: none. Lifetime: until the next call of anything that is not const.
  [[nodiscard]] const Call* find(const std::string& server_id) const;
  [[nodiscard]] const Call* by_token(const std::string& server_token) const;
  // The newest waiting call whose log level lets a message of `level` through.
  [[nodiscard]] const Call* newest_listening(int level) const;
  // The most talkative level that is asked for; -1: none.
  [[nodiscard]] int wanted_log_level() const;

  // The server's answer, in the words of the client's era.
  void answer(const std::string& server_id, std::string line);
  // The server ended the call with the request to elicit these first (-32042). False: it cannot be done.
  bool elicit_first(const std::string& server_id, const Json& elicitations);
  // A question from the server: `related` as in Bridge.
  void ask(const Message& message, std::string_view text, std::string_view related);
  // The server does not want to know any more.
  void withdraw(const std::string& question_id);

  struct Retry {
    bool forward = false;  // send it to the server as a new call, with `rounds`; else it is dealt with
    int rounds = 0;
  };
  // A request that carries requestState. `request` has client_id, method, digest, abilities, client_token and
  // log_level; `params` is JSON text.
  Retry retry(const Call& request, std::string_view params);

  // True: there was such a call; the server has been told. `notice`: the client's notification.
  bool cancel(const std::string& client_id, std::string_view notice);

  // Another server: what the old one was asked is forgotten, what it answered is kept for its retry.
  void server_replaced();
  [[nodiscard]] std::int64_t deadline_us() const;
  void tick();

 private:
  struct Held {
    std::string server_id;
    Json request;
    std::int64_t expires_us = 0;
  };

  Call* carrier(std::string_view related, std::string_view method, const Json& params, bool* related_known);
  void park(Call* call);
  void deliver(Call* call, std::string_view line);
  void give_up(Call* call, std::string_view why_client);
  void fail_questions(Call* call, std::string_view why);
  void refuse(const std::string& question_id, int code, std::string_view why);
  void erase(const std::string& server_id);
  std::string input_required(const Call& call) const;
  [[nodiscard]] std::int64_t now() const { return options_.now_us(); }

  Options options_;
  std::unordered_map<std::string, Call> calls_;           // by server_id
  std::unordered_map<std::string, std::string> clients_;  // client_id → server_id
  std::unordered_map<std::string, std::string> tokens_;   // server_token → server_id
  std::unordered_map<std::string, std::string> nonces_;   // of parked calls → server_id
  std::unordered_set<std::string> open_questions_;        // ids of the server's requests
  std::deque<Held> held_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t last_order_ = 0;
  std::uint64_t last_key_ = 0;
};

}  // namespace aegis::mcp
