#include "gateway/approval_waits.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace aegis::gateway {

std::string ApprovalWaits::add(ApprovalWait wait, std::int64_t now_us) {
  if (waits_.empty()) polled(now_us);
  wait.next_progress_us = now_us + kApprovalProgressMs * 1000;
  const auto open = std::find_if(forms_.begin(), forms_.end(),
                                 [&](const auto& form) { return form.second == wait.approval; });
  std::string shown;
  if (open != forms_.end()) {
    wait.form = open->first;
  } else {
    // A server chooses the ids of its own questions: it must not be able to guess this. Zeros keep the oldest
    // first.
    constexpr std::size_t kUnguessableBytes = 16;
    std::string number = std::to_string(next_form_++);
    number.insert(0, number.size() < 12 ? 12 - number.size() : 0, '0');
    wait.form = shown = "\"aegis-approval-" + number + "-" + random_hex(kUnguessableBytes) + "\"";
    if (forms_.size() >= kMaxOpenForms) forms_.erase(forms_.begin());
    forms_.emplace(shown, wait.approval);
  }
  waits_.emplace(wait.id, std::move(wait));
  return shown;
}

std::optional<std::string> ApprovalWaits::answered(const std::string& form) {
  const auto found = forms_.find(form);
  if (found == forms_.end()) return std::nullopt;
  std::string approval = std::move(found->second);
  forms_.erase(found);
  return approval;
}

std::vector<ApprovalWait> ApprovalWaits::take(std::string_view approval, std::vector<std::string>* forms) {
  std::vector<ApprovalWait> taken;
  for (auto it = waits_.begin(); it != waits_.end();) {
    if (it->second.approval != approval) {
      ++it;
      continue;
    }
    taken.push_back(std::move(it->second));
    it = waits_.erase(it);
  }
  std::erase_if(forms_, [&](const auto& form) {
    if (form.second != approval) return false;
    forms->push_back(form.first);
    return true;
  });
  return taken;
}

std::vector<ApprovalWait> ApprovalWaits::take_all() {
  std::vector<ApprovalWait> taken;
  for (auto& [id, wait] : std::exchange(waits_, {})) taken.push_back(std::move(wait));
  return taken;
}

std::vector<std::string> ApprovalWaits::approvals() const {
  std::vector<std::string> approvals;
  for (const auto& [id, wait] : waits_) approvals.push_back(wait.approval);
  std::sort(approvals.begin(), approvals.end());
  approvals.erase(std::unique(approvals.begin(), approvals.end()), approvals.end());
  return approvals;
}

std::vector<ApprovalWait> ApprovalWaits::due_progress(std::int64_t now_us) {
  std::vector<ApprovalWait> due;
  for (auto& [id, wait] : waits_) {
    if (wait.progress_token.empty() || now_us < wait.next_progress_us) continue;
    wait.next_progress_us = now_us + kApprovalProgressMs * 1000;
    ++wait.progress;
    due.push_back(wait);
  }
  return due;
}

}  // namespace aegis::gateway
