#!/usr/bin/env bats
# config.md#process without the user (user.bats), the terminal (terminal.bats) and the program's
# file (program.bats): environment, working directory, limits, names.
load helpers

# --- env -------------------------------------------------------------------------------------

# The environment as the program gets it, one variable a line; busybox' sh would add some.
environment() { runtime run --bundle "$BUNDLE" "$ID" | tr '\0' '\n'; }

@test "env: as given, in order, nothing else" {
  update_config '.process.args = ["cat", "/proc/self/environ"] |
    .process.env = ["B=2", "A=a value = with, \"signs\"", "HOME=/given", "EMPTY=", "ünï=☃", "PATH=/bin"]'
  expect_equal "$(environment)" 'B=2
A=a value = with, "signs"
HOME=/given
EMPTY=
ünï=☃
PATH=/bin'
}

@test "env: a value may have several lines" {
  update_config '.process.env = ["PATH=/bin", "LINES2=one\ntwo\n"]'
  expect_inside 'printf %s "$LINES2" | od -An -c | tr -d " "' 'one\ntwo\n'
}

@test "env: of duplicates the last one counts" {
  update_config '.process.args = ["cat", "/proc/self/environ"] |
    .process.env = ["A=1", "PATH=/nowhere", "A=2", "HOME=/x", "PATH=/bin", "A=3", "HOME=/y"]'
  expect_equal "$(environment)" $'PATH=/bin\nA=3\nHOME=/y'
}

@test "env: HOME comes from the container's passwd" {
  update_config '.process.env = ["PATH=/bin"]'
  while read -r uid home; do
    update_config --argjson uid "$uid" '.process.user.uid = $uid'
    expect_inside 'echo $HOME' "$home"
  done <<'EOF'
0 /root
1000 /home/user
4242 /
EOF
}

@test "env: an empty HOME is none" {
  update_config '.process.env = ["HOME=", "PATH=/bin"]'
  expect_inside 'echo "$HOME"' /root
}

# 16 MiB, of which each line would take the memory of forty.
@test "env: HOME by a passwd that is too large, or as large as it may be" {
  skip_sanitized 'they take more memory than the limit'
  update_config '.process.env = ["PATH=/bin"] | .linux.resources.memory.limit = 134217728'
  yes '' | head -c $((16 << 20)) >"$BUNDLE/rootfs/etc/passwd"
  expect_inside 'echo $HOME' /
  echo >>"$BUNDLE/rootfs/etc/passwd"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: the container's /etc/passwd: longer than 16777216 bytes"
}

@test "env: HOME without a passwd to read" {
  update_config '.process.env = ["PATH=/bin"]'
  passwd=$BUNDLE/rootfs/etc/passwd
  rm "$passwd"
  expect_inside 'echo $HOME' /
  mkfifo "$passwd"
  expect_inside 'echo $HOME' /
  rm "$passwd"
  # A link stays in the container, wherever it points.
  echo root:x:0:0::/inside: >"$BUNDLE/rootfs/tmp/passwd"
  ln -s ../../../../tmp/passwd "$passwd"
  expect_inside 'echo $HOME' /inside
  printf 'garbage\nroot:x:0\n:::\nroot:x:0:0:::\n' >"$BUNDLE/rootfs/tmp/passwd"
  expect_inside 'echo $HOME' /
}

# --- cwd -------------------------------------------------------------------------------------

@test "cwd: where the program starts" {
  update_config '.process.cwd = "/home/user"'
  expect_inside pwd /home/user
}

@test "cwd: is made if it is missing" {
  update_config '.process.cwd = "/tmp/new/folder"'
  umask 077
  expect_inside 'pwd; stat -c "%a %u" . ..' $'/tmp/new/folder\n755 0\n755 0'
}

