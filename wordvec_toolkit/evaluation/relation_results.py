"""Results of ranking word pairs by a relation; light to import, as `results`."""

import math
from dataclasses import dataclass
from typing import ClassVar

from ..runtime.results import Column, Result
from ..runtime.signatures import Signature
from .results import SetScore
from .statistics.intervals import Interval


@dataclass(frozen=True, repr=False, kw_only=True)
class RelationScore(Result):
    """Scores on one relation; `n` and `n_oov` count its pairs, nan stands for too few of them."""

    COLUMNS: ClassVar = (
        Column("name", "relation", "text"),
        Column("spearman", "spearman"),
        Column("maxdiff", "MaxDiff"),
        Column("n", "pairs", "whole"),
        Column("n_oov", "OOV", "whole"),
    )

    name: str
    spearman: float
    maxdiff: float
    n: int
    n_oov: int


@dataclass(frozen=True, repr=False, kw_only=True)
class RelationsResult(SetScore):
    """Scores on relations whose word pairs people have ranked, such as SemEval-2012 task 2.

    Attributes
    ----------
    dataset, sha256 : str
    spearman : float
        Mean over relations of the Spearman correlation.
    interval : (float, float)
        95 %, Student's t over relations.
    maxdiff : float
        Mean over relations of the share of MaxDiff questions answered as most people did.
    maxdiff_interval : (float, float)
    maxdiff_chance : float
        Of a random choice.
    n_relations, n_left_out : int
        Relations with a correlation, and those skipped for lack of known pairs.
    n, n_oov : int
        Pairs of the former, and pairs of all relations that are skipped.
    relations : tuple of RelationScore
    signature : Signature
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("dataset", "set", "text"),
        Column("spearman", "spearman"),
        Column("interval", "95 % interval", "interval"),
        Column("maxdiff", "MaxDiff"),
        Column("maxdiff_interval", "95 % interval", "interval"),
        Column("maxdiff_chance", "chance"),
        Column("n_relations", "relations", "whole"),
        Column("n", "pairs", "whole"),
        Column("n_oov", "OOV", "whole"),
    )

    dataset: str
    sha256: str
    spearman: float
    interval: Interval = (math.nan, math.nan)
    maxdiff: float
    maxdiff_interval: Interval = (math.nan, math.nan)
    maxdiff_chance: float
    n_relations: int
    n_left_out: int
    n: int
    n_oov: int
    relations: tuple[RelationScore, ...]
    signature: Signature

    @property
    def measure(self) -> str:
        return "spearman"

    @property
    def value(self) -> float:
        return self.spearman
