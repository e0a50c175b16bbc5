#!/usr/bin/env bats
# Containers of ordinary users, with subordinate ids and without, and of the root of a user namespace
# that somebody else has made, as Podman's is (A-112; K-53 of client-contract.md).
#
# The user has no entry in the machine's passwd: the tests see one in a mount namespace of their own.
load helpers
load seccomp

readonly user=54321

setup() {
  [ "$EUID" = 0 ] || skip 'needs root, to become an ordinary user'
  # What an ordinary user must be able to reach.
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
  ID=t$$-${BATS_SUITE_TEST_NUMBER}z
  # shellcheck disable=SC2034 # for the helpers
  ARGS='["true"]'
  HOME_FOLDER=$BATS_TEST_TMPDIR/home
  mkdir "$HOME_FOLDER"
  # shellcheck disable=SC2034 # for the helpers
  BUNDLE=$HOME_FOLDER/bundle ROOT=$HOME_FOLDER/run/runtime OUTPUT=$HOME_FOLDER/output
  cp -a "$BATS_FILE_TMPDIR/bundle" "$BUNDLE"
  cp "$BATS_FILE_TMPDIR/busybox" "$BUNDLE/rootfs/bin/busybox"
  cp "$RUNTIME" "$HOME_FOLDER/runtime"
  mkdir -m 700 "$HOME_FOLDER/run"
  chown -R "$user:$user" "$HOME_FOLDER"
  RUNTIME=$HOME_FOLDER/runtime
  for file in passwd subuid subgid; do cp "/etc/$file" "$BATS_TEST_TMPDIR/$file"; done
  echo "ordinary:x:$user:$user::$HOME_FOLDER:/bin/sh" >>"$BATS_TEST_TMPDIR/passwd"
  for file in subuid subgid; do echo "ordinary:3000000:65536" >>"$BATS_TEST_TMPDIR/$file"; done
  rm "$BUNDLE/config.json"
  as_user "$RUNTIME" spec --rootless --bundle "$BUNDLE"
  update_config '.process.terminal = false | .root.readonly = false | .process.args = ["true"]'
  exec </dev/null
}

# Runs the command as the ordinary user.
as_user() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private sh -ec '
    for file in passwd subuid subgid; do mount --bind "$1/$file" "/etc/$file"; done
    [ ! -e "$1/locked" ] || mount --bind -o ro,nodev "$1/locked" "$1/locked"
    user=$2 run=$3
    shift 3
    exec setpriv --reuid "$user" --regid "$user" --clear-groups env -i PATH="$PATH" XDG_RUNTIME_DIR="$run" "$@"
  ' as_user "$BATS_TEST_TMPDIR" "$user" "$HOME_FOLDER/run" "$@"
}

replace_config() {
  cat >"$BATS_TEST_TMPDIR/config"
  cp "$BATS_TEST_TMPDIR/config" "$BUNDLE/config.json"
}

user_runtime() { as_user "$RUNTIME" "$@"; }

# Root is not to act on them.
delete_containers() {
  local entry
  for entry in "$ROOT"/*; do
    [ ! -e "$entry" ] || user_runtime delete --force "${entry##*/}" || true
  done
}

add_ranges() {
  update_config '.linux.uidMappings += [{containerID: 1, hostID: 3000000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
}

@test "rootless: run, with one's own id alone" {
  set_script 'id -u; id -g; tr -s " " </proc/self/uid_map; cat /proc/self/setgroups; touch /tmp/made; hostname'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'0\n0\n 0 54321 1\ndeny\nruntime'
  expect_equal "$(stat -c %u:%g "$BUNDLE/rootfs/tmp/made")" "$user:$user"
}

@test "rootless: run, with the ranges assigned to the user" {
  add_ranges
  update_config '.process.user = {uid: 5, gid: 6, additionalGids: [7]}'
  set_script 'id -u; id -G; tr -s " " </proc/self/gid_map; touch /tmp/made'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'5\n6 7\n 0 54321 1\n 1 3000000 65536'
  expect_equal "$(stat -c %u:%g "$BUNDLE/rootfs/tmp/made")" 3000004:3000005
}

