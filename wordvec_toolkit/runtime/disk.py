"""Files on the disk: created exclusively, written to the last byte, cleared if their writer died.

A file or folder that is being written is held by a lock of the system (``flock``), which ends with
its writer: whoever gets that lock knows that the writer is dead.  Where a file system has no such
locks (Windows, some network disks), a leftover counts as dead after a day.
"""

import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ..errors import ExhaustedError, WordvecError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: Begins the names under which files and folders are written.
TEMPORARY = ".wvt-new-"
_A_DAY = 86_400  # seconds
_MOVING = 60  # seconds that a rename of another process may take
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def advice_on(error: OSError) -> str:
    """Return what to try after a failed write."""
    if error.errno in _FULL or error.errno is None:
        return "free some room, or choose another place"
    if error.errno in _FORBIDDEN:
        return "correct its permissions, or choose another place"
    return "choose another place"


def check_descriptors(error: OSError) -> None:
    """Report a lack of file descriptors as such, not as damage of a file."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        raise ExhaustedError(
            "too many files are open; give fewer models at a time, or raise the limit (ulimit -n)"
        ) from None


def read_small(path: Path, most: int = 1 << 28) -> bytes:
    """Return what a file holds that may be from anybody: no pipe, and not too large.

    Raises
    ------
    OSError
    """
    with open(path, "rb", opener=_without_waiting) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise OSError(errno.EINVAL, f"no file of at most {most:,} bytes")
        return stream.read()


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that must not exist yet; no link is followed.

    On leaving the block it is flushed to the disk, and its size compared with what was written.

    Raises
    ------
    OSError
        From any write, flush, fsync or close.
    """
    with open(path, "xb") as stream:
        hold(stream.fileno())
        yield stream
        finish(stream)


def finish(stream: BinaryIO) -> None:
    """Flush a file to the disk and compare its size with what was written."""
    stream.flush()
    os.fsync(stream.fileno())
    size = os.fstat(stream.fileno()).st_size
    if size != stream.tell():
        raise OSError(errno.EIO, f"{size:,} of {stream.tell():,} bytes are on the disk")


def write_whole(target: Path, data: bytes) -> None:
    """Replace a small file by a rename: it is whole at any moment, and no link is followed."""
    clear_leftovers(target)
    temporary = temporary_name(target)
    with ExitStack() as stack:
        with new_file(temporary) as stream:
            stack.callback(temporary.unlink, missing_ok=True)
            stream.write(data)
        os.replace(temporary, target)


def temporary_name(target: Path) -> Path:
    """Return a new name next to a file, under which it can be written."""
    return target.with_name(f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}-{target.name}")


def is_temporary_name(name: str, target: str) -> bool:
    """Return whether a name is a temporary one of the file `target`."""
    own = re.escape(TEMPORARY) + r"\d+-([0-9a-f]{8}-)?" + re.escape(target)
    return name.startswith(TEMPORARY) and re.fullmatch(own, name) is not None


def clear_leftovers(target: Path) -> None:
    """Remove what killed runs left of the same file."""
    for name in os.listdir(target.parent):
        if is_temporary_name(name, target.name):
            remove_dead(target.parent / name)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def hold(descriptor: int) -> bool | None:
    """Lock what is being written; False if another process holds it, None without such locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@contextmanager
def new_folder(target: Path, prefix: str) -> Iterator[Path]:
    """Make a folder next to `target`, held while the block runs; what is left of it is removed."""
    while True:
        folder = target.parent / f"{prefix}{target.name}-{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir()
        descriptor = _open_folder(folder)
        is_held = descriptor is None or hold(descriptor) is not False
        if is_held and folder.is_dir():
            break
        if descriptor is not None:  # it was taken for a leftover before it was held
            os.close(descriptor)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def _open_folder(folder: Path) -> int | None:
    if fcntl is None:
        return None
    with suppress(OSError):
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    return None


def remove_dead(path: Path, is_ours: Callable[[Path], bool] = lambda _: True) -> None:
    """Remove a leftover, a file or a folder, if its writer is surely dead and it `is_ours`."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags) if fcntl is not None else None
    except OSError:
        return
    try:
        free = hold(descriptor) if descriptor is not None else None
        if free is None:
            free = time.time() - status.st_mtime > _A_DAY
        if free and is_ours(path):
            if stat.S_ISDIR(status.st_mode):
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
    except OSError:
        pass
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def moving(folder: Path) -> Iterator[None]:
    """Hold a folder while things in it are renamed; waits for other processes that do so.

    Raises
    ------
    WordvecError
        If somebody holds it for a minute.
    """
    descriptor = _open_folder(folder.resolve())
    if descriptor is None:
        yield
        return
    try:
        until = time.monotonic() + _MOVING
        while hold(descriptor) is False:
            if time.monotonic() > until:
                raise WordvecError(
                    f"another process has held {folder} for a minute; wait for it, and try again"
                )
            time.sleep(0.005)
        yield
    finally:
        os.close(descriptor)
