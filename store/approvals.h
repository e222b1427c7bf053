// Approvals: what a person was asked, what they said, and whether it was used.
//
//   pending → approved | denied | edited | expired      approved | edited → consumed | expired
//
// Each step is a compare-and-set committed before it returns: of two processes, two approvers or two calls
// one wins, and the others are told. An approval whose time is over counts as expired at once, whatever its
// row says. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace aegis::store {

enum class ApprovalState { pending, approved, denied, edited, expired, consumed };
std::string_view name(ApprovalState state);

// How long an approval that was granted may be used. The agent has to come back for it.
inline constexpr std::int64_t kApprovedForMs = 15 * 60 * 1000;
// How long a denial answers further identical calls, so that an agent cannot wear the approver down by
// repeating itself; not longer, or a slip of the finger would cost the user the afternoon.
inline constexpr std::int64_t kDenialHoldMs = 60 * 1000;
// What may be pending for one agent. More than a person looks at with care.
inline constexpr std::size_t kMaxPendingApprovals = 32;
// Bytes of arguments an approver wrote.
inline constexpr std::size_t kMaxEditedBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMaxListedApprovals = 1'000;

// What an approval is bound to: anything else needs another one.
struct ApprovalKey {
  std::int64_t agent = 0;
  std::string action_hash;
  std::string policy_set_hash;
  std::string tool_definition_hash;  // empty: the definition is not pinned
};

// What a person is told. Never raw arguments.
struct ApprovalRequest {
  ApprovalKey key;
  std::string server, operation, target;
  std::string approver_group;  // empty: whoever may
  std::string reason;
  std::string summary;
  UnixMillis expires_at = 0;
};

struct Approval {
  std::string id;  // "k7m2q-9xdt4"
  ApprovalRequest request;
  std::string agent_name;
  ApprovalState state = ApprovalState::pending;
  UnixMillis created_at = 0;
  UnixMillis expires_at = 0;  // of an approved one: until when it may be used
  UnixMillis decided_at = 0;  // 0: not yet
  std::string channel;        // how it was decided: "cli", "form"
  std::string note;
  std::string edited_arguments;  // JSON text; of an edited one only
};

struct Ruling {
  ApprovalState state = ApprovalState::denied;  // approved, denied or edited
  std::string channel;
  std::string note;
  std::string edited_arguments;  // for edited: JSON text
};

class Approvals {
 public:
  virtual ~Approvals() = default;

  // The one that answers a call now: approved or edited, else pending, else denied a moment ago. not_found.
  virtual Result<Approval> find(const ApprovalKey& key, UnixMillis now) = 0;
  // The same, or a new pending one. Errors: limit (kMaxPendingApprovals wait already).
  virtual Result<Approval> ask(const ApprovalRequest& request, UnixMillis now) = 0;
  // not_found.
  virtual Result<Approval> by_id(std::string_view id, UnixMillis now) = 0;
  // Those that are open (pending, or granted and not used), oldest first; with `all` the others too, newest
  // kMaxListedApprovals.
  virtual Result<std::vector<Approval>> list(bool all, UnixMillis now) = 0;
  // not_found; invalid_input when it is not pending any more, which the message says.
  virtual Result<Approval> decide(std::string_view id, const Ruling& ruling, UnixMillis now) = 0;
  // Uses it up. not_found; invalid_input when it cannot be used (any more).
  virtual Result<Approval> consume(std::string_view id, UnixMillis now) = 0;
};

// What a person typed, as ids are written: small letters, a dash in the middle, l and o read as 1 and 0.
std::string approval_id(std::string_view typed);

}  // namespace aegis::store
