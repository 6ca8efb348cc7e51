"""The frame of an ARPA file: its header, its sections, its end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import FormatError
from ...text.reading import ByteReader, LineBlock, line_blocks, open_reader, shown
from .binaries import BINARIES

ORDER_LIMIT = 100  # above any real one
_SNIFFED = 1 << 16  # bytes; text may come before the first line
_DATA = b"\\data\\"
_END = b"\\end\\"
_SECTION = re.compile(rb"\\\d{1,9}-grams:")
_CLAIM = re.compile(rb"ngram[ \t]+(\d{1,9})[ \t]*=[ \t]*(\d{1,18})")
_CUT_OFF = "the file is cut off: copy or make it again"


def is_arpa(path: str | Path) -> bool:
    """Return whether a file looks like an ARPA file, plain or compressed."""
    with open_reader(path, "an ARPA file") as reader:
        lines = reader.peek(_SNIFFED).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return any(line.strip().lower() == _DATA for line in lines)


def check_arpa(path: str | Path, advice: str) -> None:
    """Refuse a file that is not a language model, or that of another program.

    Raises
    ------
    FormatError
        Naming it if it is known; else with the advice.
    """
    if is_arpa(path):
        return
    with open_reader(path, "an ARPA file") as reader:
        head = reader.peek(64)
    refuse_foreign(path, head)
    found = "a file without \\data\\, which begins an ARPA file"
    expected = "a language model: a bundle, a workspace or an ARPA file"
    raise FormatError(path, found, expected, advice=advice)


def refuse_foreign(path: str | Path, head: bytes) -> None:
    """Refuse files of other programs that hold language models, and UTF-16, by their beginning.

    Raises
    ------
    FormatError
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FormatError(
            path,
            "UTF-16 or UTF-32 text",
            "an ARPA file in UTF-8",
            advice="convert it, for instance: iconv -f UTF-16 -t UTF-8 IN > OUT",
        )
    for magic, found, advice in BINARIES:
        if head.startswith(magic):
            raise FormatError(path, found, "an ARPA file", advice=advice)


@dataclass(frozen=True)
class Control:
    """A line that begins with a backslash, and its number."""

    line: int
    text: bytes


@dataclass(frozen=True)
class Claim:
    """Declared number of n-grams, and the line that declares it."""

    count: int
    line: int


def _next_control(data: bytes, at: int) -> int:
    """Return where the next line with a backslash at its beginning is, `at` being a line's."""
    found = data.find(b"\\", at)  # quick, and in most blocks there is none
    if found < 0:
        return len(data)
    if found == at or data[found - 1] == ord("\n"):
        return found
    return data.find(b"\n\\", found) + 1 or len(data)


class ArpaFile:
    """Goes through a file from one line that begins with a backslash to the next.

    Attributes
    ----------
    control : Control or None
        The last such line; None at the end of the file.
    """

    def __init__(self, reader: ByteReader) -> None:
        self.reader = reader
        self.control: Control | None = None
        self._n_lines = 0
        self._parts = self._cut()

    @property
    def line(self) -> int:
        """Number of the current line."""
        return self.control.line if self.control else self._n_lines

    def error(self, found: str, expected: str, line: int | None, advice: str = "") -> FormatError:
        return FormatError(self.reader.path, found, expected, line, advice)

    def _cut(self) -> Iterator[LineBlock | Control]:
        for block in line_blocks(self.reader, 1):
            data, line, at = block.data, block.first_line, 0
            while at < len(data):
                begin = _next_control(data, at)
                if begin > at:
                    part = block if begin - at == len(data) else LineBlock(line, data[at:begin])
                    line += part.n_lines
                    self._n_lines = line - 1
                    yield part
                at = begin
                if begin < len(data):
                    at = data.index(b"\n", begin) + 1
                    self._n_lines = line
                    yield Control(line, data[begin:at].strip())
                    line += 1

    def blocks(self) -> Iterator[LineBlock]:
        """Yield the lines up to the next that begins with a backslash, `control` from then on."""
        self.control = None
        for part in self._parts:
            if isinstance(part, Control):
                self.control = part
                return
            yield part

    def too_few(self, found: str, expected: str) -> FormatError:
        """Return the error for a section that ends early."""
        return self.error(found, expected, self.line, "" if self.control else _CUT_OFF)

    def expect(self, expected: bytes) -> None:
        """Refuse any other line than this one."""
        if self.control is None:
            raise self.error("the end of the file", expected.decode(), self.line, _CUT_OFF)
        if self.control.text != expected:
            raise self.error(shown(self.control.text), expected.decode(), self.line)

    def read_header(self) -> list[Claim]:
        """Read up to the first section; return what is claimed of each order."""
        self._check_beginning()
        section: Control | None = None  # the first line such as \1-grams:, in a head or without one
        while self.control is None or self.control.text.lower() != _DATA:
            for _ in self.blocks():
                pass
            if self.control is None:
                if section is not None:
                    raise self.error(shown(section.text), "\\data\\ before it", section.line)
                raise self.error(
                    "no line \\data\\", "an ARPA file", None, "give the file of a language model"
                )
            if section is None and _SECTION.fullmatch(self.control.text):
                section = self.control
        claims: list[Claim] = []
        for block in self.blocks():
            for line, text in enumerate(block.data.split(b"\n")[:-1], block.first_line):
                if not text.strip():
                    continue
                claim = _CLAIM.fullmatch(text.strip())
                if claim is None or int(claim[1]) != len(claims) + 1:
                    raise self.error(shown(text), f"ngram {len(claims) + 1}=COUNT", line)
                if len(claims) == ORDER_LIMIT:
                    raise self.error(shown(text), f"orders up to {ORDER_LIMIT}", line)
                claims.append(Claim(int(claim[2]), line))
        if not claims:
            raise self.error("no counts of n-grams", "ngram 1=COUNT", self.line)
        return claims

    def _check_beginning(self) -> None:
        head = self.reader.peek(64)
        refuse_foreign(self.reader.path, head)
        if head.startswith(b"\xef\xbb\xbf"):
            self.reader.skip(3)

    def read_end(self) -> None:
        """Refuse anything but ``\\end\\``, and then white space."""
        self.expect(_END)
        for block in self.blocks():
            text = block.data.lstrip()
            if text:
                n_blank = block.data[: len(block.data) - len(text)].count(b"\n")
                raise self._trailing(text.split(b"\n")[0], block.first_line + n_blank)
        if self.control is not None:
            raise self._trailing(self.control.text, self.line)

    def _trailing(self, text: bytes, line: int) -> FormatError:
        advice = "remove it if it does not belong there"
        return self.error(shown(text), "nothing after \\end\\", line, advice)
