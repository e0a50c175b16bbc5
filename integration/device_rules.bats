#!/usr/bin/env bats
# Which devices a container may use (linux.resources.devices, config-linux.md#allowed-device-list):
# real nodes, opened and made inside, on hosts of every cgroup layout.
load helpers
load layouts

# Nodes that no container has by itself, of either kind; rights that would stand in the way before
# the rules do; and the shell functions that `probe` asks for.
setup_nodes() {
  setup_layout "$1"
  update_config '.linux.devices = [
      {path: "/dev/kmsg", type: "c", major: 1, minor: 11, fileMode: 438},
      {path: "/dev/loop", type: "b", major: 7, minor: 7, fileMode: 438}] |
    (.process.capabilities | .bounding, .effective, .permitted) += ["CAP_MKNOD", "CAP_SYSLOG"]'
  cat >"$BUNDLE/rootfs/probe" <<'END'
# yes unless the filter refuses; what else may keep a device from being opened comes later.
verdict() { case $(eval "$1" 2>&1) in *'not permitted'*) echo no ;; *) echo yes ;; esac; }
opens() {
  for path; do
    echo "$path $(verdict "(: <$path)") $(verdict "(: >$path)") $(verdict "(: <>$path)")"
  done
}
makes() { verdict "busybox mknod /tmp/node $1 $2 $3 && rm /tmp/node"; }
END
}

