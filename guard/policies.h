// Policies: the layers a decision is made by. docs/adr/0027-layers-of-policies.md.
//
// An event passes only where every layer permits it, and the strongest effect of all holds: a permit of the
// user never loosens what ships, and one that ships never grants what the user's policies do not. Immutable;
// any thread may decide.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/event.h"
#include "guard/facts.h"
#include "guard/policy_layer.h"

namespace aegis::guard {

struct PolicyVerdict {
  Effect effect = Effect::deny;
  Effect once_approved = Effect::allow;  // what is left of require_approval when it is granted
  std::string rule_once_approved, reason_once_approved;  // of the policy behind that; empty: it is free to go
  bool even_observing = false;                           // holds in observe mode too
  bool durable = false;  // the decision must be committed before the call goes on
  std::string rule;      // id of the policy that gave the effect; empty where nothing spoke against the event
  std::string reason;
  std::string approver_group;
  std::vector<std::string> policies;            // ids of all that determined it, layer by layer
  std::vector<std::string_view> redact_fields;  // views into the Policies
};

// Of the layer the user writes.
struct UserPolicies {
  std::string what;  // "the policies of /etc/aegis/policies"
  std::vector<PolicySource> sources;
};

class Policies {
 public:
  // The pack that ships: balanced.cedar, in mode strict with strict.cedar.
  static std::shared_ptr<const Policies> builtin(Mode mode);
  // With the lists of the configuration (as list_policies() writes them) and the user's own. Errors as of
  // PolicyLayer::make; also where an id is one of another layer.
  static Result<std::shared_ptr<const Policies>> make(Mode mode, const std::optional<PolicySource>& lists,
                                                      const UserPolicies& user);

  // REQUIRES: this outlives the verdict.
  [[nodiscard]] PolicyVerdict decide(const Event& event, const Facts& facts,
                                     const Circumstances& circumstances) const;

  [[nodiscard]] std::span<const PolicyLayer> layers() const { return layers_; }
  // SHA-256 of all texts, in hex: which policies an approval or a receipt was made under.
  [[nodiscard]] const std::string& hash() const { return hash_; }

 private:
  std::vector<PolicyLayer> layers_;
  std::string hash_;
};

}  // namespace aegis::guard
