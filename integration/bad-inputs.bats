#!/usr/bin/env bats
# Bad inputs (security research §5): each is refused before anything is made, with exit status 1 and
# one line that names the place, the value and the reason, the same line in the log, and nothing left
# behind. The inputs are rows of the tables in bad-inputs/; a test goes through one table and shows
# all rows that are wrong.
load helpers

# The next row of the table on descriptor 4: $name, $input, $wanted. Rows are three lines, with
# empty lines and comments between them.
read_row() {
  name=''
  while [[ $name == '' || $name == \#* ]]; do
    IFS= read -r -u 4 name || return
  done
  IFS= read -r -u 4 input
  IFS= read -r -u 4 wanted
}

# Fails if something is wrong with the outcome of create in a bundle with that config; says what.
check_row() {
  local leftover
  leftover=$(echo "$ROOT"/* /sys/fs/cgroup/*/*"$ID"*)
  [[ $status == 1 && $stdout == '' && $stderr == "runtime: create $ID: $wanted" &&
    $leftover == "$ROOT/* /sys/fs/cgroup/*/*$ID*" ]] && return
  wrong+="
$name
  status: $status
  error:  $stderr
  wanted: runtime: create $ID: $wanted"
  [ "$stdout" = '' ] || wrong+=$'\n'"  output: $stdout"
  [ "$leftover" = "$ROOT/* /sys/fs/cgroup/*/*$ID*" ] || wrong+=$'\n'"  left:   $leftover"
}

# try_row: create, with a log that all rows share.
try_row() {
  try "$RUNTIME" --root "$ROOT" --log "$LOG" --log-format json create --bundle "$BUNDLE" "$ID"
  errors+=${stderr#runtime: }$'\n'
  check_row
}

begin_rows() {
  LOG=$BATS_TEST_TMPDIR/log
  wrong='' errors='' rows=0
  tree=$(find "$BUNDLE/rootfs" | sort)
}

# All rows were right; the log has each error, once, as it was on standard error, and the root file
# system has nothing new in it.
end_rows() {
  [ "$wrong" = '' ] || fail "$wrong"
  [ "$rows" -ge "$1" ] || fail "only $rows rows"
  expect_equal "$(jq -r .msg "$LOG")"$'\n' "$errors" 'the log'
  expect_equal "$(wc -l <"$LOG")" "$rows" 'lines in the log'
  expect_equal "$(find "$BUNDLE/rootfs" | sort)" "$tree" 'the root file system'
  expect_nothing_left
}

# Rows of jq programs, which all become configs at once, since jq takes long to begin. A number that
# is none of jq's is a string between @@ and @@.
expect_configs_refused() {
  local table=$BATS_TEST_DIRNAME/bad-inputs/$1 programs=()
  begin_rows
  exec 4<"$table"
  while read_row; do programs+=("($input)"); done
  exec 4<"$table" 5< <(IFS=, && jq -c "${programs[*]}" "$BUNDLE/config.json" | sed 's/"@@\([^@]*\)@@"/\1/g')
  while read_row; do
    IFS= read -r -u 5 config
    printf '%s\n' "$config" >"$BUNDLE/config.json"
    try_row
    rows=$((rows + 1))
  done
  exec 4<&- 5<&-
  end_rows "$2"
}

@test "bad inputs: the document" { expect_configs_refused config.table 50; }
@test "bad inputs: process" { expect_configs_refused process.table 55; }
@test "bad inputs: mounts" { expect_configs_refused mounts.table 25; }
@test "bad inputs: linux" { expect_configs_refused linux.table 75; }

@test "bad inputs: files that are no JSON" {
  begin_rows
  exec 4<"$BATS_TEST_DIRNAME/bad-inputs/documents.table"
  while read_row; do
    # shellcheck disable=SC2059 # the bytes are the format
    printf "$input" >"$BUNDLE/config.json"
    try_row
    rows=$((rows + 1))
  done
  exec 4<&-
  head -c 100000 /dev/zero | tr '\0' '[' >"$BUNDLE/config.json"
  name='B-09 nested 100000 deep' wanted='config.json:1:129: nested deeper than 128 levels'
  try_row
  rows=$((rows + 1))
  end_rows 40
}

@test "bad inputs: a config.json that is no file to be read (B-67)" {
  begin_rows
  rm "$BUNDLE/config.json"
  name=missing wanted="config.json: there is none in bundle $BUNDLE"
  try_row
  mkdir "$BUNDLE/config.json"
  name=folder wanted='config.json: it is not a regular file'
  try_row
  rmdir "$BUNDLE/config.json"
  mkfifo "$BUNDLE/config.json"
  name=fifo
  try_row
  rm "$BUNDLE/config.json"
  ln -s /dev/zero "$BUNDLE/config.json"
  name=device
  try_row
  ln -sf config.json "$BUNDLE/config.json"
  name=loop wanted='open config.json: too many symbolic links, or a link where none may be (ELOOP)'
  try_row
  rm "$BUNDLE/config.json"
  truncate -s 1G "$BUNDLE/config.json"
  name='1 GiB' wanted='config.json: longer than 67108864 bytes'
  try_row
  rows=6
  end_rows 6
}

# refused ERROR WORDS…: `runtime WORDS…` fails with that, and leaves nothing.
refused() {
  try "$RUNTIME" "${@:2}"
  expect_error "$1"
  [ ! -e "$ROOT" ] || fail "$ROOT is there"
}

@test "bad inputs: bundles (B-68)" {
  cd "$BATS_TEST_TMPDIR"
  touch file
  newline=$'new\nline'
  for command in create run; do
    refused "$command $ID: bundle: open $BATS_TEST_TMPDIR/nowhere: not found (ENOENT)" \
      --root "$ROOT" "$command" --bundle "$BATS_TEST_TMPDIR/nowhere" "$ID"
    refused "$command $ID: bundle: open file: a component is not a folder (ENOTDIR)" \
      --root "$ROOT" "$command" --bundle file "$ID"
    refused "$command $ID: bundle: open new\\x0aline: not found (ENOENT)" \
      --root "$ROOT" "$command" --bundle "$newline" "$ID"
    refused "$command $ID: config.json: there is none in bundle $BATS_TEST_TMPDIR" \
      --root "$ROOT" "$command" --bundle . "$ID"
  done
  # A name that is odd is none that is bad.
  mv "$BUNDLE" "$newline"
  BUNDLE=$BATS_TEST_TMPDIR/$newline
  set_program pwd
  try runtime run --bundle "$newline" "$ID"
  expect_success /
}

@test "bad inputs: ids (B-65)" {
  long=$(printf 'x%.0s' {1..256})
  allowed='(1 to 255 of A-Z a-z 0-9 _ + - . with no dot in front)'
  while IFS='|' read -r id shown; do
    id=$(printf "%bx" "$id")
    id=${id%x}
    for command in create run start state kill delete 'delete --force'; do
      # shellcheck disable=SC2086 # words
      refused "${command%% *}: invalid container ID format: $shown $allowed" --root "$ROOT" $command "$id"
    done
  done <<EOF
|""
.|"."
..|".."
.x|".x"
a/b|"a/b"
/a|"/a"
../a|"../a"
a b|"a b"
 a|" a"
a\\nb|"a\\x0ab"
a\\0302\\0251|"a©"
a\\0377|"a\\xff"
a:b|"a:b"
a%b|"a%b"
~|"~"
$long|"${long:0:64}"...
EOF
}

@test "bad inputs: the longest id works" {
  set_program true
  id=$(printf "%s-%0200d" "$ID" 0)
  while [ "${#id}" -lt 240 ]; do id+=x; done
  try runtime run --bundle "$BUNDLE" "$id"
  expect_success ''
}

@test "bad inputs: --root (B-69)" {
  cd "$BATS_TEST_TMPDIR"
  touch file
  mkdir open
  chmod 777 open
  for command in create run; do
    refused "$command $ID: state root: open file: a component is not a folder (ENOTDIR)" \
      --root file "$command" --bundle "$BUNDLE" "$ID"
    refused "$command $ID: state root: open file/x: a component is not a folder (ENOTDIR)" \
      --root file/x "$command" --bundle "$BUNDLE" "$ID"
    refused "$command $ID: state root: mkdir /proc/x: not found (ENOENT)" \
      --root /proc/x "$command" --bundle "$BUNDLE" "$ID"
    refused "$command $ID: state root: open: others may write to it" \
      --root open "$command" --bundle "$BUNDLE" "$ID"
  done
  for command in state start kill delete; do
    refused "$command $ID: state root: open: others may write to it" --root open "$command" "$ID"
    refused "$command $ID: container \"$ID\" does not exist" --root nowhere/x "$command" "$ID"
  done
  # A missing one is made with its parents, for us alone.
  set_program sleep 1000
  ROOT=$BATS_TEST_TMPDIR/a/b/c
  (umask 0 && create "$ID")
  expect_equal "$(stat -c %a a a/b a/b/c | tr '\n' ' ')" '700 700 700 '
  runtime delete "$ID"
  expect_nothing_left
}

@test "bad inputs: --pid-file (B-70)" {
  mkdir "$BATS_TEST_TMPDIR/folder"
  touch "$BATS_TEST_TMPDIR/file"
  for command in create run; do
    refused "$command $ID: --pid-file: open /no/such/: not found (ENOENT)" \
      --root "$ROOT" "$command" --bundle "$BUNDLE" --pid-file /no/such/pid "$ID"
    refused "$command $ID: --pid-file: open $BATS_TEST_TMPDIR/file/: a component is not a folder (ENOTDIR)" \
      --root "$ROOT" "$command" --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/file/pid" "$ID"
    refused "$command $ID: --pid-file: $BATS_TEST_TMPDIR/: a file name is missing" \
      --root "$ROOT" "$command" --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/" "$ID"
  done
  # One that can't be written shows when the container is there, and undoes it.
  for command in create run; do
    try runtime "$command" --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/folder" "$ID"
    expect_error "$command $ID: --pid-file: folder: rename .folder.tmp: it is a folder (EISDIR)"
    expect_nothing_left
  done
  expect_equal "$(find "$BATS_TEST_TMPDIR" -name '*.tmp')" '' 'temporary files'
  full=$BATS_TEST_TMPDIR/full
  mkdir "$full"
  mount -t tmpfs -o nr_inodes=1 tmpfs "$full"
  try runtime create --bundle "$BUNDLE" --pid-file "$full/pid" "$ID"
  umount "$full"
  expect_error "create $ID: --pid-file: open .pid.tmp: No space left on device (ENOSPC)"
  expect_nothing_left
}

@test "bad inputs: a large config works, or is refused in one line (S-35)" {
  update_config '.annotations = ([range(100000)] | map({key: "k\(.)", value: "v"}) | from_entries) |
    .mounts += [range(100) | {destination: "/tmp/\(.)", type: "tmpfs", source: "tmpfs"}]'
  set_program sleep 1000
  create "$ID"
  expect_equal "$(runtime state "$ID" | jq '.annotations | length')" 100000
}
