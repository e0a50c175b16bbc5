#!/usr/bin/env bats
# What every engine takes for granted (client contract §1): how the command line is written, what a
# caller may have done to the process it becomes, and that several calls at once are safe. Also K-03 in
# exec.bats, K-06 in exec.bats, K-09 in run.bats, lifecycle.bats and delete.bats.
load ../helpers

@test "K-01, K-02: values after a blank or an equals sign, one dash or two" {
  set_program echo ran
  pid=$BATS_TEST_TMPDIR/pid
  for form in "--root $ROOT" "--root=$ROOT" "-root $ROOT" "-root=$ROOT"; do
    for options in "--bundle $BUNDLE --pid-file $pid" "--bundle=$BUNDLE --pid-file=$pid" \
      "-bundle $BUNDLE -pid-file $pid" "-b $BUNDLE -pid-file=$pid" "-b=$BUNDLE --pid-file $pid"; do
      rm -f "$pid"
      # shellcheck disable=SC2086 # two words
      try "$RUNTIME" $form run $options "$ID"
      expect_success ran
      [ -s "$pid" ] || fail "no pid file after $form, $options"
    done
  done
}

@test "K-01: of a repeated option the last one counts" {
  set_program sleep 1000
  create "$ID"
  try "$RUNTIME" --root /nowhere --systemd-cgroup --log-format xml --root "$ROOT" \
    --systemd-cgroup=false --log-format json list -q -f table -f json -q=false
  expect_equal "$status $(jq -r '.[].id' <<<"$stdout")" "0 $ID"
}

@test "K-01: the options of all commands, whatever the command is" {
  for words in --systemd-cgroup '--cgroup-manager systemd' '--cgroup-manager cgroupfs' \
    --cgroup-manager=disabled --rootless --rootless=true --rootless=false --rootless=auto \
    '--rootless true' '--rootless false' '-rootless auto' '--criu /nowhere' --criu=/nowhere '--log-level error' --log-level=warning '--log-format json' --log-format=text --debug; do
    # shellcheck disable=SC2086 # words
    try runtime $words list -q
    expect_success ''
  done
  try runtime --cgroup-manager pods list
  expect_error '--cgroup-manager: "pods" (cgroupfs, systemd, disabled) (see runtime --help)'
}

@test "K-02: every option of restore with one dash, as go-runc writes them" {
  try runtime restore --help
  help=$stdout
  try runtime restore -image-path /images -work-path /work -tcp-established -ext-unix-sk -shell-job -file-locks \
    -manage-cgroups-mode soft -empty-ns network -lazy-pages -detach -pid-file /pid -console-socket /socket -no-pivot \
    -no-subreaper -bundle /bundle "$ID" -help
  expect_success "$help"
}

@test "K-04: what succeeds says nothing but what it was asked for" {
  set_program sleep 1000
  for words in "create --bundle $BUNDLE" start pause resume 'update --pids-limit 9' 'exec' 'kill' \
    'delete --force' 'delete --force' "run --detach --bundle $BUNDLE" 'delete --force'; do
    # shellcheck disable=SC2086 # words
    case $words in
      exec) try runtime exec "$ID" true ;;
      kill) try runtime kill "$ID" KILL ;;
      *) try runtime $words "$ID" ;;
    esac
    expect_success ''
  done
  try runtime spec --bundle "$ROOT"
  expect_success ''
  rm "$ROOT/config.json"
}

