// Second looks at what a pattern matched: checksums, ranges, entropy. Used as Rule::validate.
//
// Pure and thread-safe. Each validator returns `confidence` unchanged when the check passes and 0 when it
// fails; time is linear in the matched value.
#pragma once

#include <string_view>

#include "detectors/rule.h"

namespace aegis::detectors {

// Payment card number: 13 to 19 digits, issuer prefix and length as published by the card schemes, and the
// check digit of ISO/IEC 7812-1 Annex B (Luhn).
double luhn(const Match& match, double confidence);

// International bank account number: length per country (ISO 13616 registry) and remainder 1 mod 97.
double iban(const Match& match, double confidence);

// ABA routing number: Federal Reserve prefix and weights 3, 7, 1. Other digits in the value are not allowed.
double aba_routing(const Match& match, double confidence);

// US social security number: the ranges the Social Security Administration issues, without the numbers that
// became known through advertising.
double us_ssn(const Match& match, double confidence);

// A date that can be somebody's day of birth: month, day and a year from 1900 on, in the orders Y-M-D, M-D-Y
// and D-M-Y; month names are taken as valid.
double plausible_date(const Match& match, double confidence);

// A dotted IPv4 address of a machine: octets up to 255, no leading zeros, and none of 0.0.0.0, 127/8, 255/8
// and the like; four small numbers after "version" or "v" are a version.
double ipv4_address(const Match& match, double confidence);

// At least kSecretEntropy bits per character, and not a placeholder.
inline constexpr double kSecretEntropy = 3.0;
double high_entropy(const Match& match, double confidence);

// Whether `value` is what documentation writes where a secret belongs: "your-key-here", "xxxx…", "changeme",
// "<token>", "${TOKEN}", "example", runs of one character or of counting digits.
bool is_placeholder(std::string_view value);

// Bits per byte of the empirical byte distribution (Shannon 1948): 0 for "" and "aaaa", 4 for 16 distinct
// bytes.
double shannon_entropy(std::string_view value);

}  // namespace aegis::detectors
