#!/usr/bin/env bats
# Podman as root, with conmon and with the configuration of docs/engines.md.
load engines
load podman

setup_file() {
  needs podman conmon runc
  export HOME=$BATS_FILE_TMPDIR/home CONTAINERS_CONF=$BATS_FILE_TMPDIR/containers.conf PODMAN=$BATS_FILE_TMPDIR/podman
  mkdir -p "$HOME"
  documented containers.conf >"$CONTAINERS_CONF"
  grep -q "$RUNTIME" "$CONTAINERS_CONF" || fail 'docs/engines.md has no block for containers.conf'
  write_podman "$PODMAN" "$(command -v podman)" --root "$BATS_FILE_TMPDIR/storage" --runroot "$BATS_FILE_TMPDIR/run" \
    --tmpdir "$BATS_FILE_TMPDIR/tmp"
  local root=$BATS_FILE_TMPDIR/image
  make_image_root "$root"
  export ENGINE_RUNTIME=$RUNTIME
  tar -C "$root" -c . | podman import - box >/dev/null 2>&1
}

teardown_file() {
  ENGINE_RUNTIME=$RUNTIME podman rm --all --force --time 0 >/dev/null 2>&1 || true
  ENGINE_RUNTIME=$RUNTIME podman system reset --force >/dev/null 2>&1 || true
  remove_parent_cgroup engines-test
}

setup() {
  needs podman conmon runc
  # conmon notes there that memory ran out.
  cd "$BATS_TEST_TMPDIR" || return
}

@test "podman: it is this runtime, with this cgroup and these messages" {
  export ENGINE_RUNTIME=$RUNTIME
  with_container box sleep 1000
  [ "$(podman inspect web --format '{{.OCIRuntime}}')" = runtime ]
  local id
  id=$(podman inspect web --format '{{.Id}}')
  "$RUNTIME" list -q | grep -qx "$id"
  gone
}

@test "podman run: output, exit status, 125, 126, 127" {
  scenario() {
    ends_of_programs
    in_box --cgroup-parent '/../x' --workdir /nosuch box true; ended
    in_box --volume /nosuch:/x box true; ended
    in_box --cap-add NOSUCH box true; ended
  }
  same_as_runc scenario
}

@test "podman exec: output, exit status, user, environment, terminal, detached" { same_as_runc podman_execs; }

@test "podman: logs, stop, kill, wait, restart, remove" { same_as_runc life; }

@test "podman: pause, unpause, top, ps" {
  scenario() {
    with_container box sleep 1000
    podman pause web; ended
    podman inspect web --format '{{.State.Status}}'
    podman exec web true; ended
    podman unpause web; ended
    podman inspect web --format '{{.State.Status}}'
    podman top web pid args; ended
    podman ps --format '{{.Names}}'
    gone
  }
  same_as_runc scenario
}

@test "podman: checkpoint, restore, and as a file under another name" {
  needs_criu
  scenario() {
    local reached
    with_container box sh -c "$COUNTER"
    wait_until counts_beyond 3 podman exec web
    podman container checkpoint web >/dev/null; ended
    podman inspect web --format '{{.State.Status}} {{.State.Checkpointed}}'
    podman container restore web >/dev/null; ended
    reached=$(podman exec web cat /tmp/count)
    [ "$reached" -gt 3 ]; ended
    wait_until counts_beyond "$reached" podman exec web; ended
    podman container checkpoint --leave-running web >/dev/null; ended
    podman container checkpoint --export "$BATS_TEST_TMPDIR/web.tar" web >/dev/null; ended
    gone
    podman container restore --import "$BATS_TEST_TMPDIR/web.tar" --name moved >/dev/null; ended
    wait_until counts_beyond "$reached" podman exec moved; ended
    podman rm --force --time 0 moved >/dev/null; ended
  }
  same_as_runc scenario
}

@test "podman: health checks" {
  scenario() {
    with_container --health-cmd 'test -e /tmp/well' --health-retries 1 --health-interval disable box sleep 1000
    podman healthcheck run web; ended
    podman exec web touch /tmp/well
    podman healthcheck run web; ended
    gone
  }
  same_as_runc scenario
}

@test "podman: user, groups, root read-only, tmpfs, volumes" {
  scenario() {
    in_box --user 1000:1000 --group-add 5 box id; ended
    in_box --read-only box sh -c 'touch /x; touch /tmp/x && echo tmp'; ended
    in_box --tmpfs /t:size=1m,mode=700 box sh -c 'stat -c %a /t; df -k /t | tail -n1 | tr -s " " | cut -d" " -f2'; ended
    mkdir -p "$BATS_TEST_TMPDIR/volume"
    in_box --volume "$BATS_TEST_TMPDIR/volume:/v" box sh -c 'echo there >/v/file; cat /v/file'; ended
    in_box --volume "$BATS_TEST_TMPDIR/volume:/v:ro" box touch /v/other; ended
    in_box --mount type=bind,src=/etc/hostname,dst=/x,ro box sh -c 'test -s /x && echo some'; ended
    in_box --workdir /tmp --hostname there --env A=b box sh -c 'pwd; hostname; echo $A'; ended
    in_box --init box sh -c 'cut -d" " -f4 /proc/self/stat'; ended
  }
  same_as_runc scenario
}

