"""``wvt eval-perplexity``."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from ...errors import SettingError
from ...text.settings import FileSettings
from ..shared import options
from ..shared.adapting import Adapting, cache_settings, dynamic_settings, evaluation_options
from ..shared.comparisons import (
    compared,
    print_all,
    print_comparisons,
    print_scores,
    scoring_options,
)
from ..shared.models import open_language_model, open_scorable
from ..shared.output import printable
from ..shared.perplexity_tables import print_bands, print_lines, print_orders
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...evaluation.comparison_results import Comparison
    from ...evaluation.perplexity_results import PerplexityResult
    from ...lm.language_model import LanguageModel
    from ...lm.sentence_model import SentenceModel
    from ...text.streams import TextStream


@click.command("eval-perplexity")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="TEXT",
    help="Text to score: a file, plain or compressed, a folder, a glob, - for standard input, or a "
    "corpus by its name; may be repeated, each is scored by itself.  [default: standard input, if "
    "text is piped into it]",
)
@options.model_tokenizer_option
@options.settings_options(FileSettings)
@click.option("--by-order", is_flag=True, help="Show the orders of the n-grams used.")
@click.option(
    "--by-frequency",
    is_flag=True,
    help="Split the perplexity by the training frequency of the words.",
)
@click.option(
    "--by-seen",
    metavar="NGRAM_MODEL",
    help="Split the perplexity by the longest n-gram seen in training, of this model over the "
    "same vocabulary.",
)
@click.option(
    "--per-sentence",
    is_flag=True,
    help="Print each sentence's tokens, unknown words, log10 probability and perplexity instead.",
)
@click.option(
    "--per-token",
    is_flag=True,
    help="Print each token with its log10 probability and the order of its n-gram instead.",
)
@evaluation_options
@scoring_options
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    tokenizer: str | None,
    by_order: bool,
    by_frequency: bool,
    by_seen: str | None,
    per_sentence: bool,
    per_token: bool,
    neural_cache: bool,
    tune: str | None,
    compare: bool,
    interval: Literal["analytic", "bootstrap"] | None,
    resamples: int | None,
    seed: int | None,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Measure how well language models predict a text (perplexity).

    MODELS are workspaces (their mixture is used, else their n-gram model, else their recurrent
    one), bundles of language models, or ARPA files.  A line of text is a sentence; its end is a
    token, too.  Words that a model does not know are scored as <unk>, and the perplexity without
    them is shown next to it, unless the model scores whole sentences, as a backward model does.
    Two or more models are compared on the tokens that all of them know.  Intervals and p-values go
    by documents where the text marks them (by blank lines, say), else by a few long runs of
    sentences: neighbouring sentences are alike.

    With --neural-cache or --dynamic, recurrent models are scored twice, as they are and so.

    \b
    Examples:
      wvt eval-perplexity corpus.wvt --dataset test.txt
      wvt eval-perplexity a.wvt b.wvt --dataset test.txt.gz --by-order
      wvt eval-perplexity model.arpa --per-sentence < test.txt
      wvt eval-perplexity corpus.wvt/lstm --dataset test.txt --neural-cache --tune valid.txt
      wvt eval-perplexity corpus.wvt/ngram corpus.wvt/lstm --dataset test.txt \\
          --by-frequency --by-seen corpus.wvt/ngram
    """
    started = time.perf_counter()
    from ...evaluation.perplexity import evaluate_perplexity
    from ...evaluation.perplexity_bands import perplexity_by_frequency, perplexity_by_seen
    from ...lm.reading import read_text
    from ...lm.sentence_model import SentenceModel

    single = per_sentence or per_token
    _check(models, datasets, per_sentence, per_token)
    adapting = Adapting(cache_settings(neural_cache, settings), dynamic_settings(settings), tune)
    files = FileSettings.among(options.only_given(**settings))
    drawing = options.only_given(resamples=resamples, seed=seed, threads=threads)
    how = {"interval": "analytic"} if single else options.only_given(interval=interval) | drawing
    results: list[PerplexityResult] = []
    with TerminalProgress() as progress:
        ngrams = None if by_seen is None else open_language_model(by_seen)
        for path, model in open_scorable(models):
            if isinstance(model, SentenceModel):
                _check_whole_sentences(path, per_token, by_frequency or ngrams is not None)
            elif ngrams is not None:
                _check_vocabulary(ngrams, model, str(by_seen))
            texts = [
                read_text(
                    model, name, tokenizer, **files.keywords(), threads=threads, progress=progress
                )
                for name in datasets or ("-",)
            ]
            for label, each in adapting.variants(path, model, texts, tokenizer, files, progress):
                if single:
                    results = []
                for text in texts:
                    result = evaluate_perplexity(each, text, **how).replaced(model=label)
                    if by_frequency and not single:
                        bands = perplexity_by_frequency(result, each.vocabulary.counts)
                        result = result.replaced(by_frequency=bands)
                    if ngrams is not None and not single:
                        result = result.replaced(by_seen=perplexity_by_seen(result, ngrams))
                    _say(result, text, each)
                    results.append(result)
    adapting.check_used()
    if single:
        print_lines(results[-1], text, per_sentence, as_json)
        return
    comparisons = _comparisons(results, compare, method=interval, **drawing)
    if as_json:
        print_all(results, comparisons, items=False)
        return
    print_scores(results)
    if by_order:
        print_orders(results)
    print_bands(results, "by_frequency", "frequency")
    print_bands(results, "by_seen", "longest seen")
    print_comparisons(comparisons)
    n_tokens = sum(result.n_tokens for result in results)
    click.echo(
        f"{n_tokens:,} tokens scored in {time.perf_counter() - started:.1f} s; where a perplexity "
        "comes from: --by-order, --by-frequency, --by-seen, --per-sentence, --per-token",
        err=True,
    )


