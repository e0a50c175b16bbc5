#!/usr/bin/env bats
# Bad inputs (security research §5): each is refused with exit status 1 and one line that names the
# place, the value and the reason, the same line in the log, and nothing is left behind.

load helpers

# create_refused NAME WANTED: `create` of $BUNDLE as it is fails with this text and leaves nothing.
# What is wrong is printed, and counted in $wrong, so that one run shows every row that is.
create_refused() {
  local log=$BATS_TEST_TMPDIR/log.json got
  rm -f "$log"
  try timeout 20 "$RUNTIME" --root "$ROOT" --log "$log" --log-format json create --bundle "$BUNDLE" "$ID"
  got=${stderr#"runtime: create $ID: "}
  # What may go on is compared as far as the pattern goes.
  [[ $2 != *'*' ]] || got=${got:0:${#2}-1}'*'
  [[ $status == 1 && -z $stdout && $got == "$2" && $stderr != *$'\n'* ]] &&
    [[ $(jq -r .msg "$log") == "${stderr#runtime: }" && $(wc -l <"$log") == 1 ]] &&
    [[ -z $(ls -A "$ROOT" 2>/dev/null) ]] && return
  wrong=$((wrong + 1))
  printf '%s\n  status %s: %s\n  wanted:   %s\n  log: %s\n' "$1" "$status" "$stderr" "$2" "$(cat "$log")"
}

@test "configs that make no sense" {
  local table=$BATS_TEST_DIRNAME/bad-inputs/config.table good=$BUNDLE/good.json
  local name program wanted rows=0 wrong=0
  cp "$BUNDLE/config.json" "$good"
  while read -r name; do
    [[ -n $name && $name != \#* ]] || continue
    read -r program
    IFS= read -r wanted
    jq "$program" "$good" >"$BUNDLE/config.json"
    create_refused "$name" "$wanted"
    rows=$((rows + 1))
  done <"$table"
  echo "# $rows configs" >&3
  [ "$wrong" = 0 ] && [ "$rows" -gt 70 ]
}

# bytes NAME WANTED FORMAT: a config.json of exactly these bytes, in printf's notation.
bytes() {
  # shellcheck disable=SC2059 # the bytes are the format
  printf "$3" >"$BUNDLE/config.json"
  create_refused "$1" "$2"
}

@test "files that are no JSON" {
  local wrong=0
  bytes 'B-01 empty' 'config.json: empty file' ''
  bytes 'B-02 truncated' 'config.json:1:15: unexpected end of input*' '{"ociVersion":'
  bytes 'B-05 raw NUL' 'config.json:1:2: NUL byte' '{\0}'
  bytes 'B-06 byte order mark' 'config.json: begins with a UTF-8 byte order mark (BOM)' '\357\273\277{}'
  bytes 'B-07 text after it' 'config.json:1:4: text after the end of the document' '{} x'
  bytes 'B-08 key twice' 'config.json: /a: duplicate key' '{"a":1,"a":2}'
  bytes 'B-10 not UTF-8' 'config.json:1:7: not UTF-8, at byte offset 6' '{"a":"\377"}'
  bytes 'B-03 string' 'config.json: top level must be an object' '"x"'
  bytes 'B-03 number' 'config.json: top level must be an object' '1'
  head -c 100000 /dev/zero | tr '\0' '[' >"$BUNDLE/config.json"
  create_refused 'B-09 deep' 'config.json:1:129: nested deeper than 128 levels'
  [ "$wrong" = 0 ]
}

@test "a config.json that is no file to be read" {
  local wrong=0 good=$BUNDLE/good.json
  mv "$BUNDLE/config.json" "$good"
  create_refused missing "config.json: there is none in bundle $BUNDLE"
  mkdir "$BUNDLE/config.json"
  create_refused folder 'config.json: it is not a regular file'
  rmdir "$BUNDLE/config.json"
  mkfifo "$BUNDLE/config.json"
  create_refused fifo 'config.json: it is not a regular file'
  rm "$BUNDLE/config.json"
  truncate -s 1G "$BUNDLE/config.json"
  create_refused 'too large' 'config.json: longer than 67108864 bytes'
  [ "$wrong" = 0 ]
}

@test "bundles that are none" {
  try runtime create --bundle /no/such/bundle "$ID"
  expect_error "create $ID: bundle: open /no/such/bundle: not found (ENOENT)"
  try runtime create --bundle "$BUNDLE/config.json" "$ID"
  expect_error "create $ID: bundle: open $BUNDLE/config.json: a component is not a folder (ENOTDIR)"
  expect_nothing_left
}

@test "ids that are none" {
  local id
  for id in '' . .. a/b 'a b' $'a\nb' hé .web "$(printf 'x%.0s' {1..256})"; do
    try runtime create --bundle "$BUNDLE" "$id"
    expect_equal "$status" 1 "status for '$id'"
    [[ $stderr == 'runtime: create: invalid container ID format: "'*'" (1 to 255 of'* ||
      $stderr == 'runtime: create: invalid container ID format: "'*'"... (1 to 255 of'* ]] ||
      fail "for '$id': $stderr"
    [[ $stderr != *$'\n'* ]]
  done
  expect_nothing_left
}

@test "state roots that can't be used" {
  mkdir -m 0777 "$BATS_TEST_TMPDIR/open"
  chmod 0777 "$BATS_TEST_TMPDIR/open"
  try "$RUNTIME" --root "$BATS_TEST_TMPDIR/open" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: state root: $BATS_TEST_TMPDIR/open: others may write to it"
  try "$RUNTIME" --root /etc/passwd create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: state root: open /etc/passwd: a component is not a folder (ENOTDIR)"
  try "$RUNTIME" --root /proc/none create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: state root: mkdir /proc/none: not found (ENOENT)"
  expect_nothing_left
}

@test "outputs that can't be had" {
  try runtime create --bundle "$BUNDLE" --pid-file /no/such/folder/pid "$ID"
  expect_error "create $ID: --pid-file: open /no/such/folder/: not found (ENOENT)"
  update_config '.process.terminal = true'
  try runtime create --bundle "$BUNDLE" --console-socket /etc/passwd "$ID"
  expect_error "create $ID: --console-socket: connect /etc/passwd: Connection refused (ECONNREFUSED)"
  try runtime create --bundle "$BUNDLE" --console-socket /no/such "$ID"
  expect_error "create $ID: --console-socket: open /no/: not found (ENOENT)"
  expect_nothing_left
}

@test "a huge config works or is refused, but takes bounded memory" {
  update_config '.annotations = ([range(100000)] | map({key: "k\(.)", value: "v"}) | from_entries)'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
}
