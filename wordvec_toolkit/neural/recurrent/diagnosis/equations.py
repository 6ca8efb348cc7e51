"""Recurrent layers by their equations, one step at a time, with gates and Jacobians.

What computes a layer in training is fused and shows neither.  Here everything is float64, so that a
gradient can be followed down to 1e-300.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..door import torch
from ..network import Layer

#: h, of an LSTM h and c, each (B, width): what a layer carries from a step to the next.
Carried = tuple[torch.Tensor, ...]

#: What stands below one another in the weights of a cell; torch's own order.
BLOCKS = {
    "lstm": ("input", "forget", "candidate", "output"),
    "gru": ("reset", "update", "candidate"),
    "rnn-tanh": ("candidate",),
    "rnn-relu": ("candidate",),
}


@dataclass(frozen=True)
class Step:
    """What a step makes: the state after it, and the gates it was made with, each (B, width)."""

    state: Carried
    gates: dict[str, torch.Tensor]


class CellEquations:
    """The equations of a layer.

    Parameters
    ----------
    layer : Layer
        Its weights are copied as float64.
    """

    def __init__(self, layer: Layer) -> None:
        self.cell, self.width = layer.cell, layer.width
        self.input_weight = double(layer.input_weight)
        self.state_weight = double(layer.state_weight)
        self.input_bias = double(layer.input_bias)
        self.state_bias = double(layer.state_bias)
        self._step, self._jacobian = _EQUATIONS[self.cell]

    @property
    def blocks(self) -> dict[str, torch.Tensor]:
        """The recurrent matrix, of a gated cell one for each gate: (width, width)."""
        return dict(zip(BLOCKS[self.cell], self.state_weight.split(self.width)))

    def begin(self, n_columns: int) -> Carried:
        """Return the state before the first token: zeros."""
        n_parts = 2 if self.cell == "lstm" else 1
        return tuple(self.state_weight.new_zeros(n_columns, self.width) for _ in range(n_parts))

    def drive(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the input (..., n_in) brings to each gate, W x + b: (..., n_gates width)."""
        return torch.nn.functional.linear(x, self.input_weight, self.input_bias)

    def _pushed(self, h: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(h, self.state_weight, self.state_bias)

    def step(self, drive: torch.Tensor, state: Carried) -> Step:
        """Go one step on from `state`."""
        return self._step(self, drive, state)

    @torch.no_grad()
    def jacobian(self, drive: torch.Tensor, state: Carried) -> torch.Tensor:
        """Return the Jacobian of a step, d state_t / d state_(t-1).

        Returns
        -------
        float64 tensor (B, n, n)
            n is the width; of an LSTM, whose state is h above c, twice the width.
        """
        return self._jacobian(self, drive, state)


def double(weight: torch.Tensor) -> torch.Tensor:
    """Return a float64 copy that no gradient is asked of."""
    return weight.detach().to("cpu", torch.float64, copy=True)


def _times(factor: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Return diag(factor) matrix for each row of `factor` (B, n)."""
    return factor[:, :, None] * matrix


def _tanh_step(cell: CellEquations, drive: torch.Tensor, state: Carried) -> Step:
    """h_t = tanh(W x_t + b + U h_(t-1) + b')."""
    return Step((torch.tanh(drive + cell._pushed(state[0])),), {})


def _tanh_jacobian(cell: CellEquations, drive: torch.Tensor, state: Carried) -> torch.Tensor:
    (after,) = cell.step(drive, state).state
    return _times(1 - after**2, cell.state_weight)


def _relu_step(cell: CellEquations, drive: torch.Tensor, state: Carried) -> Step:
    return Step((torch.relu(drive + cell._pushed(state[0])),), {})


def _relu_jacobian(cell: CellEquations, drive: torch.Tensor, state: Carried) -> torch.Tensor:
    (after,) = cell.step(drive, state).state
    return _times((after > 0).to(after.dtype), cell.state_weight)


def _lstm_step(cell: CellEquations, drive: torch.Tensor, state: Carried) -> Step:
    """c_t = f c_(t-1) + i g, h_t = o tanh(c_t) (Gers et al. 2000)."""
    h, c = state
    i, f, g, o = (drive + cell._pushed(h)).chunk(4, dim=-1)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * c + i * g
    gates = {"input": i, "forget": f, "candidate": g, "output": o}
    return Step((o * torch.tanh(c), c), gates)


def _lstm_jacobian(cell: CellEquations, drive: torch.Tensor, state: Carried) -> torch.Tensor:
    before, step = state[1], cell.step(drive, state)
    i, f, g, o = (step.gates[name] for name in BLOCKS["lstm"])
    u = cell.blocks
    dc_dh = (
        _times(before * f * (1 - f), u["forget"])
        + _times(g * i * (1 - i), u["input"])
        + _times(i * (1 - g**2), u["candidate"])
    )
    seen = torch.tanh(step.state[1])
    opened = o * (1 - seen**2)  # d h_t / d c_t
    dh_dh = _times(seen * o * (1 - o), u["output"]) + _times(opened, dc_dh)
    dc_dc, dh_dc = torch.diag_embed(f), torch.diag_embed(opened * f)
    return torch.cat([torch.cat([dh_dh, dh_dc], 2), torch.cat([dc_dh, dc_dc], 2)], 1)


def _gru_step(cell: CellEquations, drive: torch.Tensor, state: Carried) -> Step:
    """h_t = (1 - z) n + z h_(t-1), n = tanh(W x_t + b + r (U h_(t-1) + b')).

    Cho et al. 2014, but for r, which torch multiplies with U h and they with h.
    """
    (h,) = state
    (r, z, n), (pushed_r, pushed_z, pushed_n) = (
        each.chunk(3, dim=-1) for each in (drive, cell._pushed(h))
    )
    r, z = torch.sigmoid(r + pushed_r), torch.sigmoid(z + pushed_z)
    n = torch.tanh(n + r * pushed_n)
    return Step(((1 - z) * n + z * h,), {"reset": r, "update": z, "candidate": n})


def _gru_jacobian(cell: CellEquations, drive: torch.Tensor, state: Carried) -> torch.Tensor:
    (h,) = state
    r, z, n = (cell.step(drive, state).gates[name] for name in BLOCKS["gru"])
    u, pushed = cell.blocks, cell._pushed(h).chunk(3, dim=-1)[2]
    dn_dh = _times(1 - n**2, _times(r, u["candidate"]) + _times(pushed * r * (1 - r), u["reset"]))
    return torch.diag_embed(z) + _times((h - n) * z * (1 - z), u["update"]) + _times(1 - z, dn_dh)


_StepOf = Callable[[CellEquations, torch.Tensor, Carried], Step]
_JacobianOf = Callable[[CellEquations, torch.Tensor, Carried], torch.Tensor]
_EQUATIONS: dict[str, tuple[_StepOf, _JacobianOf]] = {
    "lstm": (_lstm_step, _lstm_jacobian),
    "gru": (_gru_step, _gru_jacobian),
    "rnn-tanh": (_tanh_step, _tanh_jacobian),
    "rnn-relu": (_relu_step, _relu_jacobian),
}
