#!/usr/bin/env bats
# Docker: its daemon and its command line, with the configuration of docs/engines.md.
load engines
load docker_like
# shellcheck disable=SC2034 # for docker_like
ENGINE=docker

setup_file() {
  needs dockerd docker containerd runc ip
  WORK=$(mktemp -d /tmp/docker-XXXXXX)
  export WORK DOCKER_HOST=unix://$WORK/socket
  # The other runtime is called other: the name runc is Docker's own.
  documented daemon.json | jq --arg runc "$(command -v runc)" 'del(."default-runtime") | .runtimes.other.path = $runc | .experimental = true' >"$WORK/daemon.json"
  grep -q "$RUNTIME" "$WORK/daemon.json" || fail 'docs/engines.md has no block for daemon.json'
  # No rules in the host's firewall; and bridges only in a network namespace of its own.
  # shellcheck disable=SC2016
  (cd "$WORK" && exec unshare --net sh -c 'ip link set lo up && exec "$@"' sh dockerd --config-file "$WORK/daemon.json" --host "$DOCKER_HOST" --data-root "$WORK/root" \
    --exec-root "$WORK/exec" --pidfile "$WORK/docker.pid" --storage-driver vfs --iptables=false \
    --ip6tables=false --ip-forward=false --ip-masq=false --exec-opt native.cgroupdriver=cgroupfs >"$WORK/log" 2>&1 3>&- </dev/null) &
  echo "$!" >"$WORK/pid"
  wait_until docker version >/dev/null 2>&1 || {
    tail -n 5 "$WORK/log" >&2
    return 1
  }
  make_image_root "$WORK/image"
  tar -C "$WORK/image" -c . | docker import --change 'ENV PATH=/bin' - box >/dev/null
}

teardown_file() {
  [ -n "${WORK-}" ] || return 0
  docker ps --all --quiet | xargs -r docker rm --force >/dev/null 2>&1 || true
  kill "$(<"$WORK/pid")"
  wait_until eval "! kill -0 $(<"$WORK/pid") 2>/dev/null"
  sed -n "s,^[^ ]* \(${WORK}[^ ]*\) .*,\1,p" /proc/self/mounts | sort -r | xargs -r umount
  rm -rf "$WORK"
  remove_parent_cgroup engines-test
}

setup() { needs dockerd docker containerd runc ip; }

with_limits() {
  local command=$1 name=runtime
  shift
  [[ $ENGINE_RUNTIME != *runc ]] || name=other
  docker "$command" --runtime $name --network "${NETWORK-none}" --ulimit nofile=1024:1024 "$@"
}
gone() { docker rm --force web >/dev/null; }

@test "docker: it is this runtime" {
  ENGINE_RUNTIME=$RUNTIME
  with_container box sleep 1000
  [ "$(docker inspect web --format '{{.HostConfig.Runtime}}')" = runtime ]
  "$RUNTIME" --root /var/run/docker/runtime-runtime/moby list -q 2>/dev/null | grep -q . ||
    find "$WORK/exec" /var/run/docker -path "*$(docker inspect web --format '{{.Id}}')*" -name state.json | grep -q .
  gone
}

@test "docker: checkpoint, and start from it" {
  needs_criu
  scenario() {
    with_container box sh -c "$COUNTER"
    wait_until counts_beyond 3 docker exec web
    docker checkpoint create web first; ended
    docker wait web
    # Newer ones may still find there what the checkpoint has put into containerd's store.
    wait_until docker start --checkpoint first web; ended
    [ "$(docker exec web cat /tmp/count)" -gt 3 ]; ended
    docker checkpoint create --leave-running web second; ended
    counts_beyond 3 docker exec web; ended
    docker checkpoint ls web
    gone
  }
  same_as_runc scenario
}

@test "docker run: output, exit status, 125, 126, 127" {
  scenario() {
    ends_of_programs
    in_box --workdir /etc/passwd box true; ended
  }
  same_as_runc scenario
}

# What docker says on standard output of a program that can't be run, in each runtime's words.
without_reason() { sed 's/^\(OCI runtime exec failed\):.*/\1/'; }

