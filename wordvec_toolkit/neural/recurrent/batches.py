"""A stream of ids cut into columns that are read side by side."""

from collections.abc import Iterator

import numpy as np

from ...lm.language_model import EOS
from .door import torch


def shifted(ids: np.ndarray) -> np.ndarray:
    """Return what stands before each token: ``</s>`` before the first, as before a sentence."""
    return np.concatenate([np.array([EOS], ids.dtype), ids[:-1]])


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
