"""An LSTM layer in bfloat16, for processors that multiply it fast.

torch's own layer (oneDNN) is one call, and its backward pass adds up the weights' gradients step
by step.  Here products over all steps are one matrix product each, forward and backward, so that
only h_(t-1) U stays in the loop; what lies between is a kernel.  Products are of bfloat16 numbers
with sums in float32; cells, biases and weights stay float32.
"""

import numpy as np

from ..._kernels.lstm import step_backward, step_forward
from .door import torch

_BF16 = torch.bfloat16


def lstm(
    x: torch.Tensor,
    hidden: torch.Tensor,
    cell: torch.Tensor,
    input_weight: torch.Tensor,
    state_weight: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Read a window.

    Parameters
    ----------
    x : bfloat16 tensor (T, B, n_in)
    hidden, cell : float32 tensor (B, H)
        The state before.
    input_weight, state_weight : float32 tensor (4 H, n_in), (4 H, H)
        Gates in the order i, f, g, o.
    bias : float32 tensor (4 H,)

    Returns
    -------
    bfloat16 tensor (T, B, H), float32 tensor (B, H), float32 tensor (B, H)
        The layer's output, and the state after it.
    """
    out, last = _Lstm.apply(x, hidden, cell, input_weight, state_weight, bias)
    return out, out[-1].float(), last


class _Lstm(torch.autograd.Function):
    """The layer and its gradient; see `_kernels/lstm.py` for the equations of a step."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        x: torch.Tensor,
        hidden: torch.Tensor,
        cell: torch.Tensor,
        input_weight: torch.Tensor,
        state_weight: torch.Tensor,
        bias: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        (n_steps, n_columns, n_in), width = x.shape, state_weight.shape[1]
        inward, onward = input_weight.to(_BF16), state_weight.to(_BF16)
        gates = torch.mm(x.reshape(-1, n_in), inward.t()).view(n_steps, n_columns, 4 * width)
        # The state before is at 0.
        cells = torch.empty(n_steps + 1, n_columns, width)
        out = torch.empty(n_steps + 1, n_columns, width, dtype=_BF16)
        cells[0], out[0] = cell, hidden
        recurrent = torch.empty(n_columns, 4 * width, dtype=_BF16)
        gate_rows, cell_rows, out_rows = as_bits(gates), cells.numpy(), as_bits(out)
        recurrent_rows, offsets = as_bits(recurrent), bias.detach().numpy()
        back = onward.t()
        for t in range(n_steps):
            torch.mm(out[t], back, out=recurrent)
            step_forward(
                gate_rows[t],
                recurrent_rows,
                offsets,
                cell_rows[t],
                cell_rows[t + 1],
                out_rows[t + 1],
            )
        ctx.save_for_backward(x, inward, onward, gates, cells, out)
        return out[1:], cells[-1].clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(
        ctx: torch.autograd.function.FunctionCtx, by_out: torch.Tensor, by_last: torch.Tensor
    ) -> tuple[torch.Tensor | None, ...]:
        x, inward, onward, gates, cells, out = ctx.saved_tensors
        n_steps, n_columns, width = by_out.shape
        above = as_bits(by_out.to(_BF16).contiguous())
        from_after = torch.zeros(n_columns, width, dtype=_BF16)
        by_cell = by_last.float().clone()
        cell_slope = by_cell.numpy()
        by_bias = torch.zeros(4 * width)
        # Gates are replaced by the gradient, so that this can be asked for only once; torch is told
        # of what it cannot see, and refuses a second time.
        slopes = gates
        torch.autograd.graph.increment_version(gates)
        slope_rows, cell_rows, after_rows = as_bits(slopes), cells.numpy(), as_bits(from_after)
        bias_slope = by_bias.numpy()
        for t in reversed(range(n_steps)):
            step_backward(
                slope_rows[t],
                cell_rows[t],
                cell_rows[t + 1],
                above[t],
                after_rows,
                cell_slope,
                bias_slope,
            )
            torch.mm(slopes[t], onward, out=from_after)
        rows = slopes.view(-1, 4 * width)
        by_x = torch.mm(rows, inward).view(x.shape) if ctx.needs_input_grad[0] else None
        by_input_weight = torch.mm(rows.t(), x.reshape(len(rows), -1)).float()
        by_state_weight = torch.mm(rows.t(), out[:-1].reshape(len(rows), width)).float()
        return by_x, from_after.float(), by_cell, by_input_weight, by_state_weight, by_bias


def as_bits(tensor: torch.Tensor) -> np.ndarray:
    """Return a bfloat16 tensor's memory as uint16, which is how kernels take it."""
    bits: np.ndarray = tensor.view(torch.int16).numpy().view(np.uint16)
    return bits
