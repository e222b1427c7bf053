-- Tool definitions as they were pinned, and what is known of the servers they came from (docs/pins.md).

-- One row a definition of a tool that was ever seen and kept: those that are accepted, and at most one that waits.
CREATE TABLE pin (
  id INTEGER PRIMARY KEY,
  server TEXT NOT NULL,      -- the name it is guarded under
  origin TEXT NOT NULL,      -- what it is: package, script, image or URL, without version and arguments
  tool TEXT NOT NULL,
  hash TEXT NOT NULL,        -- SHA-256 in hex of the definition's canonical form, unredacted
  definition TEXT NOT NULL,  -- that form, secrets redacted; empty: too large to be kept
  waits TEXT NOT NULL CHECK (waits IN ('', 'new', 'changed', 'shadowing')),  -- why it waits for a person; '': accepted
  accepted_by TEXT NOT NULL CHECK (accepted_by IN ('', 'first_sight', 'person')),
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,  -- exact only where a tool has several definitions
  accepted_at INTEGER NOT NULL,   -- 0: never
  UNIQUE (server, origin, tool, hash)
) STRICT;

-- Configurations and TLS keys of a server, as digests.
CREATE TABLE server_mark (
  id INTEGER PRIMARY KEY,
  server TEXT NOT NULL,
  origin TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('configuration', 'tls_key')),
  value TEXT NOT NULL,  -- SHA-256 in hex
  label TEXT NOT NULL,  -- for people; holds no argument
  accepted INTEGER NOT NULL,  -- 0: it differs from what was known, and nobody has looked at it
  seen_at INTEGER NOT NULL,
  UNIQUE (server, origin, kind, value)
) STRICT;
