# shellcheck shell=bash
# What the suites of Docker and Podman have in common, whose command lines are alike: $ENGINE is the one's or
# the other's. A suite says how it starts a container, with_limits COMMAND OPTION…, and of the one that
# is called web how it gets rid of it, gone, and what process it is, web_pid.

run() { with_limits run "$@"; }
in_box() { run --rm "$@"; }
with_container() {
  run --detach --name web "$@" >/dev/null
  ended
}

# Into the container web.
execs() {
  "$ENGINE" exec web sh -c 'echo out; exit 7'; ended
  "$ENGINE" exec web nosuch; ended
  "$ENGINE" exec web /bin/nosuch; ended
  "$ENGINE" exec web /etc/passwd; ended
  # To the words of newer ones of runc for a folder Podman knows no status.
  "$ENGINE" exec web /etc; ended | sed s/255/126/
  "$ENGINE" exec --workdir /nosuch web true; ended
  "$ENGINE" exec --user 1000:1000 --env A=b --workdir /tmp web sh -c 'id; echo $A; pwd'; ended
  "$ENGINE" exec --user user web id -un; ended
  "$ENGINE" exec web grep -E 'Cap|Seccomp:|NoNewPrivs' /proc/self/status; ended
  "$ENGINE" exec --tty web tty; ended
  echo input | "$ENGINE" exec --interactive web cat; ended
  "$ENGINE" exec web sh -c 'kill -9 $$'; ended
  "$ENGINE" exec --detach web sh -c 'echo done >/tmp/done' >/dev/null; ended
  wait_until "$ENGINE" exec web cat /tmp/done
}

life() {
  with_container box sh -c 'trap "echo stopped; exit 3" TERM; echo started; while :; do sleep 0.1; done'
  wait_until eval '"$ENGINE" logs web | grep -q started'
  "$ENGINE" stop --time 10 web; ended
  "$ENGINE" wait web
  "$ENGINE" logs web
  "$ENGINE" start web; ended
  "$ENGINE" restart --time 1 web >/dev/null; ended
  "$ENGINE" kill --signal KILL web; ended
  "$ENGINE" wait web
  "$ENGINE" inspect web --format '{{.State.Status}} {{.State.ExitCode}}'
  "$ENGINE" rm web; ended
  "$ENGINE" rm web; ended
  # It doesn't listen to TERM.
  with_container box sleep 1000
  "$ENGINE" stop --time 1 web; ended
  "$ENGINE" wait web
  gone
}

restarts() {
  with_container --restart on-failure:2 box sh -c 'echo again; exit 3'
  wait_until eval "[ \"\$($ENGINE inspect web --format '{{.RestartCount}} {{.State.Status}}')\" = '2 exited' ]"
  "$ENGINE" logs web
  "$ENGINE" inspect web --format '{{.State.ExitCode}}'
  gone
  # By itself after its end, not after it was told to stop.
  with_container --restart always box sh -c 'echo again; sleep 1000'
  wait_until eval '"$ENGINE" logs web | grep -q again'
  kill -9 "$(web_pid)"
  wait_until eval '[ "$("$ENGINE" logs web | wc -l)" = 2 ]'
  "$ENGINE" stop --time 0 web; ended
  "$ENGINE" inspect web --format '{{.State.Status}}'
  gone
}

devices_and_limits() {
  in_box --device /dev/full:/dev/filled:r box sh -c 'stat -c %t:%T /dev/filled; head -c1 /dev/filled | wc -c; echo >/dev/filled'; ended
  in_box --device /nosuch box true; ended
  in_box --shm-size 1m box sh -c 'df -k /dev/shm | tail -n1 | tr -s " " | cut -d" " -f2'; ended
  in_box --sysctl kernel.nosuch=1 box true; ended
  in_box --ulimit core=5:7 box grep -E 'core|open files' /proc/self/limits; ended
  in_box --oom-score-adj 500 box cat /proc/self/oom_score_adj; ended
  local how
  for how in host private; do
    in_box --cgroupns $how box sed -nE 's,^[0-9]*:pids:/(docker/|libpod_parent/)?.*,\1,p' /proc/self/cgroup; ended
  done
  in_box --cgroupns host --cgroup-parent /engines-test box sed -n 's,^[0-9]*:pids:\(/engines-test\).*,\1,p' /proc/self/cgroup; ended
  in_box --cpuset-cpus 0 box sh -c 'nproc; cat /sys/fs/cgroup/cpuset/cpuset.cpus'; ended
  in_box --memory 64m --memory-reservation 32m --memory-swappiness 10 --cpu-period 50000 --cpu-quota 10000 box sh -c \
    'cd /sys/fs/cgroup && cat memory/memory.soft_limit_in_bytes memory/memory.swappiness cpu/cpu.cfs_period_us cpu/cpu.cfs_quota_us'; ended
}

# Each by its exit status: what a short program says may be lost (same_as_runc), from Docker's log as well.
twenty_at_once() {
  local i
  for i in {1..20}; do
    (run --name "at-once-$i" box sh -c "exit $i"; ended) &
  done | sort | uniq -c
  wait
  for i in {1..20}; do
    "$ENGINE" rm "at-once-$i" >/dev/null
  done
  "$ENGINE" ps --all --quiet | wc -l
}
