"""Text as it streams by, cut into documents and lines, with the text itself left as it is.

What a document is follows from the layout, by the rules by which `Encoder` finds documents.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ..errors import SettingError, WordvecError
from ..runtime.progress import SILENT, Progress
from .blocks import DOCUMENT_END, RECOGNISED, Damage, read_blocks
from .files import Source, open_plain
from .numbering import LAYOUTS
from .settings import FileSettings, Layout


class Piece(NamedTuple):
    """A line of text without its end, or a part of one that is longer than a block.

    Attributes
    ----------
    text : str
    document, line : int
        Which it belongs to, from 0; those without words do not count.
    starts, ends : bool
        Whether the line begins and ends with it.
    """

    text: str
    document: int
    line: int
    starts: bool
    ends: bool


class Pieces:
    """Cuts blocks of text, as `read_blocks` yields them, into pieces."""

    def __init__(self, layout: Layout) -> None:
        if layout not in LAYOUTS:
            raise SettingError(f"layout is {layout!r}; expected one of {', '.join(LAYOUTS)}")
        self._line_is_document = layout == "documents"
        self._document = self._line = 0
        self._document_has_text = self._line_has_text = False

    def cut(self, block: str) -> Iterator[Piece]:
        """Yield the pieces of a block; lines and spaces with no words in them are skipped."""
        *ended, rest = block.split(DOCUMENT_END)
        for text in ended:
            yield from self._lines(text, ended=True)
            self._end_document()
        yield from self._lines(rest, ended=False)

    def _lines(self, text: str, ended: bool) -> Iterator[Piece]:
        *lines, last = text.split("\n")
        for line in lines:
            starts = not self._line_has_text
            if not starts or (line and not line.isspace()):
                yield Piece(line, self._document, self._line, starts, True)
                self._line += 1
                self._line_has_text = False
                self._document_has_text = True
                if self._line_is_document:
                    self._end_document()
            else:
                self._end_document()
        starts = not self._line_has_text
        if not starts or (last and not last.isspace()):
            yield Piece(last, self._document, self._line, starts, ended)
            self._document_has_text = True
            self._line_has_text = not ended
            self._line += ended

    def _end_document(self) -> None:
        self._document += self._document_has_text
        self._document_has_text = False


def read_pieces(
    sources: Sequence[Source],
    layout: Layout,
    settings: FileSettings = RECOGNISED,
    damage: Damage | None = None,
    progress: Progress = SILENT,
) -> Iterator[Piece]:
    """Yield the pieces of all `sources`, which follow one another; see `read_into`."""
    pieces = Pieces(layout)
    damage = damage if damage is not None else Damage()
    for source in sources:
        reported = 0
        for block in read_blocks(source, settings, damage, layout):
            yield from pieces.cut(block)
            progress.advance(source.n_bytes - reported)
            reported = source.n_bytes


@contextmanager
def rereadable(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Copy what can be read only once to temporary files, so that all can be read again."""
    with TemporaryDirectory(prefix="wvt-") as folder:
        kept = []
        for number, source in enumerate(sources):
            if source.is_stream:
                copy = Path(folder, str(number))
                try:
                    with open(copy, "wb") as out, open_plain(source) as stream:
                        shutil.copyfileobj(stream, out, 1 << 20)
                except OSError as error:
                    raise WordvecError(
                        f"cannot keep a copy of {source.name}: {error.strerror or error}; make "
                        "room for temporary files, or read it from a file"
                    ) from None
                source = replace(source, path=copy, size=copy.stat().st_size, open_remote=None)
            kept.append(source)
        yield kept
