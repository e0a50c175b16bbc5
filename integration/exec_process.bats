#!/usr/bin/env bats
# exec: what the program is and may, by options (S-28, S-30) and by a process document.
load helpers

setup_file() {
  prepare_bundle
  BUNDLE=$BATS_FILE_TMPDIR/bundle update_config '.process.env = ["PATH=/bin", "A=container"] |
    .process.cwd = "/tmp" | .process.args = ["sleep", "1000"] |
    .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]'
}

start_sleeper() { runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-; }

# expect_exec OUTPUT OPTION…: what the shell lines on standard input say.
expect_exec() {
  local wanted=$1 script
  shift
  script=$(cat)
  try runtime exec "$@" "$ID" sh -c "$script"
  expect_success "$wanted"
}

# expect_document OUTPUT PROGRAM…, with jq's words on standard input that change the document.
expect_document() {
  local wanted=$1
  shift
  document "$@"
  try runtime exec --process "$BATS_TEST_TMPDIR/process.json" "$ID"
  expect_success "$wanted"
}

document() {
  jq -n "$(cat)" | jq '{cwd: "/", env: ["PATH=/bin"], args: $ARGS.positional, user: {uid: 0, gid: 0}} * .' \
    --args -- "$@" >"$BATS_TEST_TMPDIR/process.json"
}

sets() { sed -n 's/^Cap\(...\):\t0*\(.*\)/\1 \2/p' | tr '\n' ' '; }

@test "exec: environment, working directory and limits are the container's" {
  start_sleeper
  expect_exec $'container\n/tmp\n100\n200\n/root' <<<'echo $A; pwd; ulimit -Sn; ulimit -Hn; echo $HOME'
}

@test "exec: --env and --cwd" {
  start_sleeper
  expect_exec $'mine\ntwo words\n/dev' --env A=mine -e 'B=two words' --cwd /dev <<<'echo $A; echo $B; pwd'
  try runtime exec --env A "$ID" true
  expect_error "exec $ID: process: /env/2: must be NAME=VALUE, is \"A\"" 255
  try runtime exec --cwd tmp "$ID" true
  expect_error "exec $ID: process: /cwd: must be absolute, is \"tmp\"" 255
  try runtime exec --cwd /nosuch "$ID" true
  expect_error "exec $ID: /process/cwd \"/nosuch\": no such file or directory" 255
}

@test "exec: --cwd that only root may enter" {
  chmod 700 "$BUNDLE/rootfs/root"
  start_sleeper
  expect_exec $'/root\n1000' --user 1000 --cwd /root <<<'pwd; id -u'
}

@test "exec: --user takes numbers and nothing else (S-30)" {
  # Whatever the image says of such names.
  local value
  for value in 1 01 -1 root 4294967296 ''; do echo "$value:x:0:0::/root:/bin/sh"; done >>"$BUNDLE/rootfs/etc/passwd"
  start_sleeper
  expect_exec 'uid=1 gid=0(root)' --user 1 <<<'id'
  expect_exec 'uid=1 gid=2' -u 1:2 <<<'id'
  expect_exec 'uid=4294967294 gid=0(root)' --user 4294967294 <<<'id'
  expect_exec $'uid=1000(user) gid=1000(user) groups=5(tty),7\n/home/user' --user 1000:1000 -g 5 --additional-gids 7 \
    <<<'id; echo $HOME'
  for value in :2 -1 4294967295 4294967296 99999999999999999999 0x0 ' 0' '1 ' root '' 1:2:3 1: 1:-1 1:root; do
    try runtime exec --user "$value" "$ID" id
    expect_error "exec: option --user: \"$value\": a number up to 4294967294 is expected"
  done
  try runtime exec --additional-gids wheel "$ID" id
  expect_error 'exec: option --additional-gids: "wheel": a number up to 4294967294 is expected'
}

