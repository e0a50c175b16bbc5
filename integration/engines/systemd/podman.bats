#!/usr/bin/env bats
# Podman as root under systemd, which makes its cgroups and calls its health checks.
load systemd
load ../podman

setup_file() {
  needs_guest podman conmon
  PODMAN=$(type -P podman)
  export PODMAN
  documented containers.conf >/etc/containers/containers.conf
  make_image_root "$BATS_FILE_TMPDIR/image"
  tar -C "$BATS_FILE_TMPDIR/image" -c . | podman import - box >/dev/null 2>&1
}

setup() { needs_guest podman conmon; }

@test "podman under systemd: limits, exec, update, stats, pause, stop" {
  scenario() {
    local pid
    with_container --memory 64m --cpus 0.5 --pids-limit 77 box sleep 1000
    pid=$(web_pid)
    limits_of "$pid"
    podman exec web sh -c 'cat /proc/self/cgroup /sys/fs/cgroup/pids.max; exit 7'; ended
    podman update --memory 32m --cpus 0.25 --pids-limit 33 web >/dev/null; ended
    limits_of "$pid"
    podman stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemLimit}}' web; ended
    pauses "$pid"
    podman stop --time 1 web; ended
    gone
    no_units 'libpod-*'
  }
  same_as_runc scenario
}

@test "podman under systemd: out of memory, the host's cgroup namespace, a slice of one's own" {
  scenario() { out_of_memory 'libpod-*'; }
  same_as_runc scenario
}

@test "podman under systemd: a restart, whose scope has the name of the one before" {
  scenario() {
    with_container --restart on-failure:1 box sh -c 'echo again; exit 3'
    wait_until eval "[ \"\$(podman inspect web --format '{{.RestartCount}} {{.State.Status}}')\" = '1 exited' ]"
    podman logs web
    gone
    no_units 'libpod-*'
  }
  same_as_runc scenario
}

@test "podman under systemd: health checks by its timers" {
  scenario() {
    with_container --health-cmd 'test -e /tmp/well' --health-interval 5s --health-retries 1 box sleep 1000
    wait_until is_health unhealthy; ended
    podman exec web touch /tmp/well; ended
    wait_until is_health healthy; ended
    local id
    id=$(podman inspect web --format '{{.Id}}')
    is_no_unit "$id*.timer"; ended
    gone
    no_units "$id*"
  }
  is_health() { [ "$(podman inspect web --format '{{.State.Health.Status}}')" = "$1" ]; }
  same_as_runc scenario
}

@test "podman under systemd: a pod's slice" {
  scenario() {
    local pid
    podman pod create --name pod --network none --memory 96m >/dev/null; ended
    podman run --detach --pod pod --name web --memory 64m box sleep 1000 >/dev/null; ended
    pid=$(web_pid)
    limits_of "$pid"
    cat "/sys/fs/cgroup$(dirname "$(cgroup_of "$pid")")/memory.max"
    podman pod rm --force --time 0 pod >/dev/null; ended
    no_units 'libpod-*' 'machine-libpod_pod*'
  }
  same_as_runc scenario
}

@test "podman under systemd: an init that makes cgroups of its own, and exec beside it" {
  scenario() {
    # As systemd does it; it also ends at this signal.
    with_container --systemd always --memory 64m box sh -c 'trap "exit 5" 37
      cd /sys/fs/cgroup && mkdir init.scope && echo 1 >init.scope/cgroup.procs &&
        echo +memory +pids >cgroup.subtree_control && echo "$container" >/run/ready
      sleep 1000 & wait'
    wait_until podman exec web cat /run/ready
    podman exec web sh -c 'cat /proc/self/cgroup; ls -d /sys/fs/cgroup/init.scope/memory.max; mkdir /sys/fs/cgroup/beside && rmdir /sys/fs/cgroup/beside'; ended
    podman stop --time 60 web; ended
    podman inspect web --format '{{.State.ExitCode}}'
    gone
    no_units 'libpod-*'
  }
  same_as_runc scenario
}
