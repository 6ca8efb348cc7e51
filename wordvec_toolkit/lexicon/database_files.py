"""Find and read the files of a WordNet database: in a folder, or in an archive of one.

What comes from others is bounded: nothing is unpacked onto the disk, no link in an archive is
followed, and no more comes out than text can have been packed from.
"""

import hashlib
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from ..errors import FormatError, WordvecError, expect_path
from ..text.encodings import strictly_utf8

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
NEEDED = tuple(f"{kind}.{part}" for part in PARTS for kind in ("data", "index"))
#: Inflected forms that no rule makes, and how often senses occur in tagged text.
TAGGED = "cntlist.rev"
OPTIONAL = (*(f"{part}.exc" for part in PARTS), TAGGED)
_LARGEST = 1 << 28  # bytes of one file; those of WordNet 3.0 have 15 MB at most
_LARGEST_RATIO = 50  # of an archive, as in `wordvec_toolkit.registry.unpacking`
_ALWAYS_ALLOWED = 1 << 24
_MOST_MEMBERS = 10_000
_EXPECTED = "a WordNet database (data.noun, index.noun, ...)"


@dataclass(frozen=True)
class TextFile:
    """A file of a database: its path or its place in an archive, its lines, and its sha256."""

    path: str
    lines: tuple[str, ...]
    sha256: str

    def error(self, found: str, expected: str, number: int) -> FormatError:
        """Return the error for a line, by its number from 1."""
        return FormatError(self.path, found, expected, line=number)


def read_files(path: str | Path) -> dict[str, TextFile]:
    """Return the files of a database by name: all of `NEEDED`, and of `OPTIONAL` those there are.

    Raises
    ------
    FormatError
        If one is missing, damaged, too large or no UTF-8.
    """
    expect_path("wordnet", path)
    source = Path(path)
    if source.is_dir():
        folder = _folder_of(source)
        found = {name: folder / name for name in (*NEEDED, *OPTIONAL)}
        files = {name: read_lines(file) for name, file in found.items() if file.is_file()}
    elif source.is_file():
        files = _from_archive(source)
    else:
        raise FormatError(source, "nothing", _EXPECTED, advice="try wvt fetch wordnet")
    for name in NEEDED:
        if name not in files:
            raise FormatError(source, f"no {name}", _EXPECTED, advice="try wvt fetch wordnet")
    return files


def read_lines(path: Path) -> TextFile:
    """Return a text file in UTF-8, by its lines."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _too_large(path, path.name)
        return _text(str(path), path.read_bytes())
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror}") from None


def _folder_of(source: Path) -> Path:
    """Return the folder of the files: this one, ``dict`` in it, or the only one that has them."""
    inside = sorted(entry for entry in source.iterdir() if entry.is_dir())
    places = [source, *inside, *(entry / "dict" for entry in inside)]
    return next((place for place in places if (place / "data.noun").is_file()), source)


def _too_large(source: Path, name: str) -> FormatError:
    return FormatError(source, f"a {name} that is too large", _EXPECTED)


def _text(path: str, raw: bytes) -> TextFile:
    text = strictly_utf8(raw, path)
    return TextFile(
        path, tuple(text.replace("\r\n", "\n").split("\n")), hashlib.sha256(raw).hexdigest()
    )


def _from_archive(source: Path) -> dict[str, TextFile]:
    raw: dict[str, tuple[str, bytes]] = {}
    left = max(_ALWAYS_ALLOWED, _LARGEST_RATIO * source.stat().st_size)
    try:
        with closing(_members(source)) as members:
            for number, (name, open_member) in enumerate(members):
                if number > _MOST_MEMBERS:
                    raise FormatError(source, f"more than {_MOST_MEMBERS:,} files", _EXPECTED)
                plain = PurePosixPath(name).name
                if plain not in (*NEEDED, *OPTIONAL):
                    continue
                if plain in raw:
                    raise FormatError(
                        source, f"{raw[plain][0]} and {name}", "one WordNet database in an archive"
                    )
                limit = min(left, _LARGEST)
                with open_member() as stream:
                    content = stream.read(limit + 1)
                if len(content) > limit:
                    raise _too_large(source, plain)
                left -= len(content)
                raw[plain] = name, content
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
        # RuntimeError: an encrypted zip file; UnicodeDecodeError: names that are not UTF-8.
        raise FormatError(source, f"no archive, or a damaged one ({error})", _EXPECTED) from None
    except OSError as error:
        raise WordvecError(f"cannot read {source}: {error.strerror or error}") from None
    return {plain: _text(f"{source}, {name}", content) for plain, (name, content) in raw.items()}


def _members(source: Path) -> Generator[tuple[str, Callable[[], IO[bytes]]], None, None]:
    """Yield the regular files of an archive, each with what opens it."""
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16):
                    yield info.filename, partial(archive.open, info)
        return
    with tarfile.open(source) as packed:
        for member in packed:
            if member.isreg():
                yield member.name, partial(_extracted, packed, member)


def _extracted(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(member)
    assert stream is not None  # of a regular file
    return stream
