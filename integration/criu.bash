# shellcheck shell=bash
# A CRIU for the suites that take one: the caller's $CRIU, what scripts/fetch-criu has left in build/criu,
# or that of the system; none of them if it doesn't work on this kernel.

# Once for a file, in its setup_file.
find_criu() {
  local fetched="${BASH_SOURCE[0]%/*}/../build/criu/criu"
  for CRIU in "${CRIU-}" "$fetched" "$(command -v criu || true)"; do
    if [ -x "$CRIU" ] && "$CRIU" check >/dev/null 2>&1; then break; fi
    CRIU=''
  done
  export CRIU
}

needs_criu() { [ -n "$CRIU" ] || skip "no criu that works on this kernel (scripts/fetch-criu gets one)"; }
