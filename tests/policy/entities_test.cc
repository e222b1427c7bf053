// Entities and contexts from JSON.
#include "policy/entities.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/policy/support.h"

namespace aegis::policy {
namespace {

std::string error_of(const std::string& json) {
  const auto entities = Entities::parse(json);
  return entities ? "accepted" : entities.error().message;
}

std::string entity(const std::string& attributes, const std::string& rest = R"("parents": [])") {
  return R"([{"uid": {"type": "A", "id": "x"}, "attrs": )" + attributes + ", " + rest + "}]";
}

TEST(Entities, WhatIsWrongIsSaidWithItsPlace) {
  struct Case {
    std::string json;
    const char* error;
  };
  const Case cases[] = {
      {"{}", "entities are a JSON array"},
      {"[1]", "entity 1: an entity is a JSON object"},
      {R"([{"attrs": {}, "parents": []}])", "entity 1: has no \"uid\""},
      {R"([{"uid": {"type": "A", "id": "x"}, "parents": []}])", "entity 1: has no object \"attrs\""},
      {R"([{"uid": {"type": "A", "id": "x"}, "attrs": {}}])", "entity 1: has no array \"parents\""},
      {R"([{"uid": "A::\"x\"", "attrs": {}, "parents": []}])",
       "entity 1, uid: an entity is {\"type\": …, \"id\": …}"},
      {R"([{"uid": {"type": "A b", "id": "x"}, "attrs": {}, "parents": []}])",
       "entity 1, uid: the entity's type is not a name such as Namespace::Type"},
      {R"([{"uid": {"type": "A::__cedar", "id": "x"}, "attrs": {}, "parents": []}])",
       "entity 1, uid: the entity's type is not a name such as Namespace::Type"},
      {entity(R"({"a": null})"), "entity 1, attribute \"a\": null is no value"},
      {entity(R"({"a": [1, {"b": null}]})"), "entity 1, attribute \"a\": null is no value"},
      {entity(R"({"a": 1.5})"),
       "entity 1, attribute \"a\": numbers are integers of 64 bits; fractions are written {\"__extn\": "
       "{\"fn\": \"decimal\", \"arg\": \"1.5\"}}"},
      {entity(R"({"a": {"__extn": {"fn": "ip", "arg": "bad"}}})"),
       "entity 1, attribute \"a\": the text is no IP address or range"},
      {entity(R"({"a": {"__extn": {"fn": "foo", "arg": "1"}}})"),
       "entity 1, attribute \"a\": \"fn\" names no function"},
      {entity(R"({"a": {"__expr": "1"}})"),
       "entity 1, attribute \"a\": an escape such as __entity or __extn must be its object's only member"},
      {entity(R"({"a": {"__entity": {"type": "A", "id": "x"}, "b": 1}})"),
       "entity 1, attribute \"a\": an escape such as __entity or __extn must be its object's only member"},
      {entity("{}", R"("parents": [], "tags": {"t": null})"), "entity 1, tag \"t\": null is no value"},
      {entity("{}", R"("parents": [{"type": "A", "id": "x"}])"), "the entity A::\"x\" is in itself"},
      {R"([{"uid": {"type": "A", "id": "x"}, "attrs": {}, "parents": []}, {"uid": {"type": "A", "id": "x"}, "attrs": {"b": 1}, "parents": []}])",
       "the entity A::\"x\" is given twice, and differently"},
      {R"([{"uid": {"type": "A", "id": "x"}, "attrs": {"b": 1}, "parents": []}, {"uid": {"type": "A", "id": "x"}, "attrs": {"b": 1}, "parents": []}])",
       "accepted"},
      {R"([{"uid": {"type": "Action", "id": "x"}, "attrs": {}, "parents": [{"type": "A", "id": "y"}]}])",
       "the action Action::\"x\" is in something that is no action"},
      {entity(R"({"__entity": 1, "if": true, "": {}})"), "accepted"},
      {entity(
           R"({"a": {"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}, {"__extn": {"fn": "duration", "arg": "1d"}}]}}})"),
       "accepted"},
  };
  for (const Case& c : cases) EXPECT_EQ(error_of(c.json), c.error) << c.json;
  const std::string cycle =
      error_of(R"([{"uid": {"type": "A", "id": "x"}, "attrs": {}, "parents": [{"type": "A", "id": "y"}]},
                                         {"uid": {"type": "A", "id": "y"}, "attrs": {}, "parents": [{"type": "A", "id": "x"}]}])");
  EXPECT_NE(cycle.find("is in itself"), std::string::npos) << cycle;
}

