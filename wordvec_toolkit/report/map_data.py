"""Maps of words as a page's script reads them."""

import math
import struct
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from .data import WordMap
from .labels import visible
from .page import embedded_json

READING = (
    "Each point is a word, larger if it is more frequent. Near points have similar vectors, as far "
    "as two dimensions can show it: trust near neighbours more than distances between groups. "
    "Function words are labelled last."
)
HANDLING = (
    "Click a word for its nearest words in each model, by cosine in all dimensions. Drag to move; "
    "use the buttons, two fingers, or click and turn the wheel to zoom; Enter in the search field "
    "goes to the next match."
)
_FULL = 65535  # places are whole numbers up to this: finer than any screen, and short


def map_json(maps: Sequence[WordMap]) -> Markup:
    """Return the maps as JSON; word lists that maps have in common are written once.

    Words whose place is not finite are skipped.  ``near`` holds the places of the nearest words in
    the list of words and that of others, ``k`` for each word, as unsigned integers in base64 (of 2
    bytes, or 4 where there are 65,536 words and more); missing ones are the word itself.
    ``cosines`` are in hundredths, signed bytes.
    """
    lists: dict[tuple[tuple[str, ...], tuple[int, ...]], int] = {}
    named: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
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
        if place == len(named):
            function = set(each.function_words)
            places = [n for n, place in enumerate(kept) if place in function]
            named.append({"words": words, "counts": counts, "function": places, "others": {}})
        said = {"model": each.model, "said": map_caption(each), "list": place}
        found.append({**said, "x": x, "y": y, **_near(each, kept, named[place]["others"])})
    wide = any(len(own["words"]) + len(own["others"]) > _FULL for own in named)
    for about in found:
        about["near"] = _base64("I" if wide else "H", about["near"])
        about["cosines"] = _base64("b", about["cosines"])
    for own in named:
        own["others"] = list(own["others"])
    return embedded_json({"lists": named, "maps": found, "wide": wide})


def _near(found: WordMap, kept: Sequence[int], others: dict[str, int]) -> dict[str, Any]:
    """Return the neighbours of words; those that are not on the map are added to `others`."""
    k = max((len(found.near[n]) for n in kept), default=0) if found.near else 0
    if not k:
        return {"k": 0, "near": [], "cosines": []}
    names = [*found.words, *found.others]
    place_of = {own: place for place, own in enumerate(kept)}
    near, cosines = [], []
    for place, own in enumerate(kept):
        row = [
            place_of[n]
            if n in place_of
            else len(kept) + others.setdefault(visible(names[n]), len(others))
            for n in found.near[own]
        ]
        missing = k - len(row)
        near += [*row, *[place] * missing]
        cosines += [*(round(100 * cosine) for cosine in found.cosines[own]), *[0] * missing]
    return {"k": k, "near": near, "cosines": cosines}


def _base64(code: str, values: Sequence[int]) -> str:
    """Return whole numbers as bytes, the least significant first, in base64."""
    return b64encode(struct.pack(f"<{len(values)}{code}", *values)).decode("ascii")


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
