"""``wvt similarity``."""

import click

from ...errors import SettingError
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table


@click.command("similarity")
@options.model_argument
@click.argument("words", nargs=-1, required=True)
@options.json_option
def command(model: str, words: tuple[str, ...], as_json: bool) -> None:
    """Show the cosine of two words, or of several pairs: WORD1 WORD2 [WORD3 WORD4 ...].

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.

    \b
    Examples:
      wvt similarity corpus.wvt war peace
      wvt similarity corpus.wvt/ppmi war peace war battle --json
    """

    if len(words) % 2:
        raise SettingError(f"{len(words)} words were given; expected an even number (pairs)")
    vectors = open_vectors(model)
    pairs = list(zip(words[::2], words[1::2]))
    cosines = [vectors.similarity(first, second) for first, second in pairs]
    if as_json:
        print_json([{"words": pair, "cosine": cosine} for pair, cosine in zip(pairs, cosines)])
        return
    rows = [(*pair, f"{cosine:.4f}") for pair, cosine in zip(pairs, cosines)]
    print_table(("word", "word", "cosine"), rows)
