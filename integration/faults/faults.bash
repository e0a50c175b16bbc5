# shellcheck shell=bash
# What the suites of faults have in common: one command of the runtime with one fault, at each system
# call that it and the processes it clones make (tools/fault_at.cpp), and the judgement of the outcome.
#
# By default about $FAULT_POINTS of the calls and faults of each command, evenly, and the same ones each
# time, for a red run is to be about what has changed; others with another FAULT_SEED, every one of them
# with FAULT_STRIDE=1.

load ../helpers
load ../seccomp

RANDOM=${FAULT_SEED:-1}

setup_file() {
  prepare_bundle
  BUNDLE=$BATS_FILE_TMPDIR/bundle make_telling
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  unset NOTIFY_SOCKET
  [ -z "${manager:-}" ] || kill -KILL "$manager"
  stop_agent
  delete_containers
  expect_nothing_left
}

prepare_injector() {
  needs_tool FAULT_AT
  # To the standard error, which is judged, and not to files, for which they make calls of their own.
  [ -z "${SANITIZED:-}" ] || ASAN_OPTIONS+=:log_path=stderr
  # shellcheck disable=SC2034 # for set_program
  ARGS='["view"]'
}

# --- the container ---------------------------------------------------------------------------

# A config in which much can go wrong, and a program that tells all there is to see inside.
make_telling() {
  update_config '.hostname = "inside" | .process.args = ["view"] | .process.umask = 23 |
    .process.user = {uid: 1000, gid: 1000, umask: 23, additionalGids: [5, 10]} | .process.oomScoreAdj = 100 |
    .process.noNewPrivileges = true | .process.env += ["A=b"] | .process.cwd = "/home/user" |
    .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0}] |
    .mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["ro", "nosuid", "size=64k"]}] |
    .linux.devices = [{path: "/dev/full2", type: "c", major: 1, minor: 7, fileMode: 438, uid: 0, gid: 0}] |
    .linux.sysctl = {"net.ipv4.ip_default_ttl": "70"} |
    .linux.resources = {memory: {limit: 67108864}, pids: {limit: 50}, cpu: {shares: 512},
      devices: [{allow: false, access: "rwm"}]} |
    .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdirat"], action: "SCMP_ACT_ERRNO"}]}'
  # Not only from the second time on, because its mode is the mount's.
  mkdir "$BUNDLE/rootfs/mnt"
  cat >"$BUNDLE/rootfs/bin/view" <<'END'
#!/bin/sh
{
  awk '{ $1 = $2 = $3 = ""; gsub(/(shared|master):[0-9]+/, "peer"); print }' /proc/self/mountinfo | sort
  grep -E '^(Umask|Uid|Gid|Groups|SigBlk|SigIgn|Cap|NoNewPrivs|Seccomp)' /proc/self/status
  cat /proc/self/limits /proc/self/cgroup /proc/self/oom_score_adj /proc/sys/net/ipv4/ip_default_ttl
  hostname
  pwd
  env | sort
  ls -ln /dev | awk '{ print $1, $3, $4, $5, $6, $NF }'
  ls /proc/self/fd
  echo end
} >"/tmp/${1:-view}" 2>&1
exec sleep 1000
END
  chmod 755 "$BUNDLE/rootfs/bin/view"
}

nothing() { :; }
created() { create "$ID"; }
running() {
  create "$ID"
  runtime start "$ID"
  wait_until has_told view
}
full() {
  create "$ID"
  runtime start "$ID"
}
paused() {
  running
  runtime pause "$ID"
}
stopped() {
  create "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
}

has_told() { [ "$(tail -n 1 "$BUNDLE/rootfs/tmp/$1" 2>/dev/null)" = end ]; }

# --- the result of a command, without what differs from one time to the next -------------------

# What a program in the container told of itself.
told_inside() {
  wait_until has_told "$1" || return
  cat "$BUNDLE/rootfs/tmp/$1"
}

