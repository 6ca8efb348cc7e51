"""``wvt build-fasttext``."""

import time
from typing import Any

import click

from ...neural.word_vectors.settings import FasttextSettings
from ...text.settings import TextSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-fasttext")
@options.corpus_argument
@options.workspace_option
@options.settings_options(FasttextSettings, TextSettings)
@options.variant_option("fasttext-NAME")
@options.json_option
def command(
    corpus: tuple[str, ...], output: str | None, name: str, as_json: bool, **settings: Any
) -> None:
    """Train fastText, by gensim, on the text of a workspace.

    CORPUS: a workspace, whose tokens and vocabulary are taken as they are; or text, as for
    build-ppmi.  Makes the bundle fasttext: for each word of the vocabulary the mean of its own
    vector and those of its character n-grams, which are not kept.  One thread, the default, gives
    the same bits in every run; more threads are faster and do not.

    \b
    Examples:
      wvt build-fasttext corpus.wvt --threads 4
      wvt build-fasttext corpus.wvt --method cbow --min-n 2 --max-n 5 --name cbow
      wvt build-fasttext lee --dim 50 --epochs 30
    """
    started = time.perf_counter()
    from ...models.word_vectors import build_fasttext

    with TerminalProgress() as progress:
        workspace = build_fasttext(
            list(corpus), output, name=name, progress=progress, **options.only_given(**settings)
        )
    print_steps(workspace, started, as_json)