@test "cwd: links stay inside" {
  ln -s ../../../home/user "$BUNDLE/rootfs/tmp/link"
  ln -s /tmp/link "$BUNDLE/rootfs/absolute"
  update_config '.process.cwd = "/absolute"'
  expect_inside pwd /home/user
  update_config '.process.cwd = "/../../../home/user/.."'
  expect_inside pwd /home
}

# As in runc and crun, on which images rely: Docker's WORKDIR /root with --user 1000.
@test "cwd: one that only root may enter" {
  chmod 700 "$BUNDLE/rootfs/root"
  update_config '.process.user = {uid: 1000, gid: 1000} | .process.cwd = "/root" | .process.capabilities = {}'
  expect_inside 'pwd; id -u; cd /root 2>/dev/null || echo closed' $'/root\n1000\nclosed'
  # Nor does a link lead out of the container that way.
  ln -s ../../../../../../../../root "$BUNDLE/rootfs/link"
  touch "$BUNDLE/rootfs/root/inside"
  chmod 711 "$BUNDLE/rootfs/root"
  update_config '.process.cwd = "/link"'
  expect_inside 'test -e inside && echo inside' inside
}

# A root without these rights is one as in a file system of FUSE or of a server's.
@test "cwd: one that only the user may enter, or nobody" {
  chmod 700 "$BUNDLE/rootfs/home/user"
  printf '%s\n' '#!/bin/sh' "exec setpriv --inh-caps -all --bounding-set -dac_override,-dac_read_search $RUNTIME --cgroup-manager disabled \"\$@\"" \
    >"$BATS_TEST_TMPDIR/weak"
  chmod +x "$BATS_TEST_TMPDIR/weak"
  RUNTIME=$BATS_TEST_TMPDIR/weak
  update_config '.process.user = {uid: 1000, gid: 1000} | .process.cwd = "/home/user" | .process.capabilities = {} |
    del(.linux.resources)'
  expect_inside pwd /home/user
  chown 2000:2000 "$BUNDLE/rootfs/home/user"
  expect_refusal '/process/cwd "/home/user": permission denied'
}

@test "cwd: a file" {
  update_config '.process.cwd = "/etc/passwd"'
  expect_refusal '/process/cwd "/etc/passwd": not a directory'
}

@test "cwd: missing on a read-only root" {
  update_config '.root.readonly = true | .process.cwd = "/new"'
  # The runtime makes it before the root becomes read-only.
  expect_inside pwd /new
}

# --- limits ----------------------------------------------------------------------------------

@test "rlimits: soft and hard" {
  update_config '.process.rlimits = [
    {type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0},
    {type: "RLIMIT_NPROC", soft: 300, hard: 400}, {type: "RLIMIT_FSIZE", soft: 1000, hard: 12345}]'
  set_script 'grep -E "^Max (open files|core file size|processes|file size)" /proc/self/limits | tr -s " "'
  # As a number without loss, which jq would make a double of.
  sed -i s/12345/18446744073709551615/ "$BUNDLE/config.json"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success 'Max file size 1000 unlimited bytes 
Max core file size 0 0 bytes 
Max processes 300 400 processes 
Max open files 100 200 files '
}

@test "rlimits: what isn't listed is the caller's" {
  update_config '.process.rlimits = []'
  set_script 'grep "Max open files" /proc/self/limits | tr -s " "'
  (ulimit -n 123 && try runtime run --bundle "$BUNDLE" "$ID" && expect_success 'Max open files 123 123 files ')
}

@test "rlimits: memory that is not enough for the hooks that come after them" {
  skip_sanitized 'they take more memory than the limit'
  update_config '.process.rlimits = [{type: "RLIMIT_DATA", soft: 1, hard: 1}] |
    .process.env += [range(3000) | "V\(.)=" + ("x" * 50)] |
    .hooks.startContainer = [{path: "/bin/true", args: ["true"]}]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: out of memory (RLIMIT_AS, RLIMIT_DATA?)"
  expect_nothing_left
}

