"""Text from outside, made printable: words and paths can hold anything."""

import io
from typing import TextIO


def printable(text: str) -> str:
    """Return text with tabs, line ends and other controls escaped."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


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
