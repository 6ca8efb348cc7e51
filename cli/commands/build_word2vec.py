"""``wvt build-word2vec``."""

import time
from typing import Any

import click

from ...neural.word_vectors.settings import Word2vecSettings
from ...text.settings import TextSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-word2vec")
@options.corpus_argument
@options.workspace_option
@options.settings_options(Word2vecSettings, TextSettings)
@options.variant_option("sgns-NAME, cbow-NAME")
@options.json_option
def command(
    corpus: tuple[str, ...], output: str | None, name: str, as_json: bool, **settings: Any
) -> None:
    """Train word2vec, by gensim, on the text of a workspace.

    CORPUS: a workspace, whose tokens and vocabulary are taken as they are; or text, as for
    build-ppmi.  Makes the bundle sgns (skip-gram) or cbow.  One thread, the default, gives the
    same bits in every run; more threads are faster and do not.

    \b
    Examples:
      wvt build-word2vec corpus.wvt --threads 4
      wvt build-word2vec corpus.wvt --method cbow --epochs 15
      wvt build-word2vec corpus.wvt --negative 0 --name hs
      wvt build-word2vec lee --dim 50 --epochs 30
    """
    started = time.perf_counter()
    from ...models.word_vectors import build_word2vec

    with TerminalProgress() as progress:
        workspace = build_word2vec(
            list(corpus), output, name=name, progress=progress, **options.only_given(**settings)
        )
    print_steps(workspace, started, as_json)
