"""Output of ``wvt compare``: the plan, the outcome of each step, the report as tables."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from ...runtime.sizes import size
from .comparisons import print_signatures
from .output import print_rows, print_table, printable

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
        f"{duration(plan.seconds)} in all, estimated from another machine (within a factor of "
        "two)\n",
        err=True,
    )


def say_outcome(outcome: "Outcome") -> None:
    """Print to stderr how a step ended; on a terminal its bar has said so unless it failed."""
    from ...report.sections.numbers import duration

    name, record = outcome.step.name, outcome.record
    if outcome.status != "done":
        click.echo(f"note: {name} {outcome.status}: {outcome.reason}", err=True)
    elif not sys.stderr.isatty():
        took = "done before" if outcome.was_done or record is None else duration(record.seconds)
        click.echo(f"{name}: {took}", err=True)


def print_report(report: "Report") -> None:
    """Print the conclusions, then tables of the models."""
    from ...report.sections.verdicts import (
        absent,
        failed_steps,
        headline,
        meaning,
        test_verdicts,
        text_verdicts,
    )

    gone = [text for text in (absent(report), *failed_steps(report)) if text]
    if gone:
        _say("Not everything was done.", gone)
    if report.warnings:
        _say("Before you quote these numbers:", report.warnings)
    _say(headline(report), meaning(report))
    for each in (*test_verdicts(report), *text_verdicts(report)):
        rank = "Highest" if each.standing == "chance" else "Best"
        _say(
            f"{each.name} ({each.measure}): {each.coverage}. {rank}: {each.best} {each.score}. "
            f"{each.sentence}"
        )
    _print_vectors(report)
    _print_language_models(report)
    if report.minimal_pairs:
        click.echo()
        print_rows((), [((), each) for each in report.minimal_pairs])
    print_signatures(
        [*report.scores, *report.minimal_pairs, *report.perplexities, *report.differences]
    )


def _say(text: str, points: "Sequence[str]" = ()) -> None:
    """Print a paragraph and a list, no line longer than a terminal or 80 columns."""
    width = min(80, shutil.get_terminal_size().columns)
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    for point in points:
        lines += textwrap.wrap(
            point,
            width,
            initial_indent="- ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    click.echo("\n".join(printable(line).replace("−", "-") for line in lines) + "\n")


def _print_vectors(report: "Report") -> None:
    """Print word vectors with their scores and what they took."""
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

    rows = [
        (
            row.name,
            *(cell(row, test) for test in tests),
            _shown(row.cost.seconds, duration),
            _shown(row.cost.peak_bytes, size),
        )
        for row in report.models
        if row.kind in ("vectors", "thesaurus") and row.status == "done"
    ]
    titles = [test if measure == "spearman" else f"{test} {measure}" for test, measure in tests]
    if rows:
        print_table(("model", *titles, "time", "memory"), rows)
        if tests:
            click.echo("* best, ~ no significant difference from it", err=True)


def _print_language_models(report: "Report") -> None:
    """Print language models with their perplexities, that which leads first."""
    from ...report.sections.findings import (
        BITS,
        best_perplexity,
        leading,
        leads_without_oov,
        standing,
        texts_of,
        title_of,
    )
    from ...report.sections.numbers import duration

    rows_of = {row.name: row for row in report.models}
    for text in texts_of(report):
        without = leads_without_oov(report, text)
        best = best_perplexity(report, text)
        rows = []
        for found in report.perplexities:
            if found.text != text:
                continue
            value, low, high = leading(report, found)
            other = found.perplexity if without else found.perplexity_without_oov
            mark = standing(report, text, BITS, found.model, best.model if best else None)
            row = rows_of.get(found.model)
            rows.append(
                (
                    title_of(report, found.model) if row is None else row.name,
                    f"{value:.2f}{_MARKS[mark]}",
                    f"{low:.1f} to {high:.1f}" if low == low else _NOTHING,
                    f"{other:.2f}",
                    _shown(row.cost.seconds if row else None, duration),
                    _shown(row.cost.peak_bytes if row else None, size),
                )
            )
        if rows:
            click.echo()
            names = ["perplexity", "without OOV"]
            first, second = (f"{names[1]}", f"{names[0]}") if without else names
            print_table(("model", first, "95 % interval", second, "time", "memory"), rows)
            click.echo("* best, ~ no significant difference from it", err=True)


def _shown(value: T | None, write: Callable[[T], str]) -> str:
    return _NOTHING if value is None else write(value)
