"""Bases of layers and of recurrent layers.

Time goes down the rows and texts side by side across the columns: what flows between layers is
(T, B, width).
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .door import torch
from .dropping import Dropping

if TYPE_CHECKING:
    from .cells import Cell
    from .settings import NetworkSettings

#: What a layer carries from step to step: of recurrent ones the parts of `Cell.parts`, each
#: (1, B, width).
State = tuple[torch.Tensor, ...]


class Layer(torch.nn.Module):
    """A layer.

    Attributes
    ----------
    adds_itself : bool
        Whether it adds what it makes to what it is given, and drops parts of that itself; a norm
        then follows the last layer.
    """

    adds_itself: ClassVar[bool] = False

    def __init__(self, cell: "Cell", how: "NetworkSettings", n_in: int, n_out: int) -> None:
        super().__init__()
        self.cell, self.width = cell, n_out

    @abstractmethod
    def draw(self, generator: torch.Generator, how: "NetworkSettings") -> None:
        """Draw the weights."""

    @abstractmethod
    def begin(self, n_columns: int) -> State:
        """Return the state before the first token."""

    @abstractmethod
    def forward(
        self, x: torch.Tensor, state: State, drop: Dropping | None = None
    ) -> tuple[torch.Tensor, State]:
        """Read a window (T, B, n_in); return (T, B, width) and the state after it."""


@dataclass(frozen=True)
class Step:
    """Result of a step: the new state and its gates, each (B, width)."""

    state: State
    gates: dict[str, torch.Tensor]


class RecurrentLayer(Layer):
    """A layer whose every step is made from its input and of the state before, h first.

    A cell has to define `step`.  `window` and `jacobian` follow from it, and may be replaced by
    what is faster.

    Attributes
    ----------
    fused : callable, optional
        torch's own function for a window.
    """

    fused: ClassVar[Callable[..., tuple[torch.Tensor, ...]] | None] = None

    def __init__(self, cell: "Cell", how: "NetworkSettings", n_in: int, n_out: int) -> None:
        super().__init__(cell, how, n_in, n_out)
        rows = len(self.cell.gates) * n_out
        self.input_weight = torch.nn.Parameter(torch.empty(rows, n_in))
        self.state_weight = torch.nn.Parameter(torch.empty(rows, n_out))
        self.input_bias = torch.nn.Parameter(torch.empty(rows))
        self.state_bias = torch.nn.Parameter(torch.empty(rows))

    @torch.no_grad()
    def draw(self, generator: torch.Generator, how: "NetworkSettings") -> None:
        """Draw weights from +-1 / sqrt(width), as torch's own layers do."""
        bound = self.width**-0.5
        for weight in (self.input_weight, self.state_weight):
            weight.uniform_(-bound, bound, generator=generator)
        self.input_bias.zero_()
        self.state_bias.zero_()

    def begin(self, n_columns: int) -> State:
        """Return the state before the first token: zeros."""
        shape = (1, n_columns, self.width)
        return tuple(self.state_weight.new_zeros(shape) for _ in self.cell.parts)

    def forward(
        self, x: torch.Tensor, state: State, drop: Dropping | None = None
    ) -> tuple[torch.Tensor, State]:
        recurrent = self.state_weight if drop is None else drop.weights(self.state_weight, x)
        out, after = self.window(x, state, recurrent)
        return out, tuple(part.to(self.state_weight.dtype) for part in after)

    def window(
        self, x: torch.Tensor, state: State, recurrent: torch.Tensor
    ) -> tuple[torch.Tensor, State]:
        """Read a window with recurrent weights of which some may be dropped."""
        if self.fused is None:
            return self.by_steps(x, state, recurrent)
        parts = tuple(part.to(x.dtype) for part in state)
        before = parts if len(parts) > 1 else parts[0]
        weights = self._weights(x, recurrent)
        out, *after = self.fused(x, before, weights, True, 1, 0.0, self.training, False, False)
        return out, tuple(after)

    def by_steps(
        self, x: torch.Tensor, state: State, recurrent: torch.Tensor
    ) -> tuple[torch.Tensor, State]:
        """Read a window by `step`, one after another."""
        inward, onward, bias, state_bias = self._weights(x, recurrent)
        parts = tuple(part[0].to(x.dtype) for part in state)
        out = []
        for drive in torch.nn.functional.linear(x, inward, bias):
            pushed = torch.nn.functional.linear(parts[0], onward, state_bias)
            parts = self.step(drive, pushed, parts).state
            out.append(parts[0])
        return torch.stack(out), tuple(part[None] for part in parts)

    def _weights(self, x: torch.Tensor, recurrent: torch.Tensor) -> list[torch.Tensor]:
        weights = [self.input_weight, recurrent, self.input_bias, self.state_bias]
        return [weight.to(x.dtype) for weight in weights]

    @property
    def blocks(self) -> dict[str, torch.Tensor]:
        """The recurrent matrix, of a gated cell one for each gate: (width, width)."""
        return dict(zip(self.cell.gates, self.state_weight.split(self.width)))

    def drive(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the input (..., n_in) brings to each gate, W x + b: (..., n_gates width)."""
        return torch.nn.functional.linear(x, self.input_weight, self.input_bias)

    def pushed(self, h: torch.Tensor) -> torch.Tensor:
        """Return what h (B, width) brings to each gate, U h + b': (B, n_gates width)."""
        return torch.nn.functional.linear(h, self.state_weight, self.state_bias)

    @abstractmethod
    def step(self, drive: torch.Tensor, pushed: torch.Tensor, state: State) -> Step:
        """Go one step on from `state` (each part (B, width)); see `drive` and `pushed`."""

    def jacobian(self, drive: torch.Tensor, state: State) -> torch.Tensor:
        """Return the Jacobian of a step, d state_t / d state_(t-1).

        Returns
        -------
        tensor (B, n, n)
            n is the width times the number of parts, which are stacked.
        """

        def after(before: torch.Tensor) -> torch.Tensor:
            parts = before.split(self.width, dim=1)
            return torch.cat(self.step(drive, self.pushed(parts[0]), parts).state, dim=1)

        # Columns do not meet: the Jacobian of their sum is each one's own.
        whole = torch.autograd.functional.jacobian(
            lambda before: after(before).sum(dim=0), torch.cat(state, dim=1)
        )
        return whole.transpose(0, 1)


def times(factor: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Return diag(factor) matrix for each row of `factor` (B, n)."""
    return factor[:, :, None] * matrix


def is_fast(x: torch.Tensor) -> bool:
    """Return whether the layers and the loss of our own are the ones to take."""
    return x.dtype == torch.bfloat16 and x.device.type == "cpu"


def normed(x: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """Return `x` with mean 0 and variance 1 in each row, scaled and shifted."""
    width = (x.shape[-1],)
    return torch.nn.functional.layer_norm(x, width, scale.to(x.dtype), shift.to(x.dtype))


class Norm(torch.nn.Module):
    """The norm after the last layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(width))
        self.shift = torch.nn.Parameter(torch.zeros(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See `normed`."""
        return normed(x, self.scale, self.shift)
