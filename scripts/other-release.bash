# shellcheck shell=bash
# Packages of a Debian release that this system isn't of. apt fetches and verifies them with sources,
# lists and caches of its own in a temporary folder, so neither root nor a change to the system's
# configuration is needed.

# use_release RELEASE [deb-src]: makes the folder $work, gone when the script ends, and other_apt what it
# says; with deb-src for source packages.
use_release() {
  local tool mirror
  for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || fail "needs the command $tool"
  done
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work" # As root apt downloads as the user _apt, who has to get in.
  mkdir -p "$work"/{sources,lists/partial,cache/archives/partial}
  # From where the system gets its own packages: the first mirror of its main archive.
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -nE '/^[[:space:]]*#/d; s#.*[[:space:]]((https?|file|copy):[^[:space:]]*/debian)/?([[:space:]].*|$)#\1#p' |
    sed -n 1p) || true
  printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
    "${2:-deb}" "${mirror:-http://deb.debian.org/debian}" "$1" >"$work/sources/other.list"
}

other_apt() {
  apt-get -q -y -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources" \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o Acquire::Languages=none \
    -o Debug::NoLocking=1 "$@"
}
