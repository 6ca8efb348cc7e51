"""Read and write word2vec's binary format: a header line, then word, space and raw float32."""

from pathlib import Path
from typing import IO

import numpy as np

from .._kernels.records import split_records
from ..embeddings.vectors import WordVectors
from ..errors import FormatError, WordvecError
from ..text.reading import ByteReader
from .collecting import Collector, decode_words
from .opening import Content, Reading, open_vector_file
from .text_files import check_header, read_header

_WORD_LIMIT = 1 << 16  # bytes


def read_binary_vectors(path: str | Path, reading: Reading) -> WordVectors:
    """Read word2vec's binary format.

    Raises
    ------
    FormatError
        If the file is shorter or longer than its header says, or a word does not end.
    """
    with open_vector_file(path) as reader:
        line = reader.peek_line()
        sizes = read_header(line)
        if sizes is None:
            raise FormatError(
                reader.path, repr(line[:40]), "a header: the numbers of words and dimensions"
            )
        claimed, dim = sizes
        check_header(reader.path, claimed, dim)
        reader.skip(len(line))
        least = len(line) + claimed * (4 * dim + 1)
        if reader.size is not None and least > reader.size:
            raise FormatError(
                reader.path,
                f"a header of {claimed:,} words and {dim:,} dimensions in a file of "
                f"{reader.size:,} bytes",
                f"at least {least:,} bytes",
                advice="the file is cut off, or its header wrong",
            )
        return _read_records(reader, reading, claimed, dim)


def _read_records(reader: ByteReader, reading: Reading, claimed: int, dim: int) -> WordVectors:
    collector = Collector(reader, reading, "word2vec-binary")
    rest = b""
    while len(collector.words) < claimed and not collector.is_full:
        new = reader.block()
        data = rest + new
        begin = reader.offset - len(data)
        n = min(claimed - len(collector.words), len(data) // (4 * dim + 1))
        starts, ends = np.empty(n, np.int64), np.empty(n, np.int64)
        rows = np.empty((n, 4 * dim), np.uint8)
        n, position = split_records(np.frombuffer(data, np.uint8), 4 * dim, starts, ends, rows)
        rest = data[position:]
        first = len(collector.words)
        _check_words(reader, rest, begin + position, first + n, claimed, new == b"")
        values = rows[:n].view("<f4").astype(np.float32, copy=False)
        bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
        try:
            words, n_invalid = decode_words(data, starts[:n], ends[:n], reading.errors)
        except UnicodeDecodeError as error:
            raise FormatError(
                reader.path,
                f"a word that is not UTF-8: {error.object[:40]!r}",
                "UTF-8",
                advice="read it with errors replace or ignore",
            ) from None
        if len(bad) and reading.nonfinite == "refuse":
            place = int(bad[0])
            raise FormatError(
                reader.path,
                f"a component that is NaN or infinite, of {words[place][:24]!r} at byte "
                f"{begin + int(starts[place]):,}",
                "finite float32 numbers",
                advice="nonfinite keep reads such vectors unchanged",
            )
        collector.add(words, values, n_invalid)
    if not collector.is_full:
        _check_end(reader, rest, claimed)
    return collector.finish()


def _check_words(
    reader: ByteReader, rest: bytes, offset: int, n_done: int, claimed: int, at_end: bool
) -> None:
    """Refuse a file that ends early, and a word that does not end."""
    if at_end and n_done < claimed:
        raise FormatError(
            reader.path,
            f"its end at byte {reader.offset:,}, within vector {n_done + 1:,}",
            f"{claimed:,} vectors as the header says",
            advice="download or write it again",
        )
    if n_done < claimed and b" " not in rest and len(rest) > _WORD_LIMIT:
        raise FormatError(
            reader.path,
            f"no space within {_WORD_LIMIT:,} bytes after byte {offset:,}",
            "a word, a space and its vector",
        )


def _check_end(reader: ByteReader, rest: bytes, claimed: int) -> None:
    while rest or (rest := reader.block()):
        if rest.strip(b"\n\r "):
            raise FormatError(
                reader.path,
                f"more bytes before byte {reader.offset:,}, after the last vector",
                f"the end after {claimed:,} vectors as the header says",
            )
        rest = b""


def write_binary_vectors(stream: IO[bytes], content: Content) -> None:
    """Write word2vec's binary format, with a newline after each vector as word2vec writes it.

    Raises
    ------
    WordvecError
        If a word holds a space or a line end, which this format cannot.
    """
    stream.write(f"{len(content.words)} {content.dim}\n".encode())
    following = iter(content.words)
    for block in content.blocks:
        lines = []
        for row in np.ascontiguousarray(block, "<f4"):
            word = next(following)
            if " " in word or "\n" in word:
                raise WordvecError(
                    f"the word {word!r} holds white space, at which word2vec's binary format ends "
                    "a word; write a bundle or .safetensors instead"
                )
            lines.append(b"%b %b\n" % (word.encode(), row.tobytes()))
        stream.write(b"".join(lines))
