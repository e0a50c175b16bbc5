#!/usr/bin/env bats
# A read or write, be it any, of which the kernel does one byte only (R-04). As with an errno, the
# result is the same or there is a clear failure: of a file in /proc or a cgroup the rest of a value
# is not to be written as if it were another one.

load faults

# sweep_short PREPARE VIEW JUDGE COMMAND…
sweep_short() {
  prepare_injector
  sweep short "$@"
}

@test "create" { sweep_short nothing view_of_container judge_creation create --bundle "$BUNDLE" "$ID"; }

@test "run --detach" { sweep_short nothing view_of_container judge_creation run --detach --bundle "$BUNDLE" "$ID"; }

@test "start" { sweep_short created view_of_container judge_outcome start "$ID"; }

@test "exec --detach" { sweep_short running view_of_exec judge_outcome exec --detach "$ID" view exec; }

@test "kill" { sweep_short running view_of_end judge_outcome kill "$ID" KILL; }

@test "pause" { sweep_short running seen_outside judge_outcome pause "$ID"; }

@test "resume" { sweep_short paused seen_outside judge_outcome resume "$ID"; }

@test "update" { sweep_short running seen_outside judge_outcome update --memory 33554432 --pids-limit 40 "$ID"; }

@test "state" { sweep_short running view_of_output judge_outcome state "$ID"; }

@test "delete" { sweep_short stopped view_of_nothing judge_outcome delete "$ID"; }

@test "delete --force" { sweep_short running view_of_nothing judge_outcome delete --force "$ID"; }
