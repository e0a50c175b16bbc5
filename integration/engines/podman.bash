# shellcheck shell=bash
# What the suites of Podman have in common. Each writes a program of its own to run it, $PODMAN, and
# works in a folder that Podman's user may read.

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
run() { with_limits run "$@"; }
in_box() { run --rm "$@"; }

with_container() {
  run --detach --name web "$@" >/dev/null
  ended
}
gone() { podman rm --force --time 0 web >/dev/null; }
web_pid() { podman inspect web --format '{{.State.Pid}}'; }

# What a command says that is given a terminal: in_terminal exec --tty web tty
in_terminal() {
  local words
  printf -v words '%q ' "$PODMAN" --runtime "$(runtime_name)" "$@"
  on_terminal "$words"
}

podman_execs() {
  with_container box sleep 1000
  podman exec web sh -c 'echo out; exit 7'; ended
  podman exec web nosuch; ended
  podman exec web /bin/nosuch; ended
  podman exec web /etc/passwd; ended
  # To the words of newer ones of runc for a folder Podman knows no status.
  podman exec web /etc; ended | sed s/255/126/
  podman exec --user 1000:1000 web id; ended
  podman exec --user user web id -un; ended
  podman exec --env A=b --workdir /tmp web sh -c 'echo $A; pwd'; ended
  podman exec --workdir /nosuch web true; ended
  podman exec --tty web tty; ended
  in_terminal exec --interactive --tty web sh -c 'tty; stty size; exit 7'; ended
  podman exec --privileged web grep Cap /proc/self/status; ended
  podman exec web grep -E 'Cap|Seccomp:|NoNewPrivs' /proc/self/status; ended
  echo input | podman exec --interactive web cat; ended
  podman exec --detach web sh -c 'echo done >/tmp/done' >/dev/null; ended
  wait_until podman exec web cat /tmp/done
  podman exec web sh -c 'kill -9 $$'; ended
  gone
  podman exec web true; ended
}

podman_life() {
  with_container box sh -c 'trap "echo stopped; exit 3" TERM; echo started; while :; do sleep 0.1; done'
  wait_until eval 'podman logs web | grep -q started'
  podman stop --time 10 web; ended
  podman wait web
  podman logs web
  podman start web; ended
  podman restart --time 1 web >/dev/null; ended
  podman kill --signal KILL web; ended
  podman wait web
  podman inspect web --format '{{.State.Status}} {{.State.ExitCode}}'
  podman rm web; ended
  podman rm web; ended
  # It doesn't listen to TERM.
  with_container box sleep 1000
  podman stop --time 1 web; ended
  podman wait web
  gone
}

podman_builds() {
  printf 'FROM box\nENV A=b\nRUN echo $A >/made && id -u >>/made\nUSER 1000\nCMD cat /made\n' >Containerfile
  podman build "${LIMITS[@]}" --network none --quiet --tag built "$PWD" >/dev/null; ended
  in_box built; ended
  podman rmi built >/dev/null; ended
}

podman_twenty() {
  local i
  for i in {1..20}; do
    (in_box box echo "number $i") &
  done | sort
  wait
  podman ps --all --quiet | wc -l
}
