// Schemas, and what they say about policies.
#include "policy/validator.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis::policy {
namespace {

constexpr const char* kSchema = R"(
namespace App {
  type Address = { street: String, zip?: Long };
  @doc("people")
  entity User in [Group] { name: String, age?: Long, home: Address, from: ipaddr, friends: Set<User> } tags String;
  entity Group;
  entity Color enum ["red", "green"];
  entity Photo in Photo = { owner: User, private: Bool, };
  action read;
  action view, "edit it" in [read] appliesTo { principal: [User], resource: Photo, context: { at: datetime, proof?: String } };
}
)";

std::string schema_error(const std::string& text) {
  const auto schema = Schema::parse(text);
  return schema ? "accepted" : schema.error().message;
}

// The first finding over a policy with this condition, for users who view photos.
std::string finding(const std::string& condition, const std::string& scope = "principal, action, resource") {
  const auto schema = Schema::parse(kSchema);
  if (!schema) return schema.error().message;
  const auto set = PolicySet::parse("permit(" + scope + ") when { " + condition + " };");
  if (!set) return set.error().message;
  const auto findings = validate(*set, *schema);
  return findings.empty() ? "fine" : findings[0].message;
}

TEST(Schema, WhatIsWrongIsSaidWithItsPlace) {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"", "accepted"},
      {"entity A { x: B };", "1:15: the type B is not declared"},
      {"entity A in B;", "1:13: the entity type B is not declared"},
      {"entity A; entity A;", "1:11: the entity type A is declared twice"},
      {"entity A { x: Long, x: Long };", "1:10: this record declares x twice"},
      {"type A = B; type B = A;", "1:10: the type A is made of itself"},
      {"action a in b;", "the action Action::\"a\" is in Action::\"b\", which is not declared"},
      {"action a in b; action b in a;", "the action Action::\"a\" is in itself"},
      {"entity A enum [];", "1:1: an enumeration has at least one id"},
      {"entity A", "1:9: expected `;`, found the end of the text"},
      {"thing A;", "1:1: expected `entity`, `action`, `type` or `namespace`, found `thing`"},
      {"entity A { x: Set<Long };", "1:24: expected `>`, found `}`"},
  };
  for (const Case& c : cases) {
    const std::string error = schema_error(c.text);
    if (std::string(c.error).find("is in itself") != std::string::npos ||
        std::string(c.error).find("made of itself") != std::string::npos) {
      EXPECT_NE(error.find("itself"), std::string::npos) << c.text << ": " << error;
    } else {
      EXPECT_EQ(error, c.error) << c.text;
    }
  }
}

TEST(Schema, DepthIsBounded) {
  std::string text = "type T0 = Long;";
  for (int i = 1; i < 2000; ++i) text += "type T" + std::to_string(i) + " = T" + std::to_string(i - 1) + ";";
  text += "type Last = { x: T1999 };";
  // Resolved one after the other they are fine; from the last backwards they nest.
  EXPECT_EQ(schema_error(text), "accepted");
  EXPECT_NE(
      schema_error("entity A { x: T1999 };" + std::string("type X = T1999;") + text).find("nest more than"),
      std::string::npos);
}

TEST(Validator, TypesAttributesAndTags) {
  struct Case {
    const char* condition;
    const char* finding;
  };
  const Case cases[] = {
      {"principal.name == \"x\" && resource.private", "fine"},
      {"principal.nam == \"x\"", "App::User has no attribute \"nam\""},
      {"principal.name == 1", "String is compared with Long"},
      {"principal.age > 1", "the attribute \"age\" may be missing; check with `has` first"},
      {"principal has age && principal.age > 1", "fine"},
      {"principal has age || principal.age > 1",
       "the attribute \"age\" may be missing; check with `has` first"},
      {"if principal has age then principal.age > 1 else false", "fine"},
      {"!(principal has age) || principal.age > 1",
       "the attribute \"age\" may be missing; check with `has` first"},
      {"principal has home.zip && principal.home.zip == 1", "fine"},
      {"principal has nothing && principal.nothing", "the conditions of this policy can never hold"},
      {"principal.getTag(\"a\") == \"x\"", "the tag may be missing; check with hasTag first"},
      {"principal.hasTag(\"a\") && principal.getTag(\"a\") == \"x\"", "fine"},
      {"principal.hasTag(\"a\") && principal.getTag(\"b\") == \"x\"",
       "the tag may be missing; check with hasTag first"},
      {"resource.getTag(\"a\") == \"x\"", "App::Photo has no tags"},
      {"principal.from.isInRange(ip(\"10.0.0.0/8\"))", "fine"},
      {"principal.from.isInRange(ip(\"10.0.0.0/33\"))", "ip takes one literal string that it can read"},
      {"principal.from.isInRange(ip(principal.name))", "ip takes one literal string that it can read"},
      {"principal.from.lessThan(decimal(\"1.0\"))", "expected decimal, found ipaddr"},
      {"context.at < datetime(\"2024-01-01\")", "fine"},
      {"context.at < 1", "expected datetime, found Long"},
      {"principal.friends.contains(resource.owner)", "fine"},
      {"principal.friends.contains(1)", "expected App::User, found Long"},
      {"principal.friends == []", "the type of an empty set is not known"},
      {"[1, \"a\"].contains(1)", "the elements of a set are of one type, not Long and String"},
      {"principal in App::Group::\"g\"", "fine"},
      {"principal in App::Photo::\"g\"", "the conditions of this policy can never hold"},
      {"principal == resource", "the conditions of this policy can never hold"},
      {"App::Color::\"red\" == App::Color::\"red\"", "fine"},
      {"App::Color::\"blue\" == App::Color::\"red\"", "App::Color::\"blue\" is not declared"},
      {"false && User::\"x\" == principal", "User::\"x\" is not declared"},
      {"principal is App::User", "fine"},
      {"principal is User", "the entity type User is not declared"},
      {"principal.name", "expected Bool, found String"},
      {"action == App::Action::\"view\" || context.proof == \"x\"",
       "the attribute \"proof\" may be missing; check with `has` first"},
      {"action in App::Action::\"read\"", "fine"},
  };
  for (const Case& c : cases) EXPECT_EQ(finding(c.condition), c.finding) << c.condition;
}

TEST(Validator, Scopes) {
  EXPECT_EQ(
      finding("true",
              "principal == App::User::\"a\", action == App::Action::\"edit it\", resource is App::Photo"),
      "fine");
  EXPECT_EQ(finding("true", "principal is App::Group, action, resource"),
            "no action takes the principals and resources of this policy's scope");
  EXPECT_EQ(finding("true", "principal, action == App::Action::\"delete\", resource"),
            "App::Action::\"delete\" is not declared");
  EXPECT_EQ(finding("true", "principal, action in [], resource"), "the scope lists no action");
  // What the scope rules out is not checked.
  EXPECT_EQ(finding("resource.owner.name == 1", "principal is App::Group, action, resource"),
            "no action takes the principals and resources of this policy's scope");
  EXPECT_EQ(
      finding("resource == App::Photo::\"p\"", "principal == ?principal, action, resource in ?resource"),
      "fine");
}

}  // namespace
}  // namespace aegis::policy
