"""Memory: how much is available and may be used, and the peak of a process.

A budget never changes a result: it says how much is done at a time, and what waits in files.
"""

import mmap
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ExhaustedError, SettingError
from .sizes import size

if TYPE_CHECKING:
    import numpy as np

_SHARE = 0.8  # of what is available, where no budget is given
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_SHARED = ("r", "r+", "w+")  # modes of NumPy's memory maps
_LEAST = 2**28  # bytes: what the process itself takes, and some work
_OWN = 200_000_000  # bytes: about what the process itself takes


@dataclass(frozen=True, eq=False)
class _Limits:
    """Budget in bytes, and where files wait for what does not fit; None: the default."""

    budget: int | None = None
    folder: Path | None = None


_limits = [_Limits()]  # those of the blocks that run; the last ones hold


def parse_memory(memory: str | int) -> int:
    """Return bytes from a number, or from text such as ``4G`` or ``500M``.

    Raises
    ------
    SettingError
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?", str(memory).strip(), re.IGNORECASE)
    n_bytes = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if n_bytes < _LEAST:
        raise SettingError(
            f"memory is {str(memory)[:40]!r}; expected 256M or more, such as 4G or 500M"
        )
    return n_bytes


@contextmanager
def within_memory(memory: str | int | None, folder: Path | None = None) -> Iterator[None]:
    """Set the budget of a ``with`` block, for the whole process.

    Blocks of threads may end in any order: afterwards the budget is what it was before them.

    Parameters
    ----------
    memory : str, int or None
        See `parse_memory`; None: as before.
    folder : Path, optional
        Where files wait for what does not fit.
    """
    before = _limits[-1]
    limits = _Limits(
        before.budget if memory is None else parse_memory(memory), folder or before.folder
    )
    _limits.append(limits)
    try:
        yield
    finally:
        _limits.remove(limits)  # not the last one if blocks of threads end in another order


def memory_budget() -> int:
    """Return how many bytes the process may use; by default a share of what is available."""
    if (budget := _limits[-1].budget) is not None:
        return budget
    available = available_memory()
    return sys.maxsize if available is None else int(_SHARE * available)


def budget_share(n: int) -> int:
    """Return how many bytes each of `n` processes may use.

    Raises
    ------
    SettingError
        If it is too little to work with.
    """
    share = memory_budget() // n
    if share < _LEAST:
        raise SettingError(
            f"{n} workers have {share / 1e6:.0f} MB of memory each, and need 256 MB; raise the "
            "budget (--memory), or use fewer workers"
        )
    return share


def spool_folder() -> Path | None:
    """Return where temporary files go; None: where the system has them."""
    return _limits[-1].folder


def release(*arrays: "np.ndarray") -> None:
    """Let the system take back the memory of arrays, or of parts, that are mapped from files.

    They can be read on: the pages come back from the file.
    """
    for array in arrays:
        owner: object = array
        mode = getattr(array, "mode", "")
        while (base := getattr(owner, "base", None)) is not None:
            owner, mode = base, mode or getattr(base, "mode", "")
        # What is written to a copy ("c") is nowhere else.
        if array.nbytes and mode in _SHARED and isinstance(owner, mmap.mmap):
            first = _address(array) - _address(memoryview(owner))
            begin = first - first % mmap.PAGESIZE
            end = min(first + array.nbytes, len(owner))
            if hasattr(mmap, "MADV_DONTNEED"):
                owner.madvise(mmap.MADV_DONTNEED, begin, end - begin)


def _address(data: "np.ndarray | memoryview") -> int:
    import numpy as np

    return int(np.asarray(data).__array_interface__["data"][0])


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
    free, budget = available_memory(), _limits[-1].budget
    if budget is not None:
        free = min(budget, budget if free is None else free)
    _check(free, n_bytes, purpose, advice)


def check_growth(held: int, more: int, purpose: str, advice: str) -> None:
    """Refuse to enlarge what holds `held` bytes by `more`.

    Raises
    ------
    ExhaustedError
    """
    left = [] if (available := available_memory()) is None else [available]
    if (budget := _limits[-1].budget) is not None:
        left.append(budget - _OWN - held)
    if more > min(left, default=more):
        raise ExhaustedError(
            f"{purpose} needs {(held + more) / 1e6:.0f} MB of memory to grow, and "
            f"{max(0, held + min(left)) / 1e6:.0f} MB are available to it; {advice}"
        )


def check_disk(n_bytes: float, purpose: str, advice: str, folder: Path | None = None) -> None:
    """Refuse work whose files would not fit into a folder, by default that of temporary files.

    Raises
    ------
    ExhaustedError
    """
    folder = folder or spool_folder() or Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    if n_bytes > free:
        raise ExhaustedError(
            f"{purpose} needs about {size(n_bytes)} of disk, and {size(free)} are "
            f"free in {folder}; {advice}, or another place (-o)"
        )


def check_addresses(n_bytes: float, purpose: str, advice: str) -> None:
    """Refuse what a limit on this process's addresses leaves no room for; see `check_room`.

    Libraries take addresses for more than they use, and end the process where there are none.
    """
    _check(_of_the_process(), n_bytes, purpose, advice)


def _check(free: int | None, n_bytes: float, purpose: str, advice: str) -> None:
    if free is not None and n_bytes > free:
        raise ExhaustedError(
            f"{purpose} needs about {size(n_bytes)} of memory, and {size(free)} are "
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
