"""Gated recurrent units (Cho et al. 2014)."""

from .door import torch
from .layers import RecurrentLayer, State, Step, times


class GruLayer(RecurrentLayer):
    """h_t = (1 - z) n + z h_(t-1), n = tanh(W x_t + b + r (U h_(t-1) + b')).

    r, which torch multiplies with U h and Cho et al. with h, and z are sigmoids.
    """

    fused = staticmethod(torch.gru)

    def step(self, drive: torch.Tensor, pushed: torch.Tensor, state: State) -> Step:
        (r, z, n), (pushed_r, pushed_z, pushed_n) = (
            rows.chunk(3, dim=-1) for rows in (drive, pushed)
        )
        r, z = torch.sigmoid(r + pushed_r), torch.sigmoid(z + pushed_z)
        n = torch.tanh(n + r * pushed_n)
        return Step(((1 - z) * n + z * state[0],), {"reset": r, "update": z, "candidate": n})

    def jacobian(self, drive: torch.Tensor, state: State) -> torch.Tensor:
        (h,) = state
        u, pushed = self.blocks, self.pushed(h)
        r, z, n = (self.step(drive, pushed, state).gates[name] for name in self.cell.gates)
        pushed_n = pushed.chunk(3, dim=-1)[2]
        inner = times(r, u["candidate"]) + times(pushed_n * r * (1 - r), u["reset"])
        dn_dh = times(1 - n**2, inner)
        return torch.diag_embed(z) + times((h - n) * z * (1 - z), u["update"]) + times(1 - z, dn_dh)
