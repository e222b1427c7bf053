#include "guard/meaning.h"

#include <algorithm>
#include <array>

namespace aegis::guard {
namespace {

struct Word {
  std::string_view word;
  Effect effect;
};
constexpr std::array kDecisions{
    Word{"allow", Effect::allow},
    Word{"log_only", Effect::allow},
    Word{"sanitize", Effect::sanitize},
    Word{"redact", Effect::sanitize},
    Word{"require_approval", Effect::require_approval},
    Word{"quarantine", Effect::deny},
    Word{"deny", Effect::deny},
};
constexpr std::string_view kKnownDecisions =
    "allow, log_only, sanitize, redact, require_approval, quarantine or deny";

constexpr std::size_t kMaxIdBytes = 128;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  });
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

class Reader {
 public:
  Reader(const policy::Policy& policy, Meaning* meaning) : policy_(policy), meaning_(meaning) {}

  Result<void> read(Author author) {
    if (const auto* id = text("id"); id != nullptr) {
      if (!is_id(*id))
        return invalid_input("@id is 1 to 128 letters, digits and - _ . :, so that records can name it");
      meaning_->id = *id;
    }
    if (const auto* reason = text("reason"); reason != nullptr) meaning_->reason = *reason;
    if (const auto* group = text("approver_group"); group != nullptr) meaning_->approver_group = *group;
    if (auto done = read_effect(); !done) return done;
    if (auto done = read_redaction(); !done) return done;
    if (const auto* durability = text("durability"); durability != nullptr) {
      if (*durability != "strict" && *durability != "default")
        return invalid_input("@durability is strict or default");
      meaning_->durable = *durability == "strict";
    }
    meaning_->even_observing = author == Author::pack && text("enforce") != nullptr;
    return {};
  }

 private:
  const std::string_view* text(std::string_view annotation) const {
    const auto* found = policy_.annotation(annotation);
    return found == nullptr ? nullptr : &found->value;
  }

  Result<void> read_effect() {
    const bool forbid = policy_.effect == policy::Effect::forbid;
    if (forbid) meaning_->effect = Effect::deny;
    if (const auto* word = text("decision"); word != nullptr) {
      const auto known = std::find_if(kDecisions.begin(), kDecisions.end(),
                                      [&](const Word& one) { return one.word == *word; });
      if (known == kDecisions.end())
        return invalid_input("unknown @decision; it must be " + std::string(kKnownDecisions));
      if (forbid && known->effect != Effect::deny) {
        return invalid_input("a forbid denies, and @decision(\"" + std::string(*word) +
                             "\") says otherwise: write a permit");
      }
      meaning_->effect = known->effect;
      meaning_->recorded = *word == "log_only";
    }
    if (const auto* why = text("requireApproval"); why != nullptr) {
      if (forbid)
        return invalid_input("a forbid denies, and @requireApproval says otherwise: write a permit");
      meaning_->effect = std::max(meaning_->effect, Effect::require_approval);
      if (meaning_->reason.empty()) meaning_->reason = *why;
    }
    return {};
  }

  Result<void> read_redaction() {
    const auto* list = text("redact_fields");
    const auto* word = text("decision");
    const bool redact = word != nullptr && *word == "redact";
    if (list == nullptr) {
      if (redact) return invalid_input("@decision(\"redact\") needs @redact_fields(\"name, name\")");
      return {};
    }
    meaning_->redact_fields = names_in(*list);
    if (meaning_->redact_fields.empty()) return invalid_input("@redact_fields names no field");
    // Whoever names fields wants them out, whether the decision says so or not.
    meaning_->effect = std::max(meaning_->effect, Effect::sanitize);
    return {};
  }

  const policy::Policy& policy_;
  Meaning* meaning_;
};

}  // namespace

Result<Meaning> meaning_of(const policy::Policy& policy, std::string_view fallback_id, Author author) {
  Meaning meaning;
  meaning.id = fallback_id;
  if (auto read = Reader(policy, &meaning).read(author); !read) return read.error();
  return meaning;
}

}  // namespace aegis::guard