TEST(Entities, ALongChainOfParentsIsFollowed) {
  std::string json = "[";
  for (int i = 0; i < 1500; ++i) {
    json += std::string(i > 0 ? "," : "") + R"({"uid": {"type": "A", "id": ")" + std::to_string(i) +
            R"("}, "attrs": {}, "parents": [{"type": "A", "id": ")" + std::to_string(i + 1) + R"("}]})";
  }
  const auto entities = Entities::parse(json + "]");
  ASSERT_TRUE(entities) << entities.error().message;
  EXPECT_TRUE(entities->in(entity_uid("A", "0"), entity_uid("A", "1500")));
  EXPECT_FALSE(entities->in(entity_uid("A", "1500"), entity_uid("A", "0")));
}

TEST(Entities, AncestorsAreBounded) {
  std::string json = "[";
  for (int i = 0; i < 3000; ++i) {
    json += std::string(i > 0 ? "," : "") + R"({"uid": {"type": "A", "id": ")" + std::to_string(i) +
            R"("}, "attrs": {}, "parents": [{"type": "A", "id": ")" + std::to_string(i + 1) + R"("}]})";
  }
  const auto entities = Entities::parse(json + "]");
  ASSERT_FALSE(entities);
  EXPECT_EQ(entities.error().code, ErrorCode::limit);
}

TEST(Entities, RecordsThatLookLikeEntitiesAreRecordsUnlessAskedFor) {
  const std::string json = entity(R"({"e": {"type": "A", "id": "y"}, "i": {"fn": "ip", "arg": "10.0.0.1"}})");
  const Asked asked{.principal_type = "A", .principal_id = "x"};
  const auto policies = PolicySet::parse(
      "permit(principal, action, resource) when { principal.e == A::\"y\" && principal.i.isIpv4() };\n"
      "permit(principal, action, resource) when { principal.e.type == \"A\" };");
  ASSERT_TRUE(policies);
  EXPECT_EQ(decide(*policies, *Entities::parse(json), asked), "allow policy1");
  EXPECT_EQ(decide(*policies, *Entities::parse(json, Forms::implied), asked), "allow policy0 | policy1");
}

TEST(Entities, BuiltWithoutJson) {
  EntitiesBuilder builder;
  std::vector<Field> fields = {{"trust", Value::integer(80)}, {"name", builder.arena().string("bot")}};
  const EntityUid group = entity_uid("Group", "agents");
  builder.add(entity_uid("Agent", "a"), *builder.arena().record(fields), {&group, 1});
  const auto entities = builder.build();
  ASSERT_TRUE(entities);
  const auto policies = PolicySet::parse(
      "permit(principal in Group::\"agents\", action, resource) when { principal.trust > 50 && "
      "principal.name == \"bot\" };");
  ASSERT_TRUE(policies);
  EXPECT_EQ(decide(*policies, *entities, {.principal_type = "Agent", .principal_id = "a"}), "allow policy0");
}

TEST(Context, IsARecord) {
  Arena arena;
  EXPECT_TRUE(context_from_json(R"({"a": {"__extn": {"fn": "decimal", "arg": "1.5"}}})", arena));
  EXPECT_FALSE(context_from_json("[]", arena));
  EXPECT_FALSE(context_from_json(R"({"__entity": {"type": "A", "id": "x"}})", arena));
  EXPECT_FALSE(context_from_json(R"({"a": 1, "a": 2})", arena));
}

}  // namespace
}  // namespace aegis::policy
