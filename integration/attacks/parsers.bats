#!/usr/bin/env bats
# Configs that are too much, and names that look like something else (S-35, S-37 of security.md). What is
# simply wrong is in bad-inputs.bats.
load attacks

# In 256 MB of address space, of which the executable itself is two: enough for sixteen times the
# largest of these configs. Not with sanitizers, whose shadow memory alone needs more than that.
run_in_little_memory() {
  limited() (
    [ -n "${SANITIZED:-}" ] || ulimit -v 262144
    exec "$RUNTIME" --log /dev/null --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  )
  try limited
  [[ $status = 0 || $stderr = "runtime: run $ID: "* && $stderr != *$'\n'* && ${#stderr} -lt 1000 ]] || breach "$1: status $status: ${stderr:0:300}"
}

run_large_configs() {
  local name program
  cp "$BUNDLE/config.json" "$BUNDLE/saved.json"
  while read -r name program; do
    jq -c "$program" "$BUNDLE/saved.json" >"$BUNDLE/config.json"
    run_in_little_memory "$name"
  done <<'END'
annotations .annotations = ([range(100000)] | map({key: "k\(.)", value: "value"}) | from_entries)
arguments .process.args += [range(100000) | "a word of 20 letters"]
environment .process.env += [range(100000) | "NAME\(.)=value"]
hostname .hostname = "x" * 1048576
mounts .mounts += [range(10000) | {destination: "/tmp/\(.)", type: "tmpfs", source: "tmpfs"}]
masked .linux.maskedPaths = [range(50000) | "/nowhere/\(.)"]
devices .linux.devices = [range(10000) | {path: "/dev/d\(.)", type: "c", major: 1, minor: 3}]
rules .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [range(50000) | {names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: ., op: "SCMP_CMP_EQ"}]}]}
groups .process.user.additionalGids = [range(100000)]
hooks .hooks.poststop = [range(20000) | {path: "/nowhere/\(.)", timeout: 1}] | .process.args = ["/nowhere"] | .root.path = "nowhere"
value .annotations.long = "x" * 16777216
depth .annotations = (reduce range(2000) as $i ("x"; [.]))
END
}

@test "S-35: configs with a hundred thousand of everything run, or are refused in one line" { withstands run_large_configs; }

# --- names of processes ----------------------------------------------------------------------

# As proc_pid_stat(5) has it, between brackets, before the state and the start time.
name_itself_stopped() {
  local name pid
  for name in 'a) Z 1 1 (b' ') R 1' '((((' $'a\nZ 1 2'; do
    # A script's name is that of the process.
    printf '#!/bin/sh\nwhile :; do sleep 1; done\n' >"$BUNDLE/rootfs/tmp/$name"
    chmod 755 "$BUNDLE/rootfs/tmp/$name"
    set_program "/tmp/$name"
    runtime run --detach --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 || breach "$name: it does not run"
    pid=$(state_of "$ID" pid)
    wait_until is_named "$pid" "$name" || breach "$name: is called $(<"/proc/$pid/comm")"
    has_status "$ID" running || breach "$name: is $(state_of "$ID" status)"
    runtime exec "$ID" true || breach "$name: nobody can enter"
    try runtime delete "$ID"
    [ "$status" = 1 ] || breach "$name: a running container was deleted"
    runtime kill "$ID" KILL || breach "$name: it can't be killed"
    wait_until has_status "$ID" stopped || breach "$name: is not stopped"
    runtime delete "$ID" || breach "$name: it can't be deleted"
  done
}

is_named() { [ "$(<"/proc/$1/comm")" = "$2" ]; }

@test "S-37: an init with the name of a process that has ended" { withstands name_itself_stopped; }
