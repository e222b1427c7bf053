#include "mcp/bridge/listens.h"

#include <algorithm>
#include <utility>

#include "mcp/bridge/capabilities.h"
#include "mcp/bridge/members.h"
#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

// Whether `wanted[key]` is true; *valid turns false when it is there and no boolean.
bool asks_for(const Json& wanted, const char* key, bool* valid) {
  const auto found = wanted.find(key);
  if (found == wanted.end()) return false;
  *valid = *valid && found->is_boolean();
  return *found == true;
}

}  // namespace

bool Listens::has(const std::string& id) const {
  return std::any_of(listens_.begin(), listens_.end(), [&](const Listen& listen) { return listen.id == id; });
}

void Listens::open(const std::string& id, const Json& wanted, const Json& server_capabilities) {
  bool valid = wanted.is_object();
  Listen listen{.id = id};
  if (valid) {
    listen.tools = asks_for(wanted, "toolsListChanged", &valid);
    listen.prompts = asks_for(wanted, "promptsListChanged", &valid);
    listen.resources = asks_for(wanted, "resourcesListChanged", &valid);
  }
  const auto uris = valid ? wanted.find("resourceSubscriptions") : wanted.end();
  if (valid && uris != wanted.end()) {
    valid = uris->is_array() &&
            std::all_of(uris->begin(), uris->end(), [](const Json& uri) { return uri.is_string(); });
  }
  if (!valid) {
    out_->to_client(error_message(id, kInvalidParams,
                                  "params.notifications must be an object of booleans, and "
                                  "resourceSubscriptions in it a list of URIs"),
                    id);
    return;
  }
  if (listens_.size() >= kMaxListens) {
    out_->to_client(
        error_message(id, kInternalError, std::to_string(kMaxListens) + " subscriptions are open already"),
        id);
    return;
  }

  Json honoured = Json::object();
  listen.tools = listen.tools && declares(server_capabilities, "tools", "listChanged");
  listen.prompts = listen.prompts && declares(server_capabilities, "prompts", "listChanged");
  listen.resources = listen.resources && declares(server_capabilities, "resources", "listChanged");
  if (listen.tools) honoured["toolsListChanged"] = true;
  if (listen.prompts) honoured["promptsListChanged"] = true;
  if (listen.resources) honoured["resourcesListChanged"] = true;
  std::vector<std::string> first_wanted_now;
  if (uris != wanted.end() && declares(server_capabilities, "resources", "subscribe")) {
    Json accepted = Json::array();
    for (const auto& one : *uris) {
      const auto& uri = one.get_ref<const std::string&>();
      const auto known = users_.find(uri);
      if (uri.size() > kMaxSubscribedUri) continue;
      if (known == users_.end() && users_.size() >= kMaxSubscribedResources) continue;
      if (!listen.uris.insert(uri).second) continue;
      if (known == users_.end()) first_wanted_now.push_back(uri);
      ++users_[uri];
      accepted.push_back(uri);
    }
    if (!accepted.empty()) honoured["resourceSubscriptions"] = std::move(accepted);
  }
  // The acknowledgement comes before anything the subscriptions bring.
  const std::string acknowledged =
      R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{)" +
      json_quote(kMetaSubscriptionId) + ":" + id + "},\"notifications\":" + dump_json(honoured) + "}}";
  out_->to_client(acknowledged, id);
  for (const auto& uri : first_wanted_now) ask_server("resources/subscribe", uri);
  listens_.push_back(std::move(listen));
}

bool Listens::close(const std::string& id) {
  const auto found =
      std::find_if(listens_.begin(), listens_.end(), [&](const Listen& listen) { return listen.id == id; });
  if (found == listens_.end()) return false;
  for (const auto& uri : found->uris) {
    const auto used = users_.find(uri);
    if (used == users_.end() || --used->second > 0) continue;
    users_.erase(used);
    ask_server("resources/unsubscribe", uri);
  }
  listens_.erase(found);
  return true;
}

void Listens::ask_server(const char* method, const std::string& uri) {
  out_->to_server(R"({"jsonrpc":"2.0","id":)" + ids_->next() + R"(,"method":")" + method +
                  R"(","params":{"uri":)" + json_quote(uri) + "}}");
}

void Listens::send(const Listen& listen, std::string_view text) {
  const auto params = value_text(text, {"params"});
  if (!params) {
    out_->to_client(
        edit_object(text, {},
                    {{"params", "{\"_meta\":{" + json_quote(kMetaSubscriptionId) + ":" + listen.id + "}}"}}),
        listen.id);
    return;
  }
  const auto meta = value_text(*params, {"_meta"});
  const std::string stamped = edit_object(meta && meta->starts_with('{') ? without_reserved(*meta) : "{}", {},
                                          {{kMetaSubscriptionId, listen.id}});
  out_->to_client(edit_object(text, {"params"}, {{"_meta", stamped}}), listen.id);
}

void Listens::list_changed(std::string_view method, std::string_view text) {
  for (const auto& listen : listens_) {
    if ((method == "notifications/tools/list_changed" && listen.tools) ||
        (method == "notifications/prompts/list_changed" && listen.prompts) ||
        (method == "notifications/resources/list_changed" && listen.resources)) {
      send(listen, text);
    }
  }
}

void Listens::updated(std::string_view uri, std::string_view text) {
  // The URI may be that of a part of what was subscribed to.
  const auto covers = [&](const std::string& subscribed) {
    return uri.starts_with(subscribed) &&
           (uri.size() == subscribed.size() || subscribed.ends_with('/') ||
            std::string_view("/?#").find(uri[subscribed.size()]) != std::string_view::npos);
  };
  for (const auto& listen : listens_) {
    if (listen.uris.contains(std::string(uri)) ||
        std::any_of(listen.uris.begin(), listen.uris.end(), covers)) {
      send(listen, text);
    }
  }
}

void Listens::subscribe_again() {
  for (const auto& [uri, count] : users_) ask_server("resources/subscribe", uri);
}

}  // namespace aegis::mcp
