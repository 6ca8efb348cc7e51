"""Write files all or nothing, compressed as their names say."""

import bz2
import lzma
import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, cast

from ..errors import WordvecError
from ..extras import require
from ..parallel import n_threads
from .gzip_writing import GzipWriter


def write_files(
    files: dict[Path, Callable[[IO[bytes]], None]], overwrite: bool, threads: int | None = None
) -> None:
    """Write files under temporary names beside their places, and then rename them.

    Parameters
    ----------
    files : dict
        Path -> what writes the file to the stream that it is given.
    overwrite : bool
        Replace what is there.
    threads : int, optional
        For compressing with gzip; all processors if None.

    Raises
    ------
    WordvecError
        If there is such a file already and `overwrite` was not asked for, or it cannot be written.
        Nothing is left behind then.
    """
    check_targets(files, overwrite)
    targets = {path.resolve() if path.is_symlink() else path: fill for path, fill in files.items()}
    temporary = {
        target: target.with_name(f".wvt-new-{os.getpid()}-{target.name}") for target in targets
    }
    try:
        for target, fill in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary[target], "wb") as plain:
                with ExitStack() as stack:
                    fill(_compressing(plain, target.suffix, n_threads(threads), stack))
                plain.flush()
                os.fsync(plain.fileno())
        for target in reversed(targets):
            os.replace(temporary[target], target)
    except OSError as error:
        raise WordvecError(
            f"cannot write {next(iter(files))}: {error.strerror or error}; free some room, mend "
            "its permissions, or choose another place"
        ) from error
    finally:
        for path in temporary.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)


def check_targets(paths: Iterable[Path], overwrite: bool) -> None:
    """Refuse what `write_files` would refuse, before the work is done that it is to hold."""
    for path in paths:
        if path.is_dir():
            raise WordvecError(f"{path} is a folder; name a file, or take the format bundle")
        if path.exists() and not overwrite:
            raise WordvecError(f"{path} exists; choose another name, or overwrite it with --force")


def _compressing(plain: IO[bytes], suffix: str, threads: int, stack: ExitStack) -> IO[bytes]:
    if suffix == ".gz":
        packed: Any = GzipWriter(plain, threads)
    elif suffix == ".bz2":
        packed = bz2.BZ2File(plain, "wb")
    elif suffix == ".xz":
        packed = lzma.LZMAFile(plain, "wb")
    elif suffix == ".zst":
        module = require("zstandard", "writing a .zst file", "zstd")
        packed = module.ZstdCompressor().stream_writer(plain, closefd=False)
    else:
        return plain
    return cast(IO[bytes], stack.enter_context(packed))
