#!/usr/bin/env bats
# Limits of a container (linux.resources; A-137…A-157 of the feature inventory): each as the kernel
# has it afterwards, on every layout of cgroups that can be had here, and what it does. Devices are in
# device_rules.bats, changes later on in update.bats.
load helpers
load layouts
load controllers

resources() { update_config --argjson all "$1" '.linux.resources = $all'; }

# A controller that the host doesn't have, on this layout, is needed as soon as anything is asked of it.
expect_absence() {
  try runtime create --bundle "$BUNDLE" "$ID"
  if [[ $1 == *':0}}' || $1 == *'"disableOOMKiller":false,"useHierarchy":true}}' || $1 == *'{}}' ]]; then
    expect_success ''
    runtime delete "$ID"
  else
    [[ $stderr == *'the host has no cgroup '* || $stderr == *'cgroup v2 has no controller '* ||
      $stderr == *': not available on cgroup v2' ]] || fail "$status, $stderr"
    expect_nothing_left
  fi
}

# One row: the controller's names in v1 and v2, linux.resources, and the lines that files then have,
# FILE=LINE, with "; " between them; "-" for an error that follows in their place.
expect_row() {
  local controllers=$1 files
  resources "$2"
  find_controller "${controllers%%/*}" "${controllers##*/}"
  [ "$version" = 1 ] && files=$3 || files=$4
  if [ -z "$version" ]; then
    expect_absence "$2"
  elif [[ $files == -* ]]; then
    expect_refusal "config.json: /linux/resources${files#-}"
  else
    create "$ID"
    expect_lines "$folder/runtime-$ID" "$files"
    runtime delete "$ID"
  fi
}

# The rows of the standard input, on every layout.
expect_rows() {
  local layout controllers json v1_files v2_files rows
  rows=$(cat)
  for layout in $(layouts); do
    use "$layout"
    while IFS='|' read -r controllers json v1_files v2_files; do
      expect_row "$controllers" "$json" "$v1_files" "$v2_files" || fail "on $layout: $json"
    done <<<"$rows"
  done
}

# --- what the kernel is told -----------------------------------------------------------------

@test "memory: limit, reservation, swap (A-137, A-138, A-139)" {
  expect_rows <<'END'
memory|{"memory":{"limit":67108864}}|memory.limit_in_bytes=67108864|memory.max=67108864
memory|{"memory":{"limit":0}}|memory.limit_in_bytes=9223372036854771712|memory.max=max
memory|{"memory":{"limit":-1}}|memory.limit_in_bytes=9223372036854771712|memory.max=max
memory|{"memory":{"reservation":33554432}}|memory.soft_limit_in_bytes=33554432|memory.low=33554432
memory|{"memory":{"reservation":-1}}|memory.soft_limit_in_bytes=9223372036854771712|memory.low=max
memory|{"memory":{"limit":67108864,"swap":134217728}}|memory.limit_in_bytes=67108864; memory.memsw.limit_in_bytes=134217728|memory.max=67108864; memory.swap.max=67108864
memory|{"memory":{"limit":67108864,"swap":67108864}}|memory.memsw.limit_in_bytes=67108864|memory.swap.max=0
memory|{"memory":{"limit":67108864,"swap":-1}}|memory.memsw.limit_in_bytes=9223372036854771712|memory.swap.max=max
memory|{"memory":{"swap":67108864}}|-/memory/swap: needs a memory limit|-/memory/swap: needs a memory limit
END
}

@test "memory: what only v1 has (A-140, A-141)" {
  expect_rows <<'END'
memory|{"memory":{"swappiness":10}}|memory.swappiness=10|-/memory/swappiness: not available on cgroup v2
memory|{"memory":{"disableOOMKiller":true}}|memory.oom_control=oom_kill_disable 1|-/memory/disableOOMKiller: not available on cgroup v2
memory|{"memory":{"disableOOMKiller":false,"useHierarchy":true}}|memory.oom_control=oom_kill_disable 0; memory.use_hierarchy=1|memory.max=max
memory|{"memory":{"kernelTCP":16777216}}|memory.kmem.tcp.limit_in_bytes=16777216|-/memory/kernelTCP: not available on cgroup v2
END
}

