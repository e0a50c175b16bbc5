#!/usr/bin/env bats
# What engines look for in our errors (client contract §4; K-30…K-43), read as they read it. The words
# about programs that can't be run are in program.bats and exec.bats, K-40 with a security module in
# apparmor.bats and selinux.bats, K-42 in lifecycle.bats, K-43 in resources.bats.
load ../helpers

# What containerd's shim takes an error of kill for.
by_shim() {
  case ${1,,} in
    *'os: process already finished'* | *'container not running'* | *'no such process'*) echo finished ;;
    *'does not exist'*) echo unknown ;;
    *) echo "an error" ;;
  esac
}

# The same of CRI-O.
by_crio() {
  case $1 in
    *'container not running'* | *'no such process'*) echo finished ;;
    *'invalid process'* | *'does not exist'*) echo unknown ;;
    *) echo "an error" ;;
  esac
}

# The exit status that Podman ends with on an error of create, start or exec.
by_podman() {
  if grep -qiE 'permission denied|operation not permitted' <<<"$1"; then
    echo 126
  elif grep -qiE 'executable file not found in|no such file or directory|open executable' <<<"$1"; then
    echo 127
  else
    echo 125
  fi
}

# The same of Docker's daemon, which wants its 127 to name the command.
by_docker() {
  local text=${1,,}
  case $text in
    *'permission denied'* | *'is a directory'*) echo 126 ;;
    *'executable file not found in $path'* | *'no such file or directory'*)
      if [[ $1 == *"$2"* ]]; then echo 127; else echo 125; fi
      ;;
    *'not a directory'*) echo 127 ;;
    *) echo 125 ;;
  esac
}

@test "K-30: a stopped container is not running" {
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  for word in TERM KILL 9 0; do
    try runtime kill "$ID" "$word"
    expect_error "kill $ID: container not running"
  done
}

@test "K-33: an unknown container does not exist" {
  try runtime kill "$ID" KILL
  expect_error "kill $ID: container \"$ID\" does not exist"
  try runtime kill --all "$ID" KILL
  expect_error "kill $ID: container \"$ID\" does not exist"
}

@test "K-30, K-31, K-32, K-34: nobody left to kill is a process that has ended, to the shim and to CRI-O" {
  set_program true
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  try runtime kill "$ID" KILL
  expect_equal "$status $(by_shim "$stderr") $(by_crio "$stderr")" '1 finished finished'
  runtime delete "$ID"
  try runtime kill "$ID" KILL
  expect_equal "$status $(by_shim "$stderr") $(by_crio "$stderr")" '1 unknown unknown'
  try runtime delete "$ID"
  expect_equal "$status $(by_shim "$stderr")" '1 unknown'
}

@test "K-30, K-31: kill at the moment of the end works or says that it is over" {
  set_script 'exit 0'
  for _ in {1..10}; do
    create "$ID"
    runtime start "$ID"
    while try runtime kill "$ID" 0 && [ "$status" = 0 ]; do :; done
    expect_error "kill $ID: container not running"
    runtime delete "$ID"
  done
}

@test "K-35, K-36, K-37, K-39: Podman and Docker give a command that can't be run its status" {
  : >"$BUNDLE/rootfs/tmp/plain"
  while read -r program podman docker; do
    set_program "$program"
    try runtime create --bundle "$BUNDLE" "$ID"
    expect_equal "$status $(by_podman "$stderr") $(by_docker "$stderr" "$program")" "1 $podman $docker" "$program"
    expect_equal "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" 1 'lines'
  done <<'EOF'
nowhere              127 127
/bin/nowhere         127 127
./nowhere            127 127
/tmp/plain           126 126
./tmp/plain          126 126
/etc                 126 126
/etc/passwd/nowhere  125 127
EOF
}

@test "K-39: Docker knows a volume of another kind than its destination, and says what that may be" {
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/good.json"
  mkdir "$BUNDLE/volume"
  while read -r source destination; do
    jq -c --arg source "$source" --arg at "$destination" '.mounts += [{destination: $at, source: $source, options: ["bind"]}]' \
      "$BATS_TEST_TMPDIR/good.json" >"$BUNDLE/config.json"
    try runtime create --bundle "$BUNDLE" "$ID"
    expect_equal "$status $(by_podman "$stderr") $(by_docker "$stderr" true)" '1 125 127' "$source"
  done <<'EOF'
volume      /etc/passwd
config.json /etc
EOF
}

