"""Charts of a training and of a corpus."""

import math

from markupsafe import Markup

from ..data import CorpusProfile, LearningCurves
from .lines import Line, line_chart


def learning_chart(found: LearningCurves) -> Markup:
    """Draw how training of a model went, and mark what was kept of it."""
    lines = [Line(curve.name, curve.x, curve.y, n) for n, curve in enumerate(found.curves)]
    uprights = [] if found.best is None else [(found.best, "kept")]
    values = [v for line in lines for v in line.y if v is not None and math.isfinite(v) and v > 0]
    wide = bool(values) and max(values) / min(values) > 20
    return line_chart(
        lines,
        f"Learning curves of {found.model}: {found.y_label} by {found.x_label}",
        found.x_label,
        found.y_label,
        log_y=wide,
        uprights=uprights,
    )


def zipf_chart(found: CorpusProfile) -> Markup:
    """Draw the counts of words by their ranks, and a straight line of the estimated slope."""
    ranks, counts = tuple(map(float, found.ranks)), tuple(map(float, found.counts))
    lines = [Line("words", ranks, counts, 0, dots=True)]
    points = [(r, c) for r, c in zip(ranks, counts) if r > 0 and c > 0]
    if found.zipf_exponent is not None and math.isfinite(found.zipf_exponent) and points:
        a = found.zipf_exponent
        height = sum(math.log(c) + a * math.log(r) for r, c in points) / len(points)
        if found.zipf_scale is not None and 0 < found.zipf_scale < math.inf:
            height = math.log(found.zipf_scale)
        ends = (points[0][0], points[-1][0])
        fitted = tuple(math.exp(height - a * math.log(r)) for r in ends)
        lines.append(Line(f"slope −{a:.2f}", ends, fitted, 1, thin="6 3"))
    return line_chart(
        lines,
        f"Zipf plot of {found.name}: counts of words by rank",
        "rank of the word",
        "count",
        log_x=True,
        log_y=True,
    )


def growth_chart(found: CorpusProfile) -> Markup:
    """Draw how many types, or words of the vocabulary, have been seen after so many tokens."""
    what = "types" if found.all_types else "words of the vocabulary"
    line = Line(what, tuple(map(float, found.tokens)), tuple(map(float, found.types)), 0)
    return line_chart(
        [line],
        f"Growth of the vocabulary of {found.name}",
        "tokens read",
        f"{what} seen",
        from_zero=True,
    )
