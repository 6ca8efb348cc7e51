"""Figures of curves: how training went, and what kind of text a corpus is."""

from collections.abc import Sequence

import numpy as np

from .charts import Line, line_panel
from .data import CorpusProfile, LearningCurves
from .figures import Figure, Panel
from .labels import visible

_WIDE = 20  # largest over smallest value from which on the axis is logarithmic


def learning_figure(curves: Sequence[LearningCurves]) -> Figure:
    """Return the learning curves of models, those of one measure in one panel.

    Losses of different kinds of model are different things: GloVe has a panel of its own, and so
    have models whose values are larger by far.
    """
    kept = any(found.best is not None for found in curves)
    return Figure(
        tuple(map(_learning_panel, _comparable(curves))),
        "The ring marks the epoch that was kept." if kept else "",
        f"Learning curves: {joined_names([found.model for found in curves])}",
        tuple(found.model for found in curves),
    )


def _comparable(curves: Sequence[LearningCurves]) -> list[list[LearningCurves]]:
    """Return what can be compared, together: one measure, and values of one size."""
    panels: list[list[LearningCurves]] = []
    for found in curves:
        for panel in panels:
            ratio = _largest(found) / _largest(panel[0])
            if panel[0].y_label == found.y_label and 0.3 < ratio < 3.3:
                panel.append(found)
                break
        else:
            panels.append([found])
    return panels


def _largest(found: LearningCurves) -> float:
    return max((y for curve in found.curves for y in curve.y if y is not None), default=1.0) or 1.0


def _learning_panel(models: Sequence[LearningCurves]) -> Panel:
    lines = [
        Line(
            curve.name if len(models) == 1 else f"{found.model}, {curve.name}",
            curve.x,
            curve.y,
            n if len(models) == 1 else series,
            0,
            thin=len(models) > 1 and n < len(found.curves) - 1,
            ring=found.best if n == len(found.curves) - 1 else None,
        )
        for series, found in enumerate(models)
        for n, curve in enumerate(found.curves)
    ]
    first, names = models[0], joined_names([found.model for found in models])
    values = [v for line in lines for v in line.y if v is not None and np.isfinite(v) and v > 0]
    return line_panel(
        f"{names}: {_course(models)}",
        f"Learning curves of {names}: {visible(first.y_label)} by {visible(first.x_label)}",
        lines,
        visible(first.x_label),
        visible(first.y_label),
        log_y=bool(values) and max(values) / min(values) > _WIDE,
    )


def _course(models: Sequence[LearningCurves]) -> str:
    """Describe the training: of one model which epoch was kept, or its first and last value."""
    name = visible(models[0].y_label)
    last = models[0].curves[-1] if models[0].curves else None
    values = [y for y in last.y if y is not None and np.isfinite(y)] if last else []
    if len(models) > 1 or last is None or not values:
        return name
    n, unit = len(last.y), visible(models[0].x_label)
    if models[0].best is not None:
        return f"{name} lowest at {unit} {models[0].best:g} of {n}"
    return f"{name} {values[0]:.3g} to {values[-1]:.3g} in {n} {unit}s".replace("-", "−")


def joined_names(names: Sequence[str]) -> str:
    """Return the names of models for a title."""
    names = [visible(name) for name in dict.fromkeys(names)]
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def profile_figure(found: CorpusProfile) -> Figure:
    """Return counts by rank and types by tokens, each with the law that was fitted to it."""
    panels = [_zipf_panel(found)] if found.ranks else []
    panels += [_growth_panel(found)] if found.tokens else []
    name = visible(found.name)
    return Figure(tuple(panels), _profile_caption(found), f"Corpus profile: {name}", (name,))


def _profile_caption(found: CorpusProfile) -> str:
    said = f"{found.n_tokens:,} tokens"
    if found.n_types is not None:
        said += f" of {found.n_types:,} types"
    if not found.all_types:
        said += (
            f"; shown are the {found.n_words:,} words of the vocabulary, without "
            f"{found.oov_rate:.1%} of the tokens"
        )
    return said + "."


def _zipf_panel(found: CorpusProfile) -> Panel:
    lines = [Line("words", found.ranks, found.counts, dots=True)]
    if found.zipf_exponent is not None and found.zipf_scale is not None:
        law = found.zipf_scale * np.array(found.ranks, np.float64) ** -found.zipf_exponent
        fitted = np.where(law >= 0.7, law, np.nan).tolist()
        name = f"slope −{found.zipf_exponent:.2f} (Zipf's law)"
        lines.append(Line(name, found.ranks, fitted, 1, 1, thin=True))
    return line_panel(
        "Zipf plot"
        if found.zipf_exponent is None
        else f"Zipf plot: frequency falls as rank^−{found.zipf_exponent:.2f}",
        f"Zipf plot of {visible(found.name)}: counts of words by rank",
        lines,
        "rank",
        "frequency",
        log_x=True,
        log_y=True,
    )


def _growth_panel(found: CorpusProfile) -> Panel:
    what = "types" if found.all_types else "words of the vocabulary"
    lines = [Line(what, found.tokens, found.types)]
    if found.heaps_exponent is not None and found.heaps_scale is not None:
        law = found.heaps_scale * np.array(found.tokens, np.float64) ** found.heaps_exponent
        name = f"exponent {found.heaps_exponent:.2f} (Heaps' law)"
        lines.append(Line(name, found.tokens, law.tolist(), 1, 1, thin=True))
    return line_panel(
        f"Growth of the vocabulary: {found.types[-1]:,} {what} in {found.tokens[-1]:,} tokens",
        f"Growth of the vocabulary of {visible(found.name)}",
        lines,
        "tokens read",
        f"{what} seen",
        from_zero=True,
    )
