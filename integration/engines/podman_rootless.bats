#!/usr/bin/env bats
# Podman as a user without privileges, whose subordinate ids newuidmap(1) maps.
#
# The user is in a passwd, a subuid and a subgid that are seen in a mount namespace of the suite's own.
load engines
load podman

needs_all() { needs podman conmon runc newuidmap nsenter; }

setup_file() {
  needs_all
  # Short, because of the sockets in it, and where the user gets to.
  WORK=$(mktemp -d /tmp/podman-XXXXXX)
  chmod 755 "$WORK"
  cp "$RUNTIME" "$WORK/runtime"
  export WORK RUNTIME=$WORK/runtime PODMAN=$WORK/podman
  documented containers.conf >"$WORK/containers.conf"
  make_user
  keep_namespace
  write_podman "$WORK/podman-inside" env -i "HOME=$WORK/home" "XDG_RUNTIME_DIR=$WORK/run" "PATH=$PATH" \
    "CONTAINERS_CONF=$WORK/containers.conf" setpriv --reuid tester --regid tester --init-groups podman
  printf '#!/bin/sh\nexec nsenter --mount=/proc/%s/ns/mnt --wd="$PWD" %s "$@"\n' "$(<"$WORK/keeper")" "$WORK/podman-inside" >"$PODMAN"
  chmod 755 "$PODMAN"
  make_image_root "$WORK/image"
  tar -C "$WORK/image" -cf "$WORK/home/image.tar" .
  cd "$WORK/home" || return
  ENGINE_RUNTIME=$RUNTIME podman import image.tar box >/dev/null 2>&1
}

make_user() {
  cp /etc/passwd /etc/group "$WORK"
  echo "tester:x:20000:20000::$WORK/home:/bin/sh" >>"$WORK/passwd"
  echo 'tester:x:20000:' >>"$WORK/group"
  tee "$WORK/subuid" >"$WORK/subgid" <<<tester:200000:65536
  install --directory --owner 20000 --group 20000 --mode 700 "$WORK/home" "$WORK/run"
}

# A mount namespace that outlives each test's processes, with the user in it.
keep_namespace() {
  # shellcheck disable=SC2016
  unshare --mount --propagation private sh -c 'mount --make-rshared /
    for file in passwd group subuid subgid; do mount --bind "$1/$file" "/etc/$file"; done
    touch "$1/ready"
    exec sleep 10000' sh "$WORK" 3>&- &
  echo "$!" >"$WORK/keeper"
  wait_until [ -e "$WORK/ready" ]
}

teardown_file() {
  [ -n "${WORK-}" ] || return 0
  cd / || return
  ENGINE_RUNTIME=$RUNTIME podman rm --all --force --time 0 >/dev/null 2>&1 || true
  # What keeps the user namespace.
  local paused=$WORK/run/libpod/tmp/pause.pid
  [ ! -e "$paused" ] || kill "$(<"$paused")"
  kill "$(<"$WORK/keeper")"
  rm -rf "$WORK"
}

setup() {
  needs_all
  cd "$WORK/home" || return
}

@test "rootless podman: it is this runtime, with its state in the user's folder" {
  export ENGINE_RUNTIME=$RUNTIME
  with_container box sleep 1000
  [ "$(podman inspect web --format '{{.OCIRuntime}}')" = runtime ]
  podman unshare "$RUNTIME" list -q | grep -qx "$(podman inspect web --format '{{.Id}}')"
  [ -d "$WORK/run/runtime" ]
  gone
}

@test "rootless podman run: output, exit status, 125, 126, 127" { same_as_runc ends_of_programs; }
@test "rootless podman exec" { same_as_runc podman_execs; }
@test "rootless podman: logs, stop, kill, wait, restart, remove" { same_as_runc life; }
@test "rootless podman build" { same_as_runc podman_builds; }
@test "rootless podman: twenty at once" { same_as_runc twenty_at_once; }

