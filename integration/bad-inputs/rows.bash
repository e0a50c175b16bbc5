# shellcheck shell=bash
# What goes through the tables of bad inputs. Needs helpers.bash.

TABLES=${BASH_SOURCE[0]%/*}

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
  local table=$TABLES/$1 programs=()
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

# Rows of files that are no config at all.
expect_documents_refused() {
  begin_rows
  exec 4<"$TABLES/documents.table"
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
