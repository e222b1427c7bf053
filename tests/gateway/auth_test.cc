// Credentials of requests: agents' keys, access tokens, and what those who have neither are told.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "gateway/auth/authenticator.h"
#include "gateway/auth/claims.h"
#include "gateway/auth/credential_cache.h"
#include "store/agent_name.h"
#include "tests/gateway/auth_support.h"
#include "tests/support/temp_folder.h"

namespace aegis::gateway {
namespace {

using testing::key_set;
using testing::KeyServer;
using testing::replace_file;
using testing::signed_part;
using testing::SigningKey;
using testing::token;

constexpr const char* kIssuer = "https://login.example.com/";
constexpr const char* kAudience = "https://guard.example.com/mcp";
constexpr const char* kMetadata = "https://guard.example.com/.well-known/oauth-protected-resource/mcp";

std::atomic<std::int64_t> clock_now{1'000'000};
std::int64_t test_clock() { return clock_now; }

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() {
    auto opened = store::open_sqlite(folder_ / "aegis.db");
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    options_.store = store_.get();
    options_.required = true;
    options_.clock_us = &test_clock;
  }

  void use_oauth(const std::string& keys) {
    replace_file(folder_ / "jwks.json", keys);
    options_.oauth = OAuthOptions{.issuers = {"https://other.example.com", kIssuer},
                                  .audience = kAudience,
                                  .jwks_file = folder_ / "jwks.json"};
  }

  Authenticator& authenticator() {
    if (!authenticator_) {
      auto made = Authenticator::make(options_);
      if (!made) throw std::runtime_error(made.error().message);
      authenticator_ = std::move(*made);
    }
    return *authenticator_;
  }

  // The principal's name; empty when refused, and `problem_` says why.
  std::string ask(const std::optional<std::string>& header) {
    principal_ = {};
    problem_ = {};
    return authenticator().authenticate(header, kMetadata, &principal_, &problem_) ? principal_.name : "";
  }
  std::string bearer(const std::string& credential) { return ask("Bearer " + credential); }

  static Json claims(const Json& more = Json::object()) {
    const std::int64_t now = now_ms() / 1000;
    Json json{{"iss", kIssuer}, {"aud", kAudience}, {"sub", "alice"}, {"exp", now + 300}, {"iat", now}};
    json.update(more);
    return json;
  }

  testing_support::TempFolder folder_;
  std::unique_ptr<store::Store> store_;
  AuthOptions options_;
  std::unique_ptr<Authenticator> authenticator_;
  Principal principal_;
  AuthProblem problem_;
};

TEST_F(AuthTest, AnAgentsKeyIsTheAgent) {
  const auto agent = store_->register_agent("service");
  ASSERT_TRUE(agent);
  EXPECT_EQ(bearer(agent->key), "service");
  EXPECT_EQ(principal_.agent, agent->agent.id);
  for (const std::string spelling : {"bearer ", "BEARER ", "Bearer   "})
    EXPECT_EQ(ask(spelling + agent->key), "service") << spelling;
  EXPECT_EQ(ask("Bearer " + agent->key + " "), "service");

  for (const std::string& wrong :
       {agent->key + "0", agent->key.substr(0, 44), std::string("aais_"),
        std::string("aais_") + std::string(500, 'a'), agent->key.substr(5), std::string("nonsense")}) {
    EXPECT_EQ(bearer(wrong), "");
    EXPECT_EQ(problem_.status, 401);
    EXPECT_NE(problem_.challenge.find("error=\"invalid_token\""), std::string::npos) << problem_.challenge;
    EXPECT_EQ((problem_.challenge + problem_.text).find(wrong.substr(5, 10) + "x"), std::string::npos);
  }
}

TEST_F(AuthTest, WithoutACredentialOneIsAskedFor) {
  for (const std::optional<std::string>& header :
       {std::optional<std::string>(), std::optional<std::string>(""),
        std::optional<std::string>("Basic YTpi"), std::optional<std::string>("Bearer"),
        std::optional<std::string>("Bearer "), std::optional<std::string>("Bearerx y"),
        std::optional<std::string>("Bearer two words"), std::optional<std::string>("Bearer ="),
        std::optional<std::string>("Bearer \"quoted\"")}) {
    EXPECT_EQ(ask(header), "");
    EXPECT_EQ(problem_.status, 401);
    EXPECT_EQ(problem_.challenge, "Bearer realm=\"aegis-mcp\"") << header.value_or("none");
    EXPECT_FALSE(problem_.text.empty());
  }
}

TEST_F(AuthTest, WhereNoneIsNeededABadOneIsRefusedAllTheSame) {
  options_.required = false;
  options_.anonymous = {7, "local"};
  EXPECT_EQ(ask(std::nullopt), "local");
  EXPECT_EQ(principal_.agent, 7);
  EXPECT_EQ(ask("Basic YTpi"), "");
  EXPECT_EQ(bearer("aais_0000000000000000000000000000000000000000"), "");
  const auto agent = store_->register_agent("service");
  EXPECT_EQ(bearer(agent->key), "service");
}

TEST_F(AuthTest, AKilledAgentIsStillKnownByName) {
  const auto agent = store_->register_agent("service");
  ASSERT_TRUE(store_->set_status("service", store::AgentStatus::paused));
  EXPECT_EQ(bearer(agent->key), "service");  // its calls are denied, with a reason, by the guard
}

// Stands before the real store: counts, and can lose a key or fail.
class WatchedStore final : public store::Store {
 public:
  explicit WatchedStore(store::Store* real) : real_(real) {}
  int reads = 0;
  bool revoked = false, broken = false;

