"""The formats of vector files, and which of them a file is.

To add one, write how it is read and written and an object here; another package adds its own to
`FORMATS`.  Files are recognised by their content, never by their names.  This module imports
without NumPy, so that help can name formats.
"""

from __future__ import annotations

import json
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from ..errors import FormatError
from ..lm.arpa.binaries import BINARIES
from ..runtime.catalogue import Catalogue

if TYPE_CHECKING:
    from ..embeddings.vectors import WordVectors
    from ..text.reading import ByteReader
    from .opening import Content, Reading

    Files = dict[Path, Callable[[IO[bytes]], None]]

_HEAD = 1 << 16  # bytes
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive (such as a PyTorch or NumPy file)", "unpack it first"),
    (b"\x93NUMPY", "a NumPy array without words", "put it into a WordVectors with its words"),
    (b"\x89HDF", "an HDF5 file", "write its vectors as word2vec text first"),
    (b"%PDF", "a PDF file", ""),
    (b"{", "JSON", "name the folder of the bundle, not its manifest"),
    (b"<", "HTML or XML, perhaps a download that failed", "download the file again"),
)
_PICKLE = (
    "a Python pickle (gensim's own .kv and .model files are), which can run any code when it is "
    "loaded",
    "where you trust it, load it with gensim and write it by wv.save_word2vec_format(...), then "
    "give that file",
)


