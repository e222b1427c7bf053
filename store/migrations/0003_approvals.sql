-- Schema 3: what a person was asked, and what they said. The states and who may leave which are in docs/approvals.md.

CREATE TABLE approval (
  id TEXT PRIMARY KEY,
  -- What it is good for: these four, and nothing else.
  agent INTEGER NOT NULL REFERENCES agent (id),
  action_hash TEXT NOT NULL,
  policy_set_hash TEXT NOT NULL,
  tool_definition_hash TEXT NOT NULL,  -- empty: the definition is not pinned
  -- For the person who is asked. `summary` has no secrets and a bounded length.
  server TEXT NOT NULL,
  operation TEXT NOT NULL,
  target TEXT NOT NULL,
  approver_group TEXT NOT NULL,
  reason TEXT NOT NULL,
  summary TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'edited', 'expired', 'consumed')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  channel TEXT NOT NULL DEFAULT '',  -- how it was decided: cli, form
  note TEXT NOT NULL DEFAULT '',     -- what the approver said
  -- The approver's own words, of an edited one only; emptied when it is consumed or expires.
  edited_arguments TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE INDEX approval_by_action ON approval (agent, action_hash);
CREATE INDEX approval_open ON approval (expires_at) WHERE state IN ('pending', 'approved', 'edited');
