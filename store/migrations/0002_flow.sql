-- What the sessions of clients have taken in, shared by the processes that guard one client's servers.
-- Fingerprints are keyed with a secret that is not stored: the rows say nothing of the texts.
CREATE TABLE flow (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: readers ask for what came after the last they saw
  session TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('untrusted', 'private')),
  source TEXT NOT NULL,        -- server and tool
  place TEXT NOT NULL,         -- keyed hash of the place within a service; empty: none
  fingerprints BLOB NOT NULL   -- 64-bit numbers, little-endian
) STRICT;

CREATE INDEX flow_by_session ON flow (session, id);
