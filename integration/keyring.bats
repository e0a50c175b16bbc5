#!/usr/bin/env bats
# The container's session keyring, --no-new-keyring (S-49).
load helpers

setup_keys() {
  [ -r /proc/keys ] || skip 'the kernel has no keys'
  update_config '.linux.maskedPaths -= ["/proc/keys"]'
}

# How many of that name there are, as the host's root sees it.
keyrings() { grep -cE " _ses\.$ID(:|$)" /proc/keys || true; }
has_no_keyring() { [ "$(keyrings)" = 0 ]; }

@test "keyring: one of its own, empty, as long as the container is there" {
  setup_keys
  # Root sees the keyrings of other containers as well.
  set_script "grep -o 'keyring *_ses.$ID:.*' /proc/keys"
  create "$ID"
  expect_equal "$(keyrings)" 1
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(tr -s ' ' <"$OUTPUT")" "keyring _ses.$ID: empty"
  runtime delete "$ID"
  wait_until has_no_keyring
}

@test "keyring: the program's, whoever it is" {
  setup_keys
  update_config '.process.user = {uid: 1000, gid: 1000}'
  expect_inside "grep -o '_ses.*' /proc/keys" "_ses.$ID: empty"
}

@test "keyring: the caller's with --no-new-keyring" {
  setup_keys
  set_program sleep 1000
  for command in create 'run --detach'; do
    # shellcheck disable=SC2086 # words
    runtime $command --no-new-keyring --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
    expect_equal "$(keyrings)" 0
    runtime delete --force "$ID"
  done
  runtime run --detach --no-new-keyring=false --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
  expect_equal "$(keyrings)" 1
}

# A user sees no keyring but his own.
@test "keyring: of who enters, one of its own as well" {
  setup_keys
  update_config '.process.user = {uid: 1000, gid: 1000}'
  local own="grep -o '.*_ses.*' /proc/keys" of_program
  set_script "$own; exec sleep 1000"
  runtime run --detach --bundle "$BUNDLE" "$ID" >"$OUTPUT" 3>&-
  wait_until has_content "$OUTPUT"
  of_program=$(cut -d ' ' -f 1 "$OUTPUT")
  try runtime exec "$ID" sh -c "$own"
  [[ $stdout == *" _ses.$ID: empty" && $stdout != "$of_program "* && $(wc -l <<<"$stdout") = 1 ]] || fail "$stdout"
  runtime delete --force "$ID"
  runtime run --detach --no-new-keyring --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
  try runtime exec "$ID" sh -c "$own"
  [[ $stdout != *"_ses.$ID"* ]] || fail "$stdout"
}

# By its number, which anybody may try. That of who has entered is a second one.
@test "keyring: none that another container of the same user can make its own" {
  setup_keys
  needs_tool CALL
  local serial keyctl=250 link=8 read=11 session=-3
  local -a attempts=()
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
  runtime exec --detach "$ID" sleep 1000 >/dev/null 3>&-
  for serial in $(sed -n "s/ .* _ses\.$ID: .*//p" /proc/keys); do
    attempts+=("$keyctl,$read,0x$serial,0,0" "$keyctl,$link,0x$serial,$session")
  done
  cp "$CALL" "$BUNDLE/rootfs/bin/call"
  set_program call "$keyctl,$read,$session,0,0" "${attempts[@]}"
  try runtime run --bundle "$BUNDLE" "$ID-other"
  expect_success $'0\nEACCES\nEACCES\nEACCES\nEACCES'
}