seen_outside() {
  local folder name pid
  shopt -s nullglob dotglob
  runtime state "$ID" | grep -v -e '"pid"' -e '"created"'
  (cd "$ROOT/$ID" && echo *)
  pid=$(state_of "$ID" pid)
  for name in "/proc/$pid/ns/"*; do
    [ "$(readlink "$name")" != "$(readlink "/proc/self/ns/${name##*/}")" ] || echo "the host's ${name##*/}"
  done
  for folder in /sys/fs/cgroup/{,*/,*/*/,*/*/*/}*"$ID"*/; do
    echo "$folder"
    for name in memory.{limit_in_bytes,max} pids.max cpu.{shares,weight} devices.list freezer.state cgroup.freeze; do
      [ ! -e "$folder$name" ] || cat "$folder$name"
    done
  done
}

view_of_container() {
  has_status "$ID" running || runtime start "$ID" || return
  told_inside view && seen_outside
}
view_of_exec() { told_inside exec && seen_outside; }
view_of_end() { wait_until has_status "$ID" stopped && runtime state "$ID" | grep -v '"created"'; }
view_of_nothing() {
  is_nothing_left
  echo "$left"
}
view_of_output() { sed -e '/"pid"/d' -e '/"created"/d' <<<"$stdout"; }

# --- injecting -------------------------------------------------------------------------------

# inject AT FAULT COMMAND…: as `try` ends; $hit is "PROCESS:CALL NAME" or empty, $calls how many each
# process made and $command the runtime's process.
inject() {
  local word rest at=$1 fault=$2
  shift 2
  report=$BATS_TEST_TMPDIR/report hit='' calls=()
  try "$FAULT_AT" "$report" "$at" "$fault" "$RUNTIME" --root "$ROOT" "$@"
  while read -r word rest; do
    case $word in
      pid) command=$rest ;;
      hit) hit=$rest ;;
      calls) read -ra calls <<<"$rest" ;;
    esac
  done <"$report"
}

# The INDEXth of all calls as "PROCESS:CALL", by what a run without a fault made.
nth_call() {
  local index=$1 process
  for process in "${!counts[@]}"; do
    if ((index < counts[process])); then
      echo "$process:$((index + 1))"
      return
    fi
    index=$((index - counts[process]))
  done
}

# The stride that makes about $FAULT_POINTS of $1 combinations, without a factor in common with $2, the
# number of faults, so that each of them has its turn.
choose_stride() {
  local stride=$(($1 / ${FAULT_POINTS:-12} + 1)) a b
  [ -z "${FAULT_STRIDE:-}" ] || stride=$FAULT_STRIDE
  for (( ; ; ++stride)); do
    a=$stride b=$2
    while ((b)); do
      read -r a b <<<"$b $((a % b))"
    done
    [ "$a" != 1 ] || break
  done
  echo "$stride"
}

