// Whether what goes to a peer of 2026-07-28 has the members that revision's schema requires, and none of
// those it has done away with. Lists of names, written down from the schema.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "tests/support/dialogue.h"

namespace aegis::testing_support {

using Names = std::set<std::string>;

inline Names names_of(const Json& object) {
  Names names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

inline void expect_names(const Json& object, const Names& required, const Names& optional, const char* what) {
  ASSERT_TRUE(object.is_object()) << what;
  const Names given = names_of(object);
  for (const auto& name : required) EXPECT_TRUE(given.contains(name)) << what << " lacks " << name;
  for (const auto& name : given) {
    EXPECT_TRUE(required.contains(name) || optional.contains(name)) << what << " has " << name;
  }
}

// ElicitRequest, CreateMessageRequest, ListRootsRequest.
inline void check_input_request(const Json& request) {
  expect_names(request, {"method"}, {"params"}, "InputRequest");
  const auto method = request["method"].get<std::string>();
  const Json params = request.value("params", Json::object());
  if (method == "elicitation/create") {
    if (params.value("mode", "form") == "url")
      expect_names(params, {"mode", "message", "url"}, {}, "ElicitRequestURLParams");
    else
      expect_names(params, {"message", "requestedSchema"}, {"mode"}, "ElicitRequestFormParams");
  } else if (method == "sampling/createMessage") {
    expect_names(params, {"messages", "maxTokens"},
                 {"includeContext", "metadata", "modelPreferences", "stopSequences", "systemPrompt",
                  "temperature", "toolChoice", "tools"},
                 "CreateMessageRequestParams");
  } else {
    EXPECT_EQ(method, "roots/list");
  }
}

inline void check_result(const std::string& method, const Json& result) {
  static const std::map<std::string, Names> kRequired{
      {"server/discover", {"supportedVersions", "capabilities", "ttlMs", "cacheScope"}},
      {"tools/list", {"tools", "ttlMs", "cacheScope"}},
      {"resources/list", {"resources", "ttlMs", "cacheScope"}},
      {"resources/templates/list", {"resourceTemplates", "ttlMs", "cacheScope"}},
      {"prompts/list", {"prompts", "ttlMs", "cacheScope"}},
      {"resources/read", {"contents", "ttlMs", "cacheScope"}},
      {"tools/call", {"content"}},
      {"prompts/get", {"messages"}},
      {"completion/complete", {"completion"}}};
  ASSERT_TRUE(result.is_object());
  ASSERT_TRUE(result.contains("resultType")) << result.dump();
  EXPECT_TRUE(result["_meta"]["io.modelcontextprotocol/serverInfo"].contains("name")) << result.dump();
  if (result["resultType"] == "input_required") {
    EXPECT_TRUE(method == "tools/call" || method == "prompts/get" || method == "resources/read") << method;
    expect_names(result, {"resultType", "requestState"}, {"inputRequests", "_meta"}, "InputRequiredResult");
    for (const auto& [key, request] : result["inputRequests"].items()) check_input_request(request);
    return;
  }
  EXPECT_EQ(result["resultType"], "complete");
  if (const auto found = kRequired.find(method); found != kRequired.end()) {
    for (const auto& name : found->second) EXPECT_TRUE(result.contains(name)) << method << " lacks " << name;
  }
}

inline void check_notification(const Json& message) {
  static const Names kOnListen{"notifications/subscriptions/acknowledged", "notifications/tools/list_changed",
                               "notifications/prompts/list_changed", "notifications/resources/list_changed",
                               "notifications/resources/updated"};
  const auto method = message["method"].get<std::string>();
  if (kOnListen.contains(method)) {
    EXPECT_TRUE(message["params"]["_meta"].contains("io.modelcontextprotocol/subscriptionId"))
        << message.dump();
  } else {
    EXPECT_TRUE(method == "notifications/progress" || method == "notifications/message") << method;
  }
}

// Everything a dialogue sent to its modern client.
inline void check_modern_client(const Dialogue& dialogue) {
  std::map<std::string, std::string> methods;
  for (const auto& line : dialogue.sent) {
    const Json message = Json::parse(line, nullptr, false);
    if (message.is_object() && message.contains("id") && message.contains("method"))
      methods[message["id"].dump()] = message["method"].get<std::string>();
  }
  for (const auto& line : dialogue.all) {
    const Json message = parse_json(line.text).value_or(Json());
    if (!line.client || !message.is_object()) continue;  // (a broken message is passed on as it is)
    SCOPED_TRACE(line.text);
    if (message.contains("result")) {
      check_result(methods[message["id"].dump()], message["result"]);
    } else if (message.contains("error")) {
      const int code = message["error"]["code"].get<int>();
      EXPECT_TRUE(code != -32002 && code != -32042) << code;
    } else {
      EXPECT_FALSE(message.contains("id")) << "a request to a modern client";
      check_notification(message);
    }
  }
}

// Everything it sent to its modern server.
inline void check_modern_server(const Dialogue& dialogue) {
  static const Names kMethods{
      "server/discover",      "tools/list",         "tools/call",  "resources/list",
      "prompts/list",         "resources/read",     "prompts/get", "resources/templates/list",
      "subscriptions/listen", "completion/complete"};
  for (const auto& line : dialogue.all) {
    const Json message = Json::parse(line.text, nullptr, false);
    if (line.client || !message.is_object()) continue;
    if (message.value("method", "") == "initialize") continue;  // the client's own, before it was known
    SCOPED_TRACE(line.text);
    EXPECT_TRUE(message.contains("method")) << "an answer to a modern server";
    if (!message.contains("id")) {
      EXPECT_EQ(message["method"], "notifications/cancelled");
      continue;
    }
    EXPECT_TRUE(kMethods.contains(message["method"].get<std::string>()));
    const Json& meta = message["params"]["_meta"];
    EXPECT_EQ(meta["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
    EXPECT_TRUE(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
    EXPECT_TRUE(meta["io.modelcontextprotocol/clientInfo"].contains("name"));
    EXPECT_FALSE(message["params"].contains("task"));
  }
}

}  // namespace aegis::testing_support
