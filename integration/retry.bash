# shellcheck shell=bash
# What the helpers of all suites begin with.

fail() {
  printf '%s\n' "$*" >&2
  return 1
}

# retry TIMES SECONDS COMMAND…: until it succeeds, with so long between two attempts.
retry() {
  local attempt times=$1 pause=$2
  shift 2
  for ((attempt = 0; attempt < times; ++attempt)); do
    if "$@"; then return; fi
    sleep "$pause"
  done
  fail "after $attempt attempts still not: $*"
}

# A filter: what script(1) has written without what its terminal adds. The end of its input, which script types
# there, is echoed at any time, also after the last line.
without_terminal() { tr -d '\r' | sed 's/\^@//g'; }
