"""Scores as points with their intervals, one below the other (a forest plot)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .scales import Scale, scale, tick_text
from .svg import N_COLORS, WIDTH, drawing, hint, is_finite, mark, shortened, tag, text_width

_LETTERS = 12.0
_ROW, _CLOSE = 25.0, 15.0
_MOST_NAME = 165.0


@dataclass(frozen=True)
class Interval:
    """A number, its interval where there is one, and the look of its series."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    series: int = 0


def interval_chart(
    groups: Sequence[tuple[str, Sequence[Interval]]],
    label: str,
    x_label: str,
    log: bool = False,
    chance: float | None = None,
    key: Sequence[tuple[str, int]] = (),
    digits: int = 3,
) -> Markup:
    """Draw a row for each group, in it a point with its interval for each of its numbers.

    Parameters
    ----------
    groups : sequence of (str, intervals)
        What stands at the left, and what is drawn beside it.
    chance : float, optional
        Marked by a dotted line: what guessing gives.
    key : sequence of (str, int)
        Names of series, where rows hold several.
    digits : int
        After the point, of the number that stands at the right of a row with one point.
    """
    single = all(len(each) <= 1 for _, each in groups)
    names = [shortened(name, _MOST_NAME, _LETTERS) for name, _ in groups]
    left = max((text_width(name, _LETTERS) for name in names), default=0.0) + 14
    said = [f"{v.value:.{digits}f}" for _, each in groups for v in each if is_finite(v.value)]
    right = 14 + (max((text_width(text, _LETTERS) for text in said), default=0) if single else 0)
    numbers = [v for _, each in groups for one in each for v in (one.value, one.low, one.high)]
    x = scale(numbers, left, WIDTH - right, log, [] if chance is None else [chance], 0.04)
    top = 8.0 + 19.0 * _key_rows(key)
    heights = [max(_ROW, _CLOSE * len(each) + 9) for _, each in groups]
    bottom = top + sum(heights)
    parts: list[Markup] = [*_key(key), *_grid(x, top, bottom, x_label)]
    if chance is not None and x.holds(chance):
        parts.append(
            tag(
                "line",
                hint(f"chance: {tick_text(chance)}"),
                class_="guide chance",
                x1=x(chance),
                x2=x(chance),
                y1=top,
                y2=bottom,
            )
        )
    y = top
    for name, (whole, each), height in zip(names, groups, heights):
        middle = y + height / 2
        parts.append(
            tag(
                "text",
                name,
                hint(whole),
                class_="tick",
                x=left - 12,
                y=middle + 4,
                text_anchor="end",
            )
        )
        for place, one in enumerate(each):
            at = middle + (place - (len(each) - 1) / 2) * _CLOSE
            parts += _point(one, x, at, digits)
            if single and is_finite(one.value):
                parts.append(
                    tag(
                        "text",
                        f"{one.value:.{digits}f}",
                        class_="value",
                        x=WIDTH - 2,
                        y=at + 4,
                        text_anchor="end",
                    )
                )
        if not single:
            parts.append(tag("line", class_="grid", x1=0, x2=WIDTH, y1=y, y2=y))
        y += height
    return drawing(bottom + 42, label, *parts, kind="intervals")


def _grid(x: Scale, top: float, bottom: float, x_label: str) -> Iterable[Markup]:
    before = -math.inf
    for tick in x.ticks():
        place, said = x(tick), tick_text(tick)
        yield tag("line", class_="grid", x1=place, x2=place, y1=top, y2=bottom)
        half = text_width(said, _LETTERS) / 2
        if place - half > before + 6:
            yield tag("text", said, class_="tick", x=place, y=bottom + 17, text_anchor="middle")
            before = place + half
    yield tag("line", class_="axis", x1=x.start, x2=x.end, y1=bottom, y2=bottom)
    yield tag(
        "text", x_label, class_="name", x=(x.start + x.end) / 2, y=bottom + 35, text_anchor="middle"
    )


def _point(one: Interval, x: Scale, y: float, digits: int) -> Iterable[Markup]:
    if not x.holds(one.value) or one.value is None:
        return
    color = f"s{one.series % N_COLORS}"
    said = f"{one.name}: {one.value:.{digits}f}"
    if one.low is not None and one.high is not None and x.holds(one.low) and x.holds(one.high):
        said += f" [{one.low:.{digits}f}, {one.high:.{digits}f}]"
        yield tag("line", class_=f"whisker {color}", x1=x(one.low), x2=x(one.high), y1=y, y2=y)
        for end in (one.low, one.high):
            yield tag(
                "line", class_=f"whisker {color}", x1=x(end), x2=x(end), y1=y - 3.5, y2=y + 3.5
            )
    yield tag("path", hint(said), class_=f"mark {color}", d=mark(one.series, x(one.value), y, 4.2))


def _key_places(key: Sequence[tuple[str, int]]) -> list[tuple[str, str, int, float, int]]:
    places, across, row = [], 10.0, 0
    for name, series in key:
        said = shortened(name, WIDTH - 60, _LETTERS)
        needed = 14 + text_width(said, _LETTERS) + 18
        if across > 10 and across + needed > WIDTH:
            across, row = 10.0, row + 1
        places.append((name, said, series, across, row))
        across += needed
    return places


def _key_rows(key: Sequence[tuple[str, int]]) -> int:
    return max((row + 1 for *_, row in _key_places(key)), default=0)


def _key(key: Sequence[tuple[str, int]]) -> Iterable[Markup]:
    for name, said, series, across, row in _key_places(key):
        y = 10 + 19.0 * row
        yield tag("path", class_=f"mark s{series % N_COLORS}", d=mark(series, across, y, 4.2))
        yield tag("text", said, hint(name), class_="tick", x=across + 11, y=y + 4)
