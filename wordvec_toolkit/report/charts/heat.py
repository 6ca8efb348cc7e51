"""Cosines of words with one another, as shades."""

from markupsafe import Markup

from ..data import HeatMap
from .svg import WIDTH, drawing, hint, is_finite, shortened, tag, text_width, visible

_MOST_NAME = 96.0
_NUMBERS = 14  # words up to which the numbers themselves are written


def heat_chart(found: HeatMap) -> Markup:
    """Draw a square for each pair of words: the darker the nearer.

    Negative cosines are of another colour; where there is no room for the numbers themselves, they
    have a dash, so that the sign shows in print, too.
    """
    n = max(1, len(found.words))
    size = min(12.0, 300.0 / n)
    names = [shortened(word, _MOST_NAME, size) for word in found.words]
    margin = max((text_width(name, size) for name in names), default=0.0) + 10
    cell = (WIDTH - margin - 2) / n
    parts: list[Markup] = []
    for row, word in enumerate(found.words):
        middle = margin + (row + 0.5) * cell
        text = {"class_": "tick word", "font_size": f"{size:.1f}"}
        parts.append(
            tag(
                "text",
                names[row],
                hint(word),
                x=margin - 6,
                y=middle + size * 0.35,
                text_anchor="end",
                **text,
            )
        )
        parts.append(
            tag(
                "text",
                names[row],
                hint(word),
                text_anchor="start",
                transform=f"translate({middle + size * 0.35:.1f} {margin - 6:.1f}) rotate(-90)",
                **text,
            )
        )
    for row, (word, cosines) in enumerate(zip(found.words, found.cosines)):
        for column, (other, cosine) in enumerate(zip(found.words, cosines)):
            if is_finite(cosine):
                parts += _cell(margin, cell, row, column, cosine, f"{word} – {other}", n)
    label = f"Cosines of {len(found.words)} words of {found.model} with one another"
    return drawing(WIDTH, visible(label), *parts, kind="heat")


def _cell(
    margin: float, cell: float, row: int, column: int, cosine: float, pair: str, n: int
) -> list[Markup]:
    x, y = margin + column * cell, margin + row * cell
    gap = min(1.0, cell * 0.06)
    strength = min(1.0, abs(cosine))
    parts = [
        tag(
            "rect",
            hint(f"{pair}: {cosine:.3f}"),
            class_="near" if cosine >= 0 else "far",
            x=f"{x:.2f}",
            y=f"{y:.2f}",
            width=f"{cell - gap:.2f}",
            height=f"{cell - gap:.2f}",
            fill_opacity=f"{strength:.3f}",
        )
    ]
    if cosine < 0 and n > _NUMBERS:
        parts.append(
            tag(
                "path",
                class_="minus",
                d=f"M{x + cell * 0.3:.2f} {y + cell / 2:.2f}h{cell * 0.4:.2f}",
            )
        )
    if n <= _NUMBERS:
        said = f"{cosine:.2f}".replace("0.", ".", 1).replace("-", "−")
        parts.append(
            tag(
                "text",
                said,
                class_="inside strong" if strength > 0.8 else "inside",
                x=x + cell / 2,
                y=y + cell / 2 + 4,
                text_anchor="middle",
                font_size=f"{min(12.0, cell * 0.36):.1f}",
            )
        )
    return parts
