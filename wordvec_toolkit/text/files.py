"""Find a corpus's files and read them as plain bytes, whatever they are compressed with."""

import bz2
import glob
import gzip
import hashlib
import io
import lzma
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from ..bundles.recognising import is_bundle
from ..errors import EmptyResultError, FormatError, SettingError, WordvecError
from ..registry.listing import registry
from ..registry.store import fetched_path
from ..runtime.addresses import is_address
from ..runtime.extras import gensim_data, require
from .addresses import find_remote
from .file_writing import finish_moves

if TYPE_CHECKING:
    from typing import TypeGuard

    import zstandard

STDIN = "-"
#: Names that stand for a corpus on every machine with gensim installed.
NAMED_CORPORA = {"lee": "lee_background.cor"}
#: What a line of them is, where that is no sentence.
NAMED_LAYOUTS = {"lee": "documents"}

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


#: Names of files and the like; or lists of tokens, where they are taken.
Corpus = str | Path | Sequence[str | Path] | Sequence[Sequence[str]]


@dataclass
class Source:
    """One file of a corpus; `sha256` and `n_bytes` are known once it has been read."""

    path: Path | None  # None: standard input, or at an address
    name: str
    size: int | None = None
    changed_ns: int = 0  # time of the last change when it was opened
    sha256: str = ""
    n_bytes: int = field(default=0, repr=False)
    format: str = "text"  # as it is recognised when it is read
    open_remote: Callable[[], BinaryIO] | None = field(default=None, repr=False, compare=False)

    @property
    def is_stream(self) -> bool:
        """Whether it is read only once (standard input, a pipe, an address)."""
        return self.path is None or not self.path.is_file()

    def facts(self) -> dict[str, object]:
        """Return what a manifest says of a file that has been read: its format, but plain ones."""
        facts = {"name": self.name, "bytes": self.n_bytes, "sha256": self.sha256}
        return facts if self.format in ("text", "JSON lines") else {**facts, "format": self.format}


def unpacked_name(name: str) -> str:
    """Return the name of a file without the suffixes of compression."""
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    return name


def is_text(item: str) -> bool:
    """Return whether `item` is read as text: a file, standard input, or a corpus with a name."""
    if os.path.exists(item):
        return os.path.isfile(item)
    is_named = item in (STDIN, *NAMED_CORPORA) or is_address(item)
    return is_named or fetched_path(item) is not None


def is_tokens(corpus: Corpus) -> "TypeGuard[Sequence[Sequence[str]]]":
    """Return whether a corpus is lists of tokens, and not names of files."""
    if isinstance(corpus, (str, Path)):
        return False
    if not hasattr(corpus, "__getitem__"):
        raise SettingError(
            f"the corpus is a value of type {type(corpus).__name__}; expected a path, a list of "
            "paths, or a list of lists of tokens"
        )
    if isinstance(corpus, (bytes, Mapping)) or hasattr(corpus, "columns"):
        raise SettingError(
            f"the corpus is a value of type {type(corpus).__name__}; expected a path, a list of "
            "paths, or a list of lists of tokens (of texts in memory: text.encode_documents)"
        )
    return not isinstance(next(iter(corpus), ""), (str, Path))


def as_items(corpus: Corpus) -> list[str]:
    """Return the names that a corpus of files is given by as a list of strings.

    Raises
    ------
    SettingError
        If they are no names.
    """
    items = [corpus] if isinstance(corpus, (str, Path)) else corpus
    if is_tokens(corpus) or any(not isinstance(item, (str, Path)) for item in items):
        raise SettingError("the corpus holds other things than names of files and folders")
    return [str(item) for item in items]


