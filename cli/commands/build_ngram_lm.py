"""``wvt build-ngram-lm``."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...errors import WordvecError
from ...lm.settings import MixtureSettings, NgramSettings
from ...text.settings import LanguageModelText
from ..shared import options
from ..shared.output import print_table
from ..shared.plans import plan_option, print_plan
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps, print_weights

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ...models.pipeline import BuiltWorkspace


@click.command("build-ngram-lm")
@options.corpus_argument
@options.workspace_option
@options.settings_options(NgramSettings)
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
@options.settings_options(MixtureSettings)
@click.option(
    "--arpa", type=click.Path(), metavar="FILE", help="ARPA file to write, too; .gz compresses it."
)
@options.settings_options(LanguageModelText)
@options.variant_option("ngram-NAME")
@plan_option
@options.threads_option
@options.memory_option
@options.engine_options
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    name: str,
    discount_fallback: str | None,
    held_out: str | None,
    arpa: str | None,
    plan: bool,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Train an n-gram language model, by default with modified Kneser-Ney smoothing as KenLM does.

    CORPUS: text as for wvt build-ppmi, by default split at white space with every word kept; or a
    workspace, whose text is used unchanged.

    \b
    Examples:
      wvt build-ngram-lm corpus.txt
      wvt build-ngram-lm corpus.txt --order 3
      wvt build-ngram-lm corpus.txt --tokenizer chars --order 8 --discount-fallback default
      wvt build-ngram-lm corpus.txt --prune 0,0,1 --arpa corpus.arpa.gz
      wvt build-ngram-lm large.txt --memory 4G
      wvt build-ngram-lm large.txt --plan --memory 4G
      wvt build-ngram-lm corpus.wvt --name wb --smoothing witten-bell
      wvt build-ngram-lm corpus.txt --cache --skip --classes 60,200 --adapt --held-out valid.txt
    """
    started = time.perf_counter()
    from ...lm.ngram import model as ngram_model
    from ...lm.ngram.methods import parse_smoothing
    from ...models.ngram import build_ngram_lm

    if arpa is not None and Path(arpa).exists():
        raise WordvecError(f"{arpa} exists; choose another name, or move it")
    asked = options.only_given(**settings)
    if discount_fallback is not None:
        method = asked.get("smoothing", NgramSettings.smoothing)
        asked["smoothing"] = parse_smoothing(method, discount_fallback)
    if plan:
        from ...models.ngram_prediction import predict_ngram_lm

        parts = (LanguageModelText.among(asked), NgramSettings.among(asked), output)
        print_plan(partial(predict_ngram_lm, list(corpus), *parts, threads=threads), as_json)
        return
    build: Callable[..., BuiltWorkspace] = build_ngram_lm
    if options.given(settings, MixtureSettings):
        from ...models.ngram_mixture import build_ngram_mixture

        build = build_ngram_mixture
    with TerminalProgress() as progress:
        workspace = build(
            list(corpus),
            output,
            held_out=held_out,
            name=name,
            threads=threads,
            progress=progress,
            **asked,
        )
        if arpa is not None:
            from ...lm.arpa.writing import write_arpa

            model = ngram_model.NgramModel.from_bundle(_step(workspace, ngram_model.KIND))
            write_arpa(model, arpa, threads=threads, progress=progress)
    following = ("wvt eval-perplexity MODEL --dataset TEXT", "wvt generate MODEL")
    print_steps(workspace, started, as_json, following)
    if not as_json:
        _print_orders(_step(workspace, ngram_model.KIND))
        _print_weights(workspace)


def _print_orders(bundle: "Bundle") -> None:
    """Show what the discounts of each order come from."""
    facts = bundle.facts
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


def _step(workspace: "BuiltWorkspace", kind: str) -> "Bundle":
    """Return the bundle of that kind that the command made or found."""
    return next(step.bundle for step in workspace.steps if step.bundle.kind == kind)


def _print_weights(workspace: "BuiltWorkspace") -> None:
    """Show the components of each mixture, and their perplexities on the held-out text."""
    for step in workspace.steps:
        if step.bundle.kind == "mixture":
            print_weights(step.bundle)
