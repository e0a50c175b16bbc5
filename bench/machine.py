"""What is told of the machine beside the figures."""
import os
import platform
import re
from datetime import datetime, timezone
from pathlib import Path


def field(file, name):
    found = re.search(rf"^{name}\s*:\s*(.*)$", Path(file).read_text("utf-8"), re.MULTILINE)
    return found[1] if found else "unknown"


def distribution():
    return platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")


def is_virtual():
    return " hypervisor" in field("/proc/cpuinfo", "flags")


def facts():
    return {"taken": datetime.now(timezone.utc).strftime("%Y-%m-%d"), "kernel": platform.release().split("-")[0],
            "architecture": platform.machine(), "processor": field("/proc/cpuinfo", "model name"),
            "cpus": os.cpu_count(), "virtual": is_virtual(), "distribution": distribution(),
            "memory_mb": int(field("/proc/meminfo", "MemTotal").split()[0]) // 1024,
            "load_before": os.getloadavg()[0]}