def find_sources(corpus: list[str]) -> list[Source]:
    """Turn paths, globs, addresses, ``-`` and names of corpora into files, in a fixed order.

    Raises
    ------
    WordvecError
        If something does not exist, or nothing is found.
    """
    sources = []
    for item in corpus:
        if item == STDIN:
            sources.append(Source(None, "standard input"))
            continue
        path = Path(item)
        if not item:
            raise WordvecError("an empty name was given for the corpus")
        if is_address(item):
            sources += [
                Source(None, name, size, open_remote=opener)
                for name, size, opener in find_remote(item)
            ]
            continue
        if not path.exists() and path.parent.is_dir():
            finish_moves(path.parent)
        if is_bundle(path):
            raise WordvecError(f"{item} is a bundle, not text; give its workspace")
        if path.is_dir():
            finish_moves(path)
            found = sorted(_text_files(path))
            if not found and any(is_bundle(entry) for entry in path.iterdir()):
                raise WordvecError(
                    f"{item} is a workspace, not text; give text files, or, to build in it, the "
                    "workspace alone without -o (--name makes a variant)"
                )
            if not found:
                raise EmptyResultError(f"the folder {item} holds no text files")
            for entry in found:
                sources.append(_file(entry, entry.relative_to(path).as_posix()))
        elif os.path.exists(item):  # no error for a loop of links
            sources.append(_file(path, path.name))
        elif item in NAMED_CORPORA:
            path = gensim_data(NAMED_CORPORA[item])
            sources.append(_file(path, path.name))
        elif (fetched := fetched_path(item)) is not None:
            sources.append(_file(fetched, fetched.name))
        elif glob.has_magic(item):
            matches = sorted(
                match for match in glob.glob(item, recursive=True) if os.path.isfile(match)
            )
            if not matches:
                raise WordvecError(f"no file matches {item}")
            sources.extend(_file(Path(match), Path(match).name) for match in matches)
        elif item in registry() and registry()[item].addresses:
            raise WordvecError(f"the corpus {item} is not downloaded yet; try: wvt fetch {item}")
        else:
            raise WordvecError(
                f"there is no file or folder {item[:200]}; expected a text file, a folder, a glob, "
                f"- for standard input, {', '.join(NAMED_CORPORA)}, or a corpus downloaded by wvt "
                "fetch" + ("; for texts in memory: text.encode_documents" if " " in item else "")
            )
    if not sources:
        raise WordvecError("no corpus was given")
    return sources


def _text_files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, but no hidden ones and no bundles of ours."""
    for place, folders, files in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and not is_bundle(Path(place) / name)
        ]
        for name in files:
            if not name.startswith(".") and (Path(place) / name).is_file():
                yield Path(place) / name


def _file(path: Path, name: str) -> Source:
    printable = os.fsencode(name).decode("utf-8", "replace")
    return Source(path, printable, path.stat().st_size if path.is_file() else None)


class _Counted(io.RawIOBase):
    """Passes bytes through, counting and hashing them."""

    def __init__(self, stream: BinaryIO, source: Source) -> None:
        self._stream = stream
        self._source = source
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._digest.update(data)
        self._source.n_bytes += len(data)
        self._source.sha256 = self._digest.hexdigest()
        return len(data)


@contextmanager
def open_plain(source: Source) -> Iterator[BinaryIO]:
    """Open a file, an address or standard input as it is, compressed or not."""
    if source.open_remote is not None:
        with source.open_remote() as stream:
            yield stream
    elif source.path is None:
        yield sys.stdin.buffer
    else:
        try:
            stream = open(source.path, "rb")
        except OSError as error:
            raise WordvecError(f"cannot read {source.path}: {error.strerror}") from None
        with stream:
            status = os.fstat(stream.fileno())
            source.size, source.changed_ns = status.st_size, status.st_mtime_ns
            yield stream


class _ZstdStream:
    """Reads Zstandard frames; zstandard's own reader takes a truncated file for a whole one."""

    def __init__(self, stream: "io.BufferedReader[_Counted]") -> None:
        self._module = require("zstandard", "reading a .zst file", "zstd")
        self._stream = stream
        self._frame: zstandard.ZstdDecompressionObj | None = None

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        n = 0
        # A little at a time: a few bytes can stand for megabytes.
        while n < size and (data := self._stream.read(1024)):
            while data:
                if self._frame is None or self._frame.eof:
                    self._frame = self._module.ZstdDecompressor().decompressobj()
                parts.append(self._frame.decompress(data))
                n += len(parts[-1])
                data = self._frame.unused_data if self._frame.eof else b""
        if n == 0 and self._frame is not None and not self._frame.eof:
            raise EOFError("the last frame is cut off")
        return b"".join(parts)


def _decompressed(buffered: "io.BufferedReader[_Counted]") -> IO[bytes]:
    magic = buffered.peek(6)[:6]
    if magic.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=buffered))
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(buffered)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(buffered)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return cast(IO[bytes], _ZstdStream(buffered))
    return cast(IO[bytes], buffered)


@contextmanager
def open_source(source: Source) -> Iterator[IO[bytes]]:
    """Open a file or standard input for reading, decompressed; known by content, not by name.

    Raises
    ------
    FormatError
        If compressed data are truncated or damaged.
    """
    with open_plain(source) as plain:
        buffered = io.BufferedReader(_Counted(plain, source), 1 << 20)
        try:
            yield _decompressed(buffered)
        except (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError) as error:
            raise _damaged(source, error) from None
        except OSError as error:
            if error.errno is None:  # how bz2 reports bad data
                raise _damaged(source, error) from None
            raise WordvecError(f"cannot read {source.name}: {error.strerror}") from None
        except Exception as error:
            if type(error).__name__ == "ZstdError":
                raise _damaged(source, error) from None
            raise


def _damaged(source: Source, error: Exception) -> FormatError:
    return FormatError(
        source.name,
        f"compressed data that end early or are damaged ({error})",
        "a whole file",
        advice="download or compress it again",
    )
