#!/usr/bin/env bats
# Namespaces with a path (A-110, A-112, B-54): each type, in company, and what is refused.
load helpers

declare -gA link_of=([pid]=pid [network]=net [mount]=mnt [ipc]=ipc [uts]=uts [cgroup]=cgroup [user]=user [time]=time)

# keep_namespaces OPTION…: a process in new namespaces of those kinds, as unshare(1) names them; its
# pid is $holder.
keep_namespaces() {
  unshare --fork --kill-child "$@" sleep 1000 3>&- &
  keeper=$!
  wait_until eval 'holder=$(pgrep -P "$keeper" sleep)'
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  # unshare(1) passes over TERM; what it keeps dies with it.
  [ -z "${keeper-}" ] || kill -KILL "$keeper" || true
  expect_nothing_left
}

# join TYPE…: those of the keeper in place of new ones.
join() {
  local type
  for type; do
    update_config --arg type "$type" --arg path "/proc/$holder/ns/${link_of[$type]}" \
      '.linux.namespaces |= (map(select(.type != $type)) + [{type: $type, path: $path}])'
  done
}

# The container is in the keeper's namespaces of those types, and in no other of its.
expect_joined() {
  local pid type
  create "$ID"
  pid=$(state_of "$ID" pid)
  for type in cgroup ipc mount network pid time user uts; do
    if [ "$(readlink "/proc/$pid/ns/${link_of[$type]}")" = "$(readlink "/proc/$holder/ns/${link_of[$type]}")" ]; then
      echo "$type"
    fi
  done >"$BATS_TEST_TMPDIR/same"
  runtime delete --force "$ID"
  expect_equal "$(tr '\n' ' ' <"$BATS_TEST_TMPDIR/same")" "$(tr ' ' '\n' <<<"${1% }" | sort | tr '\n' ' ')"
}

@test "path: ipc, network, uts, cgroup and time by init itself" {
  keep_namespaces --ipc --net --uts --cgroup --time
  for type in ipc network uts cgroup time; do
    cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
    join "$type"
    # Its user namespace is that of all here, as is the time namespace of those that have no other.
    if [ "$type" = time ]; then expect_joined 'time user '; else expect_joined "$type user "; fi
    cp "$BATS_TEST_TMPDIR/saved" "$BUNDLE/config.json"
  done
  join ipc network uts cgroup time
  expect_joined 'cgroup ipc network time user uts '
}

@test "path: pid, by a joiner; the program is a later process there" {
  keep_namespaces --pid --mount-proc
  join pid
  set_script 'echo $$; cat /proc/1/comm; exit 3'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stderr" '3 '
  [[ $stdout = [2-9]*sleep ]] || fail "$stdout"
  expect_joined 'pid time user '
}

@test "path: pid, with everything that a parent hears and says" {
  keep_namespaces --pid
  join pid
  update_config '.process.args = ["/no/such"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 127 '' "runtime: run $ID: exec: \"/no/such\": stat /no/such: no such file or directory"
  set_program sleep 1000
  create --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  expect_equal "$(<"$BATS_TEST_TMPDIR/pid")" "$(state_of "$ID" pid)"
  runtime start "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
}

@test "path: mount, whose tree becomes the container's" {
  keep_namespaces --mount
  join mount
  expect_joined 'mount time user '
}

@test "path: a pod's user namespace with all that belongs to it" {
  keep_namespaces --user --pid --net --ipc --uts --mount --cgroup
  echo '0 200000 65536' >"/proc/$holder/uid_map"
  echo '0 200000 65536' >"/proc/$holder/gid_map"
  join user pid network ipc uts
  set_script 'id -u; tr -s " " </proc/self/uid_map; touch /tmp/made; hostname'
  chmod 1777 "$BUNDLE/rootfs/tmp"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'0\n 0 200000 65536\nruntime'
  expect_equal "$(stat -c %u "$BUNDLE/rootfs/tmp/made")" 200000
  expect_joined 'ipc network pid time user uts '
  # With the mappings too, as containerd and CRI-O have it.
  update_config '.linux.uidMappings = [{containerID: 0, hostID: 200000, size: 30000}, {containerID: 30000, hostID: 230000, size: 35536}] |
    .linux.gidMappings = .linux.uidMappings'
  expect_joined 'ipc network pid time user uts '
  index=$(jq '.linux.namespaces | map(.type) | index("user")' "$BUNDLE/config.json")
  update_config '.linux.gidMappings[1].size = 35535'
  expect_refusal "config.json: /linux/namespaces/$index/path: the user namespace has other mappings than uidMappings and gidMappings"
}

@test "path: user alone, with namespaces of the host's and new ones" {
  keep_namespaces --user
  echo '0 200000 65536' >"/proc/$holder/uid_map"
  echo '0 200000 65536' >"/proc/$holder/gid_map"
  join user
  expect_joined 'time user '
  # New ones belong to the joined user namespace.
  update_config '.process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
  expect_inside 'hostname inside && hostname' inside
}

