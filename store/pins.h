// Pins: tool definitions that were seen and accepted, and what is known of the servers they came from.
//
// Thread contract and durability are those of store.h; writes here are committed before they return.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace aegis::store {

// Definitions kept of one server. More tools than this it cannot have pinned.
inline constexpr std::size_t kMaxPinsOfServer = 10'000;
// Configurations, and as many TLS keys, kept of one server; beyond these the oldest are forgotten.
inline constexpr std::size_t kMaxServerMarks = 64;

// Whose tools: the name a server is guarded under, and what it is (guard/server_identity.h).
struct ServerKey {
  std::string name, origin;
  bool operator==(const ServerKey&) const = default;
};

enum class Waits { no, first_time, changed, shadowing };
std::string_view text_of(Waits waits);

// One definition of one tool.
struct Pin {
  ServerKey server;
  std::string tool;
  std::string hash;         // lowercase hex
  Waits waits = Waits::no;  // no: accepted
  std::string accepted_by;  // "first_sight", "person" or, never yet, ""
  UnixMillis first_seen_at = 0, last_seen_at = 0, accepted_at = 0;
};

// A definition that was listed and has to be written down.
struct SeenDefinition {
  std::string tool, hash;
  std::string definition;  // secrets redacted
  // What to do where no definition of the tool is known yet: no: accept it; first_time: it waits. Where one
  // is known, another waits as `changed`. `shadowing` waits in any case, unless a person accepted it before.
  Waits waits = Waits::no;
};

struct ServerMark {
  ServerKey server;
  std::string kind;   // "configuration" or "tls_key"
  std::string value;  // lowercase hex
  std::string label;
  bool accepted = false;
  UnixMillis seen_at = 0;
};

// What see_mark() found: the mark as it is kept now, and the one before it if this one is new.
struct SeenMark {
  bool accepted = false;
  bool is_new = false;
  std::optional<ServerMark> before;
};

class PinStore {
 public:
  virtual ~PinStore() = default;

  // Of the server of that name, or of all: by server, tool and time.
  virtual Result<std::vector<Pin>> pins(std::string_view server_name = {}) = 0;
  virtual Result<std::vector<Pin>> pins_of(const ServerKey& server, std::string_view tool) = 0;
  // The definition as it was kept: canonical JSON, or empty. Errors: not_found.
  virtual Result<std::string> definition(const Pin& pin) = 0;

  // Writes these down in one transaction, whatever other processes do, and says of each whether it is
  // accepted now. A first definition beyond kMaxPinsOfServer is not written and not accepted.
  virtual Result<std::vector<bool>> see(const ServerKey& server, const std::vector<SeenDefinition>& seen) = 0;
  // A person accepts that definition. Errors: not_found when it is not there any more.
  virtual Result<void> accept(const Pin& pin) = 0;

  // The first mark of a kind is accepted: configurations are compared within a server's name, TLS keys within
  // its name and origin.
  virtual Result<SeenMark> see_mark(const ServerMark& mark) = 0;
  virtual Result<std::vector<ServerMark>> marks(std::string_view server_name = {}) = 0;
  // A person accepts all that differs. Returns how much did.
  virtual Result<std::size_t> accept_marks(std::string_view server_name) = 0;
};

}  // namespace aegis::store