@test "docker exec" {
  scenario() {
    with_container box sleep 1000
    execs | without_reason
    on_terminal 'docker exec --interactive --tty web tty'; ended
    gone
  }
  same_as_runc scenario
}

@test "docker: logs, stop, kill, wait, restart, remove" { same_as_runc life; }

@test "docker: pause, top, update, stats" {
  scenario() {
    with_container box sleep 1000
    docker pause web; ended
    docker inspect web --format '{{.State.Status}}'
    docker exec web true; ended
    docker unpause web; ended
    docker top web -o pid,args | sed 1d | grep -c sleep
    docker update --memory 64m --memory-swap 64m --pids-limit 77 web; ended
    local pid
    pid=$(docker inspect web --format '{{.State.Pid}}')
    cat "/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' "/proc/$pid/cgroup")/memory.limit_in_bytes"
    cat "/sys/fs/cgroup/pids$(sed -n 's/^[0-9]*:pids://p' "/proc/$pid/cgroup")/pids.max"
    docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' web | sed 's/ .* \// \//'; ended
    gone
  }
  same_as_runc scenario
}

@test "docker: files, users and rights" {
  scenario() {
    mkdir -p "$BATS_TEST_TMPDIR/volume"
    in_box --user 1000:1000 --group-add 5 box id; ended
    in_box --read-only --tmpfs /t:size=1m box sh -c 'touch /x; touch /t/x && echo tmp'; ended
    in_box --volume "$BATS_TEST_TMPDIR/volume:/v" box sh -c 'echo there >/v/file; cat /v/file'; ended
    in_box --volume "$BATS_TEST_TMPDIR/volume:/v:ro" box touch /v/other; ended
    in_box --cap-drop all --cap-add chown box grep Cap /proc/self/status; ended
    in_box --security-opt no-new-privileges box grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; ended
    in_box --security-opt seccomp=unconfined box grep Seccomp: /proc/self/status; ended
    in_box --pid host box sh -c '[ $$ -gt 50 ] && echo host'; ended
    in_box --hostname there --sysctl kernel.msgmax=1234 box sh -c 'hostname; cat /proc/sys/kernel/msgmax'; ended
    in_box --memory 16m --memory-swap 16m box sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1'; ended
    with_container box sleep 1000
    in_box --pid container:web box sh -c 'tr "\0" " " </proc/1/cmdline'; ended
    gone
  }
  same_as_runc scenario
}

@test "docker: privileged" {
  # Not the same as runc, which fails where root lacks a capability, as on this project's machines.
  ENGINE_RUNTIME=$RUNTIME
  in_box --privileged box sh -c '[ $(ls /dev | wc -l) -gt 30 ] && mount -t tmpfs none /tmp && grep -c "^CapEff:	00000[01][13f]" /proc/self/status'
  with_container box sleep 1000
  docker exec --privileged web grep '^CapEff:	00000[01][13f]' /proc/self/status
  gone
}

@test "docker: health checks" {
  scenario() {
    with_container --health-cmd 'test -e /tmp/well' --health-interval 300ms --health-retries 1 box sleep 1000
    wait_until eval 'docker inspect web --format "{{.State.Health.Status}}" | grep -x unhealthy'
    docker exec web touch /tmp/well
    wait_until eval 'docker inspect web --format "{{.State.Health.Status}}" | grep -x healthy'
    gone
  }
  same_as_runc scenario
}

@test "docker: devices, shared memory, sysctls, limits, cgroups, init" {
  scenario() {
    devices_and_limits
    in_box --sysctl net.ipv4.ip_forward=0 --sysctl kernel.shmmax=4096 box cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax; ended
    in_box --cpu-shares 512 box cat /sys/fs/cgroup/cpu/cpu.shares; ended
    in_box --init box sh -c 'echo $PPID; tr "\0" " " </proc/1/cmdline'; ended
    in_box --init box sh -c 'kill -TERM $$'; ended
  }
  same_as_runc scenario
}

