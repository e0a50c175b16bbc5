#!/usr/bin/env bats
# linux.intelRdt (A-158). What it does on a CPU that has it, tests/runtime/resctrl shows in a folder:
# few machines have one, and no virtual one does.
load helpers

refusal='config.json: /linux/intelRdt: there is no /sys/fs/resctrl: the CPU or the kernel lacks it'

@test "intel rdt: without such a CPU an error, before anything is made" {
  [ ! -e /sys/fs/resctrl ] || skip 'this machine has it'
  for rdt in '{}' '{closID: "gold"}' '{closID: "/"}' '{l3CacheSchema: "L3:0=f", memBwSchema: "MB:0=20"}' \
    '{schemata: ["L3:0=f"], enableMonitoring: true}'; do
    update_config ".linux.intelRdt = $rdt"
    expect_refusal "$refusal"
    [ ! -e "$ROOT" ] || fail 'there is a state folder'
  done
}

@test "intel rdt: a folder of that name is none" {
  # In a mount namespace with another /sys.
  mkdir -p "$BATS_TEST_TMPDIR/sys/fs/resctrl" "$BATS_TEST_TMPDIR/sys/fs/cgroup"
  update_config '.linux.intelRdt = {}'
  try unshare --mount sh -c 'mount --rbind /sys/fs/cgroup "$1/fs/cgroup" && mount --rbind "$1" /sys &&
    shift && exec "$@"' sh "$BATS_TEST_TMPDIR/sys" "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /linux/intelRdt: resctrl is not mounted at /sys/fs/resctrl"
}

# with_made_up_resctrl COMMAND…: in a mount namespace whose /sys has what a container needs, and a folder
# that the command takes for resctrl, with a group `gold`. The folder is $RESCTRL.
with_made_up_resctrl() {
  local magic=2158650700000000
  RESCTRL=$BATS_TEST_TMPDIR/resctrl
  mkdir -p "$RESCTRL/gold" "$BATS_TEST_TMPDIR/sys/fs/resctrl" "$BATS_TEST_TMPDIR/sys/fs/cgroup"
  echo 'L3:0=f' >"$RESCTRL/gold/schemata"
  : >"$RESCTRL/gold/tasks"
  try unshare --mount sh -c 'mount --rbind /sys/fs/cgroup "$1/fs/cgroup" && mount --bind "$2" "$1/fs/resctrl" &&
    mount --rbind "$1" /sys && shift 2 && exec "$@"' sh "$BATS_TEST_TMPDIR/sys" "$RESCTRL" \
    strace -qq -o /dev/null -P /sys/fs/resctrl -e trace=fstatfs -e "inject=fstatfs:poke_exit=@arg2=$magic" "$@" 3>&-
}

@test "intel rdt: a group by closID is joined, if its schema is the wanted one" {
  update_config '.linux.intelRdt = {closID: "gold", l3CacheSchema: "L3:0=f"}'
  with_made_up_resctrl "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_success
  grep -qx "$(state_of "$ID" pid)" "$RESCTRL/gold/tasks"
  [ ! -e "$RESCTRL/$ID" ]
}

@test "intel rdt: a process of exec is in the container's group" {
  update_config '.linux.intelRdt = {closID: "gold"}'
  set_program sleep 1000
  with_made_up_resctrl "$RUNTIME" --root "$ROOT" run --detach --bundle "$BUNDLE" "$ID"
  expect_success
  with_made_up_resctrl "$RUNTIME" --root "$ROOT" exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" sleep 1000
  expect_success
  expect_equal "$(<"$RESCTRL/gold/tasks")" "$(<"$BATS_TEST_TMPDIR/pid")"
}

@test "intel rdt: a group by closID with another schema is refused" {
  update_config '.linux.intelRdt = {closID: "gold", l3CacheSchema: "L3:0=3"}'
  with_made_up_resctrl "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /linux/intelRdt: group \"gold\": it exists with another schema: L3 domain 0 is f, not 3"
}

@test "intel rdt: a group for the container, and it is gone afterwards" {
  [ -e /sys/fs/resctrl/schemata ] || skip 'resctrl is not mounted'
  update_config '.linux.intelRdt = {enableMonitoring: true}'
  set_program sleep 1000
  create "$ID"
  grep -qx "$(state_of "$ID" pid)" "/sys/fs/resctrl/$ID/tasks"
  grep -qx "$(state_of "$ID" pid)" "/sys/fs/resctrl/$ID/mon_groups/$ID/tasks"
  runtime delete --force "$ID"
  [ ! -e "/sys/fs/resctrl/$ID" ]
}

@test "intel rdt: what is wrong about it is said for what it is" {
  update_config '.linux.intelRdt = {closID: "..", memBwSchema: "L3:0=f", schemata: ["a\nb"]}'
  expect_refusal 'config.json: /linux/intelRdt/closID: ".." can'\''t name a group; /linux/intelRdt/memBwSchema: "L3:0=f" is not one line that begins with MB:; /linux/intelRdt/schemata/0: "a\x0ab" is not one line'
}
