"""Test sets in the language of the models, where the user names none."""

from collections.abc import Sequence

import click

from .models import open_vectors

language_option = click.option(
    "--language",
    metavar="NAME",
    help="Language of the text, by code or name, for the choice of test sets.  [default: as "
    "recognised from the vocabulary]",
)
_MOST = 2000  # words that are looked at


def default_names(
    kind: str, usual: Sequence[str], models: Sequence[str], language: str | None
) -> list[str]:
    """Return names of test sets in the language of the first of the models.

    Raises
    ------
    WordvecError
        If there are such sets and none of them is here.
    """
    from ...errors import WordvecError
    from ...evaluation.language_sets import default_sets
    from ...models.finding import find_vectors

    vectors = open_vectors(find_vectors(models[0]))
    text = " ".join(vectors.vocabulary.first_words(_MOST))
    chosen = default_sets(kind, usual, text, language)
    if not chosen.names:
        raise WordvecError(f"{chosen.note}; --dataset names a set")
    if chosen.note:
        click.echo(f"note: {chosen.note}", err=True)
    return list(chosen.names)