# expect_no_magic COMMAND…: it fails, and no engine takes that for the command's fault.
expect_no_magic() {
  try "$@"
  [ "$status" != 0 ] || fail "no failure: $*"
  expect_equal "$(by_podman "$stderr") $(by_docker "$stderr" true)" '125 125' "$stderr"
  if grep -qiE 'no such process|not a directory' <<<"$stderr"; then fail "$stderr"; fi
}

@test "K-35, K-37, K-38, K-39: what is missing or refused besides the command is not the command's fault" {
  # But its working directory, which is process.bats' business.
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/good.json"
  while read -r change; do
    jq -c "$change" "$BATS_TEST_TMPDIR/good.json" >"$BUNDLE/config.json"
    expect_no_magic runtime create --bundle "$BUNDLE" "$ID"
  done <<'EOF'
.root.path = "nowhere"
.root.path = "config.json"
.mounts += [{destination: "/mnt", source: "/nowhere", options: ["bind"]}]
.mounts += [{destination: "/mnt", source: "/dev/null/nowhere", options: ["bind"]}]
.mounts += [{destination: "/etc/passwd/mnt", type: "tmpfs", source: "tmpfs"}]
.mounts += [{destination: "/mnt", type: "nofs", source: "nofs"}]
.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["size=x"]}]
.linux.namespaces[0].path = "/nowhere"
.linux.namespaces[0].path = "/dev/null"
.linux.namespaces[0].path = "/etc/passwd/nowhere"
.linux.cgroupsPath = "../../etc/passwd"
.linux.sysctl = {"kernel.nowhere": "1"}
.linux.sysctl = {"net.nowhere": "1"}
.linux.devices = [{path: "/etc/passwd/device", type: "c", major: 1, minor: 3}]
.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "/nowhere", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_NOTIFY"}]}
.linux.resources.unified = {"memory.nowhere": "1"}
.process.apparmorProfile = "nowhere"
.process.selinuxLabel = "nowhere"
.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 4294967296, hard: 4294967296}]
.hooks.createRuntime = [{path: "/nowhere"}]
.hooks.createRuntime = [{path: "/etc/passwd"}]
.hooks.createContainer = [{path: "/nowhere"}]
EOF
  cp "$BATS_TEST_TMPDIR/good.json" "$BUNDLE/config.json"
  expect_no_magic runtime create --bundle /nowhere "$ID"
  expect_no_magic runtime create --bundle /etc/passwd "$ID"
  for option in pid-file console-socket pidfd-socket; do
    expect_no_magic runtime create --bundle "$BUNDLE" "--$option" "$BATS_TEST_TMPDIR/nowhere/x" "$ID"
    expect_no_magic runtime create --bundle "$BUNDLE" "--$option" /etc/passwd/x "$ID"
  done
  expect_no_magic runtime --root /etc/passwd/x create --bundle "$BUNDLE" "$ID"
  expect_no_magic runtime --log /nowhere/log create --bundle "$BUNDLE" "$ID"
  rm "$BUNDLE/config.json"
  expect_no_magic runtime create --bundle "$BUNDLE" "$ID"
  expect_nothing_left
  cp "$BATS_TEST_TMPDIR/good.json" "$BUNDLE/config.json"
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  expect_no_magic runtime exec --process /nowhere "$ID"
  expect_no_magic runtime exec --process /etc "$ID"
  expect_no_magic runtime exec --cgroup nowhere "$ID" true
  expect_no_magic runtime exec --pid-file /nowhere/pid "$ID" true
  expect_no_magic runtime update --resources /nowhere "$ID"
}

@test "K-41: Podman's question whether restore knows the label of volumes" {
  try runtime restore --lsm-mount-context
  expect_error 'restore: option --lsm-mount-context: flag needs an argument (see runtime --help)'
}
