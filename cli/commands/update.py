"""``wvt update``."""

import time

import click

from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("update")
@click.argument("workspace", type=click.Path())
@click.option("--add", multiple=True, metavar="TEXT", help="Text to add: a file, folder or glob.")
@click.option(
    "--remove",
    multiple=True,
    metavar="DOCUMENT",
    help="Document to remove: its name, its number from 1, or a range such as 3-7.",
)
@click.option(
    "--text",
    "sources",
    multiple=True,
    metavar="TEXT",
    help="Text that the workspace was made from; the first update reads it once more.  [default: "
    "where it was]",
)
@options.threads_option
@options.memory_option
@options.json_option
def command(
    workspace: str,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    sources: tuple[str, ...],
    threads: int | None,
    as_json: bool,
) -> None:
    """Add text to a workspace, and remove documents from it.

    Vocabulary, counts and PPMI become what a build from the changed text gives, to the last bit,
    without reading and counting the rest of the text again.  Vectors and language models are made
    again by the commands that made them.  All bundles change, or none.  The bundle rare-words,
    which the first update makes, holds the words outside the vocabulary: added text may bring them
    into it.

    \b
    Examples:
      wvt update news.wvt --add 2026-12.txt
      wvt update news.wvt --remove 17 --remove 120-135
    """
    started = time.perf_counter()
    from ...models.updating import update_workspace

    with TerminalProgress() as progress:
        built = update_workspace(
            workspace, add, remove, sources=sources, threads=threads, progress=progress
        )
    print_steps(built, started, as_json, ("wvt build-svd MODEL",))
