#include "store/approvals.h"

namespace aegis::store {

std::string_view name(ApprovalState state) {
  switch (state) {
    case ApprovalState::pending: return "pending";
    case ApprovalState::approved: return "approved";
    case ApprovalState::denied: return "denied";
    case ApprovalState::edited: return "edited";
    case ApprovalState::expired: return "expired";
    case ApprovalState::consumed: return "consumed";
  }
  return "expired";
}

std::string approval_id(std::string_view typed) {
  constexpr std::size_t kHalf = 5;
  std::string id;
  for (char c : typed) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'i' || c == 'l') c = '1';
    if (c == 'o') c = '0';
    if (id.size() == kHalf) id.push_back('-');
    id.push_back(c);
  }
  return id;
}

}  // namespace aegis::store
