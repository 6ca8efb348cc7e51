"""Information content of synsets: from the words of a corpus, from tagged text, or from a file.

An occurrence of a word with n senses is 1 / n of an occurrence of each (Resnik 1995; with
`counting` ``each`` it is one of each, as WordNet::Similarity counts by default), and of all
synsets above it once.  The information content of a synset is -log of its share of all
occurrences of its part of speech.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..errors import FormatError, WordvecError, expect, expect_path
from ..text.vocabulary import Vocabulary
from .database_files import read_lines
from .settings import Counting
from .taxonomy import propagated
from .thesaurus import PARTS, Thesaurus
from .wndb import Database


def with_information(thesaurus: Thesaurus, own: np.ndarray, smoothing: float) -> Thesaurus:
    """Return a thesaurus with information content.

    Parameters
    ----------
    own : float64 array (n_synsets,)
        Occurrences of each synset itself, without those below it.
    smoothing : float
        Added to the occurrences of each synset.  With 0, that of synsets that do not occur is not
        known.
    """
    smoothed = own.copy()
    smoothed[: len(thesaurus)] += smoothing
    return _from_totals(thesaurus, propagated(smoothed, thesaurus.taxonomy))


def _from_totals(thesaurus: Thesaurus, totals: np.ndarray) -> Thesaurus:
    """Return a thesaurus with -log(total / that of the root), by part of speech."""
    information = np.full(len(totals), np.nan)
    for part in range(len(PARTS)):
        of_part = thesaurus.parts == part
        occurring = of_part & (totals > 0)
        if thesaurus.deepest[part] and occurring.any():
            # The root has the largest total, since all others are part of it.
            information[occurring] = np.log(totals[of_part].max() / totals[occurring])
    return replace(thesaurus, information=information)


def corpus_counts(thesaurus: Thesaurus, vocabulary: Vocabulary, counting: Counting) -> np.ndarray:
    """Return how often each synset occurs in a corpus (n_synsets,), by the counts of its words.

    Raises
    ------
    WordvecError
        If no word of the corpus has a sense.
    """
    words = zip(vocabulary.words, vocabulary.counts.tolist())
    senses = ((thesaurus.senses_of(word), count) for word, count in words if count)
    own = _added(thesaurus, senses, counting)
    if not own.any():
        raise WordvecError(
            "no word of the corpus is in the thesaurus; are both in the same language?"
        )
    return own


def tagged_counts(thesaurus: Thesaurus, database: Database) -> np.ndarray:
    """Return how often each synset occurs in the tagged text of a database (its cntlist.rev)."""
    places = {key: place for place, key in enumerate(database.synsets)}
    own = np.zeros(len(thesaurus.parts))
    for (part, word, number), count in database.tagged.items():
        senses = database.senses.get((part, word), ())
        if 1 <= number <= len(senses):
            own[places[senses[number - 1]]] += count
    return own


def _added(
    thesaurus: Thesaurus, senses: Iterable[tuple[list[int], int]], counting: Counting
) -> np.ndarray:
    """Add the counts of words to those of their senses, each part of speech by itself."""
    own = np.zeros(len(thesaurus.parts))
    for found, count in senses:
        by_part: dict[int, list[int]] = {}
        for synset in found:
            by_part.setdefault(int(thesaurus.parts[synset]), []).append(synset)
        for synsets in by_part.values():
            own[synsets] += count / len(synsets) if counting == "split" else count
    return own


def read_information(thesaurus: Thesaurus, path: str | Path) -> Thesaurus:
    """Read information content from a file of WordNet::Similarity (``ic-brown.dat``).

    A line for each synset: offset and part of speech, then how often it or one below it occurs;
    ``ROOT`` after those of tops, whose sum is the total.

    Raises
    ------
    FormatError
        If it is no such file, or of another database.
    """
    expect("thesaurus", thesaurus, Thesaurus, "a Thesaurus, as load_thesaurus(path) returns")
    expect_path("path", path)
    file = read_lines(Path(path))
    places = {
        (int(part), int(offset)): place
        for place, (part, offset) in enumerate(
            zip(thesaurus.parts[: len(thesaurus)], thesaurus.offsets)
        )
    }
    totals = np.zeros(len(thesaurus.parts))
    n_unknown = n_lines = 0
    for number, line in enumerate(file.lines, 1):
        fields = line.split()
        if not fields or (number == 1 and fields[0].startswith("wnver")):
            continue
        try:
            key, value = (PARTS.index(fields[0][-1]), int(fields[0][:-1])), float(fields[1])
            if not 0 <= value < 1e15 or fields[2:] not in ([], ["ROOT"]):
                raise ValueError
        except (ValueError, IndexError):
            raise file.error(
                f"{line[:40]!r}", "synset and count, as 1740n 1915712", number
            ) from None
        n_lines += 1
        if key not in places:
            n_unknown += 1
            continue
        totals[places[key]] = value
        if fields[2:] and thesaurus.deepest[key[0]]:
            _, distances = thesaurus.taxonomy.of(places[key])
            if len(distances) > 1:  # a top below the virtual root
                totals[len(thesaurus) + key[0]] += value
    if not totals.any() and not n_unknown:
        raise FormatError(path, "no counts of synsets", "lines such as 1740n 1915712")
    if not totals.any() or n_unknown > n_lines // 100:
        raise FormatError(
            path,
            f"{n_unknown} of {n_lines} synsets that the thesaurus does not have",
            "information content for this version of WordNet",
        )
    return _from_totals(thesaurus, totals)