@test "rootless: a scheduler and an ioPriority of another user's process" {
  add_ranges
  update_config '.process.user = {uid: 5, gid: 6} | .process.scheduler = {policy: "SCHED_OTHER", nice: 7} |
    .process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}'
  set_script "awk '{print \$19}' /proc/self/stat; ionice -p 1"
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'7\nbest-effort: prio 6'
  set_program sleep 1000
  user_runtime create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  user_runtime start "$ID"
  try user_runtime exec "$ID" sh -c "awk '{print \$19}' /proc/self/stat; ionice -p \$\$"
  expect_success $'7\nbest-effort: prio 6'
}

@test "rootless: a range that is not the user's" {
  update_config '.linux.uidMappings += [{containerID: 1, hostID: 4000000, size: 10}]'
  try user_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: /linux/uidMappings: newuidmap exited with status 1: newuidmap: uid range [1-11) -> [4000000-4000010) not allowed"
  expect_nothing_left
}

# Engines list those that the image's /etc/group names the user in, root's own among them.
@test "rootless: groups without a range for them are passed over" {
  update_config '.process.user.additionalGids = [0, 1, 10]'
  set_script 'id -G; grep -c ^Groups: /proc/self/status'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'0\n1'
  try user_runtime --debug run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" $'0 0\n1'
  [[ $stderr = *"level=debug msg=\"/process/user/additionalGids: passed over, the caller's groups stay\""* ]] || fail "$stderr"
  # A program of exec's has none either.
  set_program sleep 1000
  user_runtime create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  user_runtime start "$ID"
  try user_runtime exec -g 10 "$ID" id -G
  expect_success 0
}

# Podman up to 5 writes "rw" for every volume that isn't to be read-only; crun keeps what is locked, too.
@test "rootless: a volume of a read-only mount stays that" {
  mkdir "$BATS_TEST_TMPDIR/locked"
  echo kept >"$BATS_TEST_TMPDIR/locked/file"
  chown -R "$user" "$BATS_TEST_TMPDIR/locked"
  add_mounts <<<"/volume - $BATS_TEST_TMPDIR/locked rbind,rw,noexec"
  set_script 'cat /volume/file; touch /volume/file 2>&1; grep " /volume " /proc/mounts | cut -d " " -f 4 | cut -d , -f -3'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'kept\ntouch: /volume/file: Read-only file system\nro,nodev,noexec'
  # What only somebody can have meant is refused.
  for options in '["rbind", "rw", "dev"]' '["rbind", "noatime"]' '["rbind", "rrw"]'; do
    update_config --argjson options "$options" '.mounts[-1].options = $options'
    try user_runtime create --bundle "$BUNDLE" "$ID"
    expect_error "create $ID: mounts[$(jq '.mounts | length - 1' "$BUNDLE/config.json")] /volume (bind of $BATS_TEST_TMPDIR/locked): mount_setattr: flags of the host's mount are locked in a user namespace: not permitted (EPERM)"
  done
}

@test "rootless: without a user namespace" {
  update_config 'del(.linux.namespaces[] | select(.type == "user")) | del(.linux.uidMappings, .linux.gidMappings)'
  try user_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /linux/namespaces: a user namespace is needed, because the caller is not root (runtime spec --rootless writes such a config)"
  expect_nothing_left
}

@test "rootless: the life cycle, the state below XDG_RUNTIME_DIR" {
  set_script 'echo started >/tmp/started; exec sleep 1000'
  user_runtime create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  [ -d "$HOME_FOLDER/run/runtime/$ID" ]
  expect_equal "$(user_runtime state "$ID" | jq -r .status,.owner)" $'created\nordinary'
  user_runtime start "$ID"
  wait_until test -e "$BUNDLE/rootfs/tmp/started"
  expect_equal "$(user_runtime list -q)" "$ID"
  pid=$(user_runtime state "$ID" | jq .pid)
  expect_equal "$(stat -c %u "/proc/$pid/cmdline")" "$user"
  user_runtime kill "$ID" KILL
  wait_until eval '[ "$(user_runtime state "$ID" | jq -r .status)" = stopped ]'
  user_runtime delete "$ID"
  expect_nothing_left
}

