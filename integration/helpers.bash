# shellcheck shell=bash
# What every suite needs: a bundle and a state root of its own for each test, one way to run the
# runtime and look at what came of it, and the check that nothing is left behind.
#
# A test finds $ID (unique on this machine), $BUNDLE (a copy of a busybox root file system and
# `runtime spec`'s config without a terminal) and $ROOT (--root). The executable is $RUNTIME.

bats_require_minimum_version 1.5.0
load "${BASH_SOURCE[0]%/*}/retry"
: "${RUNTIME:=$(command -v runtime || true)}"

setup_file() { prepare_bundle; }

# The slow part, once; a test copies it, but for the one large file, which it links.
prepare_bundle() {
  mkdir -p "$BATS_FILE_TMPDIR/bundle/rootfs"
  make_rootfs "$BATS_FILE_TMPDIR/bundle/rootfs"
  mv "$BATS_FILE_TMPDIR/bundle/rootfs/bin/busybox" "$BATS_FILE_TMPDIR/busybox"
  "$RUNTIME" spec --bundle "$BATS_FILE_TMPDIR/bundle"
  BUNDLE=$BATS_FILE_TMPDIR/bundle update_config \
    '.process.terminal = false | .root.readonly = false | .process.args = ["true"]'
}

setup() {
  [ "$EUID" = 0 ] || skip "needs root"
  # Ends with a letter, so that no id is the beginning of another.
  ID=t$$-${BATS_SUITE_TEST_NUMBER}z
  BUNDLE=$BATS_TEST_TMPDIR/bundle
  ROOT=$BATS_TEST_TMPDIR/root
  OUTPUT=$BATS_TEST_TMPDIR/output
  ARGS='["true"]'
  [ -z "${SANITIZED:-}" ] || collect_reports
  cp -a "$BATS_FILE_TMPDIR/bundle" "$BUNDLE"
  ln "$BATS_FILE_TMPDIR/busybox" "$BUNDLE/rootfs/bin/busybox"
  # Whoever wants an input gives it.
  exec </dev/null
}

# With $SANITIZED the executable is one with AddressSanitizer and UndefinedBehaviorSanitizer. What they
# report is left behind, so that it makes the test fail. A process in a container, which can't write
# there, says so and ends with SIGABRT.
collect_reports() {
  local options=log_path=$BATS_TEST_TMPDIR/.sanitizers/report:abort_on_error=1
  mkdir -m 1777 "$BATS_TEST_TMPDIR/.sanitizers"
  # Not their own ideas about the limit that a container inherits, nor tracing themselves for leaks, which
  # only a process can that nobody else traces.
  export ASAN_OPTIONS=$options:disable_coredump=0:detect_leaks=0:strict_string_checks=1:check_initialization_order=1
  export UBSAN_OPTIONS=print_stacktrace=1
}

# skip_sanitized REASON: what the sanitizers themselves stand in the way of.
skip_sanitized() { [ -z "${SANITIZED:-}" ] || skip "not with sanitizers: $1"; }

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  expect_nothing_left
}

delete_containers() {
  local entry
  for entry in "$ROOT"/*; do
    [ -e "$entry" ] || continue
    "$RUNTIME" --root "$ROOT" delete --force "${entry##*/}" || true
  done
}

make_rootfs() {
  mkdir -p "$1"/{bin,dev,etc,home/user,proc,root,sys,tmp}
  chmod 1777 "$1/tmp"
  chown 1000:1000 "$1/home/user"
  cp /bin/busybox "$1/bin/busybox"
  # As few as the suites need, because every test copies them.
  local applet
  for applet in sh ash awk cat chmod cut dd echo env expr false grep head hostname id ifconfig ip \
    kill ln ls mkdir mktemp mount nc od printf ps pwd readlink rm sed seq setsid sleep sort stat \
    stty tail test touch tr true tty umount uname wc; do
    ln -s busybox "$1/bin/$applet"
  done
  printf '%s\n' root:x:0:0:root:/root:/bin/sh user:x:1000:1000:user:/home/user:/bin/sh >"$1/etc/passwd"
  printf '%s\n' root:x:0: tty:x:5: user:x:1000: >"$1/etc/group"
}

# --- the config ------------------------------------------------------------------------------

# The universal arrange step: jq's program and, before it, its options.
update_config() { jq -c "$@" "$BUNDLE/config.json" | replace_config; }

replace_config() {
  cat >"$BUNDLE/config.json.new"
  mv "$BUNDLE/config.json.new" "$BUNDLE/config.json"
}

# The container runs this program. Without jq, which takes longer than all the rest of a test, as
# long as the config is the one line that jq has made of it and the words need no rare escapes.
set_program() {
  local words config
  words=$(json_array "$@")
  config=$(<"$BUNDLE/config.json")
  if [[ $config == *"\"args\":$ARGS,"* && $words != *[[:cntrl:]]* ]]; then
    printf '%s\n' "${config/"\"args\":$ARGS,"/"\"args\":$words,"}" >"$BUNDLE/config.json"
  else
    jq -c '.process.args = $ARGS.positional' "$BUNDLE/config.json" --args -- "$@" | replace_config
  fi
  ARGS=$words
}

