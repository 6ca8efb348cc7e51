"""What ``eval-similarity`` and ``eval-analogy`` print after the scores."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from .output import interval, p_value, print_table, short_names

if TYPE_CHECKING:
    from ...evaluation.comparison import Comparison
    from ...evaluation.frequency import FrequencyBand
    from ...evaluation.overlap import Overlap


def print_comparisons(comparisons: "Sequence[Comparison]", column: str) -> None:
    """Print differences of models as a second table, signatures on stderr.

    `column` says what tells the rows of two models apart: "dataset" or "measure".
    """
    if not comparisons:
        return
    models = [name for found in comparisons for name in (found.first, found.second)]
    names = short_names(list(dict.fromkeys(models)))
    rows = [
        (
            getattr(found, column),
            names[found.first],
            names[found.second],
            _difference(found.difference),
            interval(found.interval),
            p_value(found.p_value),
            p_value(found.p_holm),
            str(found.n),
        )
        for found in comparisons
    ]
    first = "set" if column == "dataset" else "method"
    click.echo()
    print_table(
        (first, "model", "less", "difference", "95 % interval", "p", "p, Holm", "shared"), rows
    )
    for signature in dict.fromkeys(found.signature for found in comparisons):
        click.echo(signature, err=True)


def _difference(value: float) -> str:
    """Return a difference as text that never passes for 0 where it is not."""
    return f"{value:+.3f}" if value == 0 or abs(value) >= 0.0005 else f"{value:+.0e}"


def print_bands(bands: "Sequence[tuple[str, str, FrequencyBand]]", titles: tuple[str, str]) -> None:
    """Print scores by frequency as a table of their own: model, set or method, band."""
    if not bands:
        return
    rows = [
        (
            model,
            of,
            str(band),
            f"{band.score:.3f}" if band.n else "-",
            interval(band.interval) if band.n else "-",
            str(band.n),
        )
        for model, of, band in bands
    ]
    click.echo()
    print_table(("model", titles[0], "rarest word", titles[1], "95 % interval", "n"), rows)
    for signature in dict.fromkeys(band.signature for *_, band in bands):
        click.echo(signature, err=True)


def say_overlaps(overlaps: "Sequence[Overlap]") -> None:
    """Say on stderr which test sets share items."""
    for overlap in overlaps:
        click.echo(f"note: {overlap}; they are not two pieces of evidence", err=True)


def as_json(
    scores: list[dict[str, Any]],
    comparisons: "Sequence[Comparison]",
    overlaps: "Sequence[Overlap]" = (),
) -> dict[str, Any]:
    """Return all of it for ``--json``."""
    return {
        "scores": scores,
        "comparisons": [asdict(found) for found in comparisons],
        "overlaps": [asdict(found) for found in overlaps],
    }
