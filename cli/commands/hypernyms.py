"""``wvt hypernyms``."""

from typing import TYPE_CHECKING

import click

from ...errors import WordvecError
from ..shared import options
from ..shared.output import print_json, printable
from ..shared.thesauri import open_thesaurus, parts_option, thesaurus_option

if TYPE_CHECKING:
    from ...lexicon.thesaurus import Thesaurus

_DEEPEST = 200
_LARGEST = 10_000  # synsets of a tree; in WordNet, at most 100


@click.command("hypernyms")
@click.argument("words", nargs=-1, required=True)
@thesaurus_option
@parts_option
@options.json_option
def command(words: tuple[str, ...], thesaurus: str, parts: str, as_json: bool) -> None:
    """Show what each of WORDS is a kind of, sense by sense, up to the root.

    \b
    Examples:
      wvt hypernyms dog
      wvt hypernyms dog --parts n --json
    """
    found = open_thesaurus(thesaurus)
    trees = {
        word: [_tree(found, synset) for synset in found.known_senses(word, parts)] for word in words
    }
    if as_json:
        print_json(trees)
        return
    for tree in (tree for word in words for tree in trees[word]):
        _print(tree, 0)


def _tree(found: "Thesaurus", synset: int) -> dict[str, object]:
    """Return a synset with those above it."""
    n_left = _LARGEST

    def grown(synset: int, below: tuple[int, ...]) -> dict[str, object]:
        nonlocal n_left
        n_left -= 1
        if n_left < 0:
            raise WordvecError(f"more than {_LARGEST:,} ways lead up; this is no WordNet")
        # A way that leads back to itself ends there.
        above = [up for up in found.hypernyms(synset) if up not in (*below, synset)]
        return {
            "synset": found.name(synset),
            "words": found.words_of(synset),
            "hypernyms": [grown(up, (*below, synset)) for up in above if len(below) < _DEEPEST],
        }

    return grown(synset, ())


def _print(tree: dict[str, object], depth: int) -> None:
    words, above = tree["words"], tree["hypernyms"]
    assert isinstance(words, list) and isinstance(above, list)
    click.echo(printable(f"{'  ' * depth}{', '.join(words)}  ({tree['synset']})"))
    for one in above:
        _print(one, depth + 1)
