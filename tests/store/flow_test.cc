// What processes note of a session for each other.
#include <gtest/gtest.h>

#include "tests/store/support.h"

namespace aegis::store {
namespace {

using namespace testing;  // NOLINT: the shared helpers

FlowNote note(const std::string& session, std::vector<std::uint64_t> fingerprints) {
  return {.session = session,
          .at = now_ms(),
          .kind = FlowNote::Kind::private_data,
          .source = "files/read_file",
          .place = "p",
          .fingerprints = std::move(fingerprints)};
}

TEST(FlowNotes, ComeBackInOrderAndOnlyTheNewOnes) {
  const TempFolder folder;
  const auto store = must_open(folder / "aegis.db");
  ASSERT_TRUE(store->record(note("a", {1, 0xFFFFFFFFFFFFFFFF, 0x0123456789ABCDEF})));
  ASSERT_TRUE(store->record(note("b", {7})));
  ASSERT_TRUE(store->record(note("a", {})));
  ASSERT_TRUE(store->flush());

  const auto notes = *store->flow_notes("a", 0);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].fingerprints, (std::vector<std::uint64_t>{1, 0xFFFFFFFFFFFFFFFF, 0x0123456789ABCDEF}));
  EXPECT_EQ(notes[0].source, "files/read_file");
  EXPECT_EQ(notes[0].place, "p");
  EXPECT_EQ(notes[0].kind, FlowNote::Kind::private_data);
  EXPECT_TRUE(notes[1].fingerprints.empty());
  EXPECT_EQ(store->flow_notes("a", notes[0].id)->size(), 1U);
  EXPECT_TRUE(store->flow_notes("a", notes[1].id)->empty());
}

TEST(FlowNotes, AreForgottenAfterADay) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  FlowNote old = note("a", {1});
  old.at = now_ms() - kFlowKeptMs - 1000;
  {
    const auto store = must_open(path);
    ASSERT_TRUE(store->record(note("a", {2})));
    ASSERT_TRUE(store->record(old));
  }
  const auto store = must_open(path);
  ASSERT_EQ(store->flow_notes("a", 0)->size(), 2U);
  ASSERT_TRUE(store->record(note("a", {3})));
  ASSERT_TRUE(store->flush());
  const auto notes = *store->flow_notes("a", 0);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].fingerprints, std::vector<std::uint64_t>{2});
}

}  // namespace
}  // namespace aegis::store