@test "podman: capabilities, privileges, seccomp" {
  scenario() {
    local words='Cap|NoNewPrivs|Seccomp:'
    in_box box grep -E "$words" /proc/self/status; ended
    in_box --cap-drop all --cap-add chown box grep -E "$words" /proc/self/status; ended
    in_box --cap-add net_raw --user 1000 box grep -E "$words" /proc/self/status; ended
    in_box --security-opt no-new-privileges box grep -E "$words" /proc/self/status; ended
    in_box --security-opt seccomp=unconfined box grep -E "$words" /proc/self/status; ended
    in_box --security-opt mask=/proc/version box cat /proc/version; ended
    in_box --device /dev/full --device-cgroup-rule 'c 1:7 rwm' box sh -c 'stat -c %t:%T /dev/full'; ended
    in_box --sysctl kernel.msgmax=1234 box cat /proc/sys/kernel/msgmax; ended
  }
  same_as_runc scenario
}

@test "podman: user namespaces" {
  scenario() {
    in_box --uidmap 0:100000:1000 --gidmap 0:200000:1000 box sh -c 'id; cat /proc/self/uid_map /proc/self/gid_map; stat -c %u /bin'; ended
    in_box --uidmap 0:100000:1000 --user 5 box id; ended
    with_container --uidmap 0:100000:1000 box sleep 1000
    podman exec web sh -c 'id; cat /proc/self/uid_map'; ended
    podman exec --tty --user 7 web sh -c 'id -u; tty'; ended
    gone
  }
  same_as_runc scenario
}

@test "podman: namespaces of the host and of another container" {
  scenario() {
    with_container box sleep 1000
    in_box --pid container:web --ipc container:web box sh -c 'tr "\0" " " </proc/1/cmdline'; ended
    NETWORK=container:web in_box box ip -o link | wc -l
    in_box --pid host box sh -c '[ $$ -gt 50 ] && echo host'; ended
    in_box --uts host box hostname >"$BATS_TEST_TMPDIR/name"; ended
    [ "$(<"$BATS_TEST_TMPDIR/name")" = "$(hostname)" ]; ended
    NETWORK=host in_box box readlink /proc/self/ns/net |
      grep -cFx "$(readlink /proc/self/ns/net)"
    gone
  }
  same_as_runc scenario
}

@test "podman: memory, CPU and pids" {
  scenario() {
    local limits=(--memory 64m --pids-limit 77 --cpus 0.5 --cpu-shares 512)
    with_container "${limits[@]}" box sleep 1000
    local pid
    pid=$(podman inspect web --format '{{.State.Pid}}')
    local hierarchy file
    while read -r hierarchy file; do
      cat "/sys/fs/cgroup/$hierarchy$(sed -n "s/^[0-9]*:$hierarchy://p" "/proc/$pid/cgroup")/$file"
    done <<<$'memory memory.limit_in_bytes\npids pids.max\ncpu cpu.cfs_quota_us\ncpu cpu.shares'
    podman stats --no-stream --format '{{.Name}} {{.PIDs}}' web; ended
    gone
    in_box --memory 16m --memory-swap 16m box sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1' ; ended
  }
  same_as_runc scenario
}

@test "podman: pods" {
  scenario() {
    podman pod create --infra=false --name pod >/dev/null; ended
    run --detach --pod pod --name web box sleep 1000 >/dev/null; ended
    podman pod ps --format '{{.Name}} {{.Status}} {{.NumberOfContainers}}'
    podman pod stop --time 0 pod >/dev/null; ended
    podman pod rm --force pod >/dev/null; ended
  }
  same_as_runc scenario
}

@test "podman build: an image from another" { same_as_runc podman_builds; }

@test "podman: twenty at once" { same_as_runc twenty_at_once; }

@test "podman: devices, shared memory, sysctls, limits, cgroups" {
  scenario() {
    devices_and_limits
    in_box --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shmmax=4096 box cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax; ended
    in_box --ulimit fsize=-1:-1 box grep 'Max file size' /proc/self/limits; ended
    in_box --umask 077 box sh -c umask; ended
  }
  same_as_runc scenario
}