@test "docker: mounts of each type, and what confines" {
  scenario() {
    mkdir -p "$BATS_TEST_TMPDIR/bound"
    echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}' >"$BATS_TEST_TMPDIR/seccomp.json"
    in_box --mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1750 box stat -c %a /t; ended
    in_box --tmpfs /t:mode=711,uid=1000,noexec box sh -c 'stat -c %a:%u /t; grep -o " /t rw,nosuid,nodev,noexec" /proc/self/mountinfo'; ended
    in_box --mount "type=bind,src=$BATS_TEST_TMPDIR/bound,dst=/b,bind-propagation=rslave,readonly" box sh -c 'touch /b/x; grep -o " /b ro" /proc/self/mountinfo'; ended
    in_box --mount type=volume,src=named,dst=/etc box cat /etc/group; ended
    in_box --mount type=bind,src=/nosuch,dst=/b box true; ended
    docker volume rm named; ended
    in_box --security-opt "seccomp=$BATS_TEST_TMPDIR/seccomp.json" box mkdir /x; ended
    in_box --security-opt systempaths=unconfined box sh -c 'cut -d" " -f5 /proc/self/mountinfo | grep -c "^/proc/"'; ended
    in_box --security-opt label=disable --security-opt apparmor=unconfined box true; ended
    in_box --security-opt nosuch=1 box true; ended
  }
  same_as_runc scenario
}

@test "docker: networks and other namespaces" {
  scenario() {
    NETWORK=bridge in_box box sh -c 'ip -o -4 addr show dev eth0 | grep -c "inet 172"; ip route | cut -d" " -f1-2; cat /etc/hosts | grep -c 172'; ended
    NETWORK=host in_box box readlink /proc/self/ns/net | grep -cFx "$(readlink "/proc/$(<"$WORK/pid")/ns/net")"
    with_container --ipc shareable box sleep 1000
    NETWORK=container:web in_box --ipc container:web box sh -c 'for i in ipc net; do readlink /proc/self/ns/$i; done' >"$BATS_TEST_TMPDIR/joined"; ended
    docker exec web sh -c 'for i in ipc net; do readlink /proc/self/ns/$i; done' | diff - "$BATS_TEST_TMPDIR/joined"; ended
    in_box --uts host box hostname | grep -cFx "$(hostname)"
    gone
  }
  same_as_runc scenario
}

@test "docker: restarts" { same_as_runc restarts; }

@test "docker: a terminal, attach, files in and out" {
  scenario() {
    local name=runtime
    [[ $ENGINE_RUNTIME != *runc ]] || name=other
    on_terminal "docker run --rm --runtime $name --network none --ulimit nofile=1024:1024 -it box sh -c 'tty; stty size; exit 7'"; ended
    with_limits create --interactive --name web box sh -c 'read line; echo "read $line"; exit 5' >/dev/null; ended
    echo words | docker start --attach --interactive web; ended
    gone
    with_container box sh -c 'sleep 1; echo there; exit 5'
    docker attach --no-stdin web; ended
    gone
    with_container box sleep 1000
    echo data >"$BATS_TEST_TMPDIR/file"
    docker cp "$BATS_TEST_TMPDIR/file" web:/tmp/file; ended
    docker exec web sh -c 'cat /tmp/file; echo more >>/tmp/file'
    docker cp web:/tmp/file - | tar -xO; ended
    docker diff web | sort; ended
    gone
  }
  same_as_runc scenario
}

@test "docker: twenty at once" { same_as_runc twenty_at_once; }

@test "docker build, by the default runtime" {
  # The builder takes no other.
  export ENGINE_RUNTIME=$RUNTIME
  printf 'FROM box\nENV A=b\nRUN echo $A >/made && id -u >>/made\nUSER 1000\nCMD ["cat", "/made"]\n' >"$BATS_TEST_TMPDIR/Dockerfile"
  DOCKER_BUILDKIT=0 docker build --network none --quiet --tag built "$BATS_TEST_TMPDIR" >/dev/null
  [ "$(in_box built)" = $'b\n0' ]
}
