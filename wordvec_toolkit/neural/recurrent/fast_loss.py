"""The loss of a full softmax in bfloat16.

The logits of a window are its largest matrix by far (1,400 x 10,000).  Here they are written once
by a matrix product, and become their own gradient in one pass over each row.
"""

import numpy as np

from ..._kernels.softmax_loss import loss_and_gradient
from ...runtime.parallel import even_bounds, map_blocks
from .door import torch
from .fast_lstm import as_bits

_ROWS = 64  # of a block; sums over blocks are added in their order


def softmax_loss(
    x: torch.Tensor,
    words: torch.Tensor,
    bias: torch.Tensor,
    targets: torch.Tensor,
    smoothing: float = 0.0,
) -> torch.Tensor:
    """Return the sum of -ln p of the targets, p the softmax of x words' + bias.

    With smoothing s: (1 - s) (-ln p(target)) + s mean over possible words of -ln p.

    Parameters
    ----------
    x : bfloat16 tensor (n, width)
    words : float32 tensor (n_words, width)
    bias : float32 tensor (n_words,)
        -inf for what is impossible.
    targets : int32 tensor (n,)
        Negative ones are skipped.
    """
    loss: torch.Tensor = _SoftmaxLoss.apply(x, words, bias, targets, smoothing)
    return loss


class _SoftmaxLoss(torch.autograd.Function):
    """d loss / d logit = p - 1 for the target, p for the others, without smoothing."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        x: torch.Tensor,
        words: torch.Tensor,
        bias: torch.Tensor,
        targets: torch.Tensor,
        smoothing: float,
    ) -> torch.Tensor:
        narrow = words.to(torch.bfloat16)
        slopes = torch.mm(x, narrow.t())
        rows, offsets, wanted = as_bits(slopes), bias.detach().numpy(), targets.numpy()
        bounds = even_bounds(len(rows), _ROWS)
        by_bias = np.zeros((len(bounds) - 1, len(offsets)), np.float32)

        def run(first: int, last: int) -> float:
            scratch = np.empty(len(offsets), np.float32)
            own = by_bias[first // _ROWS]
            loss: float = loss_and_gradient(
                rows[first:last], offsets, wanted[first:last], smoothing, scratch, own
            )
            return loss

        total = sum(map_blocks(run, bounds, torch.get_num_threads()))
        ctx.save_for_backward(x, narrow, slopes, torch.from_numpy(by_bias.sum(axis=0)))
        return torch.tensor(total, dtype=torch.float32)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(
        ctx: torch.autograd.function.FunctionCtx, scale: torch.Tensor
    ) -> tuple[torch.Tensor | None, ...]:
        x, narrow, slopes, by_bias = ctx.saved_tensors
        factor = float(scale)
        by_x = torch.mm(slopes, narrow).mul_(factor)
        by_words = torch.mm(slopes.t(), x).float().mul_(factor)
        return by_x, by_words, by_bias * factor, None, None
