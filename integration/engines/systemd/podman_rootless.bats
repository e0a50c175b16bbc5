#!/usr/bin/env bats
# Podman as an ordinary user, whose own systemd makes the cgroups, with the controllers it was given.
load systemd
load ../podman

# shellcheck disable=SC2034 # for systemd.bash
MANAGER=(--user --machine tester@.host)

setup_file() {
  needs_guest podman conmon
  loginctl enable-linger tester
  systemctl start user@1000.service
  documented containers.conf >/etc/containers/containers.conf
  export PODMAN=$BATS_FILE_TMPDIR/podman
  printf '#!/bin/sh\nexec runuser -u tester -- env -i HOME=/home/tester XDG_RUNTIME_DIR=/run/user/1000 "PATH=%s" podman "$@"\n' "$PATH" >"$PODMAN"
  chmod 755 "$PODMAN"
  make_image_root "$BATS_FILE_TMPDIR/image"
  cd /home/tester || return
  tar -C "$BATS_FILE_TMPDIR/image" -c . | ENGINE_RUNTIME=$RUNTIME podman import - box >/dev/null 2>&1
}

setup() {
  needs_guest podman conmon
  cd /home/tester || return
}

@test "rootless podman under systemd: a pod's slice, limits, exec, update, stop" {
  scenario() {
    local pid
    podman pod create --name pod --network none >/dev/null; ended
    podman run --detach --pod pod --name web --memory 64m --cpus 0.5 --pids-limit 77 box sleep 1000 >/dev/null; ended
    pid=$(web_pid)
    limits_of "$pid"
    podman exec web sh -c 'cat /proc/self/cgroup /sys/fs/cgroup/memory.max; exit 7'; ended
    podman update --memory 32m --pids-limit 33 web >/dev/null; ended
    limits_of "$pid"
    podman stop --time 1 web; ended
    podman pod rm --force --time 0 pod >/dev/null; ended
    no_units 'libpod-*' 'user-libpod_pod*'
  }
  same_as_runc scenario
}