@test "path: root's groups stay behind where nobody may set any" {
  local pid_too
  for pid_too in '' --pid; do
    # shellcheck disable=SC2086 # words
    keep_namespaces --user $pid_too
    echo deny >"/proc/$holder/setgroups"
    echo '0 200000 65536' >"/proc/$holder/uid_map"
    echo '0 200000 65536' >"/proc/$holder/gid_map"
    join user ${pid_too:+pid}
    set_program sleep 1000
    setpriv --groups 4,6 "$RUNTIME" --root "$ROOT" run --detach --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
    expect_equal "$(grep Groups "/proc/$(state_of "$ID" pid)/status" | xargs)" Groups: 'groups of the container'
    try setpriv --groups 4,6 "$RUNTIME" --root "$ROOT" exec "$ID" grep Groups /proc/self/status
    expect_equal "$status $(xargs <<<"$stdout") $stderr" '0 Groups: ' 'groups of who enters'
    runtime delete --force "$ID"
    kill -KILL "$keeper"
    keeper=
  done
}

@test "path: the mounts of the host keep their flags in a joined user namespace (S-42)" {
  keep_namespaces --user
  echo '0 200000 65536' >"/proc/$holder/uid_map"
  echo '0 200000 65536' >"/proc/$holder/gid_map"
  join user
  mkdir "$BUNDLE/source"
  mount -t tmpfs t "$BUNDLE/source"
  mount -o remount,bind,ro "$BUNDLE/source"
  add_mounts <<<'/home - source bind'
  update_config '.process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
  set_script 'mount -o remount,bind,rw /home 2>&1 | sed "s/.*: //"'
  try runtime run --bundle "$BUNDLE" "$ID"
  umount "$BUNDLE/source"
  expect_success 'permission denied (are you root?)'
}

@test "path: a network of the host's with a new user namespace" {
  keep_namespaces --net
  join network
  update_config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
    .linux.gidMappings = .linux.uidMappings | .mounts |= map(select(.type != "sysfs" and .type != "cgroup"))'
  expect_joined 'network time '
}

@test "path: the user namespace that we are in is nothing to join" {
  update_config '.linux.namespaces += [{type: "user", path: "/proc/self/ns/user"}]'
  expect_inside 'tr -s " " </proc/self/uid_map' ' 0 0 4294967295'
}

@test "path: one that isn't mapped for the process (A-066)" {
  keep_namespaces --user
  echo '0 200000 10' >"/proc/$holder/uid_map"
  echo '0 200000 10' >"/proc/$holder/gid_map"
  join user
  update_config '.process.user.uid = 10'
  expect_refusal '/process/user: setresuid 10: not mapped in the user namespace'
}

@test "path: sysctls of a joined network are set, of the host's refused (B-49)" {
  keep_namespaces --net
  join network
  update_config '.linux.sysctl = {"net.ipv4.ip_forward": "1"}'
  expect_inside 'cat /proc/sys/net/ipv4/ip_forward' 1
  before=$(</proc/sys/net/ipv4/ip_forward)
  update_config '(.linux.namespaces[] | select(.type == "network")).path = "/proc/self/ns/net"'
  expect_refusal "/linux/sysctl/net.ipv4.ip_forward: the network namespace is the runtime's own, the host would change"
  expect_equal "$(</proc/sys/net/ipv4/ip_forward)" "$before"
}

@test "path: missing, of another type, no namespace, a fifo, the runtime's mount namespace (B-54)" {
  mkfifo "$BUNDLE/fifo"
  while IFS='|' read -r type path text; do
    cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
    update_config --arg type "$type" --arg path "$path" '.linux.namespaces |= [.[] | select(.type != $type)] + [{type: $type, path: $path}]'
    index=$(jq '.linux.namespaces | length - 1' "$BUNDLE/config.json")
    expect_refusal "config.json: /linux/namespaces/$index/path: $text"
    cp "$BATS_TEST_TMPDIR/saved" "$BUNDLE/config.json"
  done <<END
ipc|/no/such|open /no/such: not found (ENOENT)
ipc|/proc/self/ns/net|"/proc/self/ns/net" is a namespace of type network, not ipc
user|/proc/self/ns/pid|"/proc/self/ns/pid" is a namespace of type pid, not user
uts|/etc/passwd|"/etc/passwd" is no namespace
uts|/|"/" is no namespace
uts|$BUNDLE/fifo|"$BUNDLE/fifo" is no namespace
mount|/proc/self/ns/mnt|is the runtime's own, pivot_root would take its root away
END
}

@test "path: a joiner that is killed leaves nothing" {
  keep_namespaces --pid
  join pid
  for attempt in {1..20}; do
    runtime_in_background create --bundle "$BUNDLE" "$ID"
    sleep "0.00$((attempt % 10))"
    kill -KILL "$background" 2>/dev/null || true
    wait "$background" || true
    runtime delete --force "$ID"
    expect_nothing_left
  done
}
