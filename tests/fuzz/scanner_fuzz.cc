// Any bytes: findings stay inside the text and in order, and replacing them never breaks a character.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "detectors/detector.h"
#include "detectors/quotations.h"
#include "detectors/redact.h"
#include "detectors/scanner.h"

namespace {

using namespace aegis::detectors;

void require(bool condition) {
  if (!condition) std::abort();
}

// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const unsigned lead = byte(i);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
    if (size == 0) return false;
    for (std::size_t k = 1; k < size; ++k) {
      if ((byte(i + k) & 0xC0U) != 0x80) return false;
    }
    const unsigned second = byte(i + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += size;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ScanReport report = Scanner::builtin()->scan(text);
  require(report.findings.size() <= kMaxFindings);
  std::size_t last = 0;
  for (const Finding& finding : report.findings) {
    require(finding.start >= last && finding.start <= finding.end && finding.end <= size);
    require(finding.confidence > 0 && finding.confidence <= 1);
    last = finding.start;
  }

  std::size_t covered = 0;
  for (const Finding& finding : resolve(report.findings)) {
    require(finding.start >= covered);
    covered = finding.end;
  }
  const bool valid = is_utf8(text);
  for (const RedactMode mode : {RedactMode::redact, RedactMode::mask, RedactMode::remove}) {
    const std::string out = redact(text, report.findings, mode);
    require(!valid || is_utf8(out));
    require(!report.findings.empty() || out == text);
  }
  for (const Finding& finding : report.findings) {
    const Span span = injected_passage(text, finding);
    require(span.start <= finding.start && finding.end <= span.end && span.end <= size);
    require(!valid || (is_utf8(text.substr(0, span.start)) && is_utf8(text.substr(span.end))));
  }
  require(same_shape(text).size() == size);
  require(without_quotations(text).size() == size);

  // With the views and the classifier: what was found stands within the text.
  for (const Finding& finding : Detector::builtin()->scan(text).findings) {
    require(finding.start <= finding.end && finding.end <= size);
    require(finding.confidence > 0 && finding.confidence <= 1);
  }
  return 0;
}
