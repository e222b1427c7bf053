#include "guard/session_flow.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "store/store.h"
#include "tests/support/temp_folder.h"

namespace aegis::guard {
namespace {

constexpr ToolLabels kPrivate{.untrusted_source = false, .private_data = true, .external_sink = false};
constexpr ToolLabels kUntrusted{.untrusted_source = true, .private_data = false, .external_sink = false};
constexpr FlowPlace kFile{"files", "read_file", {}};
constexpr FlowPlace kPage{"web", "fetch", {}};
constexpr FlowPlace kMail{"mail", "send", {}};

const std::string kSalaries =
    "Salaries agreed for next year: Hanna Brecht 84,200; Tomas Vidal 79,950; Ingrid Solheim 91,300; these "
    "are "
    "known to the board and to nobody else until the first of February.";
const std::string kPageText = "Our opening hours are nine to five, closed on Sundays and public holidays.";

class Flow : public testing::Test {
 protected:
  static FlowState look(SessionFlow& flow, const std::string& text, const FlowPlace& to = kMail) {
    const std::array<std::string_view, 1> fields{text};
    return flow.look(to, fields);
  }
  static void take_in(SessionFlow& flow, const FlowPlace& from, const ToolLabels& labels,
                      const std::string& text) {
    const std::array<std::string_view, 1> fields{text};
    flow.take_in(from, labels, fields);
  }

  std::unique_ptr<store::Store> open() {
    auto opened = store::open_sqlite(folder_ / "aegis.db");
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }

  testing_support::TempFolder folder_;
  std::unique_ptr<store::Store> store_ = open();
  SessionFlow flow_{store_.get(), "client-1"};
};

TEST_F(Flow, ANewSessionHasSeenNothing) {
  const FlowState state = look(flow_, kSalaries);
  EXPECT_FALSE(state.untrusted);
  EXPECT_FALSE(state.private_data);
  EXPECT_EQ(state.passage_by, "");
}

TEST_F(Flow, ResultsTaintTheSessionForGood) {
  take_in(flow_, kPage, kUntrusted, kPageText);
  take_in(flow_, kFile, kPrivate, kSalaries);
  const FlowState state = look(flow_, "Shall we meet at noon?");
  EXPECT_TRUE(state.untrusted);
  EXPECT_TRUE(state.private_data);
  EXPECT_EQ(state.untrusted_by, "web/fetch");
  EXPECT_EQ(state.private_by, "files/read_file");
  EXPECT_EQ(state.passage_by, "") << "nothing of the file is in the call";
}

TEST_F(Flow, APassageOfAPrivateResultIsFoundInACall) {
  take_in(flow_, kFile, kPrivate, kSalaries);
  EXPECT_EQ(look(flow_, "FYI\n" + kSalaries).passage_by, "files/read_file");
}

TEST_F(Flow, EncodingDoesNotHideAPassage) {
  take_in(flow_, kFile, kPrivate, kSalaries);
  EXPECT_EQ(look(flow_, base64_encode(kSalaries)).passage_by, "files/read_file");
}

TEST_F(Flow, NorDoesAnAddress) {
  take_in(flow_, kFile, kPrivate, kSalaries);
  const std::string address = "https://collector.example/confirm?";
  EXPECT_EQ(look(flow_, address + base64_encode(kSalaries)).passage_by, "files/read_file");
  std::string percent;
  for (const char c : kSalaries) percent += c == ' ' ? std::string("%20") : std::string(1, c);
  EXPECT_EQ(look(flow_, address + percent).passage_by, "files/read_file");
}

TEST_F(Flow, WhatStrangersWroteMayBePassedOn) {
  take_in(flow_, kPage, kUntrusted, kPageText + " " + kSalaries);
  EXPECT_EQ(look(flow_, kSalaries).passage_by, "");
}

TEST_F(Flow, GoingBackToWhereItWasReadIsNoLeak) {
  take_in(flow_, {"hub", "get_file_contents", "acme/app"}, kPrivate, kSalaries);
  EXPECT_EQ(look(flow_, kSalaries, {"hub", "create_or_update_file", "acme/app"}).passage_by, "");
  EXPECT_EQ(look(flow_, kSalaries, {"hub", "create_issue", "acme/website"}).passage_by,
            "hub/get_file_contents");
  EXPECT_EQ(look(flow_, kSalaries, {"other", "create_issue", "acme/app"}).passage_by,
            "hub/get_file_contents");
}

TEST_F(Flow, WhatStandsAtBothPlacesMayGoToEither) {
  take_in(flow_, {"hub", "get_file_contents", "acme/app"}, kPrivate, kSalaries);
  take_in(flow_, {"hub", "get_file_contents", "acme/website"}, kPrivate, kSalaries + " And more.");
  EXPECT_EQ(look(flow_, kSalaries, {"hub", "create_issue", "acme/website"}).passage_by, "");
  EXPECT_EQ(look(flow_, kSalaries, {"hub", "create_issue", "acme/app"}).passage_by, "");
  EXPECT_EQ(look(flow_, kSalaries, {"hub", "create_issue", "acme/other"}).passage_by,
            "hub/get_file_contents");
}

TEST_F(Flow, ProcessesOfOneClientKnowOfEachOthersResultsAndStrangersDoNot) {
  take_in(flow_, kFile, kPrivate, kSalaries);
  take_in(flow_, kPage, kUntrusted, kPageText);
  ASSERT_TRUE(store_->flush());
  const auto second_store = open();
  SessionFlow same(second_store.get(), "client-1");
  EXPECT_EQ(look(same, kSalaries).passage_by, "files/read_file");
  EXPECT_EQ(look(same, kSalaries).untrusted_by, "web/fetch");
  SessionFlow stranger(second_store.get(), "client-2");
  EXPECT_EQ(look(stranger, kSalaries).passage_by, "");
  EXPECT_FALSE(look(stranger, kSalaries).private_data);
}

TEST_F(Flow, ALongSessionIsReadWhole) {
  for (int i = 0; i < 200; ++i)
    take_in(flow_, kFile, kPrivate, "row " + std::to_string(4'929'381'029'384'000 + i * 7));
  ASSERT_TRUE(store_->flush());
  SessionFlow same(store_.get(), "client-1");
  EXPECT_EQ(look(same, "pay 4929381029385393").passage_by, "files/read_file") << "the last one";
  EXPECT_EQ(look(same, "pay 4929381029384000").passage_by, "files/read_file") << "the first one";
}

TEST_F(Flow, OldResultsMakeRoomForNewOnes) {
  take_in(flow_, kFile, kPrivate, kSalaries);
  for (std::uint64_t n = 0; n < 40; ++n) {
    std::string text;
    for (std::uint64_t i = 0; i < 40'000; ++i) text += " " + std::to_string(n * 1'000'003 + i * 7'919'777);
    take_in(flow_, kFile, kPrivate, text);
  }
  EXPECT_EQ(look(flow_, kSalaries).passage_by, "");
  EXPECT_TRUE(look(flow_, kSalaries).private_data);
}

}  // namespace
}  // namespace aegis::guard
