# Shared by the scripts beside it; sourced, never run.
# Sets ROOT (the repository) and says/dies on stderr, so that stdout stays free for data.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MINIMUM_NODE=22.19.0     # node:sqlite without a flag, and what the Inspector asks for
MINIMUM_HTTPLIB=0.41.0   # older ones accept conflicting lengths and buffer without limit

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# at_least HAVE WANT: dotted numbers, compared field by field.
at_least() {
  local -a have want
  IFS=. read -r -a have <<<"${1#v}"
  IFS=. read -r -a want <<<"$2"
  local i
  for i in 0 1 2; do
    local a=${have[i]:-0} b=${want[i]:-0}
    a=${a%%[!0-9]*} b=${b%%[!0-9]*}
    ((10#${a:-0} > 10#${b:-0})) && return 0
    ((10#${a:-0} < 10#${b:-0})) && return 1
  done
  return 0
}

# The directory that holds a fit `node` and `npm`: the machine's own, else the private one; fails if neither.
node_bin() {
  local found
  if found=$(command -v node) && command -v npm >/dev/null && at_least "$(node --version)" "$MINIMUM_NODE"; then
    dirname "$found"
  elif [ -x "$ROOT/build/tools/bin/node" ]; then
    echo "$ROOT/build/tools/bin"
  else
    return 1
  fi
}
