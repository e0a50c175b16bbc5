#!/usr/bin/env bats
# containerd's CRI plugin, called as the kubelet does, with the configuration of docs/engines.md: a pod's
# RuntimeClass names the runtime's handler or runc's.
load engines
load containerd
load cri.bash

needs_all() {
  needs runc ip
  needs_cri
  /usr/bin/python3 -c 'import websocket' 2>/dev/null || skip 'python3-websocket is not installed'
  [ -x /usr/lib/cni/ptp ] || skip 'containernetworking-plugins is not installed'
}

setup_file() {
  needs_all
  # Short, because of the sockets in it.
  WORK=$(mktemp -d /tmp/cri-XXXXXX)
  # For pods' users on the way to what is theirs.
  chmod 711 "$WORK"
  export WORK CONTAINERD_ADDRESS=$WORK/socket
  mkdir "$WORK/cni"
  write_config >"$WORK/config.toml"
  printf '{"cniVersion": "0.4.0", "name": "pods", "plugins": [{"type": "ptp", "ipam":
    {"type": "host-local", "ranges": [[{"subnet": "10.99.0.0/24"}]], "dataDir": "%s/addresses"}}]}' "$WORK" >"$WORK/cni/pods.conflist"
  prepare_cri
  # Pods' networks are in its own, not the host's.
  # shellcheck disable=SC2016
  start_containerd unshare --net sh -c 'ip link set lo up && exec "$@"' sh
}

# docs/engines.md's, and what the machine and the test ask for.
write_config() {
  local cri='plugins."io.containerd.grpc.v1.cri"'
  printf 'root = "%s/root"\nstate = "%s/state"\n' "$WORK" "$WORK"
  documented config.toml | sed "s,^version = 2\$,&\n[grpc]\n  address = \"$CONTAINERD_ADDRESS\",
    s,^\[$cri.containerd\]\$,&\n  snapshotter = \"native\","
  printf '[%s]\n  sandbox_image = "example.org/box:latest"\n  restrict_oom_score_adj = true\n  netns_mounts_under_state_dir = true\n' "$cri"
  # Who lists a runtime has the default one no more.
  printf '[%s.containerd.runtimes.runc]\n  runtime_type = "io.containerd.runc.v2"\n' "$cri"
  printf '[%s.cni]\n  bin_dir = "/usr/lib/cni"\n  conf_dir = "%s/cni"\n' "$cri" "$WORK"
}

teardown_file() {
  [ -n "${WORK-}" ] || return 0
  local pod
  for pod in $(ctr container list -q 'labels."io.cri-containerd.kind"==sandbox' 2>/dev/null); do
    cri RemovePodSandbox "{\"pod_sandbox_id\": \"$pod\"}" >/dev/null || true
  done
  end_containerd
  remove_parent_cgroup k8s.io
}

setup() {
  needs_all
  cd "$BATS_TEST_TMPDIR" || return
}

# stream METHOD JSON [ROWS COLUMNS]: of the container that was started last. The server of streams is where
# containerd's network is.
stream() {
  local url
  url=$(cri "$1" "$(jq -nc --arg id "$container" --argjson more "$2" '{container_id: $id, stdin: true, stdout: true} * $more')" | jq -r .url)
  nsenter --net="/proc/$(<"$WORK/pid")/ns/net" "$BATS_TEST_DIRNAME/stream" "$url" "${@:3}"
}
exec_stream() { stream Exec "$(jq -nc '{stderr: true, cmd: $ARGS.positional}' --args -- "$@")"; }
exec_terminal() { with_terminal Exec "$(jq -nc '{cmd: $ARGS.positional}' --args -- "$@")"; }
with_terminal() { stream "$1" "$(jq -c '.tty = true' <<<"$2")" 50 100; }

@test "cri: it is this runtime" {
  export ENGINE_RUNTIME=$RUNTIME
  start_pod
  "$RUNTIME" --root /run/containerd/runc/k8s.io list -q | grep -qx "$pod"
  end_pod
}

@test "cri: containers of a pod, their output and exit status" {
  scenario() {
    start_pod
    in_container '{}' sh -c 'echo out; echo err >&2; exit 7'
    in_container '{}' sh -c 'kill -9 $$'
    in_container '{"working_dir": "/tmp", "envs": [{"key": "A", "value": "b"}]}' sh -c 'pwd; echo $A; hostname; id'
    in_container '{}' sh -c 'ip -o link | wc -l; ip -o -4 addr show dev eth0 | grep -c 10.99.0'
    in_container '{"tty": true}' tty
    in_container '{"mounts": [{"container_path": "/mnt", "host_path": "/etc", "readonly": true}]}' sh -c 'test -s /mnt/passwd && touch /mnt/x'
    end_pod
  }
  same_as_runc scenario
}

@test "cri: programs that can't be run" {
  # The container's status is the same, the reason is in each runtime's words.
  scenario() {
    start_pod
    local program
    for program in nosuch /bin/nosuch /etc/passwd /etc; do
      start one '{}' "$program" 2>&1 | grep -o '^[A-Z]*: failed to [a-z ]*'
      container=$(ctr container list -q 'labels."io.cri-containerd.kind"==container')
      status_of | sed 's/RunContainerError/StartError/'
      cri RemoveContainer "{\"container_id\": \"$container\"}"
    done
    end_pod
  }
  same_as_runc scenario
}

