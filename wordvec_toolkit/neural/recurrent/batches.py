"""A stream of ids cut into columns that are read side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...lm.language_model import EOS
from .door import torch


@dataclass(frozen=True)
class Piece:
    """Batch of one training step.

    Attributes
    ----------
    inputs, targets : int32 tensors (T, B)
    mask : bool tensor (T, B) or None
        Which targets are some, and not there to fill columns up; None: all.
    begins : bool
        Whether all states are reset.
    n_mean : float
        What the loss is divided by.
    """

    inputs: torch.Tensor
    targets: torch.Tensor
    mask: torch.Tensor | None
    begins: bool
    n_mean: float

    def real(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the rows of x (T, B, width) and the targets that are trained on."""
        if self.mask is None:
            return x, self.targets
        return x[self.mask][:, None], self.targets[self.mask][:, None]


class Text(Protocol):
    """A text as training reads it, with its number of steps per epoch."""

    n_tokens: int
    n_steps: int

    def piece(self, epoch: int, step: int) -> Piece:
        """Return what a step of an epoch learns from."""
        ...


class StreamText:
    """A text as one stream in columns, the same in each epoch, `bptt` tokens of each at a time."""

    def __init__(self, ids: np.ndarray, n_columns: int, bptt: int) -> None:
        self._inputs, self._targets = columns(ids, n_columns)
        self._windows = list(windows(len(self._inputs), bptt))
        self.n_tokens, self.n_steps = self._targets.numel(), len(self._windows)

    def piece(self, epoch: int, step: int) -> Piece:
        """Return what a step of an epoch learns from."""
        window = self._windows[step]
        inputs, targets = self._inputs[window], self._targets[window]
        return Piece(inputs, targets, None, step == 0, targets.numel())


def shifted(ids: np.ndarray, before: int = EOS) -> np.ndarray:
    """Return the token before each token: ``</s>`` before the first, as before a sentence."""
    return np.concatenate([np.array([before], ids.dtype), ids[:-1]])


def columns(ids: np.ndarray, n_columns: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut a stream into columns.

    What is left over at its end, fewer than `n_columns` tokens, is not read.

    Returns
    -------
    inputs, targets : int32 tensors (len(ids) // n_columns, n_columns)
        The token before each, and each.
    """
    length = len(ids) // n_columns
    cut = (
        each[: length * n_columns].reshape(n_columns, length).T.astype(np.int32)
        for each in (shifted(ids), ids)
    )
    inputs, targets = (torch.from_numpy(np.ascontiguousarray(each)) for each in cut)
    return inputs, targets


def windows(length: int, bptt: int, begin: int = 0) -> Iterator[slice]:
    """Yield the windows of a column from `begin` on; the last may be shorter."""
    for first in range(begin, length, bptt):
        yield slice(first, min(first + bptt, length))