@test "rootless podman: users, root read-only, tmpfs, volumes, privileges" {
  scenario() {
    mkdir -p volume
    chown 20000:20000 volume
    in_box box sh -c 'id; cat /proc/self/uid_map /proc/self/gid_map; stat -c %u /bin'; ended
    in_box --user user box sh -c 'id; touch /tmp/x && stat -c %u:%g /tmp/x'; ended
    in_box --read-only box sh -c 'touch /x; touch /tmp/x && echo tmp'; ended
    in_box --tmpfs /t:size=1m,mode=700 box sh -c 'stat -c %a /t'; ended
    in_box --volume "$PWD/volume:/v" box sh -c 'echo there >/v/file; stat -c %u /v/file'; ended
    in_box --volume "$PWD/volume:/v:U" --user user box sh -c 'echo more >>/v/file; stat -c %u /v/file'; ended
    stat -c %u volume/file
    in_box --volume "$PWD/volume:/v:ro,U" box touch /v/other; ended
    in_box --privileged box sh -c 'grep Cap /proc/self/status; mount -t tmpfs none /tmp && echo mounted'; ended
    in_box --cap-drop all --security-opt no-new-privileges box grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status; ended
    in_box --init box sh -c 'echo $PPID; tr "\0" " " </proc/1/cmdline'; ended
  }
  same_as_runc scenario
}

@test "rootless podman: user namespaces in the user's" {
  scenario() {
    local how
    for how in keep-id nomap auto auto:size=2000; do
      in_box --userns $how box sh -c 'id; cat /proc/self/uid_map'; ended
    done
    mkdir -p kept
    chown 20000:20000 kept
    in_box --userns keep-id --volume "$PWD/kept:/v" box touch /v/file; ended
    stat -c %u kept/file
    with_container --userns keep-id box sleep 1000
    podman exec web id; ended
    podman exec --user root web sh -c 'id; stat -c %u /'; ended
    gone
  }
  same_as_runc scenario
}

@test "rootless podman: namespaces of the host and of another container" {
  scenario() {
    with_container box sleep 1000
    NETWORK=container:web in_box --pid container:web --ipc container:web box sh -c 'tr "\0" " " </proc/1/cmdline; ip -o link | wc -l'; ended
    gone
    in_box --pid host box sh -c '[ $$ -gt 50 ] && echo host'; ended
    NETWORK=host in_box box readlink /proc/self/ns/net | grep -cFx "$(readlink /proc/self/ns/net)"
  }
  same_as_runc scenario
}

@test "rootless podman: pods" {
  scenario() {
    podman pod create --infra=false --name pod >/dev/null; ended
    podman run "${LIMITS[@]}" --detach --pod pod --name web box sleep 1000 >/dev/null; ended
    podman pod ps --format '{{.Name}} {{.Status}} {{.NumberOfContainers}}'
    podman pod rm --force --time 0 pod >/dev/null; ended
  }
  same_as_runc scenario
}

@test "rootless podman: a network by slirp4netns" {
  command -v slirp4netns >/dev/null || skip 'slirp4netns is not installed'
  [ -e /dev/net/tun ] || skip 'no /dev/net/tun'
  # Root alone may open the host's, on some machines.
  nsenter --mount="/proc/$(<"$WORK/keeper")/ns/mnt" sh -c 'mkdir -p "$1" && mount -t tmpfs none "$1" &&
    mknod -m 666 "$1/tun" c 10 200 && mount --bind "$1/tun" /dev/net/tun' sh "$WORK/dev" || skip 'no /dev/net/tun for users'
  scenario() {
    NETWORK=slirp4netns in_box box sh -c 'ip -o link | cut -d: -f2; ip route'; ended
  }
  same_as_runc scenario
}

@test "rootless podman: without a cgroup, and with the user's own groups" {
  # runc can do neither.
  export ENGINE_RUNTIME=$RUNTIME
  in_box --cgroups disabled box cat /proc/self/cgroup >within
  diff within <(sed 's/:[^:]*$//' /proc/self/cgroup | paste -d: - <(cut -d: -f3- within))
  in_box --group-add keep-groups box grep '^Groups:	0 $' /proc/self/status
}
