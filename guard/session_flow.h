// SessionFlow: what one session of a client has taken in, and whether what it gives out comes from there.
//
// A client starts a process of ours for each server; those of one session know of each other's results
// through the store (some milliseconds late). What is kept of a result is its source and fingerprints of its
// passages. A proxy does not see what a model remembers: a passage that turns up again is evidence, and none
// turning up is no proof (docs/data-flow.md).
//
// Used by one thread at a time. The Store must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/event.h"
#include "guard/fingerprints.h"
#include "store/store.h"

namespace aegis::guard {

// Fingerprints kept of a session: about 4 MB of text. The oldest results are forgotten first.
inline constexpr std::size_t kMaxFingerprints = std::size_t{1} << 18U;
// Of one result, and looked for in one field of a call: the first 256 KB, more or less.
inline constexpr std::size_t kMaxFingerprintsOfText = std::size_t{1} << 14U;

// Where a result came from, or where a call goes.
struct FlowPlace {
  std::string_view server;
  std::string_view tool;
  std::string_view place;  // within the service, such as its repository; empty: it has none
};

// What a session has seen, as far as a call is concerned.
struct FlowState {
  bool untrusted = false;     // something strangers may have written
  bool private_data = false;  // something that is not for everyone
  std::string untrusted_by;   // "server/tool" of the first such result
  std::string private_by;
  std::string passage_by;  // the result a passage in this call's arguments comes from; empty: none was found
};

class SessionFlow {
 public:
  // `identity` tells this session of a client from every other, and is the same in all its processes; it is
  // not stored. `store` may be null: then only this process's results are known.
  SessionFlow(store::Store* store, std::string_view identity);

  // A result the client will read.
  void take_in(const FlowPlace& from, const ToolLabels& labels, std::span<const std::string_view> fields);

  // For a call to `to` with these strings in its arguments. A passage that came from the same server and
  // place goes back to where it was read, and is not looked for. The fields are read in encodings too.
  FlowState look(const FlowPlace& to, std::span<const std::string_view> fields);

 private:
  struct Result {
    std::string source;
    std::string place;
    std::uint64_t digest = 0;  // of the source and the fingerprints
    std::size_t size = 0;      // fingerprints
  };
  struct Entry {
    std::uint64_t fingerprint = 0;
    std::uint64_t result = 0;  // its number
    bool operator<(const Entry& other) const { return fingerprint < other.fingerprint; }
  };

  [[nodiscard]] std::string place_of(const FlowPlace& place) const;
  // False: the same was learnt before.
  bool learn(store::FlowNote::Kind kind, const std::string& source, const std::string& place,
             std::span<const std::uint64_t> fingerprints);
  void forget_oldest();
  void note(store::FlowNote::Kind kind, const std::string& source, const std::string& place,
            std::vector<std::uint64_t> fingerprints);
  void read_notes();
  void sort_entries();
  [[nodiscard]] const Result* source_of(std::string_view text, std::string_view place) const;

  store::Store* store_;
  std::string session_;  // a hash of the identity: the key in the store
  std::string secret_;   // another one, for places and fingerprints
  FingerprintKey key_;
  std::string untrusted_by_, private_by_;
  std::deque<Result> results_;       // private ones, oldest first
  std::uint64_t first_result_ = 0;   // the number of the oldest
  std::set<std::uint64_t> digests_;  // of results_
  std::vector<Entry> entries_;       // fingerprints of results_; sorted up to sorted_
  std::size_t sorted_ = 0;
  std::int64_t last_note_ = 0;
};

}  // namespace aegis::guard
