"""A step of the memory of a Neural Turing machine as one operation, in float32 on the processor.

A step takes some fifty operations of torch, each of which goes over the memory; kernels do it in
one pass forward and one back.
"""

from ..._kernels.memory import step_backward, step_forward
from ..recurrent.door import torch


def step(
    asked: torch.Tensor, looks: torch.Tensor, memory: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Write and read, as `TuringMachine.step` does."""
    found: tuple[torch.Tensor, torch.Tensor, torch.Tensor] = _Step.apply(asked, looks, memory)
    return found


class _Step(torch.autograd.Function):
    """The step and its gradient; see `_kernels/memory.py`."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        asked: torch.Tensor,
        looks: torch.Tensor,
        memory: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        asked, looks, memory = (part.contiguous() for part in (asked, looks, memory))
        n_columns, slot_dim, n_slots = memory.shape
        after, seen = torch.empty_like(memory), torch.empty_like(looks)
        kept = torch.empty(2, n_columns, 4, n_slots)
        read = torch.empty(n_columns, slot_dim)
        given = (asked, looks, memory, after, kept, seen)
        step_forward(*(part.detach().numpy() for part in (*given, read)))
        ctx.save_for_backward(*given)
        return seen, after, read

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(
        ctx: torch.autograd.function.FunctionCtx,
        of_looks: torch.Tensor,
        of_after: torch.Tensor,
        of_read: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        given = ctx.saved_tensors
        # Other operations may hold the same gradients, and these are overwritten.
        of_looks, of_memory = (
            part.clone(memory_format=torch.contiguous_format) for part in (of_looks, of_after)
        )
        of_asked, of_before = torch.empty_like(given[0]), torch.empty_like(given[1])
        slopes = (of_looks, of_memory, of_read.contiguous(), of_asked, of_before)
        step_backward(*(part.numpy() for part in (*given, *slopes)))
        return of_asked, of_before, of_memory