  Result<store::Agent> agent_by_key(std::string_view key) override {
    ++reads;
    if (broken) return unavailable("the disk is gone");
    if (revoked) return not_found("no such key");
    return real_->agent_by_key(key);
  }
  Result<store::Agent> ensure_agent(std::string_view name) override {
    ++reads;
    if (broken) return unavailable("the disk is gone");
    return real_->ensure_agent(name);
  }
  Result<store::NewAgent> register_agent(std::string_view name) override {
    return real_->register_agent(name);
  }
  Result<store::Agent> revoke_key(std::string_view name) override { return real_->revoke_key(name); }
  Result<store::Agent> agent_by_name(std::string_view name) override { return real_->agent_by_name(name); }
  Result<store::Agent> agent_by_id(store::AgentId id) override { return real_->agent_by_id(id); }
  Result<std::vector<store::Agent>> agents() override { return real_->agents(); }
  Result<store::Agent> set_status(std::string_view name, store::AgentStatus status) override {
    return real_->set_status(name, status);
  }
  Result<store::AgentStatus> status(store::AgentId id) override { return real_->status(id); }
  std::int64_t next_decision_id() override { return real_->next_decision_id(); }
  Result<void> record(store::Decision row) override { return real_->record(std::move(row)); }
  Result<void> record(store::Outcome row) override { return real_->record(std::move(row)); }
  store::Approvals& approvals() override { return real_->approvals(); }
  Result<void> record(store::FlowNote note) override { return real_->record(std::move(note)); }
  Result<std::vector<store::FlowNote>> flow_notes(std::string_view session, std::int64_t after) override {
    return real_->flow_notes(session, after);
  }
  Result<void> record(store::Interaction row) override { return real_->record(std::move(row)); }
  Result<void> flush() override { return real_->flush(); }
  Result<std::vector<store::LogEntry>> log(store::AgentId agent, std::size_t limit) override {
    return real_->log(agent, limit);
  }
  Result<store::LogEntry> decision(std::int64_t id) override { return real_->decision(id); }
  Result<store::TrustCounters> trust_counters(store::AgentId agent, UnixMillis now) override {
    return real_->trust_counters(agent, now);
  }
  Result<store::BudgetLimits> budget(store::AgentId agent) override { return real_->budget(agent); }
  Result<void> set_budget(store::AgentId agent, const store::BudgetLimits& limits) override {
    return real_->set_budget(agent, limits);
  }
  Result<store::BudgetUse> budget_use(store::AgentId agent, UnixMillis now) override {
    return real_->budget_use(agent, now);
  }
  store::PinStore& pins() override { return real_->pins(); }
  Result<std::string> describe() override { return real_->describe(); }

