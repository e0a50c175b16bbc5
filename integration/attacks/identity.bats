#!/usr/bin/env bats
# Capabilities, ids and groups that a program could come by (S-28…S-34 of security.md). What each setting
# does is in user.bats, exec_process.bats and user_namespaces.bats.
load attacks

# --- capabilities ----------------------------------------------------------------------------

# The masks of a process, from its status.
masks() { sed -n 's/^Cap\(...\):\t0*\(.*\)$/\1=\2/p' | tr '\n' ' '; }

# expect_limits WHO: bounding as configured and nothing inheritable or ambient, whatever else; from the
# status on the input.
expect_limits() {
  local got
  got=$(masks)
  [[ $got = "Inh= "*" Bnd=21 Amb= " ]] || breach "$1: $got"
}

# Whoever enters, in whatever way, gets no further than init.
enter_in_every_way() {
  local user privileges option
  for user in 0 1000; do
    for privileges in true false; do
      update_config --argjson user "$user" --argjson privileges "$privileges" '.process.user = {uid: $user, gid: 0} |
        .process.noNewPrivileges = $privileges | .process.args = ["sleep", "1000"] |
        .process.capabilities = ({bounding: ["CAP_CHOWN", "CAP_KILL"]} | .permitted = .bounding | .effective = .bounding)'
      runtime run --detach --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
      expect_limits "init, user $user, noNewPrivileges $privileges" <"/proc/$(state_of "$ID" pid)/status"
      for option in --tty=false --user=0 --user=1000 --cap=CAP_KILL --no-new-privs; do
        expect_limits "exec $option, user $user, noNewPrivileges $privileges" \
          < <(runtime exec "$option" "$ID" cat /proc/self/status)
      done
      runtime delete --force "$ID"
    done
  done
}

@test "S-28: bounding and inheritable sets of init and of who enters" { withstands enter_in_every_way; }
@test "S-28: in a user namespace" { withstands enter_in_every_way_mapped; }

enter_in_every_way_mapped() {
  map_ids 0 100000 65536
  enter_in_every_way
}

# run_with_file CAPABILITIES NO-NEW-PRIVILEGES: what the program has then.
run_with_file() {
  mkdir -p "$BUNDLE/rootfs/file"
  cp "$BUNDLE/rootfs/bin/busybox" "$BUNDLE/rootfs/file/cat"
  setcap "$1" "$BUNDLE/rootfs/file/cat"
  update_config --argjson privileges "$2" '.process.noNewPrivileges = $privileges'
  runtime run --bundle "$BUNDLE" "$ID" | masks
}

gain_by_file() {
  set_program /file/cat /proc/self/status
  update_config '.process.user = {uid: 1000, gid: 1000} |
    .process.capabilities = {bounding: ["CAP_KILL", "CAP_NET_RAW"], permitted: [], effective: [], inheritable: [], ambient: []}'
  while IFS='|' read -r capabilities privileges wanted; do
    got=$(run_with_file "$capabilities" "$privileges")
    [ "$got" = "$wanted " ] || breach "$capabilities, noNewPrivileges $privileges: $got"
  done <<'END'
cap_net_raw+ep|true|Inh= Prm= Eff= Bnd=2020 Amb=
cap_net_raw+ei|true|Inh= Prm= Eff= Bnd=2020 Amb=
cap_net_raw+ep|false|Inh= Prm=2000 Eff=2000 Bnd=2020 Amb=
cap_net_raw+ei|false|Inh= Prm= Eff= Bnd=2020 Amb=
cap_net_raw,cap_sys_admin+p|false|Inh= Prm=2000 Eff= Bnd=2020 Amb=
END
}

@test "S-29: capabilities of a file give what is in the bounding set, or with noNewPrivileges nothing" {
  command -v setcap >/dev/null || skip 'setcap is not installed'
  withstands gain_by_file
}

# --- user namespaces below the container's ----------------------------------------------------

