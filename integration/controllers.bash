# shellcheck shell=bash
# Which layouts of cgroups can be had on this machine, and where a controller is in each.

# Those that `use` takes: on a host of cgroup2 alone that one, else its own, v1 alone and cgroup2
# alone.
layouts() {
  if grep -q ' /sys/fs/cgroup .* - cgroup2 ' /proc/self/mountinfo; then
    echo v2
  elif grep -q ' - cgroup2 ' /proc/self/mountinfo; then
    echo hybrid v1 v2
  else
    echo v1
  fi
}

# The runtime sees the host so from here on.
use() {
  layout=$1
  unified=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
  : "${native_runtime:=$RUNTIME}"
  RUNTIME=$native_runtime
  [ "$(layouts)" = "$1" ] || use_layout "$1"
}

# Sets $version (1, 2 or empty) and $folder, where the hierarchy is mounted. A second name is v2's.
# shellcheck disable=SC2034 # for the suites
find_controller() {
  local options=" - cgroup [^ ]* [^ ]*\b$1\b"
  version='' folder=''
  : "${layout:=$(layouts | cut -d ' ' -f 1)}"
  unified=$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
  if [ "$layout" != v2 ] && grep -qE -- "$options" /proc/self/mountinfo; then
    version=1
    folder=$(grep -E -- "$options" /proc/self/mountinfo | cut -d ' ' -f 5 | head -n 1)
  elif [ "$layout" != v1 ] && grep -qw "${2:-$1}" "$unified/cgroup.controllers"; then
    version=2
    folder=$unified
  fi
}

# expect_lines FOLDER 'FILE=LINE; FILE=LINE': each file has that line.
expect_lines() {
  local pair rest=$2
  while [ -n "$rest" ]; do
    pair=${rest%%; *}
    [[ $rest == *'; '* ]] && rest=${rest#*; } || rest=''
    grep -qxF -- "${pair#*=}" "$1/${pair%%=*}" || fail "${pair%%=*} is $(<"$1/${pair%%=*}"), not ${pair#*=}"
  done
}