@test "exec: capabilities are the container's, and those of --cap (S-28)" {
  update_config '.process.capabilities = {bounding: ["CAP_KILL", "CAP_CHOWN"], effective: ["CAP_KILL"],
    permitted: ["CAP_KILL", "CAP_CHOWN"]}'
  start_sleeper
  local want
  want=$(sets <"/proc/$(state_of "$ID" pid)/status")
  expect_equal "$(runtime exec "$ID" cat /proc/self/status | sets)" "$want"
  expect_equal "$(runtime exec --cap CAP_NET_RAW "$ID" cat /proc/self/status | sets)" \
    'Inh  Prm 2021 Eff 2021 Bnd 2021 Amb  '
  # As another user the program keeps none by its execve.
  expect_equal "$(runtime exec --user 7 --cap CAP_NET_RAW "$ID" cat /proc/self/status | sets)" \
    'Inh  Prm  Eff  Bnd 2021 Amb  '
  try runtime exec --cap NET_RAW "$ID" true
  expect_error 'exec: option --cap: "NET_RAW": no capability of that name is known'
}

@test "exec: --no-new-privs" {
  update_config '.process.noNewPrivileges = false'
  start_sleeper
  expect_exec $'NoNewPrivs:\t0' <<<'grep NoNewPrivs /proc/self/status'
  expect_exec $'NoNewPrivs:\t1' --no-new-privs <<<'grep NoNewPrivs /proc/self/status'
  runtime delete --force "$ID"
  # The container's is its default only, as in runc.
  update_config '.process.noNewPrivileges = true'
  start_sleeper
  expect_exec $'NoNewPrivs:\t1' <<<'grep NoNewPrivs /proc/self/status'
  expect_exec $'NoNewPrivs:\t0' --no-new-privs=false <<<'grep NoNewPrivs /proc/self/status'
}

@test "exec: the container's seccomp profile, with and without new privileges" {
  local nnp
  for nnp in true false; do
    update_config --argjson nnp $nnp '.process.noNewPrivileges = $nnp | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
      syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 95}]}'
    start_sleeper
    expect_exec 'mkdir: can'\''t create directory '\''/tmp/x'\'': Operation not supported
Seccomp:	2
Seccomp_filters:	1' <<<'mkdir /tmp/x 2>&1; grep Seccomp /proc/self/status'
    runtime delete --force "$ID"
  done
}

@test "exec: a profile that kills the execve is no success" {
  update_config '.process.noNewPrivileges = true | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}'
  create "$ID"
  # The profile of the state, not of the bundle, is what counts; hence a created container.
  local config=$ROOT/$ID/config.json
  jq -c '.linux.seccomp.syscalls = [{names: ["execve"], action: "SCMP_ACT_KILL_PROCESS"}]' "$config" >"$BATS_TEST_TMPDIR/new"
  cp "$BATS_TEST_TMPDIR/new" "$config"
  try runtime exec "$ID" true
  expect_error "exec $ID: the process died before it became the program (a profile in /linux/seccomp has to allow execve, and capset without /process/noNewPrivileges)" 255
}

@test "exec: --process runs what the document says" {
  update_config '.process.oomScoreAdj = 321'
  start_sleeper
  expect_document $'uid=5 gid=6 groups=7\n/dev\nyes\n0077' sh -c 'id; pwd; echo $X; umask' <<<'{cwd: "/dev",
    env: ["PATH=/bin", "X=yes"], user: {uid: 5, gid: 6, additionalGids: [7], umask: 63}}'
  # What it doesn't say is the container's.
  expect_document 321 cat /proc/self/oom_score_adj <<<'{}'
  expect_document $'100\n/root' sh -c 'ulimit -Sn; echo $HOME' <<<'{}'
  expect_document 50 sh -c 'ulimit -Sn; echo $A' <<<'{rlimits: [{type: "RLIMIT_NOFILE", soft: 50, hard: 60}]}'
}

