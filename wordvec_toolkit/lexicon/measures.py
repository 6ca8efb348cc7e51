"""Similarity of two words by a thesaurus: the measures of the literature.

Senses of one part of speech are compared in the is-a hierarchy, and the similarity of two words is
that of their two senses that are most alike (Resnik 1995, section 2.1).  With e the edges on the
shortest way from one sense to the other, D the edges down to the deepest sense, c a common
subsumer, d(c) the nodes on the longest way from the root to c, and I(c) = -log p(c) its information
content:

========  =======================================  ===========================================
measure   similarity of two senses                 source
========  =======================================  ===========================================
``path``  1 / (1 + e)                              Rada et al. 1989 (their distance is e)
``lch``   -log((1 + e) / 2D)                       Leacock and Chodorow 1998
``wup``   max over c of 2 d(c) / (e_c + 2 d(c)),   Wu and Palm 1994
          e_c being the edges by way of c
``res``   max over c of I(c)                       Resnik 1995
``lin``   2 res / (I(one) + I(two))                Lin 1998
``jcn``   1 / (1 + I(one) + I(two) - 2 res)        Jiang and Conrath 1997 (a distance there)
========  =======================================  ===========================================

The literature compares nouns and verbs, which alone have hypernyms.  Adjectives are compared here,
too, in the hierarchy of their clusters: a satellite is below the head that it is similar to, and
all heads below one root.  With `parts` ``nv`` they are not.  Adverbs are not compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from .._kernels import senses as kernels
from ..errors import EmptyResultError, SettingError, WordvecError, expect
from ..runtime.parallel import even_bounds, n_threads, run_blocks
from .thesaurus import PARTS, Thesaurus, check_parts

MeasureName = Literal["path", "lch", "wup", "res", "lin", "jcn"]
MEASURES: tuple[MeasureName, ...] = get_args(MeasureName)
#: Those that need information content.
BY_INFORMATION = ("res", "lin", "jcn")
_PAIRS_AT_ONCE = 1 << 14


@dataclass(frozen=True)
class SensePair:
    """The similarity of two words, and the senses that have it.

    Attributes
    ----------
    first, second : str
        The words.
    similarity : float
        nan if the words have no senses that can be compared.
    senses : tuple of int
        A synset of each word; empty where there are none.
    subsumer : int
        The synset above both that the measure took; -1 where there is none.
    """

    first: str
    second: str
    similarity: float
    senses: tuple[int, ...]
    subsumer: int


@dataclass(frozen=True, eq=False)
class ThesaurusMeasure:
    """A measure of similarity on a thesaurus.

    Attributes
    ----------
    thesaurus : Thesaurus
    measure : str
        See the table of this module.
    parts : str
        Parts of speech that are compared, letters of ``nvar``.  Only those with a hierarchy count:
        nouns, verbs and adjectives in WordNet.
    """

    thesaurus: Thesaurus
    measure: MeasureName = "path"
    parts: str = PARTS

    def __post_init__(self) -> None:
        expect("thesaurus", self.thesaurus, Thesaurus, "a Thesaurus, as load(path) returns")
        if self.measure not in MEASURES:
            raise SettingError(
                f"the measure is {self.measure!r}; expected one of {', '.join(MEASURES)}"
            )
        check_parts(self.parts)
        if self.measure in BY_INFORMATION and not self.thesaurus.has_information:
            raise WordvecError(
                f"{self.measure} needs information content, and this thesaurus has none; build it "
                "with a corpus, or take path, lch or wup"
            )

    @property
    def signed(self) -> dict[str, str]:
        """Parts of the signature of a score by this measure."""
        said = {"by": f"thesaurus,{self.measure}", "uses": "lexicon"}
        if self.measure in BY_INFORMATION:
            said["information"] = str(self.thesaurus.settings.get("information", "given"))
        return said if self.parts == PARTS else {**said, "parts": self.parts}

    def senses_of(self, word: str) -> list[int]:
        """Return the senses of a word that can be compared."""
        found = self.thesaurus.senses_of(word, self.parts)
        return [sense for sense in found if self.thesaurus.deepest[self.thesaurus.parts[sense]] > 0]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(self.senses_of(word))

    def similarity(self, first: str, second: str) -> float:
        """Return the similarity of two words.

        Raises
        ------
        UnknownWordError
            If one has no senses.
        EmptyResultError
            If they have no senses of one part of speech.
        """
        return self.compare(first, second).similarity

    def compare(self, first: str, second: str) -> SensePair:
        """Return the similarity of two words with their senses; see `similarity`."""
        for word in (first, second):
            self.thesaurus.known_senses(word, self.parts)
        found = self.sense_pairs([(first, second)])[0]
        if not found.senses:
            raise EmptyResultError(
                f"{first!r} and {second!r} have no senses of one part of speech that has a "
                "hierarchy (nouns, verbs, adjectives)"
            )
        return found

    def sense_pairs(
        self, pairs: Sequence[tuple[str, str]], threads: int | None = None
    ) -> list[SensePair]:
        """Return the similarities of pairs of words with the senses that have them."""
        values, chosen = self._of_pairs(pairs, threads)
        return [
            SensePair(first, second, value, tuple(own[:2]) if own[2] >= 0 else (), own[2])
            for (first, second), value, own in zip(pairs, values.tolist(), chosen.tolist())
        ]

    def similarities(
        self, pairs: Sequence[tuple[str, str]], threads: int | None = None
    ) -> np.ndarray:
        """Return the similarities of pairs of words, float64 (n,); nan where there is none."""
        return self._of_pairs(pairs, threads)[0]

    def _of_pairs(
        self, pairs: Sequence[tuple[str, str]], threads: int | None
    ) -> tuple[np.ndarray, np.ndarray]:
        places = {word: at for at, word in enumerate(dict.fromkeys(w for p in pairs for w in p))}
        senses = self._senses(list(places))
        ids = np.array([(places[a], places[b]) for a, b in pairs], np.int64).reshape(-1, 2)
        values, chosen = np.empty(len(ids)), np.empty((len(ids), 3), np.int32)

        def fill(first: int, last: int) -> None:
            part = slice(first, last)
            self._run(ids[part, 0].copy(), ids[part, 1].copy(), senses, values[part], chosen[part])

        run_blocks(fill, even_bounds(len(ids), _PAIRS_AT_ONCE), n_threads(threads))
        return values, chosen

    def matrix(self, words: Sequence[str], threads: int | None = None) -> np.ndarray:
        """Return the similarities of all pairs of words, float32 (n, n), nan where there is none.

        That of a word with itself is computed like any other.
        """
        if isinstance(words, str) or not isinstance(words, Sequence):
            expect("words", words, (list, tuple), "a list of words")
        senses = self._senses(words)
        n = len(words)
        result = np.empty((n, n), np.float32)
        everything = np.arange(n)

        def fill(first: int, last: int) -> None:
            for row in range(first, last):
                later = everything[row:]
                values, chosen = np.empty(n - row), np.empty((n - row, 3), np.int32)
                self._run(np.full(n - row, row), later, senses, values, chosen)
                result[row, row:] = result[row:, row] = values

        run_blocks(fill, even_bounds(n, 16), n_threads(threads))
        return result

    def _senses(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the senses of words one after the other, and where those of each begin."""
        found = [self.senses_of(word) for word in words]
        first = np.zeros(len(found) + 1, np.int64)
        first[1:] = np.cumsum([len(own) for own in found])
        return first, np.array([sense for own in found for sense in own], np.int32)

    def _run(
        self,
        firsts: np.ndarray,
        seconds: np.ndarray,
        senses: tuple[np.ndarray, np.ndarray],
        values: np.ndarray,
        chosen: np.ndarray,
    ) -> None:
        thesaurus, taxonomy = self.thesaurus, self.thesaurus.taxonomy
        kernels.best_senses(
            firsts,
            seconds,
            *senses,
            thesaurus.parts,
            thesaurus.deepest,
            taxonomy.first,
            taxonomy.ancestors,
            taxonomy.distances,
            taxonomy.depths,
            thesaurus.information,
            MEASURES.index(self.measure),
            values,
            chosen,
        )
