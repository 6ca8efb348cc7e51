"""Results of evaluations of translations; light to import, as `results`."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..runtime.results import Column, items
from ..runtime.signatures import Signature
from .results import SetScore
from .statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np

_UNKNOWN = (math.nan, math.nan)


@dataclass(frozen=True, repr=False, kw_only=True)
class TranslationResult(SetScore):
    """Scores of the translations of a model against references.

    Attributes
    ----------
    dataset, sha256 : str
        Name of the pairs, and checksum of their text.
    measure : {"bleu", "exact"}
        What `value` is, and what paired tests compare.
    n : int
        Pairs.
    exact : float
        Share of the pairs whose translation is the reference, token by token.
    exact_interval : (float, float)
        95 %, of `exact` (Wilson).
    perplexity : float
        Of the references' tokens and their ends, given the source and what precedes; unknown tokens
        have the probability of ``<unk>``.  nan where the model has no probabilities.
    bleu, chrf, ter : float
        Of the corpus, by sacrebleu; nan without it.
    bleu_interval : (float, float)
        95 %, percentiles of resampled pairs (Koehn 2004).
    n_source_oov, n_target_oov : int
        Tokens of the sources and of the references that the model does not know.
    n_cut : int
        Translations that the maximum length ended.
    signature : Signature
        How the numbers were made.
    correct : bool array (n,)
        Which translations are exact.
    bleu_statistics : float64 array (n, 10) or None
        Of each pair: matching n-grams of orders 1 to 4, all of them, lengths of translation and
        reference.
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("dataset", "pairs from", "text"),
        Column("exact", "exact", "percent", 2),
        Column("exact_interval", "95 % interval", "interval", 4),
        Column("perplexity", "perplexity", digits=3),
        Column("bleu", "BLEU", digits=2),
        Column("bleu_interval", "95 % interval", "interval", 2),
        Column("chrf", "chrF", digits=2),
        Column("ter", "TER", digits=2),
        Column("n", "pairs", "whole"),
        Column("n_source_oov", "OOV, source", "whole"),
        Column("n_target_oov", "target", "whole"),
    )

    dataset: str
    sha256: str
    leading: str
    n: int
    exact: float
    exact_interval: Interval
    perplexity: float = math.nan
    bleu: float = math.nan
    bleu_interval: Interval = _UNKNOWN
    chrf: float = math.nan
    ter: float = math.nan
    n_source_oov: int = 0
    n_target_oov: int = 0
    n_cut: int = 0
    signature: Signature
    correct: "np.ndarray" = items("bool")
    bleu_statistics: "np.ndarray | None" = items()

    @property
    def measure(self) -> str:
        return self.leading

    @property
    def value(self) -> float:
        return self.bleu if self.leading == "bleu" else self.exact

    @property
    def interval(self) -> Interval:
        return self.bleu_interval if self.leading == "bleu" else self.exact_interval