@test "rootless: without XDG_RUNTIME_DIR the error says so" {
  # shellcheck disable=SC2016 # expanded by the inner shell
  without_folder() {
    try unshare --mount --propagation private sh -ec '
      mount -t tmpfs -o mode=755 none /run
      mkdir -m 700 /run/runtime
      exec setpriv --reuid "$0" --regid "$0" --clear-groups env -u XDG_RUNTIME_DIR "$@"' "$user" "$@"
  }
  without_folder "$RUNTIME" list
  expect_error 'list: state root /run/runtime (XDG_RUNTIME_DIR is not set): open .: access denied (EACCES)'
  without_folder "$RUNTIME" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: state root /run/runtime (XDG_RUNTIME_DIR is not set): mkdir $ID: access denied (EACCES)"
  without_folder "$RUNTIME" state "$ID"
  expect_error "state $ID: state folder /run/runtime/$ID (XDG_RUNTIME_DIR is not set): access denied (EACCES)"
  without_folder "$RUNTIME" --root /run/runtime/x list
  expect_error 'list: state root: open /run/runtime/x: access denied (EACCES)'
}

@test "rootless: root looks at a user's container, and acts on none" {
  local command
  update_config --arg mark "$HOME_FOLDER/hook-of" '.hooks.poststop = [{path: "/bin/sh", args: ["sh", "-c", "id -u >>\($mark)"]}]'
  set_program sleep 1000
  user_runtime run --detach --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  expect_equal "$(state_of "$ID" status)" running
  expect_equal "$(runtime list -q)" "$ID"
  for command in 'ps ID' 'stats --no-stream ID' 'events --stats ID' 'stats --no-stream'; do
    # shellcheck disable=SC2086 # words
    try runtime ${command/ID/$ID}
    [[ $stderr != *'belongs to'* ]] || fail "$command: $stderr"
  done
  for command in 'delete --force ID' 'delete ID' 'kill ID KILL' 'start ID' 'pause ID' 'resume ID' \
    'update --pids-limit 5 ID' 'exec ID true' "checkpoint --image-path $BATS_TEST_TMPDIR/image ID" \
    "seccomp record --output $BATS_TEST_TMPDIR/profile ID"; do
    # shellcheck disable=SC2086 # words
    try runtime ${command/ID/$ID}
    [[ $status != 0 && $stderr = *": state folder $ID: it belongs to uid $user: act as that user" ]] ||
      fail "$command: $status $stderr"
  done
  [ ! -e "$HOME_FOLDER/hook-of" ]
  user_runtime delete --force "$ID"
  expect_equal "$(<"$HOME_FOLDER/hook-of")" "$user"
  expect_nothing_left
}

@test "rootless: delete --force, and kill --all without a cgroup" {
  set_program sleep 1000
  user_runtime create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  user_runtime start "$ID"
  user_runtime kill --all "$ID" KILL
  wait_until eval '[ "$(user_runtime state "$ID" | jq -r .status)" = stopped ]'
  user_runtime delete "$ID"
  user_runtime create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  user_runtime delete --force "$ID"
  expect_nothing_left
}

@test "rootless: a cgroup that is asked for and can't be had" {
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  try user_runtime create --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && $stderr = "runtime: create $ID: cgroup hierarchy "*": mkdir $ID: access denied (EACCES)" ]] || fail "$status $stderr"
  expect_nothing_left
}

@test "rootless: --rootless=false wants a cgroup, --cgroup-manager disabled none" {
  try user_runtime --rootless=0 create --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && $stderr = "runtime: create $ID: cgroup hierarchy "*" access denied (EACCES)" ]] || fail "$status $stderr"
  try user_runtime --rootless=false --cgroup-manager disabled run --bundle "$BUNDLE" "$ID"
  expect_success ''
  # For root too: then the container stays where its caller is.
  jq '.linux.namespaces |= map(select(.type != "user")) | del(.linux.uidMappings, .linux.gidMappings)' "$BUNDLE/config.json" | replace_config
  set_script 'cut -d : -f 3 /proc/self/cgroup | sort -u'
  before=$(cut -d : -f 3 /proc/self/cgroup | sort -u)
  update_config '.linux.namespaces |= map(select(.type != "cgroup"))'
  try runtime --cgroup-manager=disabled run --bundle "$BUNDLE" "$ID"
  expect_success "$before"
}

@test "rootless: --rootless decides for exec, too" {
  set_program sleep 1000
  user_runtime create --bundle "$BUNDLE" "$ID"
  user_runtime start "$ID"
  echo '{"args": ["true"], "cwd": "/", "oomScoreAdj": -1000}' >"$HOME_FOLDER/process.json"
  try user_runtime exec --process "$HOME_FOLDER/process.json" "$ID"
  [[ $status = 0 && $stderr = *'/process/oomScoreAdj: -1000 takes privilege and is not set"' ]] || fail "$status $stderr"
  try user_runtime --rootless=false exec --process "$HOME_FOLDER/process.json" "$ID"
  expect_error "exec $ID: /process/oomScoreAdj: write: access denied (EACCES)" 255
}

