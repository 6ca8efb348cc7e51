"""Predictions before a build."""

from collections.abc import Mapping
from dataclasses import asdict

import click

from ...counts.settings import CountingSettings
from ...embeddings.settings import FactorisingSettings
from ...errors import ExhaustedError
from ...runtime.memory import memory_budget
from ...text.settings import TextSettings
from . import options
from .output import print_json, print_table, size
from .progress import TerminalProgress


def print_plan(
    corpus: list[str],
    output: str | None,
    settings: Mapping[str, object],
    svd: bool,
    threads: int | None,
    as_json: bool,
) -> None:
    """Print what building PPMI and SVD vectors of a text is predicted to take.

    Raises
    ------
    ExhaustedError
        If it does not fit into the budget.
    """
    from ...models.prediction import predict_ppmi

    asked = options.only_given(**settings)
    with TerminalProgress() as progress:
        found = predict_ppmi(
            corpus,
            TextSettings.among(asked),
            CountingSettings.among(asked),
            FactorisingSettings.among(asked) if svd else None,
            output,
            threads=threads,
            progress=progress,
        )
    if as_json:
        steps = [step._asdict() for step in found.steps]
        print_json({**asdict(found), "steps": steps, "memory_budget": memory_budget()})
        return
    rows = [
        (
            *(step.step, step.holds, size(step.memory), size(step.disk)),
            size(step.temporary) if step.temporary else "",
            _time(step.seconds),
        )
        for step in found.steps
    ]
    total = ("all", "", size(found.memory), size(found.disk), "", _time(found.seconds))
    print_table(("step", "holds", "memory", "disk", "temporary", "time"), [*rows, total])
    if found.problem:
        raise ExhaustedError(found.problem)
    click.echo(
        f"predicted from {found.share:.0%} of the text; at most {size(found.most_disk)} of disk at "
        f"a time; the memory budget is {size(memory_budget())} (--memory)",
        err=True,
    )


def _time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.1f} h"
