#!/usr/bin/env bats
# The quality of messages (R-20 of security.md): the tables of bad inputs again, in three locales. With the
# log in JSON, as always there; that each message names the place, the value and the reason is in the tables.
load ../helpers
load ../bad-inputs/rows

# What the caller's language is doesn't matter, whether the host has it or not.
in_locale() {
  export LC_ALL=$1 LANG=$1 LANGUAGE=$1
  shift
  "$@"
}

@test "R-20: C.UTF-8" { in_locale C.UTF-8 expect_configs_refused process.table 55; }
@test "R-20: de_DE.UTF-8" { in_locale de_DE.UTF-8 expect_documents_refused; }
@test "R-20: tr_TR.UTF-8" { in_locale tr_TR.UTF-8 expect_configs_refused mounts.table 25; }

# Each says where it is, before a colon, and what is wrong, in other words than these.
@test "R-20: no message is only that something has failed" {
  local table vague='' rows=0
  for table in "$TABLES"/*.table; do
    exec 4<"$table"
    while read_row; do
      rows=$((rows + 1))
      [[ $wanted =~ .:.*[a-z] && ! $wanted =~ [Uu]nknown\ error|[Ii]nternal|[Ee]xception|:\ EOF$ ]] || vague+="$wanted"$'\n'
    done
  done
  exec 4<&-
  expect_equal "$vague" ''
  [ "$rows" -gt 250 ]
}
