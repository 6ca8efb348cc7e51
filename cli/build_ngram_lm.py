"""``wvt build-ngram-lm``."""

import time
from typing import Any

import click

from . import options
from .output import print_table
from .progress import TerminalProgress
from .steps import print_steps


@click.command("build-ngram-lm")
@options.corpus_argument
@options.workspace_option
@options.ngram_options
@options.lm_text_options
@options.variant_option("ngram-NAME")
@options.threads_option
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    name: str,
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
      wvt build-ngram-lm corpus.txt --tokenizer chars --order 8
      wvt build-ngram-lm corpus.wvt --name trigram --order 3
    """
    started = time.perf_counter()
    from ..builders.ngram import build_ngram_lm

    with TerminalProgress() as progress:
        pipeline = build_ngram_lm(
            list(corpus),
            output,
            text=options.given(settings, options.TEXT),
            training=options.given(settings, options.NGRAM),
            name=name,
            threads=threads,
            progress=progress,
        )
    following = (
        "wvt eval-perplexity MODEL TEXT",
        "wvt generate MODEL",
    )
    print_steps(pipeline, started, as_json, following)
    if not as_json:
        _print_orders(pipeline.steps[-1].bundle.facts)


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
