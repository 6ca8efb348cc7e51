"""Receive one file over HTTP, going on where an earlier try broke off.

What has arrived is in a ``.part`` file, with a note next to it of which address and which version
(ETag or date) it is from.  The rest is asked for with Range and If-Range (RFC 9110, sections 13.1.5
and 14.2); a server that does not know these sends the whole file, and the download starts again.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .. import __version__
from ..errors import WordvecError
from ..runtime.disk import read_small, write_whole
from ..runtime.extras import require
from ..runtime.progress import SILENT, Progress

if TYPE_CHECKING:
    from requests import Response

TIMEOUT = 30.0  # seconds without a byte
TRIES = 4  # without any byte more than the try before
PAUSE = 1.0  # seconds before the second try, doubled each time
LARGEST = 64 * 10**9  # bytes; no file of the registry comes near
_CHUNK = 1 << 16  # what is lost of a connection that breaks, at most
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class _BrokenError(Exception):
    """The connection failed in a way that another try may solve."""


class _StaleError(Exception):
    """The partial download cannot be continued."""


def check_address(address: str) -> None:
    """Refuse addresses of anything but the web.

    Raises
    ------
    WordvecError
        If it is not http or https with a host.
    """
    try:
        parts = urlsplit(address)
        fits = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits:
        raise WordvecError(f"the address {address!r} is not one of http:// or https://")


class ResumingDownloader:
    """A downloader for pooch that keeps a partial download and continues it.

    Parameters
    ----------
    part : Path
        Receives the bytes until they are complete.
    size : int, optional
        Bytes that the file is known to have.
    has_digest : bool
        Whether the result will be checked against a hash: only then is a file gone on with that
        names no version.
    timeout : float
        Seconds to wait for a byte.
    """

    def __init__(
        self,
        part: Path,
        size: int | None = None,
        has_digest: bool = False,
        timeout: float = TIMEOUT,
        progress: Progress = SILENT,
    ) -> None:
        self._requests = require("requests", "fetching", "fetch")
        self.part = part
        self._note = part.with_name(part.name + ".json")
        self._size = size
        self._has_digest = has_digest
        self._timeout = timeout
        self._progress = progress
        self.resumed = False  # whether bytes of an earlier try are in the result

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Receive `url` and move it to `output_file`."""
        tries, most = 0, self._n_received()
        while True:
            try:
                self._receive(url)
                break
            except _StaleError:
                self.discard()
            except _BrokenError as error:
                kept = self._n_received()
                tries = tries + 1 if kept <= most else 1
                most = max(most, kept)
                if tries >= TRIES:
                    advice = (
                        f"the {kept:,} bytes that have come are kept, and the same command goes "
                        "on from there"
                        if kept
                        else "try again later, or give another address (--from)"
                    )
                    raise WordvecError(f"{url}: {error}; {advice}") from None
                self._progress.note(f"{error}; trying again")
                time.sleep(PAUSE * 2 ** (tries - 1))
        os.replace(self.part, output_file)
        self._note.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what has come."""
        self.part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _n_received(self) -> int:
        try:
            return self.part.stat().st_size
        except FileNotFoundError:
            return 0

    def _start(self, url: str) -> tuple[int, str]:
        """Return the byte to continue from, and the version that the bytes before are of."""
        try:
            if self.part.is_symlink():
                raise ValueError("the download would continue in its target")
            note = json.loads(read_small(self._note))
            same, version = note["address"] == url, str(note["version"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            same, version = False, ""
        if not same or not version.isprintable() or not (version or self._has_digest):
            self.discard()
            return 0, ""
        return self._n_received(), version

    def _receive(self, url: str) -> None:
        errors = self._requests.exceptions
        start, version = self._start(url)
        headers = {"Accept-Encoding": "identity", "User-Agent": f"wordvec-toolkit/{__version__}"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if version:
                headers["If-Range"] = version
        try:
            with self._requests.get(
                url, headers=headers, stream=True, timeout=self._timeout
            ) as response:
                self._check(url, response, start)
                start, total = self._begin(url, response, start)
                self._write(response, start, total)
        except errors.TooManyRedirects:
            raise WordvecError(f"{url} leads in a circle") from None
        except (errors.InvalidSchema, errors.InvalidURL, errors.MissingSchema):
            raise WordvecError(f"{url} leads to something that is not on the web") from None
        except errors.SSLError as error:
            raise WordvecError(
                f"no secure connection to {url} can be made ({_reason(error)})"
            ) from None
        except errors.Timeout:
            raise _BrokenError(f"no answer within {self._timeout:g} seconds") from None
        except errors.RequestException as error:
            if "timed out" in str(error):
                raise _BrokenError(f"nothing came for {self._timeout:g} seconds") from None
            raise _BrokenError(f"the connection failed ({_reason(error)})") from None

    def _check(self, url: str, response: "Response", start: int) -> None:
        """Raise if the answer is no file, or cannot be continued from `start`."""
        ways = [*(step.url for step in response.history), response.url]
        if ways[0].startswith("https:") and any(way.startswith("http:") for way in ways):
            raise WordvecError(f"{url} leads from https to http, where anyone can change the file")
        status = response.status_code
        if status == 416 and start:
            raise _StaleError
        if status in (408, 425, 429) or status >= 500:
            raise _BrokenError(f"the server answers {status} {response.reason}")
        if status != 200 and not (status == 206 and start):
            raise WordvecError(
                f"{url}: the server answers {status} {response.reason}, expected a file; the "
                "address may have changed; give another address (--from)"
            )
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding.lower() not in ("identity", ""):
            raise WordvecError(f"{url}: the server sends {encoding}, which was not requested")

    def _begin(self, url: str, response: "Response", start: int) -> tuple[int, int | None]:
        """Return the byte that the answer starts at, and the total size."""
        headers = response.headers
        length = headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        if response.status_code == 206:
            found = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
            if found is None or int(found[1]) != start:
                raise _StaleError
            total = int(found[3]) if found[3] != "*" else int(found[2]) + 1
            self.resumed = True
        else:
            start = 0
            self.discard()
            note = {"address": url, "version": _version(headers)}
            write_whole(self._note, json.dumps(note).encode())
        if self._size is not None and total not in (None, self._size):
            raise WordvecError(
                f"{url}: the server announces {total:,} bytes, expected {self._size:,}; it is a "
                "different file"
            )
        free = shutil.disk_usage(self.part.parent).free
        if total is not None and total - start > free:
            raise WordvecError(
                f"{url} needs {total - start:,} bytes, and {self.part.parent} has {free:,}; make "
                "room or choose another folder by to (--to)"
            )
        return start, total if total is not None else self._size

    def _write(self, response: "Response", start: int, total: int | None) -> None:
        limit = total if total is not None else LARGEST
        self._progress.start("fetching", total, "B")
        self._progress.advance(start)
        received = start
        try:
            with open(self.part, "ab") as part:
                for chunk in response.iter_content(_CHUNK):
                    received += len(chunk)
                    if received > limit:
                        break
                    part.write(chunk)
                    self._progress.advance(len(chunk))
        except self._requests.exceptions.RequestException:
            raise  # is an OSError, too
        except OSError as error:
            raise WordvecError(
                f"cannot write {self.part} ({error.strerror}) after {received:,} bytes; the "
                "received part is kept, and the same command continues"
            ) from None
        if received > limit:
            self.discard()
            raise WordvecError(f"{response.url}: more than the {limit:,} bytes expected came")
        if total is not None and received < total:
            raise _BrokenError(f"the connection broke after {received:,} of {total:,} bytes")
        self._progress.finish(f"{received:,} bytes")


def _version(headers: Mapping[str, str]) -> str:
    """Return what tells this version of the file from others: a strong ETag, or its date."""
    tag = str(headers.get("ETag", ""))
    if tag.startswith('"'):
        return tag
    return str(headers.get("Last-Modified", ""))


def _reason(error: Exception) -> str:
    """Return the innermost reason of a failed request in a few words."""
    seen: BaseException = error
    while True:
        inner = next((arg for arg in seen.args if isinstance(arg, BaseException)), None)
        inner = inner or getattr(seen, "reason", None)
        if not isinstance(inner, BaseException):
            break
        seen = inner
    words = re.sub(r"^(<[^>]*>|\w+\([^)]*\)): ", "", str(seen).strip())
    return words[:120] or type(seen).__name__
