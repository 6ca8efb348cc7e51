"""Store through which workers exchange files that share no folder: a folder at an address (fsspec).

What is in it was put there whole: a file is read only after its task has said that it is done.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

from ..runtime.addresses import explained
from ..runtime.disk import temporary_name
from ..runtime.extras import require

#: Names of files, and first byte and end of what is needed of them.
Pieces = Mapping[str, tuple[int, int]]
_AT_ONCE = 1 << 24  # bytes of a piece
_BEGINNING = 1 << 12  # bytes that hold the header of an array
_IN_PIECES = ".pieces"  # ending of copies
_COPYING = [threading.Lock() for _ in range(64)]  # each for a share of the copies


class Store:
    """Folder at an address.

    Parameters
    ----------
    address : str
        As ``s3://bucket/folder``; its files are named by their contents.
    """

    def __init__(self, address: str) -> None:
        fsspec = require("fsspec", "exchanging files at an address", "cluster")
        self.address = address
        with explained(address):
            self._system, root = fsspec.core.url_to_fs(address)
        self._root = root.rstrip("/")

    def put(self, path: Path, name: str) -> None:
        """Copy a file, or a folder of files, into the store."""
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        with explained(self.address):
            self._system.makedirs(f"{self._root}/{name}" if path.is_dir() else self._root, True)
            for file in files:
                inside = f"{name}/{file.name}" if path.is_dir() else name
                self._system.put_file(str(file), f"{self._root}/{inside}")

    def get(self, name: str, folder: Path, pieces: Pieces | None = None) -> Path:
        """Return the path of a copy in `folder`, which is made if it is not there.

        Parameters
        ----------
        pieces : dict, optional
            Of the file ("") or of files of the folder, the bytes that are needed; others may be
            zeros in the copy, whose name says so: it is never taken for a whole one.
        """
        whole = folder / name
        target = folder / (name + _IN_PIECES) if pieces and not whole.exists() else whole
        # Threads that need one copy wait for each other: none replaces what another has filled.
        with _COPYING[hash(target) % len(_COPYING)], explained(f"{self.address}/{name}"):
            if not target.exists():
                self._copy(name, target, pieces or {})
            if target != whole:
                self._fill(name, target, pieces or {})
        return target

    def _fill(self, name: str, target: Path, pieces: Pieces) -> None:
        for file, (first, last) in pieces.items():
            with open(target / file, "r+b") as stream:
                stream.seek(first)
                for begin in range(first, last, _AT_ONCE):
                    end = min(begin + _AT_ONCE, last)
                    stream.write(
                        self._system.cat_file(self._inside(name, file), start=begin, end=end)
                    )

    def _copy(self, name: str, target: Path, pieces: Pieces) -> None:
        """Copy a file or folder; files of which pieces are needed get their size and beginning."""
        self._system.invalidate_cache()
        temporary, place = temporary_name(target), self._inside(name)
        try:
            if self._system.isdir(place):
                temporary.mkdir()
                for found in self._system.find(place):
                    inside = PurePosixPath(found).name
                    self._copy_file(found, temporary / inside, inside in pieces)
            else:
                self._copy_file(place, temporary, "" in pieces)
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True) if temporary.is_file() else shutil.rmtree(
                temporary, ignore_errors=True
            )

    def _copy_file(self, place: str, target: Path, in_pieces: bool) -> None:
        if not in_pieces:
            self._system.get_file(place, str(target))
            return
        size = int(self._system.info(place)["size"])
        target.write_bytes(self._system.cat_file(place, start=0, end=min(size, _BEGINNING)))
        os.truncate(target, size)

    def _inside(self, *names: str) -> str:
        return "/".join((self._root, *filter(None, names)))

    def remove(self, names: Sequence[str]) -> None:
        """Remove files."""
        with suppress(Exception):
            self._system.rm([f"{self._root}/{name}" for name in names])

    def clear(self) -> bool:
        """Remove the folder; return whether it is gone."""
        with suppress(Exception):
            self._system.invalidate_cache()
            if self._system.exists(self._root):
                self._system.rm(self._root, recursive=True)
            return True
        return False


def forget(folder: Path, names: Sequence[str]) -> None:
    """Remove copies, whole or in pieces, of files that are no longer needed."""
    for name in names:
        for ending in ("", _IN_PIECES):
            (folder / (name + ending)).unlink(missing_ok=True)


def scratch(address: str) -> "tempfile.TemporaryDirectory[str]":
    """Return the folder of this process for copies of what is in a store.

    It is removed when the process ends, or turns to other stores.
    """
    with _LOCK:  # else two threads make one each, and the first is removed
        return _scratch(address)


_LOCK = threading.Lock()


@lru_cache(maxsize=2)
def _scratch(_: str) -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="wvt-", ignore_cleanup_errors=True)