@test "memory: a limit on kernel memory is said to be without effect (A-140)" {
  resources '{"memory":{"kernel":67108864}}'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_equal "$status ${stderr#* }" '0 level=warning msg="/linux/resources/memory/kernel: without effect: Linux has no such limit since 5.16"'
}

@test "cpu: shares, quota, period, burst, idle (A-143…A-146)" {
  expect_rows <<'END'
cpu|{"cpu":{"shares":512}}|cpu.shares=512|cpu.weight=59
cpu|{"cpu":{"shares":0}}|cpu.shares=1024|cpu.weight=100
cpu|{"cpu":{"shares":2}}|cpu.shares=2|cpu.weight=1
cpu|{"cpu":{"shares":262144}}|cpu.shares=262144|cpu.weight=10000
cpu|{"cpu":{"quota":50000}}|cpu.cfs_quota_us=50000; cpu.cfs_period_us=100000|cpu.max=50000 100000
cpu|{"cpu":{"quota":-1,"period":50000}}|cpu.cfs_quota_us=-1; cpu.cfs_period_us=50000|cpu.max=max 50000
cpu|{"cpu":{"quota":20000,"period":50000,"burst":10000}}|cpu.cfs_quota_us=20000; cpu.cfs_burst_us=10000|cpu.max=20000 50000; cpu.max.burst=10000
cpu|{"cpu":{"idle":1}}|cpu.idle=1|cpu.idle=1
cpu|{"cpu":{"idle":0,"shares":512}}|cpu.idle=0; cpu.shares=512|cpu.idle=0; cpu.weight=59
cpu|{"cpu":{"burst":30000,"quota":20000}}|-/cpu/burst: cpu.cfs_burst_us "30000": Invalid argument (EINVAL)|-/cpu/burst: cpu.max.burst "30000": Invalid argument (EINVAL)
END
}

@test "cpu: realtime is v1's (A-147)" {
  resources '{"cpu":{"realtimeRuntime":1000,"realtimePeriod":1000000}}'
  for layout in $(layouts); do
    use "$layout"
    find_controller cpu
    [ "$version" = 2 ] || continue
    expect_refusal 'config.json: /linux/resources/cpu/realtimePeriod: not available on cgroup v2; /linux/resources/cpu/realtimeRuntime: not available on cgroup v2'
  done
  [ "$(layouts)" != v2 ] || return 0
  # A budget for the children of the root has to be left by it first, which is the machine's affair.
  use v1
  find_controller cpu
  [ "$version" = 1 ] && [ -e "$folder/cpu.rt_runtime_us" ] || skip 'the kernel has no realtime groups'
  create "$ID" || [[ $(<"$OUTPUT") == *'/cpu/realtimeRuntime: cpu.rt_runtime_us "1000": '* ]]
}

@test "cpuset: cpus and mems (A-148)" {
  expect_rows <<'END'
cpuset|{"cpu":{"cpus":"0","mems":"0"}}|cpuset.cpus=0; cpuset.mems=0|cpuset.cpus=0; cpuset.mems=0
cpuset|{"cpu":{"cpus":"0-0"}}|cpuset.cpus=0|cpuset.cpus=0
cpuset|{"cpu":{"cpus":"nonsense"}}|-/cpu/cpus: cpuset.cpus "nonsense": Invalid argument (EINVAL)|-/cpu/cpus: cpuset.cpus "nonsense": Invalid argument (EINVAL)
END
}

@test "pids: a number, none, 0 for none as well (A-149)" {
  expect_rows <<'END'
pids|{"pids":{"limit":20}}|pids.max=20|pids.max=20
pids|{"pids":{"limit":-1}}|pids.max=max|pids.max=max
pids|{"pids":{"limit":0}}|pids.max=max|pids.max=max
pids|{"pids":{}}|pids.max=max|pids.max=max
END
}

@test "blockIO: weight, by whatever file there is (A-150)" {
  for layout in $(layouts); do
    use "$layout"
    find_controller blkio io
    [ -n "$version" ] || continue
    resources '{"blockIO":{"weight":500}}'
    try runtime create --bundle "$BUNDLE" "$ID"
    if [ "$status" = 0 ]; then
      at=$folder/runtime-$ID
      if [ -e "$at/blkio.bfq.weight" ]; then expect_lines "$at" 'blkio.bfq.weight=500'; fi
      if [ -e "$at/io.bfq.weight" ]; then
        expect_lines "$at" 'io.bfq.weight=default 500'
      elif [ -e "$at/io.weight" ]; then
        expect_lines "$at" 'io.weight=default 4950'
      fi
      runtime delete "$ID"
    else
      [[ $stderr == *'/blockIO/weight: this kernel has no '*' or '* ]] || fail "$stderr"
    fi
  done
}

