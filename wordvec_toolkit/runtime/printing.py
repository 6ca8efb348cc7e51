"""Text from outside, made printable: words and paths can hold anything."""

import io
from collections.abc import Sequence
from typing import TextIO


def printable(text: str) -> str:
    """Return text with tabs, line ends and other controls escaped."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """Return the ends of paths, as short as tells them apart."""
    parts = {path: path.replace("\\", "/").split("/") for path in paths}
    for length in range(1, max(map(len, parts.values()), default=0) + 1):
        names = {path: "/".join(part[-length:]) for path, part in parts.items()}
        if len(set(names.values())) == len(names):
            return names
    return {path: path for path in paths}


class PrintableStream(io.TextIOWrapper):
    """A text stream that escapes controls, but line ends.

    Attributes
    ----------
    plain : text stream
        Where bars are drawn, which consist of controls.
    """

    plain: TextIO

    def write(self, text: str) -> int:
        super().write("\n".join(map(printable, text.split("\n"))))
        return len(text)


def printable_stream(plain: TextIO) -> TextIO:
    """Return a stream that writes to where `plain` does."""
    if not isinstance(plain, io.TextIOWrapper):
        return plain
    stream = PrintableStream(
        plain.buffer, plain.encoding, "backslashreplace", write_through=True, line_buffering=True
    )
    stream.plain = plain
    return stream


def plain_stream(stream: TextIO) -> TextIO:
    """Return a stream for those who draw on it."""
    plain: TextIO = getattr(stream, "plain", stream)
    return plain
