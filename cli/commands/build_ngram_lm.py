"""``wvt build-ngram-lm``."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import WordvecError
from ..shared import options
from ..shared.output import print_table
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps, print_weights

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ...models.pipeline import Pipeline


@click.command("build-ngram-lm")
@options.corpus_argument
@options.workspace_option
@options.ngram_options
@click.option(
    "--discount-fallback",
    metavar="D1,D2,D3",
    help="For orders whose counts of counts give no discounts: these, default (0.5,1,1.5, as "
    "KenLM), or held-out (fitted to --held-out).  [default: refuse]",
)
@click.option(
    "--held-out",
    metavar="TEXT",
    help="Text to fit to: the weights of a mixture or of jelinek-mercer, discounts where they "
    "fail.  [default for mixtures: a twentieth of the sentences, kept out]",
)
@click.option("--cache", is_flag=True, help="Mix in caches of what has been said.")
@click.option("--skip", is_flag=True, help="Mix in n-grams that leave a word out.")
@click.option("--soft", is_flag=True, help="Mix in bigrams of neighbours by PPMI-SVD vectors.")
@click.option(
    "--classes",
    callback=options.read_counts,
    metavar="N,N,...",
    help="Mix in models of so many classes of words; try 60,100,200.",
)
@click.option("--adapt", is_flag=True, help="Bend all this to words and topics of the text so far.")
@click.option(
    "--arpa",
    type=click.Path(),
    metavar="FILE",
    help="Write the model as an ARPA file, too; .gz compresses it.",
)
@options.lm_text_options
@options.variant_option("ngram-NAME")
@options.threads_option
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    name: str,
    discount_fallback: str | None,
    held_out: str | None,
    cache: bool,
    skip: bool,
    soft: bool,
    classes: list[int] | None,
    adapt: bool,
    arpa: str | None,
    threads: int | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Train an n-gram language model, by default with modified Kneser-Ney smoothing as KenLM does.

    CORPUS: text as for wvt build-ppmi, here by default cut at white space with every word kept; or
    a workspace, whose text is used as it is.

    \b
    Examples:
      wvt build-ngram-lm corpus.txt
      wvt build-ngram-lm corpus.txt --order 3
      wvt build-ngram-lm corpus.txt --tokenizer chars --order 8 --discount-fallback default
      wvt build-ngram-lm corpus.txt --prune 0,0,1 --arpa corpus.arpa.gz
      wvt build-ngram-lm corpus.wvt --name wb --smoothing witten-bell
      wvt build-ngram-lm corpus.txt --cache --skip --classes 60,200 --adapt --held-out valid.txt
    """
    started = time.perf_counter()
    from ...lm.ngram import model as ngram_model
    from ...lm.ngram.methods import parse_smoothing
    from ...models.ngram import build_ngram_lm

    if arpa is not None and Path(arpa).exists():
        raise WordvecError(f"{arpa} exists; choose another name, or move it away")
    training = options.given(settings, options.NGRAM)
    if discount_fallback is not None:
        method = training.get("smoothing", "kneser-ney")
        training["smoothing"] = parse_smoothing(method, discount_fallback)
    build: Any = build_ngram_lm
    if cache or skip or soft or classes is not None or adapt:
        from ...models.ngram_mixture import Recipe, build_ngram_mixture

        build = partial(build_ngram_mixture, recipe=Recipe(cache, skip, soft, classes or (), adapt))
    with TerminalProgress() as progress:
        pipeline = build(
            list(corpus),
            output,
            text=options.given(settings, options.TEXT),
            training=training,
            held_out=held_out,
            name=name,
            threads=threads,
            progress=progress,
        )
        if arpa is not None:
            from ...lm.arpa.writing import write_arpa

            model = ngram_model.NgramModel.from_bundle(_step(pipeline, ngram_model.KIND))
            write_arpa(model, arpa, threads=threads, progress=progress)
    following = ("wvt eval-perplexity MODEL --dataset TEXT", "wvt generate MODEL")
    print_steps(pipeline, started, as_json, following)
    if not as_json:
        _print_orders(_step(pipeline, ngram_model.KIND).facts)
        _print_weights(pipeline)


def _print_orders(facts: dict[str, Any]) -> None:
    """Show what the discounts of each order come from."""
    found = zip(facts["n_ngrams"], facts.get("counts_of_counts", ()), facts.get("discounts", ()))
    rows = [
        (
            str(order),
            f"{n_ngrams:,}",
            *(f"{number:,}" for number in numbers),
            *(f"{discount:.4f}" for discount in discounts),
        )
        for order, (n_ngrams, numbers, discounts) in enumerate(found, 1)
    ]
    if rows:
        click.echo()
        print_table(("order", "n-grams", "n1", "n2", "n3", "n4", "D1", "D2", "D3+"), rows)


def _step(pipeline: "Pipeline", kind: str) -> "Bundle":
    """Return the bundle of that kind that the command made or found."""
    return next(step.bundle for step in pipeline.steps if step.bundle.kind == kind)


def _print_weights(pipeline: "Pipeline") -> None:
    """Show what each mixture is made of, and how well it does on the held-out text."""
    for step in pipeline.steps:
        if step.bundle.kind == "mixture":
            print_weights(step.bundle)
