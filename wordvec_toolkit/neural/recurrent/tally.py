"""Totals of the steps of an epoch."""

import math
from dataclasses import dataclass


@dataclass
class Tally:
    """Totals of an epoch so far."""

    loss: float = 0.0  # sum over tokens of -ln p
    n_tokens: int = 0
    norms: float = 0.0  # sum over steps of the gradient's norm before clipping
    n_clipped: int = 0
    n_steps: int = 0

    @property
    def mean_loss(self) -> float:
        return self.loss / max(1, self.n_tokens)

    @property
    def mean_norm(self) -> float:
        return self.norms / max(1, self.n_steps)

    @property
    def clipped(self) -> float:
        return self.n_clipped / max(1, self.n_steps)

    def __str__(self) -> str:
        return (
            f"loss {self.mean_loss:.4f}, perplexity {perplexity(self.mean_loss):.2f}, gradient "
            f"{self.mean_norm:.3g}, {self.clipped:.0%} clipped"
        )


def perplexity(loss: float) -> float:
    """Return exp of a mean loss, finite in any case."""
    return math.exp(min(loss, 700.0))
