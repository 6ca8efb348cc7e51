"""``wvt profile``."""

import shlex
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ...text.settings import TextSettings
from ..shared import options
from ..shared.output import print_json, print_table, printable
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...report.data import CorpusProfile


@click.command("profile")
@options.corpus_argument
@options.settings_options(TextSettings)
@options.reading_threads_option
@options.json_option
def command(
    corpus: tuple[str, ...], threads: int | None, as_json: bool, **settings: object
) -> None:
    """Show statistics of a text: tokens, types, words seen once, Zipf's and Heaps' laws.

    CORPUS: as in wvt build-ppmi, text or a workspace.  Text is read whole: the types and their
    growth are those of all words, and --min-count, --max-size and --keep say which of them to call
    the vocabulary.  A workspace knows the words of its vocabulary alone, so that there the growth
    is theirs, and Heaps' law is not fitted.

    \b
    Examples:
      wvt profile lee
      wvt profile corpus.txt --tokenizer whitespace --min-count 10
      wvt profile corpus.wvt --json
    """
    started = time.perf_counter()
    found = read_profile(corpus, settings, threads)
    if as_json:
        print_json(found.as_dict())
        return
    rows = [(column.title, column.cell(found)) for column in found.COLUMNS[1:]]
    print_table(("measure", "value"), rows)
    source = shlex.join(corpus)
    click.echo(f"{printable(found.name)}: read in {time.perf_counter() - started:.1f} s", err=True)
    click.echo(f"next: wvt plot zipf {source} -o zipf.html", err=True)
    if found.zipf_exponent is None:
        click.echo("note: the text is too short to fit Zipf's law", err=True)
    if not found.all_types:
        click.echo(
            "note: the points and the growth are those of the vocabulary; Heaps' law needs all "
            "types, so give the text itself",
            err=True,
        )


def read_profile(
    corpus: Sequence[str], settings: dict[str, object], threads: int | None
) -> "CorpusProfile":
    """Profile text or a workspace; `settings` are those of `TextSettings`."""
    from ...report.profiles import profile_text

    with TerminalProgress() as progress:
        return profile_text(
            corpus, threads=threads, progress=progress, **options.only_given(**settings)
        )
