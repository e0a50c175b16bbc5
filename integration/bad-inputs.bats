#!/usr/bin/env bats
# Bad inputs (security research §5): each is refused before anything is made, with exit status 1 and
# one line that names the place, the value and the reason, the same line in the log, and nothing left
# behind. The inputs are rows of the tables in bad-inputs/; a test goes through one table and shows
# all rows that are wrong.
# shellcheck disable=SC2034 # a row's parts, for try_row
load helpers
load bad-inputs/rows

@test "bad inputs: the document" { expect_configs_refused config.table 50; }
@test "bad inputs: process" { expect_configs_refused process.table 55; }
@test "bad inputs: mounts" { expect_configs_refused mounts.table 25; }
@test "bad inputs: linux" { expect_configs_refused linux.table 75; }

@test "bad inputs: files that are no JSON" { expect_documents_refused; }

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
    for command in create 'run --bundle .' start state kill delete 'delete --force'; do
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
  refused "create $ID: state root /proc: mkdir $ID: not found (ENOENT)" --root /proc create --bundle "$BUNDLE" "$ID"
  for command in state start kill delete; do
    refused "$command $ID: state root: open: others may write to it" --root open "$command" "$ID"
    refused "$command $ID: container \"$ID\" does not exist" --root nowhere/x "$command" "$ID"
  done
  # What others have made there is not ours, and no reason to run their hooks.
  mkdir -m 1777 sticky
  mkdir "sticky/$ID"
  chown nobody "sticky/$ID"
  for command in state start kill delete; do
    refused "$command $ID: state folder $ID: it belongs to uid 65534: act as that user" --root sticky "$command" "$ID"
  done
  try "$RUNTIME" --root sticky list
  expect_equal "$status $(wc -l <<<"$stdout") $stderr" '0 1 '
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
  # What a file would do away with for everybody.
  mknod "$BATS_TEST_TMPDIR/null" c 1 3
  ln -s null "$BATS_TEST_TMPDIR/link"
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  for name in folder null link fifo; do
    refused "create $ID: --pid-file: it is not a regular file" \
      --root "$ROOT" create --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/$name" "$ID"
  done
  expect_equal "$(stat -c %F "$BATS_TEST_TMPDIR/null" "$BATS_TEST_TMPDIR/link")" $'character special file\nsymbolic link'
  # One that can't be written shows when the container is there, and undoes it.
  expect_equal "$(find "$BATS_TEST_TMPDIR" -name '*.tmp')" '' 'temporary files'
  full=$BATS_TEST_TMPDIR/full
  mkdir "$full"
  mount -t tmpfs -o nr_inodes=1 tmpfs "$full"
  try runtime create --bundle "$BUNDLE" --pid-file "$full/pid" "$ID"
  umount "$full"
  expect_error "create $ID: --pid-file: open .pid.tmp: No space left on device (ENOSPC)"
  expect_nothing_left
}

@test "bad inputs: exec's program doesn't run if its pid file can't be made" {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  folder=$BATS_TEST_TMPDIR/read-only
  mkdir "$folder"
  mount -t tmpfs -o ro tmpfs "$folder"
  try runtime exec --detach --pid-file "$folder/pid" "$ID" sh -c 'touch /ran; sleep 1000 & sleep 1000'
  umount "$folder"
  [ ! -e "$BUNDLE/rootfs/ran" ] || fail 'the program ran'
  expect_error "exec $ID: --pid-file: $folder/pid: no file can be made there: Read-only file system (EROFS)" 255
  has_processes 1
}

@test "bad inputs: a large config works, or is refused in one line (S-35)" {
  update_config '.annotations = ([range(100000)] | map({key: "k\(.)", value: "v"}) | from_entries) |
    .mounts += [range(100) | {destination: "/tmp/\(.)", type: "tmpfs", source: "tmpfs"}]'
  set_program sleep 1000
  create "$ID"
  expect_equal "$(runtime state "$ID" | jq '.annotations | length')" 100000
}

# What the state tells has to be UTF-8, as all JSON; and a path that was changed for that is another path.
@test "bad inputs: paths that are not UTF-8" {
  local odd=$BATS_TEST_TMPDIR/$'odd\xff' command
  cp -a "$BUNDLE" "$odd"
  for command in create run; do
    refused "$command $ID: bundle: \"$BATS_TEST_TMPDIR/odd\\xff\": the path is not UTF-8" "$command" --bundle "$odd" "$ID"
  done
}
