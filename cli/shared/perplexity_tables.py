"""What ``wvt eval-perplexity`` prints."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from .output import print_json, print_table, printable

if TYPE_CHECKING:
    import numpy as np

    from ...evaluation.perplexity import PerplexityResult
    from ...evaluation.perplexity_bands import PerplexityBand
    from ...lm.language_model import LanguageModel
    from ...text.streams import TextStream

    #: A model's name -> what it makes of each text.
    Results = Mapping[str, Sequence[PerplexityResult]]
    #: A model's name, its perplexity on a text, and what that is split into.
    Split = tuple[str, PerplexityResult, tuple[PerplexityBand, ...]]

_LINES_AT_ONCE = 10_000


def print_scores(results: "Results", by_order: bool) -> None:
    """Print a line for each model and text, and the orders of n-grams if asked for."""
    every = [(path, result) for path, own in results.items() for result in own]
    rows = [
        (
            path,
            result.text,
            f"{result.perplexity:.2f}",
            _interval(result.interval),
            _number(result.perplexity_without_oov),
            f"{result.bits_per_token:.4f}",
            f"{result.bits_per_character:.4f}",
            str(result.n_tokens),
            str(result.n_sentences),
            str(result.n_oov),
            f"{result.oov_rate:.2%}",
        )
        for path, result in every
    ]
    titles = (
        "model",
        "text",
        "perplexity",
        "95 % interval",
        "without oov",
        "bits/token",
        "bits/char",
        "tokens",
        "sentences",
        "oov",
        "oov rate",
    )
    print_table(titles, rows)
    for _, result in every:
        click.echo(result.signature, err=True)
    if by_order and any(result.by_order for _, result in every):
        click.echo()
        print_table(
            ("model", "text", "order", "tokens", "share", "perplexity"),
            [
                (
                    path,
                    result.text,
                    str(row.order),
                    str(row.n),
                    f"{row.share:.2%}",
                    f"{row.perplexity:.2f}",
                )
                for path, result in every
                for row in result.by_order
            ],
        )


def splits_of(
    results: "dict[str, list[PerplexityResult]]",
    counts: "dict[str, np.ndarray] | None",
    ngrams: "LanguageModel | None",
) -> "dict[str, list[Split]]":
    """Split each perplexity in the ways asked for."""
    from ...evaluation.perplexity_bands import perplexity_by_frequency, perplexity_by_seen

    every = [(label, result) for label, own in results.items() for result in own]
    splits: dict[str, list[Split]] = {}
    if counts is not None:
        splits["by_frequency"] = [
            (label, result, perplexity_by_frequency(result, counts[label]))
            for label, result in every
        ]
    if ngrams is not None:
        splits["by_seen"] = [
            (label, result, perplexity_by_seen(result, ngrams)) for label, result in every
        ]
    return splits


def print_results(
    results: "dict[str, list[PerplexityResult]]", splits: "dict[str, list[Split]]", comparisons: Any
) -> None:
    """Print all as JSON."""
    from dataclasses import asdict

    every = [(label, result) for label, own in results.items() for result in own]
    scores = [
        {"model": label, **plain(result)}
        | {name: [asdict(band) for band in split[place][2]] for name, split in splits.items()}
        for place, (label, result) in enumerate(every)
    ]
    print_json({"scores": scores, "comparisons": [asdict(found) for found in comparisons]})


def print_bands(title: str, splits: "Sequence[Split]") -> None:
    """Print what perplexities are split into, each beside that of the first model."""
    import numpy as np

    firsts: dict[str, Split] = {}
    rows = []
    for path, result, bands in splits:
        _, first, of_first = firsts.setdefault(result.text, (path, result, bands))
        others = {}
        if first is not result and np.array_equal(first.ids, result.ids):
            others = {band.band: band.perplexity for band in of_first}
        rows += [
            (
                path,
                result.text,
                band.band,
                str(band.n),
                f"{band.share:.2%}",
                f"{band.perplexity:.2f}",
                _interval(band.interval),
                f"{band.perplexity / others[band.band]:.3f}" if band.band in others else "-",
            )
            for band in bands
        ]
    click.echo()
    header = ("model", "text", title, "tokens", "share", "perplexity", "95 % interval")
    print_table((*header, "to the first"), rows)


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _interval(bounds: tuple[float, float]) -> str:
    return "-" if math.isnan(bounds[0]) else f"{bounds[0]:.2f} to {bounds[1]:.2f}"


def plain(result: "PerplexityResult") -> dict[str, Any]:
    """Return a result as JSON has it."""
    from dataclasses import asdict, fields

    arrays = ("logprobs", "orders", "ids", "documents")
    plain = {
        item.name: getattr(result, item.name) for item in fields(result) if item.name not in arrays
    }
    return plain | {
        "oov_rate": result.oov_rate,
        "by_order": [asdict(row) for row in result.by_order],
    }


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


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.7g}" if isinstance(value, float) else printable(str(value))


def _sentences(result: "PerplexityResult") -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
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
) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
    orders = [None] * result.n_tokens if result.orders is None else result.orders.tolist()
    log10_probs = (result.logprobs / math.log(10)).tolist()
    return ("word", "log10_prob", "order"), zip(text.words(), log10_probs, orders)
