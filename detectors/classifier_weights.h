// The bytes of detectors/model/injection-v2.bin, linked into the program and aligned to 64. Thread-safe.
#pragma once

#include <string_view>

namespace aegis::detectors {

std::string_view injection_weights();

}  // namespace aegis::detectors
