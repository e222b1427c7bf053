#include "guard/policy_layer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "policy/authorizer.h"
#include "policy/scope.h"

namespace aegis::guard {
namespace {

using policy::Constraint;
using policy::Policy;

std::string_view without_folder(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string place_of(std::string_view source, policy::Position at) {
  return std::string(source) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

// Errors of the parser begin with line and column.
Error in_front(const std::string& where, const Error& error) {
  const bool placed = !error.message.empty() && error.message[0] >= '0' && error.message[0] <= '9';
  return {error.code, where + (placed ? ":" : ": ") + error.message};
}

// Which vocabularies the types of a scope belong to.
struct Spoken {
  bool aegis = false, tool_call = false;
};
void listen(const Constraint& constraint, Spoken* spoken) {
  const auto hear = [&](std::string_view type) {
    if (type.starts_with("Aegis::"))
      spoken->aegis = true;
    else if (type == "Agent" || type == "Action" || type == "ToolAction")
      spoken->tool_call = true;
  };
  if (!constraint.type.empty()) hear(constraint.type);
  for (const auto& uid : constraint.entities) hear(uid.type);
}

bool stronger(const Meaning& a, const Meaning& b) {
  return a.effect != b.effect ? a.effect > b.effect : a.recorded && !b.recorded;
}

// Where the policy gives no @reason.
std::string_view unexplained(Effect effect) {
  switch (effect) {
    case Effect::allow: return {};
    case Effect::sanitize: return "a policy wants part of this taken out.";
    case Effect::require_approval: return "a policy wants a person to approve this first.";
    case Effect::deny: return "a policy denies this.";
  }
  return {};
}

// Whether the policy's scope admits the action, whoever asks and whatever for.
bool covers_action(const Policy& policy, const policy::Request& asked, const policy::Entities& entities) {
  return policy::matches(policy.action, asked.action, entities);
}

}  // namespace

Result<Vocabulary> vocabulary_of(const PolicySource& source) {
  const auto set = policy::PolicySet::parse(source.text);
  if (!set) return in_front(source.name, set.error());
  Spoken spoken;
  for (const Policy& policy : set->policies()) {
    for (const Constraint* constraint : {&policy.principal, &policy.action, &policy.resource})
      listen(*constraint, &spoken);
    if (spoken.aegis && spoken.tool_call) {
      return invalid_input(
          place_of(source.name, policy.at) +
          ": entities of Aegis:: and of the vocabulary of Action::\"tool_call\" in one file; put "
          "them in two");
    }
  }
  return spoken.tool_call ? Vocabulary::tool_call : Vocabulary::aegis;
}

Result<PolicyLayer> PolicyLayer::make(std::string what, Vocabulary vocabulary, Author author,
                                      std::span<const PolicySource> sources) {
  PolicyLayer layer;
  layer.what_ = std::move(what);
  layer.vocabulary_ = vocabulary;
  policy::PolicySetBuilder builder;
  std::vector<std::pair<std::size_t, std::size_t>> origins;  // of each policy: its source, its position there
  for (const PolicySource& source : sources) {
    const auto alone = policy::PolicySet::parse(source.text);
    if (!alone) return in_front(source.name, alone.error());
    if (!alone->templates().empty()) {
      return invalid_input(place_of(source.name, alone->templates().front().at) +
                           ": a template, which nothing here links: it would never apply");
    }
    for (std::size_t i = 0; i < alone->policies().size(); ++i)
      origins.emplace_back(layer.source_names_.size(), i);
    layer.source_names_.push_back(source.name);
    if (const auto added = builder.add_text(source.text); !added) return in_front(source.name, added.error());
  }
  layer.set_ = builder.build();

  std::set<std::string> ids;
  const auto policies = layer.set_.policies();
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const auto& [source, number] = origins[i];
    const std::string& file = layer.source_names_[source];
    const std::string fallback = std::string(without_folder(file)) + ":policy" + std::to_string(number);
    auto meaning = meaning_of(policies[i], fallback, author);
    if (!meaning)
      return in_front(place_of(file, policies[i].at) + ": policy" + std::to_string(number), meaning.error());
    if (!ids.insert(meaning->id).second) {
      return invalid_input(place_of(file, policies[i].at) + ": policy" + std::to_string(number) +
                           ": another policy has the id " + meaning->id);
    }
    layer.meanings_.push_back(std::move(*meaning));
    layer.compiled_.push_back({input_use(policies[i]), source});
    layer.reads_input_ |= layer.compiled_.back().input.any;
  }
  return layer;
}

std::string PolicyLayer::place(const Policy& policy, policy::Position at) const {
  return place_of(source_names_[compiled_[position(policy)].source], at);
}

// A policy that would look at an argument the language cannot hold: what it says then is no answer.
const Meaning* PolicyLayer::unreadable(PolicyRequest& request, const policy::Request& asked) const {
  const ArgumentValue& arguments = request.arguments();
  if (arguments.representable()) return nullptr;
  for (std::size_t i = 0; i < compiled_.size(); ++i) {
    const InputUse& input = compiled_[i].input;
    const bool reads = input.whole || (arguments.no_object && !input.members.empty()) ||
                       std::any_of(input.members.begin(), input.members.end(), [&](std::string_view member) {
                         return std::find(arguments.left_out.begin(), arguments.left_out.end(), member) !=
                                arguments.left_out.end();
                       });
    if (reads && policy::matches_scope(set_.policies()[i], asked, request.entities())) return &meanings_[i];
  }
  return nullptr;
}

bool PolicyLayer::a_permit_covers(const policy::Request& asked, const policy::Entities& entities) const {
  const auto policies = set_.policies();
  return std::any_of(policies.begin(), policies.end(), [&](const Policy& policy) {
    return policy.effect == policy::Effect::permit && covers_action(policy, asked, entities);
  });
}

LayerDecision PolicyLayer::decide(PolicyRequest& request) const {
  LayerDecision out;
  const bool is_call = request.event().point == Point::call;
  if (vocabulary_ == Vocabulary::tool_call && !is_call) {
    out.effect = Effect::allow;  // the vocabulary knows nothing else
    return out;
  }
  const policy::Request& asked =
      vocabulary_ == Vocabulary::aegis ? request.aegis(reads_input_) : request.tool_call();
  const auto deny = [&](const Meaning* meaning, std::string why) {
    out.strongest = meaning;
    out.rule = meaning != nullptr ? std::string_view(meaning->id) : kNoPermit;
    out.explanation = std::move(why);
    if (meaning != nullptr) out.determining.push_back(meaning);
  };

  if (reads_input_ && is_call) {
    if (const Meaning* meaning = unreadable(request, asked)) {
      deny(meaning,
           "this policy looks at an argument that policies cannot read (a number with more than four "
           "decimals or 64 "
           "bits, or too many values), so the call is not allowed.");
      return out;
    }
  }
  const policy::Response response = policy::authorize(set_, request.entities(), asked);
  if (!response.complete) {
    deny(nullptr, "deciding by " + what_ + " took more steps than are allowed, so nothing is.");
    out.rule = kPolicyLimit;
    return out;
  }
  out.determining.reserve(response.determining.size());
  for (const Policy* policy : response.determining) out.determining.push_back(&meanings_[position(*policy)]);
  const bool forbidden = response.decision == policy::Decision::deny && !out.determining.empty();
  if (forbidden) {
    out.strongest = out.determining.front();
    out.rule = out.strongest->id;
    if (out.strongest->reason.empty()) out.explanation = "a policy forbids this.";
    return out;
  }
  for (const policy::PolicyError& error : response.errors) {
    const Meaning& meaning = meanings_[position(*error.policy)];
    // A permit that only allows is not missed; anything else would have tightened.
    if (error.policy->effect == policy::Effect::permit && meaning.effect == Effect::allow) continue;
    out.determining.clear();
    const policy::Position at = error.error.at;
    deny(&meaning, "the policy could not be evaluated (" + std::to_string(at.line) + ":" +
                       std::to_string(at.column) + ": " + error.error.message +
                       "), so the call is not allowed.");
    return out;
  }
  if (response.decision == policy::Decision::allow) {
    out.strongest = out.determining.front();
    for (const Meaning* meaning : out.determining) {
      if (stronger(*meaning, *out.strongest)) out.strongest = meaning;
    }
    out.effect = out.strongest->effect;
    if (out.effect != Effect::allow || out.strongest->recorded) out.rule = out.strongest->id;
    if (out.strongest->reason.empty()) out.explanation = unexplained(out.effect);
    return out;
  }
  // What no permit speaks of at all is decided by the forbids alone; calls have to be permitted.
  if (!is_call && !a_permit_covers(asked, request.entities())) {
    out.effect = Effect::allow;
    return out;
  }
  deny(nullptr, "no policy of " + what_ + " permits this.");
  return out;
}

}  // namespace aegis::guard
