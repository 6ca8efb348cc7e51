"""Words that a thesaurus relates: synonyms, hypernyms, antonyms."""

from .thesaurus import Thesaurus


def antonyms_of(thesaurus: Thesaurus, synset: int) -> list[str]:
    """Return the antonyms of the words of a synset, as they are written."""
    found = [
        thesaurus.words_of(target)[max(to_word - 1, 0)]
        for _, target, _, to_word in thesaurus.related(synset, "!")
        if thesaurus.words_of(target)[max(to_word - 1, 0) :]
    ]
    return list(dict.fromkeys(found))
