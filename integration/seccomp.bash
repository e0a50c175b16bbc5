# shellcheck shell=bash
# What the suites about linux.seccomp share: profiles in few words, and the tool `call` inside.

# The numbers of calls that do nothing whatever their arguments are.
# shellcheck disable=SC2034 # for the suites
readonly sched_yield=24 getpid=39 getuid=102 getgid=104 geteuid=107 getegid=108 getppid=110 getpgrp=111 gettid=186

# What a static program of the C library's needs to begin, to write and to end.
readonly own_calls='["arch_prctl", "brk", "execve", "exit_group", "getrandom", "mprotect", "prlimit64",
  "readlink", "readlinkat", "rseq", "set_robust_list", "set_tid_address", "uname", "write"]'

# set_profile [OPTION…] PROGRAM: linux.seccomp is what this jq program gives. In it, `act(ERRNO)` is the name of
# an action, `rule("ERRNO"; "read", "write")` a rule and `arg(0; "EQ"; 5)` a condition.
set_profile() {
  update_config --argjson own "$own_calls" "${@:1:$#-1}" '
    def act($name): "SCMP_ACT_" + $name;
    def rule($action; names): {names: [names], action: act($action)};
    def arg($index; $op; $value): {index: $index, op: ("SCMP_CMP_" + $op), value: $value};
    .linux.seccomp = ('"${!#}"')'
}

# install_tool VARIABLE: the tool that it names into the container, as /bin/ and its name.
install_tool() {
  local tool=${!1:-}
  needs_tool "$1"
  cp "$tool" "$BUNDLE/rootfs/bin/"
}

# expect_calls CALL… -- RESULT…: in the container the tool `call` is given these and prints those.
expect_calls() {
  local words=() results
  while [ "$1" != -- ]; do
    words+=("$1")
    shift
  done
  shift
  results=$(printf '%s\n' "$@")
  set_program call "${words[@]}"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success "$results"
}

# expect_killed CALL…: the filter ends the container's program, by SIGSYS.
expect_killed() {
  set_program call "$@"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 159 '' ''
}

# start_agent [OPTION] RULE…: the tool seccomp-agent at $AGENT, its process $agent; what it is given is
# in $STATE, the calls it is asked about are in $ASKED.
start_agent() {
  needs_tool SECCOMP_AGENT
  local option=()
  [[ ${1:-} != --* ]] || {
    option=("$1")
    shift
  }
  : "${AGENT:=$BATS_TEST_TMPDIR/agent}"
  STATE=$BATS_TEST_TMPDIR/state ASKED=$BATS_TEST_TMPDIR/asked
  stop_agent
  rm -f "$AGENT" "$STATE"
  "$SECCOMP_AGENT" "${option[@]}" "$AGENT" "$STATE" "$@" >"$ASKED" 2>&1 3>&- &
  agent=$!
  wait_until test -S "$AGENT"
}

stop_agent() {
  [ -z "${agent:-}" ] || kill "$agent" 2>/dev/null || true
  agent=''
}

# notify_of NAME…: a profile by which the agent decides about these.
notify_of() {
  # shellcheck disable=SC2016 # jq's
  set_profile --arg path "$AGENT" --argjson names "$(json_array "$@")" \
    '{defaultAction: act("ALLOW"), listenerPath: $path, syscalls: [rule("NOTIFY"; $names[])]}'
}