json_array() {
  local word separator=''
  printf '['
  for word; do
    word=${word//\\/\\\\} word=${word//\"/\\\"}
    word=${word//$'\n'/\\n} word=${word//$'\t'/\\t} word=${word//$'\r'/\\r}
    printf '%s"%s"' "$separator" "$word"
    separator=,
  done
  printf ']'
}

# The container runs these lines of shell.
set_script() { set_program sh -c "$1"; }

# The container runs a program that notes which descriptors init has.
set_fd_lister() { set_script '(ls -l /proc/1/fd >/tmp/fds); exit 0'; }

# What it noted, in one line: "0 /dev/null 1 …", except where those lead that exist on the host only.
fds_inside() { sed -n 's/.* \([0-9]*\) -> /\1 /p' "$BUNDLE/rootfs/tmp/fds" | tr '\n' ' ' | sed 's/ $//'; }

# Adds the mounts that the standard input lists, one a line: DESTINATION TYPE SOURCE OPTIONS, with
# "-" for what is to be absent.
add_mounts() {
  update_config --rawfile table /dev/stdin '.mounts += [$table | split("\n")[] | select(. != "") |
    [splits(" +")] | {destination: .[0], type: .[1], source: .[2], options: .[3]} |
    map_values(select(. != "-" and . != null)) | if .options then .options /= "," else . end]'
}

# map_ids [INSIDE HOST SIZE]…: a user namespace with these ranges, for users and groups.
map_ids() {
  local ranges='[]'
  while (($#)); do
    ranges=$(jq -c --argjson a "$1" --argjson b "$2" --argjson c "$3" \
      '. + [{containerID: $a, hostID: $b, size: $c}]' <<<"$ranges")
    shift 3
  done
  update_config --argjson ranges "$ranges" '.linux.namespaces |= (map(select(.type != "user")) + [{type: "user"}]) |
    .linux.uidMappings = $ranges | .linux.gidMappings = $ranges'
}

# --- running ---------------------------------------------------------------------------------

runtime() { "$RUNTIME" --root "$ROOT" "$@"; }

# Runs a command into $status, $stdout and $stderr. Through files and not, as bats' own `run`,
# through a pipe: a container that goes on would keep that open.
try() {
  status=0
  "$@" >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr" 3>&- || status=$?
  # Without what bash says when a program writes NULs.
  { stdout=$(<"$BATS_TEST_TMPDIR/stdout") stderr=$(<"$BATS_TEST_TMPDIR/stderr"); } 2>/dev/null
}

# A command in the background, into files; its process is $background.
in_background() {
  # exec, so that it is the command's process and no shell's that gets signals. With our own input,
  # which a shell would take away from what it puts into the background. The files are emptied before
  # it is there, or who waits for its first words could find those of its predecessor.
  : >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr"
  (exec "$@" >"$BATS_TEST_TMPDIR/stdout" 2>"$BATS_TEST_TMPDIR/stderr" 3>&-) <&0 &
  background=$!
}

runtime_in_background() { in_background "$RUNTIME" --root "$ROOT" "$@"; }

# Waits for it, and ends as `try` does.
finish_background() {
  status=0
  wait "$background" || status=$?
  stdout=$(<"$BATS_TEST_TMPDIR/stdout")
  stderr=$(<"$BATS_TEST_TMPDIR/stderr")
}

needs_strace() { command -v strace >/dev/null || skip 'strace is not installed'; }

# needs_tool VARIABLE: one of integration/tools, by the variable that names it.
needs_tool() {
  local name=${1,,}
  [ -x "${!1:-}" ] || skip "the tool ${name//_/-} is not built ($1 is not set)"
  export "${1?}"
}

# $ID created below $reaper, who buries its init at once, as conmon does, or when it is no longer stopped.
create_below_reaper() {
  needs_tool SUBREAPER
  "$SUBREAPER" "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&- &
  reaper=$!
  wait_until has_status "$ID" created
}

# It goes on if it was stopped, and ends with the container's init.
finish_reaper() {
  kill -CONT "$reaper" 2>/dev/null || true
  wait "$reaper" || true
}

# A created container, which has to succeed without a word. What the program will write is in
# $OUTPUT.
create() {
  status=0
  : >"$OUTPUT"
  # Appending, so that a test may empty it.
  runtime create --bundle "$BUNDLE" "$@" >>"$OUTPUT" 2>&1 3>&- || status=$?
  expect_equal "$status $(<"$OUTPUT")" '0 ' 'create'
}

# edit_record FILE PROGRAM: a record of the runtime's as it would be if what jq's program makes of it had been
# written: its last member is what cksum says of the text before that.
edit_record() {
  local text
  text=$(jq -c "del(.checksum) | $2" "$1")
  text=${text%\}}
  printf '%s,"checksum":%s}' "$text" "$(printf %s "$text" | cksum | cut -d ' ' -f 1)" >"$1"
}

# race N COMMAND…: N of it at once. Their exit statuses, sorted, are in $statuses; what they had to
# say, each line once, in $stderr.
race() {
  local count=$1 racer
  shift
  for ((racer = 0; racer < count; ++racer)); do
    (
      code=0
      "$@" >/dev/null 2>"$BATS_TEST_TMPDIR/race.$racer.error" 3>&- || code=$?
      echo "$code" >"$BATS_TEST_TMPDIR/race.$racer.status"
    ) &
  done
  wait
  # shellcheck disable=SC2034 # for the suites
  statuses=$(sort "$BATS_TEST_TMPDIR"/race.*.status | tr '\n' ' ')
  stderr=$(sort -u "$BATS_TEST_TMPDIR"/race.*.error)
}

# For 10 seconds.
wait_until() { retry 500 0.02 "$@"; }

# Whether the process runs that program by now, and so is done with what unshare(1) does before it.
runs_program() { [ "$(<"/proc/$1/comm")" = "$2" ]; }

# --- looking ---------------------------------------------------------------------------------

# Members of the state, in one line: state_of ID status pid. With sed, because jq takes longer than
# all the rest of a test.
state_of() {
  local id=$1 state name
  local -a values=()
  shift
  state=$(runtime state "$id") || return
  for name; do
    values+=("$(sed -n "s/^\t\"$name\": \"\{0,1\}\([^\",]*\).*/\1/p" <<<"$state")")
  done
  echo "${values[*]}"
}

# Of a process by its pid, in one look: it may be buried at any moment. A zombie has ended.
has_ended() { ! grep -qs '^State:	[^ZX]' "/proc/$1/status"; }
is_traced() { grep -qs '^TracerPid:	[1-9]' "/proc/$1/status"; }

# Stopped by a signal, or no more.
stands_still() { ! grep -qs '^State:	[^TZX]' "/proc/$1/status"; }

# A process that sleeps in a call may go on with that, a reaper with its waiting, until it has seen the signal.
stop_process() {
  kill -STOP "$1"
  wait_until stands_still "$1"
}

has_status() { [ "$(state_of "$1" status 2>/dev/null)" = "$2" ]; }

# A file with at least one line.
has_content() { [ -s "$1" ]; }

# The processes in the cgroup of that container.
processes_of() { find /sys/fs/cgroup -path "*$1*" -name cgroup.procs -exec cat {} + | sort -un; }

# has_processes COUNT [ID]: one that ends while another begins may be seen beside it, in another hierarchy.
has_processes() { [ "$(processes_of "${2:-$ID}" | wc -l)" -eq "$1" ]; }

# The runtime's own processes that have to do with this test.
runtime_processes() {
  # The pattern in a file, because our own grep's command line must not match.
  printf %s "$ID" >"$BATS_TEST_TMPDIR/pattern"
  grep -slaF -f "$BATS_TEST_TMPDIR/pattern" /proc/[0-9]*/cmdline || true
}

# By the shell's own means where there are any: it is done after every test.
is_nothing_left() {
  left=$(
    shopt -s nullglob dotglob
    printf '%s\n' "$ROOT"/* /sys/fs/cgroup/{,*/,*/*/,*/*/*/}*"$ID"*
    runtime_processes
    for report in "$BATS_TEST_TMPDIR"/.sanitizers/*; do printf '%s\n' "$(<"$report")"; done
    [[ $(</proc/self/mountinfo) != *"$BATS_TEST_TMPDIR"* ]] || echo "a mount in $BATS_TEST_TMPDIR"
  )
  [ -z "$left" ]
}

# --- expecting -------------------------------------------------------------------------------

# expect_equal GOT WANTED [WHAT]
expect_equal() {
  [ "$1" = "$2" ] && return
  fail "${3:-value}: got
$1
instead of
$2"
}

# The outcome of `try`: exit status, standard output, standard error.
expect_outcome() {
  [ "$status" = "$1" ] && [ "$stdout" = "$2" ] && [ "$stderr" = "$3" ] && return
  fail "got status $status, output
$stdout
and error
$stderr
instead of status $1, output
$2
and error
$3"
}

expect_success() { expect_outcome 0 "$1" ''; }

# Status 1 (or the one given after the text) and exactly this line.
expect_error() { expect_outcome "${2:-1}" '' "runtime: $1"; }

# expect_inside SCRIPT OUTPUT: the container runs these lines of shell and says that.
expect_inside() {
  set_script "$1"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success "$2"
}

# expect_refusal TEXT: create fails with it, and leaves nothing.
expect_refusal() {
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: $1"
  expect_nothing_left
}

# No state entry, cgroup, mount or process of this test. What was killed may take a moment to end.
expect_nothing_left() {
  local attempt
  for attempt in {1..100}; do
    if is_nothing_left; then return; fi
    sleep 0.02
  done
  fail "left behind after $attempt attempts:
$left"
}
