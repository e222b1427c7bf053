#include "gateway/upstream/port_core.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace aegis::gateway {

bool is_visible_ascii(std::string_view value) {
  return !value.empty() &&
         std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

void LegacySession::opened(std::string id, std::string version) {
  const std::scoped_lock lock(mutex_);
  id_ = std::move(id);
  version_ = std::move(version);
}

void LegacySession::fell_back(std::string target) {
  const std::scoped_lock lock(mutex_);
  old_target_ = std::move(target);
}

mcp::HeaderList LegacySession::headers() const {
  const std::scoped_lock lock(mutex_);
  mcp::HeaderList headers;
  if (!id_.empty()) headers.emplace_back("Mcp-Session-Id", id_);
  if (!version_.empty()) headers.emplace_back("MCP-Protocol-Version", version_);
  return headers;
}

bool LegacySession::has_id() const {
  const std::scoped_lock lock(mutex_);
  return !id_.empty();
}

std::optional<std::string> LegacySession::old_target() const {
  const std::scoped_lock lock(mutex_);
  return old_target_;
}

bool Cutter::attach(HttpConnection* connection) {
  const std::scoped_lock lock(mutex_);
  connection_ = connection;
  return !stopped_;
}

void Cutter::detach() {
  const std::scoped_lock lock(mutex_);
  connection_ = nullptr;
}

void Cutter::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  if (connection_ != nullptr) connection_->cut();
}

HttpEndpoint PortCore::endpoint(int read_timeout_ms) const {
  return {.origin = url,
          .ca_file = options.ca_file,
          .connect_timeout_ms = options.connect_timeout_ms,
          .read_timeout_ms = read_timeout_ms,
          .shown_key = options.shown_key};
}

std::string PortCore::sentence(std::string_view predicate) const {
  return "the server '" + options.name + "' " + std::string(predicate);
}

mcp::HeaderList PortCore::headers(std::string_view accept) const {
  mcp::HeaderList headers = options.headers;
  headers.emplace_back("Accept", accept);
  // Nothing compressed is read: its size is known only afterwards.
  headers.emplace_back("Accept-Encoding", "identity");
  return headers;
}

void PortCore::fail(std::string_view id, int code, std::string_view predicate) {
  post(mcp::error_message(id, code, sentence(predicate)), id);
}

void PortCore::close(const std::string& why) {
  if (!closed_.exchange(true)) mailbox.post({Mailbox::Kind::closed, why, {}});
}

void PortCore::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  mailbox.shut();
  changed_.notify_all();
}

bool PortCore::pause(int milliseconds, const std::function<bool()>& cancelled) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                            [&] { return stopping_ || cancelled(); });
}

void PortCore::notify() {
  { const std::scoped_lock lock(mutex_); }  // whoever is about to wait has looked, or will look again
  changed_.notify_all();
}

}  // namespace aegis::gateway
