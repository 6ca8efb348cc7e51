"""Elements of SVG, escaped, the same bytes for the same numbers."""

import math
import unicodedata
from typing import Any

from markupsafe import Markup, escape

#: Width of a chart in its own units; on a page about as many pixels, on a phone fewer.
WIDTH = 440
#: Series differ in colour, dashes and marks, so that print and the colour-blind tell them apart.
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 2")
N_COLORS = len(DASHES)
_EM = 0.62  # mean width of a letter, at a size of 1
_MARKS = {
    "circle": "M{x} {y}m-{r} 0a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z",
    "square": "M{x} {y}m-{s} -{s}h{t}v{t}h-{t}z",
    "triangle": "M{x} {y}m0 -{d}l{d} {v}h-{w}z",
    "diamond": "M{x} {y}m0 -{d}l{d} {d}l-{d} {d}l-{d} -{d}z",
    "down": "M{x} {y}m0 {d}l{d} -{v}h-{w}z",
    "plus": "M{x} {y}m-{h} -{d}h{r}v{q}h{q}v{r}h-{q}v{q}h-{r}v-{q}h-{q}v-{r}h{q}z",
    "cross": "M{x} {y}m-{d} -{h}l{h} -{h}l{q} {q}l{q} -{q}l{h} {h}l-{q} {q}l{q} {q}l-{h} {h}"
    "l-{q} -{q}l-{q} {q}l-{h} -{h}l{q} -{q}z",
}
MARKS = tuple(_MARKS)


def tag(name: str, *children: Any, **attributes: Any) -> Markup:
    """Return an element; ``class_`` is class and ``text_anchor`` text-anchor.

    Attributes that are None are left out.  Children that are not `Markup` are escaped.
    """
    parts = [
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    ]
    inside = "".join(escape(child) for child in children)
    head = f"<{name}{''.join(parts)}"
    return Markup(f"{head}>{inside}</{name}>" if children else f"{head}/>")


def _value(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(escape(value))


def number(value: float) -> str:
    """Return a coordinate with one digit after the point at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def mark(shape: int | str, x: float, y: float, radius: float = 3.6) -> str:
    """Return the path of a mark; an integer picks one of `MARKS`."""
    name = shape if isinstance(shape, str) else MARKS[shape % len(MARKS)]
    sizes = {
        "x": x,
        "y": y,
        "r": radius,
        "d": 2 * radius if name == "circle" else radius * 1.2,
        "s": radius * 0.88,
        "t": radius * 1.76,
        "v": radius * 2.1,
        "w": radius * 2.4,
        "h": radius * 0.45,
        "q": radius * 0.8,
    }
    if name == "plus":
        sizes |= {"d": radius * 1.25, "r": radius * 0.9, "q": radius * 0.8}
    return _MARKS[name].format(**{key: number(value) for key, value in sizes.items()})


def drawing(
    height: float, label: str, *children: Any, width: float = WIDTH, kind: str = ""
) -> Markup:
    """Return a chart; `label` is what it is to those who do not see it."""
    return tag(
        "svg",
        *children,
        class_=f"chart {kind}".strip(),
        role="img",
        aria_label=visible(label),
        viewBox=f"0 0 {number(width)} {number(height)}",
        xmlns="http://www.w3.org/2000/svg",
    )


def hint(text: str) -> Markup:
    """Return what shows when the pointer rests on the element that this is a child of."""
    return tag("title", visible(text))


def visible(text: object) -> str:
    """Return a text with signs for its control characters, which pages must not hold."""
    return "".join(
        chr(0x2400 + ord(each)) if ord(each) < 32 else "\ufffd" if _unseen(each) else each
        for each in str(text)
    )


def _unseen(character: str) -> bool:
    code = ord(character)
    return 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in letters of a size."""
    return size * sum(1.0 if unicodedata.east_asian_width(c) in "WF" else _EM for c in text)


def shortened(text: str, width: float, size: float) -> str:
    """Return as much of a text as fits."""
    text = visible(text)
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def finite(values: Any) -> list[float]:
    """Return the numbers among values, also of JSON, that can be drawn."""
    return [float(v) for v in values if is_finite(v)]


def is_finite(value: Any) -> bool:
    """Return whether a value is a number that can be drawn."""
    return isinstance(value, (int, float)) and math.isfinite(value)