 private:
  store::Store* real_;
};

TEST_F(AuthTest, ABusyKeyIsLookedUpNowAndThenAndARevokedOneEnds) {
  WatchedStore watched(store_.get());
  options_.store = &watched;
  const auto agent = store_->register_agent("service");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(bearer(agent->key), "service");
  EXPECT_EQ(watched.reads, 1);
  watched.revoked = true;
  clock_now += auth::kCredentialLifeMs * std::int64_t{1000} - 1;
  EXPECT_EQ(bearer(agent->key), "service");
  clock_now += 1;
  EXPECT_EQ(bearer(agent->key), "");
  EXPECT_EQ(problem_.status, 401);
  watched.revoked = false;  // a refusal is not remembered
  EXPECT_EQ(bearer(agent->key), "service");
}

TEST_F(AuthTest, AStoreThatCannotBeAskedIsNotTheClientsFault) {
  WatchedStore watched(store_.get());
  watched.broken = true;
  options_.store = &watched;
  const SigningKey key = SigningKey::ed25519();
  use_oauth(key_set({key.jwk("k")}));
  const std::string good = token(key, {{"alg", "EdDSA"}, {"kid", "k"}}, claims().dump());
  for (const std::string& credential : {std::string("aais_0000000000000000000000000000000000000000"), good}) {
    EXPECT_EQ(bearer(credential), "");
    EXPECT_EQ(problem_.status, 503);
    EXPECT_EQ(problem_.challenge, "");  // a client must not throw its credential away over this
  }
  watched.broken = false;
  EXPECT_NE(bearer(good), "");
  authenticator_.reset();
  options_.store = nullptr;
  EXPECT_EQ(bearer(good), "");
  EXPECT_EQ(problem_.status, 503);
}

TEST_F(AuthTest, TokensAreTakenByWhatTheySay) {
  const SigningKey key = SigningKey::p256();
  use_oauth(key_set({key.jwk("k")}));
  const std::int64_t now = now_ms() / 1000;
  struct Case {
    const char* name;
    Json change;        // null removes the claim
    std::string error;  // a part of it; empty: it is good
  };
  const Case cases[] = {
      {"as it should be", Json::object(), ""},
      {"the other issuer", {{"iss", "https://other.example.com"}}, ""},
      {"audience in a list", {{"aud", {"https://x.example", kAudience}}}, ""},
      {"fractions of a second",
       {{"exp", static_cast<double>(now) + 30.5}, {"nbf", static_cast<double>(now) - 0.5}},
       ""},
      {"expired within the leeway", {{"exp", now - auth::kClockLeewayS + 10}}, ""},
      {"starts within the leeway", {{"nbf", now + auth::kClockLeewayS - 10}}, ""},
      {"no iat", {{"iat", nullptr}}, ""},
      {"claims of others", {{"azp", "x"}, {"realm_access", {{"roles", {"admin"}}}}}, ""},

      {"wrong issuer", {{"iss", "https://evil.example.com/"}}, "issuer"},
      {"issuer without its slash", {{"iss", "https://login.example.com"}}, "issuer"},
      {"issuer in a list", {{"iss", {kIssuer}}}, "issuer"},
      {"no issuer", {{"iss", nullptr}}, "issuer"},
      {"wrong audience", {{"aud", "https://other.example.com/mcp"}}, "audience"},
      {"audience below ours", {{"aud", "https://guard.example.com/mcp/x"}}, "audience"},
      {"audience above ours", {{"aud", "https://guard.example.com"}}, "audience"},
      {"audience with a slash", {{"aud", "https://guard.example.com/mcp/"}}, "audience"},
      {"audiences, none ours", {{"aud", {"a", "b"}}}, "audience"},
      {"no audiences", {{"aud", Json::array()}}, "audience"},
      {"audience deeper", {{"aud", {{kAudience}}}}, "audience"},
      {"audience as key", {{"aud", {{kAudience, true}}}}, "audience"},
      {"no audience", {{"aud", nullptr}}, "audience"},
      {"expired", {{"exp", now - auth::kClockLeewayS - 1}}, "expired"},
      {"expired in 1970", {{"exp", 0}}, "expired"},
      {"expiry of old", {{"exp", -1e300}}, "expired"},
      {"no expiry", {{"exp", nullptr}}, "no expiry"},
      {"expiry as text", {{"exp", std::to_string(now + 300)}}, "not a number"},
      {"not yet", {{"nbf", now + auth::kClockLeewayS + 10}}, "not valid yet"},
      {"nbf as text", {{"nbf", "0"}}, "not valid yet"},
      {"issued in the future", {{"iat", now + auth::kClockLeewayS + 10}}, "issued in the future"},
      {"iat as text", {{"iat", "0"}}, "issued in the future"},
      {"no subject", {{"sub", nullptr}}, "subject"},
      {"empty subject", {{"sub", ""}}, "subject"},
      {"subject is a number", {{"sub", 5}}, "subject"},
      {"endless subject", {{"sub", std::string(auth::kMaxSubjectBytes + 1, 's')}}, "too long"},
      {"bound to a key", {{"cnf", {{"jkt", "x"}}}}, "bound to a key"},
  };
  for (const Case& c : cases) {
    Json payload = claims();
    for (const auto& [name, value] : c.change.items()) {
      if (value.is_null())
        payload.erase(name);
      else
        payload[name] = value;
    }
    const std::string name = bearer(token(key, {{"alg", "ES256"}, {"kid", "k"}}, payload.dump()));
    EXPECT_EQ(!name.empty(), c.error.empty()) << c.name << ": " << problem_.text;
    if (c.error.empty()) continue;
    EXPECT_EQ(problem_.status, 401);
    EXPECT_NE(problem_.text.find(c.error), std::string::npos) << c.name << ": " << problem_.text;
    EXPECT_EQ(problem_.challenge,
              "Bearer realm=\"aegis-mcp\", resource_metadata=\"" + std::string(kMetadata) +
                  "\", error=\"invalid_token\", error_description=\"" + problem_.text + "\"");
  }
  // A number longer than 64 bits is a far future, not a zero.
  Json far = claims();
  far["nbf"] = 4711;
  std::string text = far.dump();
  text.replace(text.find("4711"), 4, "99999999999999999999999");
  EXPECT_EQ(bearer(token(key, {{"alg", "ES256"}, {"kid", "k"}}, text)), "");
  EXPECT_NE(problem_.text.find("not valid yet"), std::string::npos);
}

TEST_F(AuthTest, SignaturesThatDoNotHold) {
  const SigningKey key = SigningKey::rsa();
  const SigningKey stranger = SigningKey::rsa();
  use_oauth(key_set({key.jwk("k")}));
  const std::string payload = claims().dump();
  const std::string good = token(key, {{"alg", "RS256"}, {"kid", "k"}}, payload);
  EXPECT_NE(bearer(good), "");

  Json other = claims({{"sub", "root"}});
  const std::size_t first = good.find('.');
  const std::size_t second = good.rfind('.');
  std::string flipped = good;
  flipped[second + 20] = flipped[second + 20] == 'A' ? 'B' : 'A';
  const std::pair<std::string, std::string> cases[] = {
      {good.substr(0, first) + "." + testing::base64url_encode(other.dump()) + good.substr(second),
       "does not hold"},
      {flipped, "does not hold"},
      {good + "AAAA", "does not hold"},
      {token(stranger, {{"alg", "RS256"}, {"kid", "k"}}, payload), "does not hold"},
      {token(stranger, {{"alg", "RS256"}, {"kid", "k"}, {"jwk", stranger.jwk("k")}}, payload),
       "does not hold"},
      {token(key, {{"alg", "RS256"}, {"kid", "other"}}, payload), "unknown key"},
      {token(stranger, {{"alg", "RS256"}}, payload), "does not hold"},
      {signed_part(R"({"alg":"none"})", payload) + ".", "not accepted"},
      {signed_part(R"({"alg":"RS256","kid":"k"})", payload) + ".", "not signed"},
      {good.substr(0, second), "three parts"},
  };
  for (const auto& [bad, error] : cases) {
    EXPECT_EQ(bearer(bad), "");
    EXPECT_EQ(problem_.status, 401);
    EXPECT_NE(problem_.text.find(error), std::string::npos) << problem_.text;
    EXPECT_EQ(problem_.challenge.find(bad.substr(0, 20)), std::string::npos);
  }
}

TEST_F(AuthTest, ScopesAreNeededWhereTheyAreConfigured) {
  const SigningKey key = SigningKey::ed25519();
  use_oauth(key_set({key.jwk("k")}));
  options_.oauth->scopes = {"mcp:tools", "mcp:read"};
  const std::pair<Json, bool> cases[] = {
      {{{"scope", "mcp:tools mcp:read"}}, true},
      {{{"scope", "openid mcp:read email mcp:tools"}}, true},
      {{{"scp", {"mcp:read", "mcp:tools"}}}, true},
      {{{"scp", "mcp:read mcp:tools"}}, true},
      {{{"scope", "mcp:read"}, {"scp", {"mcp:tools"}}}, true},
      {Json::object(), false},
      {{{"scope", ""}}, false},
      {{{"scope", "mcp:read"}}, false},
      {{{"scope", "mcp:read mcp:tools:x"}}, false},
      {{{"scope", "mcp:read,mcp:tools"}}, false},
      {{{"scp", {"mcp:read mcp:tools"}}}, false},
      {{{"scope", {{"mcp:read", true}, {"mcp:tools", true}}}}, false},
      {{{"scope", 5}}, false},
  };
  for (const auto& [more, enough] : cases) {
    const std::string name = bearer(token(key, {{"alg", "EdDSA"}, {"kid", "k"}}, claims(more).dump()));
    EXPECT_EQ(!name.empty(), enough) << more;
    if (enough) continue;
    EXPECT_EQ(problem_.status, 403);
    EXPECT_NE(problem_.challenge.find("scope=\"mcp:tools mcp:read\", error=\"insufficient_scope\""),
              std::string::npos)
        << problem_.challenge;
  }
  EXPECT_EQ(ask(std::nullopt), "");
  EXPECT_EQ(problem_.challenge, "Bearer realm=\"aegis-mcp\", resource_metadata=\"" + std::string(kMetadata) +
                                    "\", scope=\"mcp:tools mcp:read\"");
}

TEST_F(AuthTest, AUserOfAnIssuerBecomesAnAgentOnce) {
  const SigningKey key = SigningKey::ed25519();
  use_oauth(key_set({key.jwk("k")}));
  const auto as = [&](const std::string& issuer, const std::string& subject) {
    return bearer(
        token(key, {{"alg", "EdDSA"}, {"kid", "k"}},
              claims({{"iss", issuer}, {"sub", subject}, {"jti", std::to_string(clock_now)}}).dump()));
  };
  const std::string alice = as(kIssuer, "alice");
  EXPECT_TRUE(alice.starts_with("oauth:alice#")) << alice;
  const auto id = principal_.agent;
  EXPECT_EQ(store_->agent_by_name(alice)->id, id);
  clock_now += 1;
  EXPECT_EQ(as(kIssuer, "alice"), alice);
  EXPECT_EQ(principal_.agent, id);
  EXPECT_NE(as("https://other.example.com", "alice"), alice);  // another issuer's alice is somebody else
  EXPECT_NE(principal_.agent, id);
  EXPECT_EQ(store_->agents()->size(), 2U);

  // An agent with a key is nobody's alias, whatever it is called.
  const std::string bob = auth::agent_name(kIssuer, "bob");
  ASSERT_TRUE(store_->register_agent(bob));
  EXPECT_EQ(as(kIssuer, "bob"), "");
  EXPECT_EQ(problem_.status, 401);
}

TEST(AgentNameOfATokenTest, IsValidAndTellsSubjectsApart) {
  std::vector<std::string> names;
  const std::string subjects[] = {"alice",
                                  "alice ",
                                  " alice",
                                  "Alice",
                                  "a\nlice",
                                  "al\u200bice",
                                  "Zoë 代理",
                                  std::string(500, 'x'),
                                  std::string(499, 'x'),
                                  std::string(96, 'x') + "代理",
                                  "alice#000000000000000000000000",
                                  "#",
                                  "oauth:alice"};
  for (const std::string& subject : subjects) {
    const std::string name = auth::agent_name(kIssuer, subject);
    const auto valid = store::valid_agent_name(name);
    ASSERT_TRUE(valid) << valid.error().message;
    EXPECT_EQ(*valid, name);
    EXPECT_TRUE(name.starts_with("oauth:"));
    for (const std::string& before : names) EXPECT_NE(name, before);
    names.push_back(name);
  }
  EXPECT_NE(auth::agent_name("https://a", "b1"), auth::agent_name("https://ab", "1"));
}

TEST_F(AuthTest, ARotatedKeyInAFileCountsAtOnce) {
  const SigningKey old_key = SigningKey::p256();
  const SigningKey new_key = SigningKey::p256();
  use_oauth(key_set({old_key.jwk("old")}));
  const std::string by_old = token(old_key, {{"alg", "ES256"}, {"kid", "old"}}, claims().dump());
  const std::string by_new = token(new_key, {{"alg", "ES256"}, {"kid", "new"}}, claims().dump());
  EXPECT_NE(bearer(by_old), "");
  EXPECT_EQ(bearer(by_new), "");
  replace_file(folder_ / "jwks.json", key_set({new_key.jwk("new")}));
  EXPECT_NE(bearer(by_new), "");
  clock_now += auth::kCredentialLifeMs * std::int64_t{1000};  // until then it is remembered
  EXPECT_EQ(bearer(by_old), "");
}

TEST_F(AuthTest, ARotatedKeyAtAUrlIsFetchedForItsFirstToken) {
  const SigningKey old_key = SigningKey::ed25519();
  const SigningKey new_key = SigningKey::ed25519();
  KeyServer server(key_set({old_key.jwk("old")}));
  use_oauth(key_set({}));
  options_.oauth->jwks_file.clear();
  options_.oauth->jwks_url = server.url();
  EXPECT_NE(bearer(token(old_key, {{"alg", "EdDSA"}, {"kid", "old"}}, claims().dump())), "");
  EXPECT_EQ(server.requests(), 1);
  server.serve(key_set({old_key.jwk("old"), new_key.jwk("new")}));
  EXPECT_NE(bearer(token(new_key, {{"alg", "EdDSA"}, {"kid", "new"}}, claims().dump())), "") << problem_.text;
  EXPECT_EQ(server.requests(), 2);
  server.stop();
  EXPECT_EQ(bearer(token(new_key, {{"alg", "EdDSA"}, {"kid", "next"}}, claims().dump())), "");
  EXPECT_NE(bearer(token(old_key, {{"alg", "EdDSA"}, {"kid", "old"}}, claims({{"sub", "bob"}}).dump())), "");
}

TEST_F(AuthTest, ATokenIsNotRememberedLongerThanItHolds) {
  const SigningKey key = SigningKey::ed25519();
  use_oauth(key_set({key.jwk("k")}));
  const std::int64_t now = now_ms() / 1000;
  // Its leeway ends within a second or two; the cache's clock stands still, so only that can end it.
  const std::string ending =
      token(key, {{"alg", "EdDSA"}, {"kid", "k"}}, claims({{"exp", now - auth::kClockLeewayS + 3}}).dump());
  EXPECT_NE(bearer(ending), "");
  clock_now += 3'000'000;  // and this is when its own end comes, before the cache's
  replace_file(folder_ / "jwks.json", R"({"keys":[]})");
  EXPECT_EQ(bearer(ending), "");
}

TEST_F(AuthTest, MetadataSaysWhereToGetATokenAndForWhat) {
  EXPECT_TRUE(authenticator().metadata("https://guard.example.com/mcp").is_null());
  authenticator_.reset();
  use_oauth(key_set({SigningKey::ed25519().jwk("k")}));
  options_.oauth->scopes = {"mcp:tools"};
  EXPECT_EQ(authenticator().metadata("http://127.0.0.1:8080/mcp"),
            (Json{{"resource", kAudience},
                  {"authorization_servers", {"https://other.example.com", kIssuer}},
                  {"bearer_methods_supported", {"header"}},
                  {"scopes_supported", {"mcp:tools"}}}));
  authenticator_.reset();
  options_.oauth->audience = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  options_.oauth->scopes.clear();
  const Json metadata = authenticator().metadata("https://guard.example.com/mcp");
  EXPECT_EQ(metadata["resource"], "https://guard.example.com/mcp");
  EXPECT_FALSE(metadata.contains("scopes_supported"));
}

TEST_F(AuthTest, AnAudienceWithoutAPathMayEndInASlash) {
  const SigningKey key = SigningKey::ed25519();
  use_oauth(key_set({key.jwk("k")}));
  options_.oauth->audience = "https://guard.example.com";
  for (const char* audience : {"https://guard.example.com", "https://guard.example.com/"})
    EXPECT_NE(bearer(token(key, {{"alg", "EdDSA"}, {"kid", "k"}}, claims({{"aud", audience}}).dump())), "");
  EXPECT_EQ(bearer(token(key, {{"alg", "EdDSA"}, {"kid", "k"}},
                         claims({{"aud", "https://guard.example.com//"}}).dump())),
            "");
}

TEST_F(AuthTest, AHostilePlaceOfTheMetadataDoesNotBreakTheHeader) {
  use_oauth(key_set({SigningKey::ed25519().jwk("k")}));
  AuthProblem problem;
  Principal principal;
  EXPECT_FALSE(authenticator().authenticate(std::nullopt, "https://x\", error=\"y\r\nSet-Cookie: z",
                                            &principal, &problem));
  EXPECT_EQ(problem.challenge, "Bearer realm=\"aegis-mcp\"");
}

TEST_F(AuthTest, AKeySetThatCannotBeReadIsAnErrorAtTheStart) {
  use_oauth("{}");
  EXPECT_FALSE(Authenticator::make(options_));
  options_.oauth->jwks_file.clear();
  EXPECT_FALSE(Authenticator::make(options_));
  options_.oauth->jwks_url = "http://login.example.com/jwks";
  EXPECT_FALSE(Authenticator::make(options_));
}

TEST(CredentialCacheTest, ForgetsRatherThanGrows) {
  auth::CredentialCache cache;
  const auto digest = [](std::size_t i) {
    return *auth::CredentialCache::digest_of("credential " + std::to_string(i));
  };
  for (std::size_t i = 0; i < auth::kMaxCredentials; ++i) cache.put(digest(i), {1, "a"}, 0, 1000);
  EXPECT_TRUE(cache.find(digest(0), 999));
  EXPECT_FALSE(cache.find(digest(0), 1000));
  EXPECT_TRUE(cache.find(digest(1), 999));
  cache.put(digest(0), {2, "b"}, 0, 1000);
  cache.put(digest(auth::kMaxCredentials), {2, "b"}, 0, 1000);
  EXPECT_FALSE(cache.find(digest(1), 999));
  EXPECT_EQ(cache.find(digest(auth::kMaxCredentials), 999)->name, "b");
  // A digest that shares its first bytes with a known one is another credential.
  auto near = digest(auth::kMaxCredentials);
  near[31] ^= 1;
  EXPECT_FALSE(cache.find(near, 999));
}

}  // namespace
}  // namespace aegis::gateway