# With more ranges than the kernel leaves unsorted. Its root has all capabilities there, but none over
# what isn't mapped (CVE-2018-18955).
read_from_nested() {
  map_ids 0 100000 65536
  echo of the host >"$BUNDLE/rootfs/host"
  echo own >"$BUNDLE/rootfs/own"
  chmod 600 "$BUNDLE"/rootfs/{host,own}
  chown 100001:100001 "$BUNDLE/rootfs/own"
  chmod 777 "$BUNDLE/rootfs/tmp"
  update_config '.process.noNewPrivileges = false |
    .process.capabilities |= map_values(["CAP_SETUID", "CAP_SETGID", "CAP_SETFCAP", "CAP_SYS_ADMIN"])'
  set_script 'busybox mkfifo /tmp/mapped
    busybox unshare -U sh -c "read _ </tmp/mapped; cat /own /host; id -u; wc -l </proc/self/uid_map" 2>&1 &
    while [ "$(readlink /proc/$!/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do sleep 0.02; done
    for map in uid_map gid_map; do printf "%s\n" "0 0 1" "1 1 1" "2 2 1" "3 3 1" "4 4 1" "5 5 995" >/proc/$!/$map; done
    echo >/tmp/mapped; wait'
  run_or_refuse
  [ "$status$stdout" = $'0own\ncat: can\'t open \'/host\': Permission denied\n0\n6' ] || breach "status $status: $stdout$stderr"
}

@test "S-32: root of a namespace within, with six ranges, reads no file of the host's root" { withstands read_from_nested; }

# --- groups ----------------------------------------------------------------------------------

keep_groups() {
  local groups
  groups=$(seq -s , 5001 5020)
  echo secret >"$BUNDLE/file"
  chown 0:5007 "$BUNDLE/file"
  chmod 070 "$BUNDLE/file"
  add_mounts <<<'/file - file bind'
  update_config '.process.user = {uid: 1000, gid: 1000, additionalGids: [6000]}'
  set_script 'grep Groups /proc/self/status; cat /file'
  try setpriv --groups "$groups" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  [ "$stdout" = $'Groups:\t6000 ' ] || breach "$stdout"
  set_program sleep 1000
  setpriv --groups "$groups" "$RUNTIME" --root "$ROOT" run --detach --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  try setpriv --groups "$groups" "$RUNTIME" --root "$ROOT" exec "$ID" sh -c 'grep Groups /proc/self/status; cat /file'
  [ "$stdout" = $'Groups:\t6000 ' ] || breach "exec: $stdout"
}

@test "S-31: a caller's twenty groups open no file to the program" { withstands keep_groups; }

# --- what is the host's ----------------------------------------------------------------------

# Streams are the program's, but for devices that are everybody's.
give_away_null() {
  update_config '.process.user = {uid: 1000, gid: 1000}'
  runtime run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  runtime exec --user 1001 "$ID" true </dev/null >/dev/null 2>&1
}

@test "P-04: the host's null device stays root's" { withstands give_away_null; }
@test "P-04: crun gives it to the program's user" {
  gives_way crun 'the host has changed: .*> /dev/null [^>]* 666 100[01]:' give_away_null
}

# --- the runtime's own -----------------------------------------------------------------------

run_set_user_id() {
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  chmod 4755 "$BATS_TEST_TMPDIR/runtime"
  chmod 755 "$BATS_TEST_TMPDIR" "$BUNDLE"
  try setpriv --reuid 1000 --clear-groups "$BATS_TEST_TMPDIR/runtime" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && -z $stdout && $stderr = *"refusing to run with set-user-ID, set-group-ID or file capabilities" ]] || breach "status $status: $stdout$stderr"
  setcap cap_sys_admin+ep "$BATS_TEST_TMPDIR/runtime"
  chmod 755 "$BATS_TEST_TMPDIR/runtime"
  try setpriv --reuid 1000 --clear-groups "$BATS_TEST_TMPDIR/runtime" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && -z $stdout && $stderr = *"refusing to run with set-user-ID, set-group-ID or file capabilities" ]] || breach "capabilities, status $status: $stdout$stderr"
}

@test "S-33: the executable with a set-user-ID bit or capabilities refuses to run" {
  skip_sanitized 'before main they make the folder of their reports, which that user can not reach'
  command -v setcap >/dev/null || skip 'setcap is not installed'
  withstands run_set_user_id
}

@test "S-33: crun runs a container for whoever calls it" {
  command -v setcap >/dev/null || skip 'setcap is not installed'
  gives_way crun 'status 0: ' run_set_user_id
}
