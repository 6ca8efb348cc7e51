"""Maps of words as a page's script reads them."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from .data import WordMap
from .labels import visible
from .page import embedded_json

READING = (
    "Each point is a word, larger if it is more frequent; near points are words of like vectors, "
    "as far as two dimensions can show it: trust near neighbours more than distances between "
    "groups."
)
HANDLING = (
    "Drag to move; use the buttons, two fingers, or click and turn the wheel to enlarge; point at "
    "a word for its count; Enter in the search field goes to the next find."
)
_FULL = 65535  # places are whole numbers up to this: finer than any screen, and short


def map_json(maps: Sequence[WordMap]) -> Markup:
    """Return the maps as JSON; word lists that maps have in common are written once.

    Words whose place is not finite are left out.
    """
    lists: dict[tuple[tuple[str, ...], tuple[int, ...]], int] = {}
    found: list[dict[str, object]] = []
    for each in maps:
        kept = [
            n
            for n, (x, y) in enumerate(zip(each.x, each.y))
            if math.isfinite(x) and math.isfinite(y)
        ]
        x, y = _places([each.x[n] for n in kept], [each.y[n] for n in kept])
        words = tuple(visible(each.words[n]) for n in kept)
        counts = tuple(each.counts[n] for n in kept)
        place = lists.setdefault((words, counts), len(lists))
        found.append(
            {"model": each.model, "said": map_caption(each), "list": place, "x": x, "y": y}
        )
    named = [{"words": words, "counts": counts} for words, counts in lists]
    return embedded_json({"lists": named, "maps": found})


def map_caption(found: WordMap) -> str:
    """Say of a map how it was made, and how far it can be believed."""
    said = f"{found.model}: {len(found.words):,} words by {found.method}."
    if found.kept is not None and math.isfinite(found.kept):
        said += (
            f" Of a word's 10 nearest among these words, {found.kept:.0%} are among its 10 nearest "
            "on the map, too."
        )
    return said


def _places(x: list[float], y: list[float]) -> tuple[list[int], list[int]]:
    if not x:
        return [], []
    low = (min(x), min(y))
    unit = max(max(x) - low[0], max(y) - low[1]) or 1.0
    room = [(1 - (max(v) - least) / unit) / 2 for v, least in zip((x, y), low)]
    return (
        [round(((v - low[0]) / unit + room[0]) * _FULL) for v in x],
        [round(((v - low[1]) / unit + room[1]) * _FULL) for v in y],
    )
