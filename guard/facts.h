// What is known of an event when it is judged: counts of findings, and what the session remembers.
//
// Plain values.
#pragma once

#include <cstdint>
#include <string_view>

#include "detectors/finding.h"

namespace aegis::guard {

// How far what a session has shown its agent can be trusted; it only ever gets worse.
enum class SourceTrust : std::uint8_t {
  trusted_internal_signed,
  trusted_internal_unsigned,
  semi_trusted_customer,
  unknown,
  untrusted_external,
  malicious_suspected,
};

std::string_view name(SourceTrust trust);

struct Facts {
  std::string_view agent_status = "active";  // active | paused | unknown (in observe, without a store)
  bool scan_complete = true;
  bool after_injection = false;    // a result of this session carried certain injection a short while ago
  bool holds_placeholder = false;  // the arguments hold a placeholder we put where a secret was
  SourceTrust source_trust = SourceTrust::trusted_internal_unsigned;
  bool seen_untrusted = false;       // the session was shown what strangers may have written
  bool seen_private = false;         // and what is not for everyone
  bool private_passage = false;      // the arguments hold a passage of a private result
  bool asks_for_credential = false;  // a server's question
  bool asks_for_context = false;

  // Findings. Certain is a confidence of kCertain and more.
  std::int64_t injection = 0;            // injection or, in a definition, tool poisoning; certain
  std::int64_t suspected_injection = 0;  // the same, less than certain
  std::int64_t secrets = 0;              // certain
  std::int64_t critical_pii = 0;         // certain
  std::int64_t pii = 0;                  // of high or critical severity, certain or not
  bool any = false;
  detectors::Severity max_severity = detectors::Severity::low;  // of all; means nothing without `any`
};

}  // namespace aegis::guard
