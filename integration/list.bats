#!/usr/bin/env bats
# list: the containers below --root.
load helpers

@test "list: nothing there" {
  try runtime list
  expect_success 'ID   PID   STATUS   BUNDLE   CREATED   OWNER'
  try runtime list -q
  expect_success ''
  try runtime list --format json
  expect_success '[]'
  [ ! -e "$ROOT" ] || fail 'list made the root'
}

@test "list: a table" {
  set_program sleep 1000
  create "$ID"
  create "$ID-2"
  runtime start "$ID-2"
  try runtime list
  expect_equal "$status $stderr" '0 '
  row() { echo "$1 $(state_of "$1" pid status bundle created owner)"; }
  expect_equal "$(tr -s ' ' <<<"$stdout")" "ID PID STATUS BUNDLE CREATED OWNER
$(row "$ID")
$(row "$ID-2")"
  # Columns are straight.
  expect_equal "$(awk '{print index($0, $4)}' <<<"$stdout" | sort -u | wc -l)" 1 'number of places'
}

@test "list: a bundle whose name is a row of its own" {
  local odd
  odd=$BATS_TEST_TMPDIR/$'x\nfake   1   running\e[31m'
  cp -a "$BUNDLE" "$odd"
  BUNDLE=$odd create "$ID"
  try runtime list
  expect_equal "$(wc -l <<<"$stdout")" 2
  [[ $stdout == *'x\x0afake   1   running\x1b[31m'* ]] || fail "$stdout"
}

@test "list: JSON is an array of what state says" {
  update_config '.annotations = {a: "b"}'
  set_program sleep 1000
  create "$ID"
  create "$ID-2"
  runtime start "$ID-2"
  for option in '-f json' '--format=json' '-format json'; do
    # shellcheck disable=SC2086 # two words
    runtime list $option >"$BATS_TEST_TMPDIR/list"
    expect_equal "$(jq -cS '.[]' "$BATS_TEST_TMPDIR/list")" \
      "$({ runtime state "$ID"; runtime state "$ID-2"; } | jq -cS .)"
  done
}

@test "list: IDs only, in order" {
  for number in 3 1 2; do create "$ID-$number"; done
  for option in -q --quiet; do
    try runtime list "$option"
    expect_success "$ID-1"$'\n'"$ID-2"$'\n'"$ID-3"
  done
}

@test "list: what isn't a container's folder is passed over" {
  create "$ID"
  touch "$ROOT/file"
  mkdir "$ROOT/.hidden" "$ROOT/not an id"
  ln -s "$ID" "$ROOT/link"
  try runtime list --format json
  expect_equal "$status $stderr $(jq -r '.[].id' <<<"$stdout")" "0  $ID"
  try runtime list -q
  expect_success "$ID"
  try runtime state file
  expect_error 'state file: container "file" does not exist'
  try runtime delete --force link
  expect_success ''
  expect_equal "$(state_of "$ID" status)" created
  rm -r "$ROOT/file" "$ROOT/.hidden" "$ROOT/not an id" "$ROOT/link"
}

@test "list: never fails while containers come and go (P-34)" {
  # shellcheck disable=SC2034 # the loop counts
  (for round in 1 2 3 4 5; do
    for number in 1 2 3; do runtime run --bundle "$BUNDLE" "$ID-$number" & done
    wait
  done) >/dev/null 2>&1 3>&- &
  churn=$!
  while kill -0 "$churn" 2>/dev/null; do
    for option in '-f json' '-f table' '-q'; do
      # shellcheck disable=SC2086 # two words
      try runtime list $option
      expect_equal "$status $stderr" '0 ' "list $option"
    done
  done
  wait "$churn"
}

@test "list: one whose cgroup is out of sight hides no other" {
  [ -e /sys/fs/cgroup/unified/cgroup.procs ] || skip 'no hybrid host'
  create "$ID"
  runtime --cgroup-manager disabled create --bundle "$BUNDLE" "$ID-2"
  try unshare --mount sh -c 'umount /sys/fs/cgroup/unified && exec "$@"' sh "$RUNTIME" --root "$ROOT" list --quiet
  [[ $status = 0 && $stdout = *"$ID-2"* ]] || fail "$status $stdout $stderr"
  try unshare --mount sh -c 'umount /sys/fs/cgroup/unified && exec "$@"' sh "$RUNTIME" --root "$ROOT" list
  [[ $status = 0 && $stdout = *"$ID-2 "* && $stdout != *"$ID "* ]] || fail "$status $stdout"
  [[ $stderr = *"level=warning msg=\"list: $ID: /sys/fs/cgroup/unified is no cgroup2 mount any more\"" ]] || fail "$stderr"
}
