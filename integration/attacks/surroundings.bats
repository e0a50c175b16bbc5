#!/usr/bin/env bats
# What comes from around a container: the caller's environment and keys, the host's network devices, hooks
# (S-49…S-52 of security.md). What each is for is in notify.bats, keyring.bats, fds.bats, net_devices.bats
# and hooks.bats.
load attacks

# --- the environment -------------------------------------------------------------------------

# Names by which runtimes talk to themselves, and by which libraries and services are steered.
hostile_environment() {
  cat <<END
_LIBCONTAINER_INITPIPE=3
_LIBCONTAINER_FIFOFD=4
_LIBCONTAINER_CLONED_BINARY=1
_LIBCONTAINER_STATEDIR=$OUTSIDE
_LIBCONTAINER_LOGPIPE=5
LIBCRUN_RUN_DIR=$OUTSIDE
RUNTIME_ROOT=$OUTSIDE
TMPDIR=$OUTSIDE
HOME=$OUTSIDE
XDG_RUNTIME_DIR=$OUTSIDE
XDG_CONFIG_HOME=$OUTSIDE
LISTEN_FDS=3
LISTEN_PID=1
LISTEN_FDNAMES=evil
LD_PRELOAD=$OUTSIDE/file
MALLOC_TRACE=$OUTSIDE/trace
DBUS_SYSTEM_BUS_ADDRESS=unix:path=$OUTSIDE/bus
BASH_ENV=$OUTSIDE/file
LC_ALL=evil
TZ=$OUTSIDE/file
END
}

# Of all that the program has what the config gives it, and a HOME.
use_hostile_environment() {
  local words
  mapfile -t words < <(hostile_environment)
  set_script 'env | grep -v -e ^SHLVL= -e ^PWD= | sort; ls /proc/self/fd | wc -l'
  update_config '.process.env = ["PATH=/bin", "A=b"]'
  try env "${words[@]}" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" 3</ 4<"$OUTSIDE" 5<>"$OUTSIDE/file"
  [ "$status$stderr$stdout" = $'0A=b\nHOME=/root\nPATH=/bin\n4' ] || breach "caller's: $stdout$stderr"
}

# The same words for the program itself are its own affair.
give_hostile_environment() {
  local words
  mapfile -t words < <(hostile_environment)
  set_script 'env | grep -v -e ^SHLVL= -e ^PWD= -e ^OLDPWD= | sort >/tmp/env; ls /proc/self/fd | wc -l'
  jq -c '.process.env = ["PATH=/bin"] + $ARGS.positional' "$BUNDLE/config.json" --args -- "${words[@]}" | replace_config
  run_or_refuse
  [ "$status$stdout" = 04 ] || breach "$stdout$stderr"
  [ "$(<"$BUNDLE/rootfs/tmp/env")" = "$(printf '%s\n' PATH=/bin "${words[@]}" | sort)" ] || breach "$(<"$BUNDLE/rootfs/tmp/env")"
}

@test "S-51: a hostile caller's environment has no effect" {
  skip_sanitized 'that executable is linked dynamically, by a loader that reads LD_PRELOAD'
  withstands use_hostile_environment
}
@test "S-51: nor has the program's, but on the program" { withstands give_hostile_environment; }

# --- keys ------------------------------------------------------------------------------------

# with_secret COMMAND…: in a session keyring of its own with a key in it, whose number is $SECRET.
with_secret() {
  python3 - "$@" <<'END'
import ctypes, os, sys
ADD_KEY, KEYCTL, JOIN_SESSION, SESSION = 248, 250, 1, -3
call = ctypes.CDLL(None, use_errno=True).syscall
if call(KEYCTL, JOIN_SESSION, None) < 0:
    sys.exit(f"keyctl: {os.strerror(ctypes.get_errno())}")
os.environ["SECRET"] = str(call(ADD_KEY, b"user", b"secret", b"sesame", 6, SESSION))
script = '. "$BATS_TEST_TMPDIR/functions"; set -euo pipefail; breached=0; "$@"; exit "$breached"'
os.execvp("bash", ["bash", "-c", script, "secret", *sys.argv[1:]])
END
}

