"""Long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""

from typing import TYPE_CHECKING

from . import fast_lstm
from .door import torch
from .layers import RecurrentLayer, State, Step, is_fast, times

if TYPE_CHECKING:
    from .settings import NetworkSettings


class LstmLayer(RecurrentLayer):
    """c_t = f c_(t-1) + i g, h_t = o tanh(c_t).

    i, f and o are sigmoids and g a tanh of W x_t + b + U h_(t-1) + b'.
    """

    fused = staticmethod(torch.lstm)

    @torch.no_grad()
    def draw(self, generator: torch.Generator, how: "NetworkSettings") -> None:
        super().draw(generator, how)
        self.input_bias.view(len(self.cell.gates), -1)[self.cell.gates.index("forget")] = (
            how.forget_bias
        )

    def window(
        self, x: torch.Tensor, state: State, recurrent: torch.Tensor
    ) -> tuple[torch.Tensor, State]:
        if not is_fast(x):
            return super().window(x, state, recurrent)
        bias = self.input_bias + self.state_bias
        hidden, cell = (part[0] for part in state)
        out, *after = fast_lstm.lstm(x, hidden, cell, self.input_weight, recurrent, bias)
        return out, tuple(part[None] for part in after)

    def step(self, drive: torch.Tensor, pushed: torch.Tensor, state: State) -> Step:
        i, f, g, o = (drive + pushed).chunk(4, dim=-1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * state[1] + i * g
        gates = {"input": i, "forget": f, "candidate": g, "output": o}
        return Step((o * torch.tanh(c), c), gates)

    def jacobian(self, drive: torch.Tensor, state: State) -> torch.Tensor:
        before, step = state[1], self.step(drive, self.pushed(state[0]), state)
        i, f, g, o = (step.gates[name] for name in self.cell.gates)
        u = self.blocks
        dc_dh = (
            times(before * f * (1 - f), u["forget"])
            + times(g * i * (1 - i), u["input"])
            + times(i * (1 - g**2), u["candidate"])
        )
        seen = torch.tanh(step.state[1])
        opened = o * (1 - seen**2)  # d h_t / d c_t
        dh_dh = times(seen * o * (1 - o), u["output"]) + times(opened, dc_dh)
        dc_dc, dh_dc = torch.diag_embed(f), torch.diag_embed(opened * f)
        return torch.cat([torch.cat([dh_dh, dh_dc], 2), torch.cat([dc_dh, dc_dc], 2)], 1)