@test "blockIO: throttles, one line for a device (A-152)" {
  device=$(cat /sys/block/*/dev | head -n 1)
  [ -n "$device" ] || skip 'no block device'
  expect_rows <<END
blkio/io|{"blockIO":{"throttleReadBpsDevice":[{"major":${device%:*},"minor":${device#*:},"rate":1048576}],"throttleWriteIOPSDevice":[{"major":${device%:*},"minor":${device#*:},"rate":100}]}}|blkio.throttle.read_bps_device=$device 1048576; blkio.throttle.write_iops_device=$device 100|io.max=$device rbps=1048576 wbps=max riops=max wiops=100
blkio/io|{"blockIO":{"throttleReadBpsDevice":[{"major":4095,"minor":7,"rate":1}]}}|-/blockIO/throttleReadBpsDevice: blkio.throttle.read_bps_device "4095:7 1": No such device (ENODEV)|-/blockIO/throttleReadBpsDevice: io.max "4095:7 rbps=1": No such device (ENODEV)
END
}

@test "blockIO: leaf weights are gone (A-151)" {
  expect_rows <<'END'
blkio/io|{"blockIO":{"leafWeight":100}}|-/blockIO/leafWeight: this kernel has no blkio.leaf_weight|-/blockIO/leafWeight: not available on cgroup v2
END
}

@test "hugepageLimits: used and reserved (A-153)" {
  [ -d /sys/kernel/mm/hugepages/hugepages-2048kB ] || skip 'no pages of 2 MB'
  expect_rows <<'END'
hugetlb|{"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]}|hugetlb.2MB.limit_in_bytes=4194304; hugetlb.2MB.rsvd.limit_in_bytes=4194304|hugetlb.2MB.max=4194304; hugetlb.2MB.rsvd.max=4194304
hugetlb|{"hugepageLimits":[{"pageSize":"3MB","limit":4194304}]}|-/hugepageLimits: this kernel has no hugetlb.3MB.limit_in_bytes|-/hugepageLimits: this kernel has no hugetlb.3MB.max
END
}

@test "network: v1's only (A-154)" {
  expect_rows <<'END'
net_cls|{"network":{"classID":1048577}}|net_cls.classid=1048577|-
net_prio|{"network":{"priorities":[{"name":"lo","priority":2}]}}|net_prio.ifpriomap=lo 2|-
END
}

@test "rdma: a device that there is, or an error (A-155)" {
  expect_rows <<'END'
rdma|{"rdma":{"nosuch0":{"hcaHandles":3}}}|-/rdma: rdma.max "nosuch0 hca_handle=3": No such device (ENODEV)|-/rdma: rdma.max "nosuch0 hca_handle=3": No such device (ENODEV)
END
}

@test "unified: files by their names, one line each (A-156)" {
  expect_rows <<'END'
none/hugetlb|{"unified":{"hugetlb.2MB.max":"2097152","cgroup.max.depth":"3"}}||hugetlb.2MB.max=2097152; cgroup.max.depth=3
none/memory|{"unified":{"memory.high":"33554432","memory.oom.group":"1"}}||memory.high=33554432; memory.oom.group=1
none/cpu|{"unified":{"cpu.weight":"77"},"cpu":{"shares":512}}||cpu.weight=77
none/memory|{"unified":{"memory.nosuch":"1"}}||-/unified: this kernel has no memory.nosuch
none/memory|{"unified":{"memory.max":"much"}}||-/unified: memory.max "much": Invalid argument (EINVAL)
END
  use "$(layouts | tr ' ' '\n' | tail -n 1)"
  resources '{"unified":{"nosuch.max":"1"}}'
  expect_refusal 'config.json: /linux/resources/unified/nosuch.max: cgroup v2 has no controller nosuch here'
}

@test "several limits: all that is wrong with them, at once, and nothing is left" {
  resources '{"memory":{"swap":5},"rdma":{"x":{"hcaHandles":1}},"network":{"classID":1}}'
  for layout in $(layouts); do
    use "$layout"
    try runtime create --bundle "$BUNDLE" "$ID"
    [[ $status == 1 && $stderr == *'; '* ]] || fail "$layout: $stderr"
    expect_nothing_left
  done
}

@test "controllers: available in the container's cgroup, wherever it is (A-157)" {
  for layout in $(layouts); do
    use "$layout"
    [ "$layout" != v1 ] || continue
    for path in "" "/$ID/a/b"; do
      update_config --arg path "$path" 'if $path != "" then .linux.cgroupsPath = $path else del(.linux.cgroupsPath) end'
      create "$ID"
      expect_equal "$(<"$unified${path:-/runtime-$ID}/cgroup.controllers")" "$(<"$unified/cgroup.controllers")"
      runtime delete "$ID"
    done
  done
}

# --- what it does ----------------------------------------------------------------------------

@test "memory: what takes too much is killed at its limit" {
  find_controller memory
  [ -n "$version" ] || skip 'no memory controller'
  resources '{"memory":{"limit":33554432,"swap":33554432}}'
  set_script 'echo begun; x=abcdefgh; while :; do x=$x$x; done'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 137 begun ''
}

@test "memory: too little for the container's own beginning is said to be that (K-43)" {
  find_controller memory
  [ -n "$version" ] || skip 'no memory controller'
  resources '{"memory":{"limit":4096}}'
  expect_refusal 'container init was OOM-killed (memory limit too low?): container init was killed by signal 9'
}

@test "memory: who was killed in a cgroup before the container is no reason for its init's end" {
  find_controller memory
  [ "$version" = 1 ] || skip 'no memory controller of v1'
  # The first hierarchy says whether the cgroup is a new one.
  mkdir "$unified/$ID" "$folder/$ID"
  echo 4194304 >"$folder/$ID/memory.limit_in_bytes"
  (echo 0 >"$folder/$ID/cgroup.procs" && exec tail /dev/zero) 2>/dev/null || true
  grep -q '^oom_kill [1-9]' "$folder/$ID/memory.oom_control"
  echo -1 >"$folder/$ID/memory.limit_in_bytes"
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path |
    .hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "kill -9 $(sed s/.*.pid.:// | cut -d, -f1)"]}]'
  try runtime create --bundle "$BUNDLE" "$ID"
  rmdir "$unified/$ID" "$folder/$ID"
  expect_error "create $ID: container init was killed by signal 9"
}

# run_full LIMIT: a container with that pids.limit, and one process.
run_full() {
  find_controller pids
  [ -n "$version" ] || skip 'no pids controller'
  update_config ".linux.resources.pids.limit = $1"
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
  own_cgroup=$(</proc/self/cgroup)
}

# try_all_ways_in: the program is in the container's cgroup then, and we are where we were.
try_all_ways_in() {
  try runtime exec "$ID" sh -c 'echo in; exit 3'
  expect_outcome 3 in ''
  runtime exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" sleep 1000 >/dev/null 2>&1 3>&-
  pid=$(<"$BATS_TEST_TMPDIR/pid")
  expect_equal "$(wc -l <"$folder/runtime-$ID/cgroup.procs")" 2
  grep -qx "$pid" "$folder/runtime-$ID/cgroup.procs"
  expect_equal "$(sed 's/.*://' "/proc/$pid/cgroup" | sort -u)" "$(sed 's/.*://' "/proc/$(state_of "$ID" pid)/cgroup" | sort -u)"
  expect_equal "$(</proc/self/cgroup)" "$own_cgroup"
  runtime delete --force "$ID"
}

@test "pids: exec gets into a container at its pids.limit, as a probe has to" {
  run_full 1
  try_all_ways_in
}

@test "pids: exec gets into a container one below its pids.limit" {
  run_full 2
  try_all_ways_in
}

@test "pids: exec gets into a full container that shares the host's processes" {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  run_full 1
  try_all_ways_in
}

@test "pids: exec with a terminal, a filter and scheduling gets into a full container" {
  update_config '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}'
  run_full 1
  jq '.process | .terminal = true | .args =
    ["sh", "-c", "[ -t 0 ] && read line </proc/$$/stat; set -- $line; echo policy ${41}; exec mkdir /tmp/x"]
    | .scheduler = {"policy": "SCHED_BATCH", "nice": 5}' "$BUNDLE/config.json" >"$BATS_TEST_TMPDIR/process.json"
  script -qec "$RUNTIME --root '$ROOT' exec --process '$BATS_TEST_TMPDIR/process.json' '$ID'" /dev/null \
    </dev/null | without_terminal >"$BATS_TEST_TMPDIR/said"
  expect_equal "$(<"$BATS_TEST_TMPDIR/said")" $'policy 3\nmkdir: can\'t create directory \'/tmp/x\': Operation not permitted'
}

@test "pids: exec stays out of a full container that could lay hold of it (S-22)" {
  update_config '.process.capabilities |= map_values(. + ["CAP_SYS_PTRACE"])'
  run_full 1
  try runtime exec "$ID" true
  expect_error "exec $ID: the container is at /linux/resources/pids/limit, and with CAP_SYS_PTRACE could lay hold of a process on its way past it: Resource temporarily unavailable (EAGAIN)" 255
  runtime delete --force "$ID"
  # The greater right.
  update_config '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])'
  run_full 1
  try runtime exec "$ID" true
  expect_success ''
}

@test "pids: exec that finds no room anywhere says what is used up" {
  run_full 1
  ours=$folder/$ID-caller
  mkdir "$ours"
  echo 2 >"$ours/pids.max"
  full_exec() (
    echo "$BASHPID" >"$ours/cgroup.procs"
    exec "$RUNTIME" --root "$ROOT" exec "$ID" true
  )
  try full_exec
  rmdir "$ours"
  expect_error "exec $ID: no room for one more process (/linux/resources/pids/limit, RLIMIT_NPROC): Resource temporarily unavailable (EAGAIN)" 255
  expect_equal "$(wc -l <"$folder/runtime-$ID/cgroup.procs")" 1
}

@test "pids: a fork bomb stops at the limit" {
  find_controller pids
  [ -n "$version" ] || skip 'no pids controller'
  resources '{"pids":{"limit":12}}'
  set_script 'bomb() { bomb & bomb & sleep 1000; }; bomb 2>/dev/null'
  create "$ID"
  runtime start "$ID"
  at=$folder/runtime-$ID
  wait_until grep -qvx 'max 0' "$at/pids.events"
  expect_equal "$(<"$at/pids.max")" 12
  [ "$(<"$at/pids.current")" -le 12 ] || fail "$(<"$at/pids.current") processes"
  runtime delete --force "$ID"
}

# Nanoseconds that the container's processes have had.
time_of() {
  if [ "$version" = 2 ]; then
    echo $(($(sed -n 's/^usage_usec //p' "$folder/$1/cpu.stat") * 1000))
  else
    cat "$accounts/$1/cpuacct.usage"
  fi
}

@test "cpu: weights of 100 and 900 share a CPU 1:9" {
  find_controller cpuset
  [ -n "$version" ] || skip 'no cpuset controller'
  find_controller cpuacct
  accounts=$folder
  find_controller cpu
  [ -n "$version" ] || skip 'no cpu controller'
  set_script 'while :; do :; done'
  for weight in 100 900; do
    resources "$([ "$version" = 1 ] && echo "{\"cpu\":{\"cpus\":\"0\",\"shares\":$weight}}" ||
      echo "{\"cpu\":{\"cpus\":\"0\"},\"unified\":{\"cpu.weight\":\"$weight\"}}")"
    create "$ID-$weight"
  done
  runtime start "$ID-100"
  runtime start "$ID-900"
  share_like_1_to_9() {
    local few many
    few=$(time_of "runtime-$ID-100") many=$(time_of "runtime-$ID-900")
    sleep 4
    few=$(($(time_of "runtime-$ID-100") - few)) many=$(($(time_of "runtime-$ID-900") - many))
    echo "# 1 : $((many * 100 / few)) hundredths" >&3
    [ $((many * 100 / few)) -ge 810 ] && [ $((many * 100 / few)) -le 990 ]
  }
  # Others may want the processor, too, for a time.
  retry 5 0.5 share_like_1_to_9
  runtime delete --force "$ID-100"
  runtime delete --force "$ID-900"
}
