#include "guard/session_flow.h"

#include <algorithm>
#include <charconv>
#include <functional>
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
  const std::string source = source_name(from);
  if (labels.untrusted_source && learn(Kind::untrusted, source, {}, {}))
    note(Kind::untrusted, source, {}, {});
  if (!labels.private_data) return;
  std::vector<std::uint64_t> all;
  for (const std::string_view field : fields) {
    if (all.size() >= kMaxFingerprintsOfText) break;
    const auto of_field = fingerprints(field, key_);
    all.insert(all.end(), of_field.begin(), of_field.end());
  }
  all.resize(std::min(all.size(), kMaxFingerprintsOfText));
  const std::string place = place_of(from);
  if (learn(Kind::private_data, source, place, all)) note(Kind::private_data, source, place, std::move(all));
}

bool SessionFlow::learn(Kind kind, const std::string& source, const std::string& place,
                        std::span<const std::uint64_t> fingerprints) {
  std::string& first = kind == Kind::untrusted ? untrusted_by_ : private_by_;
  const bool is_first = first.empty();
  if (is_first) first = source;
  if (fingerprints.empty()) return is_first;
  std::uint64_t digest = std::hash<std::string>()(source + '\0' + place);
  for (const std::uint64_t fingerprint : fingerprints) digest += fingerprint;
  if (!digests_.insert(digest).second) return false;
  const std::uint64_t number = first_result_ + results_.size();
  results_.push_back({source, place, digest, fingerprints.size()});
  for (const std::uint64_t fingerprint : fingerprints) entries_.push_back({fingerprint, number});
  if (entries_.size() > kMaxFingerprints) forget_oldest();
  return true;
}

// Down to three quarters, so that it is seldom.
void SessionFlow::forget_oldest() {
  std::size_t left = entries_.size();
  while (left > kMaxFingerprints / 4 * 3) {
    left -= results_.front().size;
    digests_.erase(results_.front().digest);
    results_.pop_front();
    ++first_result_;
  }
  sort_entries();
  std::erase_if(entries_, [this](const Entry& entry) { return entry.result < first_result_; });
  sorted_ = entries_.size();
}

void SessionFlow::sort_entries() {
  const auto middle = entries_.begin() + static_cast<std::ptrdiff_t>(sorted_);
  std::sort(middle, entries_.end());
  std::inplace_merge(entries_.begin(), middle, entries_.end());
  sorted_ = entries_.size();
}

void SessionFlow::note(Kind kind, const std::string& source, const std::string& place,
                       std::vector<std::uint64_t> fingerprints) {
  if (store_ == nullptr) return;
  auto recorded = store_->record(store::FlowNote{.session = session_,
                                                 .at = now_ms(),
                                                 .kind = kind,
                                                 .source = source,
                                                 .place = place,
                                                 .fingerprints = std::move(fingerprints)});
  if (!recorded) log::error(recorded.error().message);
}

// Our own come back too, and are known.
void SessionFlow::read_notes() {
  if (store_ == nullptr) return;
  for (std::size_t count = store::kMaxFlowNotes; count == store::kMaxFlowNotes;) {
    const auto notes = store_->flow_notes(session_, last_note_);
    if (!notes) {
      log::error(notes.error().message);
      return;
    }
    count = notes->size();
    for (const store::FlowNote& note : *notes) {
      last_note_ = note.id;
      learn(note.kind, note.source, note.place, note.fingerprints);
    }
  }
}

const SessionFlow::Result* SessionFlow::source_of(std::string_view text, std::string_view place) const {
  auto wanted = fingerprints(text, key_);
  wanted.resize(std::min(wanted.size(), kMaxFingerprintsOfText));
  for (const std::uint64_t one : wanted) {
    const auto [begin, end] = std::equal_range(entries_.begin(), entries_.end(), Entry{one, 0});
    const auto result = [this](const Entry& entry) -> const Result& {
      return results_[static_cast<std::size_t>(entry.result - first_result_)];
    };
    const bool goes_back = !place.empty() && std::any_of(begin, end, [&](const Entry& entry) {
      return result(entry).place == place;
    });
    if (begin != end && !goes_back) return &result(*begin);
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
  sort_entries();
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
