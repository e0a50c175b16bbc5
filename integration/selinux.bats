#!/usr/bin/env bats
# SELinux: process.selinuxLabel, linux.mountLabel (A-075, A-180, P-07). All that needs a policy runs in
# the guest: integration/vm/run selinux.
load helpers

PROCESS=system_u:system_r:container_t
FILES=system_u:object_r:container_file_t

needs_selinux() {
  [ -e /sys/fs/selinux/enforce ] || skip 'SELinux is not enabled (integration/vm/run selinux boots a guest where it is)'
  [ "$(cat /sys/fs/selinux/enforce)" = 1 ] || fail 'SELinux is not enforcing'
}

# label RANGE: the container's processes, its mounts and its root file system.
label() {
  needs_selinux
  update_config --arg process "$PROCESS:$1" --arg mount "$FILES:$1" \
    '.process.selinuxLabel = $process | .linux.mountLabel = $mount'
  # A file of its own, since all tests' are one.
  cp --remove-destination /bin/busybox "$BUNDLE/rootfs/bin/busybox"
  chcon -R "$FILES:$1" "$BUNDLE/rootfs"
}

# `try`, but by a pipe for all output: the policy lets no container write to the test's files.
try_piped() {
  status=0 stderr=''
  # shellcheck disable=SC2034 # for expect_…
  stdout=$("$@" 2>&1 3>&-) || status=$?
}

expect_said() {
  set_script "$1"
  try_piped runtime run --bundle "$BUNDLE" "$ID"
  expect_success "$2"
}

# A container that sleeps; $pid is its init.
start_sleeper() {
  set_program sleep 1000
  try runtime run --detach --bundle "$BUNDLE" "$ID"
  expect_success ''
  pid=$(state_of "$ID" pid)
}

# What the program's label is, and may it do what it must.
label_of_process() { tr -d '\0' <"/proc/$1/attr/current"; }
label_inside() { stat -c %C "/proc/$pid/root$1"; }

# What the kernel has refused containers and us since the test began.
denials() { dmesg | grep 'avc: *denied' | grep -E "container_t|comm=\"(runtime|memfd:runtime|busybox|sh)\"" || true; }

# The kernel writes it down a little later.
is_denied() { denials | grep -q "$1"; }

# --- what can be told without a policy -----------------------------------------------------------

@test "selinux: a label is refused where SELinux is not enabled" {
  [ ! -e /sys/fs/selinux/enforce ] || skip 'SELinux is enabled'
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
  update_config '.process.selinuxLabel = "system_u:system_r:container_t:s0:c1,c2"'
  expect_refusal "config.json: /process/selinuxLabel: \"system_u:system_r:container_t:s0:c1,c2\" can't be applied, SELinux is not enabled"
  cp "$BATS_TEST_TMPDIR/saved" "$BUNDLE/config.json"
  update_config '.linux.mountLabel = "system_u:object_r:container_file_t:s0"'
  expect_refusal "config.json: /linux/mountLabel: \"system_u:object_r:container_file_t:s0\" can't be applied, SELinux is not enabled"
}

@test "selinux: the mount option of the annotation is one of four" {
  update_config '.annotations["run.oci.mount_context_type"] = "label"'
  expect_refusal 'config.json: /annotations/run.oci.mount_context_type: "label" is none of context, fscontext, defcontext, rootcontext'
}

# --- with one -----------------------------------------------------------------------------------

@test "selinux: the program has the label, and its standard streams" {
  label s0:c1,c2
  expect_said 'cat /proc/self/attr/current | tr -d "\\000"' "$PROCESS:s0:c1,c2"
}

@test "selinux: from outside as well; init's is of the caller until the program runs" {
  label s0:c1,c2
  set_program sleep 1000
  runtime create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
  pid=$(state_of "$ID" pid)
  expect_equal "$(label_of_process "$pid")" "$(label_of_process self)"
  expect_equal "$(tr -d '\0' <"/proc/$pid/attr/exec")" "$PROCESS:s0:c1,c2" 'exec'
  runtime start "$ID"
  wait_until runs_program "$pid" sleep
  expect_equal "$(label_of_process "$pid")" "$PROCESS:s0:c1,c2"
  expect_equal "$(cat "/proc/$pid/attr/keycreate" "/proc/$pid/attr/exec" | tr -d '\0')" '' 'left over'
}

