# shellcheck shell=bash
# What the suites of Docker have in common: its configuration, an image, and one container, web.

load "${BASH_SOURCE[0]%/*}/docker_like"
# shellcheck disable=SC2034 # for docker_like
ENGINE=docker

# daemon_config JQ-PROGRAM: the documented one, changed by it. runc is called other, since the name runc is
# Docker's own.
daemon_config() {
  documented daemon.json | grep "$RUNTIME" >/dev/null || fail 'docs/engines.md has no block for daemon.json'
  documented daemon.json | jq --arg runc "$(command -v runc)" \
    "del(.\"default-runtime\") | .runtimes.other.path = \$runc | $1"
}

import_image() {
  make_image_root "$BATS_FILE_TMPDIR/image"
  tar -C "$BATS_FILE_TMPDIR/image" -c . | docker import --change 'ENV PATH=/bin' - box >/dev/null
}

with_limits() {
  local command=$1 name=runtime
  shift
  [[ $ENGINE_RUNTIME != *runc ]] || name=other
  docker "$command" --runtime $name --network "${NETWORK-none}" --ulimit nofile=1024:1024 "$@"
}
gone() { docker rm --force web >/dev/null; }
web_pid() { docker inspect web --format '{{.State.Pid}}'; }
