"""Tell vector files apart by what is in them, never by their names."""

import json
import struct
from pathlib import Path
from typing import Any

from ..errors import FormatError
from ..text.reading import LINE_LIMIT, ByteReader
from .opening import open_vector_file
from .text_files import BLANK, BOM, UTF16, guess_dim, is_number, n_last_numbers, read_header

#: Format -> what it is.
FORMATS = {
    "word2vec": "word2vec text with a header, fastText's .vec",
    "glove": "GloVe text, no header",
    "word2vec-binary": "word2vec binary",
    "fasttext": "fastText's model (.bin)",
    "safetensors": "safetensors with the words in it",
    "projector": "tab-separated vectors for the Embedding Projector, words in a file beside it",
}
FASTTEXT_MAGIC = 793712314
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
    "loaded"
)
_PICKLE_ADVICE = (
    "where you trust it, load it with gensim and write it by wv.save_word2vec_format(...), then "
    "give that file"
)


def recognise(path: str | Path) -> str:
    """Return the format of a vector file, one of `FORMATS`.

    Raises
    ------
    FormatError
        If it is none of them; pickles are named as such and never loaded.
    """
    with open_vector_file(path) as reader:
        head = reader.peek(_HEAD)
        if not head.strip(b"\0" + BLANK):
            found = "an empty file" if not head else "nothing but white space"
            raise FormatError(reader.path, found, "word vectors")
        if is_fasttext(head):
            return "fasttext"
        if is_safetensors(head):
            return "safetensors"
        if head[:1] == b"\x80" and len(head) > 1 and 2 <= head[1] <= 5:
            raise FormatError(reader.path, _PICKLE, "plain data", advice=_PICKLE_ADVICE)
        for magic, found, advice in _FOREIGN:
            if head.startswith(magic) and not n_last_numbers(head.split(b"\n", 1)[0]):
                raise FormatError(reader.path, found, "word vectors", advice=advice)
        return _line_format(reader, head)


def describe(path: str | Path) -> dict[str, Any]:
    """Return the format and the size of a file, and what its header claims, if it has one.

    Raises
    ------
    FormatError
        If the file is none of `FORMATS`.
    """
    described: dict[str, Any] = {"format": recognise(path)}
    with open_vector_file(path) as reader:
        described["bytes"] = reader.total
        if described["format"].startswith("word2vec"):
            sizes = read_header(reader.peek_line())
            described["claimed_words"], described["claimed_dimensions"] = sizes or (0, 0)
        elif described["format"] == "glove":
            described["dimensions"] = guess_dim(reader)
    return described


def is_fasttext(head: bytes) -> bool:
    """Tell whether a file begins as fastText's models do, of this version or the first."""
    if len(head) < 64:
        return False
    if struct.unpack("<i", head[:4])[0] == FASTTEXT_MAGIC:
        return True
    # The first version had no magic number; its settings come at once.
    dim, ws, epoch, min_count, neg, ngrams, loss, model, bucket, minn, maxn = struct.unpack(
        "<11i", head[:44]
    )
    return (
        0 < dim < 1 << 16
        and 0 < ws < 1 << 16
        and 0 <= epoch < 1 << 16
        and min_count >= 0
        and neg >= 0
        and 0 <= ngrams < 1 << 16
        and loss in (1, 2, 3)
        and model in (1, 2, 3)
        and bucket >= 0
        and 0 <= minn < 1 << 16
        and 0 <= maxn < 1 << 16
    )


def is_safetensors(head: bytes) -> bool:
    """Tell whether a file begins with a length and then JSON of that length."""
    if len(head) < 10 or not head[8:].lstrip(b" ").startswith(b"{"):
        return False
    size = struct.unpack("<Q", head[:8])[0]
    if size > len(head) - 8:
        return size < 1 << 40
    try:
        return isinstance(json.loads(head[8 : 8 + size]), dict)
    except (ValueError, RecursionError):
        return False


def _line_format(reader: ByteReader, head: bytes) -> str:
    """Tell the formats apart that begin with a line of text."""
    if head[:2] in UTF16:
        return "glove"  # refused there in a sentence of its own
    first = reader.peek_line()
    sizes = read_header(first)
    if sizes is not None:
        following = reader.peek(min(LINE_LIMIT, len(first) + 64 + 16 * sizes[1]))[len(first) :]
        return "word2vec" if _is_text_row(following, sizes[1]) else "word2vec-binary"
    tokens = first.removeprefix(BOM).strip(BLANK).split(b"\t")
    if len(tokens) > 1 and all(is_number(token) for token in tokens):
        return "projector"
    if b"\0" in head and not n_last_numbers(first):
        raise FormatError(
            reader.path,
            f"bytes that are no text: {head[:16]!r}",
            "word vectors in one of the formats " + ", ".join(FORMATS),
        )
    return "glove"


def _is_text_row(data: bytes, dim: int) -> bool:
    """Tell whether what follows a header is text rather than raw numbers."""
    data = data.lstrip(BLANK)
    line, newline, _ = data.partition(b"\n")
    if not data:
        return True
    tokens = line.split()
    if not newline:
        tokens = tokens[:-1]  # perhaps cut off
    numbers = tokens[-dim:] if newline else tokens[1:]
    if numbers and all(is_number(token) for token in numbers):
        return True
    # A damaged line of text, to be named as such, or raw numbers?
    return 2 * sum(map(is_number, tokens[1:])) > len(tokens) - 1 > 0