@test "cri: exec, with its output, exit status and time limit" {
  scenario() {
    start_pod
    start one '{"linux": {"security_context": {"run_as_user": {"value": 1000}}}}' sleep 1000
    exec_sync sh -c 'echo out; echo err >&2; id; exit 7'
    exec_sync sh -c 'kill -9 $$'
    exec_sync grep -E 'Cap|Seccomp:|NoNewPrivs' /proc/self/status
    exec_sync nosuch 2>&1 | grep -o 'exec: "nosuch": executable file not found in $PATH'
    cri ExecSync "{\"container_id\": \"$container\", \"timeout\": 1, \"cmd\": [\"sleep\", \"1000\"]}" 2>&1 | grep -o '^[A-Z_]*: '
    exec_sync sh -c 'ps | grep -c "[s]leep 1000\$"'
    end_pod
    exec_sync true 2>&1 | grep -o '^[A-Z_]*: '
  }
  same_as_runc scenario
}

@test "cri: streaming exec, with its input, output and exit status" {
  scenario() {
    start_pod
    start one '{}' sleep 1000
    echo words | exec_stream sh -c 'read line; echo "out $line"; echo "err $line" >&2; exit 7' 2>err; ended
    cat err
    exec_stream true; ended
    exec_stream sh -c 'kill -9 $$'; ended
    exec_stream sh -c 'tty; seq 100000 | tail -n 1'; ended
    seq 100000 | exec_stream sh -c 'head -n 100000 | tail -n 1; cat /proc/1/comm'; ended
    exec_stream nosuch 2>err; ended
    grep -o 'exec: "nosuch": executable file not found in $PATH' err
    end_pod
  }
  same_as_runc scenario
}

@test "cri: streaming exec with a terminal, its size and its interrupt key" {
  scenario() {
    start_pod
    start one '{}' sleep 1000
    exec_terminal sh -c 'tty; until [ "$(stty size 2>&1)" = "50 100" ]; do sleep 0.1; done; echo sized; exit 7'; ended
    printf 'words\n\004' | exec_terminal cat; ended
    # What the other runtime's program said.
    rm -f said
    { wait_until grep -q ready said && printf '\003'; } | exec_terminal sh -c 'trap "exit 4" INT; echo ready; while :; do sleep 0.1; done' >said; ended
    cat said
    end_pod
  }
  same_as_runc scenario
}

@test "cri: attach" {
  scenario() {
    start_pod
    start one '{"stdin": true}' sh -c 'read line; echo "out $line"; echo "err $line" >&2; read line; exit 5'
    # What is said at the very end may get lost.
    { echo words && wait_until grep -q words out && wait_until grep -q words err && echo end; } |
      stream Attach '{"stderr": true}' >out 2>err; ended
    cat out err
    wait_until has_exited
    status_of
    log_of one
    start two '{"stdin": true, "tty": true}' sh -c 'read line; until [ "$(stty size 2>&1)" = "50 100" ]; do sleep 0.1; done; exit 6'
    echo words | with_terminal Attach '{}'; ended
    wait_until has_exited
    status_of
    end_pod
  }
  same_as_runc scenario
}

@test "cri: stop, by the container's own means or by force" {
  scenario() {
    start_pod
    start one '{}' sh -c 'trap "echo stopped; exit 3" TERM; echo started; while :; do sleep 0.1; done'
    wait_until grep -q started "$WORK/logs/one"
    cri StopContainer "{\"container_id\": \"$container\", \"timeout\": 20}"
    status_of
    log_of one
    start two '{}' sleep 1000
    cri StopContainer "{\"container_id\": \"$container\", \"timeout\": 1}"
    status_of
    start three '{}' sleep 1000
    end_pod
    status_of
  }
  same_as_runc scenario
}

@test "cri: limits, their update, and what is used" {
  scenario() {
    start_pod
    start one '{"linux": {"resources": {"memory_limit_in_bytes": 67108864, "cpu_period": 100000, "cpu_quota": 50000, "cpu_shares": 512}}}' sleep 1000
    limits
    cri UpdateContainerResources "{\"container_id\": \"$container\", \"linux\": {\"memory_limit_in_bytes\": 134217728, \"cpu_quota\": 20000}}"
    limits
    cri ContainerStats "{\"container_id\": \"$container\"}" |
      jq -c '.stats | [(.cpu.usage_core_nano_seconds, .memory.working_set_bytes).value | tonumber > 0]'
    end_pod
  }
  limits() {
    local file
    for file in memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.shares; do
      cat "/sys/fs/cgroup/${file%%/*}/k8s.io/$container/${file##*/}"
    done
  }
  same_as_runc scenario
}

