"""``wvt build-svd``."""

import time
from typing import Any

import click

from . import options
from .progress import TerminalProgress
from .steps import print_steps


@click.command("build-svd")
@click.argument("workspace", type=click.Path())
@click.option(
    "--dim", type=click.IntRange(min=1), help="Dimensions.  [default: 300, or the rank if smaller]"
)
@options.factorising_options
@options.seed_option
@options.name_option
@options.threads_option
@options.json_option
def command(
    workspace: str,
    dim: int | None,
    seed: int | None,
    name: str,
    threads: int | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Factorise the PPMI matrix of WORKSPACE (or of a bundle in it).

    \b
    Examples:
      wvt build-svd corpus.wvt --dim 100
      wvt build-svd corpus.wvt --eig 0 --name p0
      wvt build-svd corpus.wvt/ppmi-wide --name wide
    """
    started = time.perf_counter()
    from ..build import build_svd

    factorising = options.given(settings, options.FACTORISING)
    if seed is not None:
        factorising["seed"] = seed
    if dim is not None:
        factorising["dim"] = dim
    with TerminalProgress() as progress:
        pipeline = build_svd(
            workspace, factorising=factorising, name=name, threads=threads, progress=progress
        )
    print_steps(pipeline, started, as_json)
