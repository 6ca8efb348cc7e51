"""``wvt show``."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...embeddings.settings import SubmatrixSettings
from ...errors import FormatError
from ..shared import options
from ..shared.models import say_which
from ..shared.output import print_json, print_table, printable

if TYPE_CHECKING:
    from ...counts.cooccurrence import Cooccurrence
    from ...embeddings.vectors import WordVectors
    from ...text.corpus import EncodedCorpus


@click.command("show")
@click.argument("model", type=click.Path())
@click.option("--words", metavar="W,W,...", help="Rows.  [default: the most frequent words]")
@click.option(
    "--contexts",
    metavar="C,C,...",
    help="Columns: words, or of dense vectors numbers of dimensions.  [default: the first]",
)
@options.setting_option(SubmatrixSettings, "values")
@options.setting_option(SubmatrixSettings, "log", metavar="BASE")
@options.setting_option(SubmatrixSettings, "n")
@options.json_option
def command(
    model: str, words: str | None, contexts: str | None, as_json: bool, **settings: object
) -> None:
    """Show a matrix: co-occurrence counts, PMI and PPMI, or word vectors; or documents of a corpus.

    MODEL is a bundle of counts, vectors or text, a vector file, or a workspace, of which the counts
    are shown.  Rows are words, columns contexts or dimensions.  PMI and PPMI of counts are plain:
    those of a bundle are as it was built.  Of text the documents are listed, with the names that
    its format gives them.

    \b
    Examples:
      wvt show corpus.wvt --words you,say,goodbye
      wvt show corpus.wvt --words you,say --contexts say,goodbye --values ppmi --log 2
      wvt show corpus.wvt/ppmi -n 20 > ppmi.tsv
      wvt show corpus.wvt/svd --words you,i --contexts 1,2 --json
      wvt show corpus.wvt/corpus -n 20
    """
    from ...embeddings.submatrix import submatrix
    from ...text.corpus import EncodedCorpus

    opened = _open(model)
    if isinstance(opened, EncodedCorpus):
        given = options.only_given(words=words, contexts=contexts, **settings)
        if given.keys() - {"n"}:
            raise click.UsageError("of a corpus the documents are shown; only -n and --json apply")
        _show_documents(opened, given.get("n", 10), as_json)
        return
    found = submatrix(opened, _split(words), _split(contexts), **options.only_given(**settings))
    if as_json:
        print_json(found.as_dict())
        return
    header, rows = found.table()
    for number, columns in enumerate(_panels(header, rows)):
        if number:
            click.echo()
        print_table([header[n] for n in columns], [[row[n] for n in columns] for row in rows])


def _show_documents(corpus: "EncodedCorpus", n: int, as_json: bool) -> None:
    records = corpus.list_documents(n).records()
    if as_json:
        print_json(records)
    else:
        cells = [[str(value) for value in record.values()] for record in records]
        print_table(list(records[0]) if records else (), cells)


def _split(words: str | None) -> list[str] | None:
    """Return the words between the commas of an option."""
    return None if words is None else [word for word in words.split(",") if word]


def _open(model: str) -> "Cooccurrence | WordVectors | EncodedCorpus":
    """Open counts, vectors or text; of a workspace its counts."""
    from ...bundles.reading import open_bundle
    from ...bundles.recognising import is_bundle
    from ...counts.cooccurrence import Cooccurrence
    from ...embeddings.vectors import WordVectors
    from ...models.loading import load
    from ...text.corpus import EncodedCorpus
    from ...workspace.folder import is_workspace

    place = Path(model)
    if is_workspace(place) and is_bundle(place / "counts"):
        place = place / "counts"
    say_which(model, place)
    opened = load(place)
    if not isinstance(opened, Cooccurrence | WordVectors | EncodedCorpus):
        held = f"a bundle of {open_bundle(place).kind}" if is_bundle(place) else "a language model"
        raise FormatError(place, held, "co-occurrence counts, vectors or text")
    return opened


def is_terminal() -> bool:
    """Return whether people read standard output."""
    return sys.stdout.isatty()


def _panels(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[list[int]]:
    """Yield the columns that fit side by side on the terminal, the first in front of each."""
    if not is_terminal():
        yield list(range(len(header)))
        return
    from rich.cells import cell_len
    from rich.console import Console

    table = [[cell_len(printable(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(column) for column in zip(*table)]
    room = left = Console().width - widths[0]
    panel = [0]
    for column in range(1, len(header)):
        if left < 2 + widths[column] and len(panel) > 1:
            yield panel
            panel, left = [0], room
        panel.append(column)
        left -= 2 + widths[column]
    yield panel