@test "rlimits: so low that the set-up would fail with them" {
  update_config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 4, hard: 4},
    {type: "RLIMIT_FSIZE", soft: 100, hard: 100}, {type: "RLIMIT_MEMLOCK", soft: 0, hard: 0}]'
  set_program echo ran
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ran
}

@test "rlimits: above what the caller may set" {
  effective=$(grep CapEff /proc/self/status | cut -f 2)
  if ((0x$effective >> 24 & 1)); then skip 'this user may raise limits'; fi
  hard=$(ulimit -H -n)
  update_config --argjson soft "$((hard + 1))" '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: $soft, hard: $soft}]'
  expect_refusal "/process/rlimits RLIMIT_NOFILE: setrlimit soft $((hard + 1)) hard $((hard + 1)): not permitted (EPERM)"
}

# --- the rest --------------------------------------------------------------------------------

@test "noNewPrivileges: set or not" {
  expect_inside 'grep NoNewPrivs /proc/self/status' $'NoNewPrivs:\t1'
  for change in '.process.noNewPrivileges = false' 'del(.process.noNewPrivileges)'; do
    update_config "$change"
    expect_inside 'grep NoNewPrivs /proc/self/status' $'NoNewPrivs:\t0'
  done
}

@test "oomScoreAdj: set, also in the file that the host sees" {
  update_config '.process.oomScoreAdj = 500'
  expect_inside 'cat /proc/self/oom_score_adj' 500
  create "$ID"
  expect_equal "$(<"/proc/$(state_of "$ID" pid)/oom_score_adj")" 500
}

@test "oomScoreAdj: unset is left alone (K-56)" {
  set_script 'cat /proc/self/oom_score_adj'
  (
    echo 300 >/proc/self/oom_score_adj
    exec "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" >"$OUTPUT" 3>&-
  )
  expect_equal "$(<"$OUTPUT")" 300
}

@test "oomScoreAdj: below what the caller may set" {
  effective=$(grep CapEff /proc/self/status | cut -f 2)
  if ((0x$effective >> 24 & 1)); then skip 'this user may lower it'; fi
  update_config '.process.oomScoreAdj = -1000'
  expect_refusal '/process/oomScoreAdj: write: access denied (EACCES)'
}

@test "umask: 0022 unless given" {
  expect_inside 'umask; touch /tmp/new; stat -c %a /tmp/new' $'0022\n644'
  (umask 0; try runtime run --bundle "$BUNDLE" "$ID"; expect_success $'0022\n644')
  while read -r decimal octal; do
    update_config --argjson umask "$decimal" '.process.user.umask = $umask'
    expect_inside umask "$octal"
  done <<'EOF'
0 0000
63 0077
511 0777
EOF
}

@test "hostname, domainname: inside, and not on the host" {
  before=$(hostname)$(cat /proc/sys/kernel/domainname)
  longest=$(printf 'h%.0s' {1..64})
  update_config --arg name "$longest" '.hostname = $name | .domainname = "example.org"'
  expect_inside 'hostname; cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname' \
    "$longest"$'\n'"$longest"$'\nexample.org'
  update_config 'del(.hostname, .domainname)'
  # A copy of the host's, as uts namespaces begin.
  expect_inside 'cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname' \
    "$(cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname)"
  expect_equal "$(hostname)$(cat /proc/sys/kernel/domainname)" "$before"
}

@test "consoleSize: without a terminal it is ignored" {
  update_config '.process.consoleSize = {height: 7, width: 9}'
  expect_inside 'tty; echo ran' $'not a tty\nran'
}

@test "process: unknown and other platforms' members are ignored" {
  update_config '.process.commandLine = "x" | .process.user.username = "x" | .process.unknown = {a: 1} |
    .windows = {} | .vm = {} | .solaris = {} | .unknown = [] | .linux.unknown = 1 | .mounts[0].unknown = null'
  expect_inside 'echo ran' ran
}

@test "process: the program leads a session of its own" {
  expect_inside 'cut -d " " -f 5,6 /proc/1/stat' '1 1'
}
