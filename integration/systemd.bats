#!/usr/bin/env bats
# Cgroups made by systemd (A-131, A-134, A-135, A-156; K-08 of client-contract.md). What needs a
# systemd runs in the guest of integration/vm; the rest anywhere.
load helpers

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  expect_nothing_left
  [ ! -d /run/systemd/system ] || expect_no_unit
}

need_systemd() { [ -d /run/systemd/system ] || skip 'systemd is not the init of this machine'; }

systemd_runtime() { runtime --systemd-cgroup "$@"; }

units() { systemctl list-units --all --plain --no-legend "*$ID*" | cut -d ' ' -f 1; }
is_no_unit() { [ -z "$(units)" ]; }
# systemd collects a unit a moment after its last process has ended.
expect_no_unit() { wait_until is_no_unit; }

# expect_properties UNIT: the lines of standard input are among the unit's properties.
expect_properties() {
  local all line
  all=$(systemctl show "$1")
  while read -r line; do
    [[ $'\n'$all$'\n' == *$'\n'"$line"$'\n'* ]] || fail "$line is not true of $1: $(grep "^${line%%=*}=" <<<"$all")"
  done
}

# create, by systemd.
create_unit() {
  : >"$OUTPUT"
  status=0
  systemd_runtime create --bundle "$BUNDLE" "$ID" >>"$OUTPUT" 2>&1 3>&- || status=$?
  expect_equal "$status $(<"$OUTPUT")" '0 ' 'create'
}

# The same in every hierarchy.
cgroup_of_init() { cut -d : -f 3 "/proc/$(state_of "$ID" pid)/cgroup" | sort -u; }

# systemd needs no other kernel for v1, only to be told: ctest boots the guest so as well.
need_v2() {
  need_systemd
  [ -e /sys/fs/cgroup/cgroup.controllers ] || skip 'cgroup v1 is mounted here'
}
need_v1() {
  need_systemd
  [ ! -e /sys/fs/cgroup/cgroup.controllers ] || skip 'cgroup v2 is mounted here'
}

# --- without systemd ---------------------------------------------------------------------------

@test "systemd: no bus" {
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$BATS_TEST_TMPDIR/none
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: message bus $DBUS_SYSTEM_BUS_ADDRESS: connect: not found (ENOENT)"
  expect_nothing_left
}

@test "systemd: a bus that never answers" {
  export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$BATS_TEST_TMPDIR/silent
  socat "UNIX-LISTEN:$BATS_TEST_TMPDIR/silent,fork" EXEC:'sleep 60' 3>&- &
  local listener=$!
  wait_until test -S "$BATS_TEST_TMPDIR/silent"
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  kill "$listener"
  expect_error "create $ID: message bus $DBUS_SYSTEM_BUS_ADDRESS did not answer within 10 s"
  expect_nothing_left
}

@test "systemd: the helper is not there" {
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  try "$BATS_TEST_TMPDIR/runtime" --root "$ROOT" --systemd-cgroup create --bundle "$BUNDLE" "$ID"
  [[ $stderr == "runtime: create $ID: /"*"/runtime/runtime-systemd: not found; cgroup manager systemd needs it" ]] ||
    fail "got $stderr"
  expect_nothing_left
}

@test "systemd: cgroupsPath is no path" {
  while IFS='|' read -r path error; do
    update_config --arg path "$path" '.linux.cgroupsPath = $path'
    try systemd_runtime create --bundle "$BUNDLE" "$ID"
    expect_error "create $ID: config.json: /linux/cgroupsPath: $error"
    expect_nothing_left
  done <<'END'
/pods/web|"/pods/web" is not slice:prefix:name, as for systemd it has to be
pods:web:x|"pods" is no name of a slice
END
}

@test "systemd: an annotation that is no property" {
  update_config '.annotations = {"org.systemd.property.TimeoutStopSec": "soon"}'
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /annotations/org.systemd.property.TimeoutStopSec: can't be read from \"soon\""
  expect_nothing_left
}

@test "systemd: a subgroup that leads elsewhere" {
  for name in .. . a/b ../x /; do
    update_config --arg name "$name" '.annotations = {"run.oci.systemd.subgroup": $name}'
    try systemd_runtime create --bundle "$BUNDLE" "$ID"
    expect_error "create $ID: config.json: /annotations/run.oci.systemd.subgroup: \"$name\" is no name of a cgroup"
    expect_nothing_left
  done
}

# --- with systemd ------------------------------------------------------------------------------

