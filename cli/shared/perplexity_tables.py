"""Output of ``wvt eval-perplexity``."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from .comparisons import print_parts
from .output import print_json, print_table, printable

if TYPE_CHECKING:
    from ...evaluation.perplexity_results import PerplexityResult
    from ...runtime.results import Column
    from ...text.streams import TextStream

_LINES_AT_ONCE = 10_000


def print_orders(results: "Sequence[PerplexityResult]") -> None:
    """Print the orders of the n-grams used."""
    print_parts(
        ("model", "text"),
        [((result.model, result.text), row) for result in results for row in result.by_order],
    )


def print_bands(results: "Sequence[PerplexityResult]", split: str, title: str) -> None:
    """Print what perplexities are split into, each next to that of the first model."""
    import numpy as np

    firsts: dict[str, PerplexityResult] = {}
    rows = []
    columns: Sequence[Column] = ()
    for result in results:
        first = firsts.setdefault(result.text, result)
        others = {}
        if first is not result and np.array_equal(first.ids, result.ids):
            others = {band.band: band.perplexity for band in getattr(first, split)}
        for band in getattr(result, split):
            columns = band.COLUMNS
            ratio = f"{band.perplexity / others[band.band]:.3f}" if band.band in others else "-"
            cells = (column.cell(band) for column in columns)
            rows.append((result.model, result.text, *cells, ratio))
    if rows:
        titles = [column.title.replace("band", title) for column in columns]
        click.echo()
        print_table(("model", "text", *titles, "to the first"), rows)


def print_lines(
    result: "PerplexityResult", text: "TextStream", per_sentence: bool, as_json: bool
) -> None:
    """Print each sentence, or each token."""
    titles, rows = _sentences(result) if per_sentence else _tokens(result, text)
    if as_json:
        print_json([dict(zip(titles, row)) for row in rows])
        return
    lines = ["\t".join(titles)]
    for row in rows:
        lines.append("\t".join(_cell(value) for value in row))
        if len(lines) >= _LINES_AT_ONCE:
            click.echo("\n".join(lines))
            lines = []
    if lines:
        click.echo("\n".join(lines))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.7g}" if isinstance(value, float) else printable(str(value))


def _sentences(result: "PerplexityResult") -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    from ...evaluation.perplexity import perplexity_of

    columns = zip(
        result.sentence_lengths.tolist(),
        result.sentence_oov.tolist(),
        result.sentence_logprobs.tolist(),
    )
    rows = (
        (number, n, n_oov, logprob / math.log(10), perplexity_of(logprob, n))
        for number, (n, n_oov, logprob) in enumerate(columns, 1)
    )
    return ("sentence", "tokens", "oov", "log10_prob", "perplexity"), rows


def _tokens(
    result: "PerplexityResult", text: "TextStream"
) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    orders = [None] * result.n_tokens if result.orders is None else result.orders.tolist()
    log10_probs = (result.logprobs / math.log(10)).tolist()
    return ("word", "log10_prob", "order"), zip(text.words(), log10_probs, orders)
