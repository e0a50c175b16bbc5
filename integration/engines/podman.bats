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

@test "podman: logs, stop, kill, wait, restart, remove" { same_as_runc podman_life; }

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

@test "podman: twenty at once" { same_as_runc podman_twenty; }
