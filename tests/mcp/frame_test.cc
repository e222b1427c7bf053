#include "mcp/frame.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace aegis::mcp {
namespace {

// Feeds `bytes` in pieces of `piece` bytes; "!" stands for an oversized line.
std::vector<std::string> lines_of(std::string_view bytes, std::size_t piece, std::size_t max_line) {
  FrameBuffer frames(max_line);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    const auto part = bytes.substr(i, piece);
    std::memcpy(frames.reserve(part.size()), part.data(), part.size());
    frames.commit(part.size());
    while (const auto frame = frames.next())
      lines.push_back(frame->oversized ? "!" : std::string(frame->line));
  }
  if (!is_blank(frames.rest())) lines.push_back("~" + std::string(frames.rest()));
  return lines;
}

TEST(FrameBuffer, CutsLinesHoweverTheBytesArrive) {
  const std::vector<std::string> expected{"{\"a\":1}", "two", "three\tx", "~rest"};
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 1000u}) {
    EXPECT_EQ(lines_of("{\"a\":1}\n\n  \ntwo\r\nthree\tx\nrest", piece, 100), expected) << piece;
  }
}

TEST(FrameBuffer, AnOversizedLineIsReportedOnceAndTheNextOneRead) {
  const std::string text =
      "short\n" + std::string(5000, 'x') + "\nafter\n" + std::string(101, 'y') + "\nend\n";
  for (const std::size_t piece : {1u, 64u, 100u, 101u, 102u, 100000u}) {
    EXPECT_EQ(lines_of(text, piece, 100), (std::vector<std::string>{"short", "!", "after", "!", "end"}))
        << piece;
  }
}

TEST(FrameBuffer, ALineOfExactlyTheLimitIsWhole) {
  EXPECT_EQ(lines_of(std::string(100, 'x') + "\n", 10, 100), std::vector<std::string>{std::string(100, 'x')});
}

TEST(FrameBuffer, KeepsNulBytes) {
  EXPECT_EQ(lines_of(std::string_view("a\0b\n", 4), 2, 100),
            std::vector<std::string>{std::string("a\0b", 3)});
}

}  // namespace
}  // namespace aegis::mcp
