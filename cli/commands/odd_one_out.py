"""``wvt odd-one-out``."""

import click

from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table


@click.command("odd-one-out")
@options.model_argument
@click.argument("words", nargs=-1, required=True)
@options.json_option
def command(model: str, words: tuple[str, ...], as_json: bool) -> None:
    """Show which of WORDS is least like the others.

    WORDS are put in order of their cosine to the mean of all (of their vectors at length 1); the
    one farthest from it, the odd one out, comes first.

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.

    \b
    Examples:
      wvt odd-one-out corpus.wvt breakfast cereal dinner lunch
      wvt odd-one-out corpus.wvt/ppmi breakfast cereal dinner lunch --json
    """
    ranked = open_vectors(model).centrality(words)[::-1]
    if as_json:
        print_json(
            {
                "odd_one_out": ranked[0].word,
                "words": [{"word": item.word, "cosine": item.similarity} for item in ranked],
            }
        )
        return
    rows = [(str(i), item.word, f"{item.similarity:.4f}") for i, item in enumerate(ranked, 1)]
    print_table(("rank", "word", "cosine to the mean"), rows)
