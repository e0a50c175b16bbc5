#!/usr/bin/env bats
# Which mounts the host and a container hand each other: the options of mounts, and
# linux.rootfsPropagation (A-036 and A-117 of the feature inventory).
load helpers

# The bundle, a volume in it and a folder of the volume become mounts of their own that the host
# shares: nothing is private because it happened to be.
share_bundle() {
  mount --bind "$BUNDLE" "$BUNDLE"
  mount --make-shared "$BUNDLE"
  mkdir -p "$BUNDLE/volume" "$BUNDLE/rootfs/m"
  mount -t tmpfs tmpfs "$BUNDLE/volume"
  mkdir "$BUNDLE"/volume/{below,host,container}
  mount -t tmpfs tmpfs "$BUNDLE/volume/below"
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  if mountpoint -q "$BUNDLE"; then umount -R "$BUNDLE"; fi
  expect_nothing_left
}

# The mounts of the container that has been created whose destination matches, each with what its
# propagation is.
propagation_of() {
  awk -v pattern="$1" '$5 ~ pattern {
    line = $5
    for (i = 7; $i != "-"; ++i) { sub(/:.*/, "", $i); line = line " " $i }
    print line
  }' "/proc/$(state_of "$ID" pid)/mountinfo"
}

# Where, in the bundle, the host has something mounted.
host_mounts() {
  awk -v bundle="$BUNDLE/" 'index($5, bundle) == 1 { print substr($5, length(bundle)) }' /proc/self/mountinfo
}

mount_inside() { nsenter --target "$(state_of "$ID" pid)" --mount /bin/busybox mount -t tmpfs tmpfs "$1"; }

# expect_exchange INSIDE OUTSIDE: the container with a volume at /m is created; then both sides
# mount something in the volume. What has arrived where?
expect_exchange() {
  create "$ID"
  expect_equal "$(host_mounts | tr '\n' ' ')" '/volume /volume/below ' 'mounts of the host after create'
  mount -t tmpfs tmpfs "$BUNDLE/volume/host"
  mount_inside /m/container
  expect_equal "$(propagation_of '^/m' | cut -d ' ' -f 1 | tr '\n' ' ')" "$1" 'mounts inside'
  expect_equal "$(host_mounts | tr '\n' ' ')" "$2" 'mounts of the host'
}

# --- options ---------------------------------------------------------------------------------

@test "propagation: options of a bind, applied in their order" {
  share_bundle
  while read -r options mounted below; do
    printf '%s\n' "/m/$options - volume rbind,$options" >>"$BATS_TEST_TMPDIR/table"
    printf '%s\n' "/m/$options ${mounted//,/ }" "/m/$options/below ${below//,/ }" | sed 's/ none//' \
      >>"$BATS_TEST_TMPDIR/expected"
  done <<'END'
rw master master
private none master
rprivate none none
slave master master
rslave master master
shared shared,master master
rshared shared,master shared,master
private,shared shared master
rslave,rshared shared,master shared,master
shared,slave master master
unbindable unbindable master
runbindable unbindable unbindable
rprivate,shared shared none
END
  add_mounts <"$BATS_TEST_TMPDIR/table"
  create "$ID"
  expect_equal "$(propagation_of '^/m')" "$(<"$BATS_TEST_TMPDIR/expected")"
}

@test "propagation: options of a new filesystem" {
  add_mounts <<'END'
/m/none       tmpfs tmpfs -
/m/shared     tmpfs tmpfs shared
/m/rshared    tmpfs tmpfs rshared
/m/slave      tmpfs tmpfs slave
/m/unbindable tmpfs tmpfs unbindable
/m/later      tmpfs tmpfs -
/m/later      -     -     remount,bind,shared
END
  create "$ID"
  expect_equal "$(propagation_of '^/m')" '/m/none
/m/shared shared
/m/rshared shared
/m/slave
/m/unbindable unbindable
/m/later shared'
}

# --- volumes ---------------------------------------------------------------------------------

@test "volume: receives what the host mounts, and hands nothing back" {
  share_bundle
  add_mounts <<<'/m - volume rbind'
  expect_exchange '/m /m/below /m/host /m/container ' '/volume /volume/below /volume/host '
}

@test "volume: rslave is the same" {
  share_bundle
  add_mounts <<<'/m - volume rbind,rslave'
  expect_exchange '/m /m/below /m/host /m/container ' '/volume /volume/below /volume/host '
}

@test "volume: rprivate neither receives nor hands back" {
  share_bundle
  add_mounts <<<'/m - volume rbind,rprivate'
  expect_exchange '/m /m/below /m/container ' '/volume /volume/below /volume/host '
}

