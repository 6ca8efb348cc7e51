"""Words as figures and pages show them: visible, not too long, and not over one another."""

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

_CELL = 40.0  # points
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def visible(text: object) -> str:
    """Return a text with signs for its control characters, which pages must not hold."""
    return "".join(
        chr(0x2400 + ord(c)) if ord(c) < 32 else "\N{REPLACEMENT CHARACTER}" if _unseen(c) else c
        for c in str(text)
    )


def _unseen(character: str) -> bool:
    code = ord(character)
    return 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE


def text_width(text: str) -> float:
    """Return about how wide a text is, in units of its font size."""
    return sum(
        1.0
        if unicodedata.east_asian_width(c) in "WF" or c in "WMm@%"
        else 0.76
        if c.isupper()
        else 0.63
        for c in text
    )


def shortened(text: str, width: float = 15.0) -> str:
    """Return as much of a text as fits into a width, without anything that moves the pen."""
    text = "".join(
        c if c.isprintable() or c in _JOINERS else "\N{REPLACEMENT CHARACTER}"
        for c in visible(text)
    )
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - 1:
        text = text[:-1]
    return text + "\N{HORIZONTAL ELLIPSIS}"


class Room:
    """The occupied places of a figure: boxes (left, bottom, right, top) in points.

    Parameters
    ----------
    frame : 4 numbers
        No box may reach beyond it.
    """

    def __init__(self, frame: Sequence[float]) -> None:
        self._frame = tuple(frame)
        self._cells: dict[tuple[int, int], list[tuple[float, ...]]] = {}

    def take(self, box: Sequence[float]) -> bool:
        """Take the room of a box if it is free and within the frame; tell whether it was."""
        left, bottom, right, top = box
        frame = self._frame
        if left < frame[0] or bottom < frame[1] or right > frame[2] or top > frame[3]:
            return False
        cells = list(_cells(box))
        for cell in cells:
            for other in self._cells.get(cell, ()):
                if left < other[2] and other[0] < right and bottom < other[3] and other[1] < top:
                    return False
        for cell in cells:
            self._cells.setdefault(cell, []).append(tuple(box))
        return True


def _cells(box: Sequence[float]) -> Iterator[tuple[int, int]]:
    for x in range(int(box[0] // _CELL), int(box[2] // _CELL) + 1):
        for y in range(int(box[1] // _CELL), int(box[3] // _CELL) + 1):
            yield x, y


def place_labels(
    points: np.ndarray, sizes: np.ndarray, frame: Sequence[float], gaps: np.ndarray, most: int
) -> dict[int, tuple[float, float]]:
    """Return where labels stand: point -> left and bottom of its label.

    Each point in turn tries the places right, left, above and below of it; where labels before it
    have taken all four, it gets none.

    Parameters
    ----------
    points : float array (n, 2)
        The most important ones first.
    sizes : float array (n, 2)
        Width and height of their labels.
    gaps : float array (n,)
        Between a point and its label.
    most : int
        Maximum number of labels.
    """
    room = Room(frame)
    placed: dict[int, tuple[float, float]] = {}
    items = zip(points.tolist(), sizes.tolist(), gaps.tolist())
    for n, ((x, y), (width, height), gap) in enumerate(items):
        if len(placed) >= most:
            break
        for left, bottom in (
            (x + gap, y - height / 2),
            (x - gap - width, y - height / 2),
            (x - width / 2, y + gap),
            (x - width / 2, y - gap - height),
        ):
            if room.take((left, bottom, left + width, bottom + height)):
                placed[n] = (left, bottom)
                break
    return placed
