"""``wvt similarity``."""

from typing import TYPE_CHECKING

import click

from ...errors import SettingError
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table

if TYPE_CHECKING:
    from ...lexicon.measures import ThesaurusMeasure


@click.command("similarity")
@options.model_argument
@click.argument("words", nargs=-1, required=True)
@options.json_option
def command(model: str, words: tuple[str, ...], as_json: bool) -> None:
    """Show the cosine of two words, or of several pairs: WORD1 WORD2 [WORD3 WORD4 ...].

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors, a vector file, or a
    measure on a thesaurus (wordnet:lin), which shows the senses that were compared and what
    subsumes them.

    \b
    Examples:
      wvt similarity corpus.wvt war peace
      wvt similarity corpus.wvt/ppmi war peace war battle --json
      wvt similarity wordnet:lin car automobile
    """
    if len(words) % 2:
        raise SettingError(f"{len(words)} words were given; expected an even number (pairs)")
    from ...models.thesaurus import load_measure

    pairs = list(zip(words[::2], words[1::2]))
    measure = load_measure(model)
    if measure is not None:
        _print_senses(measure, pairs, as_json)
        return
    vectors = open_vectors(model)
    cosines = [vectors.similarity(first, second) for first, second in pairs]
    if as_json:
        print_json([{"words": pair, "cosine": cosine} for pair, cosine in zip(pairs, cosines)])
        return
    rows = [(*pair, f"{cosine:.4f}") for pair, cosine in zip(pairs, cosines)]
    print_table(("word", "word", "cosine"), rows)


def _print_senses(measure: "ThesaurusMeasure", pairs: list[tuple[str, str]], as_json: bool) -> None:
    thesaurus, rows = measure.thesaurus, []
    found = [measure.compare(first, second) for first, second in pairs]
    if as_json:
        print_json(
            [
                {
                    "words": (each.first, each.second),
                    measure.measure: each.similarity,
                    "senses": [thesaurus.name(sense) for sense in each.senses],
                    "subsumer": thesaurus.name(each.subsumer),
                }
                for each in found
            ]
        )
        return
    for each in found:
        synsets = (*each.senses, each.subsumer)
        named = [", ".join(thesaurus.words_of(s)) or thesaurus.name(s) for s in synsets]
        rows.append((each.first, each.second, f"{each.similarity:.4f}", *named))
    print_table(("word", "word", measure.measure, "sense", "sense", "both are"), rows)