@test "cri: users, capabilities, seccomp, hidden and read-only files, privileges" {
  scenario() {
    local see='id; grep -E "Cap|Seccomp:|NoNewPrivs" /proc/self/status; touch /x; cat /proc/version | wc -l; touch /proc/sys/kernel/x'
    start_pod
    with_rights '{}'
    with_rights '{"run_as_user": {"value": 1000}, "run_as_group": {"value": 5}, "supplemental_groups": [7], "no_new_privs": true, "seccomp": {}}'
    with_rights '{"run_as_username": "user", "readonly_rootfs": true, "seccomp": {"profile_type": "Unconfined"}}'
    with_rights '{"capabilities": {"drop_capabilities": ["ALL"], "add_capabilities": ["CHOWN"]}, "masked_paths": ["/proc/version"], "readonly_paths": ["/proc/sys"]}'
    end_pod
  }
  with_rights() { in_container "{\"linux\": {\"security_context\": $1}}" sh -c "$see"; }
  same_as_runc scenario
}

@test "cri: namespaces of the pod, the node and another container, and sysctls" {
  scenario() {
    start_pod '{"linux": {"sysctls": {"kernel.msgmax": "1234"}}}'
    start first '{}' sleep 1000
    local first=$container
    in_container '{}' sh -c 'cat /proc/sys/kernel/msgmax; tr "\0" " " </proc/1/cmdline; for i in ipc net uts; do readlink /proc/self/ns/$i; done' >two
    exec_in "$first" sh -c 'for i in ipc net uts; do readlink /proc/self/ns/$i; done' >one
    grep -cFf one two
    grep -v '\[' two
    in_container '{"linux": {"security_context": {"namespace_options": {"pid": "POD"}}}}' sh -c 'tr "\0" " " </proc/1/cmdline'
    in_container "{\"linux\": {\"security_context\": {\"namespace_options\": {\"pid\": \"TARGET\", \"target_id\": \"$first\"}}}}" \
      sh -c 'tr "\0" " " </proc/1/cmdline; ps | grep -c "[s]leep"'
    end_pod
    start_pod '{"linux": {"security_context": {"namespace_options": {"network": "NODE", "pid": "NODE", "ipc": "NODE"}}}}'
    in_container '{"linux": {"security_context": {"namespace_options": {"network": "NODE", "pid": "NODE", "ipc": "NODE"}}}}' \
      sh -c '[ $$ -gt 50 ] && for i in ipc net pid; do readlink /proc/self/ns/$i; done' |
      grep -cFf <(readlink "/proc/$(<"$WORK/pid")/ns/"{ipc,net,pid})
    end_pod
  }
  exec_in() { container=$1 exec_sync "${@:2}"; }
  same_as_runc scenario
}

@test "cri: a pod with a user namespace" {
  local version
  version=$(containerd --version | cut -d" " -f3)
  dpkg --compare-versions "$version" ge 1.7 || skip "containerd $version makes no user namespaces for pods: 1.7 does"
  scenario() {
    local security='{"linux": {"security_context": {"namespace_options": {"userns_options":
      {"uids": [{"host_id": 100000, "length": 65536}], "gids": [{"host_id": 200000, "length": 65536}]}}}}}'
    rm -rf volume
    mkdir volume
    chown 101000:200005 volume
    start_pod "$security"
    in_container "$security" sh -c 'id; cat /proc/self/uid_map /proc/self/gid_map; stat -c %u:%g /bin /proc /sys; ip -o -4 addr show dev eth0 | grep -c 10.99.0'
    start two "$(jq -c --arg volume "$PWD/volume" '.mounts = [{container_path: "/volume", host_path: $volume}] | .linux.security_context.run_as_user.value = 1000' <<<"$security")" \
      sh -c 'stat -c %u:%g /volume; touch /volume/mine; sleep 1000'
    wait_until test -e volume/mine
    wait_until grep -q stdout "$WORK/logs/two"
    log_of two
    stat -c %u:%g volume/mine
    exec_sync sh -c 'id; cat /proc/self/uid_map; touch /tmp/x && stat -c %u:%g /tmp/x; touch /bin/x'
    echo words | exec_stream sh -c 'cat /proc/self/gid_map; head -n 1; exit 7'; ended
    exec_terminal sh -c 'stat -c %u "$(tty)"'; ended
    end_pod
  }
  same_as_runc scenario
}

@test "cri: privileged" {
  # Not the same as runc, which fails where root lacks a capability, as on this project's machines.
  export ENGINE_RUNTIME=$RUNTIME
  start_pod '{"linux": {"security_context": {"privileged": true}}}'
  in_container '{"linux": {"security_context": {"privileged": true}}}' \
    sh -c '[ $(ls /dev | wc -l) -gt 30 ] && mount -t tmpfs none /tmp && grep "^CapEff:" /proc/self/status' >said
  grep -qFx "stdout F $(grep ^CapEff: /proc/self/status)" said
  end_pod
}

@test "cri: five pods at once" {
  scenario() {
    local i
    for i in {1..5}; do
      (
        start_pod "{\"metadata\": {\"name\": \"pod$i\", \"uid\": \"pod$i\"}}"
        in_container '{}' echo "number $i" >/dev/null
        end_pod >/dev/null
        echo "pod $i"
      ) &
    done | sort
    wait
    ctr container list -q | wc -l
  }
  same_as_runc scenario
}