@test "K-05: the caller sees the end of the container's output, and of ours" {
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

@test "K-06: init is a child of the nearest reaper, not of a process of ours" {
  # The shell is process 1 of its namespace, hence what subreapers are for engines.
  try unshare --pid --fork --mount-proc --propagation private sh -c '
    "$1" --root "$2" create --bundle "$3" --pid-file "$4/pid" "$5" >/dev/null 2>&1
    pid=$(cat "$4/pid")
    grep PPid: /proc/"$pid"/status
    "$1" --root "$2" start "$5"
    until "$1" --root "$2" state "$5" | grep -q stopped; do :; done
    "$1" --root "$2" delete "$5"
    ' sh "$RUNTIME" "$ROOT" "$BUNDLE" "$BATS_TEST_TMPDIR" "$ID"
  expect_success $'PPid:\t1'
}

@test "K-07: closed standard streams are /dev/null in the container" {
  set_fd_lister
  runtime run --bundle "$BUNDLE" "$ID" <&- >&- 2>&- 3>&-
  expect_equal "$(fds_inside)" '0 /dev/null 1 /dev/null 2 /dev/null'
  expect_nothing_left
}

@test "K-07: an error goes into no file of ours when standard error is closed" {
  set_program nowhere
  status=0
  runtime --log "$BATS_TEST_TMPDIR/log" --log-format json run --bundle "$BUNDLE" "$ID" \
    <&- >&- 2>&- 3>&- || status=$?
  expect_equal "$status $(jq -r .msg "$BATS_TEST_TMPDIR/log")" \
    "127 run $ID: exec: \"nowhere\": executable file not found in \$PATH"
}

@test "K-07: ignored and blocked signals are neither in the container" {
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

@test "K-07: a working directory that was deleted" {
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

@test "K-07: in the foreground of a session that goes away" {
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

@test "K-07: nobody reads standard error any more, and the work is done all the same" {
  # A warning, which is written half-way.
  update_config '.ociVersion = "1.99.0" | .process.capabilities.bounding += ["CAP_NONSENSE"]'
  set_program sleep 1000
  mkfifo "$BATS_TEST_TMPDIR/errors"
  for action in default ignore; do
    # Open for as long as it takes to find a reader, who goes away.
    exec 9<>"$BATS_TEST_TMPDIR/errors" 8>"$BATS_TEST_TMPDIR/errors" 9>&-
    env "--$action-signal=PIPE" "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&8 3>&- 8>&-
    exec 8>&-
    expect_equal "$(state_of "$ID" status)" created
    try env "--$action-signal=PIPE" "$RUNTIME" --root "$ROOT" start "$ID"
    expect_success ''
    expect_equal "$(grep SigIgn "/proc/$(state_of "$ID" pid)/status")" $'SigIgn:\t0000000000000000'
    runtime delete --force "$ID"
  done
}

@test "K-07: a process group and a session of its own" {
  set_program sleep 1000
  try setsid --wait "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_success ''
  try setsid --wait "$RUNTIME" --root "$ROOT" start "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" running
}

@test "K-07: the parent-death signal that the caller set doesn't hit the container" {
  set_program sleep 1000
  # A parent that ends as soon as the call has.
  caller() { sh -c '"$@"; exit' sh setpriv --pdeathsig KILL "$RUNTIME" --root "$ROOT" "$@" >/dev/null 3>&-; }
  caller create --bundle "$BUNDLE" "$ID"
  expect_equal "$(state_of "$ID" status)" created
  caller start "$ID"
  expect_equal "$(state_of "$ID" status)" running
  caller exec --detach "$ID" sleep 2000
  expect_equal "$(processes_of "$ID" | wc -l)" 2
}

@test "K-08: no environment at all" {
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

@test "K-08: nothing of the caller's environment gets into the container" {
  set_script 'env | sort | grep -v -e ^PWD= -e ^SHLVL= -e ^_='
  SECRET=1 LISTEN_FDNAMES=x NOTIFY_SOCKET=/nowhere LD_PRELOAD='' try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'HOME=/root\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nTERM=xterm'
}

@test "K-09: state, kill and delete race with create and start" {
  set_program sleep 1000
  for _ in {1..5}; do
    (for _ in {1..20}; do runtime state "$ID" || true; done) >"$BATS_TEST_TMPDIR/states" 2>"$BATS_TEST_TMPDIR/refusals" 3>&- &
    (for _ in {1..10}; do runtime kill "$ID" KILL || true; done) >/dev/null 2>>"$BATS_TEST_TMPDIR/kills" 3>&- &
    {
      runtime create --bundle "$BUNDLE" "$ID" && runtime start "$ID"
    } >/dev/null 2>>"$BATS_TEST_TMPDIR/starts" 3>&- || true
    runtime delete --force "$ID"
    wait
    runtime delete --force "$ID"
    expect_nothing_left
    # Each answer is a whole one, and each refusal one of those that engines know.
    jq -s -e 'all(.status | IN("creating", "created", "running", "stopped"))' "$BATS_TEST_TMPDIR/states" >/dev/null
    if grep -v "^runtime: state $ID: container \"$ID\" does not exist\$" "$BATS_TEST_TMPDIR/refusals"; then fail 'of state'; fi
  done
  known="^runtime: kill $ID: (container \"$ID\" does not exist|container not running)\$"
  if grep -vE "$known" "$BATS_TEST_TMPDIR/kills"; then fail 'of kill'; fi
}

@test "K-10: any argv[0], and a wrapper" {
  set_program true
  for name in '' /nowhere weird-name; do
    (exec -a "$name" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" 3>&-)
  done
  printf '#!/bin/sh\nexec "%s" --debug --root /wrong "$@"\n' "$RUNTIME" >"$BATS_TEST_TMPDIR/wrapper"
  chmod +x "$BATS_TEST_TMPDIR/wrapper"
  "$BATS_TEST_TMPDIR/wrapper" --root "$ROOT" run --bundle "$BUNDLE" "$ID" 2>/dev/null 3>&-
  expect_nothing_left
}

@test "K-11: relative paths begin at the caller's working directory" {
  set_program sleep 1000
  cd "$BATS_TEST_TMPDIR"
  "$RUNTIME" --root root --log log create --bundle bundle --pid-file pid "$ID" >/dev/null 3>&-
  expect_equal "$("$RUNTIME" --root root state "$ID" | jq -r '.bundle, .pid')" \
    "$BUNDLE"$'\n'"$(<pid)"
}
