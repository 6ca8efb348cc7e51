"""Models whose histories are made from factors: words at any distance, or classes of words.

Skip-grams and class-based n-grams are factored models, and so is what lies between: a history that
is backed off from the word to its class before the next word is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ..._kernels import factored as kernels
from ...bundles.checks import are_offsets, are_within
from ...bundles.reading import Bundle
from ...bundles.stored import Stored
from ...bundles.writing import BundleWriter
from ...errors import SettingError, WordvecError, expect
from ...runtime.arguments import checks_types
from ...runtime.parallel import even_bounds, n_threads, run_blocks
from ...runtime.signatures import Signature
from ...text.corpus import EncodedCorpus
from ...text.vocabulary import Vocabulary
from ..language_model import BOS, EOS, LanguageModel, logs
from ..ngram.discounts import FALLBACK, DiscountError, modified_discounts
from ..streams import checked_stream, corpus_stream

KIND = "factored"
MOST_FACTORS = 12
_BLOCK = 4096  # tokens
_ARRAYS = {
    "features": "i4",
    "children": "i8",
    "rows": "i8",
    "targets": "i4",
    "probs": "f8",
    "gammas": "f8",
    "unigrams": "f8",
    "sources": "i4",
    "distances": "i4",
    "classes": "i4",
    "within": "f8",
}

#: Distance of a word before the token, and the class of each word: None stands for the word itself.
Factor = tuple[int, np.ndarray | None]


@dataclass(frozen=True, eq=False)
class FactoredModel(Stored, LanguageModel):
    """A model of the next word, or its class, given a chain of factors of the history.

    p(t | f1 .. fk) = probs(f1 .. fk, t) + gamma(f1 .. fk) p(t | f1 .. fk-1), the factors being
    dropped from the last on (Bilmes and Kirchhoff 2003).  Where targets are classes, the
    probability of a word is that of its class times p(word | class).  Histories go on over the
    ends of sentences, and before the text there is ``</s>``.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    features : int32 array (n_nodes,)
        A node is a chain of values of factors; node 0 is the empty one.  This is the last value.
    children : int64 array (n_nodes + 1,)
        The nodes that go on from node i are ``children[i]`` to ``children[i + 1]``.
    rows : int64 array (n_nodes + 1,)
        ``targets[rows[i]:rows[i + 1]]`` were seen after node i, with `probs`.  Node 0 has none.
    targets, probs : int32 and float64 arrays (n,)
    gammas : float64 array (n_nodes,)
        What is left for the shorter history; that of node 0 is 1.
    unigrams : float64 array (n_targets,)
    maps : int32 array (n_maps, len(vocabulary))
        Classes of words in histories.
    sources, distances : int32 arrays (n_factors,)
        The map of each factor (-1: the word itself), and its distance (1 = the word before).
    classes, within : int32 and float64 arrays (len(vocabulary),)
        Class of each word and p(word | class); both empty where targets are words.
    settings : dict
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    features: np.ndarray
    children: np.ndarray
    rows: np.ndarray
    targets: np.ndarray
    probs: np.ndarray
    gammas: np.ndarray
    unigrams: np.ndarray
    maps: np.ndarray
    sources: np.ndarray
    distances: np.ndarray
    classes: np.ndarray
    within: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Kernels believe these numbers, so they are checked whoever made them.
        n_nodes, n_words, n = len(self.features), len(self.vocabulary), len(self.targets)
        n_targets = len(self.unigrams)
        by_class = len(self.classes) > 0
        if (
            n_nodes < 1
            or not are_offsets(self.children, n_nodes, 1, n_nodes)
            or bool((self.children[:-1] <= np.arange(n_nodes)).any())
            or not are_offsets(self.rows, n_nodes, 0, n)
            or len(self.probs) != n
            or len(self.gammas) != n_nodes
            or not are_within(self.targets, 0, n_targets)
            or self.maps.shape[1:] != (n_words,)
            or not len(self.sources) == len(self.distances) <= MOST_FACTORS
            or not are_within(self.sources, -1, len(self.maps))
            or not are_within(self.distances, 1, 2**31)
            or len(self.classes) != len(self.within)
            or len(self.classes) != (n_words if by_class else 0)
            or not are_within(self.classes, 0, n_targets)
            or (not by_class and n_targets != n_words)
        ):
            raise WordvecError("the tables of the factored model do not fit together")
        if not (_are_shares(self.unigrams) and abs(float(self.unigrams.sum()) - 1) < 1e-6):
            raise WordvecError("the unigrams of the factored model are no probabilities")
        if not _are_shares(self.within):
            raise WordvecError("the shares of words in their classes are no probabilities")

    def __repr__(self) -> str:
        return f"FactoredModel of {len(self.distances)} factors, {len(self.targets):,} events"

    @property
    def signature(self) -> Signature:
        factors = ",".join(
            f"{'w' if source < 0 else 'c'}{distance}"
            for source, distance in zip(self.sources, self.distances)
        )
        parts = ["factored", f"factors:{factors}"]
        if len(self.maps):
            parts.append("classes:" + ",".join(str(int(m.max()) + 1) for m in self.maps))
        if len(self.classes):
            parts.append(f"target_classes:{len(self.unigrams)}")
        return Signature.of(*parts)

    def _tables(self) -> object:
        return (
            self.features,
            self.children,
            self.rows,
            self.targets,
            self.probs,
            self.gammas,
            self.unigrams,
            self.maps,
            self.sources,
            self.distances,
            self.classes,
            self.within,
        )

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        ids = checked_stream(ids, len(self.vocabulary))
        out = np.empty(len(ids), np.float64)
        tables = self._tables()
        run_blocks(
            lambda first, last: kernels.score(*tables, ids, first, last, out),  # type: ignore
            even_bounds(len(ids), _BLOCK),
            n_threads(None),
        )
        return logs(out)

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        out = np.zeros((1, len(self.vocabulary)))
        ids = np.append(np.asarray(history, np.int32), np.int32(BOS))
        self.add_distributions(ids, len(ids) - 1, len(ids), 1.0, out)
        return logs(out[0])

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        ids = checked_stream(ids, len(self.vocabulary))
        kernels.add_distributions(*self._tables(), ids, first, last, weight, out)  # type: ignore

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        self.vocabulary.write(writer)
        for name, dtype in _ARRAYS.items():
            writer.array(name, getattr(self, name).astype(f"<{dtype}"))
        writer.array("maps", self.maps.astype("<i4"))
        writer.facts["n_nodes"] = len(self.features)
        writer.facts["n_events"] = len(self.targets)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "FactoredModel":
        """Read an opened bundle; `load_language_model` opens one by its path."""
        vocabulary = Vocabulary.read(bundle)
        arrays = {name: np.array(bundle.array(name, dtype)) for name, dtype in _ARRAYS.items()}
        maps = np.array(bundle.array("maps", "i4", ndim=2))
        with bundle.reading("a whole model"):
            return cls(vocabulary, maps=maps, settings=bundle.settings, **arrays)


