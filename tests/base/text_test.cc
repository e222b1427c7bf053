#include "base/text.h"

#include <gtest/gtest.h>

namespace aegis {
namespace {

TEST(TextTest, PrintableBlanksWhatMovesTheCursor) {
  EXPECT_EQ(printable("a\x1b[31mb\nc\u202Ed\u009Be"), "a [31mb c d e");
}

TEST(TextTest, VisibleWritesOutWhatShowsNothing) {
  EXPECT_EQ(visible("plain text, \u00e9\u4e2d\U0001f600"), "plain text, \u00e9\u4e2d\U0001f600");
  EXPECT_EQ(visible("\x1b[2J\n\x7f"), "\\u{1b}[2J\\u{a}\\u{7f}");
  EXPECT_EQ(visible("a\u200Bb\u202Ec\u00ADd\uFEFFe"), "a\\u{200b}b\\u{202e}c\\u{ad}d\\u{feff}e");
  EXPECT_EQ(visible("tag \U000E0041"), "tag \\u{e0041}");
}

TEST(TextTest, WhatIsNoUtf8IsWrittenOutByteByByte) {
  EXPECT_EQ(visible("a\xff\xc3(\xe2\x82"), "a\\x{ff}\\x{c3}(\\x{e2}\\x{82}");
  EXPECT_EQ(visible(""), "");
}

}  // namespace
}  // namespace aegis
