#!/usr/bin/env bats
# What a profile says of every system call there is: the verdict for each number from 0 to 480, by
# each of the three ways to make one, is what the profile asks for (A-171, A-172, A-175, S-47). The
# numbers of names come from libseccomp by a tool of the tests' own; what is expected, from awk.
load helpers
load seccomp

readonly most=480

# What a container for anything must not do, and so the profile leaves it out.
readonly denied='["acct", "add_key", "bpf", "chroot", "clock_adjtime", "clock_settime", "clone", "create_module",
  "delete_module", "fanotify_init", "finit_module", "get_kernel_syms", "init_module", "ioperm", "iopl", "kcmp",
  "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mbind", "mount", "move_pages", "name_to_handle_at",
  "nfsservctl", "open_by_handle_at", "perf_event_open", "personality", "pivot_root", "quotactl", "reboot",
  "request_key", "set_mempolicy", "setns", "settimeofday", "socketcall", "stime", "swapoff", "swapon", "sysfs",
  "_sysctl", "umount", "umount2", "unshare", "uselib", "userfaultfd", "ustat", "vm86", "vm86old", "vmsplice"]'

setup_matrix() {
  install_tool CALL_MATRIX
  needs_tool CALL_NAMES
  KNOWN=$BATS_TEST_TMPDIR/known NAMES=$BATS_TEST_TMPDIR/names
  "$CALL_NAMES" 1023 >"$KNOWN"
  # Those of some years ago: up to Linux 5.7's, with what has no place any more left out, and what the
  # tool itself needs.
  awk '$2 <= 438 || $1 == "x32" { print $3 }' "$KNOWN" | sort -u |
    jq -cRn --argjson denied "$denied" '[inputs] - $denied + ["clone"]' >"$NAMES"
}

# expected LISTED DEFAULT NEWER: the verdicts by the names in $NAMES for the architectures LISTED, in
# the form of call-matrix. Where an architecture is not listed, its calls kill.
expected() {
  awk -v listed="$1" -v default_verdict="$2" -v newer="$3" -v most=$most '
    FNR == NR { allowed[$1] = 1; next }
    allowed[$3] { verdict[$1, $2] = "allowed"; if ($2 > newest[$1]) newest[$1] = $2 }
    END {
      split("x86_64 x86 x32", names)
      for (i = 1; i <= 3; ++i) for (number = 0; number <= most; ++number) {
        arch = names[i]
        if (index(" " listed " ", " " arch " ") == 0) result = "killed"
        else if ((arch, number) in verdict) result = "allowed"
        else result = number > newest[arch] ? newer : default_verdict
        print arch, number, result
      }
    }' <(jq -r '.[]' "$NAMES") "$KNOWN"
}

# Those that no filter is asked about: the kernel's own uretprobe (since Linux 6.14) and uprobe (6.18).
unfiltered() { "$CALL_MATRIX" $most | awk '$3 != "allowed" { print $1, $2 }'; }

# expect_matrix LISTED DEFAULT NEWER
expect_matrix() {
  local -a passed
  mapfile -t passed < <(unfiltered)
  [ "${#passed[@]}" -le 2 ] || fail "no filter is asked about ${passed[*]}"
  set_program call-matrix $most
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stderr" '0 ' 'the outcome'
  expect_equal "$(wc -l <<<"$stdout")" $((3 * (most + 1))) 'lines'
  diff <(expected "$@") - <<<"$stdout" | awk '/^[<>]/ { print $2, $3 }' | sort -u >"$BATS_TEST_TMPDIR/differences"
  expect_equal "$(grep -vxF -e '' -f <(printf '%s\n' "${passed[@]}") "$BATS_TEST_TMPDIR/differences" || true)" '' 'the differences'
  echo "# $(awk '{ $1 = $2 = ""; print }' <<<"$stdout" | sort | uniq -c | tr -s ' \n' ' ,')" >&3
}

@test "seccomp matrix: x86_64, x86 and x32 under a profile that denies by default" {
  setup_matrix
  set_profile --slurpfile names "$NAMES" '{defaultAction: act("ERRNO"), defaultErrnoRet: 77,
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
    syscalls: [{names: $names[0], action: act("ALLOW")}]}'
  expect_matrix 'x86_64 x86 x32' 'errno 77' 'errno 38'
}

@test "seccomp matrix: one architecture, and a signal by default" {
  setup_matrix
  set_profile --slurpfile names "$NAMES" '{defaultAction: act("TRAP"),
    syscalls: [{names: $names[0], action: act("ALLOW")}]}'
  expect_matrix x86_64 SIGSYS 'errno 38'
}

@test "seccomp matrix: two architectures, and death by default" {
  setup_matrix
  set_profile --slurpfile names "$NAMES" '{defaultAction: act("KILL_PROCESS"), architectures: ["SCMP_ARCH_X86"],
    syscalls: [$names[0][] | {names: [.], action: act("ALLOW")}]}'
  expect_matrix 'x86_64 x86' killed 'errno 38'
}
