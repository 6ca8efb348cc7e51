"""Write one gzip stream on several threads."""

import struct
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO

_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # no name and no time in it: the same bytes each time
_LAST_BLOCK = b"\x03\0"  # an empty one
_CHUNK = 1 << 20
_LEVEL = 6


def _deflated(chunk: bytes) -> bytes:
    """Return whole blocks of a deflate stream, to be followed by others."""
    deflating = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflating.compress(chunk) + deflating.flush(zlib.Z_SYNC_FLUSH)


class GzipWriter:
    """A stream that compresses what is written to it; a ``with`` block ends it.

    The text is cut into chunks that are deflated apart and joined to one member, so that the bytes
    do not depend on the number of threads, and every reader of gzip takes them.
    """

    def __init__(self, plain: IO[bytes], threads: int) -> None:
        self._plain = plain
        self._threads = threads
        self._rest = bytearray()
        self._size = 0
        self._checksum = 0
        self._pool = ThreadPoolExecutor(threads)
        self._waiting: deque[Future[bytes]] = deque()

    def __enter__(self) -> "GzipWriter":
        self._plain.write(_HEADER)
        return self

    def write(self, data: bytes | memoryview) -> int:
        self._rest += data
        while len(self._rest) >= _CHUNK:
            self._deflate(bytes(self._rest[:_CHUNK]))
            del self._rest[:_CHUNK]
        return len(data)

    def _deflate(self, chunk: bytes) -> None:
        self._waiting.append(self._pool.submit(_deflated, chunk))
        self._checksum = zlib.crc32(chunk, self._checksum)
        self._size += len(chunk)
        if len(self._waiting) > 2 * self._threads:
            self._plain.write(self._waiting.popleft().result())

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._deflate(bytes(self._rest))
                for future in self._waiting:
                    self._plain.write(future.result())
                ending = struct.pack("<II", self._checksum, self._size & 0xFFFFFFFF)
                self._plain.write(_LAST_BLOCK + ending)
        finally:
            self._pool.shutdown(cancel_futures=True)
