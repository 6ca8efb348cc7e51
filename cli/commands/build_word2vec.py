"""``wvt build-word2vec``."""

import time
from typing import Any

import click

from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-word2vec")
@options.corpus_argument
@options.workspace_option
@options.word2vec_options
@options.text_options
@options.variant_option("sgns-NAME, cbow-NAME")
@options.reading_threads_option
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    name: str,
    threads: int | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Train word2vec, by gensim, on the text of a workspace.

    CORPUS: a workspace, whose tokens and vocabulary are taken as they are; or text, as for
    build-ppmi.  Makes the bundle sgns (skip-gram) or cbow.  One worker, the default, gives the
    same bits in every run; more workers are faster and do not.

    \b
    Examples:
      wvt build-word2vec corpus.wvt --workers 4
      wvt build-word2vec corpus.wvt --method cbow --epochs 15
      wvt build-word2vec corpus.wvt --negative 0 --name hs
      wvt build-word2vec lee --dim 50 --epochs 30
    """
    started = time.perf_counter()
    from ...models.word_vectors import build_word2vec

    with TerminalProgress() as progress:
        pipeline = build_word2vec(
            list(corpus),
            output,
            text=options.given(settings, options.TEXT),
            training=options.given(settings, options.WORD2VEC),
            name=name,
            threads=threads,
            progress=progress,
        )
    print_steps(pipeline, started, as_json)
