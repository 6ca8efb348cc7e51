"""Text at an address, such as https://host/corpus.txt.gz or s3://bucket/folder; fsspec reads them.

Files are read once, from the beginning to the end, and nothing is kept of them.  Whether a text has
changed is known by its bytes alone: what servers say of versions can be wrong.
"""

import io
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast
from urllib.parse import urlsplit

from ..errors import EmptyResultError, WordvecError
from ..runtime.addresses import explained, name_of, shown
from ..runtime.extras import require

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_WEB = ("http", "https")
_RANGE = 1 << 23  # bytes that are asked for at a time, but of web servers: not all know ranges
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try, twice as many before each further one
_SILENCE = 60  # seconds that a web server may send nothing
#: What says which version of a file is there.
_VERSION = (
    *("size", "ETag", "etag", "Last-Modified", "LastModified", "last_modified", "mtime"),
    *("created", "updated", "modify", "generation"),
)


class Remote(NamedTuple):
    """A file at an address."""

    name: str
    size: int | None
    open: Callable[[], BinaryIO]


def find_remote(address: str) -> list[Remote]:
    """Return the files at an address, in a fixed order: one, those of a folder, or of a glob.

    Raises
    ------
    WordvecError
        If there are none, or the address cannot be reached.
    MissingExtraError
        If fsspec is not installed.
    """
    fsspec = require("fsspec", "reading text at an address", "cluster")
    is_web = urlsplit(address).scheme in _WEB
    with explained(address):
        system, path = fsspec.core.url_to_fs(address, **(_web_options() if is_web else {}))
        if re.search(r"[*]" if is_web else r"[*?\[]", path):
            folder = ""
            found = [each for each in sorted(system.glob(path)) if is_web or system.isfile(each)]
        elif not is_web and system.isdir(path):
            folder = path.rstrip("/") + "/"
            found = [each for each in sorted(system.find(path)) if not _is_hidden(each, folder)]
        else:
            return [_remote(system, path, name_of(address))]
        if not found:
            raise EmptyResultError(f"there are no files at {shown(address)}")
        return [
            _remote(system, each, each.removeprefix(folder) if folder else name_of(each))
            for each in found
        ]


def _web_options() -> dict[str, object]:
    """Return how web servers are asked: by way of a proxy that the environment names."""
    aiohttp = require("aiohttp", "reading text of a web server", "cluster")
    limits = aiohttp.ClientTimeout(total=None, sock_connect=_SILENCE, sock_read=_SILENCE)
    return {"client_kwargs": {"timeout": limits, "trust_env": True}}


def _is_hidden(path: str, folder: str) -> bool:
    return any(part.startswith(".") for part in path.removeprefix(folder).split("/"))


def _remote(system: "AbstractFileSystem", path: str, name: str) -> Remote:
    size = system.info(path).get("size")
    return Remote(
        name,
        size if isinstance(size, int) else None,
        lambda: cast(BinaryIO, io.BufferedReader(_RemoteFile(system, path), 1 << 16)),
    )


class _RemoteFile(io.RawIOBase):
    """Reads a file from the beginning to the end, and goes on after a broken connection.

    The version of the file is compared before the first byte, after a break, and after the last.
    """

    def __init__(self, system: "AbstractFileSystem", path: str) -> None:
        self._system, self._path = system, path
        self._address = system.unstrip_protocol(path)
        self._at = 0
        with explained(self._address):
            self._version = self._look()
            self._stream = self._open()

    def _look(self) -> dict[str, object]:
        self._system.invalidate_cache()
        info = self._system.info(self._path)
        return {key: info[key] for key in _VERSION if info.get(key) is not None}

    def _open(self) -> BinaryIO:
        """Return the bytes from where the reading is."""
        if not self._address.startswith(tuple(f"{scheme}://" for scheme in _WEB)):
            stream = self._system.open(self._path, "rb", block_size=_RANGE, cache_type="readahead")
            stream.seek(self._at)
            return cast(BinaryIO, stream)
        headers = {"Accept-Encoding": "identity"}
        if self._at:
            headers["Range"] = f"bytes={self._at}-"
        # Without blocks it is one answer; a size saves one more question.
        stream = self._system.open(self._path, "rb", block_size=0, size=1, headers=headers)
        status, said = stream.r.status, stream.r.headers
        goes_on = said.get("Content-Range", "").startswith(f"bytes {self._at}-")
        if self._at and (status != 206 or not goes_on or "Content-Encoding" in said):
            raise ValueError(
                f"the connection broke after {self._at:,} bytes, and the server cannot go on from "
                "there; try again, or download it first"
            )
        if "Content-Length" not in said and "chunked" not in said.get("Transfer-Encoding", ""):
            raise ValueError(
                "the server does not say where it ends, so that a broken connection could not be "
                "noticed; download it first"
            )
        return cast(BinaryIO, stream)

    def readable(self) -> bool:
        return True

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
                if self._stream.closed:
                    self._check_version()
                    self._stream = self._open()
                return self._stream.read(size)
            except Exception as error:
                self._stream.close()
                if left == 0 or isinstance(error, ValueError | FileNotFoundError | WordvecError):
                    with explained(self._address):
                        raise
                time.sleep(_PAUSE * 2 ** (_TRIES - 1 - left))
        raise AssertionError("unreachable")

    def _check_end(self) -> None:
        size = self._version.get("size", self._at)
        if size != self._at:
            raise WordvecError(
                f"{shown(self._address)} ended after {self._at:,} bytes, of {size:,} that it "
                "should have; try again"
            )
        with explained(self._address):
            self._check_version()

    def _check_version(self) -> None:
        if self._look() != self._version:
            raise WordvecError(f"{shown(self._address)} changed while it was read; try again")

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
