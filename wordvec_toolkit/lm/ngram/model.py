"""N-gram models in back-off form."""

import math
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from ..._kernels import backoff as kernels
from ...bundles.reading import Bundle
from ...bundles.stored import Stored
from ...bundles.writing import BundleWriter
from ...counts.trie import NgramTrie
from ...errors import FormatError, WordvecError
from ...runtime.file_arrays import selected
from ...runtime.parallel import n_threads, run_blocks
from ...runtime.signatures import Signature
from ...text.vocabulary import SPECIALS, Vocabulary
from ..language_model import BOS, EOS, LanguageModel
from ..streams import checked_stream

KIND = "ngram"
#: What a signature says only where it is otherwise.
_USUAL = {"as_kenlm": True, "interpolate_unigrams": True, "closed": False}
_SCORED_AT_ONCE = 1 << 20  # tokens
_KEY_BITS = 63  # of what tokens are sorted by


@dataclass(frozen=True, eq=False)
class NgramModel(Stored, LanguageModel):
    """An n-gram model: the probabilities of the n-grams seen, and what is left for the others.

    p(w | h) is that of the n-gram hw if it is there, else backoff(h) p(w | h without its first
    word), with backoff(h) = 1 where h itself is not there (in stupid backoff, its factor).

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    trie : NgramTrie
        The n-grams.
    logprobs : float64 array (len(trie),)
        Natural logarithm of p(last word | words before); that of ``<s>`` is -inf.
    backoffs : float64 array (trie.bases[order - 1],)
        Natural logarithm of the back-off weight of each n-gram below the highest order; 0 where
        nothing goes on from it.
    settings, facts : dict
        How it was estimated, and what was found on the way (discounts, counts of counts).
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    trie: NgramTrie
    logprobs: np.ndarray
    backoffs: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def order(self) -> int:
        return self.trie.order

    @property
    def signature(self) -> Signature:
        parts = [f"order:{self.order}"]
        for key, value in self.settings.items():
            if isinstance(value, list):
                value = ",".join(map(str, value))
            if key not in ("order", "text") and value not in (None, "", _USUAL.get(key)):
                parts.append(f"{key}:{value}")
        if not self.is_normalized:
            parts.append("scores-do-not-sum-to-1")
        return Signature.of("ngram", *parts)

    @property
    def is_normalized(self) -> bool:
        """False for stupid backoff: its scores are no probabilities, it has no perplexity."""
        return self.facts.get("normalized") is not False

    @property
    def unseen_backoff(self) -> float:
        """Natural logarithm of the back-off weight of histories that are not there."""
        factor = self.facts.get("unseen_backoff", 1.0)
        return math.log(factor) if isinstance(factor, (int, float)) and 0 < factor <= 1 else 0.0

    def __post_init__(self) -> None:
        trie = self.trie
        if (
            trie.n_words != len(self.vocabulary)
            or len(self.logprobs) != len(trie)
            or len(self.backoffs) != trie.bases[-2]
        ):
            raise WordvecError("the tables of the n-gram model do not fit together")

    def __repr__(self) -> str:
        return f"NgramModel of order {self.order}, {len(self.trie):,} n-grams"

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self.score(ids)[0]

    def isolated_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self.token_logprobs(ids)  # no history goes beyond the sentence

    def score(self, ids: np.ndarray, threads: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return `token_logprobs`, and the order of the n-gram that each was found in (int8)."""
        ids = checked_stream(ids, len(self.vocabulary))
        logprobs = np.empty(len(ids), np.float64)
        orders = np.empty(len(ids), np.int8)

        def block(first: int, last: int) -> None:
            place = slice(first, last)
            self._score_block(ids[place], logprobs[place], orders[place])

        threads = n_threads(threads)
        run_blocks(block, _sentence_bounds(ids, threads), threads)
        return logprobs, orders

    def _score_block(self, ids: np.ndarray, logprobs: np.ndarray, orders: np.ndarray) -> None:
        """Score whole sentences, order by order.

        The tokens of each order are visited sorted by context and word, so that the tables are
        read from front to back once, whatever their size.
        """
        trie = self.trie
        bits = len(ids).bit_length()
        contexts = np.empty(len(ids), np.int32)
        keys = np.empty(len(ids), np.int64)
        kernels.begin(ids, self.logprobs, contexts, logprobs, orders)
        for order in range(2, self.order + 1):
            if self.unseen_backoff:
                kernels.weigh_unseen(contexts, ids, order, self.unseen_backoff, logprobs)
            base = int(trie.bases[order - 2])
            n_places = int(trie.bases[order - 1]) - base
            room = max(0, _KEY_BITS - bits - n_places.bit_length())
            word_bits = min(room, trie.n_words.bit_length())
            n_dropped = trie.n_words.bit_length() - word_bits
            n = kernels.pack(contexts, base, ids, n_dropped, word_bits, bits, keys)
            keys[:n].sort()
            contexts.fill(-1)
            kernels.descend(
                trie.words,
                trie.children,
                self.logprobs,
                self.backoffs,
                order,
                ids,
                keys[:n],
                base,
                word_bits + bits,
                bits,
                contexts,
                logprobs,
                orders,
            )

    def selected(self, kept: np.ndarray, in_file: bool = False) -> "NgramModel":
        """Return a model of some of the n-grams; see `NgramTrie.selected`."""
        trie = self.trie.selected(kept, in_file)
        logprobs, backoffs = (
            selected(array, kept, in_file) for array in (self.logprobs, self.backoffs)
        )
        return replace(self, trie=trie, logprobs=logprobs, backoffs=backoffs)

    def context(self, history: np.ndarray) -> np.ndarray:
        """Return the end of a history that the model looks at: int32, at most order - 1 ids."""
        ids = checked_stream(history, len(self.vocabulary))
        ends = np.flatnonzero(ids == EOS)
        sentence = ids[ends[-1] + 1 :] if len(ends) else ids
        whole = np.concatenate([np.array([BOS], np.int32), sentence])
        return whole[max(0, len(whole) - self.order + 1) :]

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        out = np.empty(len(self.vocabulary), np.float64)
        kernels.next_logprobs(
            self.trie.words,
            self.trie.children,
            self.logprobs,
            self.backoffs,
            self.unseen_backoff,
            self.context(history),
            out,
        )
        return out

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        trie = self.trie
        kernels.add_distributions(
            trie.words,
            trie.children,
            self.logprobs,
            self.backoffs,
            self.unseen_backoff,
            np.exp(self.logprobs[: trie.n_words]),
            self.order,
            checked_stream(ids, len(self.vocabulary)),
            first,
            last,
            weight,
            out,
        )

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        self.vocabulary.write(writer)
        writer.array("bases", self.trie.bases.astype("<i8"))
        writer.array("words", self.trie.words)
        writer.array("children", self.trie.children)
        writer.array("logprobs", self.logprobs)
        writer.array("backoffs", self.backoffs)
        writer.facts.update(self.facts)
        writer.facts["n_ngrams"] = self.trie.sizes

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "NgramModel":
        """Read an opened bundle; see `load`."""
        vocabulary = Vocabulary.read(bundle)
        if vocabulary.n_specials != len(SPECIALS):
            raise FormatError(bundle.path, "a vocabulary without specials", "<unk>, <s>, </s>")
        with bundle.reading("a whole model"):
            trie = NgramTrie(
                np.array(bundle.array("bases", "i8")),
                bundle.array("words", "i4"),
                bundle.array("children", "i4"),
            )
            logprobs, backoffs = bundle.array("logprobs", "f8"), bundle.array("backoffs", "f8")
            return cls(vocabulary, trie, logprobs, backoffs, bundle.settings, bundle.facts)


def _sentence_bounds(ids: np.ndarray, threads: int) -> list[int]:
    """Cut a stream at ends of sentences into blocks for all threads."""
    size = max(1, min(_SCORED_AT_ONCE, -(-len(ids) // threads)))
    ends = np.flatnonzero(ids == EOS) + 1
    cuts = ends[np.searchsorted(ends, np.arange(size, len(ids), size)) - 1] if len(ends) else ends
    return np.unique(np.concatenate([[0], cuts[cuts < len(ids)], [len(ids)]])).tolist()
