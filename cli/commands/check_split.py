"""``wvt check-split``."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ...text.settings import SharingSettings
from ..shared import options
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...text.sharing import SharedSentences
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
    help="Print the first N shared sentences of each text, too.",
)
@options.threads_option
@options.json_option
def command(
    train: str,
    texts: tuple[str, ...],
    show: int,
    threads: int | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Count what a test text shares with the training text: sentences that stand in both.

    TRAIN is a workspace, or text; TEXT is what wvt eval-perplexity takes as its dataset, and each
    is counted by itself.  A sentence of at least --min-length tokens is shared if it stands in
    the training text word for word; a document, if all its sentences do.  What is shared was not
    foretold but remembered.

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
    if as_json:
        print_json([_as_json(*one, show) for one in found])
        return
    rows = [
        (
            one.text,
            f"{one.n_sentences:,}",
            f"{one.n_shared:,}",
            f"{one.n_tokens:,}",
            f"{one.n_shared_tokens:,}",
            f"{one.share:.2%}",
            f"{one.n_documents:,}",
            f"{one.n_shared_documents:,}",
        )
        for _, one in found
    ]
    header = (
        "text",
        "sentences",
        "shared",
        "tokens",
        "in shared",
        "share",
        "documents",
        "shared documents",
    )
    print_table(header, rows)
    for stream, one in found:
        if shown := _sentences(stream, one, show):
            click.echo()
            print_table(
                (f"sentence of {one.text}", "in training", "text"),
                [(str(place + 1), str(at + 1), text) for place, at, text in shown],
            )
    for _, one in found:
        click.echo(one.signature, err=True)
        if one.n_undecided:
            click.echo(
                f"note: {one.n_undecided:,} more sentences of {one.text} are like one of the "
                "training text but for words outside the vocabulary; give the training text in "
                "place of the workspace to be sure of them",
                err=True,
            )


def _sentences(
    stream: "TextStream", found: "SharedSentences", n: int
) -> list[tuple[int, int, str]]:
    """Return number, number in training and words of the first `n` shared sentences."""
    return [
        (place, at, " ".join(stream.words(stream.starts[place], stream.ends[place])))
        for place, at in zip(found.places[:n].tolist(), found.found_at[:n].tolist())
    ]


def _as_json(stream: "TextStream", found: "SharedSentences", show: int) -> dict[str, Any]:
    counts = {
        name: value
        for name, value in asdict(found).items()
        if name not in ("places", "found_at", "signature")
    }
    return {
        **counts,
        "share": found.share,
        "sentences": [
            {"sentence": place + 1, "in_training": at + 1, "text": text}
            for place, at, text in _sentences(stream, found, show)
        ],
        "signature": found.signature,
    }
