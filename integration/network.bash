# shellcheck shell=bash
# A host of the suite's own: a network namespace in place of the machine's, and what is below
# /run/runtime-network seen empty.

setup_file() {
  prepare_bundle
  BUNDLE=$BATS_FILE_TMPDIR/bundle update_config '.process.args = ["sleep", "1000"]'
  start_host
}

teardown_file() { kill "$(<"$BATS_FILE_TMPDIR/host")"; }

start_host() {
  unshare --net --mount --propagation private sleep 10000 3>&- &
  echo "$!" >"$BATS_FILE_TMPDIR/host"
  wait_until runs_program "$!" sleep
  mkdir -p /run/runtime-network "$BATS_FILE_TMPDIR/leases"
  on_host mount --bind "$BATS_FILE_TMPDIR/leases" /run/runtime-network
  on_host ip link set lo up
}

on_host() {
  nsenter --net="/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/net" --mount="/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/mnt" "$@"
}

runtime() { on_host "$RUNTIME" --root "$ROOT" "$@"; }

# A bridge of the host's, with these addresses.
add_bridge() {
  local name=$1 address
  shift
  # Without a doubt about IPv6 addresses, which would have to wait.
  on_host sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
  on_host ip link add "$name" type bridge
  on_host ip link set "$name" up
  for address; do on_host ip address add "$address" dev "$name"; done
}

# give INTERFACE WORDS: the annotation.
give() {
  update_config --arg key "dev.runtime.network.$1" --arg words "$2" '.annotations[$key] = $words'
}

# give_only INTERFACE WORDS: in place of those there are.
give_only() {
  update_config 'del(.annotations)'
  give "$1" "$2"
}

# attach ID WORDS [OPTION…]: creates a container with this eth0.
attach() {
  local id=$1
  give_only eth0 "$2"
  shift 2
  create "$@" "$id"
}

# inside ID COMMAND…: in the container's network namespace, with the host's programs.
inside() {
  local pid
  pid=$(state_of "$1" pid)
  shift
  nsenter --net="/proc/$pid/ns/net" "$@"
}

# reaches ID ADDRESS: whether an echo comes back within a second.
reaches() { inside "$1" busybox ping -c 1 -W 1 "$2" >/dev/null 2>&1; }

# A neighbour may take a moment until the first frame is answered.
expect_reaches() { wait_until reaches "$1" "$2"; }
expect_unreachable() { ! reaches "$1" "$2" || fail "$1 reaches $2"; }

# The addresses of an interface inside, in one line, IPv4 first; but for those that it gives itself.
addresses_of() {
  inside "$1" ip -oneline address show dev "$2" scope global | tr -s ' ' | cut -d' ' -f4 | tr '\n' ' ' | sed 's/ $//'
}

# The links of the host, by name, but for the loopback interface.
host_links() { on_host ip -oneline link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | grep -v '^lo$' | sort | tr '\n' ' ' | sed 's/ $//'; }

has_links() { [ "$(host_links)" = "$1" ]; }

# The host's ends of pairs. What was killed goes when the kernel has taken its namespace apart.
expect_no_links() { wait_until has_links "${1-}"; }

delete_containers() {
  local entry
  for entry in "$ROOT"/*; do
    [ ! -e "$entry" ] || runtime delete --force "${entry##*/}"
  done
}

# Of one test, while the leases of another container of it may go on.
expect_refusal() {
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: $1"
  [ ! -e "$ROOT/$ID" ] || fail 'its state is left'
}

# Nothing of a test's outlives it: neither links nor leases.
teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  expect_nothing_left
  expect_equal "$(on_host find /run/runtime-network -mindepth 1)" '' 'leases'
  local link
  for link in $(host_links); do on_host ip link delete "$link" 2>/dev/null || true; done # a pair goes at once
}
