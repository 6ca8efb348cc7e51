"""Simple recurrent networks (Elman 1990)."""

from .door import torch
from .layers import RecurrentLayer, State, Step, times


class TanhLayer(RecurrentLayer):
    """h_t = tanh(W x_t + b + U h_(t-1) + b')."""

    fused = staticmethod(torch.rnn_tanh)

    def step(self, drive: torch.Tensor, pushed: torch.Tensor, state: State) -> Step:
        return Step((torch.tanh(drive + pushed),), {})

    def jacobian(self, drive: torch.Tensor, state: State) -> torch.Tensor:
        (after,) = self.step(drive, self.pushed(state[0]), state).state
        return times(1 - after**2, self.state_weight)


class ReluLayer(RecurrentLayer):
    """h_t = max(0, W x_t + b + U h_(t-1) + b')."""

    fused = staticmethod(torch.rnn_relu)

    def step(self, drive: torch.Tensor, pushed: torch.Tensor, state: State) -> Step:
        return Step((torch.relu(drive + pushed),), {})

    def jacobian(self, drive: torch.Tensor, state: State) -> torch.Tensor:
        (after,) = self.step(drive, self.pushed(state[0]), state).state
        return times((after > 0).to(after.dtype), self.state_weight)


class LinearLayer(RecurrentLayer):
    """h_t = W x_t + b + U h_(t-1) + b', without a nonlinearity.

    Its gradient goes back by powers of U', so that it vanishes or explodes as the spectral radius
    of U says (Pascanu et al. 2013, section 2.1).
    """

    def step(self, drive: torch.Tensor, pushed: torch.Tensor, state: State) -> Step:
        return Step((drive + pushed,), {})

    def jacobian(self, drive: torch.Tensor, state: State) -> torch.Tensor:
        return self.state_weight.expand(len(drive), -1, -1)
