"""What ``wvt compare`` prints: the plan, how each step ended, and the report as tables."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from .output import print_rows, print_table, size

if TYPE_CHECKING:
    from ...report.data import ModelRow, Report
    from ...study.planning import Plan
    from ...study.running import Outcome

T = TypeVar("T")
_NOTHING = "-"
_MARKS = {"best": " *", "tied": " ~", "": ""}


def print_plan(plan: "Plan", err: bool) -> None:
    """Show what will be done, and about how long and in how much memory."""
    from ...report.sections.numbers import duration

    rows = [
        (
            planned.step.name,
            duration(planned.estimate.seconds),
            size(planned.estimate.memory),
            planned.status,
            planned.reason,
        )
        for planned in (*plan.builds, *plan.measurements)
    ]
    print_table(("step", "about", "memory", "plan", "why"), rows, err)
    click.echo(
        f"{duration(plan.seconds)} in all, by the rates of another machine: take a factor of two "
        "either way\n",
        err=True,
    )


def say_outcome(outcome: "Outcome") -> None:
    """Say on stderr how a step ended; on a terminal its bar has said so unless it failed."""
    from ...report.sections.numbers import duration

    name, record = outcome.step.name, outcome.record
    if outcome.status != "done":
        click.echo(f"note: {name} {outcome.status}: {outcome.reason}", err=True)
    elif not sys.stderr.isatty():
        took = "done before" if outcome.was_done or record is None else duration(record.seconds)
        click.echo(f"{name}: {took}", err=True)


def print_report(report: "Report") -> None:
    """Print the report: tables on stdout, what they mean on stderr."""
    from ...report.sections.summary import absent, summary

    _print_models(report)
    _print_scores(report)
    _print_perplexities(report)
    click.echo("\n" + "\n".join(summary(report)), err=True)
    for note in (absent(report), *report.notes):
        if note:
            click.echo(f"note: {note}", err=True)


def _print_models(report: "Report") -> None:
    """Print each model with its main scores and what it took."""
    from ...report.sections.findings import best_score, scores_on, standing, tests_of
    from ...report.sections.numbers import duration

    tests = tests_of(report)
    best = {test: best_score(report, *test) for test in tests}

    def cell(row: "ModelRow", test: tuple[str, str]) -> str:
        found = best[test]
        for score in scores_on(report, *test):
            if score.model == row.name:
                mark = standing(report, *test, row.name, found.model if found else None)
                return f"{score.value:.3f}{_MARKS[mark]}"
        return _NOTHING

    perplexities = {found.model: f"{found.perplexity:.2f}" for found in report.perplexities}
    rows = [
        (
            row.name,
            row.family,
            *(cell(row, test) for test in tests),
            perplexities.get(row.name, _NOTHING),
            _shown(row.cost.seconds, duration),
            _shown(row.cost.peak_bytes, size),
            _shown(row.cost.size_bytes, size),
            row.status,
        )
        for row in report.models
    ]
    titles = [test if measure == "spearman" else f"{test} {measure}" for test, measure in tests]
    print_table(
        ("model", "family", *titles, "perplexity", "time", "memory", "size", "status"), rows
    )
    if tests:
        click.echo("* best, ~ no significant difference from it in a paired test", err=True)


def _shown(value: T | None, write: Callable[[T], str]) -> str:
    return _NOTHING if value is None else write(value)


def _print_scores(report: "Report") -> None:
    """Print scores with intervals, and how they compare with the best of both families."""
    from ...evaluation.comparison_results import Comparison
    from ...evaluation.results import AnalogyResult, SimilarityResult

    (p_holm,) = (column for column in Comparison.COLUMNS if column.name == "p_holm")
    against = {
        (each.test, each.measure, one, other): each
        for each in report.differences
        for one, other in ((each.model, each.against), (each.against, each.model))
    }
    for kind in (SimilarityResult, AnalogyResult):
        rows = []
        for score in report.scores:
            if not isinstance(score, kind):
                continue
            test = (score.test, score.measure)
            beside = []
            for family in ("count-based", "neural"):
                other = report.best.get(family, {}).get("|".join(test), "")
                found = against.get((*test, score.model, other))
                beside.append(f"{other}, p {p_holm.cell(found)}" if found else _NOTHING)
            rows.append((*(column.cell(score) for column in kind.COLUMNS), *beside))
        if rows:
            click.echo()
            titles = [column.title for column in kind.COLUMNS]
            print_table((*titles, "beside count-based", "beside neural"), rows)


def _print_perplexities(report: "Report") -> None:
    if report.perplexities:
        click.echo()
        print_rows((), [((), each) for each in report.perplexities])
