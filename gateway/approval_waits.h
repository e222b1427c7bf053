// ApprovalWaits: calls of a client of the older revisions that wait in the middle, while that client shows
// its user a form.
//
// A client of 2026-07-28 is asked inside a result and comes back with a call of its own; nothing of it is
// kept here. Part of one session; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace aegis::gateway {

// How often it is looked whether somebody decided elsewhere. Nothing is looked at while nothing waits.
inline constexpr std::int64_t kApprovalPollMs = 500;
// Between two notifications of progress: clients that count time-outs from the last one allow a minute.
inline constexpr std::int64_t kApprovalProgressMs = 10'000;
// Calls that wait at once, and forms that are open; more calls are told to come back.
inline constexpr std::size_t kMaxApprovalWaits = 64;
inline constexpr std::size_t kMaxOpenForms = 256;

struct ApprovalWait {
  std::string id;    // the request's, as JSON text
  std::string line;  // the request
  std::string operation;
  std::string approval;
  std::string form;            // the id of the request that shows the form, as JSON text
  std::string progress_token;  // as JSON text; empty: it asked for none
  std::int64_t next_progress_us = 0;
  int progress = 0;
};

class ApprovalWaits {
 public:
  [[nodiscard]] bool empty() const { return waits_.empty(); }
  [[nodiscard]] bool full() const { return waits_.size() >= kMaxApprovalWaits; }
  [[nodiscard]] bool holds(const std::string& id) const { return waits_.contains(id); }

  // Keeps the call. The id for the form to show, or empty: one about this approval is open already.
  // REQUIRES: !full() && !holds(wait.id).
  std::string add(ApprovalWait wait, std::int64_t now_us);

  // The call went away; its form stays open, and an answer to that still decides. False: it does not wait.
  bool forget(const std::string& id) { return waits_.erase(id) > 0; }

  // The approval that the form is about, which is closed now; nothing: no form of ours.
  std::optional<std::string> answered(const std::string& form);

  // Takes out the calls that wait for an approval; of `forms` to close, the ids.
  std::vector<ApprovalWait> take(std::string_view approval, std::vector<std::string>* forms);
  std::vector<ApprovalWait> take_all();

  // The approvals that are waited for, each once.
  [[nodiscard]] std::vector<std::string> approvals() const;
  // Those whose clients are due to hear that it still goes on; counted up.
  std::vector<ApprovalWait> due_progress(std::int64_t now_us);

  // Monotonic; 0: nothing waits.
  [[nodiscard]] std::int64_t deadline_us() const { return waits_.empty() ? 0 : next_poll_us_; }
  void polled(std::int64_t now_us) { next_poll_us_ = now_us + kApprovalPollMs * 1000; }

 private:
  std::map<std::string, ApprovalWait> waits_;  // by the request's id
  std::map<std::string, std::string> forms_;   // open ones, by their id; which approval they are about
  std::uint64_t next_form_ = 1;
  std::int64_t next_poll_us_ = 0;
};

}  // namespace aegis::gateway
