"""Vectors of sentences: weighted means of their words' vectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import EmptyResultError, SettingError, expect
from ..runtime.parallel import one_blas_thread
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.rows import Rows
from ..runtime.settings import takes
from ..text.blocks import DOCUMENT_END, Damage, read_blocks
from ..text.files import find_sources
from ..text.settings import FileSettings
from ..text.tokenizers import Cutting, Tokenizer, make_tokenizer
from ..text.vocabulary import Vocabulary
from ..text.wordtable import WordTable
from .postprocessing import gram
from .queries import Matrix
from .settings import SentenceSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import ReadSentencesKeywords, SentenceVectorsKeywords

_LINE_IS_SENTENCE = 0
_LABEL_LENGTH = 200


class NearSentence(NamedTuple):
    """A sentence, its place among the sentences (from 0) and how near it is."""

    place: int
    sentence: str
    similarity: float


@dataclass(frozen=True, eq=False)
class SentenceVectors:
    """Vectors of sentences, and what it takes to make one for another sentence.

    Attributes
    ----------
    sentences : tuple of str
    matrix : float32 array (n_sentences, dim) or csr_array
        Zero where no word of a sentence has a vector.
    n_tokens, n_known : int64 arrays (n_sentences,)
        Words of each sentence, and those among them that are in the vocabulary.
    common : float64 array (dim,) or None
        The direction that was taken away.
    vectors : WordVectors
    tokenizer : Tokenizer
    word_weights : float64 array (n_words,)
    settings : dict
    """

    sentences: tuple[str, ...] = field(repr=False)
    matrix: Matrix = field(repr=False)
    n_tokens: np.ndarray = field(repr=False)
    n_known: np.ndarray = field(repr=False)
    common: np.ndarray | None = field(repr=False)
    vectors: WordVectors
    tokenizer: Tokenizer = field(repr=False)
    word_weights: np.ndarray = field(repr=False)
    settings: dict[str, object]

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def n_without(self) -> int:
        """Number of sentences without any word that has a vector."""
        return int((self.as_vectors().norms == 0).sum())

    def encode(self, sentences: Sequence[str]) -> Matrix:
        """Return the vectors of other sentences (n, dim), made as these were."""
        tokens = _find_tokens(self.vectors, sentences, self.tokenizer)
        return _without(_weighted(self.vectors, tokens, self.word_weights), self.common)

    def nearest(self, query: str, n: int = 10) -> Rows[NearSentence]:
        """Return the `n` sentences with the largest cosine to a sentence or a few words.

        Sentences without a vector are never among them.

        Raises
        ------
        SettingError
            If no word of the query has a vector.
        """
        encoded = self.encode([query])
        row = encoded[0] if isinstance(encoded, np.ndarray) else encoded.toarray()[0]
        if not row.any():
            raise SettingError(
                f"no word of the query {query[:60]!r} has a vector; try words of the text"
            )
        among = self.as_vectors()
        places = {label: place for place, label in enumerate(among.words)}
        found = among.nearest(row, n)
        return Rows(
            NearSentence(places[label], self.sentences[places[label]], similarity)
            for label, similarity in found
        )

    def as_vectors(self) -> WordVectors:
        """Return the sentences as "words", for saving and for whatever takes `WordVectors`.

        A sentence is called by its number, from 1, and its first 200 characters, ``12: It was``;
        its count is the number of words that had a vector.  Row i is sentence i.
        """
        return self._labelled

    @cached_property
    def _labelled(self) -> WordVectors:
        labels = [
            f"{number}: {' '.join(sentence.split())[:_LABEL_LENGTH]}"
            for number, sentence in enumerate(self.sentences, 1)
        ]
        facts: dict[str, object] = {
            "n_sentences": len(self),
            "n_tokens_of_sentences": int(self.n_tokens.sum()),
            "n_known_tokens": int(self.n_known.sum()),
        }
        return WordVectors(Vocabulary(labels, self.n_known), self.matrix, self.settings, facts)


@takes(SentenceSettings)
def sentence_vectors(
    vectors: WordVectors,
    sentences: Iterable[str],
    tokenizer: Cutting = "words",
    **settings: "Unpack[SentenceVectorsKeywords]",
) -> SentenceVectors:
    """Make a vector for each sentence from those of its words.

    The vector is the weighted mean over the words w that are in the vocabulary, each as often as
    it occurs, of ``weight(w) * vector(w)`` (divided by their number, not by the sum of weights,
    which cosines cannot tell).

    Parameters
    ----------
    vectors : WordVectors
        For sparse vectors leave `remove_common` off.
    sentences : iterable of str
    tokenizer : str, Tokenizer or callable
        Should be the one of the vectors' text.  A word that is not in the vocabulary
        is also looked for in its NFC and lower-case form.
    weighting : {"mean", "sif", "idf"}
        1; a / (a + p(w)) with p(w) the word's share of the counts (Arora, Liang and Ma 2017,
        algorithm 1); or log((1 + n) / (1 + n(w))) + 1 with n the number of the sentences and n(w)
        of those that hold w.
    remove_common : bool, optional
        Take away the part along the first singular vector of all the sentences' vectors (there,
        algorithm 1); default: with ``sif``, if the vectors are dense and there are sentences
        enough (two).

    Returns
    -------
    SentenceVectors

    Raises
    ------
    SettingError
        If a setting makes no sense, or the vectors do not have what it takes.
    """
    expect("sentences", sentences, Iterable, "a list of str")
    expect("vectors", vectors, WordVectors)
    if isinstance(sentences, (str, bytes)) or hasattr(sentences, "columns"):
        raise SettingError(
            f"the sentences are one {type(sentences).__name__}; expected an iterable of str"
        )
    sentences = tuple(sentences)
    for sentence in sentences:
        expect("a sentence", sentence, str, "a str")
    chosen = SentenceSettings.among(settings)
    weighting, sif_a, remove_common = chosen.weighting, chosen.sif_a, chosen.remove_common
    if remove_common and vectors.is_sparse:
        raise SettingError(
            "remove_common needs dense vectors, and these are sparse: taking a direction away "
            "would fill all of their zeros; omit it, or make SVD vectors with wvt build-svd"
        )
    tokenizer = make_tokenizer(tokenizer)
    tokens = _find_tokens(vectors, sentences, tokenizer)
    weights = _word_weights(vectors, tokens, weighting, sif_a)
    matrix = _weighted(vectors, tokens, weights)
    if remove_common is None:
        remove_common = weighting == "sif" and not vectors.is_sparse and len(sentences) > 1
    common = _first_direction(matrix) if remove_common else None
    described: dict[str, object] = {
        "weighting": weighting,
        "sif_a": sif_a if weighting == "sif" else None,
        "remove_common": common is not None,
        "tokenizer": tokenizer.name,
        "lowercase": tokenizer.lowercase,
        "normalize": tokenizer.normalize,
    }
    return SentenceVectors(
        sentences,
        _without(matrix, common),
        tokens.n_tokens,
        np.diff(tokens.ends, prepend=0),
        common,
        vectors,
        tokenizer,
        weights,
        described,
    )


class _Tokens(NamedTuple):
    """The known words of sentences one after the other, and where each sentence ends."""

    places: np.ndarray
    ends: np.ndarray
    n_tokens: np.ndarray


def _find_tokens(vectors: WordVectors, sentences: Sequence[str], tokenizer: Tokenizer) -> _Tokens:
    table = WordTable(tokenizer, _LINE_IS_SENTENCE)
    numbered = []
    for sentence in sentences:
        # Line and document ends are marks to the tokenizer; within a sentence they are space.
        line = " ".join(sentence.replace("\x1f", " ").splitlines())
        numbered.append(table.number(line + "\n", in_line=False)[0])
    place_of = np.full(table.n_words, -1, np.int64)
    for word, number in table.words_from(1).items():
        place = vectors.vocabulary.find(word.decode("utf-8", "replace"))
        place_of[number] = -1 if place is None else place
    n_tokens = np.array([len(ids) for ids in numbered], np.int64)
    places = place_of[np.concatenate([np.empty(0, np.int32), *numbered])]
    known = np.concatenate([np.zeros(1, np.int64), np.cumsum(places >= 0)])
    return _Tokens(places[places >= 0], known[np.cumsum(n_tokens)], n_tokens)


def _word_weights(
    vectors: WordVectors, tokens: _Tokens, weighting: str, sif_a: float
) -> np.ndarray:
    n_words = len(vectors)
    if weighting == "mean":
        return np.ones(n_words)
    if weighting == "sif":
        counts = vectors.vocabulary.counts
        if len(counts) > 1 and counts.min() == counts.max():
            raise SettingError(
                "sif weighs words by how often they occur, and these vectors have no frequencies: "
                "all counts are equal; choose the weighting idf or mean"
            )
        return sif_a / (sif_a + counts / max(1, int(counts.sum())))
    n_sentences = len(tokens.ends)
    which = np.repeat(np.arange(n_sentences), np.diff(tokens.ends, prepend=0))
    pairs = np.unique(which * n_words + tokens.places)  # a word counts once a sentence
    n_with = np.bincount(pairs % n_words, minlength=n_words)
    return np.log((1 + n_sentences) / (1 + n_with)) + 1


def _weighted(vectors: WordVectors, tokens: _Tokens, weights: np.ndarray) -> Matrix:
    """Return the weighted means, dense (n, dim) or CSR as the vectors are."""
    from scipy.sparse import csr_array

    n_known = np.diff(tokens.ends, prepend=0)
    used, column = np.unique(tokens.places, return_inverse=True)
    shares = weights[tokens.places] / np.repeat(n_known, n_known)
    indptr = np.concatenate([np.zeros(1, np.int64), tokens.ends])
    chooser = csr_array((shares, column, indptr), shape=(len(n_known), len(used)))
    chooser.sum_duplicates()
    if isinstance(vectors.matrix, np.ndarray):
        rows = np.where(vectors.norms[used, None] > 0, vectors.matrix[used], np.float32(0))
        return np.asarray(chooser @ rows, np.float32).reshape(len(n_known), vectors.dim)
    sparse_rows = csr_array(vectors.matrix[used])
    sparse_rows.data[np.repeat(vectors.norms[used] == 0, np.diff(sparse_rows.indptr))] = 0
    product = csr_array(chooser @ sparse_rows, dtype=np.float32)
    product.sort_indices()
    return product


def _first_direction(matrix: np.ndarray) -> np.ndarray:
    with one_blas_thread():
        direction = np.linalg.eigh(gram(matrix, np.isfinite(matrix).all(axis=1)))[1][:, -1]
    return np.asarray(direction)


def _without(matrix: Matrix, direction: np.ndarray | None) -> Matrix:
    if direction is None or not isinstance(matrix, np.ndarray):
        return matrix
    with one_blas_thread():
        rest = matrix - np.outer(matrix @ direction, direction)
    # A sentence that lies in this direction alone has nothing left but rounding.
    lengths, before = np.linalg.norm(rest, axis=1), np.linalg.norm(matrix, axis=1)
    rest[lengths <= 1e-6 * before] = 0
    return np.asarray(rest, np.float32)


@takes(FileSettings)
def read_sentences(
    path: str | Path, *, progress: ProgressLike = None, **settings: "Unpack[ReadSentencesKeywords]"
) -> list[str]:
    """Read sentences, one a line, from a text file (plain or compressed); blank lines are passed.

    Parameters
    ----------
    path : path

    Raises
    ------
    WordvecError
        If the file cannot be read, is no text, or holds no sentence.
    """
    lines: list[str] = []
    damage = Damage()
    for source in find_sources([str(path)]):
        text = "".join(read_blocks(source, FileSettings.among(settings), damage))
        lines += (line.strip() for line in text.replace(DOCUMENT_END, "\n").split("\n"))
    sentences = [line for line in lines if line]
    for message in damage.messages():
        as_progress(progress).note(message)
    if not sentences:
        raise EmptyResultError(f"{path} holds no sentence; expected one a line")
    return sentences