def _check_vocabulary(ngrams: "LanguageModel", model: "LanguageModel", path: str) -> None:
    own, other = ngrams.vocabulary, model.vocabulary
    if own is not other and own.words != other.words:
        raise SettingError(
            f"{path} has another vocabulary ({len(own):,} words) than the model that is split "
            f"({len(other):,}); build both in one workspace"
        )


def _check(
    models: tuple[str, ...], datasets: tuple[str, ...], per_sentence: bool, per_token: bool
) -> None:
    if per_sentence and per_token:
        raise SettingError("--per-sentence and --per-token are two outputs; choose one")
    if (per_sentence or per_token) and (len(models) > 1 or len(datasets) > 1):
        raise SettingError("--per-sentence and --per-token take one model and one text")
    if not datasets and sys.stdin.isatty():
        raise SettingError(
            "there is no text to score; name a file with --dataset TEXT, or pipe text into the "
            "command"
        )
    if len(set(models)) > 1 and (not datasets or "-" in datasets):
        raise SettingError(
            "standard input can be read only once; for several models give the text as a file "
            "(--dataset)"
        )
    if datasets.count("-") > 1:
        raise SettingError("standard input can be read only once; give - once")


def _check_whole_sentences(path: str, per_token: bool, split: bool) -> None:
    """Refuse to look at single tokens of a model that has probabilities of sentences alone."""
    if per_token:
        raise SettingError(
            f"{path} scores whole sentences; take --per-sentence in place of --per-token"
        )
    if split:
        raise SettingError(
            f"{path} scores whole sentences, so there is no perplexity of single words; omit "
            "--by-frequency and --by-seen"
        )


def _say(
    result: "PerplexityResult", text: "TextStream", model: "LanguageModel | SentenceModel"
) -> None:
    """Print notes on the numbers to stderr."""
    from ...lm.arpa.marks import why_impossible
    from ...text.numbering import reserved_note

    notes = []
    if result.n_impossible:
        notes.append(
            f"the perplexity is infinite: the model gives {result.n_impossible:,} of "
            f"{result.n_tokens:,} tokens no probability, the first is "
            f"{printable(result.first_impossible)!r}; "
            + (
                printable(why_impossible(model, result.first_impossible))
                or "a smoothed model with <unk> gives every word a probability"
            )
        )
    if not result.is_normalized:
        notes.append(
            "the model's scores do not sum to 1 (stupid backoff), so these are not perplexities: "
            "do not compare them with others"
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
    notes += reserved_note(text.facts)
    for note in notes:
        click.echo(f"note: {result.text}: {note}", err=True)


def _comparisons(
    results: "list[PerplexityResult]", compare: bool, **how: object
) -> "Sequence[Comparison]":
    """Compare models where their perplexities can be compared; else say why not."""
    from ...evaluation.perplexity_comparison import can_be_compared

    of_texts: dict[str, list[PerplexityResult]] = {}
    for result in results if compare else ():
        of_texts.setdefault(result.text, []).append(result)
    for text, together in of_texts.items():
        if not all(result.is_normalized for result in together):
            return ()
        if not can_be_compared(together):
            click.echo(
                f"note: the models tokenise {text} differently: compare their bits per "
                "character or per byte",
                err=True,
            )
            return ()
    return compared(results, compare, **how)
