#!/usr/bin/env bats
# The command line as such: options, help, version. What engines count on of it is in
# contract/universal.bats.
load helpers

commands='run create start state list ps stats events kill pause resume update delete spec features seccomp'

@test "cli: help" {
  try "$RUNTIME" --help
  expect_equal "$status $stderr" '0 '
  help=$stdout
  for word in $commands --root --log --log-format --debug --systemd-cgroup --rootless --version; do
    grep -q -e "^ *\(-., \)\?$word " <<<"$help" || fail "$word is not in the help"
  done
  try "$RUNTIME" -h
  expect_success "$help"
  try "$RUNTIME"
  expect_success "$help"
}

@test "cli: help, as a command" {
  try "$RUNTIME" --help
  help=$stdout
  for words in help 'help help' 'help -h' 'help --help'; do
    # shellcheck disable=SC2086 # words
    try "$RUNTIME" $words
    expect_success "$help"
  done
  try "$RUNTIME" seccomp record --help
  help=$stdout
  try "$RUNTIME" help seccomp record
  expect_success "$help"
  try "$RUNTIME" help nosuch
  expect_error 'unknown command "nosuch" (see runtime --help)'
  try "$RUNTIME" help -x
  expect_error 'unknown option "-x" (see runtime --help)'
}

@test "cli: flags as callers of runc's write them" {
  local yes no
  for yes in =true =1 =t =True ''; do
    try "$RUNTIME" "--systemd-cgroup$yes" --root "$ROOT" list
    expect_equal "$status $stderr" '0 '
  done
  for no in false 0 F; do
    try "$RUNTIME" "--debug=$no" --rootless=true --root "$ROOT" list
    expect_equal "$status $stderr" '0 '
  done
  try "$RUNTIME" --debug=yes list
  expect_error 'option --debug: "yes": true or false is expected'
  try runtime run --no-subreaper --bundle "$BUNDLE" "$ID"
  expect_success ''
}

@test "cli: help of every command" {
  for command in $commands; do
    try "$RUNTIME" "$command" --help
    expect_equal "$status $stderr" '0 ' "$command --help"
    [[ "$stdout" == "Usage: runtime $command "* ]] || fail "$stdout"
    grep -q -- '-h, --help' <<<"$stdout"
    help=$stdout
    # Whatever else is there.
    try "$RUNTIME" --root /nowhere "$command" -h one two
    expect_success "$help"
  done
}

@test "cli: help of a command below another" {
  try "$RUNTIME" seccomp --help
  help=$stdout
  grep -q '^  record  *write a profile' <<<"$help" || fail "$help"
  try "$RUNTIME" seccomp
  expect_success "$help"
  try "$RUNTIME" seccomp record --help
  expect_equal "$status $stderr" '0 '
  [[ "$stdout" == 'Usage: runtime seccomp record '* ]] || fail "$stdout"
}

@test "cli: help lists every option of create and run" {
  for command in create run; do
    try "$RUNTIME" "$command" --help
    for option in '-b, --bundle DIR' '--console-socket PATH' '--pid-file FILE' '--preserve-fds N'; do
      grep -q -e "$option" <<<"$stdout" || fail "$command: $option is not in the help"
    done
  done
  grep -q -e '-d, --detach ' -e '--keep ' <<<"$stdout"
}

@test "cli: version" {
  try "$RUNTIME" --version
  expect_equal "$status $stderr" '0 '
  # One line only may have the word in it: Moby takes the last.
  expect_equal "$(grep -c version <<<"$stdout")" 1
  [[ "${stdout%%$'\n'*}" =~ ^runtime\ version\ [0-9]+\.[0-9]+\.[0-9]+[-+.0-9A-Za-z]*$ ]] || fail "$stdout"
  expect_equal "$(tail -n 1 <<<"$stdout")" 'spec: 1.3.0'
  version=$stdout
  try "$RUNTIME" -v
  expect_success "$version"
  try "$RUNTIME" --root /nowhere --version state
  expect_success "$version"
}

@test "cli: flags take true and false" {
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  try runtime list --quiet=true
  expect_success "$ID"
  try runtime --rootless=false --rootless=TRUE --rootless=1 --rootless= --rootless=auto list -q
  expect_success "$ID"
  try runtime --rootless auto --rootless true list -q
  expect_success "$ID"
  try runtime --rootless 1 list
  expect_error 'unknown command "1" (see runtime --help)'
  try runtime delete --force=false "$ID"
  expect_success ''
  try runtime delete --force=false "$ID"
  expect_error "delete $ID: container \"$ID\" does not exist"
  try runtime delete --force=maybe "$ID"
  expect_error 'delete: option --force: "maybe": true or false is expected'
}

