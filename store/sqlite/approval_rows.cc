#include "store/sqlite/approval_rows.h"

#include <algorithm>

namespace aegis::store::sqlite {
namespace {

constexpr ApprovalState kStates[] = {ApprovalState::pending, ApprovalState::approved,
                                     ApprovalState::denied,  ApprovalState::edited,
                                     ApprovalState::expired, ApprovalState::consumed};

// A state we do not know is good for nothing.
ApprovalState state_of(std::string_view text) {
  for (const ApprovalState state : kStates) {
    if (name(state) == text) return state;
  }
  return ApprovalState::expired;
}

bool is_open(ApprovalState state) {
  return state == ApprovalState::pending || state == ApprovalState::approved ||
         state == ApprovalState::edited;
}

Approval approval_of(const Cursor& cursor, UnixMillis now) {
  Approval approval;
  approval.id = cursor.text(0);
  ApprovalRequest& request = approval.request;
  request.key = {cursor.integer(1), std::string(cursor.text(2)), std::string(cursor.text(3)),
                 std::string(cursor.text(4))};
  request.server = cursor.text(5);
  request.operation = cursor.text(6);
  request.target = cursor.text(7);
  request.approver_group = cursor.text(8);
  request.reason = cursor.text(9);
  request.summary = cursor.text(10);
  approval.state = state_of(cursor.text(11));
  approval.created_at = cursor.integer(12);
  approval.expires_at = request.expires_at = cursor.integer(13);
  approval.decided_at = cursor.is_null(14) ? 0 : cursor.integer(14);
  approval.channel = cursor.text(15);
  approval.note = cursor.text(16);
  approval.agent_name = cursor.text(18);
  if (is_open(approval.state) && approval.expires_at <= now) approval.state = ApprovalState::expired;
  if (approval.state == ApprovalState::edited) approval.edited_arguments = cursor.text(17);
  return approval;
}

Error unknown(const std::string& id) {
  return not_found("there is no approval \"" + id + "\"; `aegis-mcp approvals` shows those that wait");
}

Result<Approval> one(Cursor cursor, UnixMillis now, const std::string& id) {
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return unknown(id);
  return approval_of(cursor, now);
}

// Why nothing can be done with it any more.
Error settled(const Approval& approval) {
  std::string why = "approval " + approval.id + " ";
  switch (approval.state) {
    case ApprovalState::pending: why += "was not decided yet"; break;
    case ApprovalState::expired: why += "expired at " + rfc3339(approval.expires_at); break;
    case ApprovalState::consumed: why += "was used already"; break;
    case ApprovalState::approved:
    case ApprovalState::edited:
    case ApprovalState::denied:
      why += "was decided already: " + std::string(name(approval.state)) + " at " +
             rfc3339(approval.decided_at) + " (" + approval.channel + ")";
  }
  return invalid_input(std::move(why));
}

}  // namespace

Result<Approval> ApprovalQuestions::find(const ApprovalKey& key, UnixMillis now) {
  return one(find_.query(key.agent, key.action_hash, key.policy_set_hash, key.tool_definition_hash, now), now,
             "");
}

Result<Approval> ApprovalQuestions::by_id(const std::string& id, UnixMillis now) {
  return one(by_id_.query(id), now, id);
}

Result<std::vector<Approval>> ApprovalQuestions::list(bool all, UnixMillis now) {
  std::vector<Approval> approvals;
  Cursor cursor = all ? all_.query(kMaxListedApprovals) : open_.query(now, kMaxListedApprovals);
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) break;
    approvals.push_back(approval_of(cursor, now));
  }
  if (all) std::reverse(approvals.begin(), approvals.end());
  return approvals;
}

Result<void> ApprovalSteps::expire(UnixMillis now) { return expire_.run(now); }

Result<Approval> ApprovalSteps::ask(const std::string& new_id, const ApprovalRequest& request,
                                    UnixMillis now) {
  if (auto done = expire(now); !done) return done.error();
  const ApprovalKey& key = request.key;
  auto known = questions_.find(key, now);
  if (known || known.error().code != ErrorCode::not_found) return known;
  {
    Cursor cursor = pending_.query(key.agent);
    const Result<bool> counted = cursor.next();
    if (!counted) return counted.error();
    if (static_cast<std::size_t>(cursor.integer(0)) >= kMaxPendingApprovals) {
      return limit_reached(std::to_string(kMaxPendingApprovals) +
                           " calls of this agent wait for an approval already, the most there may be");
    }
  }
  if (auto done =
          insert_.run(new_id, key.agent, key.action_hash, key.policy_set_hash, key.tool_definition_hash,
                      request.server, request.operation, request.target, request.approver_group,
                      request.reason, request.summary, now, request.expires_at);
      !done) {
    return done.error();
  }
  return questions_.by_id(new_id, now);
}

Result<Approval> ApprovalSteps::decide(const std::string& id, const Ruling& ruling, UnixMillis now) {
  if (auto done = expire(now); !done) return done.error();
  const bool denied = ruling.state == ApprovalState::denied;
  if (auto done = decide_.run(name(ruling.state), now, now + (denied ? kDenialHoldMs : kApprovedForMs),
                              ruling.channel, ruling.note, ruling.edited_arguments, id);
      !done) {
    return done.error();
  }
  const bool won = database_.last_changed_a_row();
  auto approval = questions_.by_id(id, now);
  if (approval && !won) return settled(*approval);
  return approval;
}

Result<Approval> ApprovalSteps::consume(const std::string& id, UnixMillis now) {
  if (auto done = expire(now); !done) return done.error();
  if (auto done = consume_.run(id); !done) return done.error();
  const bool won = database_.last_changed_a_row();
  auto approval = questions_.by_id(id, now);
  if (approval && !won) return settled(*approval);
  return approval;
}

}  // namespace aegis::store::sqlite
