// The weights file as bytes of the program. Assembler's .incbin is the one way gcc and clang share that does
// not turn megabytes into source text.
#include "detectors/classifier_weights.h"

#if defined(__APPLE__)
#error "classifier_weights.cc places the weights in an ELF section"
#endif

__asm__(
    ".section .rodata.aegis_weights,\"a\"\n"
    ".balign 64\n"
    ".global aegis_injection_weights\n"
    "aegis_injection_weights:\n"
    ".incbin \"" AEGIS_WEIGHTS_FILE
    "\"\n"
    ".global aegis_injection_weights_end\n"
    "aegis_injection_weights_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const char aegis_injection_weights[];
extern const char aegis_injection_weights_end[];
}

namespace aegis::detectors {

std::string_view injection_weights() {
  return {aegis_injection_weights,
          static_cast<std::size_t>(aegis_injection_weights_end - aegis_injection_weights)};
}

}  // namespace aegis::detectors