@test "systemd: a scope by default" {
  need_systemd
  set_program sleep 1000
  create_unit
  expect_equal "$(cgroup_of_init)" "/system.slice/runtime-$ID.scope"
  # Nobody but the container is in it.
  expect_equal "$(processes_of "$ID")" "$(state_of "$ID" pid)"
  expect_properties "runtime-$ID.scope" <<END
ActiveState=active
Description=container $ID
Slice=system.slice
Delegate=yes
DefaultDependencies=no
CollectMode=inactive-or-failed
CPUAccounting=yes
MemoryAccounting=yes
TasksAccounting=yes
END
  # What create was told is not said again (client contract 1.1).
  runtime start "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime delete "$ID"
  expect_success ''
  expect_no_unit
}

@test "systemd: slices, nested and new" {
  need_systemd
  for path in 'a1-b2.slice:pre:NAME /a1.slice/a1-b2.slice/pre-NAME.scope' '-:pre:NAME /pre-NAME.scope' \
    ':pre:NAME /system.slice/pre-NAME.scope'; do
    path=${path//NAME/$ID}
    update_config --arg path "${path% *}" '.linux.cgroupsPath = $path'
    create_unit
    expect_equal "$(cgroup_of_init)" "${path#* }"
    runtime delete --force "$ID"
    expect_no_unit
  done
  # Its slices are systemd's.
  systemctl stop a1-b2.slice a1.slice
}

@test "systemd: a slice of its own" {
  need_systemd
  local name=${ID//-/_}
  update_config --arg path "::$name.slice" '.linux.cgroupsPath = $path'
  set_program sleep 1000
  create_unit
  expect_equal "$(cgroup_of_init)" "/$name.slice"
  runtime delete --force "$ID"
  expect_equal "$(systemctl show --property ActiveState "$name.slice")" ActiveState=inactive
  [ ! -e "/sys/fs/cgroup/$name.slice" ]
}

@test "systemd: run, in the foreground" {
  need_systemd
  set_script 'cat /proc/self/cgroup'
  try systemd_runtime run --bundle "$BUNDLE" "$ID"
  expect_success 0::/
}

@test "systemd: properties that annotations ask for" {
  need_systemd
  update_config '.annotations = {"org.systemd.property.TimeoutStopSec": "5",
    "org.systemd.property.Description": "\u0027a container\u0027",
    "org.systemd.property.MemoryHigh": "uint64 64000000",
    "org.systemd.property.After": "[\u0027basic.target\u0027]"}'
  create_unit
  expect_properties "runtime-$ID.scope" <<'END'
TimeoutStopUSec=5s
Description=a container
MemoryHigh=64000000
END
  systemctl show --property After "runtime-$ID.scope" | grep -q basic.target
}

@test "systemd: a property that there isn't" {
  need_systemd
  update_config '.annotations = {"org.systemd.property.Nonsense": "true"}'
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: systemd: Cannot set property Nonsense, or unknown property."
  expect_nothing_left
  expect_no_unit
}

@test "systemd: a name that is taken" {
  need_systemd
  systemd-run --quiet --scope --unit "pre-$ID" sleep 1000 3>&- &
  wait_until test -d "/sys/fs/cgroup/system.slice/pre-$ID.scope"
  update_config --arg path ":pre:$ID" '.linux.cgroupsPath = $path'
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: systemd: Unit pre-$ID.scope was already loaded or has a fragment file."
  # It is somebody else's, and stays.
  expect_equal "$(systemctl is-active "pre-$ID.scope")" active
  systemctl stop "pre-$ID.scope"
}

@test "systemd: a create that fails leaves no unit" {
  need_systemd
  set_program /bin/nowhere
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  [ "$status" = 1 ]
  expect_nothing_left
  is_no_unit
}

@test "systemd: the processes of a subgroup" {
  need_systemd
  update_config '.annotations = {"run.oci.systemd.subgroup": "inner"}'
  set_program sleep 1000
  create_unit
  expect_equal "$(cgroup_of_init)" "/system.slice/runtime-$ID.scope/inner"
  runtime delete --force "$ID"
  expect_no_unit
}

@test "systemd: kill and pause know the container's processes" {
  need_systemd
  set_script 'sleep 1000 & exec sleep 1000'
  create_unit
  runtime start "$ID"
  wait_until has_processes 2
  runtime kill --all "$ID" KILL
  wait_until has_status "$ID" stopped
}

@test "systemd: limits, as properties and in the files" {
  need_v2
  update_config '.linux.resources = {
    memory: {limit: 67108864, reservation: 33554432, swap: 134217728},
    cpu: {shares: 512, quota: 1000, period: 7000, cpus: "0", mems: "0"},
    pids: {limit: 20},
    unified: {"memory.high": "50331648", "memory.min": "4194304", "memory.oom.group": "1"},
    devices: [{allow: false, access: "rwm"}, {allow: true, type: "c", major: 10, minor: 229, access: "rw"}]}'
  set_program sleep 1000
  create_unit
  expect_properties "runtime-$ID.scope" <<'END'
MemoryMax=67108864
MemoryHigh=50331648
MemoryLow=33554432
MemoryMin=4194304
MemorySwapMax=67108864
CPUWeight=59
CPUQuotaPerSecUSec=150ms
CPUQuotaPeriodUSec=7ms
AllowedCPUs=0
AllowedMemoryNodes=0
TasksMax=20
OOMPolicy=kill
DevicePolicy=strict
END
  systemctl show --property DeviceAllow "runtime-$ID.scope" | grep -qx 'DeviceAllow=/dev/char/10:229 rw'
  expect_files <<'END'
memory.max 67108864
memory.high 50331648
memory.low 33554432
memory.min 4194304
memory.swap.max 67108864
memory.oom.group 1
cpu.weight 59
cpu.max 1000 7000
cpuset.cpus 0
pids.max 20
END
}

