"""In which numbers a network computes."""

from .door import torch
from .settings import Precision


def resolved(precision: Precision) -> Precision:
    """Return ``bf16`` or ``fp32`` for ``auto``: what the processor multiplies faster."""
    if precision != "auto":
        return precision
    # AMX and AVX512-BF16; others can compute in bfloat16, too, but no faster.
    fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return "bf16" if fast else "fp32"


def dtype_of(precision: Precision) -> torch.dtype:
    """Return the type of numbers."""
    return torch.bfloat16 if resolved(precision) == "bf16" else torch.float32
