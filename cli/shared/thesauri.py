"""Parts shared by the commands that look up a thesaurus."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ...lexicon.thesaurus import Thesaurus

thesaurus_option = click.option(
    "--thesaurus",
    metavar="PATH",
    default="wordnet",
    show_default=True,
    help="Bundle of wvt build-thesaurus, workspace with one, or wordnet, as wvt fetch wordnet "
    "downloaded it.",
)
parts_option = click.option(
    "--parts",
    metavar="LETTERS",
    default="nvar",
    help="Parts of speech: n (nouns), v (verbs), a (adjectives), r (adverbs).  [default: all]",
)


def open_thesaurus(path: str) -> "Thesaurus":
    """Open a thesaurus."""
    from ...models.thesaurus import load_thesaurus

    return load_thesaurus(path)
