#include "detectors/validators.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace aegis::detectors {
namespace {

double alone(Validator validate, std::string_view value) { return validate({value, value, 0}, 0.9); }

void expect_accepted(Validator validate, std::initializer_list<std::string_view> values) {
  for (const std::string_view value : values) EXPECT_EQ(alone(validate, value), 0.9) << value;
}

void expect_rejected(Validator validate, std::initializer_list<std::string_view> values) {
  for (const std::string_view value : values) EXPECT_EQ(alone(validate, value), 0) << value;
}

TEST(Validators, Luhn) {
  expect_accepted(luhn, {"4111 1111 1111 1111", "4242-4242-4242-4242", "378282246310005", "5555555555554444",
                         "6011111111111117", "3530111333300000", "30569309025904", "2223003122003222"});
  expect_rejected(luhn, {"4111 1111 1111 1112", "0000000000000000", "1234567812345670", "411111111111111",
                         "41111111111111111111", ""});
}

TEST(Validators, Iban) {
  expect_accepted(
      iban, {"DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "NO9386011117947",
             "de89370400440532013000", "FR1420041010050500013M02606", "MT84MALT011000012345MTLCAST001S"});
  expect_rejected(
      iban, {"DE89 3704 0044 0532 0130 01", "DE8937040044053201300", "ZZ89370400440532013000", "DE89", ""});
}

TEST(Validators, AbaRouting) {
  expect_accepted(aba_routing, {"021000021", "011401533", "091000019"});
  expect_rejected(aba_routing, {"021000022", "000000000", "991000019", "02100002"});
}

TEST(Validators, UsSsn) {
  expect_accepted(us_ssn, {"123-45-6789", "536 22 1234", "899-99-9999"});
  expect_rejected(us_ssn, {"000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000",
                           "078-05-1120", "219-09-9999", "123-45-678"});
}

TEST(Validators, PlausibleDate) {
  expect_accepted(plausible_date, {"01/15/1985", "15/01/1985", "1985-01-15", "29.02.2000", "1/5/85",
                                   "January 15th, 1985", "15 Jan 1985"});
  expect_rejected(plausible_date, {"45/15/1985", "13/13/1985", "29.02.1900", "1885-01-15", "00/10/1990",
                                   "1/2", "1.2.3.4", "January 45, 1985"});
}

TEST(Validators, Ipv4Address) {
  expect_accepted(ipv4_address, {"192.168.1.100", "10.20.30.40", "203.0.113.7"});
  expect_rejected(ipv4_address, {"0.0.0.0", "127.0.0.1", "255.255.255.0", "224.0.0.1", "256.1.1.1",
                                 "10.01.1.1", "1.2.3.4", "1.2.3", "1..2.3"});
  const std::string text = "version 10.20.30.40";
  EXPECT_EQ(ipv4_address({text, std::string_view(text).substr(8), 8}, 0.9), 0) << "a version";
}

TEST(Validators, ShannonEntropy) {
  EXPECT_EQ(shannon_entropy(""), 0);
  EXPECT_EQ(shannon_entropy("aaaa"), 0);
  EXPECT_DOUBLE_EQ(shannon_entropy("ab"), 1);
  EXPECT_DOUBLE_EQ(shannon_entropy("0123456789abcdef"), 4);
}

TEST(Validators, Placeholders) {
  for (const std::string_view value :
       {"", "your-api-key", "YOUR_TOKEN", "xxxxxxxxxxxx", "changeme", "<token>", "${TOKEN}", "$TOKEN",
        "{{ token }}", "%(password)s", "example-key-1", "1234567890", "abcdefghijkl", "00000000",
        "insert-key-here", "aaaaaaaaaaaa"}) {
    EXPECT_TRUE(is_placeholder(value)) << value;
  }
  for (const std::string_view value : {"q7Zp4mN8xR2vL9sT", "hunter2!Rocks", "c0ffee51d7a94b02"}) {
    EXPECT_FALSE(is_placeholder(value)) << value;
  }
}

TEST(Validators, HighEntropy) {
  expect_accepted(high_entropy, {"q7Zp4mN8xR2vL9sT"});
  expect_rejected(high_entropy, {"aaaabbbbaaaabbbb", "your-api-key-goes-here", "password"});
}

}  // namespace
}  // namespace aegis::detectors
