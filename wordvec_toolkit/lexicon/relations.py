"""Words that a lexicon relates: a thesaurus, or a list of one's own."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Union

import numpy as np

from ..errors import EmptyResultError, FormatError, SettingError, expect
from ..text.vocabulary import Vocabulary
from .database_files import read_lines
from .settings import Relations
from .thesaurus import Thesaurus

#: A thesaurus, or groups of words that belong together.
Lexicon = Union[Thesaurus, Iterable[Sequence[str]]]


def antonyms_of(thesaurus: Thesaurus, synset: int) -> list[str]:
    """Return the antonyms of the words of a synset, as they are written."""
    found = [
        thesaurus.words_of(target)[max(to_word - 1, 0)]
        for _, target, _, to_word in thesaurus.related(synset, "!")
        if thesaurus.words_of(target)[max(to_word - 1, 0) :]
    ]
    return list(dict.fromkeys(found))


def read_word_groups(path: str | Path) -> list[list[str]]:
    """Read a list of words that belong together: a pair or more in each line, by white space.

    The first word of a line is related to each of the others.  Lines that start with ``#`` are
    skipped.

    Raises
    ------
    FormatError
        If a line has one word alone, or the file is no UTF-8.
    """
    file = read_lines(Path(path))
    groups = []
    for number, line in enumerate(file.lines, 1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if len(words) < 2:
            raise file.error(f"{line[:40]!r}", "two words or more that belong together", number)
        groups.append(words)
    if not groups:
        raise FormatError(path, "no words", "two words or more that belong together in each line")
    return groups


def related_pairs(
    lexicon: Lexicon, vocabulary: Vocabulary, relations: Relations = "synonyms"
) -> np.ndarray:
    """Return the pairs of words of a vocabulary that a lexicon relates.

    Words are looked up as they are, without base forms: ``dogs`` is in no synset.

    Parameters
    ----------
    lexicon : Thesaurus, or iterable of sequences of str
        Of a sequence, the first word is related to each of the others.
    relations : {"synonyms", "hypernyms"}
        Of a thesaurus; see `RelationSettings`.

    Returns
    -------
    int64 array (n, 2)
        Places in the vocabulary, each pair in both orders, sorted.

    Raises
    ------
    EmptyResultError
        If there are none.
    """
    _check_lexicon("lexicon", lexicon)
    if isinstance(lexicon, Thesaurus):
        known = _known_words(lexicon, vocabulary)
        found = _of_thesaurus(lexicon, known, relations)
    else:
        found = _of_groups(lexicon, vocabulary)
    return _both_orders(found, "related words")


def antonym_pairs(lexicon: Lexicon, vocabulary: Vocabulary) -> np.ndarray:
    """Return the antonyms among the words of a vocabulary; see `related_pairs`."""
    _check_lexicon("antonyms", lexicon)
    if not isinstance(lexicon, Thesaurus):
        return _both_orders(_of_groups(lexicon, vocabulary), "antonyms")
    known = _known_words(lexicon, vocabulary)
    found = []
    for synset in range(len(lexicon)):
        for _, target, from_word, to_word in lexicon.related(synset, "!"):
            if from_word and to_word:
                one = lexicon.word_first[synset] + from_word - 1
                two = lexicon.word_first[target] + to_word - 1
                places = (known[lexicon.synset_words[each]] for each in (one, two))
                found.append(tuple(places))
    return _both_orders([pair for pair in found if min(pair) >= 0], "antonyms")


def _check_lexicon(name: str, lexicon: Lexicon) -> None:
    if isinstance(lexicon, str) or not isinstance(lexicon, (Thesaurus, Iterable)):
        expected = "a Thesaurus, as load_thesaurus(path) returns, or a list of related words"
        expect(name, lexicon, Thesaurus, expected)


def _known_words(thesaurus: Thesaurus, vocabulary: Vocabulary) -> list[int]:
    """Return the place of each word of a thesaurus in a vocabulary, -1 where it lacks one."""
    ids = vocabulary.ids
    return [
        ids.get(word, ids.get(word.lower(), -1))
        for word in (spaced.replace(" ", "_") for spaced in thesaurus.texts["words"])
    ]


def _of_thesaurus(
    thesaurus: Thesaurus, known: list[int], relations: Relations
) -> list[tuple[int, int]]:
    firsts, words = thesaurus.word_first.tolist(), thesaurus.synset_words.tolist()
    members = [
        [known[word] for word in words[first:last] if known[word] >= 0]
        for first, last in zip(firsts, firsts[1:])
    ]
    found = []
    for synset in range(len(thesaurus)):
        own = members[synset]
        found += [(one, two) for one in own for two in own]
        if relations == "hypernyms" and own:
            for above in thesaurus.hypernyms(synset):
                found += [(one, two) for one in own for two in members[above]]
    return found


def _of_groups(groups: Iterable[Sequence[str]], vocabulary: Vocabulary) -> list[tuple[int, int]]:
    found = []
    for group in groups:
        if isinstance(group, str) or not isinstance(group, Sequence) or len(group) < 2:
            raise SettingError(
                f"the lexicon has {str(group)[:40]!r}; expected two words or more that belong "
                "together"
            )
        head, *others = (vocabulary.find(word) for word in group)
        found += [(head, other) for other in others if head is not None and other is not None]
    return found


def _both_orders(pairs: list[tuple[int, int]], what: str) -> np.ndarray:
    """Return pairs of different words in both orders, sorted, each once."""
    array = np.array(pairs, np.int64).reshape(-1, 2)
    array = array[array[:, 0] != array[:, 1]]
    if not len(array):
        raise EmptyResultError(
            f"the lexicon has no {what} of the vocabulary; are both in the same language and case?"
        )
    return np.unique(np.concatenate([array, array[:, ::-1]]), axis=0)
