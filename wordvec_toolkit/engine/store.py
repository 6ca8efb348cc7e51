"""Store through which workers exchange files that share no folder: a folder at an address (fsspec).

What is in it was put there whole: a file is read only after its task has said that it is done.
"""

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ..runtime.addresses import explained
from ..runtime.disk import temporary_name
from ..runtime.extras import require


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

    def get(self, name: str, folder: Path) -> Path:
        """Return the path of a copy in `folder`, which is made if it is not there."""
        target = folder / name
        if target.exists():
            return target
        temporary = temporary_name(target)
        try:
            with explained(f"{self.address}/{name}"):
                self._system.invalidate_cache()
                is_folder = self._system.isdir(f"{self._root}/{name}")
                self._system.get(
                    f"{self._root}/{name}" + "/" * is_folder, str(temporary), recursive=is_folder
                )
            with suppress(OSError):  # of a folder that another thread has copied
                temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True) if temporary.is_file() else shutil.rmtree(
                temporary, ignore_errors=True
            )
        return target

    def remove(self, names: Sequence[str]) -> None:
        """Remove files."""
        with suppress(Exception):
            self._system.rm([f"{self._root}/{name}" for name in names])

    def clear(self) -> None:
        """Remove the folder."""
        with suppress(Exception):
            self._system.rm(self._root, recursive=True)


@lru_cache(maxsize=2)
def scratch(address: str) -> "tempfile.TemporaryDirectory[str]":
    """Return the folder of this process for copies of what is in a store.

    It is removed when the process ends, or turns to other stores.
    """
    return tempfile.TemporaryDirectory(prefix="wvt-", ignore_cleanup_errors=True)
