"""Pairs side by side: those of like length form a batch, padded to the longest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...lm.language_model import BOS, EOS
from ...text.sides import Ragged
from ..recurrent.batches import windows
from ..recurrent.door import torch


@dataclass(frozen=True)
class PairBatch:
    """Pairs side by side, the longest source first.

    Attributes
    ----------
    sources : int32 tensor (S, B)
    lengths : int64 tensor (B,)
        Of the sources.
    inputs, targets : int32 tensors (T, B)
        ``<s>`` and the target; the target and ``</s>``.
    mask : bool tensor (T, B)
        Which targets are real, not padding.
    """

    sources: torch.Tensor
    lengths: torch.Tensor
    inputs: torch.Tensor
    targets: torch.Tensor
    mask: torch.Tensor


def padded(rows: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return sequences of ids as columns (longest, n), and their lengths."""
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    ids = np.full((int(lengths.max()), len(rows)), EOS, np.int32)
    for column, row in enumerate(rows):
        ids[: len(row), column] = row
    return torch.from_numpy(ids), lengths


def _columns(rows: Ragged, places: np.ndarray, n_more: int) -> tuple[np.ndarray, np.ndarray]:
    """Return sentences as columns with at least `n_more` of padding (``</s>``), and lengths."""
    lengths = rows.lengths[places]
    time = np.arange(int(lengths.max()) + n_more)[:, None]
    is_real = time < lengths
    ids = rows.ids[np.where(is_real, rows.starts[places] + time, 0)]
    return np.where(is_real, ids, np.int32(EOS)), lengths


class PairText:
    """Pairs as training reads them.

    Each epoch has an order of its own: pairs are sorted by the lengths of source and target, those
    of equal lengths mixed, cut into batches, and these mixed.
    """

    def __init__(self, sources: Ragged, targets: Ragged, batch_size: int, seed: int) -> None:
        self.sources, self.targets = sources, targets
        self._batch_size, self._seed = batch_size, seed
        self.n_tokens = len(targets.ids) + len(targets)
        self.n_steps = -(-len(sources) // batch_size)
        self._epoch, self._plan = -1, list[np.ndarray]()

    def batch(self, epoch: int, step: int) -> PairBatch:
        """Return what a step of an epoch learns from."""
        if epoch != self._epoch:
            draw = np.random.default_rng([self._seed, epoch])
            batches = planned(self.sources, self.targets, self._batch_size, draw)
            self._epoch = epoch
            self._plan = [batches[at] for at in draw.permutation(len(batches)).tolist()]
        return self.chosen(self._plan[step])

    def chosen(self, places: np.ndarray) -> PairBatch:
        """Return the batch of some pairs."""
        sources, lengths = map(torch.from_numpy, _columns(self.sources, places, 0))
        outputs, n_outputs = map(torch.from_numpy, _columns(self.targets, places, 1))
        first = torch.full((1, len(places)), BOS, dtype=torch.int32)
        mask = torch.arange(len(outputs))[:, None] <= n_outputs
        return PairBatch(sources, lengths, torch.cat([first, outputs[:-1]]), outputs, mask)


def planned(
    sources: Ragged, targets: Ragged, batch_size: int, draw: np.random.Generator | None = None
) -> list[np.ndarray]:
    """Return the places of the pairs of each batch, those of like length together.

    Within a batch the longest source comes first.  Equal lengths keep their order, or are mixed by
    `draw`.
    """
    n = len(sources)
    mixed = np.arange(n) if draw is None else draw.random(n)
    order = np.lexsort((mixed, -targets.lengths, -sources.lengths))
    return [order[each] for each in windows(n, batch_size)]
