"""Output of the ``eval-*`` commands: scores, breakdowns, comparisons, as tables or JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...evaluation.settings import ResamplingSettings
from ...runtime.signatures import Signature
from . import options
from .output import print_json, print_rows, printable, short_names

if TYPE_CHECKING:
    from ...evaluation.category_sets import CategorySet, OddOneOutSet
    from ...evaluation.comparison_results import Comparison, Overlap
    from ...evaluation.datasets import AnalogySet, SimilaritySet
    from ...evaluation.minimal_pair_sets import MinimalPairSet
    from ...evaluation.results import Score
    from ...runtime.results import Result

T = TypeVar("T", "SimilaritySet", "CategorySet", "OddOneOutSet", "MinimalPairSet")


#: Options of commands that score models and test their differences.
scoring_options = options.combined(
    options.compare_option,
    options.settings_options(ResamplingSettings),
    options.threads_option,
    options.signature_option,
    options.json_option,
)


def compared(scores: "Sequence[Score]", wanted: bool, **how: Any) -> "Sequence[Comparison]":
    """Compare the models of scores, if that is wanted and there are two."""
    from ...evaluation.comparison import paired_test

    if not wanted or len({score.model for score in scores}) < 2:
        return ()
    return paired_test(scores, **how)


def told_apart(tests: "Sequence[T]", names: Sequence[str]) -> "list[T]":
    """Return test sets under names that tell them apart: files of one name by their folders."""
    found = [test.name for test in tests]
    if len({test.sha256 for test in tests}) == len(set(found)):
        return list(tests)
    shown = short_names(list(dict.fromkeys(names)))
    return [
        replace(test, name=shown[name]) if found.count(test.name) > 1 else test
        for test, name in zip(tests, names)
    ]


def say_readings(
    tests: "Iterable[SimilaritySet | AnalogySet | CategorySet | OddOneOutSet | MinimalPairSet]",
    given: Iterable[str],
) -> None:
    """Print to stderr which columns of files were taken; known sets need no note."""
    for test, name in zip(tests, given):
        if test.reading and Path(name).is_file():
            click.echo(f"{test.name}: {test.reading}", err=True)


def print_scores(scores: "Sequence[Score]") -> None:
    """Print a line for each score, signatures on stderr if asked for."""
    print_rows((), [((), score) for score in scores])
    say_lexicons(scores)
    print_signatures(scores)


def say_lexicons(scores: "Sequence[Score]") -> None:
    """Print to stderr which models use a lexicon."""
    made = {score.model: Signature(vars(score).get("signature", "")) for score in scores}
    if models := [model for model, signature in made.items() if signature.get("uses") == "lexicon"]:
        click.echo(f"note: uses a lexicon: {printable(', '.join(models))}", err=True)


def print_parts(titles: Sequence[str], parts: "Sequence[tuple[Sequence[str], Result]]") -> None:
    """Print parts of scores as a table of their own, each after what it is a part of."""
    if parts:
        click.echo()
        print_rows(titles, parts)
        print_signatures([part for _, part in parts])


def print_signatures(results: "Sequence[Result]") -> None:
    """Print each signature once, on stderr, if ``--signature`` asks for them."""
    if not click.get_current_context().meta.get(options.SIGNATURES):
        return
    for signature in dict.fromkeys(vars(each).get("signature", "") for each in results):
        if signature:
            click.echo(signature, err=True)


def print_comparisons(comparisons: "Sequence[Comparison]") -> None:
    """Print differences of models as a second table."""
    models = [name for each in comparisons for name in (each.first, each.second)]
    names = short_names(list(dict.fromkeys(models)))
    shown = [
        each.replaced(first=names[each.first], second=names[each.second]) for each in comparisons
    ]
    print_parts((), [((), each) for each in shown])


def say_overlaps(overlaps: "Sequence[Overlap]") -> None:
    """Print to stderr which test sets share items."""
    for overlap in overlaps:
        click.echo(f"note: {overlap}; their results are not independent", err=True)


def print_all(
    scores: "Sequence[Score]",
    comparisons: "Sequence[Comparison] | None" = None,
    overlaps: "Sequence[Overlap] | None" = None,
    items: bool = True,
) -> None:
    """Print all of it as JSON; `items`: with the values of single pairs, groups or words."""
    data: dict[str, object] = {"scores": [score.as_dict(items) for score in scores]}
    for name, others in (("comparisons", comparisons), ("overlaps", overlaps)):
        if others is not None:
            data[name] = [each.as_dict() for each in others]
    print_json(data)