class VectorFormat(ABC):
    """A format of vector files.

    Attributes
    ----------
    name : str
        As users write it.
    title : str
        What it is, in a few words.
    suffixes : tuple of str
        Names of files to write that end so ask for this format.
    is_written : bool
        Whether it can be written, by `files`.
    is_text : bool
        Whether its numbers are written as text, with a precision.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    is_written: ClassVar[bool] = True
    is_text: ClassVar[bool] = False

    @abstractmethod
    def recognises(self, reader: ByteReader) -> bool:
        """Return whether a file is in this format; what is peeked at can be read again."""

    @abstractmethod
    def read(self, path: Path, reading: Reading) -> WordVectors:
        """Read a file.

        Raises
        ------
        FormatError
            If it is damaged.
        """

    def files(self, path: Path, content: Content) -> Files:
        """Return the files to write, of which the first is `path`, each with what fills it."""
        raise NotImplementedError

    def claims(self, reader: ByteReader) -> dict[str, int]:
        """Return sizes that a file claims to have, by name."""
        return {}


#: The format that was added last is asked first whether a file is in it.
FORMATS: Catalogue[VectorFormat] = Catalogue("format of vector files")


def suffixes() -> dict[str, str]:
    """Return the format that goes with each suffix of a name."""
    return {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}


def shown_suffixes() -> list[str]:
    """Return each suffix with its format, for help."""
    return [f"{name} for {suffix}" for suffix, name in suffixes().items()]


def written() -> list[str]:
    """Return the names of the formats that can be written."""
    return [name for name, known in FORMATS.items() if known.is_written]


def recognise(path: str | Path) -> str:
    """Return the name of the format of a vector file.

    Raises
    ------
    FormatError
        If it is in none of `FORMATS`; pickles are named as such and never loaded.
    """
    from .opening import open_vector_file
    from .text_files import BLANK, refuse_utf16

    with open_vector_file(path) as reader:
        refuse_utf16(reader)
        head = reader.peek(_HEAD)
        if not head.strip(b"\0" + BLANK):
            found = "an empty file" if not head else "only white space"
            raise FormatError(reader.path, found, "word vectors")
        for name, known in reversed(FORMATS.items()):
            if known.recognises(reader):
                return name
        found, advice = _foreign(head) or (f"bytes that are no text: {head[:16]!r}", "")
        expected = "word vectors in one of the formats " + ", ".join(FORMATS)
        raise FormatError(reader.path, found, expected, advice=advice)


def describe(path: str | Path) -> dict[str, Any]:
    """Return the format and the size of a file, and what its header claims, if it has one.

    Raises
    ------
    FormatError
        If the file is in none of `FORMATS`.
    """
    from .opening import open_vector_file

    name = recognise(path)
    with open_vector_file(path) as reader:
        return {"format": name, "bytes": reader.total, **FORMATS[name].claims(reader)}


def _foreign(head: bytes) -> tuple[str, str] | None:
    """Return what a file is that begins as no vectors do, and advice."""
    from .text_files import n_last_numbers

    if head[:1] == b"\x80" and len(head) > 1 and 2 <= head[1] <= 5:
        return _PICKLE
    is_text = n_last_numbers(head.split(b"\n", 1)[0]) > 0
    for magic, found, advice in _FOREIGN:
        if head.startswith(magic) and not is_text:
            return found, advice
    for magic, found, advice in BINARIES:
        if head.startswith(magic) and (b"\0" in head or not is_text):
            return found, advice
    return None


def _first_line(reader: ByteReader) -> bytes:
    """Return the first line of what can be text, else nothing."""
    return b"" if _foreign(reader.peek(_HEAD)) else reader.peek_line()


class Glove(VectorFormat):
    """All text that is nothing else; what is not vectors in it is refused line by line."""

    name = "glove"
    title = "GloVe text, no header"
    suffixes = (".txt",)
    is_text = True

    def recognises(self, reader: ByteReader) -> bool:
        from .text_files import n_last_numbers

        head, first = reader.peek(_HEAD), _first_line(reader)
        return first != b"" and (b"\0" not in head or n_last_numbers(first) > 0)

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from .text_files import read_text_vectors

        return read_text_vectors(path, reading, header=False)

    def files(self, path: Path, content: Content) -> Files:
        from .text_writing import write_text_vectors

        return {path: lambda stream: write_text_vectors(stream, content, header=False)}

    def claims(self, reader: ByteReader) -> dict[str, int]:
        from .text_files import guess_dim

        return {"dimensions": guess_dim(reader)}


class Projector(VectorFormat):
    """See `projector`."""

    name = "projector"
    title = "tab-separated vectors for the Embedding Projector, words in a file next to it"
    suffixes = (".tsv",)
    is_text = True

    def recognises(self, reader: ByteReader) -> bool:
        from .text_files import BLANK, BOM, is_number

        tokens = _first_line(reader).removeprefix(BOM).strip(BLANK).split(b"\t")
        return len(tokens) > 1 and all(is_number(token) for token in tokens)

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from .projector import read_projector

        return read_projector(path, reading)

    def files(self, path: Path, content: Content) -> Files:
        from .projector import metadata_path, write_metadata
        from .text_writing import write_numbers

        return {
            path: lambda stream: write_numbers(stream, content),
            metadata_path(path): lambda stream: write_metadata(stream, content),
        }


class _WithHeader(VectorFormat):
    """A first line with the numbers of words and dimensions."""

    def claims(self, reader: ByteReader) -> dict[str, int]:
        from .text_files import read_header

        n_words, dim = read_header(reader.peek_line()) or (0, 0)
        return {"claimed_words": n_words, "claimed_dimensions": dim}


class Word2vecBinary(_WithHeader):
    """See `word2vec_binary`."""

    name = "word2vec-binary"
    title = "word2vec binary"
    suffixes = (".bin",)

    def recognises(self, reader: ByteReader) -> bool:
        from .text_files import read_header

        return read_header(_first_line(reader)) is not None  # and not text, which is asked first

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from .word2vec_binary import read_binary_vectors

        return read_binary_vectors(path, reading)

    def files(self, path: Path, content: Content) -> Files:
        from .word2vec_binary import write_binary_vectors

        return {path: lambda stream: write_binary_vectors(stream, content)}


class Word2vec(_WithHeader):
    """A header, and then text as of GloVe."""

    name = "word2vec"
    title = "word2vec text with a header, fastText's .vec"
    suffixes = (".vec", ".w2v")
    is_text = True

    def recognises(self, reader: ByteReader) -> bool:
        from ..text.reading import LINE_LIMIT
        from .text_files import is_text_row, read_header

        first = _first_line(reader)
        sizes = read_header(first)
        if sizes is None:
            return False
        size = min(LINE_LIMIT, len(first) + 64 + 16 * sizes[1])
        return is_text_row(reader.peek(size)[len(first) :], sizes[1])

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from .text_files import read_text_vectors

        return read_text_vectors(path, reading, header=True)

    def files(self, path: Path, content: Content) -> Files:
        from .text_writing import write_text_vectors

        return {path: lambda stream: write_text_vectors(stream, content, header=True)}


class Safetensors(VectorFormat):
    """See `safetensors_files`."""

    name = "safetensors"
    title = "safetensors with the words in it"
    suffixes = (".safetensors",)

    def recognises(self, reader: ByteReader) -> bool:
        """Return whether a file begins with a length and then JSON of that length."""
        head = reader.peek(_HEAD)
        if len(head) < 10 or not head[8:].lstrip(b" ").startswith(b"{"):
            return False
        size: int = struct.unpack("<Q", head[:8])[0]
        if size > len(head) - 8:
            return size < 1 << 40
        try:
            return isinstance(json.loads(head[8 : 8 + size]), dict)
        except (ValueError, RecursionError):
            return False

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from .safetensors_files import read_safetensors

        return read_safetensors(path, reading)

    def files(self, path: Path, content: Content) -> Files:
        from .safetensors_files import write_safetensors

        return {path: lambda stream: write_safetensors(stream, content)}


class FastText(VectorFormat):
    """The model itself, read through gensim."""

    name = "fasttext"
    title = "fastText's model (.bin)"
    is_written = False

    def recognises(self, reader: ByteReader) -> bool:
        from ..neural.word_vectors.fasttext_files import begins_as_fasttext

        return begins_as_fasttext(reader.peek(_HEAD))

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from ..neural.word_vectors.fasttext_files import read_fasttext_vectors
        from .collecting import first_words

        vectors = read_fasttext_vectors(path, reading.nonfinite, reading.progress)
        return first_words(vectors, reading.among)


class Sparse(VectorFormat):
    """See `sparse_text`."""

    name = "sparse"
    title = "sparse text, index:value for each number but 0"
    is_written = False
    is_text = True

    def recognises(self, reader: ByteReader) -> bool:
        from .sparse_text import is_sparse_text

        return not _foreign(reader.peek(_HEAD)) and is_sparse_text(reader.peek(_HEAD))

    def read(self, path: Path, reading: Reading) -> WordVectors:
        from .sparse_text import read_sparse_text

        return read_sparse_text(path, reading)


for _known in (
    Glove(),
    Projector(),
    Word2vecBinary(),
    Word2vec(),
    Sparse(),
    Safetensors(),
    FastText(),
):
    FORMATS.add(_known.name, _known)
