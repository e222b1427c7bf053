// How JSON may write values; value_json.h reads them.
#pragma once

#include <cstdint>

namespace aegis::policy {

// How entities and extension values are told from records.
enum class Forms : std::uint8_t {
  escaped,  // by __entity and __extn
  // Also {"type": …, "id": …} and {"fn": …, "arg": …} (or "args") with no other member: what the reference
  // reads where a schema tells it to expect them.
  implied,
};

}  // namespace aegis::policy
