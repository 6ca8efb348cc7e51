"""Jelinek-Mercer smoothing: linear interpolation, its weights fitted on held-out text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..._kernels import held_out as kernels
from ...errors import SettingError
from .held_out import checked_held_out, events, trace
from .smoothing import Evidence, FittedSmoothing, Histories, Smoothing, check_per_order

_ITERATIONS = 200
_GAIN = 1e-7  # of the logarithm of the likelihood, per token
_FIRST = 0.5
_PRIOR = 0.5  # tokens for either side, so that no weight becomes 0 or 1
_N_BUCKETS = 32  # bucket b holds the totals from 2**b to 2**(b + 1) - 1


@dataclass(frozen=True)
class JelinekMercer(Smoothing):
    """p(w | h) = lambda c(hw) / c(h) + (1 - lambda) p(w | shorter h).

    Jelinek and Mercer (1980); Chen and Goodman (1999), section 2.3.

    Parameters
    ----------
    weights : sequence of float, optional
        lambda for all orders or for each one, from the lowest up.  Without it they are fitted by EM
        on held-out text: one for each order and each range of c(h), 1, 2 to 3, 4 to 7 and so on.
    """

    weights: tuple[float, ...] | None = None
    name: ClassVar[str] = "jelinek-mercer"

    def __post_init__(self) -> None:
        if self.weights is not None and not (
            self.weights and all(0 <= weight <= 1 for weight in self.weights)
        ):
            raise SettingError(f"weights are {self.weights}; expected numbers from 0 to 1")

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> "JelinekMercer":
        return cls(tuple(numbers) or None)

    @property
    def uses_held_out(self) -> bool:
        return self.weights is None

    def fitted(self, evidence: Evidence) -> "FittedJelinekMercer":
        """Fit the weights, if they are not given.

        Raises
        ------
        SettingError
            If there is neither held-out text nor a weight for each order.
        """
        order = evidence.counts.order
        facts: dict[str, object] = {}
        if self.weights is not None:
            given = check_per_order("weights", self.weights, order)
            table = np.tile(np.array(given)[:, None], _N_BUCKETS)
        else:
            table, facts = _fit(evidence)
        return FittedJelinekMercer(evidence.counts.counts, facts, table)


@dataclass(frozen=True, eq=False)
class FittedJelinekMercer(FittedSmoothing):
    """The weights of each order and range of totals: float64 (order, n_buckets)."""

    counts: np.ndarray
    facts: dict[str, object]
    table: np.ndarray

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        weight = self.table[order - 1][bucket(histories.totals)]
        scale = weight / histories.totals
        return scale, 1 - weight + histories.pruned * scale


def bucket(totals: np.ndarray) -> np.ndarray:
    """Return the range that each total (1 or more) is in: floor(log2(total))."""
    return np.minimum(np.frexp(totals)[1] - 1, _N_BUCKETS - 1)


def _fit(evidence: Evidence) -> tuple[np.ndarray, dict[str, object]]:
    """Fit the weights by EM; those that no held-out token depends on are taken from below."""
    counts, trie = evidence.counts, evidence.counts.trie
    ids = checked_held_out(
        evidence.held_out, trie.n_words, "jelinek-mercer without weights (jelinek-mercer:0.5,...)"
    )
    ngrams, histories = trace(trie, ids)
    shares = np.zeros((len(ids), trie.order))
    cells = np.full((len(ids), trie.order), -1, np.int32)
    for k in range(trie.order):
        seen = events(trie, counts.counts, ngrams, histories, k + 1)
        known = seen.totals > 0
        shares[known, k] = seen.counts[known] / seen.totals[known]
        cells[known, k] = k * _N_BUCKETS + bucket(seen.totals[known])
    del ngrams, histories
    weights = np.full(trie.order * _N_BUCKETS, _FIRST)
    base = np.ascontiguousarray(evidence.base[ids])
    before, n_rounds = -np.inf, 0
    while n_rounds < _ITERATIONS:
        taken, reached = np.zeros(len(weights)), np.zeros(len(weights))
        logprob, n_tokens = kernels.expect(shares, cells, base, weights, taken, reached)
        if n_tokens == 0:
            raise SettingError("no held-out token can have a probability; give other text")
        if abs(logprob - before) / n_tokens < _GAIN:
            break
        before, n_rounds = logprob, n_rounds + 1
        used = reached > 0
        weights[used] = (taken[used] + _PRIOR) / (reached[used] + 2 * _PRIOR)
    table = weights.reshape(trie.order, _N_BUCKETS)
    _fill(table, (reached > 0).reshape(table.shape))
    facts = {
        "weights": [
            _shown(row, filled) for row, filled in zip(table, reached.reshape(table.shape))
        ],
        "em_rounds": n_rounds,
        "held_out_tokens": int(n_tokens),
        "held_out_perplexity": float(np.exp(-logprob / n_tokens)),
    }
    return table, facts


def _fill(table: np.ndarray, used: np.ndarray) -> None:
    """Give each range without held-out tokens the weight of the one below, or else above it."""
    for row, has in zip(table, used):
        there = np.flatnonzero(has)
        if not len(there):
            continue
        nearest = np.maximum(np.searchsorted(there, np.arange(len(row)), side="right") - 1, 0)
        row[:] = row[there[nearest]]


def _shown(row: np.ndarray, reached: np.ndarray) -> dict[str, float]:
    """Name the ranges by their first total."""
    return {str(2**b): round(float(row[b]), 6) for b in np.flatnonzero(reached > 0)}