# expect_files: FILE VALUE, of the container's cgroup.
expect_files() {
  local file value
  while read -r file value; do
    expect_equal "$(<"/sys/fs/cgroup/system.slice/runtime-$ID.scope/$file")" "$value" "$file"
  done
}

@test "systemd: limits on v1" {
  need_v1
  update_config '.linux.resources = {cpu: {shares: 512, quota: 1000, period: 7000, cpus: "0"}, pids: {limit: 20},
    devices: [{allow: false, access: "rwm"}]}'
  set_program sleep 1000
  create_unit
  expect_properties "runtime-$ID.scope" <<'END'
CPUShares=512
CPUQuotaPerSecUSec=150ms
TasksMax=20
DevicePolicy=strict
END
  local group=system.slice/runtime-$ID.scope
  expect_equal "$(cat /sys/fs/cgroup/cpu/"$group"/cpu.{shares,cfs_quota_us,cfs_period_us} | paste -sd ' ')" '512 1000 7000'
  expect_equal "$(cat /sys/fs/cgroup/pids/"$group"/pids.max)" 20
  # The weight is written along with a quota that systemd has rounded.
  try runtime update --cpu-share 256 "$ID"
  expect_success ''
  expect_equal "$(cat /sys/fs/cgroup/cpu/"$group"/cpu.{shares,cfs_quota_us} | paste -sd ' ')" '256 1000'
  runtime delete --force "$ID"
  [ -z "$(find /sys/fs/cgroup -name "*$ID*")" ]
}

@test "systemd: update changes both, exactly" {
  need_v2
  update_config '.linux.resources = {memory: {limit: 67108864}, cpu: {quota: 1000, period: 7000}, pids: {limit: 20}}'
  set_program sleep 1000
  create_unit
  # systemd writes the quota, which it has rounded, along with the weight.
  try runtime update --memory 33554432 --pids-limit 30 --cpu-share 512 "$ID"
  expect_success ''
  expect_properties "runtime-$ID.scope" <<'END'
MemoryMax=33554432
TasksMax=30
CPUWeight=59
CPUQuotaPerSecUSec=150ms
END
  expect_files <<'END'
memory.max 33554432
pids.max 30
cpu.weight 59
cpu.max 1000 7000
END
  # A quota alone goes with the period that there is.
  try runtime update --cpu-quota 3500 "$ID"
  expect_success ''
  expect_files <<<'cpu.max 3500 7000'
  expect_properties "runtime-$ID.scope" <<<'CPUQuotaPerSecUSec=500ms'
  # Both hold when systemd has read everything anew.
  systemctl daemon-reload
  expect_properties "runtime-$ID.scope" <<<'MemoryMax=33554432'
  expect_files <<<'memory.max 33554432'
}

@test "systemd: an update that is refused changes nothing" {
  need_v2
  update_config '.linux.resources = {memory: {limit: 67108864}}'
  set_program sleep 1000
  create_unit
  try runtime update --resources - "$ID" <<<'{"memory": {"limit": 33554432}, "cpu": {"cpus": "4000"}}'
  [ "$status" = 1 ]
  expect_properties "runtime-$ID.scope" <<<'MemoryMax=67108864'
  expect_files <<<'memory.max 67108864'
}

