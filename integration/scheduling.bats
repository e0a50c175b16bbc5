#!/usr/bin/env bats
# CPU and I/O scheduling, memory policy, personality (A-076, A-077, A-159, A-181).

load helpers

# Field N of the program's own /proc/self/stat, as proc(5) counts them.
set_stat_reader() { set_script "awk '{print \$$1}' /proc/self/stat"; }

run_prints() {
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success "$1"
}

@test "scheduler: nice" {
  set_stat_reader 19
  run_prints 0
  update_config '.process.scheduler = {policy: "SCHED_OTHER", nice: 7}'
  run_prints 7
}

@test "scheduler: a policy is the program's" {
  set_stat_reader 41
  update_config '.process.scheduler = {policy: "SCHED_BATCH"}'
  run_prints 3
  update_config '.process.scheduler = {policy: "SCHED_IDLE"}'
  run_prints 5
}

@test "scheduler: a real-time policy has its priority, or says what is missing" {
  set_stat_reader 40
  update_config '.process.scheduler = {policy: "SCHED_FIFO", priority: 10}'
  try runtime run --bundle "$BUNDLE" "$ID"
  if [ "$status" = 0 ]; then
    expect_success 10
  else
    expect_error "run $ID: /process/scheduler: sched_setattr: CAP_SYS_NICE is missing, or the cgroup has no real-time budget: not permitted (EPERM)"
  fi
}

@test "ioPriority is the program's" {
  set_script 'ionice -p 1'
  update_config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}'
  run_prints 'best-effort: prio 6'
  update_config '.process.ioPriority = {class: "IOPRIO_CLASS_IDLE"}'
  run_prints idle
}

@test "scheduler, ioPriority: in a user namespace, by the rights of who makes the container" {
  map_ids 0 100000 65536
  update_config '.process.scheduler = {policy: "SCHED_OTHER", nice: -5} |
    .process.ioPriority = {class: "IOPRIO_CLASS_RT", priority: 3}'
  set_script "awk '{print \$19}' /proc/self/stat; ionice -p 1"
  run_prints $'-5\nrealtime: prio 3'
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  try runtime exec "$ID" sh -c "awk '{print \$19}' /proc/self/stat; ionice -p \$\$"
  expect_success $'-5\nrealtime: prio 3'
}

@test "personality: LINUX32 shows another machine" {
  set_script 'uname -m'
  update_config '.linux.personality = {domain: "LINUX"}'
  run_prints "$(uname -m)"
  [ "$(uname -m)" = x86_64 ] || skip "the name of the 32-bit machine is known for x86_64 only"
  update_config '.linux.personality = {domain: "LINUX32"}'
  run_prints i686
}

@test "memoryPolicy is the program's" {
  set_script 'sed -n "1s/^[0-9a-f]* \([a-z:=+0-9]*\).*/\1/p" /proc/self/numa_maps'
  try runtime run --bundle "$BUNDLE" "$ID"
  [ "$stdout" = default ] || skip "the kernel shows no memory policies (CONFIG_NUMA)"
  update_config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}'
  run_prints bind:0
  update_config '.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0", flags: ["MPOL_F_STATIC_NODES"]}'
  run_prints interleave=static:0
}

@test "memoryPolicy: a node that isn't there" {
  update_config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "1023"}'
  try runtime create --bundle "$BUNDLE" "$ID"
  [ "$status" = 1 ]
  [[ $stderr == "runtime: create $ID: /linux/memoryPolicy: set_mempolicy: "* ]]
}

@test "execCPUAffinity is exec's: a container with it starts" {
  set_program echo started
  update_config '.process.execCPUAffinity = {initial: "0", final: "0"}'
  run_prints started
}
