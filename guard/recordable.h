// Names, pointers and definitions as they may be written down: they are somebody else's text, and a URI may
// carry a token, a key may be one. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "detectors/detector.h"

namespace aegis::guard {

// What is replaced wherever it is found: secrets, and critical personal data.
bool is_redactable(const detectors::Finding& finding);

// `text` with that redacted; "[not scanned]" if it could not be scanned to the end.
std::string recordable(const detectors::Detector& detector, std::string_view text);

}  // namespace aegis::guard
