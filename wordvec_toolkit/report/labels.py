"""Names beside points: as many as there is room for, those that matter most first."""

from collections.abc import Iterator, Sequence

import numpy as np

_CELL = 40.0  # pixels


class Room:
    """The places that are taken in a figure: boxes (left, bottom, right, top) in pixels.

    Parameters
    ----------
    frame : 4 numbers
        Nothing may reach beyond this box.
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


def shortened(word: str, longest: int = 24) -> str:
    """Return a word as a figure shows it: not too long, and nothing in it that moves the pen."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in word)
    return shown if len(shown) <= longest else shown[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def place_labels(
    points: np.ndarray, sizes: np.ndarray, frame: Sequence[float], gaps: np.ndarray, most: int
) -> dict[int, tuple[float, float]]:
    """Return where names stand: point -> left and bottom of its name, in pixels.

    Each point in turn tries the places right, left, above and below of it; where all are taken by
    names before it, it goes without.

    Parameters
    ----------
    points : float array (n, 2)
        In pixels, those that matter most first.
    sizes : float array (n, 2)
        Width and height of their names.
    gaps : float array (n,)
        Between a point and its name.
    most : int
        Names to place at most.
    """
    room = Room(frame)
    found: dict[int, tuple[float, float]] = {}
    items = zip(points.tolist(), sizes.tolist(), gaps.tolist())
    for n, ((x, y), (width, height), gap) in enumerate(items):
        if len(found) >= most:
            break
        for left, bottom in (
            (x + gap, y - height / 2),
            (x - gap - width, y - height / 2),
            (x - width / 2, y + gap),
            (x - width / 2, y - gap - height),
        ):
            if room.take((left, bottom, left + width, bottom + height)):
                found[n] = (left, bottom)
                break
    return found
