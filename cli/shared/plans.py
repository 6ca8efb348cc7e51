"""Predictions before a build."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ...errors import ExhaustedError
from ...runtime.memory import memory_budget
from ...runtime.sizes import size
from .output import print_json, print_table
from .progress import TerminalProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...models.text_samples import Prediction

#: Of commands that can predict what they take.
plan_option = click.option(
    "--plan",
    is_flag=True,
    help="Build nothing: predict memory, disk and time from a sample of the text, and tell whether "
    "it fits.",
)


def print_plan(predict: "Callable[..., Prediction]", as_json: bool) -> None:
    """Print what a build is predicted to take.

    Parameters
    ----------
    predict : function
        Takes `progress`.

    Raises
    ------
    ExhaustedError
        If it does not fit into the budget.
    """
    with TerminalProgress() as progress:
        found = predict(progress=progress)
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
