#include "base/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis {
namespace {

TEST(Base64, IsTheOneOfTheStandard) {
  // RFC 4648, section 10.
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"},
                                                         {"\xff\xfe\xfb", "//77"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, EveryByteComesBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  }
}

TEST(Base64, RefusesWhatAnotherDecoderMightReadDifferently) {
  for (const char* text :
       {"Zg", "Zg=", "Z", "Zg===", "====", "=", "==", "Zm8=Zm8=", "Zm 9v", "Zm9v\n", "Zm9-", "Zm9_",
        "Zh==", "Zm9=", "Z===", "Zg==Zg==", "SGVs!!!bG8=", "\xc3\xa9==", "Zm=v"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

}  // namespace
}  // namespace aegis
