# shellcheck shell=bash
# A cgroup in every hierarchy, /$ID-host, below which a test makes others: beside the one of a container
# for which the runtime has made it, since nobody else makes anything in the hierarchies' roots.

make_host_cgroup() {
  local before
  before=$(<"$BUNDLE/config.json")
  update_config --arg path "/$ID-host/in" '.linux.cgroupsPath = $path'
  create "$ID-host"
  printf '%s\n' "$before" >"$BUNDLE/config.json"
}

# make_beside NAME [HIERARCHY]: one that can hold processes, in that hierarchy or in each. What a
# container needs is inherited by hand: cpuset's files of v1 are empty at first.
make_beside() {
  local folder name
  for folder in /sys/fs/cgroup/${2:-*}/"$ID-host"; do
    mkdir "$folder/$1"
    for name in cpuset.cpus cpuset.mems; do
      [ ! -e "$folder/$1/$name" ] || cat "$folder/$name" >"$folder/$1/$name"
    done
  done
}

# Before the runtime removes what is above. What was in them may take a moment to end.
remove_beside() { wait_until rmdir_beside 2>/dev/null; }
rmdir_beside() {
  find /sys/fs/cgroup -mindepth 3 -depth -type d -path "*/$ID-host/*" ! -path "*/$ID-host/in*" -exec rmdir {} +
}