@test "selinux: who enters later has the container's label, or another of its choice" {
  label s0:c1,c2
  start_sleeper
  local words='tr -d "\000" </proc/self/attr/current; echo'
  try_piped runtime exec "$ID" sh -c "$words"
  expect_success "$PROCESS:s0:c1,c2"
  try_piped runtime exec --process-label "$PROCESS:s0:c1,c2,c5" "$ID" sh -c "$words"
  expect_success "$PROCESS:s0:c1,c2,c5"
  jq -n '{cwd: "/", env: ["PATH=/bin"], args: ["sh", "-c", $words]}' --arg words "$words" >"$BATS_TEST_TMPDIR/process.json"
  try_piped runtime exec --process "$BATS_TEST_TMPDIR/process.json" "$ID"
  expect_success "$PROCESS:s0:c1,c2"
  try runtime exec --process-label nosuch "$ID" true
  [[ $status == 255 && $stderr == "runtime: exec $ID: "*"/process/selinuxLabel: \"nosuch\""* ]] || fail "$stderr"
}

@test "selinux: categories in any order are the same" {
  label s0:c9,c5,c6,c7
  expect_said 'cat /proc/self/attr/current | tr -d "\\000"' "$PROCESS:s0:c5.c7,c9"
}

@test "selinux: mounts have the mount label, but for those that have labels of the policy's" {
  label s0:c1,c2
  add_mounts <<<'/own tmpfs tmpfs -'
  update_config --arg own "context=\"$FILES:s0:c7\"" '(.mounts[] | select(.destination == "/own")) .options = [$own]'
  mkdir "$BUNDLE/rootfs/own"
  start_sleeper
  for path in /dev /dev/shm /dev/pts /dev/null /dev/mqueue /proc/acpi; do
    [ -e "/proc/$pid/root$path" ] || continue
    expect_equal "$(label_inside "$path")" "$FILES:s0:c1,c2" "$path"
  done
  expect_equal "$(label_inside /own)" "$FILES:s0:c7" /own
  expect_equal "$(label_inside /proc/uptime)" "$(stat -c %C /proc/uptime)" /proc
  expect_equal "$(label_inside /sys)" "$(stat -c %C /sys)" /sys
  [[ $(label_inside /sys/fs/cgroup) == *:cgroup_t:* ]] || fail "/sys/fs/cgroup: $(label_inside /sys/fs/cgroup)"
}

@test "selinux: the annotation chooses the mount option" {
  label s0:c1,c2
  local type wanted
  for type in context fscontext rootcontext; do
    update_config --arg type "$type" '.annotations["run.oci.mount_context_type"] = $type'
    start_sleeper
    wanted=$(grep -o "[ ,]$type=[^ ]*$FILES:s0:c1,c2" "/proc/$pid/mountinfo" | wc -l)
    [ "$wanted" -ge 2 ] || fail "$type: $(cat "/proc/$pid/mountinfo")"
    runtime delete --force "$ID"
  done
  # For filesystems that keep labels of files.
  update_config '.annotations["run.oci.mount_context_type"] = "defcontext"'
  try runtime create --bundle "$BUNDLE" "$ID"
  [[ $status == 1 && $stderr == *'mounts['*'(EINVAL)' ]] || fail "$stderr"
}

@test "selinux: the session keyring is the container's" {
  label s0:c1,c2
  update_config '.linux.maskedPaths -= ["/proc/keys"]'
  # The kernel shows a key to whom the policy lets see it.
  expect_said 'grep -c "_ses.'"$ID"'" /proc/keys' 1
}

@test "selinux: a neighbour's file stays closed, whatever its mode" {
  label s0:c1,c2
  mkdir "$BUNDLE/shared" "$BUNDLE/rootfs/shared"
  echo mine >"$BUNDLE/shared/mine"
  echo secret >"$BUNDLE/shared/neighbour"
  chmod -R 777 "$BUNDLE/shared"
  chcon "$FILES:s0" "$BUNDLE/shared"
  chcon "$FILES:s0:c1,c2" "$BUNDLE/shared/mine"
  chcon "$FILES:s0:c3,c4" "$BUNDLE/shared/neighbour"
  add_mounts <<<"/shared - $BUNDLE/shared bind"
  dmesg -C
  expect_said 'cat /shared/mine; cat /shared/neighbour 2>/dev/null || echo closed; (echo x >>/shared/neighbour) 2>/dev/null || echo closed' $'mine\nclosed\nclosed'
  wait_until is_denied 'read.*name="neighbour".*s0:c1,c2 .*s0:c3,c4 '
}

