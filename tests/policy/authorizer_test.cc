// Decisions over sets of policies: reasons, errors, templates, annotations, the index.
#include "policy/authorizer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "policy/scope.h"
#include "tests/policy/support.h"

namespace aegis::policy {
namespace {

constexpr const char* kPermitAll = "permit(principal, action, resource);\n";

TEST(Authorizer, DeniesByDefault) {
  EXPECT_EQ(decide(""), "deny");
  EXPECT_EQ(decide(kPermitAll), "allow policy0");
  EXPECT_EQ(decide("forbid(principal, action, resource);"), "deny policy0");
}

TEST(Authorizer, AForbidOverridesWhereverItStands) {
  const std::string forbid = "forbid(principal == User::\"alice\", action, resource);\n";
  EXPECT_EQ(decide(kPermitAll + forbid), "deny policy1");
  EXPECT_EQ(decide(forbid + kPermitAll), "deny policy0");
}

TEST(Authorizer, NamesAllReasonsAndAllErrors) {
  EXPECT_EQ(decide(std::string(kPermitAll) + kPermitAll +
                   "permit(principal, action, resource) when { 1 + true == 1 };"),
            "allow policy0 policy1 | policy2");
  // As the language has it an unreadable forbid does not apply; who wants a denial finds it among the errors.
  EXPECT_EQ(decide(std::string(kPermitAll) + "forbid(principal, action, resource) when { context.missing };"),
            "allow policy0 | policy1");
}

TEST(Authorizer, ConditionsAreAllNeededAndStopAtTheFirstThatFails) {
  EXPECT_EQ(decide("permit(principal, action, resource) when { true } unless { false };"), "allow policy0");
  EXPECT_EQ(decide("permit(principal, action, resource) when { true } unless { true };"), "deny");
  EXPECT_EQ(decide("permit(principal, action, resource) unless { true } when { context.missing };"), "deny");
  EXPECT_EQ(decide("permit(principal, action, resource) when { context.missing } unless { true };"),
            "deny | policy0");
  EXPECT_EQ(decide("permit(principal, action, resource) when { 1 };"), "deny | policy0");
}

TEST(Authorizer, APolicyOfSeveralActionsCountsOnce) {
  const char* entities =
      R"([{"uid": {"type": "Action", "id": "view"}, "attrs": {}, "parents": [{"type": "Action", "id": "read"}]}])";
  EXPECT_EQ(decide("permit(principal, action in [Action::\"view\", Action::\"read\"], resource);", entities),
            "allow policy0");
  EXPECT_EQ(decide("permit(principal, action in [Action::\"view\", Action::\"read\"], resource) when { 1 };",
                   entities),
            "deny | policy0");
  EXPECT_EQ(decide("permit(principal, action in [], resource);", entities), "deny");
}

TEST(Authorizer, ADeterminingPermitShowsItsAnnotations) {
  const auto set = PolicySet::parse(
      "@decision(\"require_approval\") @reason(\"new server\") @bare permit(principal, action, resource);");
  ASSERT_TRUE(set);
  const Response response =
      authorize(*set, Entities(), {entity_uid("A", "a"), entity_uid("Action", "v"), entity_uid("B", "b")});
  ASSERT_EQ(response.determining.size(), 1u);
  const Policy& policy = *response.determining[0];
  ASSERT_NE(policy.annotation("decision"), nullptr);
  EXPECT_EQ(policy.annotation("decision")->value, "require_approval");
  ASSERT_NE(policy.annotation("bare"), nullptr);
  EXPECT_FALSE(policy.annotation("bare")->has_value);
  EXPECT_EQ(policy.annotation("missing"), nullptr);
}

TEST(Authorizer, OutOfWorkIsADenial) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "permit(principal, action, resource) when { context.a == 1 || context.a == 2 };\n";
  const auto set = PolicySet::parse(text);
  ASSERT_TRUE(set);
  Arena arena;
  const Request request{entity_uid("A", "a"), entity_uid("Action", "v"), entity_uid("B", "b"),
                        *context_from_json("{\"a\": 2}", arena)};
  EXPECT_EQ(authorize(*set, Entities(), request).decision, Decision::allow);
  const Response stopped = authorize(*set, Entities(), request, 300);
  EXPECT_EQ(stopped.decision, Decision::deny);
  EXPECT_FALSE(stopped.complete);
  ASSERT_EQ(stopped.errors.size(), 1u);
  EXPECT_EQ(stopped.errors[0].error.kind, EvaluationError::Kind::work);
}

TEST(Templates, AreLinkedWithAValueForEachSlot) {
  PolicySetBuilder builder;
  ASSERT_TRUE(builder.add_text("permit(principal in ?principal, action, resource == ?resource);\n"));
  EXPECT_EQ(builder.link("policy0", "x", {}).error().message, "the template needs a value for ?principal");
  ASSERT_TRUE(builder.link("policy0", "alices", {entity_uid("User", "alice"), entity_uid("Photo", "beach")}));
  EXPECT_EQ(builder.link("policy0", "alices", {entity_uid("User", "alice"), entity_uid("Photo", "beach")})
                .error()
                .message,
            "two policies have the id \"alices\"");
  EXPECT_EQ(builder.link("nothing", "x", {}).error().code, ErrorCode::not_found);
  const PolicySet set = builder.build();
  EXPECT_EQ(decide(set, Entities(), {}), "allow alices");
  EXPECT_EQ(decide(set, Entities(), {.resource_id = "other"}), "deny");
  ASSERT_NE(set.find("alices"), nullptr);
  EXPECT_EQ(set.find("alices")->template_id, "policy0");
  EXPECT_EQ(set.templates().size(), 1u);
}

TEST(Templates, WithoutALinkTheyDecideNothing) {
  EXPECT_EQ(decide("permit(principal == ?principal, action, resource);"), "deny");
}

TEST(PolicySetJson, StaticPoliciesTemplatesAndLinks) {
  const auto set = PolicySet::parse_json(R"({
    "staticPolicies": {"no": {"effect": "forbid", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"},
                              "conditions": [{"kind": "when", "body": {".": {"left": {"Var": "context"}, "attr": "closed"}}}]}},
    "templates": {"t": {"effect": "permit", "principal": {"op": "==", "slot": "?principal"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": []}},
    "templateLinks": [{"templateId": "t", "newId": "yes", "values": {"?principal": {"type": "User", "id": "alice"}}}]})");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(decide(*set, Entities(), {.context = R"({"closed": false})"}), "allow yes");
  EXPECT_EQ(decide(*set, Entities(), {.context = R"({"closed": true})"}), "deny no");
}

TEST(PolicySetJson, WhatMeansNothingIsRefused) {
  const auto error = [](std::string_view body) {
    PolicySetBuilder builder;
    const std::string json =
        R"({"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": [{"kind": "when", "body": )" +
        std::string(body) + "}]}";
    const auto added = builder.add_policy_json("a", json);
    return added ? std::string("accepted") : added.error().message;
  };
  EXPECT_EQ(error(R"({"Value": true})"), "accepted");
  EXPECT_EQ(error(R"({"Value": null})"), "a \"Value\" is no null and no fraction");
  EXPECT_EQ(error(R"({"Value": 1.5})"), "a \"Value\" is no null and no fraction");
  EXPECT_EQ(error(R"({"Var": "user"})"), "\"Var\" is principal, action, resource or context");
  EXPECT_EQ(error(R"({"Slot": "?principal"})"), "an expression may not be \"Slot\"");
  EXPECT_EQ(error(R"({"==": {"left": {"Value": 1}}})"), "\"==\" has no member \"right\"");
  EXPECT_EQ(error(R"({"==": {"left": {"Value": 1}, "right": {"Value": 1}, "third": 1}})"),
            "\"==\" has a member that means nothing");
  EXPECT_EQ(error(R"({"is": {"left": {"Var": "principal"}, "entity_type": "A b"}})"),
            "\"entity_type\" is no name of a type");
  EXPECT_EQ(error(R"({"has": {"left": {"Var": "principal"}, "attr": ["a", "if"]}})"),
            "a path of \"has\" is made of identifiers");
  EXPECT_EQ(error(R"({"Value": {"__entity": {"type": "A", "id": "b"}, "x": 1}})"),
            "an escape must be its object's only member");
}

// The index leaves out only what cannot apply: the same as looking at every policy.
TEST(PolicyIndex, FindsWhatALookAtAllFinds) {
  std::mt19937 random(20261121);
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto uid = [&](const char* type) {
    return std::string(type) + "::\"" + std::to_string(below(6)) + "\"";
  };
  const auto scope = [&](const std::string& variable, const char* type) -> std::string {
    switch (below(5)) {
      case 0: return variable + " == " + uid(type);
      case 1: return variable + " in " + uid(type);
      case 2:
        return variable == "action" ? "action in [" + uid(type) + ", " + uid(type) + "]"
                                    : variable + " is " + type;
      case 3: return variable == "action" ? variable : variable + " is " + type + " in " + uid(type);
      default: return variable;
    }
  };
  std::string text;
  for (int i = 0; i < 400; ++i)
    text += "permit(" + scope("principal", "U") + ", " + scope("action", "Action") + ", " +
            scope("resource", i % 2 == 0 ? "R" : "U") + ");\n";
  const auto set = PolicySet::parse(text);
  ASSERT_TRUE(set) << set.error().message;
  std::string json = "[";
  for (const char* type : {"U", "Action", "R"}) {
    for (int i = 0; i < 5; ++i) {
      const std::string id(1, static_cast<char>('0' + i));
      const std::string parent(1, static_cast<char>('1' + i));
      json += std::string(json.size() > 1 ? "," : "") + R"({"uid": {"type": ")" + type + R"(", "id": ")" +
              id + R"("}, "attrs": {}, "parents": [{"type": ")" + type + R"(", "id": ")" + parent + "\"}]}";
    }
  }
  const auto entities = Entities::parse(json + "]");
  ASSERT_TRUE(entities) << entities.error().message;
  std::size_t found = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string ids[3] = {std::to_string(below(7)), std::to_string(below(7)), std::to_string(below(7))};
    const Request request{entity_uid("U", ids[0]), entity_uid("Action", ids[1]),
                          entity_uid(i % 3 == 0 ? "U" : "R", ids[2])};
    std::vector<const Policy*> expected;
    for (const Policy& policy : set->policies()) {
      if (matches_scope(policy, request, *entities)) expected.push_back(&policy);
    }
    EXPECT_EQ(authorize(*set, *entities, request).determining, expected);
    found += expected.size();
  }
  EXPECT_GT(found, 1000u);
}

TEST(Authorizer, ManyThreadsShareASet) {
  const auto set = PolicySet::parse(
      "permit(principal, action, resource) when { [context.n, 2].contains(2) && "
      "ip(context.from).isLoopback() };");
  ASSERT_TRUE(set);
  std::vector<int> allowed(4);
  std::vector<std::thread> threads;
  for (int& count : allowed) {
    threads.emplace_back([&set, &count] {
      for (int i = 0; i < 200; ++i)
        count += decide(*set, Entities(), {.context = R"({"n": 1, "from": "127.0.0.1"})"}) == "allow policy0"
                     ? 1
                     : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(allowed, std::vector<int>(4, 200));
}

}  // namespace
}  // namespace aegis::policy
