"""Memory: how much is available, and the peak of a process, where the system reports it."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..errors import ExhaustedError


def available_memory() -> int | None:
    """Return the available memory in bytes, where the system reports it."""
    known = [
        n for n in (_of_the_machine(), _of_the_container(), _of_the_process()) if n is not None
    ]
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
    try:  # all memory, if no better number is known
        return int(os.sysconf("SC_PAGE_SIZE")) * int(os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError, AttributeError):
        return None


def _of_the_container() -> int | None:
    """Return what control groups leave of their memory, which /proc/meminfo does not know."""
    known = [_left_in(group, *names) for names, group in _groups()]
    return min((n for n in known if n is not None), default=None)


def _of_the_process() -> int | None:
    """Return what a limit on this process's addresses (``ulimit -v``) leaves of them."""
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit == resource.RLIM_INFINITY:
            return None
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        return max(0, limit - pages * resource.getpagesize())
    except (ImportError, OSError, ValueError, IndexError):
        return None


_ROOT = Path("/sys/fs/cgroup")
_VERSION_2 = ("memory.max", "memory.current", "inactive_file")
_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _groups() -> Iterator[tuple[tuple[str, str, str], Path]]:
    """Yield the control groups that this process is in, each with those above it."""
    lines = ["0::/", "0:memory:/"]  # in a container, its own group is the root
    with suppress(OSError, ValueError):
        lines += Path("/proc/self/cgroup").read_text("ascii").splitlines()
    for line in dict.fromkeys(lines):
        _, controllers, inside = (line.split(":", 2) + ["", ""])[:3]
        if controllers in ("", "memory"):
            root = _ROOT / controllers
            group = root / inside.lstrip("/")
            for place in (group, *group.parents):
                if place == root or root in place.parents:
                    yield _VERSION_1 if controllers else _VERSION_2, place


def _left_in(group: Path, limit: str, used: str, kept: str) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        most, taken = (int((group / name).read_text("ascii")) for name in (limit, used))
        stat = (group / "memory.stat").read_text("ascii").split()
        # Files that were read once are given up when memory is needed.
        return max(0, most - taken + int(stat[stat.index(kept) + 1]))
    return None


def check_room(n_bytes: float, purpose: str, advice: str) -> None:
    """Refuse work that needs more memory than is available, before it starts.

    Raises
    ------
    ExhaustedError
    """
    _check(available_memory(), n_bytes, purpose, advice)


def check_addresses(n_bytes: float, purpose: str, advice: str) -> None:
    """Refuse what a limit on this process's addresses leaves no room for; see `check_room`.

    Libraries take addresses for more than they use, and end the process where there are none.
    """
    _check(_of_the_process(), n_bytes, purpose, advice)


def _check(free: int | None, n_bytes: float, purpose: str, advice: str) -> None:
    if free is not None and n_bytes > free:
        raise ExhaustedError(
            f"{purpose} needs about {n_bytes / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are "
            f"available; {advice}"
        )


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
