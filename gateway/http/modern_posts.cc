#include "gateway/http/modern_posts.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <exception>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "gateway/http/reply.h"
#include "mcp/http_headers.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kParamPrefix = "mcp-param-";
constexpr const char* kStopping = "the server is stopping";

// Keys come out sorted, since nlohmann::json (unlike our Json) keeps them so.
nlohmann::json sorted(const Json& value) {
  if (value.is_object()) {
    auto object = nlohmann::json::object();
    for (const auto& [key, member] : value.items()) object[key] = sorted(member);
    return object;
  }
  if (value.is_array()) {
    auto array = nlohmann::json::array();
    for (const auto& item : value) array.push_back(sorted(item));
    return array;
  }
  return nlohmann::json::parse(value.dump(), nullptr, false);
}

std::string_view tool_of(const mcp::Message& message) {
  std::string_view name;
  if (message.method != "tools/call" || !message.has_body ||
      message.body["name"].get(name) != simdjson::SUCCESS)
    return {};
  return name;
}

mcp::HeaderList own_params(const mcp::HeaderList& headers) {
  mcp::HeaderList own;
  for (const auto& header : headers) {
    const auto& name = header.first;
    if (name.size() > kParamPrefix.size() &&
        std::equal(kParamPrefix.begin(), kParamPrefix.end(), name.begin(), [](char a, char b) {
          return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
        })) {
      own.push_back(header);
    }
  }
  return own;
}

}  // namespace

std::string canonical_capabilities(dom::element capabilities) {
  const auto value = parse_json(simdjson::minify(capabilities));
  return value ? sorted(*value).dump() : "{}";
}

int status_of(std::string_view answer) {
  // Most answers are results; this is quicker than reading them.
  if (answer.find("\"error\"") == std::string_view::npos) return 200;
  const auto code = mcp::find_value(answer, {"error", "code"});
  if (!code) return 200;
  const auto text = answer.substr(code->begin, code->end - code->begin);
  const auto is = [&](int value) { return text == std::to_string(value); };
  if (is(mcp::kMethodNotFound)) return 404;
  if (is(mcp::kHeaderMismatch) || is(mcp::kMissingClientCapability) || is(mcp::kUnsupportedProtocolVersion))
    return 400;
  return 200;
}

Result<std::shared_ptr<Conversation>> open_conversation(ConversationFactory* factory,
                                                        const Principal& principal, mcp::Era era,
                                                        std::string_view capabilities) {
  try {
    auto conversation = factory->open(principal, era, capabilities);
    if (conversation && *conversation == nullptr) return internal_error("no conversation was opened");
    return conversation;
  } catch (const std::exception&) {
    return internal_error("the conversation could not be opened");
  }
}

