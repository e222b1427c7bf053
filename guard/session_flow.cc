#include "guard/session_flow.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "detectors/views.h"

namespace aegis::guard {
namespace {

using Kind = store::FlowNote::Kind;

std::string source_name(const FlowPlace& place) {
  return std::string(place.server) + "/" + std::string(place.tool);
}

FingerprintKey key_of(const std::string& secret) {
  FingerprintKey key = 0;
  const std::string hex = sha256_hex(secret).substr(0, 16);
  std::from_chars(hex.data(), hex.data() + hex.size(), key, 16);
  return key;
}

}  // namespace

SessionFlow::SessionFlow(store::Store* store, std::string_view identity)
    : store_(store),
      session_(hmac_sha256_hex(identity, "session")),
      secret_(hmac_sha256_hex(identity, "fingerprints")),
      key_(key_of(secret_)) {}

std::string SessionFlow::place_of(const FlowPlace& place) const {
  if (place.place.empty()) return {};
  return hmac_sha256_hex(secret_, std::string(place.server) + '\0' + std::string(place.place));
}

void SessionFlow::take_in(const FlowPlace& from, const ToolLabels& labels,
                          std::span<const std::string_view> fields) {
  if (labels.untrusted_source && untrusted_by_.empty()) {
    learn(Kind::untrusted, source_name(from), {}, {});
    note(Kind::untrusted, untrusted_by_, {}, {});
  }
  if (!labels.private_data) return;
  std::vector<std::uint64_t> all;
  for (const std::string_view field : fields) {
    if (all.size() >= kMaxFingerprintsOfResult) break;
    const auto of_field = fingerprints(field, key_);
    all.insert(all.end(), of_field.begin(), of_field.end());
  }
  all.resize(std::min(all.size(), kMaxFingerprintsOfResult));
  if (all.empty() && !private_by_.empty()) return;
  const std::string source = source_name(from);
  std::string place = place_of(from);
  note(Kind::private_data, source, place, all);
  learn(Kind::private_data, source, std::move(place), std::move(all));
}

void SessionFlow::learn(Kind kind, const std::string& source, std::string place,
                        std::vector<std::uint64_t> fingerprints) {
  std::string& first = kind == Kind::untrusted ? untrusted_by_ : private_by_;
  if (first.empty()) first = source;
  if (fingerprints.empty()) return;
  std::sort(fingerprints.begin(), fingerprints.end());
  kept_ += fingerprints.size();
  results_.push_back({source, std::move(place), std::move(fingerprints)});
  auto oldest = results_.begin();
  for (; kept_ > kMaxFingerprints; ++oldest) kept_ -= oldest->fingerprints.size();
  results_.erase(results_.begin(), oldest);
}

void SessionFlow::note(Kind kind, const std::string& source, const std::string& place,
                       const std::vector<std::uint64_t>& fingerprints) {
  if (store_ == nullptr) return;
  auto recorded = store_->record(store::FlowNote{.session = session_,
                                                 .at = now_ms(),
                                                 .kind = kind,
                                                 .source = source,
                                                 .place = place,
                                                 .fingerprints = fingerprints});
  if (!recorded) log::error(recorded.error().message);
}

// Our own notes come back too; knowing them twice changes nothing but room, so they are told by their source.
void SessionFlow::read_notes() {
  if (store_ == nullptr) return;
  auto notes = store_->flow_notes(session_, last_note_);
  if (!notes) {
    log::error(notes.error().message);
    return;
  }
  for (store::FlowNote& note : *notes) {
    last_note_ = note.id;
    std::sort(note.fingerprints.begin(), note.fingerprints.end());
    const bool known = std::any_of(results_.begin(), results_.end(), [&](const Result& result) {
      return result.source == note.source && result.fingerprints == note.fingerprints;
    });
    if (!known) learn(note.kind, note.source, std::move(note.place), std::move(note.fingerprints));
  }
}

const SessionFlow::Result* SessionFlow::source_of(std::string_view text, std::string_view place) const {
  const auto wanted = fingerprints(text, key_);
  for (auto result = results_.rbegin(); result != results_.rend(); ++result) {
    if (!place.empty() && result->place == place) continue;
    for (const std::uint64_t one : wanted) {
      if (std::binary_search(result->fingerprints.begin(), result->fingerprints.end(), one)) return &*result;
    }
  }
  return nullptr;
}

FlowState SessionFlow::look(const FlowPlace& to, std::span<const std::string_view> fields) {
  read_notes();
  FlowState state{.untrusted = !untrusted_by_.empty(),
                  .private_data = !private_by_.empty(),
                  .untrusted_by = untrusted_by_,
                  .private_by = private_by_,
                  .passage_by = {}};
  if (results_.empty()) return state;
  const std::string place = place_of(to);
  for (const std::string_view field : fields) {
    const Result* found = source_of(field, place);
    if (found == nullptr && detectors::needs_views(field)) {
      for (const detectors::View& view : detectors::views_of(field).views) {
        found = source_of(view.text, place);
        if (found != nullptr) break;
      }
    }
    if (found != nullptr) {
      state.passage_by = found->source;
      break;
    }
  }
  return state;
}

}  // namespace aegis::guard
