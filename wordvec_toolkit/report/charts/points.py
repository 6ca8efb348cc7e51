"""The most frequent words of a map as a still picture, for paper and where no script runs."""

import math

from markupsafe import Markup

from ..data import WordMap
from .svg import WIDTH, drawing, hint, shortened, tag, text_width

_N_WORDS = 200
_LETTERS = 8.5
_AIR = 22.0


def still_map(found: WordMap, n_words: int = _N_WORDS) -> Markup:
    """Draw the first words of a map; a word whose name would cover another is left a dot."""
    words = [
        (word, x, y, count)
        for word, x, y, count in zip(found.words, found.x, found.y, found.counts)
        if math.isfinite(x) and math.isfinite(y)
    ][:n_words]
    places = _places([(x, y) for _, x, y, _ in words])
    dots = [
        tag("circle", hint(f"{word}: {count:,}"), class_="dot", cx=x, cy=y, r=1.3)
        for (word, *_, count), (x, y) in zip(words, places)
    ]
    taken: list[tuple[float, float, float, float]] = []
    names = []
    for (word, *_), (x, y) in zip(words, places):
        said = shortened(word, 70, _LETTERS)
        half = text_width(said, _LETTERS) / 2 + 1
        box = (x - half, y - _LETTERS - 1, x + half, y - 1)
        inside = box[0] > 0 and box[2] < WIDTH and box[1] > 0
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            names.append(
                tag(
                    "text",
                    said,
                    class_="tick word",
                    x=x,
                    y=y - 3,
                    text_anchor="middle",
                    font_size=_LETTERS,
                )
            )
    label = f"Map of the {len(words)} most frequent words of {found.model}"
    return drawing(WIDTH, label, *dots, *names, kind="still")


def _places(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return where points stand in the square; both axes have the same unit, y grows upwards."""
    if not points:
        return []
    xs, ys = zip(*points)
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    unit = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    room = (WIDTH - 2 * _AIR) / unit
    return [
        (WIDTH / 2 + (x - middle[0]) * room, WIDTH / 2 - (y - middle[1]) * room) for x, y in points
    ]


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