@test "rootless: the terminal, and a device" {
  update_config '.process.terminal = true'
  set_script 'tty; echo x >/dev/null && test -c /dev/console && echo console'
  try as_user script -qec "$RUNTIME run --bundle $BUNDLE $ID" /dev/null
  stdout=$(without_terminal <<<"$stdout")
  expect_equal "$status $stdout" $'0 /dev/pts/0\nconsole'
}

# Only until its program runs an ordinary user's container is closed to a tracer of its own.
@test "rootless: seccomp record" {
  profile=$HOME_FOLDER/profile.json
  set_script 'mkdir /tmp/one; exit 3'
  try user_runtime seccomp record --output "$profile" --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" '3 '
  jq -e '.syscalls[0].names | contains(["mkdir", "wait4"])' "$profile"
  set_script 'while [ ! -e /tmp/end ]; do sleep 0.05; done; rm -r /tmp/one'
  try user_runtime create --bundle "$BUNDLE" "$ID"
  pid=$(state_of "$ID" pid)
  try user_runtime seccomp record --output "$profile" "$ID"
  expect_error "seccomp record $ID: recorder: PTRACE_SEIZE $pid: not permitted (EPERM)"
  user_runtime start "$ID"
  (wait_until is_traced "$pid" && touch "$BUNDLE/rootfs/tmp/end") &
  try user_runtime seccomp record --output "$profile" "$ID"
  expect_equal "$status $stdout" '0 '
  jq -e '.syscalls[0].names | contains(["rmdir", "wait4"]) and (contains(["mkdir"]) | not)' "$profile"
}

@test "rootless: clocks of its own" {
  update_config '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 1000000}}'
  set_script 'grep boottime /proc/self/timens_offsets | tr -s " " " "'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success 'boottime 1000000 0'
  add_ranges
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success 'boottime 1000000 0'
}

@test "rootless: what is below the host's /sys can't be written to (S-39)" {
  set_script 'awk "\$2 ~ /^\/sys/ && \$4 !~ /^ro/" /proc/mounts; find /sys/fs/cgroup -maxdepth 2 -type d | head -n 3 | while read d; do touch $d/x 2>&1 | sed "s/.*: //"; done'
  ln -s busybox "$BUNDLE/rootfs/bin/find"
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'Read-only file system\nRead-only file system\nRead-only file system'
}

@test "rootless: oomScoreAdj below the caller's is left out, with a warning" {
  update_config '.process.oomScoreAdj = -500'
  set_script 'cat /proc/self/oom_score_adj'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" "0 $(</proc/self/oom_score_adj)"
  [[ $stderr = *'config.json: /process/oomScoreAdj: -500 takes privilege and is not set"' ]] || fail "$stderr"
  update_config '.process.oomScoreAdj = 500'
  try user_runtime run --bundle "$BUNDLE" "$ID"
  expect_success 500
}

@test "rootless: seccomp, with noNewPrivileges and without" {
  install_tool CALL
  local member
  for member in true false; do
    update_config ".process.noNewPrivileges = $member"
    set_profile '{defaultAction: act("KILL_PROCESS"), syscalls: [rule("ALLOW"; $own[], "capset"), rule("ERRNO"; "sched_yield")]}'
    set_program call $sched_yield
    try user_runtime run --bundle "$BUNDLE" "$ID"
    expect_success EPERM
    set_program sh -c 'grep -e CapPrm -e CapEff /proc/self/status'
    update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"} | .process.capabilities = {permitted: ["CAP_KILL"], effective: ["CAP_KILL"], bounding: ["CAP_KILL"]}'
    try user_runtime run --bundle "$BUNDLE" "$ID"
    expect_success $'CapPrm:	0000000000000020
CapEff:	0000000000000020'
  done
}

@test "rootless: a seccomp agent of the user's" {
  AGENT=$HOME_FOLDER/agent
  set_script 'mkdir /tmp/one 2>&1'
  local member user_ids
  for member in true false; do
    for user_ids in 0 5; do
      start_agent mkdir=errno:95
      chown "$user" "$AGENT"
      notify_of mkdir
      update_config ".process.noNewPrivileges = $member | .process.user = {uid: $user_ids, gid: $user_ids}"
      try user_runtime run --bundle "$BUNDLE" "$ID"
      stop_agent
      expect_outcome 1 "mkdir: can't create directory '/tmp/one': Operation not supported" ''
      add_ranges
    done
    update_config '.linux.uidMappings |= .[:1] | .linux.gidMappings |= .[:1]'
  done
}