@test "cli: options may follow the id, and -- ends them" {
  set_program sleep 1000
  create "$ID"
  try runtime delete "$ID" --force
  expect_success ''
  try runtime delete -- "$ID" --force
  expect_error "delete: exactly one argument, the container's ID, is expected; given: 2 (see runtime --help)"
  try runtime delete -- --force
  expect_error "delete --force: container \"--force\" does not exist"
  expect_nothing_left
}

@test "cli: an id that begins with a dash can be given after --" {
  set_program sleep 1000
  status=0
  runtime create --bundle "$BUNDLE" -- "-$ID" >/dev/null 3>&- || status=$?
  expect_equal "$status $(runtime list -q)" "0 -$ID"
  runtime delete --force -- "-$ID"
  expect_nothing_left
}

@test "cli: global options stand before the command" {
  try "$RUNTIME" state --root "$ROOT" "$ID"
  expect_error 'state: unknown option "--root" (see runtime --help)'
  try "$RUNTIME" --bundle "$BUNDLE" run "$ID"
  expect_error 'unknown option "--bundle" (see runtime --help)'
}

@test "cli: what is unknown or missing" {
  while IFS='|' read -r words error; do
    # shellcheck disable=SC2086 # words
    try runtime $words
    expect_error "$error (see runtime --help)"
  done <<'EOF'
nothing|unknown command "nothing"
Run x|unknown command "Run"
-|unknown command "-"
--vers|unknown option "--vers"
-x|unknown option "-x"
--root|option --root: flag needs an argument
---root=x|unknown option "---root=x"
create|create: exactly one argument, the container's ID, is expected; given: 0
create one two|create: exactly one argument, the container's ID, is expected; given: 2
create -x one|create: unknown option "-x"
create --bundle|create: option --bundle: flag needs an argument
create one --pid-file|create: option --pid-file: flag needs an argument
create --detach one|create: unknown option "--detach"
start|start: exactly one argument, the container's ID, is expected; given: 0
state|state: exactly one argument, the container's ID, is expected; given: 0
delete|delete: exactly one argument, the container's ID, is expected; given: 0
run|run: exactly one argument, the container's ID, is expected; given: 0
kill|kill: the container's ID and, if not TERM, a signal are expected
list one|list: no argument is expected
spec one|spec: no argument is expected
features one|features: no argument is expected
list --format yaml|list: --format: "yaml" (table, json)
seccomp nothing|unknown command "seccomp nothing"
seccomp -x record|seccomp: unknown option "-x"
seccomp record -x|seccomp record: unknown option "-x"
--log-format xml list|--log-format: "xml" (text, json)
EOF
}

@test "cli: values that make no sense" {
  while IFS='|' read -r words error; do
    # shellcheck disable=SC2086 # words
    try runtime $words
    expect_error "$error"
  done <<'EOF'
--root= list|option --root: "": a folder is expected
--root=/ list|option --root: "/": the host's root is no folder for state
--root //. list|option --root: "//.": the host's root is no folder for state
--debug=2 list|option --debug: "2": true or false is expected
--rootless=maybe list|option --rootless: "maybe": true or false is expected
--log-level loud list|option --log-level: "loud": error, warning or debug is expected
create --preserve-fds x id|create: option --preserve-fds: "x": a number is expected
create --preserve-fds -1 id|create: option --preserve-fds: "-1": a number is expected
create --preserve-fds 99999999999 id|create: option --preserve-fds: "99999999999": a number is expected
EOF
  # An option's hostile value stays on the line.
  try runtime --log-level $'a\n"b\\\x01' list
  expect_error 'option --log-level: "a\x0a\"b\\\x01": error, warning or debug is expected'
}

@test "cli: a full disk under standard output is an error" {
  [ -w /dev/full ] || skip 'there is no /dev/full'
  for words in --help --version features 'list' "run --help"; do
    status=0
    # shellcheck disable=SC2086 # words
    stderr=$(runtime $words 2>&1 >/dev/full) || status=$?
    [ "$status" = 1 ] && [[ "$stderr" == *'standard output: write: '*' (ENOSPC)' ]] ||
      fail "$words: status $status, $stderr"
  done
}
