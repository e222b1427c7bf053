#include "gateway/http/outbox.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "mcp/message.h"

namespace aegis::gateway {
namespace {

using Word = Outbox::Word;

std::string answer(int id, const std::string& text = "x") {
  return mcp::result_message(std::to_string(id), {{"text", text}});
}

// A connection that takes all there is.
struct Reader {
  explicit Reader(std::shared_ptr<Outbox> from, std::uint64_t after = 0)
      : outbox(std::move(from)), attachment(outbox->attach(after, false, 60'000)) {}
  bool step() {
    return outbox->step(attachment, 0, [this](std::string_view bytes) {
      read += bytes;
      return true;
    });
  }
  std::shared_ptr<Outbox> outbox;
  std::uint64_t attachment;
  std::string read;
};

std::shared_ptr<ReplayLedger> ledger(std::size_t events, std::size_t bytes) {
  return std::make_shared<ReplayLedger>(events, bytes);
}

TEST(Outbox, AnAnswerAloneIsJsonAndAnythingBeforeItIsAStream) {
  const auto alone = Outbox::make(1);
  alone->finish(answer(1));
  EXPECT_EQ(alone->first_word(0, {}), Word::answer);
  EXPECT_EQ(alone->json(false), answer(1));

  const auto talked = Outbox::make(1);
  talked->send("{}");
  talked->finish(answer(1));
  EXPECT_EQ(talked->first_word(0, {}), Word::stream);

  EXPECT_EQ(Outbox::make(1)->first_word(0, {}), Word::stream) << "silence";

  const auto closed = Outbox::make(1);
  closed->close();
  EXPECT_EQ(closed->first_word(60'000, {}), Word::closed);

  EXPECT_EQ(Outbox::make(1)->first_word(60'000, [] { return true; }), Word::gone);
}

TEST(Outbox, ABatchIsCompleteWithItsLastAnswer) {
  const auto outbox = Outbox::make(2);
  const auto first = Outbox::item(outbox), second = Outbox::item(outbox);
  second->finish(answer(2));
  second->finish(answer(3));  // a second answer to one request is nobody's
  EXPECT_FALSE(outbox->complete());
  first->finish(answer(1));
  EXPECT_EQ(outbox->first_word(0, {}), Word::answer);
  EXPECT_EQ(outbox->json(true), "[" + answer(2) + "," + answer(1) + "]");
}

// Who counts requests without an answer counts each of them down once, whatever becomes of it.
TEST(Outbox, EveryAnswerIsToldOfOnceAlsoOneThatWillNotCome) {
  int told = 0;
  const auto count = [&](std::string_view) { ++told; };
  const auto cancelled = Outbox::make(1, count);
  cancelled->close();
  cancelled->finish(answer(1));
  cancelled->close();
  EXPECT_EQ(told, 1);
  const auto answered = Outbox::make(1, count);
  answered->finish(answer(1));
  answered->close();
  EXPECT_EQ(told, 2);
  const auto batch = Outbox::make(3, count);
  Outbox::item(batch)->finish(answer(1));
  Outbox::item(batch)->close();
  batch->close();
  EXPECT_EQ(told, 5);
}

TEST(Outbox, NothingFollowsTheAnswer) {
  int told = 0;
  const auto outbox = Outbox::make(1, [&](std::string_view) { ++told; });
  Reader reader(outbox);
  outbox->finish(answer(1));
  outbox->finish(answer(1));
  outbox->send("{}");
  EXPECT_FALSE(reader.step());
  EXPECT_EQ(reader.read, "data: " + answer(1) + "\n\n");
  EXPECT_EQ(told, 1);
}

TEST(Outbox, OneConnectionAtATime) {
  const auto outbox = Outbox::make(1);
  outbox->keep(ledger(10, 1'000), "t", 1);
  Reader old(outbox);
  outbox->send("{\"n\":1}");
  EXPECT_TRUE(old.step());
  Reader now(outbox, 1);
  outbox->send("{\"n\":2}");
  EXPECT_FALSE(old.step());
  EXPECT_TRUE(now.step());
  EXPECT_EQ(old.read, "id: t-1-1\ndata: {\"n\":1}\n\n");
  EXPECT_EQ(now.read, "id: t-1-2\ndata: {\"n\":2}\n\n");
  EXPECT_FALSE(outbox->detach(old.attachment)) << "it does not end the new one";
  EXPECT_TRUE(outbox->attached());
  EXPECT_TRUE(outbox->detach(now.attachment));
}

TEST(Outbox, KeepsTheNewestAndWhatIsOnItsWay) {
  const auto outbox = Outbox::make(1);
  outbox->keep(ledger(2, 1'000), "t", 1);
  Reader reader(outbox);
  for (int n = 1; n <= 5; ++n) outbox->send("{\"n\":" + std::to_string(n) + "}");
  EXPECT_TRUE(reader.step());
  EXPECT_NE(reader.read.find("\"n\":1"), std::string::npos) << "a connection that is there misses nothing";
  EXPECT_NE(reader.read.find("\"n\":5"), std::string::npos);
  outbox->detach(reader.attachment);
  Reader again(outbox);
  EXPECT_TRUE(again.step());
  EXPECT_EQ(again.read, "id: t-1-4\ndata: {\"n\":4}\n\nid: t-1-5\ndata: {\"n\":5}\n\n");
}

TEST(Outbox, ALostAnswerIsReplacedByAnErrorWithItsId) {
  const auto outbox = Outbox::make(1);
  outbox->keep(ledger(10, 1'000), "t", 1);
  outbox->finish(mcp::result_message("\"a\\\"b\"", {{"big", std::string(2'000, 'x')}}));
  Reader reader(outbox);
  EXPECT_FALSE(reader.step());
  EXPECT_EQ(reader.read.find("xxx"), std::string::npos);
  EXPECT_NE(reader.read.find(R"("id":"a\"b","error":{"code":-32603)"), std::string::npos) << reader.read;
}

TEST(Outbox, TheStreamsOfASessionShareOneLimit) {
  const auto shared = ledger(3, 1'000);
  const auto old = Outbox::make(1), young = Outbox::make(1);
  old->keep(shared, "t", 1);
  young->keep(shared, "t", 2);
  old->send("{}");
  old->send("{}");
  EXPECT_FALSE(old->spent());
  for (int n = 0; n < 3; ++n) young->send("{\"n\":" + std::to_string(n) + "}");
  Reader reader(old);
  EXPECT_TRUE(reader.step());
  EXPECT_EQ(reader.read, "");
  old->close();
  old->detach(reader.attachment);
  EXPECT_TRUE(old->spent());
}

TEST(Outbox, ALaggingConnectionIsLetGoAndItsClientMayComeBack) {
  const auto outbox = Outbox::make(1);
  outbox->keep(ledger(1'000, 4 << 20), "t", 1);
  Reader slow(outbox);
  const std::string much = "{\"data\":\"" + std::string(1 << 20, 'x') + "\"}";
  for (int n = 0; n < 20; ++n) outbox->send(much);
  EXPECT_FALSE(slow.step());
  EXPECT_FALSE(outbox->attached());
  outbox->finish(answer(1));
  Reader again(outbox);
  while (again.step()) {
  }
  EXPECT_LT(again.read.size(), std::size_t{5} << 20);
  EXPECT_NE(again.read.find(answer(1)), std::string::npos);
}

TEST(Outbox, WakesWhoWaits) {
  const auto outbox = Outbox::make(1);
  std::thread later([&] { outbox->finish(answer(1)); });
  EXPECT_EQ(outbox->first_word(60'000, [] { return false; }), Word::answer);
  later.join();
}

}  // namespace
}  // namespace aegis::gateway
