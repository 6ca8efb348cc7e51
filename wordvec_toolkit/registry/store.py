"""Fetched files on this machine: one folder for each name, with a record of what came.

Where no hash of a download is published, that of the first one is recorded, and later downloads
are compared with it: trust on first use.  The record outlives the file.
"""

import importlib.util
import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType

from ..errors import WordvecError
from ..runtime.disk import read_small, write_whole
from ..runtime.extras import gensim_data, require
from ..runtime.progress import Progress, ProgressLike, as_progress
from .download import TIMEOUT, ResumingDownloader, check_address
from .entries import Entry
from .listing import find_entry, registry
from .unpacking import unpack

FOLDER_VARIABLE = "WVT_CACHE"
_RECORD = "record.json"
_DOWNLOAD = "download"


@dataclass(frozen=True)
class Fetched:
    """A file of the registry that is here.

    Attributes
    ----------
    path : Path
        The file; the main one where there are several.
    sha256 : str
        Of this file; empty for what comes with gensim.
    address : str
        Where it came from.
    is_new : bool
        Whether it was downloaded now.
    trust : str
        What its download was checked against: ``published`` (a hash in the registry), ``first``
        (the hash of the first download), or ``none`` (this was the first), or ``gensim``.
    """

    entry: Entry
    path: Path
    sha256: str
    address: str
    is_new: bool
    trust: str


def cache_folder() -> Path | None:
    """Return the folder of fetched files: ``WVT_CACHE``, or else the user's cache.

    None if neither is known, because pooch is not installed.
    """
    if os.environ.get(FOLDER_VARIABLE):
        return Path(os.environ[FOLDER_VARIABLE]).expanduser()
    if importlib.util.find_spec("pooch") is None:
        return None
    return Path(require("pooch", "fetching", "fetch").os_cache("wordvec_toolkit"))


def fetched_path(name: str) -> Path | None:
    """Return the file called `name` if it was fetched into the cache, else None."""
    entry = registry().get(name)
    folder = cache_folder() if entry is not None and entry.addresses else None
    if entry is None or folder is None:
        return None
    record = _read_record(folder / name)
    path = folder / name / entry.files[0]
    try:
        return path if record and path.stat().st_size == record.get("bytes") else None
    except OSError:
        return None


def is_here(entry: Entry) -> bool:
    """Return whether `entry` can be used by its name now."""
    return bool(entry.gensim_file) or fetched_path(entry.name) is not None


def fetch(
    name: str,
    to: str | Path | None = None,
    address: str | None = None,
    timeout: float = TIMEOUT,
    progress: ProgressLike = None,
) -> Fetched:
    """Fetch a corpus, test set or file of vectors, unless it is here already.

    Parameters
    ----------
    name : str
        Of an entry in the registry.
    to : path, optional
        The folder in which a folder `name` is made.  Default: the cache (`cache_folder`), where
        commands find it by its name.
    address : str, optional
        Take it from there instead of from where the registry says: a mirror.  What comes is
        checked as ever.
    timeout : float
        Seconds to wait for a byte.

    Raises
    ------
    WordvecError
        If it cannot be downloaded, or is not the expected file.
    MissingExtraError
        If pooch is not installed.
    """
    progress = as_progress(progress)
    entry = find_entry(name)
    if entry.gensim_file:
        return Fetched(entry, gensim_data(entry.gensim_file), "", "", False, "gensim")
    if not entry.addresses:
        raise WordvecError(f"{name} cannot be fetched: {entry.how}")
    pooch = require("pooch", "fetching", "fetch")
    addresses = (address,) if address is not None else entry.addresses
    for one in addresses:
        check_address(one)
    folder = Path(to) if to is not None else cache_folder()
    assert folder is not None  # pooch is here
    place = folder / name
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _locked(place, progress):
            _clear_leftovers(place)
            here = _already_here(entry, place, pooch, progress)
            return here or _fetch_now(entry, addresses, place, pooch, timeout, progress)
    except OSError as error:
        raise WordvecError(
            f"cannot use the folder {place}: {error.strerror or error}; choose another by to "
            f"(--to) or {FOLDER_VARIABLE}"
        ) from None


