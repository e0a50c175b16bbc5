#!/usr/bin/env bats
# A command whose process, process group or caller is killed at any system call, or one of the processes
# it has cloned: `delete --force` finds everything (R-01, R-03, R-06).

load faults

KILLS='kill group caller self'

# sweep_kills PREPARE COMMAND…
sweep_kills() {
  prepare_injector
  local prepare=$1
  shift
  sweep "$KILLS" "$prepare" nothing judge_kill "$@"
}

@test "create" { sweep_kills nothing create --bundle "$BUNDLE" "$ID"; }

@test "create with mapped ids and a tmpfs filled from the image" {
  add_mounts <<'END'
/home tmpfs tmpfs tmpcopyup
/tmp  -     .     rbind,ridmap=uids=0-1000-1;gids=0-1000-1
END
  sweep_kills nothing create --bundle "$BUNDLE" "$ID"
}

@test "create in a user namespace with a volume" {
  map_ids 0 100000 65536
  # Only devices that the host has.
  update_config 'del(.linux.devices)'
  mkdir "$BUNDLE/volume"
  add_mounts <<<'/tmp - volume rbind'
  sweep_kills nothing create --bundle "$BUNDLE" "$ID"
}

@test "create with hooks" {
  update_config '[{path: "/bin/true"}] as $true |
    .hooks = {prestart: $true, createRuntime: $true, createContainer: $true, poststop: $true}'
  sweep_kills nothing create --bundle "$BUNDLE" "$ID"
}

@test "create with a seccomp agent" {
  start_agent
  notify_of mkdir
  sweep_kills start_agent create --bundle "$BUNDLE" "$ID"
}

@test "create and start with NOTIFY_SOCKET" {
  needs_tool NOTIFY
  export NOTIFY_SOCKET=$BATS_TEST_TMPDIR/manager
  "$NOTIFY" receive "$NOTIFY_SOCKET" "$BATS_TEST_TMPDIR/noted" 3>&- &
  # shellcheck disable=SC2034 # for teardown
  manager=$!
  wait_until test -S "$NOTIFY_SOCKET"
  sweep_kills nothing create --bundle "$BUNDLE" "$ID"
  # A start that nothing kills returns when the program has ended.
  set_program true
  sweep_kills created start "$ID"
}

@test "run --detach" { sweep_kills nothing run --detach --bundle "$BUNDLE" "$ID"; }

@test "run" {
  set_program true
  sweep_kills nothing run --bundle "$BUNDLE" "$ID"
}

@test "start" { sweep_kills created start "$ID"; }

@test "exec --detach" { sweep_kills running exec --detach "$ID" sleep 1000; }

@test "exec" { sweep_kills running exec "$ID" true; }

@test "exec into a full container" {
  set_program sleep 1000
  update_config '.linux.resources.pids.limit = 1'
  sweep_kills full exec --detach "$ID" sleep 1000
}

# kill_cloner COMMAND…: the second process, at each of its last calls, in which it clones the third and
# tells of it. Whom it has cloned may wait for the command by then.
kill_cloner() {
  local at last finding findings=''
  inject 0 self "$@"
  expect_equal "$status $stderr" '0 '
  last=${calls[1]}
  runtime delete --force "$ID"
  for ((at = last - 7; at <= last; ++at)); do
    "$prepare"
    inject "1:$at" self "$@"
    finding=$([ "$status" = 0 ] || failed_clearly 2>&1) || true
    [ -z "$finding" ] || findings+="$hit: $finding"$'\n'
    remove_all
  done
  expect_equal "$findings" ''
}

@test "exec into a full container, whose entrant is killed when the program waits" {
  prepare_injector
  set_program sleep 1000
  update_config '.linux.resources.pids.limit = 1'
  prepare=full
  full
  kill_cloner exec --detach "$ID" sleep 1000
}

@test "create by a joiner that is killed when init waits" {
  prepare_injector
  map_ids 0 100000 65536
  update_config 'del(.linux.devices, .linux.sysctl)'
  unshare --fork --kill-child --net sleep 1000 3>&- &
  manager=$!
  wait_until pgrep -P "$manager" sleep
  update_config --arg path "/proc/$(pgrep -P "$manager" sleep)/ns/net" \
    '.linux.namespaces |= (map(select(.type != "network")) + [{type: "network", path: $path}])'
  prepare=nothing
  kill_cloner create --bundle "$BUNDLE" "$ID"
}

@test "kill" { sweep_kills running kill "$ID"; }

@test "pause" { sweep_kills running pause "$ID"; }

@test "resume" { sweep_kills paused resume "$ID"; }

@test "update" { sweep_kills running update --memory 33554432 --pids-limit 40 "$ID"; }

@test "delete" { sweep_kills stopped delete "$ID"; }

@test "delete --force" { sweep_kills running delete --force "$ID"; }

# Either no process is left, or all was done but for the pid file: then the state says so.
is_consistent() {
  [ -z "$(processes_of "$ID")" ] || has_status "$ID" created
}

@test "a create that was killed leaves no process that the state doesn't know" {
  prepare_injector
  local at=150
  for (( ; ; at += 40)); do
    inject "$at" kill create --bundle "$BUNDLE" "$ID"
    [ -n "$hit" ] || break
    # Its init needs a moment to notice that nobody waits for it.
    wait_until is_consistent
    runtime delete --force "$ID"
  done
  [ "$at" -gt 300 ]
}
