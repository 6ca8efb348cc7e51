"""Words as figures and pages show them: visible, not too long, and not over one another."""

import unicodedata
from collections.abc import Sequence

import numpy as np

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


def place_labels(
    points: np.ndarray,
    sizes: np.ndarray,
    frame: Sequence[float],
    gaps: np.ndarray,
    most: int,
    reach: Sequence[float] = (1,),
    taken: np.ndarray | None = None,
) -> dict[int, tuple[float, float]]:
    """Return the places of labels: point -> left and bottom of its label.

    Each point in turn tries the places right, left, above and below of it; where labels before it
    have taken all four, at all gaps, it gets none.

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
    reach : sequence of float
        Factors of the gap that are tried one after another.
    taken : float array (n, 4), optional
        Boxes that labels keep off: left, bottom, right, top.
    """
    left, bottom, right, top = frame
    boxes = np.empty((0, 4)) if taken is None else taken
    placed: dict[int, tuple[float, float]] = {}
    for n, ((x, y), size, gap) in enumerate(zip(points, sizes, gaps)):
        width, height = size
        corners = (
            corner
            for distance in (factor * gap for factor in reach)
            for corner in (
                (x + distance, y - height / 2),
                (x - distance - width, y - height / 2),
                (x - width / 2, y + distance),
                (x - width / 2, y - distance - height),
            )
        )
        for corner in corners:
            box = np.array([*corner, *(corner + size)])
            inside = left <= box[0] and bottom <= box[1] and box[2] <= right and box[3] <= top
            if inside and not ((box[:2] < boxes[:, 2:]) & (boxes[:, :2] < box[2:])).all(1).any():
                placed[n] = (float(corner[0]), float(corner[1]))
                boxes = np.append(boxes, box[None], axis=0)
                break
        if len(placed) == most:
            break
    return placed