def _are_shares(values: np.ndarray) -> bool:
    return bool(((values >= 0) & (values <= 1 + 1e-9)).all())  # and NaN is neither


@checks_types
def train_factored_model(
    corpus: EncodedCorpus, factors: Sequence[Factor], classes: np.ndarray | None = None
) -> FactoredModel:
    """Count a chain of factors and smooth it by modified Kneser-Ney.

    Parameters
    ----------
    corpus : EncodedCorpus
    factors : sequence of (distance, classes)
        From the one that is dropped last to the one that is dropped first; see `Factor`.
        ``[(1, None), (2, None)]`` is a trigram model, ``[(2, None), (3, None)]`` one that skips the
        word before.
    classes : int array (len(vocabulary),), optional
        Predict classes, and words from them by their share of the class; default: words.

    Raises
    ------
    SettingError
        If there are no factors or too many, or a distance is below 1.
    """
    expect("corpus", corpus, EncodedCorpus)
    expect("factors", factors, Sequence, "a list of (distance, classes)")
    for factor in factors:
        expect("a factor", factor, tuple, "(distance, classes)")
    if not 1 <= len(factors) <= MOST_FACTORS:
        raise SettingError(f"{len(factors)} factors were given; expected 1 to {MOST_FACTORS}")
    if min(distance for distance, _ in factors) < 1:
        raise SettingError("a factor has a distance below 1; 1 is the word before")
    stream = corpus_stream(corpus).astype(np.int64)
    n_words = len(corpus.vocabulary)
    if classes is None:
        target, n_targets = stream, n_words
        of_word, within = np.empty(0, np.int32), np.empty(0)
    else:
        of_word = np.ascontiguousarray(classes, np.int32)
        n_targets = int(of_word.max()) + 1
        target, within = of_word[stream].astype(np.int64), _shares(stream, of_word, n_targets)
    maps, sources = _distinct_maps([chosen for _, chosen in factors], n_words)
    node = np.zeros(len(stream), np.int64)
    keys = []  # of each level's nodes: parent * n_words + feature
    for (distance, _), source in zip(factors, sources):
        before = np.full(len(stream), EOS, np.int64)
        before[distance:] = stream[:-distance]
        feature = before if source < 0 else maps[source][before]
        level, node = np.unique(node * n_words + feature, return_inverse=True)
        keys.append(level)
    events = node * n_targets + target
    unigrams, levels = _smoothed(keys, events, n_words, _writable(n_targets, of_word))
    sizes = [1, *(len(level) for level in keys)]
    bases = np.concatenate([[0], np.cumsum(sizes)])
    children = [
        np.searchsorted(level, np.arange(size) * n_words) + base
        for level, size, base in zip(keys, sizes, bases[1:])
    ]
    lengths = np.concatenate([np.zeros(1, np.int64), *(level[0] for level in levels)])
    return FactoredModel(
        corpus.vocabulary,
        features=np.concatenate([[-1], *(level % n_words for level in keys)]).astype(np.int32),
        children=np.concatenate([*children, np.full(sizes[-1] + 1, bases[-1])]).astype(np.int64),
        rows=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        targets=np.concatenate([level[1] for level in levels]).astype(np.int32),
        probs=np.concatenate([level[2] for level in levels]),
        gammas=np.concatenate([np.ones(1), *(level[3] for level in levels)]),
        unigrams=unigrams,
        maps=maps,
        sources=np.array(sources, np.int32),
        distances=np.array([distance for distance, _ in factors], np.int32),
        classes=of_word,
        within=within,
    )