# As Podman runs it: root of a namespace with a range of ids, and the config of a root's container.
in_foreign_namespace() {
  as_user unshare --user --map-root-user --map-auto --mount "$@"
}

@test "foreign user namespace: its root runs a container without another one" {
  as_user "$RUNTIME" spec --bundle "$BUNDLE/other" 2>/dev/null || {
    as_user mkdir "$BUNDLE/other"
    as_user "$RUNTIME" spec --bundle "$BUNDLE/other"
  }
  cp "$BUNDLE/other/config.json" "$BUNDLE/config.json"
  update_config '.process.terminal = false | .root.readonly = false | .process.user = {uid: 5, gid: 6, additionalGids: [7]} |
    del(.linux.resources)'
  set_script 'id -u; id -G; tr -s " " </proc/self/uid_map; echo x >/dev/null && grep -c "^devtmpfs /dev/" /proc/mounts'
  try in_foreign_namespace "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  expect_success $'5\n6 7\n 0 54321 1\n 1 3000000 65535\n6'
  # Its state is not the host's root's.
  set_program sleep 1000
  in_foreign_namespace sh -c '"$1" create --bundle "$2" "$3" >/dev/null 2>&1 && ls "$XDG_RUNTIME_DIR/runtime" && "$1" delete --force "$3"' \
    sh "$RUNTIME" "$BUNDLE" "$ID" >"$BATS_TEST_TMPDIR/listed" 3>&-
  expect_equal "$(<"$BATS_TEST_TMPDIR/listed")" "$ID"
}

@test "foreign user namespace: a nested one" {
  update_config '.linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
  set_script 'id -u; tr -s " " </proc/self/uid_map; touch /tmp/made'
  try in_foreign_namespace "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  expect_success $'0\n 0 1000 1000'
  expect_equal "$(stat -c %u "$BUNDLE/rootfs/tmp/made")" 3000999
}

@test "foreign user namespace: a seccomp agent" {
  update_config '.linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
  AGENT=$HOME_FOLDER/agent
  start_agent mkdir=errno:95
  chown "$user" "$AGENT"
  notify_of mkdir
  set_script 'mkdir /tmp/one 2>&1'
  try in_foreign_namespace "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  stop_agent
  expect_outcome 1 "mkdir: can't create directory '/tmp/one': Operation not supported" ''
}

@test "foreign user namespace: groups where nobody may set them are passed over" {
  set_script 'id -G'
  update_config 'del(.linux.namespaces[] | select(.type == "user")) | del(.linux.uidMappings, .linux.gidMappings)'
  try as_user unshare --user --map-root-user --mount "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  expect_success 0
  update_config '.process.user.additionalGids = [0, 10]'
  try as_user unshare --user --map-root-user --mount "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  expect_success 0
}

@test "keep_original_groups: the caller's groups stay (A-067)" {
  update_config '.annotations["run.oci.keep_original_groups"] = "1"'
  set_script 'id -G | tr " " "\n" | sort -un | tr "\n" " "; grep Groups /proc/self/status | wc -w'
  try as_user sh -c 'exec "$@"' sh "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  expect_success '0 1'
  # shellcheck disable=SC2016 # expanded by the inner shell
  try unshare --mount setpriv --reuid "$user" --regid "$user" --groups 7,8 env XDG_RUNTIME_DIR="$HOME_FOLDER/run" \
    "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  # Both are nobody's group here.
  expect_success '0 65534 3'
  update_config '.process.user.additionalGids = [0]'
  try as_user sh -c 'exec "$@"' sh "$RUNTIME" run --bundle "$BUNDLE" "$ID"
  expect_success '0 1'
}

@test "rootless: interfaces and devices of the host take root" {
  update_config '.annotations = {"dev.runtime.network.eth0": "bridge=br0"} | .linux.namespaces += [{type: "network"}]'
  try user_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /annotations/dev.runtime.network.eth0: takes root"
  update_config 'del(.annotations) | .linux.netDevices = {lo: {name: "eth0"}}'
  try user_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /linux/netDevices: takes root"
  expect_nothing_left
}