# read_secret OPTION…: what a program and who enters its container get of the key, into $stdout. KEYCTL_READ
# of the key and of their own session keyring, which tell a length, and KEYCTL_LINK of the one into the other.
read_secret() {
  local of_run calls
  read -ra calls <<<"250,11,$SECRET,0,0 250,11,-3,0,0 250,8,$SECRET,-3"
  set_program call "${calls[@]}"
  try runtime run "$@" --bundle "$BUNDLE" "$ID"
  of_run=$stdout$stderr
  set_program sleep 1000
  runtime run --detach "$@" --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  try runtime exec "$ID" call "${calls[@]}"
  stdout=$(printf '%s ' $of_run $stdout$stderr)
  runtime delete --force "$ID"
}

reach_for_secret() {
  read_secret --no-new-keyring
  [ "$stdout" = '6 4 0 6 4 0 ' ] || breach "it is not even in the reach of its caller, so this shows nothing: $stdout"
  read_secret
  [ "$stdout" = 'EACCES 0 EACCES EACCES 0 EACCES ' ] || breach "$stdout"
}

@test "S-49: a secret in the caller's session keyring is in reach of neither init nor who enters" {
  needs_tool CALL
  [ -r /proc/keys ] || skip 'the kernel has no keys'
  command -v python3 >/dev/null || skip 'python3 is not installed'
  cp "$CALL" "$BUNDLE/rootfs/bin/call"
  withstands with_secret reach_for_secret
}

# --- network devices -------------------------------------------------------------------------

# expect_device_refusal DEVICES MEMBER: these are refused for what is wrong about that one.
expect_device_refusal() {
  update_config --argjson devices "$1" '.linux.netDevices = $devices'
  try runtime create --bundle "$BUNDLE" "$ID-2"
  [[ $status = 1 && $stderr = "runtime: create $ID-2: config.json: /linux/netDevices/$2"* ]] || breach "$1: $stderr"
}

take_devices() {
  local name
  ip link add dev0 type veth peer far-dev0
  set_program sleep 1000
  update_config '.linux.netDevices = {dev0: {name: "eth0"}}'
  create "$ID"
  # It is that container's now, by either name.
  expect_device_refusal '{"dev0": {}}' dev0
  expect_device_refusal '{"eth0": {}}' eth0
  for name in .. . a/b a:b 'a b' abcdefghijklmnop 'a\nb' far-dev0/../far-dev0; do
    expect_device_refusal "{\"$name\": {}}" ''
    expect_device_refusal "{\"far-dev0\": {\"name\": \"$name\"}}" far-dev0
  done
  [ "$(nsenter --net="/proc/$(state_of "$ID" pid)/ns/net" ip -brief link show eth0 | cut -d @ -f 1)" = eth0 ] ||
    breach 'the other container has lost it'
  ip link delete far-dev0
}

@test "S-50: devices of another container, and names that are none" {
  unshare --net ip link add dev0 type veth peer far-dev0 || skip 'the kernel has no veth'
  withstands take_devices
}

# --- hooks -----------------------------------------------------------------------------------

flood_by_hook() {
  local word
  exec 9<"$OUTSIDE" 8</
  update_config --arg hook "(ls /proc/\$\$/fd >$BUNDLE/fds); env >$BUNDLE/env
    cat >$BUNDLE/input; (sleep 1000 & exec setsid sleep 1000) & head -c 50000000 /dev/zero | tr '\\\\0' x; exit 3" \
    '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", $hook], env: ["PATH=/usr/bin:/bin"]}]'
  SECRET=x try timeout 60 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && $stderr = "runtime: create $ID: hook createRuntime[0] /bin/sh: exited with status 3"* ]] || breach "status $status: ${stderr:0:300}"
  [ "${#stderr}" -lt 70000 ] || breach "it says ${#stderr} characters"
  [ "$(sort -n "$BUNDLE/fds" | tr '\n' ' ')" = '0 1 2 ' ] || breach "descriptors: $(<"$BUNDLE/fds")"
  ! grep -q SECRET "$BUNDLE/env" || breach "environment: $(<"$BUNDLE/env")"
  [ "$(jq -r .id "$BUNDLE/input")" = "$ID" ] || breach "input: $(<"$BUNDLE/input")"
  # What it has left behind is its own, and no business of the container's.
  for word in $(pgrep -x sleep); do kill "$word"; done
}

@test "S-52: a hook that floods and leaves processes behind hangs nothing, and is given nothing" { withstands flood_by_hook; }
