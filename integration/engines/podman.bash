# shellcheck shell=bash
# What the suites of Podman have in common. Each writes a program of its own to run it, $PODMAN, and
# works in a folder that Podman's user may read.
load docker_like
# shellcheck disable=SC2034 # for docker_like
ENGINE=podman

# write_podman FILE COMMAND…: the program, with what Podman is to be told before its command.
write_podman() {
  local file=$1
  shift
  printf '#!/bin/sh\nexec%s --storage-driver vfs --cgroup-manager cgroupfs --events-backend file "$@"\n' \
    "$(printf " '%s'" "$@")" >"$file"
  chmod 755 "$file"
}

runtime_name() { [[ $ENGINE_RUNTIME = *runc ]] && echo runc || echo runtime; }
podman() { "$PODMAN" --runtime "$(runtime_name)" "$@"; }

# `podman run` or `create` with limits that root may set on this machine, and no network or $NETWORK.
LIMITS=(--ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
with_limits() {
  local command=$1
  shift
  podman "$command" "${LIMITS[@]}" --network "${NETWORK-none}" "$@"
}
gone() { podman rm --force --time 0 web >/dev/null; }

# What a command says that is given a terminal: in_terminal exec --tty web tty
in_terminal() {
  local words
  printf -v words '%q ' "$PODMAN" --runtime "$(runtime_name)" "$@"
  on_terminal "$words"
}

podman_execs() {
  with_container box sleep 1000
  execs
  podman exec --privileged web grep Cap /proc/self/status; ended
  in_terminal exec --interactive --tty web sh -c 'tty; stty size; exit 7'; ended
  gone
  podman exec web true; ended
}

podman_builds() {
  printf 'FROM box\nENV A=b\nRUN echo $A >/made && id -u >>/made\nUSER 1000\nCMD cat /made\n' >Containerfile
  podman build "${LIMITS[@]}" --network none --quiet --tag built "$PWD" >/dev/null; ended
  in_box built; ended
  podman rmi built >/dev/null; ended
}