@test "selinux: nothing unexpected is refused" {
  label s0:c1,c2
  dmesg -C
  expect_said 'echo x >/tmp/x; cat /tmp/x; ls /proc/1 /dev/shm >/dev/null; head -c 1 /dev/urandom | wc -c; id -u' $'x\n1\n0'
  sleep 1
  expect_equal "$(denials)" ''
}

@test "selinux: by procfs where the kernel has no call for it" {
  label s0:c1,c2
  set_script 'cat /proc/self/attr/current | tr -d "\\000"'
  try_piped strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=lsm_set_self_attr,lsm_get_self_attr,write,openat2 \
    -e inject=lsm_set_self_attr,lsm_get_self_attr:error=ENOSYS \
    "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  grep -q 'attr/exec", {flags=O_WRONLY' "$BATS_TEST_TMPDIR/trace" || fail "$(grep attr "$BATS_TEST_TMPDIR/trace")"
  expect_success "$PROCESS:s0:c1,c2"
}

@test "selinux: in a user namespace" {
  label s0:c1,c2
  map_ids 0 100000 65536
  chown -R 100000:100000 "$BUNDLE/rootfs"
  start_sleeper
  expect_equal "$(label_of_process "$pid")" "$PROCESS:s0:c1,c2"
  expect_equal "$(label_inside /dev/shm)" "$FILES:s0:c1,c2" /dev/shm
}

@test "selinux: bad labels are refused, and why" {
  label s0:c1,c2
  local label wanted place
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
  while IFS='#' read -r label wanted; do
    for place in /process/selinuxLabel /linux/mountLabel; do
      jq -c --arg label "$label" "${place//\//.} = \$label" "$BATS_TEST_TMPDIR/saved" | replace_config
      expect_refusal "config.json: $place: \"$label\": $wanted"
    done
  done <<'END'
nonsense#no context like user:role:type:range
system_u:system_r:nosuch_t:s0#the loaded policy has no type "nosuch_t"
system_u:nosuch_r:container_t:s0#the loaded policy has no type "container_t" for the user "system_u" in the role "nosuch_r"
nosuch_u:system_r:container_t:s0#the loaded policy has no type "container_t" for the user "nosuch_u" in the role "system_r"
system_u:system_r:container_t:s0:c1,c5000#the loaded policy has no range "s0:c1,c5000"
system_u:system_r:container_t:s7#the loaded policy has no range "s7"
system_u:system_r:container_t#the loaded policy wants a range as well, such as s0
END
}

@test "selinux: a program that is no entry point of the label is refused at its start" {
  label s0:c1,c2
  chcon -t bin_t "$BUNDLE/rootfs/bin/busybox"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 126 '' 'runtime: run '"$ID"': exec: "/bin/true": permission denied'
}

@test "selinux: without labels nobody looks for a security module" {
  try strace -f -o "$BATS_TEST_TMPDIR/trace" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_success ''
  # But for one question, whether the host wants labels for all.
  expect_equal "$(grep -c '"/etc/runtime/selinux"' "$BATS_TEST_TMPDIR/trace")" 1
  expect_equal "$(grep -E '/attr/|selinux|apparmor|lsm_' "$BATS_TEST_TMPDIR/trace" | grep -v '"/etc/runtime/selinux"' || true)" ''
}

# As the package would.
install_runtime() {
  install -m 755 "$RUNTIME" /usr/bin/runtime
  restorecon -F /usr/bin/runtime
}

@test "selinux: installed as its packaging says, a systemd unit runs a container, and nothing is refused" {
  needs_selinux
  local folder=/var/lib/containers/$ID
  install_runtime
  mkdir -p /var/lib/containers
  update_config '.annotations["dev.runtime.selinux"] = "auto"'
  cp --remove-destination /bin/busybox "$BUNDLE/rootfs/bin/busybox"
  set_program sleep 1000
  cp -a "$BUNDLE" "$folder"
  restorecon -FR /var/lib/containers
  printf '[Service]\nExecStart=/usr/bin/runtime --root /run/runtime run --bundle %s %s\nExecStop=/usr/bin/runtime --root /run/runtime kill %s KILL\n' \
    "$folder" "$ID" "$ID" >"/etc/systemd/system/$ID.service"
  dmesg -C
  systemctl start "$ID"
  ROOT=/run/runtime wait_until has_status "$ID" running
  pid=$(ROOT=/run/runtime state_of "$ID" pid)
  [[ $(label_of_process "$(systemctl show --value -p MainPID "$ID")") == *:container_engine_t:* ]]
  [[ $(label_of_process "$pid") =~ ^system_u:system_r:container_t:s0:c[0-9]+,c[0-9]+$ ]] || fail "$(label_of_process "$pid")"
  systemctl stop "$ID"
  rm -r "/etc/systemd/system/$ID.service" "$folder"
  [ ! -e "/run/runtime/$ID" ]
  sleep 1
  expect_equal "$(denials)" ''
}

# An image in Podman's store, and what its commands have in common.
setup_podman() {
  needs_selinux
  command -v podman >/dev/null || skip 'podman is not installed'
  install_runtime
  tar -C "$BUNDLE/rootfs" -cf - . | podman import --quiet - selinux-test >/dev/null
  PODMAN=(podman --runtime /usr/bin/runtime run --rm --network none --log-driver none --events-backend none
    --cgroup-manager cgroupfs)
}

@test "selinux: under Podman, with its labels" {
  setup_podman
  dmesg -C
  try_piped "${PODMAN[@]}" selinux-test sh -c 'cat /proc/self/attr/current | tr -d "\000"; echo x >/tmp/x'
  [[ $stdout =~ ^system_u:system_r:container_t:s0:c[0-9]+,c[0-9]+$ ]] || fail "$stdout"
  sleep 1
  expect_equal "$(denials)" ''
  # A refusal is passed on.
  try_piped "${PODMAN[@]}" --security-opt label=type:nosuch_t selinux-test true
  [[ $status == 126 && $stdout == *'the loaded policy has no type "nosuch_t"' ]] || fail "$status $stdout"
}

@test "selinux: under containerd, which gives no labels" {
  setup_podman
  podman save --quiet --format oci-archive -o "$BATS_TEST_TMPDIR/image" selinux-test
  systemctl unmask containerd 2>/dev/null
  systemctl start containerd
  ctr image import "$BATS_TEST_TMPDIR/image" >/dev/null
  dmesg -C
  try_piped ctr run --rm --runc-binary /usr/bin/runtime localhost/selinux-test:latest "$ID" /bin/sh -c \
    'cat /proc/self/attr/current | tr -d "\000"'
  expect_success system_u:system_r:spc_t:s0
  sleep 1
  expect_equal "$(denials)" ''
  systemctl stop containerd
}

@test "selinux: NOTIFY_SOCKET is within the program's reach" {
  label s0:c1,c2
  needs_tool NOTIFY
  cp "$NOTIFY" "$BUNDLE/rootfs/bin/notify"
  chcon "$FILES:s0:c1,c2" "$BUNDLE/rootfs/bin/notify"
  : >"$BATS_TEST_TMPDIR/noted"
  "$NOTIFY" receive "$BATS_TEST_TMPDIR/manager" "$BATS_TEST_TMPDIR/noted" 3>&- &
  local manager=$!
  wait_until test -e "$BATS_TEST_TMPDIR/manager"
  dmesg -C
  set_script 'notify send READY=1; exit 3'
  status=0
  NOTIFY_SOCKET=$BATS_TEST_TMPDIR/manager try_piped runtime run --bundle "$BUNDLE" "$ID"
  wait_until has_content "$BATS_TEST_TMPDIR/noted"
  kill "$manager"
  expect_outcome 3 '' ''
  [[ $(<"$BATS_TEST_TMPDIR/noted") == *READY=1* ]]
  sleep 1
  expect_equal "$(denials)" ''
}
