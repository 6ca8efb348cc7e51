"""Text at an address, such as https://host/corpus.txt.gz or s3://bucket/folder; fsspec reads them.

Files are read in ranges of bytes, from the beginning to the end, and nothing is kept of them.
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from ..errors import EmptyResultError, WordvecError
from ..runtime.extras import require

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")
_WEB = ("http", "https")
_RANGE = 1 << 23  # bytes that are asked for at a time
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try, twice as many before each further one
#: What says which version of a file is there.
_VERSION = ("size", "ETag", "Last-Modified", "LastModified", "mtime", "updated", "generation")


class Remote(NamedTuple):
    """A file at an address."""

    name: str
    size: int | None
    open: Callable[[], BinaryIO]


def is_address(item: str) -> bool:
    """Return whether a name of a corpus is an address, and no path."""
    return _ADDRESS.match(item) is not None


def name_of(address: str) -> str:
    """Return the last part of an address, without query and credentials; a path as it is."""
    if not is_address(address):
        return address
    parts = urlsplit(address.rpartition("::")[2] if "::" in address else address)
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or "address"


def shown(address: str) -> str:
    """Return an address as messages show it: without credentials and query."""
    return re.sub(r"//[^/@]*@", "//", address).partition("?")[0][:200]


def find_remote(address: str) -> list[Remote]:
    """Return the files at an address, in a fixed order: one, those of a folder, or of a glob.

    Raises
    ------
    WordvecError
        If there are none, or the address cannot be reached.
    MissingExtraError
        If fsspec, or what it needs for this kind of address, is not installed.
    """
    fsspec = require("fsspec", "reading text at an address", "cluster")
    with _told(address):
        system, path = fsspec.core.url_to_fs(address)
        is_web = urlsplit(address).scheme in _WEB
        if not is_web and re.search(r"[*?\[]", path):
            folder = ""
            found = [each for each in sorted(system.glob(path)) if system.isfile(each)]
        elif not is_web and system.isdir(path):
            folder = path.rstrip("/") + "/"
            found = [each for each in sorted(system.find(path)) if not _is_hidden(each, folder)]
        else:
            name = name_of(address)
            return [_remote(system, path, name)]
        if not found:
            raise EmptyResultError(f"there are no files at {shown(address)}")
        return [
            _remote(system, each, each.removeprefix(folder) if folder else PurePosixPath(each).name)
            for each in found
        ]


def _is_hidden(path: str, folder: str) -> bool:
    return any(part.startswith(".") for part in path.removeprefix(folder).split("/"))


def _remote(system: "AbstractFileSystem", path: str, name: str) -> Remote:
    size = system.info(path).get("size")
    return Remote(
        name,
        size if isinstance(size, int) else None,
        lambda: cast(BinaryIO, io.BufferedReader(_RemoteFile(system, path, name), 1 << 16)),
    )


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Say in one sentence why an address cannot be read, whatever its library raises."""
    try:
        yield
    except WordvecError:
        raise
    except ImportError as error:
        raise WordvecError(f"{shown(address)} needs another package: {error}") from None
    except Exception as raised:
        # fsspec reports a host that does not answer as a file that is not there, too.
        cause = raised.__cause__ or raised
        if isinstance(cause, FileNotFoundError) or getattr(cause, "status", 0) == 404:
            raise WordvecError(f"there is nothing at {shown(address)}; check the address") from None
        said = str(cause).split("\n")[0].replace(address, shown(address))[:200]
        raise WordvecError(
            f"cannot read {shown(address)}: {said or type(cause).__name__}"
        ) from None


class _RemoteFile(io.RawIOBase):
    """Reads a file in ranges, and goes on after a broken connection.

    The version of the file is compared before the first byte and after the last one.
    """

    def __init__(self, system: "AbstractFileSystem", path: str, name: str) -> None:
        self._system, self._path, self._name = system, path, name
        self._at = 0
        with _told(name):
            self._version = self._look()
            self._stream = self._open()

    def _open(self) -> BinaryIO:
        stream = self._system.open(self._path, "rb", block_size=_RANGE, cache_type="readahead")
        return cast(BinaryIO, stream)

    def _look(self) -> dict[str, object]:
        self._system.invalidate_cache()
        info = self._system.info(self._path)
        return {key: info[key] for key in _VERSION if info.get(key) is not None}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._stream.seekable())

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = self._stream.seek(offset, whence)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        if not data:
            self._check_end()
        return len(data)

    def _read(self, size: int) -> bytes:
        for left in reversed(range(_TRIES)):
            try:
                return self._stream.read(size)
            except Exception as error:
                if left == 0 or isinstance(error, ValueError | FileNotFoundError):
                    with _told(self._name):
                        raise
                time.sleep(_PAUSE * 2 ** (_TRIES - 1 - left))
                with _told(self._name):
                    self._stream = self._open()
                    if self._at:
                        self._stream.seek(self._at)
        raise AssertionError("unreachable")

    def _check_end(self) -> None:
        size = self._version.get("size")
        if isinstance(size, int) and self._at < size:
            raise WordvecError(
                f"{self._name} ended after {self._at:,} of {size:,} bytes; try again"
            )
        with _told(self._name):
            if self._look() != self._version:
                raise WordvecError(f"{self._name} changed while it was read; try again")

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
