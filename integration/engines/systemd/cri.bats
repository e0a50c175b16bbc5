#!/usr/bin/env bats
# containerd by its unit, its CRI plugin called as by a kubelet whose cgroup driver is systemd.
load systemd
load ../containerd
load ../cri.bash

setup_file() {
  needs_guest
  needs_cri
  WORK=$BATS_FILE_TMPDIR
  export WORK CONTAINERD_ADDRESS=/run/containerd/containerd.sock
  prepare_cri
  write_config >/etc/containerd/config.toml
  systemctl unmask --quiet containerd.service
  systemctl start containerd.service
  import_image overlayfs
}

# docs/engines.md's for that driver, with runc beside it, and what a pod's own container is made of.
write_config() {
  local cri='plugins."io.containerd.grpc.v1.cri"'
  documented config.toml | sed 's/SystemdCgroup = false/SystemdCgroup = true/'
  printf '[%s]\n  sandbox_image = "example.org/box:latest"\n' "$cri"
  printf '[%s.containerd.runtimes.runc]\n  runtime_type = "io.containerd.runc.v2"\n' "$cri"
  printf '[%s.containerd.runtimes.runc.options]\n  SystemdCgroup = true\n' "$cri"
}

setup() {
  needs_guest
  needs_cri
}

# There is no network of pods' own. Who has the node's has its name as well.
NODE='{"linux": {"security_context": {"namespace_options": {"network": "NODE"}}}}'
pid_of() { ctr task list | awk -v id="$1" '$1 == id { print $2 }'; }

@test "cri under systemd: limits, update, exec, stop" {
  scenario() {
    local pid
    start_pod "$(jq '.hostname = "" | .linux.cgroup_parent = "kubepods-test.slice"' <<<"$NODE")"
    limits_of "$(pid_of "$pod")"
    start one "$(jq '.linux.resources = {memory_limit_in_bytes: 67108864, cpu_period: 100000, cpu_quota: 50000}' <<<"$NODE")" sleep 1000
    pid=$(pid_of "$container")
    limits_of "$pid"
    cri UpdateContainerResources "{\"container_id\": \"$container\", \"linux\": {\"memory_limit_in_bytes\": 134217728, \"cpu_quota\": 20000}}"
    limits_of "$pid"
    exec_sync sh -c 'cat /proc/self/cgroup /sys/fs/cgroup/memory.max; exit 7'
    cri StopContainer "{\"container_id\": \"$container\", \"timeout\": 1}"
    status_of
    end_pod
    no_units 'cri-containerd-*.scope'
  }
  same_as_runc scenario
}
