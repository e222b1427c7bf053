// The table of approvals: reading it, and its steps within the caller's transaction.
//
// Belongs to one thread at a time, with its Database: the writer's, or a reader's (which calls the
// const-named questions only).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/approvals.h"
#include "store/sqlite/database.h"

namespace aegis::store::sqlite {

#define AEGIS_APPROVAL_SELECT                                                                           \
  "SELECT a.id, a.agent, a.action_hash, a.policy_set_hash, a.tool_definition_hash, a.server,"           \
  " a.operation, a.target, a.approver_group, a.reason, a.summary, a.state, a.created_at, a.expires_at," \
  " a.decided_at, a.channel, a.note, a.edited_arguments, g.name"                                        \
  " FROM approval a JOIN agent g ON g.id = a.agent "

class ApprovalQuestions {
 public:
  explicit ApprovalQuestions(Database& database) : database_(database) {}

  Result<Approval> find(const ApprovalKey& key, UnixMillis now);
  Result<Approval> by_id(const std::string& id, UnixMillis now);
  Result<std::vector<Approval>> list(bool all, UnixMillis now);

 private:
  Database& database_;
  Statement find_{database_, AEGIS_APPROVAL_SELECT
                  "WHERE a.agent = ? AND a.action_hash = ? AND a.policy_set_hash = ? AND"
                  " a.tool_definition_hash = ? AND a.expires_at > ? AND"
                  " a.state IN ('approved', 'edited', 'pending', 'denied')"
                  " ORDER BY CASE a.state WHEN 'pending' THEN 2 WHEN 'denied' THEN 3 ELSE 1 END,"
                  " a.created_at DESC LIMIT 1"};
  Statement by_id_{database_, AEGIS_APPROVAL_SELECT "WHERE a.id = ?"};
  Statement open_{database_, AEGIS_APPROVAL_SELECT
                  "WHERE a.expires_at > ? AND a.state IN ('pending', 'approved', 'edited')"
                  " ORDER BY a.created_at, a.id LIMIT ?"};
  Statement all_{database_, AEGIS_APPROVAL_SELECT "ORDER BY a.created_at DESC, a.id LIMIT ?"};
};

// Every step first marks what has expired, and takes the approvers' words out of it.
class ApprovalSteps {
 public:
  explicit ApprovalSteps(Database& database) : database_(database), questions_(database) {}

  Result<Approval> ask(const std::string& new_id, const ApprovalRequest& request, UnixMillis now);
  Result<Approval> decide(const std::string& id, const Ruling& ruling, UnixMillis now);
  Result<Approval> consume(const std::string& id, UnixMillis now);

 private:
  Result<void> expire(UnixMillis now);

  Database& database_;
  ApprovalQuestions questions_;
  Statement expire_{database_,
                    "UPDATE approval SET state = 'expired', edited_arguments = '' WHERE expires_at <= ? AND"
                    " state IN ('pending', 'approved', 'edited')"};
  Statement pending_{database_, "SELECT count(*) FROM approval WHERE agent = ? AND state = 'pending'"};
  Statement insert_{database_,
                    "INSERT INTO approval (id, agent, action_hash, policy_set_hash, tool_definition_hash,"
                    " server, operation, target, approver_group, reason, summary, state, created_at,"
                    " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)"};
  Statement decide_{database_,
                    "UPDATE approval SET state = ?, decided_at = ?, expires_at = ?, channel = ?, note = ?,"
                    " edited_arguments = ? WHERE id = ? AND state = 'pending'"};
  Statement consume_{database_,
                     "UPDATE approval SET state = 'consumed', edited_arguments = '' WHERE id = ? AND"
                     " state IN ('approved', 'edited')"};
};

}  // namespace aegis::store::sqlite
