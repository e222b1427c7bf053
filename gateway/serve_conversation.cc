#include "gateway/serve_conversation.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

const std::string kTooLarge =
    "the message has more than the limit of " + std::to_string(mcp::kMaxRequestBytes) + " bytes";

using ParamHeadersOf = std::map<std::string, std::vector<mcp::ParamHeader>, std::less<>>;

// Tools without annotations, which are nearly all, have no entry.
ParamHeadersOf annotated(const Json& tools) {
  ParamHeadersOf all;
  JsonParser parser;
  for (const auto& tool : tools) {
    const auto schema = tool.find("inputSchema");
    if (schema == tool.end()) continue;
    const std::string text = dump_json(*schema);
    const auto parsed = parser.parse(text);
    if (!parsed) continue;
    auto params = mcp::param_headers(parsed->root);
    if (params && !params->empty()) all.emplace(tool.value("name", ""), std::move(*params));
  }
  return all;
}

class ServeConversation : public Conversation {
 public:
  ServeConversation(mcp::ServerInfo info, std::shared_ptr<mcp::ToolProvider> tools, mcp::Era era)
      : tools_(std::move(tools)),
        server_(std::move(info), tools_.get()),
        state_(era == mcp::Era::modern ? mcp::find_revision(mcp::kModernRevision) : nullptr),
        param_headers_(annotated(tools_->list())) {}

  bool receive(std::string_view line, std::shared_ptr<Exchange> exchange,
               mcp::HeaderList /*headers*/) override {
    JsonParser parser(mcp::kMaxRequestBytes);
    mcp::Incoming incoming;
    mcp::Reply reply;
    const bool read = server_.read(line, &parser, &state_, &incoming, &reply);
    // Cancellations come too late for what is answered at once, and nothing was ever asked of a client.
    if (exchange == nullptr) return true;
    if (!read && line.size() > mcp::kMaxRequestBytes) {
      // The transport takes larger messages than our tools need, and knows whose this one is.
      if (const auto id = mcp::find_value(line, {"id"}))
        reply.answer =
            mcp::error_message(line.substr(id->begin, id->end - id->begin), mcp::kInvalidRequest, kTooLarge);
    }
    if (read && ended_) reply.answer = gone(incoming.message.id);
    if (read && !ended_) reply = server_.reply(incoming, &state_);
    if (!reply.notification.empty()) exchange->send(reply.notification);
    if (reply.listening)
      keep(std::move(exchange), incoming.message.id);
    else
      exchange->finish(reply.answer);
    return true;
  }

  void hung_up(const std::shared_ptr<Exchange>& exchange) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(listening_, [&](const Listening& one) { return one.exchange == exchange; });
  }

  void set_stream(std::shared_ptr<Exchange> /*stream*/) override {}

  std::vector<mcp::ParamHeader> param_headers(std::string_view tool) override {
    const auto found = param_headers_.find(tool);
    return found == param_headers_.end() ? std::vector<mcp::ParamHeader>() : found->second;
  }

  void end(const std::string& /*why*/) override {
    std::vector<Listening> listening;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      listening.swap(listening_);
    }
    for (const auto& one : listening) one.exchange->finish(server_.listen_ended(one.id));
  }

  [[nodiscard]] bool ended() const override { return ended_; }

 private:
  struct Listening {
    std::shared_ptr<Exchange> exchange;
    std::string id;
  };

  static std::string gone(std::string_view id) {
    return mcp::error_message(id, mcp::kServerGone, "the conversation has ended");
  }

  void keep(std::shared_ptr<Exchange> exchange, const std::string& id) {
    {
      const std::lock_guard lock(mutex_);
      if (!ended_) {
        listening_.push_back({std::move(exchange), id});
        return;
      }
    }
    exchange->finish(server_.listen_ended(id));  // end() came between
  }

  std::shared_ptr<mcp::ToolProvider> tools_;
  mcp::ToolServer server_;
  mcp::ConnectionState state_;
  const ParamHeadersOf param_headers_;
  std::mutex mutex_;  // guards listening_; held over no call
  std::vector<Listening> listening_;
  std::atomic<bool> ended_{false};
};

}  // namespace

ServeFactory::ServeFactory(mcp::ServerInfo info, ToolsFor tools_for)
    : info_(std::move(info)), tools_for_(std::move(tools_for)) {}

Result<std::shared_ptr<Conversation>> ServeFactory::open(const Principal& principal, mcp::Era era,
                                                         std::string_view /*capabilities*/) {
  auto tools = tools_for_(principal);
  if (tools == nullptr) return unavailable("there are no tools for '" + principal.name + "' now");
  return std::shared_ptr<Conversation>(std::make_shared<ServeConversation>(info_, std::move(tools), era));
}

}  // namespace aegis::gateway
