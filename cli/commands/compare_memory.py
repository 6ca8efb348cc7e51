"""``wvt compare-memory``."""

import time
from typing import get_args

import click

from ...errors import SettingError
from ...neural.turing.settings import NETWORKS, MemorySettings, MemoryTraining, Task
from ..shared import options
from ..shared.output import print_json, print_rows, printable
from ..shared.progress import TerminalProgress
from ..shared.steps import say_done


@click.command("compare-memory")
@click.argument("task", type=click.Choice(get_args(Task)))
@click.option(
    "--networks",
    default="ntm,lstm",
    show_default=True,
    metavar="NAMES",
    help=f"Networks to train, with commas: {', '.join(NETWORKS)}.",
)
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="Number of random seeds.",
)
@options.settings_options(MemorySettings)
@options.settings_options(MemoryTraining, without=("seed", "precision"))
@click.option(
    "--heads",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Also draw where the heads of the best Neural Turing machine look: FILE.svg, .png, .pdf.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of --heads.")
@options.json_option
def command(
    task: Task,
    networks: str,
    n_seeds: int,
    heads: str | None,
    force: bool,
    as_json: bool,
    **settings: object,
) -> None:
    """Train a Neural Turing machine and other networks on a task that needs a memory.

    TASK: copy a sequence of bits, copy it several times (repeat-copy), or recall what followed an
    item (associative-recall).  Sequences are drawn, so there is no text.  Prints the share of wrong
    bits at lengths up to those of training and beyond, over several seeds, and how many seeds have
    learned the task (less than 1 % wrong at the first length).

    \b
    Examples:
      wvt compare-memory copy --heads heads.svg
      wvt compare-memory copy --longest 8 --slots 32 --lengths 8,16,24
      wvt compare-memory associative-recall --longest 6 --lengths 6,10,15 --epochs 40
    """
    started = time.perf_counter()
    from ...neural.turing.training import summaries, train_memory
    from ...report.figures import check_figure, write_figure
    from ...report.looks_figure import looks_figure

    if heads is not None:
        check_figure(heads, force)
        if "ntm" not in networks.split(","):
            raise SettingError("--heads draws a Neural Turing machine; add ntm to --networks")
    how = options.only_given(**settings)
    results = []
    for network in dict.fromkeys(networks.split(",")):
        for seed in range(n_seeds):
            with TerminalProgress() as progress:
                results.append(train_memory(task, network, progress=progress, seed=seed, **how))
    if as_json:
        print_json([each.as_dict(items=False) for each in results])
    else:
        print_rows((), [((), each) for each in summaries(results)])
    if heads is not None:
        machines = [each for each in results if each.network == "ntm"]
        best = min(machines, key=lambda each: each.errors[0])
        if note := write_figure(looks_figure(best), heads, force):
            click.echo(f"note: {note}", err=True)
        say_done(printable(heads), f"{time.perf_counter() - started:.1f} s")
