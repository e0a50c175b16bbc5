"""Where the processor time goes: by perf(1), which looks 10,000 times a second what is being done on whose behalf."""
import re
import shlex
import subprocess
from collections import Counter

from contenders import FLOOR
from launcher import Container

FREQUENCY = 9999  # samples a second
RECORD = ("perf", "record", "-q", "-F", str(FREQUENCY), "-e", "cpu-clock", "-g")
NOT_THEIRS = {"sh", "perf", "perf-exec", "true", "busybox", "sleep"}  # who launches, and the container's program
# How a system call, a page fault and an interrupt begin: what they are is the next frame.
ENTRIES = ("entry_SYSCALL", "do_syscall_64", "x64_sys_call", "asm_", "ret_from_fork_asm", "el0", "invoke_syscall",
           "do_el0_svc")
KINDS = {
    "page faults": ("exc_page_fault", "do_user_addr_fault"),
    "opening": ("open", "openat", "openat2", "readlink", "readlinkat"),
    "closing": ("close", "close_range", "syscall_exit_work", "syscall_exit_to_user_mode", "exit_to_user_mode_loop"),
    "mounting": ("mount", "umount", "umount2", "fsopen", "fsconfig", "fsmount", "move_mount", "open_tree",
                 "mount_setattr", "pivot_root"),
    "making and removing": ("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "mknod", "mknodat", "symlinkat"),
    "processes and namespaces": ("clone", "clone3", "fork", "vfork", "ret_from_fork", "unshare", "setns", "exit_group",
                                 "wait4", "waitid", "kill", "pidfd_send_signal"),
    "execve, mappings": ("execve", "execveat", "mmap", "mmap_pgoff", "munmap", "mprotect", "brk", "prctl"),
    "reading and writing": ("read", "write", "pread64", "pwrite64", "renameat", "renameat2", "rename"),
}
COMPUTING, REST = "its own computing", "everything else"
ORDER = (COMPUTING, *KINDS, REST)


def take(bench):
    """{operation: {contender: {kind: microseconds}}}, each the mean of many launches; nothing without perf."""
    if not can_sample(bench.stage.place / "samples"):
        print("perf is not installed, or may not sample: where the processor time goes is left out")
        return {}
    found = {}
    for bundle in bench.chosen("minimal", "docker-like"):
        found[f"run {bundle.name}"] = {
            each.name: sample(bench, [each.run(bundle, bench.stage.new_name()) for _ in range(bench.options.rounds)])
            for each in bench.contenders(bundle)}
    for runtime in bench.runtimes:
        for operation, kinds in life_of(bench, runtime, bench.bundles["minimal"]).items():
            found.setdefault(operation, {}).update(kinds)
    return found


def can_sample(data):
    try:
        return subprocess.run([*RECORD, "-o", data, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


def life_of(bench, runtime, bundle):
    """The commands for containers that are there."""
    crowd = [Container(runtime, bundle.folder("wait"), bench.stage, bench.launch, gap=False)
             for _ in range(bench.options.rounds)]
    found = {operation: {runtime.name: sample(bench, [runtime.command(operation, each.name) for each in crowd])}
             for operation in ("start", "state")}
    inside = {runtime.name: runtime} | ({FLOOR: bench.floor} if runtime is bench.ours() else {})
    found["exec"] = {name: sample(bench, [contender.execute(bundle, each.name, each.pid) for each in crowd])
                     for name, contender in inside.items()}
    found["kill"] = {runtime.name: sample(bench, [runtime.command("kill", each.name, "KILL") for each in crowd])}
    for each in crowd:
        each.await_end()
    found["delete"] = {runtime.name: sample(bench, [runtime.command("delete", each.name) for each in crowd])}
    return found


def sample(bench, commands):
    """One after the other, in microseconds of each."""
    script, data = bench.stage.place / "launches", bench.stage.place / "samples"
    lines = [f"{shlex.join(map(str, command))} </dev/null >/dev/null || exit\n" for command in commands]
    script.write_text("".join(lines), "utf-8")
    subprocess.run([*RECORD, "-o", data, "sh", script], check=True, stdin=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    said = subprocess.run(["perf", "script", "-i", data, "-F", "comm,ip,sym,dso"], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    counts = Counter(kind_of(stack) for name, stack in stacks(said) if name not in NOT_THEIRS)
    return {kind: counts[kind] / FREQUENCY * 1e6 / len(commands) for kind in ORDER}


def stacks(said):
    """Of each sample whose it is, and the kernel's functions, the outermost first."""
    for block in said.split("\n\n"):
        name, *frames = block.strip().splitlines() or [""]
        parts = [re.match(r"\s*[0-9a-f]+ (\S+).*\((.*)\)", frame) for frame in frames]
        kernel = [part[1] for part in parts if part and "kernel" in part[2]]
        if name:
            yield name.strip(), kernel[::-1]


def kind_of(stack):
    if not stack:
        return COMPUTING
    outermost = next((each for each in stack if not each.startswith(ENTRIES)), "")
    call = re.sub(r"^(__)?(x64_|arm64_|se_|do_|k)?sys_", "", outermost)
    return next((kind for kind, calls in KINDS.items() if call in calls), REST)