def _smoothed(
    keys: list[np.ndarray], events: np.ndarray, n_words: int, writable: np.ndarray
) -> tuple[np.ndarray, list[tuple[np.ndarray, ...]]]:
    """Return the unigrams, and of each level: events a node, targets, probabilities, gammas.

    Below the last level an event counts once for each value of the next factor it was seen with.
    """
    n_targets = len(writable)
    seen, counts = np.unique(events, return_counts=True)
    levels: list[tuple[np.ndarray, ...]] = []
    for level in range(len(keys), -1, -1):
        if level < len(keys):
            parents = keys[level] // n_words
            seen, counts = np.unique(
                parents[seen // n_targets] * n_targets + seen % n_targets, return_counts=True
            )
        of_counts = [int((counts == number).sum()) for number in (1, 2, 3, 4)]
        try:
            discounts = np.array(modified_discounts(of_counts, level + 1))
        except DiscountError:  # few classes, each seen often: their discounts hardly matter
            discounts = np.array([0.0, *FALLBACK])
        n_nodes = len(keys[level - 1]) if level else 1
        node, taken = seen // n_targets, discounts[np.minimum(counts, 3)]
        totals = np.bincount(node, counts, n_nodes)
        gammas = np.bincount(node, taken, n_nodes) / totals
        probs = (counts - taken) / totals[node]
        if level == 0:
            unigrams = gammas[0] * writable / writable.sum()
            unigrams[seen] += probs
            return unigrams, levels[::-1]
        levels.append((np.bincount(node, minlength=n_nodes), seen % n_targets, probs, gammas))
    raise AssertionError("level 0 returns")


def _writable(n_targets: int, classes: np.ndarray) -> np.ndarray:
    """Return which targets can come: not ``<s>``, nor classes of nothing else."""
    if len(classes):
        return np.bincount(np.delete(classes, BOS), minlength=n_targets) > 0
    return np.arange(n_targets) != BOS


def _shares(stream: np.ndarray, classes: np.ndarray, n_classes: int) -> np.ndarray:
    """Return p(word | class); a word not seen counts as seen once, ``<s>`` never."""
    counts = np.maximum(np.bincount(stream, minlength=len(classes)), 1).astype(np.float64)
    counts[BOS] = 0
    totals = np.bincount(classes, counts, n_classes)
    return counts / np.where(totals > 0, totals, 1)[classes]


def _distinct_maps(chosen: list[np.ndarray | None], n_words: int) -> tuple[np.ndarray, list[int]]:
    """Return each map once, and which of them each factor takes (-1: none)."""
    maps: list[np.ndarray] = []
    sources = []
    for given in chosen:
        if given is None:
            sources.append(-1)
            continue
        same = [at for at, known in enumerate(maps) if np.array_equal(known, given)]
        if not same:
            if len(given) != n_words or int(np.min(given)) < 0 or int(np.max(given)) >= n_words:
                raise SettingError(
                    f"a map of {len(given)} words to classes was given; expected one class from 0 "
                    f"on for each of {n_words} words"
                )
            maps.append(np.ascontiguousarray(given, np.int32))
            same = [len(maps) - 1]
        sources.append(same[0])
    table = np.stack(maps) if maps else np.empty((0, n_words), np.int32)
    return table, sources
