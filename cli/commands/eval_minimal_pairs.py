"""``wvt eval-minimal-pairs``."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from ..shared import options
from ..shared.comparisons import (
    compared,
    print_all,
    print_comparisons,
    print_scores,
    say_readings,
    told_apart,
)
from ..shared.models import open_scorable
from ..shared.output import print_table, short_names

if TYPE_CHECKING:
    from ...evaluation.minimal_pair_results import MinimalPairsResult, PairGroup


@click.command("eval-minimal-pairs")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="blimp (after wvt fetch blimp), or a file or folder of pairs: JSON lines with "
    "sentence_good and sentence_bad, or a table with both; may be repeated.  [default: blimp]",
)
@options.model_tokenizer_option
@click.option("--by-paradigm", is_flag=True, help="Show the accuracy on each paradigm.")
@options.compare_option
@options.signature_option
@options.json_option
@options.table_options
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    tokenizer: str | None,
    by_paradigm: bool,
    compare: bool,
    columns: str | None,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Measure how often language models prefer the grammatical sentence of a pair.

    MODELS are workspaces (their mixture is used, else their n-gram model, else their recurrent
    one), bundles of language models, or ARPA files.  The probability of the whole sentence
    decides; a tie counts half, so that 0.5 is chance.  Words out of vocabulary are scored as
    <unk>; the accuracy without their pairs is shown next to it.  Two or more models are compared
    on the pairs whose words all know.  For BLiMP, published figures are shown as well.

    \b
    Examples:
      wvt fetch blimp && wvt eval-minimal-pairs corpus.wvt
      wvt eval-minimal-pairs corpus.wvt/ngram corpus.wvt/lstm --dataset pairs.tsv --by-paradigm
    """
    from ...evaluation.minimal_pair_results import published_shares
    from ...evaluation.minimal_pair_sets import read_minimal_pairs
    from ...evaluation.minimal_pairs import evaluate_minimal_pairs

    names = list(datasets or ("blimp",))
    tests = told_apart([read_minimal_pairs(name, columns, encoding) for name in names], names)
    say_readings(tests, names)
    results = [
        evaluate_minimal_pairs(model, test, tokenizer).replaced(model=path)
        for path, model in open_scorable(models)
        for test in tests
    ]
    comparisons = compared(results, compare)
    if as_json:
        print_all(results, comparisons)
        return
    by_set: dict[str, list[MinimalPairsResult]] = {}
    for result in results:
        by_set.setdefault(result.dataset, []).append(result)
    print_scores([result for own in by_set.values() for result in own])
    for own in by_set.values():
        _print_groups("phenomenon", "phenomena", own, published_shares(own[0]))
        if by_paradigm:
            _print_groups("paradigm", "paradigms", own, {})
        _say_lengths(own)
    print_comparisons(comparisons)


def _print_groups(
    title: str,
    groups: str,
    results: "Sequence[MinimalPairsResult]",
    published: Mapping[str, Mapping[str, float]],
) -> None:
    """Print the accuracy on each phenomenon or paradigm, a column for each model."""
    names = short_names(list(dict.fromkeys(result.model for result in results)))
    rows = [
        (
            first.name,
            *map(_cell, same),
            *(f"{shares[first.name]:.3f}" for shares in published.values()),
            str(first.n),
            str(first.n_oov),
        )
        for first, *others in zip(*(getattr(result, groups) for result in results))
        for same in [(first, *others)]
    ]
    if not rows:
        return
    if published:
        whole = [f"{result.accuracy:.3f}" for result in results]
        others = [f"{shares['overall']:.3f}" for shares in published.values()]
        rows.append(("overall", *whole, *others, str(results[0].n), str(results[0].n_oov)))
    click.echo()
    print_table((title, *names.values(), *published, "pairs", "OOV"), rows)


def _cell(group: "PairGroup") -> str:
    bounds = "" if math.isnan(group.low) else f" ({group.low:.3f} to {group.high:.3f})"
    return f"{group.accuracy:.3f}{bounds}"


def _say_lengths(results: "Sequence[MinimalPairsResult]") -> None:
    """Say in how many pairs the sentences differ in length, and what models did there."""
    first = results[0]
    if not first.n_uneven:
        return
    shares = ", ".join(f"{result.shorter:.0%}" for result in results)
    click.echo(
        f"note: {first.dataset}: the sentences of {first.n_uneven:,} of {first.n:,} pairs differ "
        f"in length; the shorter one was preferred in {shares} of them",
        err=True,
    )
