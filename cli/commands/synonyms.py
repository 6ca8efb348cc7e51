"""``wvt synonyms``."""

import click

from ..shared import options
from ..shared.output import print_json, print_table
from ..shared.thesauri import open_thesaurus, parts_option, thesaurus_option


@click.command("synonyms")
@click.argument("words", nargs=-1, required=True)
@thesaurus_option
@parts_option
@options.json_option
def command(words: tuple[str, ...], thesaurus: str, parts: str, as_json: bool) -> None:
    """Show the senses of each of WORDS, with their synonyms, antonyms and definitions.

    The most frequent sense of each part of speech comes first.  Inflected forms are looked up
    under their base forms, too.

    \b
    Examples:
      wvt synonyms car
      wvt synonyms bank --parts n --thesaurus corpus.wvt
    """
    from ...lexicon.relations import antonyms_of

    found = open_thesaurus(thesaurus)
    rows: list[tuple[str, ...]] = []
    data: dict[str, list[dict[str, object]]] = {}
    for word in words:
        data[word] = []
        for synset in found.known_senses(word, parts):
            own, antonyms = found.words_of(synset), antonyms_of(found, synset)
            entry: dict[str, object] = {
                "synset": found.name(synset),
                "words": own,
                "antonyms": antonyms,
                "gloss": found.gloss(synset),
            }
            data[word].append(entry)
            shown = (", ".join(own), ", ".join(antonyms), found.gloss(synset))
            rows.append((word, found.name(synset), *shown))
    if as_json:
        print_json(data)
        return
    print_table(("word", "sense", "synonyms", "antonyms", "definition"), rows)
