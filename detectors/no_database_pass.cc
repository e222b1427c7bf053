// Where Vectorscan was not found when the program was built, there is no pass over whole patterns.
#include "detectors/first_pass.h"

namespace aegis::detectors {

std::unique_ptr<FirstPass> database_pass(std::span<const Rule> /*rules*/, std::string& why_not) {
  why_not = "built without Vectorscan";
  return nullptr;
}

}  // namespace aegis::detectors