@contextmanager
def _locked(place: Path, progress: Progress) -> Iterator[None]:
    """Keep others from fetching the same thing at the same time."""
    from filelock import FileLock, Timeout

    if (place / ".lock").is_symlink():  # opening it would empty what it leads to
        raise WordvecError(f"{place / '.lock'} is a link, which wvt did not make; remove it")
    lock = FileLock(place / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.note(f"{place.name} is being fetched by another; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _clear_leftovers(place: Path) -> None:
    """Remove the temporary files of pooch, which a killed run has left."""
    for path in place.glob("tmp*"):
        if re.fullmatch("tmp[a-z0-9_]{8}", path.name) and path.is_file():
            path.unlink()


def _already_here(
    entry: Entry, place: Path, pooch: ModuleType, progress: Progress
) -> Fetched | None:
    record = _read_record(place)
    path = place / entry.files[0]
    if not record or not all((place / name).is_file() for name in entry.files):
        return None
    if pooch.file_hash(str(path)) != record.get("sha256"):
        progress.note(f"{path} is not as it was fetched; fetching it again")
        return None
    trust = "published" if entry.digest else "first"
    return Fetched(entry, path, str(record["sha256"]), str(record.get("address")), False, trust)


def _fetch_now(
    entry: Entry,
    addresses: tuple[str, ...],
    place: Path,
    pooch: ModuleType,
    timeout: float,
    progress: Progress,
) -> Fetched:
    expected, trust = _expected(entry, place)
    for number, address in enumerate(addresses, 1):
        try:
            download = _download(entry, address, expected, trust, place, pooch, timeout, progress)
            break
        except WordvecError as error:
            if number == len(addresses):
                raise
            progress.note(f"{error}; trying the next address")
    try:
        path = unpack(download, entry, place)
        came = pooch.file_hash(str(download))
    finally:
        download.unlink(missing_ok=True)
    sha256 = pooch.file_hash(str(path))
    record = {
        "name": entry.name,
        "address": address,
        "download_sha256": came,
        "sha256": sha256,
        "bytes": path.stat().st_size,
        "fetched": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    write_whole(place / _RECORD, json.dumps(record, indent=1).encode())
    return Fetched(entry, path, sha256, address, True, trust)


def _expected(entry: Entry, place: Path) -> tuple[str | None, str]:
    """Return the hash that the download must have, and where it is from."""
    if entry.digest:
        return entry.digest, "published"
    cache = cache_folder()
    for folder in (place, cache / entry.name if cache is not None else place):
        record = _read_record(folder)
        if re.fullmatch("[0-9a-f]{64}", str(record.get("download_sha256"))):
            return f"sha256:{record['download_sha256']}", "first"
    return None, "none"


def _download(
    entry: Entry,
    address: str,
    expected: str | None,
    trust: str,
    place: Path,
    pooch: ModuleType,
    timeout: float,
    progress: Progress,
) -> Path:
    """Return the download, checked against `expected`."""
    download = place / _DOWNLOAD
    if expected is None:
        download.unlink(missing_ok=True)  # pooch would take it for the file, unchecked
    for _ in range(2):
        downloader = ResumingDownloader(
            place / f"{_DOWNLOAD}.part",
            entry.size if trust == "published" else None,
            expected is not None,
            timeout,
            progress,
        )
        try:
            with _quiet(pooch):
                pooch.retrieve(address, expected, _DOWNLOAD, place, downloader=downloader)
            return download
        except ValueError as error:  # the hash
            reason = str(error)
        if not downloader.resumed:
            break
        progress.note("the parts of several tries do not fit together; beginning again")
    found = re.search(r"got ([0-9a-f]+)", reason)
    whose = "published" if trust == "published" else "of the first download"
    advice = (
        "nothing of it is kept; try later, or give another address (--from)"
        if trust == "published"
        else f"if its makers have changed it, delete {place / _RECORD} and fetch it again"
    )
    raise WordvecError(
        f"{address} is not the {entry.name} that it should be: found the hash "
        f"{found[1] if found else 'of another file'}, expected {expected} ({whose}); {advice}"
    )


@contextmanager
def _quiet(pooch: ModuleType) -> Iterator[None]:
    """Keep pooch from writing to stderr."""
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _read_record(place: Path) -> dict[str, object]:
    try:
        record = json.loads(read_small(place / _RECORD))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
