# The members of an event of `runtime events` (client contract §10): by path, the type, and "!" where
# it is always there. "[]" is any element, "*" any key. Says what is amiss; nothing if all is well.
def entry: {limit: "number!", usage: "number", max: "number", failcnt: "number!"};
def stall: {avg10: "number!", avg60: "number!", avg300: "number!", total: "number!"};
def below($path): with_entries(.key = $path + "." + .key);
def psi($path): {($path): "object"} + ({some: "object!", full: "object!"} | below($path)) +
  (stall | below($path + ".some")) + (stall | below($path + ".full"));
def blkio($name): "data.blkio." + $name | {(.): "array", (. + ".[]"): "object"} +
  (. as $path | {major: "number", minor: "number", op: "string", value: "number"} | below($path + ".[]"));
def members: {
    "type": "string!", "id": "string!", "data": "object!",
    "data.cpu": "object!", "data.cpu.usage": "object!", "data.cpu.throttling": "object!",
    "data.cpu.usage.total": "number", "data.cpu.usage.kernel": "number!", "data.cpu.usage.user": "number!",
    "data.cpu.usage.percpu": "array", "data.cpu.usage.percpu.[]": "number",
    "data.cpu.usage.percpu_kernel": "array", "data.cpu.usage.percpu_kernel.[]": "number",
    "data.cpu.usage.percpu_user": "array", "data.cpu.usage.percpu_user.[]": "number",
    "data.cpu.throttling.periods": "number", "data.cpu.throttling.throttledPeriods": "number",
    "data.cpu.throttling.throttledTime": "number",
    "data.cpuset": "object!", "data.cpuset.cpus": "array", "data.cpuset.cpus.[]": "number",
    "data.cpuset.mems": "array", "data.cpuset.mems.[]": "number",
    "data.cpuset.cpu_exclusive": "number!", "data.cpuset.mem_hardwall": "number!",
    "data.cpuset.mem_exclusive": "number!", "data.cpuset.memory_migrate": "number!",
    "data.cpuset.memory_spread_page": "number!", "data.cpuset.memory_spread_slab": "number!",
    "data.cpuset.memory_pressure": "number!", "data.cpuset.sched_load_balance": "number!",
    "data.cpuset.sched_relax_domain_level": "number!",
    "data.memory": "object!", "data.memory.cache": "number",
    "data.memory.raw": "object", "data.memory.raw.*": "number",
    "data.memory.usage": "object!", "data.memory.swap": "object!",
    "data.memory.kernel": "object!", "data.memory.kernelTCP": "object!",
    "data.pids": "object!", "data.pids.current": "number", "data.pids.limit": "number",
    "data.blkio": "object!",
    "data.hugetlb": "object!", "data.hugetlb.*": "object", "data.hugetlb.*.usage": "number",
    "data.hugetlb.*.max": "number", "data.hugetlb.*.failcnt": "number",
    "data.intel_rdt": "object!", "data.intel_rdt.schemata": "array", "data.intel_rdt.schemata.[]": "string",
    "data.network_interfaces": "null!"
  } + ([("usage", "swap", "kernel", "kernelTCP") as $name | entry | below("data.memory." + $name)] | add) +
  ([("data.cpu", "data.memory", "data.blkio") + ".psi" | psi(.)] | add) +
  ([("ioServiceBytesRecursive", "ioServicedRecursive", "ioQueueRecursive", "ioServiceTimeRecursive",
    "ioWaitTimeRecursive", "ioMergedRecursive", "ioTimeRecursive", "sectorsRecursive") | blkio(.)] | add);

def shape($keys): $keys | map(if type == "number" then "[]" else . end) |
  if .[0:3] == ["data", "memory", "raw"] and length > 3 then .[3] = "*"
  elif .[0:2] == ["data", "hugetlb"] and length > 2 then .[2] = "*" else . end | join(".");

. as $event | members as $members |
([paths | . as $keys | {(shape($keys)): ($event | getpath($keys) | type)}] | add) as $found |
($found | to_entries[] | select(($members[.key] // "none!" | rtrimstr("!")) != .value) |
  "\(.key) is \(.value), not \($members[.key])"),
($members | to_entries[] | select(.value | endswith("!")) | .key as $name |
  select($found | has($name) | not) | ($name | split(".")[0:-1] | join(".")) as $parent |
  select($parent == "" or ($found | has($parent))) | "\($name) is missing")
