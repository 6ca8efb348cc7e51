"""Read files of others, plain or compressed, in blocks of bytes or of whole lines.

Nothing that they claim is believed, and no line takes more than `LINE_LIMIT`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np

from ..errors import FormatError, WordvecError
from .files import Source, open_source

BLOCK_SIZE = 1 << 23  # bytes that are read at a time
LINE_LIMIT = 1 << 26  # bytes of a line
_MAGIC = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


class ByteReader:
    """Reads a stream in blocks and knows how far it is.

    Attributes
    ----------
    path : Path
    size : int or None
        Bytes of the file; None if it is compressed.
    offset : int
        Bytes handed out so far, after decompression.
    """

    def __init__(
        self, path: Path, stream: IO[bytes], source: Source, size: int | None, total: int
    ) -> None:
        self.path = path
        self.size = size
        self.total = total
        self.offset = 0
        self._stream = stream
        self._source = source
        self._rest = b""

    @property
    def consumed(self) -> int:
        """Bytes of the file itself that have been read."""
        return self.offset if self.size is not None else self._source.n_bytes

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes (fewer at the end), to be read again."""
        while len(self._rest) < size and (data := self._stream.read(BLOCK_SIZE)):
            self._rest += data
        return self._rest[:size]

    def peek_line(self) -> bytes:
        """Return the next line with its end, to be read again."""
        size = 1 << 16
        while True:
            data = self.peek(size)
            if (end := data.find(b"\n")) >= 0:
                return data[: end + 1]
            if len(data) < size:
                return data
            if size > LINE_LIMIT:
                raise FormatError(self.path, "a line of over 64 MiB", "text with shorter lines")
            size *= 4

    def skip(self, size: int) -> None:
        """Pass over bytes that were peeked at."""
        self._rest = self._rest[size:]
        self.offset += size

    def block(self) -> bytes:
        """Return the next bytes, none at the end."""
        data, self._rest = self._rest, b""
        data = data or self._stream.read(BLOCK_SIZE)
        self.offset += len(data)
        return data


@dataclass(frozen=True)
class LineBlock:
    """Whole lines, the end of the last one included."""

    first_line: int
    data: bytes

    @cached_property
    def n_lines(self) -> int:
        return int(np.count_nonzero(np.frombuffer(self.data, np.uint8) == ord("\n")))


def line_blocks(reader: ByteReader, first_line: int) -> Iterator[LineBlock]:
    """Yield whole lines, the last one ended if it is not."""
    rest: list[bytes] = []
    size = 0
    while data := reader.block():
        cut = data.rfind(b"\n") + 1
        if cut:
            block = LineBlock(first_line, b"".join([*rest, data[:cut]]))
            yield block
            first_line += block.n_lines
            rest, size = [], 0
        rest.append(data[cut:])
        size += len(rest[-1])
        if size > LINE_LIMIT:
            raise FormatError(
                reader.path, "a line of over 64 MiB", "shorter lines", line=first_line
            )
    if size:
        yield LineBlock(first_line, b"".join([*rest, b"\n"]))


@contextmanager
def open_reader(path: str | Path, expected: str) -> Iterator[ByteReader]:
    """Open a file for reading, decompressed; known by content, not by name.

    Parameters
    ----------
    expected : str
        What it should be, as an error says it.

    Raises
    ------
    FormatError
        If there is none, or compressed data are truncated or damaged.
    WordvecError
        If it cannot be read.
    """
    path = Path(path)
    try:
        if not path.is_file():
            found = "nothing" if not path.exists() else "no regular file"
            raise FormatError(path, found, expected, advice="check the path")
        size = path.stat().st_size
        with open(path, "rb") as plain:
            compressed = plain.read(6).startswith(_MAGIC)
            plain.seek(0)
            source = Source(path, str(path))
            if not compressed:
                yield ByteReader(path, plain, source, size, size)
                return
        with open_source(source) as stream:
            yield ByteReader(path, stream, source, None, size)
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror or error}") from None


def shown(found: bytes, length: int = 24) -> str:
    """Return the beginning of a text file, as an error quotes it."""
    return repr(found[: 4 * length].decode("utf-8", "replace")[:length])