@test "exec: --process from a pipe" {
  start_sleeper
  document echo piped <<<'{}'
  reader() { runtime exec --process /dev/fd/4 "$ID" 4< <(cat "$BATS_TEST_TMPDIR/process.json"); }
  try reader
  expect_success piped
}

@test "exec: --process with its scheduling, and none of it before" {
  start_sleeper
  expect_document $'policy : 3' sh -c 'grep policy /proc/self/sched | tr -s " "' \
    <<<'{scheduler: {policy: "SCHED_BATCH", nice: 5, flags: ["SCHED_FLAG_RESET_ON_FORK"]}}'
  expect_document $'19' sh -c 'cut -d" " -f19 /proc/self/stat' <<<'{scheduler: {policy: "SCHED_OTHER", nice: 19}}'
  expect_document 567 cat /proc/self/oom_score_adj <<<'{oomScoreAdj: 567}'
}

@test "exec: execCPUAffinity, and the caller's is nothing to the container (A-078)" {
  local last
  last=$(($(getconf _NPROCESSORS_ONLN) - 1))
  [ $last -gt 0 ] || skip 'one CPU only'
  start_sleeper
  cpus='sed -n "s/^Cpus_allowed_list:\t//p" /proc/self/status'
  expect_document "$last" sh -c "$cpus" <<<"{execCPUAffinity: {initial: \"0\", final: \"$last\"}}"
  expect_document 0 sh -c "$cpus" <<<'{execCPUAffinity: {initial: "0"}}'
  local all
  all=$(runtime exec "$ID" sh -c "$cpus")
  expect_equal "$(taskset -c 0 "$RUNTIME" --root "$ROOT" exec "$ID" sh -c "$cpus")" "$all"
  document true <<<'{execCPUAffinity: {final: "1000"}}'
  try runtime exec --process "$BATS_TEST_TMPDIR/process.json" "$ID"
  expect_error "exec $ID: /process/execCPUAffinity/final: none of these CPUs is there for the container" 255
}

@test "exec: bad process documents (B-72)" {
  start_sleeper
  local text document file=$BATS_TEST_TMPDIR/process.json
  while IFS='#' read -r document text; do
    printf '%s\n' "$document" >"$file"
    try runtime exec --process "$file" "$ID"
    expect_error "exec $ID: ${text//FILE/$file}" 255
  done <<'EOF'
{"args": ["true"]}#--process: FILE: /cwd: missing
[]#--process: FILE: top level must be an object
{"cwd": "/", "args": "true"}#--process: FILE: /args: must be an array, not the string "true"
{"cwd": "/", "args": []}#FILE: /args: at least one entry is needed
{"cwd": "x", "args": ["true"]}#FILE: /cwd: must be absolute, is "x"
{"cwd": "/", "args": ["true"], "user": {"uid": -1}}#--process: FILE: /user/uid: -1 is out of range (0 to 4294967295)
EOF
  echo '{' >"$file"
  try runtime exec --process "$file" "$ID"
  [[ $status == 255 && $stderr == "runtime: exec $ID: --process: $file:2:1: unexpected end of input" ]] || fail "$status $stderr"
  try runtime exec --process "$file.no" "$ID"
  expect_error "exec $ID: --process: open $file.no: not found (ENOENT)" 255
  expect_equal "$(processes_of "$ID" | wc -l)" 1
}

@test "exec: labels without a module that knows them" {
  [ ! -e /sys/fs/selinux/enforce ] || skip 'SELinux is on'
  start_sleeper
  try runtime exec --process-label u:r:t:s0 "$ID" true
  [[ $status == 255 && $stderr == "runtime: exec $ID: "*/process/selinuxLabel*SELinux* ]] || fail "$stderr"
  [ ! -e /sys/kernel/security/apparmor ] || return 0
  try runtime exec --apparmor profile "$ID" true
  [[ $status == 255 && $stderr == "runtime: exec $ID: "*/process/apparmorProfile*AppArmor* ]] || fail "$stderr"
}
