"""Norms of the gradient of a loss by steps back in time."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..batches import shifted
from ..door import torch
from ..layers import RecurrentLayer, State
from ..network import Network

_NUMBERS = 1 << 24  # of states and gates, or of logits, that are held at a time


@dataclass(frozen=True)
class Trace:
    """A layer at the ends of some windows, and the gradient that has come back through it.

    Attributes
    ----------
    norms : float64 array (steps + 1, B)
        Length of d L_s / d h_(s-t), of an LSTM d L_s / d (h_(s-t), c_(s-t)), for t = 0 ... steps.
    parts : float64 array (n_parts, steps + 1, B)
        The same for each part of the state by itself.
    h : float64 tensor (steps + 1, B, width)
    gates : dict of float64 tensors (steps + 1, B, width)
        What the layer gave at each step of the windows, and its gates.
    before, drive
        What the last step of each window began with; see `RecurrentLayer.jacobian`.
    """

    norms: np.ndarray
    parts: np.ndarray
    h: torch.Tensor
    gates: dict[str, torch.Tensor]
    before: State
    drive: torch.Tensor


class Unrolled:
    """A network taken apart into steps, in float64.

    Parameters
    ----------
    network : Network
        Of recurrent layers.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.layers: list[RecurrentLayer] = [double(layer) for layer in network.layers]

    def traces(
        self, ids: np.ndarray, positions: np.ndarray, steps: int, warmup: int
    ) -> Iterator[list[Trace]]:
        """Follow gradients back from the losses at `positions`, some of them at a time.

        The state in front of a window is that after the `warmup` tokens before it, read from
        zeros.  What drops things in training is off.

        Yields
        ------
        list of Trace
            One for each layer.
        """
        held = sum((len(layer.blocks) + 2) * layer.width for layer in self.layers) * (steps + 1)
        n_columns = max(1, _NUMBERS // max(held, len(self.network.bias)))
        before = shifted(ids)
        for first in range(0, len(positions), n_columns):
            last = positions[first : first + n_columns]
            window = last[None, :] + np.arange(-steps - warmup, 1)[:, None]
            inputs = torch.from_numpy(before[window].astype(np.int64))
            targets = torch.from_numpy(ids[last].astype(np.int64))
            with torch.no_grad():
                states = self.read(inputs[:warmup], self.begin(len(last)))[1]
            yield self._trace(inputs[warmup:], targets, states)

    def begin(self, n_columns: int) -> list[State]:
        """Return the states of all layers before the first token, each part (B, width)."""
        return [tuple(part[0] for part in layer.begin(n_columns)) for layer in self.layers]

    def read(self, ids: torch.Tensor, states: list[State]) -> tuple[torch.Tensor, list[State]]:
        """Read ids (T, B) as `Network.read` does; nothing is dropped."""
        x, rolls = self._roll(ids, states)
        return x, [roll.states[-1] if roll.states else state for roll, state in zip(rolls, states)]

    def _roll(self, ids: torch.Tensor, states: list[State]) -> tuple[torch.Tensor, list["_Roll"]]:
        embedding = self.network.embedding
        x = torch.nn.functional.embedding(ids.to(embedding.device), embedding)
        x = x.detach().to("cpu", torch.float64)
        rolls = []
        for layer, state in zip(self.layers, states):
            roll = _Roll(layer.drive(x), [], [], state)
            for drive in roll.drives:
                before = roll.states[-1] if roll.states else state
                step = layer.step(drive, layer.pushed(before[0]), before)
                # Views, so that the gradient of what is carried on of c omits its way through
                # h of the same step: h and c are coordinates of one state.
                roll.states.append(tuple(part.view_as(part) for part in step.state))
                roll.gates.append(step.gates)
            rolls.append(roll)
            h = [each[0] for each in roll.states]
            y = torch.stack(h) if h else x.new_zeros(0, *state[0].shape)
            is_added = self.network.architecture.residual and y.shape == x.shape
            x = y + x if is_added else y
        return x, rolls

    def _trace(
        self, inputs: torch.Tensor, targets: torch.Tensor, states: list[State]
    ) -> list[Trace]:
        for state in states:
            for part in state:
                part.requires_grad_()  # so that the graph begins there
        with torch.enable_grad():
            x, rolls = self._roll(inputs, states)
            # Columns do not meet: the gradient of the sum is each one's own.
            loss = self._losses(x[-1], targets).sum()
        wanted = [part for roll in rolls for state in roll.states for part in state]
        gradients = iter(
            torch.autograd.grad(loss, wanted, allow_unused=True, materialize_grads=True)
        )
        traces = []
        for roll in rolls:
            lengths = [
                [next(gradients).norm(dim=-1).numpy() for _ in state] for state in roll.states
            ]
            # (n_parts, steps + 1, B), from t = 0 at the last step back
            parts = np.array(lengths).transpose(1, 0, 2)[:, ::-1]
            last = roll.states[-2] if len(roll.states) > 1 else roll.first
            traces.append(
                Trace(
                    norms=np.hypot.reduce(parts),
                    parts=parts,
                    h=torch.stack([state[0].detach() for state in roll.states]),
                    gates={
                        name: torch.stack([gates[name].detach() for gates in roll.gates])
                        for name in roll.gates[0]
                    },
                    before=tuple(part.detach() for part in last),
                    drive=roll.drives[-1].detach(),
                )
            )
        return traces

    def _losses(self, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return -ln p of each target (B,), given what the last layer gives (B, width)."""
        logits = self.network.logits(x.to(self.network.bias)).to("cpu", torch.float64)
        return torch.nn.functional.cross_entropy(logits, targets, reduction="none")


def double(layer: torch.nn.Module) -> RecurrentLayer:
    """Return a copy of a layer in float64, in which gradients can be followed down to 1e-300."""
    assert isinstance(layer, RecurrentLayer)
    return copy.deepcopy(layer).to("cpu", torch.float64).requires_grad_(False)


@dataclass(frozen=True)
class _Roll:
    """A layer along a window."""

    drives: torch.Tensor
    states: list[State]
    gates: list[dict[str, torch.Tensor]]
    first: State
