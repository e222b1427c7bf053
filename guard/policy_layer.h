// PolicyLayer: one set of policies that is asked by itself, default deny.
//
// Immutable; any thread may decide.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/event.h"
#include "guard/input_use.h"
#include "guard/meaning.h"
#include "guard/policy_request.h"
#include "policy/policy_set.h"

namespace aegis::guard {

// One text of policies: a file, or what stands for one.
struct PolicySource {
  std::string name;  // as messages call it: the file's path
  std::string text;
};

// Rules of decisions that no single policy made.
inline constexpr std::string_view kNoPermit = "no-permit";
inline constexpr std::string_view kPolicyLimit = "policy-limit";

struct LayerDecision {
  Effect effect = Effect::deny;
  const Meaning* strongest = nullptr;  // what gave the effect; null: `rule` says what, or nothing was asked
  std::string_view rule;  // its id, kNoPermit or kPolicyLimit; empty where the event passes freely
  std::string
      explanation;  // said in place of the reason of `strongest`; empty: it has one, or nothing is to say
  std::vector<const Meaning*> determining;  // in the order of the texts
};

class PolicyLayer {
 public:
  // Policies are called by @id, or by their text's name without its folder and their position in it
  // ("tools.cedar:policy0"). Errors (invalid_input, limit) read "name:line:column: what is wrong".
  // Refused beside what does not parse: unknown @decision, two policies of one id, templates (nothing would
  // link them), and both vocabularies in one text.
  static Result<PolicyLayer> make(std::string what, Vocabulary vocabulary, Author author,
                                  std::span<const PolicySource> sources);

  // REQUIRES: this outlives the decision.
  LayerDecision decide(PolicyRequest& request) const;

  [[nodiscard]] const std::string& what() const { return what_; }  // "the policies of /etc/aegis"
  [[nodiscard]] Vocabulary vocabulary() const { return vocabulary_; }
  [[nodiscard]] const policy::PolicySet& set() const { return set_; }
  // One a policy, in the order of set().policies().
  [[nodiscard]] std::span<const Meaning> meanings() const { return meanings_; }
  // "name:line:column" of a policy of set(), or of a place in it.
  [[nodiscard]] std::string place(const policy::Policy& policy) const { return place(policy, policy.at); }
  [[nodiscard]] std::string place(const policy::Policy& policy, policy::Position at) const;

 private:
  struct Compiled {
    InputUse input;
    std::size_t source = 0;
  };
  PolicyLayer() = default;
  [[nodiscard]] std::size_t position(const policy::Policy& policy) const {
    return static_cast<std::size_t>(&policy - set_.policies().data());
  }
  [[nodiscard]] const Meaning* unreadable(PolicyRequest& request, const policy::Request& asked) const;
  [[nodiscard]] bool a_permit_covers(const policy::Request& asked, const policy::Entities& entities) const;

  std::string what_;
  Vocabulary vocabulary_ = Vocabulary::aegis;
  policy::PolicySet set_;
  std::vector<Meaning> meanings_;
  std::vector<Compiled> compiled_;
  std::vector<std::string> source_names_;
  bool reads_input_ = false;
};

// Which vocabulary a text speaks; Aegis's own unless its scopes name Action::"tool_call" or types of that
// vocabulary. The error (invalid_input) is for a text that speaks both. `name` is put in front of messages.
Result<Vocabulary> vocabulary_of(const PolicySource& source);

}  // namespace aegis::guard
