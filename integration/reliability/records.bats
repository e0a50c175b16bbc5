#!/usr/bin/env bats
# What is written down about a container, damaged in every way (R-10 of security.md): `state` says what
# is wrong with it, `list` goes on with the others, and `delete --force` removes the container, all of it
# and nothing else.
#
# Of the bytes about $RECORD_POINTS, evenly; each of them with RECORD_POINTS=all.
load ../helpers
load host_cgroup

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  runtime delete --force "$ID"
  remove_beside
  delete_containers
  expect_nothing_left
}

# Two containers: the one that is damaged, $process its init, and one beside it, which has to go on.
setup_pair() {
  set_program sleep 1000
  create "$ID-2"
  other=$(state_of "$ID-2" pid)
}

create_victim() {
  create "$ID"
  process=$(state_of "$ID" pid)
  record=$ROOT/$ID/state.json
}

# every_nth POINTS OF: so many of the numbers from 0 on, evenly.
every_nth() {
  local points=${RECORD_POINTS:-$1}
  [ "$points" != all ] || points=$2
  seq 0 $((($2 + points - 1) / points)) $(($2 - 1))
}

# judge_damage ERROR: says what is wrong about what the commands make of the damage.
judge_damage() {
  judge_view "$1"
  judge_removal
}

judge_view() {
  try runtime state "$ID"
  expect_error "state $ID: $1"
  try runtime list -f json
  expect_equal "$status $stderr" '0 '
  [[ $stdout == *"\"id\":\"$ID-2\",\"pid\":$other,\"status\":\"created\","* ]] || fail "list: $stdout"
  [[ $stdout == *"\"id\":\"$ID\""* ]] || fail "list: $stdout"
}

judge_removal() {
  try runtime delete --force "$ID"
  expect_success ''
  has_ended "$process" || fail "process $process is alive"
  expect_only_other_left
}

expect_only_other_left() {
  local left
  left=$(echo "$ROOT"/* /sys/fs/cgroup/*/*"$ID"*)
  [[ $left != *"$ID"[!-]* && $left != *"$ID" ]] || fail "left behind: $left"
}

expect_other_unharmed() { expect_equal "$(state_of "$ID-2" status pid)" "created $other" 'the other'; }

# --- damage ----------------------------------------------------------------------------------

