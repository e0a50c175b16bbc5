#!/usr/bin/env bats
# Docker by its unit, with its own choice of a cgroup driver, which under systemd is systemd's.
load systemd
load ../docker.bash

setup_file() {
  needs_guest dockerd docker
  # Bridges and firewalls have nothing to do with it, and take long here.
  daemon_config '.iptables = false | .ip6tables = false | .bridge = "none"' >/etc/docker/daemon.json
  systemctl unmask --quiet containerd.service docker.service docker.socket
  systemctl start docker.service
  import_image
}

setup() { needs_guest dockerd docker; }

@test "docker under systemd: limits, exec, update, stats, pause, restart, stop" {
  scenario() {
    local pid
    with_container --memory 64m --cpus 0.5 --pids-limit 77 box sleep 1000
    pid=$(web_pid)
    limits_of "$pid"
    docker exec web sh -c 'cat /proc/self/cgroup /sys/fs/cgroup/pids.max; exit 7'; ended
    docker update --memory 32m --memory-swap 48m --cpus 0.25 --pids-limit 33 web; ended
    limits_of "$pid"
    docker stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' web | sed 's, .* / , / ,'; ended
    pauses "$pid"
    docker restart --time 1 web; ended
    limits_of "$(web_pid)"
    docker stop --time 1 web; ended
    gone
    no_units 'docker-*.scope'
  }
  same_as_runc scenario
}

@test "docker under systemd: out of memory, the host's cgroup namespace, a slice of one's own" {
  scenario() { out_of_memory 'docker-*.scope'; }
  same_as_runc scenario
}
