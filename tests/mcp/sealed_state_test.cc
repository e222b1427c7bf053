#include "mcp/sealed_state.h"

#include <gtest/gtest.h>

namespace aegis::mcp {
namespace {

constexpr SealedFor kCall{"alice", "tools/call", "d1"};

TEST(SealedStateTest, OpensForWhatItWasMadeForUntilItExpires) {
  const std::string nonce = state_nonce();
  const std::string state = seal_state(nonce, 1'000, kCall);
  EXPECT_EQ(open_state(state, kCall, 999), nonce);
  EXPECT_EQ(open_state(state, kCall, 1'000), std::nullopt);
  EXPECT_NE(state_nonce(), nonce);
}

TEST(SealedStateTest, OpensForNothingElse) {
  const std::string state = seal_state(state_nonce(), 1'000, kCall);
  for (const SealedFor& other :
       {SealedFor{"mallory", "tools/call", "d1"}, SealedFor{"alice", "prompts/get", "d1"},
        SealedFor{"alice", "tools/call", "d2"},
        // the same letters, divided otherwise
        SealedFor{"alicet", "ools/call", "d1"}, SealedFor{"", "", ""}}) {
    EXPECT_EQ(open_state(state, other, 1), std::nullopt) << other.principal << " " << other.method;
  }
}

TEST(SealedStateTest, EveryByteCounts) {
  const std::string state = seal_state(state_nonce(), 0x7fff'ffff, kCall);
  ASSERT_TRUE(open_state(state, kCall, 1));
  for (std::size_t i = 0; i < state.size(); ++i) {
    std::string changed = state;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(open_state(changed, kCall, 1), std::nullopt) << i;
    EXPECT_EQ(open_state(state.substr(0, i), kCall, 1), std::nullopt) << i;
  }
  EXPECT_EQ(open_state(state + "a", kCall, 1), std::nullopt);
}

TEST(SealedStateTest, TheDigestIsThatOfTheParamsThatCount) {
  const std::string digest = params_digest(R"({"name":"t","arguments":{"a":1,"b":[2,3]}})");
  EXPECT_EQ(digest, params_digest(R"({"arguments": {"b":[2,3], "a":1}, "name":"\u0074"})"));
  EXPECT_EQ(digest, params_digest(R"({"name":"t","arguments":{"a":1,"b":[2,3]},"_meta":{"x":1},)"
                                  R"("inputResponses":{},"requestState":"s"})"));
  for (const char* other : {R"({"name":"t","arguments":{"a":1,"b":[3,2]}})", R"({"name":"t"})",
                            R"({"name":"t","arguments":{"a":1,"b":[2,3],"_meta":{}}})", "{}", "[]"}) {
    EXPECT_NE(digest, params_digest(other)) << other;
  }
}

}  // namespace
}  // namespace aegis::mcp