@test "volume: rshared alone hands nothing to the host" {
  share_bundle
  add_mounts <<<'/m - volume rbind,rshared'
  expect_exchange '/m /m/below /m/host /m/container ' '/volume /volume/below /volume/host '
}

@test "volume: in a user namespace the same" {
  share_bundle
  map_ids 0 100000 65536
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/config.json"
  while read -r options inside; do
    add_mounts <<<"/m - volume rbind$options"
    expect_exchange "${inside//,/ } " '/volume /volume/below /volume/host '
    runtime delete "$ID"
    umount "$BUNDLE/volume/host"
    cp "$BATS_TEST_TMPDIR/config.json" "$BUNDLE/config.json"
  done <<'END'
,rw /m,/m/below,/m/host,/m/container
,rslave /m,/m/below,/m/host,/m/container
,rprivate /m,/m/below,/m/container
,rshared /m,/m/below,/m/host,/m/container
END
}

@test "volume: rshared with a shared root hands mounts to the host" {
  share_bundle
  add_mounts <<<'/m - volume rbind,rshared'
  update_config '.linux.rootfsPropagation = "rshared"'
  expect_exchange '/m /m/below /m/host /m/container ' '/volume /volume/below /volume/host /volume/container '
  umount "$BUNDLE/volume/container"
  expect_equal "$(propagation_of '^/m/container')" ''
}

@test "volume: rslave and rprivate also with a shared root" {
  share_bundle
  update_config '.linux.rootfsPropagation = "shared"'
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/config.json"
  add_mounts <<<'/m - volume rbind,rslave'
  expect_exchange '/m /m/below /m/host /m/container ' '/volume /volume/below /volume/host '
  runtime delete "$ID"
  umount "$BUNDLE/volume/host"
  cp "$BATS_TEST_TMPDIR/config.json" "$BUNDLE/config.json"
  add_mounts <<<'/m - volume rbind,rprivate'
  expect_exchange '/m /m/below /m/container ' '/volume /volume/below /volume/host '
}

# --- rootfsPropagation -----------------------------------------------------------------------

# What becomes of the container's root with each value of rootfsPropagation.
expect_root_propagation() {
  # A mount below the root is reached by the recursive ones only.
  mkdir "$BUNDLE/rootfs/m/below"
  mount -t tmpfs tmpfs "$BUNDLE/rootfs/m/below"
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/config.json"
  while read -r value root below; do
    jq ".linux.rootfsPropagation = $value" "$BATS_TEST_TMPDIR/config.json" >"$BUNDLE/config.json"
    create "$ID"
    expect_equal "$(propagation_of '^(/|/m/below)$')" \
      "$(printf '%s\n' "/ ${root//,/ }" "/m/below ${below//,/ }" | sed 's/ none//')" "$value"
    mount_inside /tmp
    expect_equal "$(host_mounts)" $'/volume\n/volume/below\n/rootfs/m/below' "$value: mounts of the host"
    runtime delete "$ID"
  done <<'END'
null master master
"" master master
"slave" master master
"rslave" master master
"private" none none
"rprivate" none none
"shared" shared none
"rshared" shared shared
"unbindable" unbindable none
"runbindable" unbindable unbindable
END
}

@test "rootfsPropagation: what the container's root becomes" {
  share_bundle
  expect_root_propagation
}

@test "rootfsPropagation: in a user namespace the same" {
  share_bundle
  map_ids 0 100000 65536
  expect_root_propagation
}

@test "rootfsPropagation: nothing of the host's stays busy" {
  share_bundle
  create "$ID"
  umount "$BUNDLE/volume/below"
  # As a lazy one would be, which is cut off but not gone.
  expect_equal "$(propagation_of volume)" ''
  mount -t tmpfs tmpfs "$BUNDLE/volume/below"
}

@test "rootfsPropagation: a word that is none" {
  update_config '.linux.rootfsPropagation = "public"'
  expect_refusal 'config.json: /linux/rootfsPropagation: unknown value "public" (private, rprivate, shared, rshared, slave, rslave, unbindable, runbindable)'
  update_config '.linux.rootfsPropagation = 1'
  expect_refusal 'config.json: /linux/rootfsPropagation: must be a string, not 1'
}

@test "rootfsPropagation: masked and read-only paths in an unbindable root" {
  update_config '.linux.rootfsPropagation = "runbindable" |
    .linux.maskedPaths = ["/etc/passwd", "/home"] | .linux.readonlyPaths = ["/etc"]'
  expect_inside 'wc -c </etc/passwd; ls /home; touch /etc/file 2>&1; true' \
    $'0\ntouch: /etc/file: Read-only file system'
}
