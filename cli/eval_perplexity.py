"""``wvt eval-perplexity``."""

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import click

from ..errors import SettingError
from . import options
from .comparisons import print_comparisons
from .models import open_scorable
from .output import print_json, print_table, printable
from .progress import TerminalProgress

if TYPE_CHECKING:
    from ..evaluation.perplexity import PerplexityResult
    from ..text.streams import TextStream

_LINES_AT_ONCE = 10_000


@click.command("eval-perplexity")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="TEXT",
    help="Text to score: a file, plain or compressed, a folder, a glob, - for standard input, or a "
    "corpus by its name; may be repeated, each is scored by itself.  [default: -]",
)
@options.model_tokenizer_option
@click.option("--by-order", is_flag=True, help="Show the orders of the n-grams used, too.")
@click.option(
    "--per-sentence", is_flag=True,
    help="Print each sentence's tokens, unknown words, log10 probability and perplexity instead.",
)  # fmt: skip
@click.option(
    "--per-token", is_flag=True,
    help="Print each token with its log10 probability and the order of its n-gram instead.",
)  # fmt: skip
@options.compare_option
@options.resampling_options("evaluation.perplexity:evaluate_perplexity")
@options.threads_option
@options.json_option
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    tokenizer: str | None,
    by_order: bool,
    per_sentence: bool,
    per_token: bool,
    compare: bool,
    interval: Literal["analytic", "bootstrap"] | None,
    resamples: int | None,
    seed: int | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Measure how well language models foretell a text (perplexity).

    MODELS are workspaces (their mixture is taken, else their n-gram model, else their recurrent
    one), bundles of language models, or ARPA files.  A line of text is a sentence; its end is a
    token, too.  Words that a model does not know are scored as <unk>, and the perplexity without
    them stands beside, unless the model scores whole sentences, as one that reads backward does.
    Two or more models are compared on the tokens that all of them know.

    \b
    Examples:
      wvt eval-perplexity corpus.wvt --dataset test.txt
      wvt eval-perplexity a.wvt b.wvt --dataset test.txt.gz --by-order
      wvt eval-perplexity model.arpa --per-sentence < test.txt
    """
    started = time.perf_counter()
    from ..evaluation.perplexity import evaluate_perplexity
    from ..lm.reading import read_text
    from ..lm.sentence_model import SentenceModel

    single = per_sentence or per_token
    _check(models, datasets, per_sentence, per_token)
    drawing = options.only_given(resamples=resamples, seed=seed, threads=threads)
    how = options.only_given(interval=interval) | drawing
    results: dict[str, list[PerplexityResult]] = {}
    with TerminalProgress() as progress:
        for path, model in open_scorable(models):
            results[path] = []
            for name in datasets or ("-",):
                text = read_text(model, name, tokenizer, threads=threads, progress=progress)
                if single:
                    how = {"interval": "analytic"}
                if per_token and isinstance(model, SentenceModel):
                    raise SettingError(
                        f"{path} scores whole sentences; take --per-sentence in place of "
                        "--per-token"
                    )
                result = evaluate_perplexity(model, text, **how)
                results[path].append(result)
                _say(result, text)
    if single:
        _print_lines(result, text, per_sentence, as_json)
        return
    comparisons = _comparisons(results, drawing) if compare and len(results) > 1 else ()
    if as_json:
        from dataclasses import asdict

        scores = [
            {"model": path, **_plain(result)} for path, own in results.items() for result in own
        ]
        print_json({"scores": scores, "comparisons": [asdict(found) for found in comparisons]})
        return
    _print_scores(results, by_order)
    print_comparisons(comparisons, "dataset")
    n_tokens = sum(result.n_tokens for own in results.values() for result in own)
    click.echo(
        f"{n_tokens:,} tokens scored in {time.perf_counter() - started:.1f} s; where a perplexity "
        "comes from: --by-order, --per-sentence, --per-token",
        err=True,
    )


def _check(
    models: tuple[str, ...], datasets: tuple[str, ...], per_sentence: bool, per_token: bool
) -> None:
    if per_sentence and per_token:
        raise SettingError("--per-sentence and --per-token are two outputs; choose one")
    if (per_sentence or per_token) and (len(models) > 1 or len(datasets) > 1):
        raise SettingError("--per-sentence and --per-token take one model and one text")
    if len(set(models)) > 1 and (not datasets or "-" in datasets):
        raise SettingError(
            "standard input can be read only once; for several models give the text as a file "
            "(--dataset)"
        )
    if datasets.count("-") > 1:
        raise SettingError("standard input can be read only once; give - once")


def _say(result: "PerplexityResult", text: "TextStream") -> None:
    """Say on stderr what the numbers do not."""
    notes = []
    if result.n_impossible:
        notes.append(
            f"the perplexity is infinite: the model gives {result.n_impossible:,} of "
            f"{result.n_tokens:,} tokens no probability, the first is "
            f"{printable(result.first_impossible)!r}; a smoothed model with <unk> gives every "
            "word some"
        )
    if not result.is_normalized:
        notes.append(
            "the model's scores do not sum to 1 (stupid backoff), so these are no perplexities: "
            "do not compare them with any"
        )
    if result.n_written_unk:
        notes.append(
            f"{result.n_written_unk:,} of the {result.n_oov:,} unknown words are written <unk> in "
            "the text itself"
        )
    if text.facts["n_invalid_sequences"]:
        notes.append(
            f"{text.facts['n_invalid_sequences']:,} byte sequences were not UTF-8 and were replaced"
        )
    for note in notes:
        click.echo(f"note: {result.text}: {note}", err=True)


def _comparisons(results: "dict[str, list[PerplexityResult]]", drawing: dict[str, Any]) -> Any:
    from ..evaluation.perplexity_comparison import can_be_compared, compare_perplexity

    for together in zip(*results.values()):
        if not all(result.is_normalized for result in together):
            return ()
        if not can_be_compared(together):
            click.echo(
                f"note: the models cut {together[0].text} into different tokens: compare their "
                "bits per character",
                err=True,
            )
            return ()
    return compare_perplexity(results, **drawing)


def _print_scores(results: "dict[str, list[PerplexityResult]]", by_order: bool) -> None:
    every = [(path, result) for path, own in results.items() for result in own]
    rows = [
        (path, result.text, f"{result.perplexity:.2f}",
         _interval(result.interval),
         _number(result.perplexity_without_oov), f"{result.bits_per_token:.4f}",
         f"{result.bits_per_character:.4f}", str(result.n_tokens), str(result.n_sentences),
         str(result.n_oov), f"{result.oov_rate:.2%}")
        for path, result in every
    ]  # fmt: skip
    titles = (
        "model", "text", "perplexity", "95 % interval", "without oov", "bits/token", "bits/char",
        "tokens", "sentences", "oov", "oov rate",
    )  # fmt: skip
    print_table(titles, rows)
    for _, result in every:
        click.echo(result.signature, err=True)
    if by_order and any(result.by_order for _, result in every):
        click.echo()
        print_table(
            ("model", "text", "order", "tokens", "share", "perplexity"),
            [
                (path, result.text, str(row.order), str(row.n), f"{row.share:.2%}",
                 f"{row.perplexity:.2f}")
                for path, result in every
                for row in result.by_order
            ],
        )  # fmt: skip


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _interval(bounds: tuple[float, float]) -> str:
    return "-" if math.isnan(bounds[0]) else f"{bounds[0]:.2f} to {bounds[1]:.2f}"


def _plain(result: "PerplexityResult") -> dict[str, Any]:
    from dataclasses import asdict, fields

    arrays = ("logprobs", "orders", "ids")
    plain = {
        item.name: getattr(result, item.name) for item in fields(result) if item.name not in arrays
    }
    return plain | {
        "oov_rate": result.oov_rate,
        "by_order": [asdict(row) for row in result.by_order],
    }


def _print_lines(
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
    from ..evaluation.perplexity import perplexity_of

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