# sweep FAULTS PREPARE VIEW JUDGE COMMAND…: each time after PREPARE the command with one of the faults,
# and then JUDGE, which says what is wrong; $reference is what VIEW shows when there is no fault.
sweep() {
  local faults prepare=$2 view=$3 judge=$4 points=0 tried=0 all=0 index count stride fault reference said finding findings=0
  local counts=() trap
  read -ra faults <<<"$1"
  shift 4
  # What bats does before each command, to name the one that failed, takes longer than all else here.
  trap=$(trap -p DEBUG)
  trap - DEBUG
  renew "$prepare"
  inject 0 "${faults[0]}" "$@"
  expect_equal "$status $stderr" '0 ' "$1 without a fault"
  reference=$("$view")
  counts=("${calls[@]}")
  remove_all
  for count in "${counts[@]}"; do all=$((all + count)); done
  stride=$(choose_stride $((all * ${#faults[@]})) ${#faults[@]})
  for ((index = RANDOM % stride; index < all * ${#faults[@]}; index += stride)); do
    tried=$((tried + 1))
    renew "$prepare"
    fault=${faults[index % ${#faults[@]}]}
    inject "$(nth_call $((index / ${#faults[@]})))" "$fault" "$@"
    [ -z "$hit" ] || points=$((points + 1))
    [ -z "${FAULT_LOG:-}" ] || echo "$1 $hit $fault: $status $stderr" >>"$FAULT_LOG"
    finding=$("$judge" 2>&1) || true
    said=$stderr
    # Whatever became of it, the next begins anew.
    [ -z "$finding" ] || remove_all >/dev/null 2>&1 || true
    ! hit_sanitizers "$said" || finding=''
    [ -z "$finding" ] || findings=$((findings + 1))
    # At once: a whole sweep takes hours.
    [ -z "$finding" ] || sed 's/^/# /' <<<"$1 $hit $fault: $finding" >&3
  done
  eval "$trap"
  echo "# $1: $points of $((all * ${#faults[@]})) points (${counts[*]} calls)" >&3
  expect_equal "$findings" 0 'findings'
  # A few are not made again: what a clone did before it was killed, say.
  [ $((points * 2)) -gt "$tried" ] || fail "only $points of $tried calls were made again"
}

# hit_sanitizers ERROR: whether the failed call was one that only the sanitizers' build makes, of the
# loader or of the sanitizers themselves, which end the process then. That says nothing about ours.
hit_sanitizers() {
  local own='AddressSanitizer(: (internal allocator is )?out of memory| failed to |: CHECK failed: sanitizer_)|LeakSanitizer has encountered'
  own+='|WARNING: reading executable name failed|error while loading shared libraries'
  # By writing to a pipe they find out whether memory can be read.
  own+='|which does not point to an object of type'
  [[ -n ${SANITIZED:-} && $1 =~ $own ]]
}

renew() {
  rm -f "$BUNDLE"/rootfs/tmp/{view,exec}
  "$1"
}

# --- judging ---------------------------------------------------------------------------------

remove_all() {
  try timeout 30 "$RUNTIME" --root "$ROOT" delete --force "$ID"
  expect_success '' && expect_nothing_left
}

# Whether the command ended, failed and said why, in one line and no other way. Warnings may precede it.
failed_clearly() {
  local lines
  [ "$status" != 124 ] || fail 'did not end within 10 s' || return
  [[ $status -lt 128 || $status = 255 ]] || fail "ended by signal $((status - 128)): $stderr" || return
  # What could not be written was that line.
  [[ $hit != *' write' || -n $stderr ]] || return 0
  lines=$(grep -v '^time=.* level=warning ' <<<"$stderr")
  [[ $lines == "runtime: "* && $lines != *$'\n'* ]] || fail "status $status and error: $stderr"
}

same_result() {
  local result
  result=$("$view" 2>&1) || true
  [ "$result" = "$reference" ] || fail "success with another result: $(diff <(echo "$reference") <(echo "$result") | head -n 20)"
}

# Either the same as without the fault, or a clear failure.
judge_outcome() {
  if [ "$status" = 0 ]; then same_result; else failed_clearly; fi
  remove_all
}

# And after a failure nothing is left by itself. What init does after `create` has told of its success
# can be no failure of that: if init has ended because of it, `start` says so.
judge_creation() {
  if [ "$status" != 0 ]; then
    expect_nothing_left
  elif [[ $hit != 0:* ]] && has_status "$ID" stopped; then
    try runtime start "$ID"
    expect_error "start $ID: cannot start a container that has stopped"
    remove_all
    return
  fi
  judge_outcome
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

# What was killed may have done anything, as long as a delete finds it. Of a process that is not the
# command the command has to tell.
judge_kill() {
  case $fault:$hit in
    *:) ;;
    self:0:*) ;;
    self:*) [ "$status" = 0 ] || failed_clearly ;;
    caller:*) wait_until has_ended "$command" || echo 'the command hangs without its caller' ;;
  esac
  remove_all
}
