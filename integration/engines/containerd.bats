#!/usr/bin/env bats
# containerd with its shim for runc, driven by ctr, with the configuration of docs/engines.md.
load engines
load containerd

setup_file() {
  needs containerd ctr runc
  # Short, because of the sockets in it.
  WORK=$(mktemp -d /tmp/containerd-XXXXXX)
  export WORK CONTAINERD_ADDRESS=$WORK/socket
  {
    printf 'root = "%s/root"\nstate = "%s/state"\n' "$WORK" "$WORK"
    documented config.toml | sed "s,^version = 2\$,version = 2\n[grpc]\n  address = \"$CONTAINERD_ADDRESS\","
  } >"$WORK/config.toml"
  grep -q "BinaryName = \"$RUNTIME\"" "$WORK/config.toml" || fail 'docs/engines.md has no block for config.toml'
  start_containerd
}

teardown_file() {
  [ -n "${WORK-}" ] || return 0
  local id
  for id in $(ctr task list -q 2>/dev/null); do ctr task delete --force "$id" >/dev/null 2>&1 || true; done
  for id in $(ctr container list -q 2>/dev/null); do ctr container delete "$id" >/dev/null 2>&1 || true; done
  end_containerd
}

setup() { needs containerd ctr runc; }

with_runtime() {
  local command=$1
  shift
  ctr "$command" --snapshotter native --runc-binary "$ENGINE_RUNTIME" "$@"
}
in_box() { with_runtime run --rm "${OPTIONS[@]}" example.org/box:latest one "$@"; }
OPTIONS=()

start_web() {
  with_runtime run --detach "${OPTIONS[@]}" example.org/box:latest web "$@"
  ended
}
end_web() {
  ctr task kill --signal KILL web 2>/dev/null
  wait_until eval 'ctr task list | grep web | grep -q STOPPED'
  ctr task delete web
  ctr container delete web
  ended
}

@test "containerd: it is this runtime" {
  ENGINE_RUNTIME=$RUNTIME start_web sleep 1000
  "$RUNTIME" --root /run/containerd/runc/default list -q | grep -qx web
  end_web
}

@test "containerd: run, output and exit status" {
  scenario() {
    in_box sh -c 'echo out; exit 7'; ended
    in_box nosuch; ended
    in_box /etc/passwd; ended
    in_box sh -c 'kill -9 $$'; ended
    in_box sh -c 'id; hostname; pwd; grep -E "Cap|NoNewPrivs|Seccomp:" /proc/self/status'; ended
    OPTIONS=(--user 1000:1000 --cwd /tmp --env A=b --read-only --seccomp)
    in_box sh -c 'id; pwd; echo $A; touch /x; grep Seccomp: /proc/self/status'; ended
    OPTIONS=(--memory-limit 16777216 --cpus 0.5)
    in_box sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1'; ended
    OPTIONS=(--net-host)
    in_box readlink /proc/self/ns/net | grep -cFx "$(readlink /proc/self/ns/net)"
    OPTIONS=(--mount "type=bind,src=/etc,dst=/mnt,options=rbind:ro")
    in_box sh -c 'cat /mnt/debian_version; touch /mnt/x'; ended
  }
  same_as_runc scenario
}

@test "containerd: exec, also with a terminal" {
  scenario() {
    start_web sleep 1000
    ctr task exec --exec-id a web sh -c 'echo out; sleep 0.2; exit 7'; ended
    ctr task exec --exec-id b web nosuch; ended
    ctr task exec --exec-id c --user 1000 --cwd /tmp web sh -c 'id -u; pwd; sleep 0.2'; ended
    ctr task exec --exec-id d web sh -c 'kill -9 $$'; ended
    on_terminal "ctr task exec --exec-id e --tty web sh -c 'tty; sleep 0.2'" | grep -v resize; ended
    end_web
  }
  same_as_runc scenario
}

@test "containerd: pause, resume, ps, kill" {
  scenario() {
    start_web sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'
    ctr task pause web; ended
    ctr task list | sed 1d | tr -s ' ' | cut -d' ' -f3
    ctr task exec --exec-id a web true; ended
    ctr task resume web; ended
    ctr task list | sed 1d | tr -s ' ' | cut -d' ' -f3
    ctr task ps web | sed 1d | wc -l | sed 's/[12]/one or two/'
    ctr task metrics web | grep -c '^memory.usage_in_bytes\|^pids.current'
    ctr task kill --signal TERM web; ended
    wait_until eval 'ctr task list | grep web | grep -q STOPPED'
    ctr task delete web; ended
    ctr container delete web; ended
  }
  same_as_runc scenario
}

@test "containerd: checkpoint, and restore under another name" {
  needs_criu
  scenario() {
    start_web sh -c "$COUNTER"
    wait_until counts_beyond 3 ctr task exec --exec-id a web
    ctr container checkpoint --rw --task --image web example.org/web:first; ended
    end_web
    ctr container restore --rw --live web example.org/web:first; ended
    # More than once, because ctr may miss what a short command says.
    wait_until counts_beyond 3 ctr task exec --exec-id b web; ended
    end_web
    ctr image remove example.org/web:first >/dev/null
  }
  same_as_runc scenario
}

@test "containerd: ten at once" {
  # Each by its exit status: ctr may miss what a short program says.
  scenario() {
    local i
    for i in {1..10}; do
      (with_runtime run --rm example.org/box:latest "many-$i" sh -c "exit $i"; ended) &
    done | sort
    wait
    ctr container list -q | wc -l
  }
  same_as_runc scenario
}
