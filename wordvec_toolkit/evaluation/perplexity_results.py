"""Results of evaluating language models; light to import, as `results`."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from ..runtime.results import Bounded, Column, Result, items
from ..runtime.signatures import Signature
from .results import Score
from .statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np

    from .runs import Runs


#: Share of the words that are out of vocabulary, above which the perplexity without them leads.
MUCH_OOV = 0.05


@dataclass(frozen=True, repr=False, kw_only=True)
class OrderShare(Result):
    """The tokens whose probability is that of an n-gram of one order.

    Attributes
    ----------
    order : int
    n : int
    share : float
        Of all tokens.
    perplexity : float
        Of these tokens.
    """

    COLUMNS: ClassVar = (
        Column("order", "order", "whole"),
        Column("n", "tokens", "whole"),
        Column("share", "share", "percent", 2),
        Column("perplexity", "perplexity", digits=2),
    )

    order: int
    n: int
    share: float
    perplexity: float


@dataclass(frozen=True, repr=False, kw_only=True)
class PerplexityBand(Bounded):
    """The tokens of a text that have something in common.

    Attributes
    ----------
    model : str
    split : str
        ``frequency`` (of the word in training) or ``seen`` (longest n-gram seen in training).
    band : str
        What the tokens have in common.
    n : int
    share : float
        Of all tokens.
    logprob : float
        Sum of the natural logarithms of their probabilities; over all bands, that of the text.
    perplexity : float
        Of these tokens: exp(-logprob / n).
    interval : (float, float)
        95 %, of `perplexity`, by Student's t over the runs of the text (see `cut_runs`); (nan,
        nan) where these tokens are in too few of them.
    """

    COLUMNS: ClassVar = (
        Column("band", "band", "text"),
        Column("n", "tokens", "whole"),
        Column("share", "share", "percent", 2),
        Column("perplexity", "perplexity", digits=2),
        Column("interval", "95 % interval", "interval", 2),
    )
    DERIVED: ClassVar = ("label", *Bounded.DERIVED)

    model: str = ""
    split: str = ""
    band: str
    n: int
    share: float
    logprob: float
    perplexity: float
    interval: Interval

    @property
    def label(self) -> str:
        return self.band


@dataclass(frozen=True, repr=False, kw_only=True)
class PerplexityResult(Score):
    """Perplexity of a model on a text of N tokens, including ends of sentences.

    Attributes
    ----------
    text : str
        Its name.
    n_tokens, n_sentences : int
        N, and how many of them are ``</s>``.
    n_oov : int
        Tokens that are not in the vocabulary.
    n_written_unk : int
        Those among them that the text itself writes ``<unk>``.
    vocabulary_size : int
        Words of the model, specials among them.  The fewer, the easier they are to predict.
    perplexity : float
        exp(-1/N sum_i ln p(w_i | w_1 ... w_i-1)), where a word outside the vocabulary has the
        probability of ``<unk>``.
    perplexity_without_oov : float
        The same without those words in sum and N (they stay in histories).  KenLM's
        ``query`` prints both.
    interval : (float, float)
        95 %, of `perplexity`; the signature says which.
    interval_without_oov : (float, float)
        The same, of `perplexity_without_oov`.
    bits_per_token : float
        The cross entropy, log2 of `perplexity`.
    bits_per_character : float
        Bits of all tokens together over the characters of the text; see `TextStream`.  Other than
        perplexity it can be compared between models of words and of characters.  nan if the text
        was given as ids.
    bits_per_byte : float
        sum_i -log2 p(w_i | w_1 ... w_i-1) over the bytes of UTF-8 of the text as it was read: of
        all tokens (lower-cased and normalised where the tokenizer does so), and one for the space
        or the line end after each.  ``</s>`` is in the sum, and its byte is that line end; blank
        lines are neither.  A word outside the vocabulary costs the bits of ``<unk>`` and counts
        with the bytes of its own spelling, which nobody had to predict: with OOV it is too low.
        nan if the text was given as ids.
    bits_per_word : float
        Bits of all tokens together over words and ends of sentences: `bits_per_token` unless
        tokens are characters.
    is_normalized : bool
        False where the model's scores do not sum to 1 (stupid backoff): then these are no
        perplexities, and cannot be compared with any.
    n_impossible : int
        Tokens of probability 0, which make the perplexity infinite.
    first_impossible : str
        The first of them, or "".
    signature : Signature
        How the numbers were made.
    is_by_sentence : bool
        True where the model scores sentences only (see `SentenceModel`): then each token has an
        equal part of its sentence's log probability, and there is no `perplexity_without_oov`.
    by_order : tuple of OrderShare
        The tokens by the order of their n-gram; empty where the model does not tell.
    by_frequency, by_seen : tuple of PerplexityBand
        Where the perplexity comes from, if that was asked for; see `perplexity_by_frequency` and
        `perplexity_by_seen`.
    logprobs : float64 array (n_tokens,)
        Natural logarithm of each token's probability.
    orders : int8 array (n_tokens,) or None
        Order of the n-gram that each is from, where the model tells.
    ids : int32 array (n_tokens,)
        The tokens.
    documents : int64 array or None
        Where each document begins; None where that is not known (text that was given as ids).
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("text", "text", "text"),
        Column("perplexity", "perplexity", digits=2),
        Column("interval", "95 % interval", "interval", 2),
        Column("perplexity_without_oov", "without OOV", digits=2),
        Column("bits_per_token", "bits/token", digits=4),
        Column("bits_per_character", "bits/char", digits=4),
        Column("bits_per_byte", "bits/byte", digits=4),
        Column("n_tokens", "tokens", "whole"),
        Column("n_sentences", "sentences", "whole"),
        Column("n_oov", "OOV", "whole"),
        Column("oov_rate", "OOV rate", "percent", 2),
    )
    DERIVED: ClassVar = (*Score.DERIVED, "oov_rate")

    text: str
    n_tokens: int
    n_sentences: int
    n_oov: int
    n_written_unk: int
    vocabulary_size: int
    perplexity: float
    perplexity_without_oov: float
    interval: Interval
    interval_without_oov: Interval = (math.nan, math.nan)
    bits_per_token: float
    bits_per_character: float
    bits_per_byte: float = math.nan
    bits_per_word: float
    is_normalized: bool
    n_impossible: int
    first_impossible: str
    signature: Signature
    is_by_sentence: bool = False
    by_order: tuple[OrderShare, ...] = ()
    by_frequency: tuple[PerplexityBand, ...] = ()
    by_seen: tuple[PerplexityBand, ...] = ()
    logprobs: "np.ndarray" = items()
    orders: "np.ndarray | None" = items("int8")
    ids: "np.ndarray" = items("int32")
    documents: "np.ndarray | None" = items("int64")

    @property
    def test(self) -> str:
        return self.text

    @property
    def measure(self) -> str:
        return "perplexity"

    @property
    def value(self) -> float:
        return self.perplexity

    @cached_property
    def runs(self) -> "Runs":
        """Runs of the text that can pass for independent; see `cut_runs`."""
        from .runs import cut_runs

        return cut_runs(self.ids, self.documents)

    @property
    def oov_rate(self) -> float:
        """Share of the words, ends of sentences not counted, that are not in the vocabulary."""
        n_words = self.n_tokens - self.n_sentences
        return self.n_oov / n_words if n_words else 0.0

    @property
    def has_much_oov(self) -> bool:
        """Whether the OOV rate is so high that the perplexity without OOV leads."""
        return self.oov_rate > MUCH_OOV and math.isfinite(self.perplexity_without_oov)

    @cached_property
    def sentence_starts(self) -> "np.ndarray":
        """Offsets of sentences: int64 (n + 1,)."""
        from ..lm.streams import sentence_starts

        return sentence_starts(self.ids)

    @property
    def sentence_lengths(self) -> "np.ndarray":
        """Tokens of each sentence, its end among them: int64."""
        starts = self.sentence_starts
        return starts[1:] - starts[:-1]

    @property
    def sentence_oov(self) -> "np.ndarray":
        """Words of each sentence that are not in the vocabulary: int64."""
        from ..lm.language_model import UNK

        return self._of_sentences((self.ids == UNK).astype("int64"))

    @property
    def sentence_logprobs(self) -> "np.ndarray":
        """Natural logarithm of each sentence's probability: float64."""
        return self._of_sentences(self.logprobs)

    def _of_sentences(self, values: "np.ndarray") -> "np.ndarray":
        import numpy as np

        return np.add.reduceat(values, self.sentence_starts[:-1])
