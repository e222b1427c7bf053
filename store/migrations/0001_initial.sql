-- Schema 1. What each table is for, and what is never stored, is in docs/store.md.
-- Times are Unix milliseconds in UTC.

CREATE TABLE agent (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
  key_hash TEXT UNIQUE,  -- SHA-256 of the key in hex; NULL: the agent has no key
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  agent INTEGER NOT NULL REFERENCES agent (id),
  at INTEGER NOT NULL,
  server TEXT NOT NULL,
  operation TEXT NOT NULL,
  target TEXT NOT NULL,
  effect TEXT NOT NULL,
  enforced TEXT NOT NULL,
  rule TEXT NOT NULL,
  reason TEXT NOT NULL,
  decide_us INTEGER NOT NULL,
  clean INTEGER NOT NULL  -- 1: nothing in this call counted against the agent; an error outcome looks here
) STRICT;

CREATE INDEX decision_by_agent ON decision (agent, id);

-- No reference to decision: an outcome whose decision could not be written is still evidence.
CREATE TABLE outcome (
  decision INTEGER PRIMARY KEY,
  agent INTEGER NOT NULL REFERENCES agent (id),
  at INTEGER NOT NULL,
  status TEXT NOT NULL,
  latency_us INTEGER NOT NULL,
  rule TEXT NOT NULL
) STRICT;

CREATE TABLE interaction (
  id INTEGER PRIMARY KEY,
  agent INTEGER NOT NULL REFERENCES agent (id),
  at INTEGER NOT NULL,
  app_name TEXT NOT NULL,
  model TEXT NOT NULL,
  provider TEXT NOT NULL,
  status TEXT NOT NULL,
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  latency_ms INTEGER
) STRICT;

-- What was found and where, never the text. `owner` is a decision for arguments and result, else an interaction.
CREATE TABLE finding (
  owner INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('arguments', 'result', 'interaction')),
  n INTEGER NOT NULL,
  rule TEXT NOT NULL,
  kind TEXT NOT NULL,
  type TEXT NOT NULL,
  severity TEXT NOT NULL,
  confidence REAL NOT NULL,
  field TEXT NOT NULL,
  start_byte INTEGER NOT NULL,
  end_byte INTEGER NOT NULL,
  PRIMARY KEY (owner, part, n)
) STRICT, WITHOUT ROWID;

-- The trust counters: sums of weights as of `as_of`, so that one event is one row's work.
CREATE TABLE trust (
  agent INTEGER PRIMARY KEY REFERENCES agent (id),
  as_of INTEGER NOT NULL,
  calls REAL NOT NULL,
  clean REAL NOT NULL,
  injection REAL NOT NULL,
  pii REAL NOT NULL,
  error REAL NOT NULL,
  deny REAL NOT NULL,
  lifetime_calls INTEGER NOT NULL,
  calls_since_pii INTEGER NOT NULL,
  calls_since_injection INTEGER NOT NULL,
  calls_since_error INTEGER NOT NULL,
  first_call_at INTEGER NOT NULL,
  last_pii_at INTEGER NOT NULL,
  last_injection_at INTEGER NOT NULL,
  latency_count INTEGER NOT NULL
) STRICT;

-- A ring: slot = latency_count modulo the number of samples kept.
CREATE TABLE latency (
  agent INTEGER NOT NULL REFERENCES agent (id),
  slot INTEGER NOT NULL,
  ms REAL NOT NULL,
  PRIMARY KEY (agent, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE budget_limit (
  agent INTEGER PRIMARY KEY REFERENCES agent (id),
  daily_tokens INTEGER,
  monthly_tokens INTEGER
) STRICT;

-- Tokens by UTC day; `day` is the day's start.
CREATE TABLE budget_day (
  agent INTEGER NOT NULL REFERENCES agent (id),
  day INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  PRIMARY KEY (agent, day)
) STRICT, WITHOUT ROWID;

-- One row: how many processes have drawn a number for their decision ids.
CREATE TABLE process_count (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  drawn INTEGER NOT NULL
) STRICT;

INSERT INTO process_count (one, drawn) VALUES (1, 0);
