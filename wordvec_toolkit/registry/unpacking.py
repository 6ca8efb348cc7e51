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
            with _opened(download, entry, number) as stream, open(target, "xb") as out:
                while chunk := stream.read(_CHUNK):
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


@contextmanager
def _opened(download: Path, entry: Entry, number: int) -> Iterator[IO[bytes]]:
    """Open file `number` of an entry within its download."""
    if not entry.members:
        packed = entry.addresses[0].endswith(".gz")
        with gzip.open(download) if packed else open(download, "rb") as stream:
            yield cast(IO[bytes], stream)
    elif zipfile.is_zipfile(download):
        with zipfile.ZipFile(download) as archive:
            for info in archive.infolist():
                if info.filename == entry.members[number] and not _is_link(info):
                    break
            else:
                raise _missing(download, entry, number)
            with archive.open(info) as stream:
                yield stream
    else:
        with tarfile.open(download) as archive:
            for member in archive:
                if member.name == entry.members[number] and member.isreg():
                    break
            else:
                raise _missing(download, entry, number)
            yield cast(IO[bytes], archive.extractfile(member))


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _missing(download: Path, entry: Entry, number: int) -> FormatError:
    return FormatError(
        download, f"no file {entry.members[number]} in it", f"the archive of {entry.name}"
    )


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
