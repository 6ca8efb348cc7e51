"""``wvt check-split``."""

from typing import TYPE_CHECKING

import click

from ...text.settings import SharingSettings
from ..shared import options
from ..shared.comparisons import print_signatures
from ..shared.output import print_json, print_rows
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...text.split_results import SharedSentence, SharedSentences
    from ...text.streams import TextStream


@click.command("check-split")
@click.argument("train")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@options.settings_options(SharingSettings)
@click.option(
    "--show",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Number of shared sentences of each text to print.",
)
@options.threads_option
@options.signature_option
@options.json_option
def command(
    train: str,
    texts: tuple[str, ...],
    show: int,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Count the sentences that a test text shares with the training text.

    TRAIN is a workspace, or text; TEXT is what wvt eval-perplexity takes as its dataset, and each
    is counted separately.  A sentence of at least --min-length tokens is shared if it occurs in
    the training text verbatim; a document, if all its sentences do.  What is shared is
    not predicted but remembered.

    \b
    Examples:
      wvt check-split corpus.split/train.txt corpus.split/valid.txt corpus.split/test.txt
      wvt check-split train.wvt test.txt --show 10
      wvt check-split train.wvt test.txt --min-length 5 --json
    """
    from ...text.sharing import check_split

    with TerminalProgress() as progress:
        found = check_split(
            train, texts, threads=threads, progress=progress, **options.only_given(**settings)
        )
    results = [one.replaced(sentences=_sentences(stream, one, show)) for stream, one in found]
    if as_json:
        print_json([one.as_dict(items=False) for one in results])
        return
    print_rows((), [((), one) for one in results])
    for one in results:
        if one.sentences:
            click.echo()
            print_rows(("of",), [((one.text,), sentence) for sentence in one.sentences])
    for one in results:
        print_signatures([one])
        if one.n_undecided:
            click.echo(
                f"note: {one.n_undecided:,} more sentences of {one.text} match a training "
                "sentence except for words outside the vocabulary; give the training text in "
                "place of the workspace to be sure of them",
                err=True,
            )


def _sentences(
    stream: "TextStream", found: "SharedSentences", n: int
) -> "tuple[SharedSentence, ...]":
    """Return the first `n` shared sentences."""
    from ...text.split_results import SharedSentence

    return tuple(
        SharedSentence(
            place + 1, at + 1, " ".join(stream.words(stream.starts[place], stream.ends[place]))
        )
        for place, at in zip(found.places[:n].tolist(), found.found_at[:n].tolist())
    )
