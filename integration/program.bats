#!/usr/bin/env bats
# The program's file: how it is found, and what is said when it can't be run. Engines derive their
# own exit codes from these words (K-35…K-39), so they are compared in full.
load helpers

# expect_refusal STATUS TEXT: of create, of run in both its forms; nothing is left.
expect_refusal() {
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: $2"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: $2" "$1"
  try runtime run --detach --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: $2" "$1"
  expect_nothing_left
}

# The same for what only execve finds out.
expect_failed_exec() {
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: $2"
  runtime delete "$ID"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: $2" "$1"
  try runtime run --detach --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: $2" "$1"
  expect_nothing_left
}

@test "program: not in \$PATH (K-36)" {
  set_program nowhere
  expect_refusal 127 'exec: "nowhere": executable file not found in $PATH'
  # Nor is a folder of that name found.
  mkdir "$BUNDLE/rootfs/bin/nowhere"
  expect_refusal 127 'exec: "nowhere": executable file not found in $PATH'
}

@test "program: an absolute path to nothing (K-37, K-39)" {
  set_program /bin/nowhere
  expect_refusal 127 'exec: "/bin/nowhere": stat /bin/nowhere: no such file or directory'
  set_program /nowhere/true
  expect_refusal 127 'exec: "/nowhere/true": stat /nowhere/true: no such file or directory'
  set_program ./bin/nowhere
  expect_refusal 127 'exec: "./bin/nowhere": stat ./bin/nowhere: no such file or directory'
  set_program /etc/passwd/true
  expect_refusal 127 'exec: "/etc/passwd/true": stat /etc/passwd/true: not a directory'
}

@test "program: not executable (K-35)" {
  set_program /etc/passwd
  expect_refusal 126 'exec: "/etc/passwd": permission denied'
  echo '#!/bin/sh' >"$BUNDLE/rootfs/bin/script"
  set_program script
  expect_refusal 126 'exec: "script": permission denied'
}

@test "program: executable, but not by this user" {
  chmod 700 "$BUNDLE/rootfs/bin"
  update_config '.process.user = {uid: 1000, gid: 1000} | .process.args = ["/bin/true"]'
  expect_refusal 126 'exec: "/bin/true": permission denied'
}

@test "program: on a noexec mount" {
  update_config '.mounts += [{destination: "/bin", source: "rootfs/bin", options: ["bind", "noexec"]}]'
  set_program /bin/true
  expect_refusal 126 'exec: "/bin/true": permission denied'
}

@test "program: a folder (K-35)" {
  set_program /etc
  expect_refusal 126 'exec: "/etc": is a directory (permission denied)'
}

@test "program: a loop of links" {
  ln -s loop "$BUNDLE/rootfs/bin/loop"
  set_program /bin/loop
  expect_refusal 126 'exec: "/bin/loop": too many levels of symbolic links'
}

@test "program: an interpreter that is missing" {
  printf '#!/nowhere/sh\n' >"$BUNDLE/rootfs/bin/broken"
  chmod +x "$BUNDLE/rootfs/bin/broken"
  set_program /bin/broken
  expect_failed_exec 126 'exec: "/bin/broken": no such file or directory (the interpreter or loader it names is missing)'
}

@test "program: of no known format" {
  echo garbage >"$BUNDLE/rootfs/bin/garbage"
  chmod +x "$BUNDLE/rootfs/bin/garbage"
  set_program garbage
  expect_failed_exec 126 'exec: "/bin/garbage": exec format error'
}

@test "program: more arguments than the kernel takes" {
  jq '.process.args = ["true", ("x" * 131072)]' "$BUNDLE/config.json" | replace_config
  expect_refusal 126 'exec: "true": argument list too long'
  jq '.process.env = ["PATH=/bin"] | .process.args = ["true", range(300000) | tostring]' \
    "$BUNDLE/config.json" | replace_config
  expect_refusal 126 'exec: "true": argument list too long'
}

@test "program: as many arguments as the kernel takes" {
  # At most a quarter of the stack's limit, 8 MiB as a rule, and 6 MiB.
  jq '.process.args = ["sh", "-c", "echo $#", range(100000) | tostring]' "$BUNDLE/config.json" | replace_config
  (ulimit -s 8192 && try runtime run --bundle "$BUNDLE" "$ID" && expect_success 99999)
}

@test "program: found by the PATH of process.env alone" {
  mkdir "$BUNDLE/rootfs/opt"
  printf '#!/bin/sh\necho "$0 $*"\n' >"$BUNDLE/rootfs/opt/mine"
  chmod +x "$BUNDLE/rootfs/opt/mine"
  set_program mine one 'two three'
  export PATH=/opt:$PATH
  expect_refusal 127 'exec: "mine": executable file not found in $PATH'
  update_config '.process.env = ["PATH=/nowhere::/opt:/bin"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success '/opt/mine one two three'
  # Twice: the last one wins, for us as for the program.
  update_config '.process.env = ["PATH=/opt", "PATH=/bin"]'
  expect_refusal 127 'exec: "mine": executable file not found in $PATH'
}

@test "program: without PATH there is a default" {
  update_config '.process.env = []'
  set_program sh -c 'echo ran'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ran
}

@test "program: an empty piece of PATH and a relative path start at the working directory" {
  mkdir "$BUNDLE/rootfs/opt"
  printf '#!/bin/sh\necho "$0"\n' >"$BUNDLE/rootfs/opt/mine"
  chmod +x "$BUNDLE/rootfs/opt/mine"
  update_config '.process.cwd = "/opt" | .process.env = ["PATH=/bin:"] | .process.args = ["mine"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ./mine
  update_config '.process.cwd = "/" | .process.args = ["opt/mine"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success opt/mine
}

@test "program: one that is not executable doesn't hide another behind it in PATH" {
  mkdir "$BUNDLE/rootfs/opt"
  touch "$BUNDLE/rootfs/opt/true"
  update_config '.process.env = ["PATH=/opt:/bin"] | .process.args = ["true"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
}

@test "program: its name is args[0] as given" {
  set_program head -c 100 /proc/self/cmdline
  runtime run --bundle "$BUNDLE" "$ID" | tr '\0' '|' >"$OUTPUT"
  expect_equal "$(<"$OUTPUT")" 'head|-c|100|/proc/self/cmdline|'
}
