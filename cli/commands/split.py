"""``wvt split``."""

import shlex
import time
from pathlib import Path

import click

from ...text.settings import SplitSettings
from ..shared import options
from ..shared.comparisons import print_signatures
from ..shared.output import print_json, print_rows
from ..shared.progress import TerminalProgress
from ..shared.steps import say_done


@click.command("split")
@options.corpus_argument
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="Folder for train.txt, valid.txt and test.txt.",
)
@options.settings_options(SplitSettings)
@click.option("--valid-text", metavar="TEXT", help="Validation text of your own, to copy.")
@click.option("--test-text", metavar="TEXT", help="Test text of your own, to copy.")
@click.option("--force", is_flag=True, help="Overwrite existing files with other content.")
@options.signature_option
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str,
    valid_text: str | None,
    test_text: str | None,
    force: bool,
    as_json: bool,
    **settings: object,
) -> None:
    """Split a text into training, validation and test text, document by document.

    Every document goes whole to one side, and copies of it to the same; which one follows from a
    hash of its words, so neither from the order of the documents nor, but for a few, from what
    else is there.  Few documents are split by their lines instead, with a note.  CORPUS is what
    wvt build-ppmi takes; the files are UTF-8, to be read with the same --layout.

    \b
    Examples:
      wvt split corpus.txt -o corpus.split
      wvt split lee -o lee.split --layout documents --test 0.1
      wvt split articles.jsonl --field body -o articles.split --json
    """
    started = time.perf_counter()
    from ...text.splitting import split_corpus

    with TerminalProgress(compiles=False) as progress:
        split = split_corpus(
            list(corpus),
            output,
            valid_text=valid_text,
            test_text=test_text,
            overwrite=force,
            progress=progress,
            **options.only_given(**settings),
        )
        if split.n_duplicates:
            progress.note(
                f"{split.n_duplicates:,} of {split.n_units:,} {split.unit}s are duplicates of "
                "others "
                "and are on the same side as those"
            )
        if split.facts["n_invalid_sequences"] or split.facts["n_nul_bytes"]:
            progress.note(
                f"{split.facts['n_invalid_sequences']:,} byte sequences were not UTF-8 and "
                f"{split.facts['n_nul_bytes']:,} NUL bytes; they were replaced or removed"
            )
    if as_json:
        print_json(split.as_dict())
        return
    print_rows((), [((), part) for part in split.parts])
    print_signatures([split])
    train, valid, test = (shlex.quote(part.path) for part in split.parts[:3])
    layout = f" --layout {settings['layout']}" if settings["layout"] else ""
    say_done(
        output,
        f"{time.perf_counter() - started:.1f} s",
        f"wvt build-ngram-lm {train}{layout} --cache --held-out {valid}",
        f"wvt eval-perplexity {shlex.quote(str(Path(split.parts[0].path).with_suffix('.wvt')))} "
        f"--dataset {test}",
    )