class ModernPosts::Lease {
 public:
  // REQUIRES: link->waiting was counted up.
  Lease(ModernPosts* posts, std::shared_ptr<Link> link) : posts_(posts), link_(std::move(link)) {}
  ~Lease() {
    const std::lock_guard lock(posts_->mutex_);
    --link_->waiting;
    link_->used_us = monotonic_us();
    if (outbox_) link_->outboxes.erase(outbox_);
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Conversation& conversation() { return *link_->conversation; }

  // The request's outbox, closed when the endpoint stops. False: it has stopped.
  bool hold(const std::shared_ptr<Outbox>& outbox) {
    const std::lock_guard lock(posts_->mutex_);
    if (posts_->stopping_) return false;
    outbox_ = outbox;
    link_->outboxes.insert(outbox);
    return true;
  }

 private:
  ModernPosts* const posts_;
  const std::shared_ptr<Link> link_;
  std::shared_ptr<Outbox> outbox_;
};

ModernPosts::ModernPosts(ConversationFactory* factory, const EndpointLimits& limits)
    : factory_(factory), limits_(limits) {}

HttpResponse ModernPosts::post(const HttpRequest& request, const Principal& principal,
                               const Inbound& inbound) {
  const auto& message = inbound.message;
  const auto* revision = mcp::find_revision(mcp::kModernRevision);
  const auto no = [&](int status, int code, std::string text, const Json& data = {}) {
    if (!data.is_null()) return json_response(status, mcp::error_message(message.id, code, text, data));
    return refuse({.status = status, .code = code, .text = std::move(text), .id = message.id}, revision);
  };
  const bool is_request = message.kind == mcp::MessageKind::request;
  if (is_request && (message.method == "initialize" || message.method == "ping")) {
    return no(
        404, mcp::kMethodNotFound,
        "protocol revision " + std::string(mcp::kModernRevision) + " has no " + std::string(message.method));
  }

  // A member the body lacks comes first, then what its headers say of it, then a version we do not speak:
  // which of two versions is meant, nobody can tell.
  mcp::RequestMeta meta;
  mcp::MetaProblem problem;
  const bool has_meta = mcp::read_request_meta(message, &meta, &problem);
  const bool refused = !has_meta && is_request;
  if (refused && problem.code == mcp::kInvalidParams)
    return no(400, problem.code, problem.text, problem.data);
  const auto lookup = [&](std::string_view name) { return request.header(name); };
  if (const auto checked = mcp::check_headers(message, lookup, {}); !checked) {
    return no(400, mcp::kHeaderMismatch, checked.error().message);
  }
  if (refused) return no(400, problem.code, problem.text, problem.data);

  HttpResponse accepted;
  accepted.status = 202;
  // The era has no notification that means anything over HTTP; one without _meta has no conversation to go
  // to.
  if (!has_meta) return accepted;

  std::string capabilities = canonical_capabilities(meta.client_capabilities);
  if (capabilities.size() > kMaxCapabilityBytes) {
    return no(400, mcp::kInvalidParams,
              "the client capabilities have more than the limit of " + std::to_string(kMaxCapabilityBytes) +
                  " bytes");
  }
  Refusal refusal;
  const auto held = lease(request, principal, std::move(capabilities), &refusal);
  if (!held) {
    refusal.id = message.id;
    return refuse(refusal, revision);
  }
  if (!is_request) {
    if (held->conversation().receive(inbound.line, nullptr, own_params(request.headers))) return accepted;
    return no(503, mcp::kServerGone, "too much waits for the server already");
  }
  if (const auto tool = tool_of(message); !tool.empty()) {
    const auto params = held->conversation().param_headers(tool);
    const auto checked = params.empty() ? Result<void>() : mcp::check_headers(message, lookup, params);
    if (!checked) return no(400, mcp::kHeaderMismatch, checked.error().message);
  }
  return answer(request, held, inbound);
}

HttpResponse ModernPosts::answer(const HttpRequest& request, const std::shared_ptr<Lease>& lease,
                                 const Inbound& inbound) {
  const auto outbox = Outbox::make(1);
  const auto unavailable = [&](const char* why) {
    return refuse({.status = 503, .code = mcp::kServerGone, .text = why, .id = inbound.message.id}, nullptr);
  };
  // Before the message counts: an answer may be long in coming, and then it is a stream.
  if (request.reserve_stream && !request.reserve_stream()) return unavailable(kNoStreamFree);
  if (!lease->hold(outbox)) return unavailable(kStopping);
  lease->conversation().receive(inbound.line, outbox, own_params(request.headers));
  switch (outbox->first_word(limits_.first_word_ms, request.hung_up)) {
    case Outbox::Word::answer: {
      std::string body = outbox->json(false);
      const int status = status_of(body);
      return json_response(status, std::move(body));
    }
    case Outbox::Word::gone: lease->conversation().hung_up(outbox); return unavailable("the client has gone");
    case Outbox::Word::closed: return unavailable("no answer will come: the request was given up");
    case Outbox::Word::stream: break;
  }
  const auto on_end = [lease, outbox](bool) {
    if (outbox->complete()) return;
    outbox->close();
    lease->conversation().hung_up(outbox);
  };
  return stream_response(std::make_shared<Attachment>(outbox, 0, false, limits_.keep_alive_ms, on_end));
}

bool ModernPosts::make_room(const std::string& principal, std::shared_ptr<Conversation>* idle) {
  std::size_t own = 0;
  auto oldest = links_.end();
  for (auto link = links_.begin(); link != links_.end(); ++link) {
    if (link->first.first != principal) continue;
    ++own;
    if (link->second->waiting == 0 && link->second->conversation != nullptr &&
        (oldest == links_.end() || link->second->used_us < oldest->second->used_us)) {
      oldest = link;
    }
  }
  if (own < limits_.max_capability_sets && links_.size() < limits_.max_sessions) return true;
  if (oldest == links_.end()) return false;
  *idle = oldest->second->conversation;
  links_.erase(oldest);
  return true;
}

std::shared_ptr<ModernPosts::Lease> ModernPosts::lease(const HttpRequest& request, const Principal& principal,
                                                       std::string capabilities, Refusal* refusal) {
  const auto no = [&](std::string text) {
    *refusal = {.status = 503, .code = mcp::kServerGone, .text = std::move(text)};
    return nullptr;
  };
  const Key key{principal.name, std::move(capabilities)};
  for (;;) {
    std::shared_ptr<Link> link;
    std::shared_ptr<Conversation> unused;
    bool open = false;
    {
      std::unique_lock lock(mutex_);
      if (stopping_) return no(kStopping);
      if (const auto found = links_.find(key); found != links_.end()) {
        link = found->second;
        if (link->conversation == nullptr) {  // somebody else is opening it
          opened_.wait_for(lock, std::chrono::milliseconds(kHangUpPollMs));
          lock.unlock();
          if (request.hung_up && request.hung_up()) return no("the client has gone");
          continue;
        }
        ++link->waiting;
      } else {
        if (!make_room(principal.name, &unused)) return no("too many conversations are open");
        open = true;
        link = std::make_shared<Link>();
        link->waiting = 1;
        links_.emplace(key, link);
      }
    }
    if (unused) unused->end("another conversation needed its place");

    auto lease = std::make_shared<Lease>(this, link);
    if (open) {
      auto conversation = open_conversation(factory_, principal, mcp::Era::modern, key.second);
      {
        const std::lock_guard lock(mutex_);
        const bool use = conversation && !stopping_;
        if (use) link->conversation = *conversation;
        if (!use) links_.erase(key);
        opened_.notify_all();
        if (use) return lease;
      }
      if (!conversation) return no(conversation.error().message);
      (*conversation)->end(kStopping);
      return no(kStopping);
    }
    if (!link->conversation->ended()) return lease;
    bool mine = false;
    {
      const std::lock_guard lock(mutex_);
      const auto found = links_.find(key);
      mine = found != links_.end() && found->second == link;
      if (mine) links_.erase(found);
    }
    if (mine) link->conversation->end("its server is gone");
  }
}

void ModernPosts::expire() {
  std::vector<std::shared_ptr<Conversation>> idle;
  {
    const std::lock_guard lock(mutex_);
    const auto limit = monotonic_us() - std::int64_t{limits_.session_idle_ms} * 1'000;
    for (auto link = links_.begin(); link != links_.end();) {
      const bool over =
          link->second->conversation && link->second->waiting == 0 && link->second->used_us < limit;
      if (over) idle.push_back(link->second->conversation);
      link = over ? links_.erase(link) : std::next(link);
    }
  }
  for (const auto& conversation : idle) conversation->end("nobody used it");
}

void ModernPosts::stop() {
  std::map<Key, std::shared_ptr<Link>> links;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    links.swap(links_);
    opened_.notify_all();
  }
  for (const auto& [key, link] : links) {
    std::set<std::shared_ptr<Outbox>> outboxes;
    std::shared_ptr<Conversation> conversation;
    {
      const std::lock_guard lock(mutex_);
      conversation = link->conversation;
      outboxes = link->outboxes;
    }
    if (conversation) conversation->end(kStopping);
    for (const auto& outbox : outboxes) outbox->close();
  }
}

}  // namespace aegis::gateway