# set_rules RULE…: "allow|deny TYPE MAJOR MINOR ACCESS", with "-" for what is to be absent.
set_rules() {
  update_config --arg rules "$(printf '%s\n' "$@")" '.linux.resources.devices = [$rules | splits("\n") |
    [splits(" ") | select(. != "-") // null] | {allow: (.[0] == "allow"), type: .[1], major: .[2], minor: .[3], access: .[4]} |
    (.major, .minor) |= (. // empty | tonumber) | del(.[] | nulls)]'
}

# expect_opens RULES WANTED: with these rules, a line each, /dev/kmsg and /dev/loop can be opened for
# reading, writing and both as the words say.
expect_opens() {
  local -a rules
  mapfile -t rules <<<"$1"
  set_rules "${rules[@]}"
  expect_inside '. /probe; opens /dev/kmsg /dev/loop' "/dev/kmsg ${2% | *}
/dev/loop ${2#* | }"
}

expect_no_filter() {
  setup_nodes "$1"
  update_config '.linux.resources.devices = []'
  expect_inside '. /probe; opens /dev/kmsg /dev/loop; makes b 7 8' '/dev/kmsg yes yes yes
/dev/loop yes yes yes
yes'
}

expect_denial() {
  setup_nodes "$1"
  expect_opens 'deny - - - rwm' 'no no no | no no no'
  # A rule about something else is enough.
  expect_opens 'allow c 10 1 r' 'no no no | no no no'
  # Making a node is no right to open it.
  expect_inside '. /probe; makes c 1 11; busybox mknod /tmp/kmsg c 1 11; opens /tmp/kmsg' 'yes
/tmp/kmsg no no no'
}

expect_kinds_of_rules() {
  setup_nodes "$1"
  expect_opens 'allow - - - rwm' 'yes yes yes | yes yes yes'
  expect_opens 'allow a -1 -1 rw' 'yes yes yes | yes yes yes'
  expect_opens 'allow c 1 11 rw' 'yes yes yes | no no no'
  expect_opens 'allow c 1 11 r' 'yes no no | no no no'
  expect_opens 'allow c 1 11 w' 'no yes no | no no no'
  expect_opens 'allow c 1 11 m' 'no no no | no no no'
  expect_opens 'allow b 7 7 wr' 'no no no | yes yes yes'
  expect_opens 'allow b 1 11 rw' 'no no no | no no no'
  expect_opens 'allow c 1 - rw' 'yes yes yes | no no no'
  expect_opens 'allow c -1 11 rw' 'yes yes yes | no no no'
  expect_opens 'allow - - 7 r' 'no no no | yes no no'
  expect_opens $'allow c 1 11 r\nallow a 1 - w' 'yes yes yes | no no no'
}

expect_order() {
  setup_nodes "$1"
  expect_opens $'deny - - - rwm\nallow c 1 11 rw\nallow b 7 7 r' 'yes yes yes | yes no no'
  expect_opens $'allow c 1 11 rw\ndeny - - - rwm' 'no no no | no no no'
  expect_opens $'allow c 1 11 rw\ndeny c 1 11 w' 'yes no no | no no no'
  expect_opens $'allow - - - rwm\ndeny c 1 11 rw' 'no no no | yes yes yes'
  expect_opens $'allow - - - rwm\ndeny b 7 7 w\ndeny c 1 11 r' 'no yes no | yes no no'
}

expect_defaults() {
  setup_nodes "$1"
  set_rules 'deny - - - rwm'
  expect_inside '. /probe; opens /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/ptmx | cut -d " " -f 2- | sort -u
    busybox mknod /tmp/tun c 10 200; opens /tmp/tun; makes b 8 0; echo x | tr x y >/dev/null && echo written' \
    'yes yes yes
/tmp/tun yes yes yes
yes
written'
}

expect_terminal() {
  setup_nodes "$1"
  set_rules 'deny - - - rwm'
  update_config '.process.terminal = true'
  set_script '. /probe; opens /dev/tty /dev/console | tr -d "\r"; tty'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stderr $(tr -d '\r' <<<"$stdout")" '0  /dev/tty yes yes yes
/dev/console yes yes yes
/dev/pts/0'
}

@test "hybrid: without rules nothing is filtered" { expect_no_filter hybrid; }
@test "hybrid: what no rule allows is denied" { expect_denial hybrid; }
@test "hybrid: every kind of rule" { expect_kinds_of_rules hybrid; }
@test "hybrid: the last rule wins" { expect_order hybrid; }
@test "hybrid: the devices of every container" { expect_defaults hybrid; }
@test "hybrid: a terminal" { expect_terminal hybrid; }

@test "v1: without rules nothing is filtered" { expect_no_filter v1; }
@test "v1: what no rule allows is denied" { expect_denial v1; }
@test "v1: every kind of rule" { expect_kinds_of_rules v1; }
@test "v1: the last rule wins" { expect_order v1; }
@test "v1: the devices of every container" { expect_defaults v1; }
@test "v1: a terminal" { expect_terminal v1; }

@test "v2: without rules nothing is filtered" { expect_no_filter v2; }
@test "v2: what no rule allows is denied" { expect_denial v2; }
@test "v2: every kind of rule" { expect_kinds_of_rules v2; }
@test "v2: the last rule wins" { expect_order v2; }
@test "v2: the devices of every container" { expect_defaults v2; }
@test "v2: a terminal" { expect_terminal v2; }

# --- what one version has by itself ------------------------------------------------------------

@test "v1: the kernel's list has the rules in their order, and then our own" {
  setup_nodes v1
  devices=$(awk '/ - cgroup .*devices/ { print $5 }' /proc/self/mountinfo)
  set_rules 'deny - - - rwm' 'allow c 10 229 rwm' 'allow b 8 20 rw' 'allow b 10 200 r'
  create "$ID"
  expect_equal "$(<"$devices/runtime-$ID/devices.list")" 'c 10:229 rwm
b 8:20 rw
b 10:200 r
c *:* m
b *:* m
c 1:3 rwm
c 1:5 rwm
c 1:7 rwm
c 1:8 rwm
c 1:9 rwm
c 5:0 rwm
c 5:1 rwm
c 5:2 rwm
c 136:* rwm
c 10:200 rwm'
}

@test "v1: a hole in what is allowed is refused" {
  for layout in hybrid v1; do
    setup_nodes "$layout"
    set_rules 'deny - - - rwm' 'allow c 1 - rw' 'deny c 1 11 w'
    expect_refusal "config.json: /linux/resources/devices/2: cgroup v1 can't deny a part of what /linux/resources/devices/1 allows"
  done
}

@test "v2: a hole in what is allowed" {
  setup_nodes v2
  expect_opens $'deny - - - rwm\nallow c 1 - rw\ndeny c 1 11 w' 'yes no no | no no no'
  expect_opens $'allow - - - rwm\ndeny c 1 - rw\nallow b 7 7 r' 'no no no | yes yes yes'
}

@test "v2: the rules of a cgroup that was there before are replaced" {
  setup_nodes v2
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  mkdir "$unified/$ID"
  expect_opens 'allow c 1 11 rw' 'yes yes yes | no no no'
  expect_opens 'allow b 7 7 rw' 'no no no | yes yes yes'
  expect_opens 'allow - - - rwm' 'yes yes yes | yes yes yes'
  rmdir "$unified/$ID"
}

# The runtime as the root of a user namespace that may make cgroups, but filter nothing.
expect_no_rights() {
  RUNTIME=$(make_wrapper userns "exec unshare -U -r $RUNTIME \"\$@\"")
  setup_layout "$1"
  set_rules 'deny - - - rwm'
  update_config '(.mounts[] | select(.type == "devpts")).options -= ["gid=5"]'
  set_script 'sed -n "s/^0:://p" /proc/self/cgroup; : >/dev/null && echo written'
  # Engines give everybody's container such rules.
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'/\nwritten'
  try runtime --debug run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" $'0 /\nwritten'
  [[ $stderr = *'level=debug msg="/linux/resources/devices: without effect: it takes rights on the host"'* ]] || fail "$stderr"
}

@test "hybrid: without rights on the host they have no effect, as the debug log says" { expect_no_rights hybrid; }
@test "v2: without rights on the host they have no effect, as the debug log says" { expect_no_rights v2; }

@test "v2: root without the right to filter is refused" {
  RUNTIME=$(make_wrapper weak "exec setpriv --inh-caps -sys_admin,-bpf --bounding-set -sys_admin,-bpf $RUNTIME \"\$@\"")
  setup_layout v2
  map_ids 0 100000 65536
  set_rules 'deny - - - rwm'
  expect_refusal 'config.json: /linux/resources/devices: bpf(2) is not permitted: it takes CAP_SYS_ADMIN'
}
