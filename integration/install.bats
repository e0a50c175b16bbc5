#!/usr/bin/env bats
# What a package has: what `cmake --install` puts where, the manual, and the completion of bash.
load helpers

build=$(dirname "$(dirname "$RUNTIME")")
project=$BATS_TEST_DIRNAME/..

install_package() {
  [ -e "$build/cmake_install.cmake" ] || skip 'the executable does not lie in the folder that CMake built it in'
  PACKAGE=$BATS_TEST_TMPDIR/package
  DESTDIR=$PACKAGE cmake --install "$build" --prefix /usr >"$BATS_TEST_TMPDIR/said"
}

@test "install: the files of a package" {
  install_package
  local wanted='./usr/bin/runtime 755
./usr/libexec/runtime/runtime-systemd 755
./usr/share/bash-completion/completions/runtime 644
./usr/share/man/man8/runtime.8 644
./usr/share/runtime/apparmor/runtime-default 644
./usr/share/runtime/selinux/runtime.cil 644'
  [ -e "$build/libexec/runtime/runtime-systemd" ] || wanted=$(grep -v systemd <<<"$wanted")
  expect_equal "$(cd "$PACKAGE" && find . -type f -printf '%p %m\n' | sort)" "$wanted"
}

@test "install: the executable is the one that was built, and runs from there" {
  install_package
  cmp "$PACKAGE/usr/bin/runtime" "$RUNTIME"
  expect_equal "$("$PACKAGE/usr/bin/runtime" --version)" "$("$RUNTIME" --version)"
}

# --- the manual ------------------------------------------------------------------------------

commands_of() { "$RUNTIME" "$@" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }
options_of() { "$RUNTIME" "$@" --help | grep -oE -- '(^| )--[a-z][a-z0-9-]*' | tr -d ' ' | sort -u; }

# Every command as the words that call it, those below another included; first of all none.
every_command() {
  local command
  echo
  for command in $(commands_of); do
    echo "$command"
    commands_of "$command" | sed "s/^/$command /"
  done
}

@test "manual: every command and every option" {
  local words option missing=''
  tr -d '\\"' <"$project/docs/man/runtime.8" >"$BATS_TEST_TMPDIR/manual"
  while read -ra words; do
    [ ${#words[@]} -eq 0 ] || grep -q "^\.BI\? ${words[*]}\( \|$\)" "$BATS_TEST_TMPDIR/manual" || missing+="${words[*]}; "
    for option in $(options_of "${words[@]}"); do
      grep -q -e "$option\([^a-z0-9-]\|$\)" "$BATS_TEST_TMPDIR/manual" || missing+="${words[*]} $option; "
    done
  done < <(every_command)
  expect_equal "$missing" ''
}

@test "manual: groff has nothing to say against it" {
  command -v groff >/dev/null || skip 'groff is not installed'
  expect_equal "$(groff -man -Tutf8 -ww -z "$project/docs/man/runtime.8" 2>&1)" ''
}

# --- completion ------------------------------------------------------------------------------

# What bash would offer for the last of the words, in one line.
offered() {
  COMP_WORDS=("$RUNTIME" "$@") COMP_CWORD=$#
  COMPREPLY=()
  _runtime
  echo "${COMPREPLY[*]}"
}

@test "completion: commands, options, and the containers there are" {
  # shellcheck source=/dev/null
  source "$project/completion/runtime.bash"
  create "$ID"
  expect_equal "$(offered pau)" pause
  expect_equal "$(offered sta)" 'start state stats'
  expect_equal "$(offered seccomp re)" record
  expect_equal "$(offered exec --cw)" --cwd
  expect_equal "$(offered --log-f)" --log-format
  expect_equal "$(offered --root "$ROOT" delete '')" "$ID"
  expect_equal "$(offered --root="$ROOT" kill "${ID:0:3}")" "$ID"
  expect_equal "$(offered create '')" ''
}

@test "completion: after --option=value, which bash splits at the =" {
  # shellcheck source=/dev/null
  source "$project/completion/runtime.bash"
  create "$ID"
  expect_equal "$(offered --root = "$ROOT" kill "${ID:0:3}")" "$ID"
  expect_equal "$(offered --root = "$ROOT" pau)" pause
  expect_equal "$(offered --log-format = json --debug = true seccomp re)" record
  expect_equal "$(offered --log-format = te)" text
  expect_equal "$(offered --cgroup-manager =)" 'cgroupfs systemd disabled'
  expect_equal "$(offered -root "$ROOT" kill '')" "$ID"
  expect_equal "$(offered -root = "$ROOT" kill '')" "$ID"
  expect_equal "$(offered --rootless true --root "$ROOT" kill '')" "$ID"
  expect_equal "$(offered --rootless --root "$ROOT" kill '')" "$ID"
  expect_equal "$(offered --rootless pau)" pause
}

@test "completion: values of options, options with digits, and help" {
  # shellcheck source=/dev/null
  source "$project/completion/runtime.bash"
  expect_equal "$(offered update --l3)" --l3-cache-schema
  for option in --root --log --criu --trace -root; do
    expect_equal "$(offered "$option" '')" '' "$option"
  done
  expect_equal "$(offered --log-format '')" 'text json'
  expect_equal "$(offered --log-level '')" 'error warning debug'
  expect_equal "$(offered --cgroup-manager s)" systemd
  expect_equal "$(offered help pau)" pause
  expect_equal "$(offered help seccomp re)" record
  expect_equal "$(offered help kill '')" ''
}
