#!/usr/bin/env bats
# Rows of the feature inventory that no other suite shows for themselves; conformance/config-rows.table
# has the list of all.
load helpers

# $1: what the options of a bind and of a tmpfs are to say, $2: what the kernel then shows of the
# tmpfs, mount and file system.
expect_mounted() {
  local options=$1 shown=$2
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
  mkdir -p "$BUNDLE/volume"
  add_mounts <<END
/m/tmpfs tmpfs tmpfs $options
/m/bind  -     volume bind,$options
END
  expect_inside 'awk '\''$5 == "/m/tmpfs" { print $6, $(NF) }'\'' /proc/self/mountinfo; test -d /m/bind' "$shown"
  mv "$BATS_TEST_TMPDIR/saved" "$BUNDLE/config.json"
  # Or the next tmpfs takes the mode of this one's mount point.
  rm -r "$BUNDLE/rootfs/m"
}

@test "A-001: any version 1.x is taken, and the state has our own" {
  for version in 1.0.0 1.0.2-dev 1.1.0-rc.2 1.2.1 1.3.0+dev; do
    update_config --arg version "$version" '.ociVersion = $version'
    create "$ID"
    expect_equal "$(state_of "$ID" ociVersion)" 1.3.0 "$version"
    runtime delete "$ID"
  done
  # What is newer may have what we don't know, which is ignored.
  update_config '.ociVersion = "1.99.0"'
  try runtime run --bundle "$BUNDLE" "$ID"
  [[ $status == 0 && $stderr == *'/ociVersion: \"1.99.0\" is newer than 1.3.0; what it adds is ignored"' ]] || fail "$stderr"
  for version in 2.0.0 0.9.0; do
    update_config --arg version "$version" '.ociVersion = $version'
    expect_refusal "config.json: /ociVersion: \"$version\" is not supported, only 1.x is"
  done
}

@test "A-003: numbers to the edges of their types, text in UTF-8" {
  # As text, because jq makes doubles of them.
  update_config '.annotations = {"schlüssel": "☃"} | .process.oomScoreAdj = 1000 |
    .process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 11111}, {type: "RLIMIT_FSIZE", soft: 22222, hard: 11111}]'
  sed -i 's/11111/18446744073709551615/g; s/22222/9007199254740993/' "$BUNDLE/config.json"
  expect_inside 'grep "Max file size" /proc/self/limits | tr -s " "; cat /proc/self/oom_score_adj' \
    'Max file size 9007199254740993 unlimited bytes 
1000'
  create "$ID"
  expect_equal "$(runtime state "$ID" | jq -r '.annotations["schlüssel"]')" ☃
  runtime delete "$ID"
  sed -i 's/18446744073709551615/18446744073709551616/' "$BUNDLE/config.json"
  expect_refusal 'config.json: /process/rlimits/0/hard: 18446744073709551616 is out of range (0 to 18446744073709551615)'
}

@test "A-011: a config without a process is refused by create" {
  update_config 'del(.process)'
  expect_refusal 'config.json: /process: missing'
}

@test "A-028: sync, async, dirsync, mand, nomand" {
  expect_mounted sync rw,relatime\ rw,sync
  expect_mounted sync,async rw,relatime\ rw
  expect_mounted dirsync rw,relatime\ rw,dirsync
  # Without effect since Linux 5.15.
  expect_mounted mand,nomand rw,relatime\ rw
}

@test "A-030: iversion, noiversion" {
  expect_mounted iversion rw,relatime\ rw
  expect_mounted iversion,noiversion rw,relatime\ rw
}

@test "A-031: lazytime, nolazytime" {
  expect_mounted lazytime rw,relatime\ rw,lazytime
  expect_mounted lazytime,nolazytime rw,relatime\ rw
}

@test "A-032: silent, loud" {
  expect_mounted silent rw,relatime\ rw
  expect_mounted silent,loud rw,relatime\ rw
}

@test "A-033: nosymfollow, symfollow" {
  expect_mounted nosymfollow rw,relatime,nosymfollow\ rw
  expect_mounted nosymfollow,symfollow rw,relatime\ rw
  add_mounts <<<'/m tmpfs tmpfs nosymfollow'
  set_script 'echo content >/m/file; ln -s file /m/link; cat /m/link'
  try runtime run --bundle "$BUNDLE" "$ID"
  # What ELOOP is called is the C library's business.
  [[ "$status $stdout" == '1 ' && "$stderr" == *"'/m/link': "*ymbolic\ link* ]] || fail "$stderr"
}
