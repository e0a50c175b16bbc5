#!/usr/bin/env bats
# The runtime's executable in the hands of a container, and a container's code in the runtime's
# (S-24…S-27 of security.md). What is in the executable's place is in executable.bats.
load attacks

# A copy: it would be a pity about the other.
use_copy() {
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  RUNTIME=$BATS_TEST_TMPDIR/runtime
  take_as_it_is
}

# --- written to ------------------------------------------------------------------------------

overwrite_executable() {
  local pried=$BATS_TEST_TMPDIR/pried count
  use_copy
  cp "$PRY" "$BUNDLE/rootfs/bin/pry"
  set_program /bin/pry /bin/busybox
  update_config '.process.capabilities |= map_values(. + ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE"])'
  runtime run --detach --bundle "$BUNDLE" "$ID" >"$pried" 2>&1
  wait_until grep -qx ready "$pried"
  for ((count = 0; count < 200; ++count)); do runtime exec "$ID" true; done
  runtime kill "$ID" TERM
  wait_until grep -q '^processes' "$pried"
  grep -q '^exe /memfd:runtime' "$pried" || breach "the executable was not seen, so this shows nothing: $(tail -n 1 "$pried")"
  ! grep -qx wrote "$pried" || breach 'the executable could be written to'
}

@test "S-24: a container keeps the executables of 200 execs and writes to them (CVE-2019-5736)" {
  needs_tool PRY
  withstands overwrite_executable
}

# --- no protection, no container --------------------------------------------------------------

expect_no_container() {
  [[ $status = 1 && $stderr = "runtime: "*"protecting the runtime's executable: memfd_create runtime: $1" ]] ||
    breach "status $status: $stderr"
}

without_memfd() {
  try strace -f -o /dev/null -e trace=memfd_create -e inject=memfd_create:error=EPERM \
    "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_no_container 'not permitted (EPERM)'
}

@test "S-25: where memfd_create is denied nothing runs unprotected" {
  needs_strace
  withstands without_memfd
}

# Of this pid namespace.
without_executable_memfd() {
  echo 2 >/proc/sys/vm/memfd_noexec
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_no_container 'access denied (EACCES)'
}

@test "S-25: where memory may not be executed nothing runs unprotected" {
  [ -e /proc/sys/vm/memfd_noexec ] || skip 'the kernel has no vm.memfd_noexec'
  withstands without_executable_memfd
}

# --- loaded from the container ---------------------------------------------------------------

# Everything by which an image or a caller could bring code into a process.
load_code() {
  local name
  for name in ld.so.preload ld.so.conf ld.so.cache nsswitch.conf locale.alias host.conf gai.conf; do
    echo /lib/evil.so >"$BUNDLE/rootfs/etc/$name"
  done
  mkdir -p "$BUNDLE"/rootfs/{lib/x86_64-linux-gnu,lib64,usr/lib/gconv}
  for name in lib/evil.so lib/x86_64-linux-gnu/libc.so.6 lib/x86_64-linux-gnu/libnss_files.so.2 usr/lib/gconv/gconv-modules; do
    echo rubbish >"$BUNDLE/rootfs/$name"
  done
  update_config '.process.env += ["LD_PRELOAD=/lib/evil.so", "LD_LIBRARY_PATH=/lib", "LD_AUDIT=/lib/evil.so",
      "GCONV_PATH=/usr/lib/gconv", "LOCPATH=/usr/lib/locale", "LANG=evil", "HOSTALIASES=/etc/host.conf"] |
    .process.user = {uid: 1000, gid: 1000, additionalGids: [5]}'
  try strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=/open.*,uselib \
    -E LANG=evil -E GCONV_PATH=/usr/lib/gconv -E LD_PRELOAD=/lib/evil.so "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  [ "$status" = 0 ] || breach "$stderr"
  opened=$(grep -E '"[^"]*(\.so|evil|nsswitch|gconv|locale|host\.conf|gai\.conf)[^"]*"' "$BATS_TEST_TMPDIR/trace" || true)
  [ -z "$opened" ] || breach "$opened"
}

@test "S-27: no code, locale or name service of the image is loaded" {
  skip_sanitized 'that executable is linked dynamically, and loads its libraries'
  needs_strace
  withstands load_code
}

@test "S-27: the executable needs no loader and no library" {
  skip_sanitized 'that executable is linked dynamically'
  command -v readelf >/dev/null || skip 'readelf is not installed'
  expect_equal "$(readelf -lW "$RUNTIME" | grep -c INTERP) $(readelf -dW "$RUNTIME" | grep -c NEEDED)" '0 0'
}
