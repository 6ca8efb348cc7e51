"""Memory: how much can be had, and the most that a process has used, where the system tells."""

import os
import sys
from contextlib import suppress
from pathlib import Path


def available_memory() -> int | None:
    """Return the bytes of memory that can be had, where the system tells."""
    known = [n for n in (_of_the_machine(), _of_the_container()) if n is not None]
    return min(known, default=None)


def _of_the_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    if sys.platform == "win32":
        return None
    try:  # all there is, for want of a better number
        return int(os.sysconf("SC_PAGE_SIZE")) * int(os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError, AttributeError):
        return None


def _of_the_container() -> int | None:
    """Return what a container leaves of its memory, which /proc/meminfo does not know."""
    for limit, used, kept in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError, IndexError):
            root = Path("/sys/fs/cgroup")
            most, taken = (int((root / name).read_text("ascii")) for name in (limit, used))
            stat = ((root / limit).parent / "memory.stat").read_text("ascii").split()
            # Files that were read once are given up when memory is wanted.
            return max(0, most - taken + int(stat[stat.index(kept) + 1]))
    return None


def peak_memory() -> int | None:
    """Return the most memory that this process has had, in bytes."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resident_bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def peak_memory_of(pid: int) -> int | None:
    """Return the most memory that a running process has had, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, ValueError, StopIteration):
        return None


def resident_bytes(maxrss: int) -> int:
    """Return in bytes what ``getrusage`` and ``wait4`` tell in the system's own unit."""
    return maxrss if sys.platform == "darwin" else maxrss * 1024
