"""Take the wanted files out of a download, which may be anything.

Nothing is written under a name that an archive gives, no link is followed, and no more comes out
than text or vectors can have been packed from.
"""

import csv
import gzip
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, cast

from ..errors import FormatError, WordvecError
from .entries import Entry

_CHUNK = 1 << 20
_ALWAYS_ALLOWED = 1 << 24  # bytes
_LARGEST_RATIO = 50  # text packs to a fifth of its size; much less is a bomb


def unpack(download: Path, entry: Entry, place: Path) -> Path:
    """Put the files of `entry` into the folder `place` and return the main one.

    Raises
    ------
    FormatError
        If the download is not what the entry says.
    """
    fresh = [place / f"{name}.new" for name in entry.files]
    limit = max(_ALWAYS_ALLOWED, _LARGEST_RATIO * download.stat().st_size)
    try:
        for number, target in enumerate(fresh):
            target.unlink(missing_ok=True)  # "x": no link is written through
            with open(target, "xb") as out:
                for chunk in _chunks(download, entry, number):
                    if out.tell() + len(chunk) > limit:
                        raise FormatError(
                            download, f"more than {limit:,} bytes in {target.stem}", "far less"
                        )
                    out.write(chunk)
        if entry.columns:
            _take_columns(fresh[0], entry, download)
        for target in fresh:
            os.replace(target, target.with_suffix(""))
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        gzip.BadGzipFile,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
        # RuntimeError: an encrypted zip file; UnicodeDecodeError: names that are not UTF-8.
        raise FormatError(download, f"damage ({error})", f"the archive of {entry.name}") from None
    except OSError as error:
        raise WordvecError(f"cannot unpack {entry.name} in {place}: {error.strerror}") from None
    finally:
        for target in fresh:
            target.unlink(missing_ok=True)
    return place / entry.files[0]


def _chunks(download: Path, entry: Entry, number: int) -> Iterator[bytes]:
    """Yield the content of file `number` of an entry piece by piece."""
    member = entry.members[number] if entry.members else ""
    for name in _matching(download, member) if "*" in member else [member]:
        with _opened(download, entry, name) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


def _matching(download: Path, pattern: str) -> list[str]:
    """Return the names in an archive that fit a pattern, or the pattern if there are none."""
    if zipfile.is_zipfile(download):
        with zipfile.ZipFile(download) as archive:
            names = archive.namelist()
    else:
        with tarfile.open(download) as packed:
            names = packed.getnames()
    return sorted({name for name in names if fnmatchcase(name, pattern)}) or [pattern]


@contextmanager
def _opened(download: Path, entry: Entry, name: str) -> Iterator[IO[bytes]]:
    """Open a file of an entry, called `name` within its download."""
    if not name:
        packed = entry.addresses[0].endswith(".gz")
        with gzip.open(download) if packed else open(download, "rb") as stream:
            yield cast(IO[bytes], stream)
    elif zipfile.is_zipfile(download):
        with zipfile.ZipFile(download) as archive:
            for info in archive.infolist():
                if info.filename == name and not _is_link(info):
                    break
            else:
                raise _missing(download, entry, name)
            with archive.open(info) as stream:
                yield stream
    else:
        with tarfile.open(download) as archive:
            for member in archive:
                if member.name == name and member.isreg():
                    break
            else:
                raise _missing(download, entry, name)
            yield cast(IO[bytes], archive.extractfile(member))


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _missing(download: Path, entry: Entry, name: str) -> FormatError:
    return FormatError(download, f"no file {name} in it", f"the archive of {entry.name}")


def _take_columns(path: Path, entry: Entry, download: Path) -> None:
    """Turn a table with a header into lines of the columns wanted, separated by tabs.

    The first column of analogies is their section, which becomes a line before all of its own.
    """
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        cells = [[row[column].strip() for column in entry.columns] for row in rows]
    except (UnicodeDecodeError, csv.Error, KeyError, AttributeError):
        raise FormatError(
            download, "another table", f"one with the columns {', '.join(entry.columns)}"
        ) from None
    sections: dict[str, list[str]] = {}
    for row in cells:
        section = f": {row.pop(0)}" if entry.kind == "analogy" else ""
        sections.setdefault(section, []).append("\t".join(row))
    lines = [line for title, body in sections.items() for line in (title, *body) if line]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