@test "podman: mounts of each type" {
  scenario() {
    mkdir -p bound
    in_box --mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1750,ro box sh -c 'stat -c %a /t; touch /t/x'; ended
    in_box --mount type=tmpfs,dst=/etc,notmpcopyup box sh -c 'ls /etc | wc -l'; ended
    in_box --mount type=tmpfs,dst=/etc box sh -c 'ls /etc | wc -l'; ended
    in_box --mount type=bind,src=bound,dst=/b,bind-propagation=rslave box sh -c 'grep " /b " /proc/self/mountinfo | grep -c "master:\|shared:"'; ended
    in_box --mount type=image,src=box,dst=/i box cat /i/etc/group; ended
    in_box --mount type=volume,src=named,dst=/v --user user box sh -c 'echo there >/v/x || stat -c %u /v'; ended
    in_box --mount type=volume,dst=/etc box cat /etc/group; ended
    in_box --mount type=devpts,dst=/pts box ls /pts; ended
    in_box --mount type=bind,src=/nosuch,dst=/b box true; ended
    in_box --volume "$PWD/bound:/b:noexec,nosuid,nodev,Z" box grep -o ' /b rw,nosuid,nodev,noexec' /proc/self/mountinfo; ended
    in_box --volume "$PWD/bound:/deep/er/b" box touch /deep/er/b/x; ended
    ls bound
    podman volume rm named; ended
  }
  same_as_runc scenario
}

@test "podman: what confines" {
  scenario() {
    echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95}]}' >seccomp.json
    in_box --security-opt seccomp=seccomp.json box mkdir /x; ended
    in_box --security-opt seccomp=/nosuch box true; ended
    in_box --security-opt label=disable box true; ended
    in_box --security-opt unmask=/proc/kcore:/proc/acpi box sh -c 'cut -d" " -f5 /proc/self/mountinfo | grep /proc | sort'; ended
    in_box --security-opt unmask=ALL box sh -c 'cut -d" " -f5 /proc/self/mountinfo | grep /proc'; ended
    in_box --security-opt proc-opts=hidepid=2 box grep -c 'proc .*hidepid=' /proc/self/mountinfo; ended
    in_box --security-opt no-new-privileges --cap-add sys_admin box grep -E 'Cap|NoNewPrivs' /proc/self/status; ended
    in_box --security-opt nosuch=1 box true; ended
  }
  same_as_runc scenario
}

@test "podman: restarts" { same_as_runc restarts; }

@test "podman: pods with what they share, and Kubernetes' files" {
  [ -x /usr/libexec/podman/catatonit ] || skip 'catatonit is not installed'
  scenario() {
    podman pod create --name pod --network none --share net,ipc,uts,pid --hostname there >/dev/null; ended
    podman run "${LIMITS[@]}" --detach --pod pod --name web box sleep 1000 >/dev/null; ended
    podman run "${LIMITS[@]}" --rm --pod pod box sh -c 'hostname; for i in ipc net pid uts; do readlink /proc/self/ns/$i; done' >one; ended
    podman exec web sh -c 'hostname; for i in ipc net pid uts; do readlink /proc/self/ns/$i; done' | diff - one; ended
    podman pod stop --time 0 pod >/dev/null; ended
    podman pod start pod >/dev/null; ended
    podman exec web hostname; ended
    podman pod rm --force --time 0 pod >/dev/null; ended
    cat >pod.yaml <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: played}
spec:
  restartPolicy: Never
  hostNetwork: true
  securityContext: {runAsUser: 1000, runAsGroup: 5}
  containers:
  - name: one
    image: localhost/box
    command: [sh, -c, 'id; echo $A; cat /shared/file 2>&1; exit 7']
    env: [{name: A, value: b}]
    volumeMounts: [{name: shared, mountPath: /shared}]
    securityContext: {capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
    resources: {limits: {memory: 64Mi}}
  volumes: [{name: shared, emptyDir: {}}]
YAML
    podman play kube pod.yaml >/dev/null; ended
    podman wait played-one; ended
    podman logs played-one
    podman play kube --down pod.yaml >/dev/null; ended
  }
  same_as_runc scenario
}

@test "podman: a bridge, in a network namespace of the host's own" {
  scenario() {
    unshare --net "$PODMAN" --runtime "$(runtime_name)" network create --subnet 10.98.0.0/24 pods >/dev/null; ended
    unshare --net "$PODMAN" --runtime "$(runtime_name)" run --rm "${LIMITS[@]}" --network pods box \
      sh -c 'ip -o -4 addr show dev eth0 | grep -o "inet 10.98.0"; ip route | cut -d" " -f1-3'; ended
    podman network rm pods >/dev/null; ended
  }
  same_as_runc scenario
}

@test "podman: automatic user namespaces" {
  scenario() {
    local how
    for how in auto auto:size=3000 auto:uidmapping=0:0:1; do
      # shellcheck disable=SC2016
      unshare --mount --propagation private sh -c 'echo containers:300000:65536 >subids
        for file in subuid subgid; do mount --bind subids "/etc/$file"; done
        exec "$@"' sh "$PODMAN" --runtime "$(runtime_name)" run --rm "${LIMITS[@]}" --network none --userns $how \
        box sh -c 'id; cat /proc/self/uid_map; stat -c %u /bin'; ended
    done
  }
  same_as_runc scenario
}

@test "podman: without a cgroup of its own" {
  # runc can't.
  export ENGINE_RUNTIME=$RUNTIME
  in_box --cgroups disabled --cgroupns host box cat /proc/self/cgroup | diff - /proc/self/cgroup
}
