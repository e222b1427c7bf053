#include "guard/policies.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/embedded.h"
#include "base/hash.h"

namespace aegis::guard {

// guard/pack/*.cedar, built in.
std::span<const EmbeddedFile> pack_files();

namespace {

std::vector<PolicySource> pack_of(Mode mode) {
  std::vector<PolicySource> sources;
  for (const EmbeddedFile& file : pack_files()) {
    if (file.name == "balanced.cedar" || mode == Mode::strict)
      sources.push_back({std::string(file.name), std::string(file.text)});
  }
  return sources;
}

bool is_stronger(const LayerDecision& a, const PolicyVerdict& b) {
  return a.effect != b.effect ? a.effect > b.effect : b.rule.empty() && !a.rule.empty();
}

}  // namespace

std::shared_ptr<const Policies> Policies::builtin(Mode mode) {
  // A pack that cannot be read is a broken build; the tests load both.
  static const std::array all{make(Mode::balanced, std::nullopt, {}).value(),
                              make(Mode::strict, std::nullopt, {}).value()};
  return mode == Mode::strict ? all[1] : all[0];
}

Result<std::shared_ptr<const Policies>> Policies::make(Mode mode, const std::optional<PolicySource>& lists,
                                                       const UserPolicies& user) {
  auto policies = std::make_shared<Policies>();
  std::set<std::string> ids;
  std::string texts;
  const auto add = [&](std::string what, Vocabulary vocabulary, Author author,
                       std::span<const PolicySource> sources) -> Result<void> {
    auto layer = PolicyLayer::make(std::move(what), vocabulary, author, sources);
    if (!layer) return layer.error();
    for (std::size_t i = 0; i < layer->meanings().size(); ++i) {
      const Meaning& meaning = layer->meanings()[i];
      if (!ids.insert(meaning.id).second) {
        return invalid_input(layer->place(layer->set().policies()[i]) + ": the id " + meaning.id +
                             " is taken by a policy of another layer");
      }
    }
    for (const PolicySource& source : sources) texts += source.name + '\n' + source.text + '\0';
    policies->layers_.push_back(std::move(*layer));
    return {};
  };

  const std::vector<PolicySource> pack = pack_of(mode);
  if (auto added = add("the built-in policies", Vocabulary::aegis, Author::pack, pack); !added)
    return added.error();
  if (lists) {
    if (auto added = add("the lists of " + lists->name, Vocabulary::aegis, Author::user, {&*lists, 1});
        !added)
      return added.error();
  }
  // Each vocabulary is a question of its own, so its files are a layer of their own.
  std::array<std::vector<PolicySource>, 2> by_vocabulary;
  for (const PolicySource& source : user.sources) {
    const auto vocabulary = vocabulary_of(source);
    if (!vocabulary) return vocabulary.error();
    by_vocabulary[static_cast<std::size_t>(*vocabulary)].push_back(source);
  }
  for (const Vocabulary vocabulary : {Vocabulary::aegis, Vocabulary::tool_call}) {
    const auto& sources = by_vocabulary[static_cast<std::size_t>(vocabulary)];
    if (sources.empty()) continue;
    if (auto added = add(user.what, vocabulary, Author::user, sources); !added) return added.error();
  }
  policies->hash_ = sha256_hex(texts);
  return std::shared_ptr<const Policies>(std::move(policies));
}

PolicyVerdict Policies::decide(const Event& event, const Facts& facts,
                               const Circumstances& circumstances) const {
  PolicyRequest request(event, facts, circumstances);
  PolicyVerdict out;
  out.effect = Effect::allow;
  std::string_view group;  // the first that is named: a policy that names none does not let the others' go
  for (const PolicyLayer& layer : layers_) {
    LayerDecision decided = layer.decide(request);
    for (const Meaning* meaning : decided.determining) {
      out.policies.push_back(meaning->id);
      const bool takes_out = meaning->effect == Effect::sanitize || !meaning->redact_fields.empty();
      if (takes_out && out.once_approved == Effect::allow) {
        out.once_approved = Effect::sanitize;
        out.rule_once_approved = meaning->id;
        out.reason_once_approved = meaning->reason;
      }
      if (meaning->effect == Effect::require_approval && group.empty()) group = meaning->approver_group;
      out.even_observing |= meaning->even_observing;
      out.durable |= meaning->durable;
      out.redact_fields.insert(out.redact_fields.end(), meaning->redact_fields.begin(),
                               meaning->redact_fields.end());
    }
    if (!is_stronger(decided, out)) continue;
    out.effect = decided.effect;
    out.rule = decided.rule;
    out.reason = decided.explanation.empty() && decided.strongest != nullptr ? decided.strongest->reason
                                                                             : std::move(decided.explanation);
    out.approver_group = decided.strongest != nullptr ? decided.strongest->approver_group : std::string();
  }
  if (out.effect == Effect::require_approval && out.approver_group.empty()) out.approver_group = group;
  return out;
}

}  // namespace aegis::guard
