"""Word vectors, dense or sparse, behind one set of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Union

import numpy as np

from ..errors import SettingError
from ..runtime.rows import Rows
from .queries import (
    ANALOGY_METHODS,
    AnalogyMethod,
    Combine,
    Neighbor,
    Only,
    all_cosines,
    chosen_words,
    combine_add,
    combine_mul,
    cosines_to_mean,
    nearest_rows,
    queries_at_once,
)
from .vector_table import VectorTable

#: A word, or a vector (dim,).
Query = Union[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class WordVectors(VectorTable):
    """A vector for each word of a vocabulary.

    gensim's names work, too: ``most_similar``, ``similar_by_word``, ``index_to_key``,
    ``key_to_index``, ``vectors``; so do ``len(v)``, ``"word" in v``, ``v["word"]``,
    ``v[["a", "b"]]`` and iteration over the words.

    Attributes
    ----------
    vocabulary : Vocabulary
        Without specials.
    matrix : float32 array (n_words, dim) or csr_array (n_words, n_contexts)
        Row i belongs to word i.  From a bundle, a memory map.
    settings, facts : dict
        How the vectors were made and what came out.
    """

    def cosines(self, directions: np.ndarray) -> np.ndarray:
        """Return the cosines of unit vectors (n, dim) with every word: float32 (n, n_words)."""
        return np.nan_to_num(all_cosines(self.matrix, self.norms, directions))

    @cached_property
    def cosine_shift(self) -> tuple[np.float32, np.float32]:
        """Scale and offset that bring cosines to [0, 1] for 3CosMul.

        Where no component is negative they are there already.
        """
        if not isinstance(self.matrix, np.ndarray) and not (self.matrix.data < 0).any():
            return np.float32(1), np.float32(0)
        return np.float32(0.5), np.float32(0.5)

    def similarity(self, first: str, second: str) -> float:
        """Return the cosine of two words.

        Raises
        ------
        UnknownWordError
            If one is not in the vocabulary.
        """
        one, two = self.unit([self.id(first), self.id(second)])
        return float(one @ two)

    def nearest(
        self,
        query: Query,
        n: int = 10,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
    ) -> Rows[Neighbor]:
        """Return the `n` words with the largest cosine to a word or a vector.

        Parameters
        ----------
        query : str or array (dim,)
            A word is not its own neighbour.
        among : int, optional
            Use only this number of words, the most frequent.
        only : iterable of str or function from str to bool, optional
            Only these words; those not in the vocabulary are skipped.
        match : str, optional
            Only words in which this regular expression is found.

        Raises
        ------
        UnknownWordError
            If `query` is not in the vocabulary.
        EmptyResultError
            If `only` and `match` leave no word.
        """
        return self.nearest_each([query], n, among, only, match, threads)[0]

    def nearest_each(
        self,
        queries: Sequence[Query],
        n: int = 10,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
    ) -> list[Rows[Neighbor]]:
        """Return for each of several words or vectors what `nearest` does, in one pass."""
        only = list(only) if not (only is None or callable(only) or isinstance(only, str)) else only
        answers: list[Rows[Neighbor]] = []
        step = queries_at_once(self.dim)
        for i in range(0, len(queries), step):
            units, skipped = zip(*(self._query(query) for query in queries[i : i + step]))
            answers += self._nearest(np.stack(units), skipped, n, among, only, match, threads)
        return answers

    def _nearest(
        self,
        units: np.ndarray,
        skipped: Sequence[list[int]],
        n: int,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
        combine: Combine | None = None,
    ) -> list[Rows[Neighbor]]:
        """See `nearest` and `nearest_rows`."""
        chosen = chosen_words(self.vocabulary, among, only, match)
        # Lengths of all rows are worth keeping where all are read.
        norms = self.norms if len(chosen) == len(self) else self.__dict__.get("norms")
        found = nearest_rows(self.matrix, units, skipped, n, chosen, norms, threads, combine)
        word = self.vocabulary.word
        return [Rows(Neighbor(word(place), score) for place, score in pairs) for pairs in found]

    def _query(self, query: Query) -> tuple[np.ndarray, list[int]]:
        """Return the unit vector of a word or vector, and the words that are no answers."""
        if isinstance(query, str):
            place = self.id(query)
            return self.unit([place])[0], [place]
        return self._direction(query), []

    def nearest_sum(
        self,
        plus: Sequence[str],
        minus: Sequence[str] = (),
        n: int = 10,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
    ) -> Rows[Neighbor]:
        """Return the words nearest to the sum of the unit vectors of words, less those of others.

        With one word to take away and two to add that is `analogy` by 3CosAdd (Levy and Goldberg
        2014, equation 3).  None of the words are answers; see `nearest` for the rest.
        """
        if isinstance(plus, str) or isinstance(minus, str) or not (plus or minus):
            raise SettingError("expected words to add or to subtract, in lists")
        places = [self.id(word) for word in (*plus, *minus)]
        units = self.unit(places)
        total = units[: len(plus)].sum(axis=0) - units[len(plus) :].sum(axis=0)
        direction = self._direction(total)[None]
        return self._nearest(direction, [places], n, among, only, match, threads)[0]

    def most_similar(
        self,
        positive: Query | Sequence[Query] = (),
        negative: Query | Sequence[Query] = (),
        topn: int = 10,
        restrict_vocab: int | None = None,
    ) -> Rows[Neighbor]:
        """Return the words nearest to a sum of words and vectors, as gensim's method does.

        Words count with length 1, arrays as they are.  None of the words are answers.  See
        `nearest` and `nearest_sum` for more ways to choose among words.

        Parameters
        ----------
        positive, negative : str, array (dim,), or a sequence of these
            What is added and what is taken away.
        topn : int
            How many words.
        restrict_vocab : int, optional
            Use only this number of words, the most frequent.
        """
        total = np.zeros(self.dim, np.float32)
        places = []
        for sign, given in ((1, positive), (-1, negative)):
            items = [given] if isinstance(given, (str, np.ndarray)) else given
            for item in items:
                if isinstance(item, str):
                    unit, own = self._query(item)
                    places += own
                else:
                    unit = self._components(item)
                total += sign * unit
        if not total.any() and not places:
            raise SettingError("positive and negative are empty; expected words or vectors")
        direction = self._direction(total)[None]
        return self._nearest(direction, [places], topn, restrict_vocab)[0]

    def similar_by_word(
        self, word: str, topn: int = 10, restrict_vocab: int | None = None
    ) -> Rows[Neighbor]:
        """Return the words nearest to `word`, as gensim's method does; see `nearest`."""
        return self.most_similar(word, (), topn, restrict_vocab)

    def _components(self, vector: np.ndarray) -> np.ndarray:
        vector = np.asarray(vector, np.float32).ravel()
        if len(vector) != self.dim:
            raise SettingError(f"the vector has {len(vector)} components, not {self.dim}")
        return vector

    def _direction(self, vector: np.ndarray) -> np.ndarray:
        vector = self._components(vector)
        length = np.linalg.norm(vector)
        if not np.isfinite(length) or length == 0:
            raise SettingError("the vector is zero or not finite; it has no direction")
        return np.asarray(vector / length)

    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        n: int = 10,
        method: AnalogyMethod = "3cosadd",
        among: int | None = None,
    ) -> Rows[Neighbor]:
        """Answer "`a` is to `b` as `c` is to ?".

        3CosAdd maximises cos(d, b) - cos(d, a) + cos(d, c); 3CosMul maximises
        cos(d, b) cos(d, c) / (cos(d, a) + 0.001), with cosines moved to [0, 1] where they can be
        negative (Levy and Goldberg 2014, equations 3 and 4).

        Returns
        -------
        list of Neighbor
            `similarity` is the score that was maximised.  The three words are never answers.
        """
        if method not in ANALOGY_METHODS:
            raise SettingError(f"method is {method!r}; expected {' or '.join(ANALOGY_METHODS)}")
        places = [self.id(word) for word in (a, b, c)]
        if method == "3cosadd":
            combine = combine_add
        else:
            scale, offset = self.cosine_shift
            combine = partial(combine_mul, scale=scale, offset=offset)
        return self._nearest(self.unit(places), [places], n, among, combine=combine)[0]

    def centrality(self, words: Sequence[str]) -> Rows[Neighbor]:
        """Return `words` with their cosines to the mean of their unit vectors, largest first."""
        if isinstance(words, str) or len(words) < 2:
            raise SettingError("expected two words or more, in a list")
        cosines = cosines_to_mean(self.unit([self.id(word) for word in words]))
        # Of equals the first comes last, so that it is the odd one.
        order = np.argsort(cosines, kind="stable")[::-1]
        return Rows(Neighbor(words[place], float(cosines[place])) for place in order)

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Return the odd one out: the word farthest from the mean of the words' unit vectors.

        Raises
        ------
        UnknownWordError
            If one is not in the vocabulary.
        """
        return self.centrality(words)[-1].word
