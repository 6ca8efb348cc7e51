"""``wvt build-glove``."""

import time
from typing import Any

import click

from ...counts.settings import GloveCounting
from ...embeddings.settings import GloveSettings
from ...text.settings import TextSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-glove")
@options.corpus_argument
@options.workspace_option
@options.settings_options(GloveSettings, TextSettings, GloveCounting)
@options.variant_option("counts-glove-NAME, glove-NAME")
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
    """Train GloVe vectors (Pennington, Socher and Manning 2014).

    CORPUS: a workspace, whose text is used, or text as for wvt build-ppmi.  Counts on its own, by
    default with harmonic weights and a window of 10.  A run that was stopped goes on from
    what it saved last (every 20 seconds), and a larger --epochs goes on from a finished one.

    \b
    Examples:
      wvt build-glove corpus.wvt
      wvt build-glove corpus.wvt --epochs 50
      wvt build-glove corpus.wvt --x-max 100 --window 5 --name variant
    """
    started = time.perf_counter()
    from ...models.glove import build_glove

    with TerminalProgress() as progress:
        workspace = build_glove(
            list(corpus),
            output,
            name=name,
            threads=threads,
            progress=progress,
            **options.only_given(**settings),
        )
    print_steps(workspace, started, as_json)