@test "systemd: create killed anywhere" {
  need_systemd
  set_program sleep 1000
  local at points=0 stride=${FAULT_STRIDE:-120} report=$BATS_TEST_TMPDIR/report
  for ((at = 1 + RANDOM % stride; ; at += stride)); do
    "$FAULT_AT" "$report" "$at" kill "$RUNTIME" --root "$ROOT" --systemd-cgroup create --bundle "$BUNDLE" "$ID" \
      >/dev/null 2>&1 3>&- || true
    try timeout 60 "$RUNTIME" --root "$ROOT" delete --force "$ID"
    expect_success '' && expect_nothing_left && expect_no_unit || fail "after create was killed at call $at"
    grep -q ^hit "$report" || break
    points=$((points + 1))
  done
  echo "# killed at $points calls" >&3
}

@test "systemd: a bus that stops answering" {
  need_systemd
  local bus
  bus=$(systemctl show --property MainPID --value dbus.service)
  stop_process "$bus"
  try systemd_runtime create --bundle "$BUNDLE" "$ID"
  kill -CONT "$bus"
  expect_error "create $ID: message bus unix:path=/run/dbus/system_bus_socket did not answer within 10 s"
  expect_nothing_left
}

# --- a user's manager --------------------------------------------------------------------------

# The image's user, with a manager, and a bundle in reach.
become_ready_for_user() {
  need_v2
  id tester >/dev/null 2>&1 || skip 'the user of integration/vm is not there'
  loginctl enable-linger tester
  systemctl start user@1000.service
  HOME_FOLDER=/home/tester/$ID
  cp -a "$BUNDLE" "$HOME_FOLDER"
  BUNDLE=$HOME_FOLDER ROOT=/run/user/1000/runtime-$ID
  cp "$BATS_FILE_TMPDIR/busybox" "$BUNDLE/rootfs/bin/busybox"
  rm "$BUNDLE/config.json"
  chown -R tester:tester "$BUNDLE"
  as_tester "$RUNTIME" spec --rootless --bundle "$BUNDLE"
  update_config '.process.terminal = false | .root.readonly = false'
  chown tester "$BUNDLE/config.json"
}

# In a service of the user's manager, as whatever a user has started is. Only what callers give at
# the least (K-08).
as_tester() {
  systemd-run --quiet --user --machine tester@.host --pipe --wait --collect \
    env -i "${user_environment[@]}" "$@"
}
user_environment=(XDG_RUNTIME_DIR=/run/user/1000)

user_units() { systemctl --user --machine tester@.host list-units --all --plain --no-legend "*$ID*"; }
are_no_user_units() { [ -z "$(user_units)" ]; }

@test "systemd: an ordinary user's containers" {
  become_ready_for_user
  update_config '.linux.resources = {memory: {limit: 67108864}, pids: {limit: 20}} | .process.args = ["sleep", "1000"]'
  chown tester "$BUNDLE/config.json"
  try as_tester "$RUNTIME" --root "$ROOT" --systemd-cgroup create --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(cgroup_of_init)" \
    "/user.slice/user-1000.slice/user@1000.service/user.slice/runtime-$ID.scope"
  expect_equal "$(cat "/sys/fs/cgroup$(cgroup_of_init)"/{memory,pids}.max | paste -sd ' ')" '67108864 20'
  try as_tester "$RUNTIME" --root "$ROOT" update --pids-limit 30 "$ID"
  expect_success ''
  expect_equal "$(systemctl --user --machine tester@.host show --property TasksMax "runtime-$ID.scope")" TasksMax=30
  # Without any environment.
  user_environment=()
  try as_tester "$RUNTIME" --root "$ROOT" delete --force "$ID"
  expect_success ''
  wait_until are_no_user_units
  rm -rf "$HOME_FOLDER"
}

@test "systemd: the root of a user namespace that a user has made" {
  become_ready_for_user
  update_config '.linux.namespaces |= map(select(.type != "user")) | del(.linux.uidMappings, .linux.gidMappings) |
    .process.args = ["cat", "/proc/self/cgroup"]'
  chown tester "$BUNDLE/config.json"
  # The bus knows it by its uid outside.
  try as_tester unshare --map-root-user --mount "$RUNTIME" --root "$ROOT" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
  expect_success 0::/
  wait_until are_no_user_units
  rm -rf "$HOME_FOLDER"
}
