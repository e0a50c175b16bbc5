#!/usr/bin/env bats
# Descriptors of the host that a container could come by (S-19…S-23 of security.md). Each command by
# itself is in fds.bats and exec.bats, who lays hold of processes in exec_hostile.bats.
load attacks

# A caller who leaks descriptors of every kind, of the host's folders above all.
leak_descriptors() {
  local number
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  for ((number = 0; number < 30; ++number)); do
    # shellcheck disable=SC2034 # they are to be left open
    exec {file}<"$OUTSIDE/file" {folder}<"$OUTSIDE" {deep}<"$OUTSIDE/folder" {root}</ \
      {fifo}<>"$BATS_TEST_TMPDIR/fifo" {pipe}< <(:) {socket}<>/dev/udp/127.0.0.1/9
  done
}

# Numbers of theirs, of what the runtime itself opens, and high ones.
numbers() { echo {3..45} 100 150 200 255; }

# The container runs the same line of shell, or whatever the test says, in one folder after another.
make_template() {
  update_config '.process.cwd = "@CWD@" | .process.args = ["@PROGRAM@"]'
  TEMPLATE=$(<"$BUNDLE/config.json")
}

# run_both CWD PROGRAM: in a container of its own, and in the one that is there, into $stdout.
run_both() {
  local config=${TEMPLATE//@CWD@/$1}
  echo "${config//@PROGRAM@/$2}" >"$BUNDLE/config.json"
  run_or_refuse
  both=$stdout
  try runtime exec --cwd "$1" "$ID-2" "$2"
  both+=$stdout
}

start_other() {
  update_config '.process.cwd = "/" | .process.args = ["sleep", "1000"]'
  runtime run --detach --bundle "$BUNDLE" "$ID-2" </dev/null >/dev/null 2>&1
}

# --- where a program starts ------------------------------------------------------------------

# Says what it sees of the host's files, of those of the bundle, of the state and of the cgroups.
make_looker() {
  cat >"$BUNDLE/rootfs/bin/look" <<'END'
#!/bin/sh
for name in file folder config.json rootfs intent.json state.json cgroup.procs boot usr; do
  [ ! -e $name ] || echo "$name"
done
END
  chmod 755 "$BUNDLE/rootfs/bin/look"
}

start_in_descriptors() {
  local number at
  leak_descriptors
  make_looker
  make_template
  start_other
  for number in $(numbers); do
    for at in "/proc/self/fd/$number" "/proc/1/fd/$number" "/proc/self/fd/$number/.."; do
      run_both "$at" /bin/look
      [ -z "$both" ] || breach "in $at there are: $both"
    done
  done
  # It would have been seen.
  touch "$BUNDLE/rootfs/tmp/file"
  run_both /tmp /bin/look
  [ "$both" = filefile ] || breach "this shows nothing: $both"
}

@test "S-19: a working directory that is a descriptor, by run and exec" { withstands start_in_descriptors; }

# --- which program it is ---------------------------------------------------------------------

run_descriptors() {
  local number name
  printf '#!/bin/sh\necho of the host\n' | tee "$OUTSIDE/program" >"$OUTSIDE/file"
  chmod 755 "$OUTSIDE/program" "$OUTSIDE/file"
  take_as_it_is
  leak_descriptors
  make_template
  start_other
  for number in $(numbers); do
    for name in "/proc/self/fd/$number" "/proc/self/fd/$number/program" "/proc/self/fd/$number$OUTSIDE/program"; do
      run_both / "$name"
      [ -z "$both" ] || breach "$name ran: $both"
    done
  done
  # It would have been seen.
  cp "$OUTSIDE/program" "$BUNDLE/rootfs/tmp/program"
  run_both / /tmp/program
  [ "$both" = 'of the hostof the host' ] || breach "this shows nothing: $both"
}

@test "S-20: a program that is a descriptor, by run and exec" { withstands run_descriptors; }

# --- what a program has ----------------------------------------------------------------------

list_descriptors() {
  local lister='(ls -l /proc/$$/fd >/tmp/fds); exit 0' wanted='0 /dev/null 1 /dev/null 2 /dev/null'
  leak_descriptors
  start_other
  set_script "$lister"
  runtime run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  [ "$(fds_inside)" = "$wanted" ] || breach "run: $(fds_inside)"
  runtime create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  [ "$(fds_inside)" = "$wanted" ] || breach "create, start: $(fds_inside)"
  runtime exec "$ID-2" sh -c "$lister" </dev/null >/dev/null 2>&1
  [ "$(fds_inside)" = "$wanted" ] || breach "exec: $(fds_inside)"
}

@test "S-21: of 210 leaked descriptors none is there, after run, start and exec" { withstands list_descriptors; }
