"""What ``wvt compare`` prints: the plan, how each step ended, and the report as tables."""

import sys
from typing import TYPE_CHECKING

import click

from .output import interval, p_value, print_table, size

if TYPE_CHECKING:
    from ..report.data import ModelRow, Report
    from ..study.planning import Plan
    from ..study.running import Outcome

_LEVEL = 0.05  # of p-values, corrected


def duration(seconds: float | None) -> str:
    """Return a time for people."""
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def print_plan(plan: "Plan", err: bool) -> None:
    """Show what will be done, and about how long and in how much memory."""
    rows = [
        (planned.step.name, duration(planned.estimate.seconds), size(planned.estimate.memory),
         planned.status, planned.reason)
        for planned in (*plan.builds, *plan.measurements)
    ]  # fmt: skip
    print_table(("step", "about", "memory", "plan", "why"), rows, err)
    click.echo(
        f"{duration(plan.seconds)} in all, by the rates of another machine: take a factor of two "
        "either way\n",
        err=True,
    )


def say_outcome(outcome: "Outcome") -> None:
    """Say on stderr how a step ended; on a terminal its bar has said so unless it failed."""
    name, record = outcome.step.name, outcome.record
    if outcome.status != "done":
        click.echo(f"note: {name} {outcome.status}: {outcome.reason}", err=True)
    elif not sys.stderr.isatty():
        took = "stood there" if outcome.was_done or record is None else duration(record.seconds)
        click.echo(f"{name}: {took}", err=True)


def print_report(report: "Report") -> None:
    """Print the report as tables."""
    _print_vectors(report)
    _print_language_models(report)
    _print_not_told_apart(report)
    for note in report.notes:
        click.echo(f"note: {note}", err=True)


def _costs(row: "ModelRow") -> tuple[str, str, str]:
    cost = row.cost
    return (
        duration(cost.seconds),
        size(cost.peak_bytes) if cost.peak_bytes else "-",
        size(cost.size_bytes) if cost.size_bytes else "-",
    )


def _print_vectors(report: "Report") -> None:
    rows = [row for row in report.models if row.kind == "vectors"]
    if not rows:
        return
    tests = list(dict.fromkeys((score.test, score.measure) for score in report.scores))
    scores = {(score.model, score.test, score.measure): score for score in report.scores}
    table = []
    for row in rows:
        cells = []
        for test in tests:
            score = scores.get((row.name, *test))
            best = report.best.get(row.family, {}).get("|".join(test)) == row.name
            cells.append(
                "-" if score is None else f"{score.value:.3f} ({interval((score.low, score.high))})"
                + (" *" if best else "")
            )  # fmt: skip
        table.append((row.name, row.family, *cells, *_costs(row), row.status))
    titles = [test if measure == "spearman" else f"{test} {measure}" for test, measure in tests]
    print_table(("vectors", "", *titles, "time", "memory", "size", ""), table)
    click.echo()


def _print_language_models(report: "Report") -> None:
    rows = [row for row in report.models if row.kind == "language model"]
    if not rows:
        return
    found = {each.model: each for each in report.perplexities}
    table = []
    for row in rows:
        each = found.get(row.name)
        scores = ("-", "-", "-") if each is None else (
            f"{each.perplexity:.2f}", f"{each.low:.2f} to {each.high:.2f}",
            f"{each.perplexity_without_oov:.2f}",
        )  # fmt: skip
        table.append((row.name, row.family, *scores, *_costs(row), row.status))
    print_table(
        ("language model", "", "perplexity", "95 % interval", "without OOV", "time", "memory",
         "size", ""), table,
    )  # fmt: skip
    click.echo()


def _print_not_told_apart(report: "Report") -> None:
    """Print how the best counted and the best learnt model compare on each test."""
    rows = []
    for test, counted in report.best.get("counted", {}).items():
        learnt = report.best.get("learnt", {}).get(test)
        for each in report.differences:
            if f"{each.test}|{each.measure}" == test and {each.model, each.against} == {
                counted, learnt
            }:  # fmt: skip
                apart = "yes" if each.p_holm < _LEVEL else "no"
                rows.append(
                    (each.test, each.measure, each.model, each.against, f"{each.difference:+.3f}",
                     interval((each.low, each.high)), p_value(each.p_holm), apart)
                )  # fmt: skip
    if rows:
        print_table(
            ("best counted and best learnt", "by", "model", "less", "difference", "95 % interval",
             "p, Holm", "told apart"), rows,
        )  # fmt: skip
