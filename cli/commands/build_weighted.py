"""``wvt build-weighted``."""

import time
from typing import Any

import click

from ...counts.settings import CountingSettings
from ...embeddings.settings import WeightedSettings
from ...text.settings import TextSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-weighted")
@options.corpus_argument
@options.workspace_option
@options.settings_options(WeightedSettings, TextSettings, CountingSettings)
@options.variant_option("counts-NAME, weighted-NAME")
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
    """Factorise PMI with weights: the more often a pair was seen, the closer it is fitted.

    CORPUS: a workspace, whose counts are used, or text as for wvt build-ppmi.  Starts from the SVD
    of PPMI and improves it by alternating least squares.  The result is the same for any number of
    threads.

    \b
    Examples:
      wvt build-weighted corpus.wvt
      wvt build-weighted corpus.wvt --sweeps 4 --eig 0 --name unit
      wvt build-weighted corpus.txt --window 3 --direction split
    """
    started = time.perf_counter()
    from ...models.weighted import build_weighted

    with TerminalProgress() as progress:
        workspace = build_weighted(
            list(corpus),
            output,
            name=name,
            threads=threads,
            progress=progress,
            **options.only_given(**settings),
        )
    print_steps(workspace, started, as_json)
