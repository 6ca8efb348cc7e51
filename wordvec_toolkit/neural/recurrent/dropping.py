"""Dropout in training: words, values between layers, recurrent weights."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .door import torch

if TYPE_CHECKING:
    from .settings import NetworkSettings


@dataclass(frozen=True)
class Dropping:
    """Drops what a network's settings say, by masks that a generator draws.

    Attributes
    ----------
    how : NetworkSettings
    generator : torch.Generator, optional
        Without one nothing is dropped.
    """

    how: "NetworkSettings"
    generator: torch.Generator | None = None

    def words(self, x: torch.Tensor, ids: torch.Tensor, n_words: int) -> torch.Tensor:
        """Drop whole words, the vectors of `ids` (T, B), at all their places."""
        if self.generator is None or not self.how.embedding_dropout:
            return x
        return x * _mask(x, (n_words, 1), self.how.embedding_dropout, self.generator)[ids]

    def numbers(self, x: torch.Tensor, share: float) -> torch.Tensor:
        """Drop a share of what flows (T, B, width), at all steps the same if masks are locked."""
        if self.generator is None or not share:
            return x
        n_steps, *rest = x.shape
        shape = (1 if self.how.locked else n_steps, *rest)
        return x * _mask(x, shape, share, self.generator)

    def between(self, x: torch.Tensor) -> torch.Tensor:
        """Drop what `NetworkSettings.dropout` says."""
        return self.numbers(x, self.how.dropout)

    def weights(self, weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Drop recurrent weights of a layer that reads `x`."""
        if self.generator is None or not self.how.weight_dropout:
            return weight
        return weight * _mask(x, tuple(weight.shape), self.how.weight_dropout, self.generator)


def _mask(
    like: torch.Tensor, shape: tuple[int, ...], share: float, generator: torch.Generator
) -> torch.Tensor:
    """Draw what is multiplied onto numbers to drop a share of them and keep their mean.

    Of each 64 bits that are drawn come four numbers of 16, so that a mask for the recurrent weights
    takes a tenth of the time of a Bernoulli draw for each.
    """
    size = math.prod(shape)
    drawn = torch.empty(-(-size // 4), dtype=torch.int64, device=like.device)
    drawn.random_(-(2**63), None, generator=generator)
    n_dropped = round(share * 2**16)
    kept = drawn.view(torch.int16)[:size].view(shape) >= n_dropped - 2**15
    return kept.to(like.dtype).div_(1 - n_dropped / 2**16)
