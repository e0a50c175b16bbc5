#!/usr/bin/env bats
# What callers do to the runtime they start: shells, shims, wrappers, engines with next to no
# environment (K-05…K-11).
load helpers

@test "caller: closed standard streams are /dev/null in the container" {
  set_fd_lister
  runtime run --bundle "$BUNDLE" "$ID" <&- >&- 2>&- 3>&-
  expect_equal "$(fds_inside)" '0 /dev/null 1 /dev/null 2 /dev/null'
  expect_nothing_left
}

@test "caller: an error goes into no file of ours when standard error is closed" {
  set_program nowhere
  status=0
  runtime --log "$BATS_TEST_TMPDIR/log" --log-format json run --bundle "$BUNDLE" "$ID" \
    <&- >&- 2>&- 3>&- || status=$?
  expect_equal "$status $(jq -r .msg "$BATS_TEST_TMPDIR/log")" \
    "127 run $ID: exec: \"nowhere\": executable file not found in \$PATH"
}

@test "caller: ignored and blocked signals are neither in the container" {
  set_script 'grep -E "^Sig(Blk|Ign)" /proc/self/status; exit 3'
  try env --ignore-signal=CHLD,PIPE,TERM,HUP,USR1 --block-signal=CHLD,INT,USR2,ALRM \
    "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_outcome 3 $'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000' ''
  create "$ID"
  try env --ignore-signal --block-signal "$RUNTIME" --root "$ROOT" start "$ID"
  expect_success ''
  try env --ignore-signal --block-signal "$RUNTIME" --root "$ROOT" delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "caller: a working directory that was deleted" {
  set_program pwd
  mkdir "$BATS_TEST_TMPDIR/gone"
  cd "$BATS_TEST_TMPDIR/gone"
  rmdir "$BATS_TEST_TMPDIR/gone"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success /
  try runtime run "$ID"
  expect_error "run $ID: config.json: there is none in bundle $BATS_TEST_TMPDIR/gone (deleted)"
  try runtime --root relative create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: state root: mkdir relative: not found (ENOENT)"
  expect_nothing_left
}

@test "caller: relative paths are relative to its working directory (K-11)" {
  set_program sleep 1000
  cd "$BATS_TEST_TMPDIR"
  "$RUNTIME" --root root --log log create --bundle bundle --pid-file pid "$ID" >/dev/null 3>&-
  expect_equal "$("$RUNTIME" --root root state "$ID" | jq -r '.bundle, .pid')" \
    "$BUNDLE"$'\n'"$(<pid)"
}

@test "caller: no environment at all (K-08)" {
  set_script 'env | sort'
  try env -i "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  # What the shell adds is its own.
  expect_equal "$status $(grep -v -e ^PWD= -e ^SHLVL= -e ^_= <<<"$stdout")" \
    $'0 HOME=/root\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nTERM=xterm'
  set_program sleep 1000
  bare=(env -i "$RUNTIME" --root "$ROOT")
  "${bare[@]}" create --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
  "${bare[@]}" start "$ID"
  "${bare[@]}" state "$ID" >/dev/null
  "${bare[@]}" kill "$ID" KILL
  "${bare[@]}" delete --force "$ID"
  expect_nothing_left
}

@test "caller: nothing of its environment gets into the container" {
  set_script 'env | sort | grep -v -e ^PWD= -e ^SHLVL= -e ^_='
  SECRET=1 LISTEN_FDNAMES=x NOTIFY_SOCKET=/nowhere LD_PRELOAD='' try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'HOME=/root\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nTERM=xterm'
}

@test "caller: any argv[0], and a wrapper (K-10)" {
  set_program true
  for name in '' /nowhere weird-name; do
    (exec -a "$name" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" 3>&-)
  done
  printf '#!/bin/sh\nexec "%s" --debug --root /wrong "$@"\n' "$RUNTIME" >"$BATS_TEST_TMPDIR/wrapper"
  chmod +x "$BATS_TEST_TMPDIR/wrapper"
  "$BATS_TEST_TMPDIR/wrapper" --root "$ROOT" run --bundle "$BUNDLE" "$ID" 2>/dev/null 3>&-
  expect_nothing_left
}

@test "caller: the parent-death signal it set doesn't hit the container (K-07)" {
  set_program sleep 1000
  setpriv --pdeathsig KILL "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 3>&-
  setpriv --pdeathsig KILL "$RUNTIME" --root "$ROOT" start "$ID"
  sleep 0.1
  expect_equal "$(state_of "$ID" status)" running
}

@test "caller: sees the end of the container's output, and of ours (K-05)" {
  mkfifo "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/extra"
  cat "$BATS_TEST_TMPDIR/out" >"$OUTPUT" 3>&- &
  reader=$!
  cat "$BATS_TEST_TMPDIR/extra" 3>&- &
  extra=$!
  set_script 'echo one; exec >/dev/null 2>&1; sleep 1000'
  runtime create --bundle "$BUNDLE" "$ID" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- 9>"$BATS_TEST_TMPDIR/extra"
  # A descriptor that nobody was promised is closed as soon as create has returned.
  wait "$extra"
  runtime start "$ID"
  # The container runs on, but its standard streams don't.
  wait "$reader"
  expect_equal "$(<"$OUTPUT") $(state_of "$ID" status)" 'one running'
}

@test "caller: in the foreground of a session that goes away" {
  set_script 'trap "echo HUP; exit 4" HUP; echo ready; sleep 1000 & while :; do wait; done'
  # The whole process group gets the signal, as from a terminal that hangs up.
  (exec setsid "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-) &
  background=$!
  wait_until grep -q ready "$OUTPUT"
  kill -HUP -- "-$background"
  status=0
  wait "$background" || status=$?
  expect_equal "$status $(<"$OUTPUT")" $'4 ready\nHUP'
  expect_nothing_left
}
