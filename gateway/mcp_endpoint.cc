#include "gateway/mcp_endpoint.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "gateway/http/inbound.h"
#include "gateway/http/legacy_sessions.h"
#include "gateway/http/modern_posts.h"
#include "gateway/http/reply.h"

namespace aegis::gateway {
namespace {

constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";

HttpResponse refused_credential(const AuthProblem& problem) {
  const char* error = problem.status == 401   ? "invalid_token"
                      : problem.status == 403 ? "insufficient_scope"
                                              : "temporarily_unavailable";
  auto response =
      json_response(problem.status, dump_json(Json{{"error", error}, {"error_description", problem.text}}));
  if (!problem.challenge.empty()) response.headers.emplace_back("WWW-Authenticate", problem.challenge);
  return response;
}

}  // namespace

// Shared with the routes, which may outlive the McpEndpoint.
class McpEndpoint::Impl {
 public:
  Impl(ConversationFactory* factory, Authenticator* authenticator, const EndpointLimits& limits)
      : limits_(limits), authenticator_(authenticator), legacy_(factory, limits), modern_(factory, limits) {
    housekeeper_ = std::thread([this] { keep_house(); });
  }
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Who may not come in sends no body.
  std::optional<HttpResponse> admit(const HttpRequest& request, std::string_view path) {
    Principal ignored;
    return authenticate(request, path, &ignored);
  }

  HttpResponse handle(HttpRequest& request, std::string_view path) {
    try {
      return dispatch(request, path);
    } catch (const std::exception& e) {
      log::error("a request could not be handled: " + std::string(e.what()));
      return refuse({.status = 500, .code = mcp::kInternalError, .text = "internal error"}, nullptr);
    }
  }

  HttpResponse metadata(const HttpRequest& request, std::string_view path) {
    try {
      const Json metadata = authenticator_->metadata(request.origin_url + std::string(path));
      HttpResponse none;
      none.status = 404;
      return metadata.is_null() ? none : json_response(200, dump_json(metadata));
    } catch (const std::exception&) {
      HttpResponse failed;
      failed.status = 500;
      return failed;
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      stopping_ = true;
      changed_.notify_all();
    }
    housekeeper_.join();
    // Side by side: each waits for its servers' ends.
    const std::jthread modern([this] { modern_.stop(); });
    legacy_.stop();
  }

 private:
  // The refusal, if there is one.
  std::optional<HttpResponse> authenticate(const HttpRequest& request, std::string_view path,
                                           Principal* principal) {
    AuthProblem problem;
    const std::string metadata_url = request.origin_url + std::string(kWellKnown) + std::string(path);
    if (authenticator_->authenticate(request.header("Authorization"), metadata_url, principal, &problem))
      return std::nullopt;
    return refused_credential(problem);
  }

  HttpResponse dispatch(const HttpRequest& request, std::string_view path) {
    Principal principal;
    if (auto refusal = authenticate(request, path, &principal)) return std::move(*refusal);
    if (request.method == "POST") {
      InboundReader reader;
      Inbound inbound;
      Refusal refusal;
      if (!reader.read(request, &inbound, &refusal)) return refuse(refusal, inbound.header_revision);
      return inbound.era == mcp::Era::modern ? modern_.post(request, principal, inbound)
                                             : legacy_.post(request, principal, inbound);
    }
    const auto version = request.header("MCP-Protocol-Version");
    const auto* revision = version ? mcp::find_revision(*version) : nullptr;
    const bool modern = revision != nullptr && revision->modern;
    if (!modern && request.method == "GET") return legacy_.get(request, principal);
    if (!modern && request.method == "DELETE") return legacy_.remove(request, principal);
    return refuse(
        {.status = 405, .text = "the method is not allowed", .allow = modern ? "POST" : "GET, POST, DELETE"},
        revision);
  }

  void keep_house() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      changed_.wait_for(lock, std::chrono::milliseconds(limits_.housekeeping_ms));
      if (stopping_) return;
      lock.unlock();
      try {
        legacy_.expire();
        modern_.expire();
      } catch (const std::exception& e) {
        log::error("idle sessions could not be ended: " + std::string(e.what()));
      }
      lock.lock();
    }
  }

  const EndpointLimits limits_;
  Authenticator* const authenticator_;
  LegacySessions legacy_;
  ModernPosts modern_;

  std::mutex mutex_;  // guards stopping_
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread housekeeper_;
};

McpEndpoint::McpEndpoint(ConversationFactory* factory, Authenticator* authenticator, EndpointLimits limits)
    : impl_(std::make_shared<Impl>(factory, authenticator, limits)) {}

McpEndpoint::~McpEndpoint() { impl_->stop(); }

void McpEndpoint::add_to(Listener* listener) {
  for (const std::string path : {"/mcp", "/api/mcp"}) {
    listener->route(
        "*", path, [impl = impl_, path](HttpRequest& request) { return impl->handle(request, path); },
        [impl = impl_, path](const HttpRequest& request) { return impl->admit(request, path); });
    listener->route("GET", std::string(kWellKnown) + path,
                    [impl = impl_, path](HttpRequest& request) { return impl->metadata(request, path); });
  }
  listener->route("GET", std::string(kWellKnown),
                  [impl = impl_](HttpRequest& request) { return impl->metadata(request, "/mcp"); });
}

void McpEndpoint::stop() { impl_->stop(); }

}  // namespace aegis::gateway