# flip FILE AT: another bit at each place.
flip() {
  local text byte
  text=$(LC_ALL=C && dd if="$1" bs=1 skip="$2" count=1 status=none)
  byte=$(LC_ALL=C && printf '%d' "'$text")
  # shellcheck disable=SC2059 # an escape
  printf "\\$(printf %03o $((byte ^ 1 << $2 % 8)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# damage_each FILE HOW POINTS JUDGE…: a container for each place of the file that is damaged.
damage_each() {
  local name=$1 how=$2 points=$3 size at finding findings=''
  shift 3
  setup_pair
  create_victim
  size=$(stat -c %s "$ROOT/$ID/$name")
  for at in $(every_nth "$points" "$size"); do
    [ -e "$ROOT/$ID" ] || create_victim
    "$how" "$ROOT/$ID/$name" "$at"
    finding=$("$@" 2>&1) || true
    [ -z "$finding" ] || findings+="$at: $finding"$'\n'
    # The next one begins anew.
    [ -z "$finding" ] || kill -KILL "$process" 2>/dev/null || true
    [ -z "$finding" ] || rm -rf "${ROOT:?}/$ID"
  done
  expect_equal "$findings" ''
  expect_other_unharmed
}

cut_off() { truncate -s "$2" "$1"; }

DAMAGED='state.json: damaged: the checksum is not that of the text'

@test "R-10: a state with a flipped bit" { damage_each state.json flip 130 judge_damage "$DAMAGED"; }

@test "R-10: a state cut off" { damage_each state.json cut_off 40 judge_damage "$DAMAGED"; }

# Nobody needs it as long as there is a state.
judge_intent() {
  expect_equal "$(state_of "$ID" status pid)" "created $process"
  judge_removal
}

@test "R-10: an intent with a flipped bit" { damage_each intent.json flip 15 judge_intent; }

@test "R-10: an intent cut off" { damage_each intent.json cut_off 10 judge_intent; }

# --- what it must not be believed -------------------------------------------------------------

@test "R-10: a state that names another container's process and cgroup" {
  setup_pair
  create_victim
  other_started=$(sed -n 's/.*"init":{"pid":[0-9]*,"startTime":\([0-9]*\)}.*/\1/p' "$ROOT/$ID-2/state.json")
  other_inode=$(sed -n 's/.*"inode":\([0-9]*\)}.*/\1/p' "$ROOT/$ID-2/state.json")
  sed -i -e "s/\"init\":{[^}]*}/\"init\":{\"pid\":$other,\"startTime\":$other_started}/" \
    -e "s/\"inode\":[0-9]*/\"inode\":$other_inode/" -e "s,/runtime-$ID\",/runtime-$ID-2\",g" "$record"
  judge_damage "$DAMAGED"
  expect_other_unharmed
}

@test "R-10: the checksum is what cksum says" {
  set_program sleep 1000
  create_victim
  edit_record "$record" .
  expect_equal "$(state_of "$ID" status pid)" "created $process"
}

@test "R-10: a record of another version" {
  setup_pair
  create_victim
  edit_record "$record" '.version = 2'
  judge_damage 'state.json: version 2, only 1 is known'
}

# --- files that are none ----------------------------------------------------------------------

# replace_state ERROR COMMAND…: with what the command makes in its place.
replace_state() {
  local error=$1
  shift
  [ -e "$ROOT/$ID" ] || create_victim
  rm "$record"
  "$@" "$record"
  judge_damage "$error"
}

@test "R-10: a folder, a fifo, a link in the state's place" {
  setup_pair
  create_victim
  replace_state 'state.json: read: it is a folder (EISDIR)' mkdir
  replace_state "$DAMAGED" mkfifo
  replace_state 'open state.json: too many symbolic links, or a link where none may be (ELOOP)' ln -s nowhere
  replace_state 'open state.json: too many symbolic links, or a link where none may be (ELOOP)' ln -s "$ROOT/$ID-2/state.json"
  expect_other_unharmed
}

# For root as one whom modes bind, and who may therefore not remove a cgroup either.
@test "R-10: a state that may not be read" {
  setup_pair
  create_victim
  chmod 0 "$record"
  printf '#!/bin/sh\nexec setpriv --bounding-set=-dac_override,-dac_read_search %s "$@"\n' "$RUNTIME" >"$BATS_TEST_TMPDIR/bound"
  chmod +x "$BATS_TEST_TMPDIR/bound"
  RUNTIME=$BATS_TEST_TMPDIR/bound judge_view 'open state.json: access denied (EACCES)'
  judge_removal
}

# --- without a cgroup that tells --------------------------------------------------------------

@test "R-10: a damaged state of a container without a cgroup" {
  setup_pair
  update_config 'del(.mounts[] | select(.type == "cgroup"))'
  status=0
  runtime --cgroup-manager disabled create --bundle "$BUNDLE" "$ID" >>"$OUTPUT" 2>&1 3>&-
  process=$(state_of "$ID" pid) record=$ROOT/$ID/state.json
  flip "$record" 100
  judge_damage "$DAMAGED"
}

@test "R-10: a damaged state of a container in a cgroup that was there before" {
  make_host_cgroup
  make_beside made
  update_config --arg path "/$ID-host/made" '.linux.cgroupsPath = $path'
  create_victim
  flip "$record" 100
  try runtime delete --force "$ID"
  expect_success ''
  has_ended "$process" || fail "process $process is alive"
  [ -n "$(find /sys/fs/cgroup -path "*/$ID-host/made" -prune)" ] || fail 'the cgroup is gone'
}
