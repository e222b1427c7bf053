#include "mcp/bridge/calls.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "mcp/bridge/members.h"
#include "mcp/meta.h"
#include "mcp/sealed_state.h"

namespace aegis::mcp {
namespace {

constexpr std::int64_t kUsPerMs = 1'000;

std::string cancellation(const std::string& id, std::string_view reason) {
  return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
         ",\"reason\":" + json_quote(reason) + "}}";
}

// What only the older era knows of a question.
Json question_params(Json params) {
  for (const auto* key : {"_meta", "task", "elicitationId"}) params.erase(key);
  return params;
}

}  // namespace

bool Calls::waits(const std::string& client_id) const {
  const auto found = clients_.find(client_id);
  return found != clients_.end() && !calls_.at(found->second).parked;
}

std::string Calls::id_for_server(const std::string& client_id) {
  return calls_.contains(client_id) ? options_.ids->next() : client_id;
}

void Calls::start(Call call) {
  call.order = ++last_order_;
  clients_[call.client_id] = call.server_id;
  if (!call.server_token.empty()) tokens_[call.server_token] = call.server_id;
  calls_.insert_or_assign(call.server_id, std::move(call));
}

void Calls::put_held(const std::string& server_id) {
  const auto found = calls_.find(server_id);
  if (found == calls_.end() || !may_ask_back(found->second.method)) return;
  Call& call = found->second;
  for (auto held = held_.begin(); held != held_.end() && call.questions.size() < kMaxQuestions;) {
    if (!can_answer(call.abilities, held->request["method"].get_ref<const std::string&>(),
                    held->request.value("params", Json()))) {
      ++held;
      continue;
    }
    call.questions.push_back(
        {"q" + std::to_string(++last_key_), std::move(held->server_id), std::move(held->request)});
    held = held_.erase(held);
  }
  if (!call.questions.empty()) park(&call);
}

const Call* Calls::find(const std::string& server_id) const {
  const auto found = calls_.find(server_id);
  return found == calls_.end() ? nullptr : &found->second;
}

const Call* Calls::by_token(const std::string& server_token) const {
  const auto found = tokens_.find(server_token);
  return found == tokens_.end() ? nullptr : find(found->second);
}

const Call* Calls::newest_listening(int level) const {
  const Call* newest = nullptr;
  for (const auto& [id, call] : calls_) {
    if (call.parked || call.log_level < 0 || level < call.log_level) continue;
    if (newest == nullptr || call.order > newest->order) newest = &call;
  }
  return newest;
}

int Calls::wanted_log_level() const {
  int wanted = -1;
  for (const auto& [id, call] : calls_) {
    if (call.log_level >= 0 && (wanted < 0 || call.log_level < wanted)) wanted = call.log_level;
  }
  return wanted;
}

void Calls::erase(const std::string& server_id) {
  const auto found = calls_.find(server_id);
  if (found == calls_.end()) return;
  const Call& call = found->second;
  const auto drop = [&](auto& index, const std::string& key) {
    const auto entry = index.find(key);
    if (entry != index.end() && entry->second == call.server_id) index.erase(entry);
  };
  drop(clients_, call.client_id);
  drop(tokens_, call.server_token);
  drop(nonces_, call.nonce);
  for (const auto& question : call.questions) open_questions_.erase(question.server_id);
  kept_bytes_ -= call.answer.size();
  calls_.erase(found);
}

void Calls::deliver(Call* call, std::string_view line) {
  const auto id = value_text(line, {"id"});
  const std::string to = call->client_id;
  options_.out->to_client(id == to ? std::string(line) : edit_object(line, {}, {{"id", to}}), to);
  erase(std::string(call->server_id));
}

void Calls::answer(const std::string& server_id, std::string line) {
  const auto found = calls_.find(server_id);
  if (found == calls_.end() || !found->second.answer.empty() || found->second.send_again) return;
  Call& call = found->second;
  if (!call.parked) {
    deliver(&call, line);
    return;
  }
  if (kept_bytes_ + line.size() > kMaxKeptBytes) {
    line = error_message(server_id, kInternalError, "too many answers wait for their clients to come back");
  }
  kept_bytes_ += line.size();
  call.answer = std::move(line);
}

Call* Calls::carrier(std::string_view related, std::string_view method, const Json& params,
                     bool* related_known) {
  *related_known = false;
  if (const auto found = calls_.find(std::string(related));
      found != calls_.end() && may_ask_back(found->second.method)) {
    *related_known = true;
    return can_answer(found->second.abilities, method, params) ? &found->second : nullptr;
  }
  Call* newest = nullptr;
  for (auto& [id, call] : calls_) {
    if (!may_ask_back(call.method) || !can_answer(call.abilities, method, params) || call.send_again)
      continue;
    // One that waits before one that is parked already, then the newest.
    const auto rank = [](const Call& one) { return std::pair(!one.parked, one.order); };
    if (newest == nullptr || rank(call) > rank(*newest)) newest = &call;
  }
  return newest;
}

void Calls::refuse(const std::string& question_id, int code, std::string_view why) {
  options_.out->to_server(error_message(question_id, code, why));
}

void Calls::ask(const Message& message, std::string_view text, std::string_view related) {
  const std::string& id = message.id;
  if (open_questions_.contains(id)) {
    refuse(id, kInvalidRequest, "a request with this id is still waiting for its answer");
    return;
  }
  Json request{{"method", message.method}};
  Json params;
  if (const auto given = value_text(text, {"params"})) {
    params = Json::parse(*given, nullptr, false);
    if (!params.is_object()) params = Json::object();
    params = question_params(std::move(params));
    if (!params.empty()) request["params"] = params;
  }
  bool related_known = false;
  Call* call = carrier(related, message.method, params, &related_known);
  if (call == nullptr) {
    // Whether the client can answer it is known of requests only, so it waits for one.
    const bool other_waits =
        related_known || std::any_of(calls_.begin(), calls_.end(), [](const auto& entry) {
          return !entry.second.parked && may_ask_back(entry.second.method);
        });
    if (other_waits) {
      refuse(id, kMethodNotFound, "the client has not declared the capability for this request");
    } else if (held_.size() >= kMaxHeldQuestions) {
      refuse(id, kInternalError, "too many requests wait for the client");
    } else {
      open_questions_.insert(id);
      held_.push_back({id, std::move(request), now() + kHeldQuestionMs * kUsPerMs});
    }
    return;
  }
  if (call->questions.size() >= kMaxQuestions || call->rounds >= kMaxInputRounds ||
      (!call->parked && nonces_.size() >= kMaxParked)) {
    refuse(id, kInternalError, "too many requests wait for the client");
    return;
  }
  open_questions_.insert(id);
  call->questions.push_back({"q" + std::to_string(++last_key_), id, std::move(request)});
  if (!call->parked) park(call);
}

void Calls::withdraw(const std::string& question_id) {
  if (open_questions_.erase(question_id) == 0) return;
  std::erase_if(held_, [&](const Held& held) { return held.server_id == question_id; });
  for (auto& [id, call] : calls_) {
    std::erase_if(call.questions,
                  [&](const Question& question) { return question.server_id == question_id; });
  }
}

std::string Calls::input_required(const Call& call) const {
  Json requests = Json::object();
  for (const auto& question : call.questions) requests[question.key] = question.request;
  return result_message(call.client_id,
                        Json{{"resultType", "input_required"},
                             {"inputRequests", std::move(requests)},
                             {"requestState", seal_state(call.nonce, call.expires_us,
                                                         {options_.principal, call.method, call.digest})},
                             {"_meta", {{std::string(kMetaServerInfo), *options_.server_info}}}});
}

void Calls::park(Call* call) {
  if (call->rounds >= kMaxInputRounds) {
    give_up(call, "the server asked more often than the limit of " + std::to_string(kMaxInputRounds) +
                      " times, or the client left as many of its questions unanswered");
    return;
  }
  ++call->rounds;
  call->parked = true;
  call->nonce = state_nonce();
  call->expires_us = now() + kParkedMs * kUsPerMs;
  nonces_[call->nonce] = call->server_id;
  options_.out->to_client(input_required(*call), call->client_id);
}

bool Calls::elicit_first(const std::string& server_id, const Json& elicitations) {
  const auto found = calls_.find(server_id);
  if (found == calls_.end() || !elicitations.is_array() || elicitations.empty() ||
      elicitations.size() > kMaxQuestions)
    return false;
  Call& call = found->second;
  if (!may_ask_back(call.method) || !call.answer.empty() || nonces_.size() >= kMaxParked) return false;
  std::vector<Question> questions;
  for (const auto& one : elicitations) {
    if (!one.is_object() || !can_answer(call.abilities, "elicitation/create", one)) return false;
    questions.push_back({"q" + std::to_string(++last_key_),
                         {},
                         Json{{"method", "elicitation/create"}, {"params", question_params(one)}}});
  }
  std::move(questions.begin(), questions.end(), std::back_inserter(call.questions));
  call.send_again = true;
  if (!call.parked) park(&call);
  return true;
}

void Calls::fail_questions(Call* call, std::string_view why) {
  for (const auto& question : call->questions) {
    if (!question.server_id.empty()) refuse(question.server_id, kInternalError, why);
    open_questions_.erase(question.server_id);
  }
  call->questions.clear();
}

void Calls::give_up(Call* call, std::string_view why_client) {
  fail_questions(call, "the client gave no answer");
  if (call->answer.empty() && !call->send_again) {
    options_.out->to_server(cancellation(call->server_id, "the client gave no answer"));
  }
  if (!call->parked) {
    options_.out->to_client(error_message(call->client_id, kInternalError, why_client), call->client_id);
  }
  erase(std::string(call->server_id));
}

Calls::Retry Calls::retry(const Call& request, std::string_view params) {
  const auto refused = [&] {
    options_.out->to_client(error_message(request.client_id, kInvalidParams,
                                          "requestState is not valid for this request: it was not given to "
                                          "it, or it has been used, or it has expired"),
                            request.client_id);
    return Retry{};
  };
  std::string state;
  if (const auto text = value_text(params, {"requestState"})) {
    const Json value = Json::parse(*text, nullptr, false);
    if (value.is_string()) state = value.get<std::string>();
  }
  const auto nonce = open_state(state, {options_.principal, request.method, request.digest}, now());
  const auto named = nonce ? nonces_.find(*nonce) : nonces_.end();
  if (named == nonces_.end()) return refused();
  Call& call = calls_.at(named->second);
  nonces_.erase(named);
  if (const auto old = clients_.find(call.client_id); old != clients_.end() && old->second == call.server_id)
    clients_.erase(old);
  call.nonce.clear();
  call.parked = false;
  call.client_id = request.client_id;
  call.client_token = request.client_token;
  call.log_level = request.log_level;
  call.abilities = request.abilities;
  call.order = ++last_order_;
  clients_[call.client_id] = call.server_id;

  const auto responses = value_text(params, {"inputResponses"});
  bool declined = false;
  std::erase_if(call.questions, [&](const Question& question) {
    const auto response = responses ? value_text(*responses, {question.key}) : std::nullopt;
    if (!response || !response->starts_with('{')) return false;
    if (question.server_id.empty()) {
      const auto action = value_text(*response, {"action"});
      declined = declined || action != "\"accept\"";
    } else {
      options_.out->to_server(R"({"jsonrpc":"2.0","id":)" + question.server_id +
                              ",\"result\":" + std::string(*response) + "}");
      open_questions_.erase(question.server_id);
    }
    return true;
  });
  if (!call.questions.empty()) {
    park(&call);
    return {};
  }
  if (!call.answer.empty()) {
    kept_bytes_ -= call.answer.size();
    const std::string line = std::exchange(call.answer, {});
    deliver(&call, line);
    return {};
  }
  if (!call.send_again) return {};  // the server works on
  const int rounds = call.rounds;
  erase(std::string(call.server_id));
  if (!declined) return {.forward = true, .rounds = rounds};
  constexpr std::string_view kDeclined = "the server wants a page to be visited first, and that was declined";
  options_.out->to_client(
      request.method == "tools/call"
          ? result_message(request.client_id,
                           Json{{"resultType", "complete"},
                                {"content", Json::array({{{"type", "text"}, {"text", kDeclined}}})},
                                {"isError", true},
                                {"_meta", {{std::string(kMetaServerInfo), *options_.server_info}}}})
          : error_message(request.client_id, kInternalError, kDeclined),
      request.client_id);
  return {};
}

bool Calls::cancel(const std::string& client_id, std::string_view notice) {
  const auto found = clients_.find(client_id);
  if (found == clients_.end()) return false;
  Call& call = calls_.at(found->second);
  if (call.answer.empty() && !call.send_again) {
    options_.out->to_server(edit_object(notice, {"params"}, {{"requestId", call.server_id}}, {"_meta"}));
  }
  fail_questions(&call, "the client cancelled its request");
  erase(std::string(call.server_id));
  return true;
}

void Calls::server_replaced() {
  std::vector<std::string> gone;
  for (auto& [id, call] : calls_) {
    std::erase_if(call.questions, [](const Question& question) { return !question.server_id.empty(); });
    if (!call.parked || (call.answer.empty() && !call.send_again)) gone.push_back(id);
  }
  for (const auto& id : gone) erase(id);
  held_.clear();
  open_questions_.clear();
}

std::int64_t Calls::deadline_us() const {
  std::int64_t earliest = held_.empty() ? 0 : held_.front().expires_us;
  for (const auto& [nonce, id] : nonces_) {
    const auto expires = calls_.at(id).expires_us;
    if (earliest == 0 || expires < earliest) earliest = expires;
  }
  return earliest;
}

void Calls::tick() {
  const auto time = now();
  while (!held_.empty() && held_.front().expires_us <= time) {
    refuse(held_.front().server_id, kInternalError, "the client was not there to be asked");
    open_questions_.erase(held_.front().server_id);
    held_.pop_front();
  }
  std::vector<std::string> expired;
  for (const auto& [nonce, id] : nonces_) {
    if (calls_.at(id).expires_us <= time) expired.push_back(id);
  }
  for (const auto& id : expired) give_up(&calls_.at(id), "");
}

}  // namespace aegis::mcp
