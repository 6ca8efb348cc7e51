"""On which processor a network is trained, in which numbers, and on how many threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import SettingError
from .door import torch
from .settings import Device, Precision


def resolved_device(device: Device) -> Device:
    """Return ``cuda`` or ``cpu`` for ``auto``: a GPU where PyTorch finds one.

    Raises
    ------
    SettingError
        If one is asked for that is not there.
    """
    is_there = torch.cuda.is_available()
    if device == "cuda" and not is_there:
        raise SettingError("PyTorch finds no GPU (cuda); choose device cpu (--device cpu)")
    return "cuda" if is_there and device != "cpu" else "cpu"


def resolved_precision(precision: Precision, device: Device) -> Precision:
    """Return ``bf16`` or ``fp32`` for ``auto``: what the processor multiplies faster."""
    if precision != "auto":
        return precision
    if resolved_device(device) == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    # AMX and AVX512-BF16; others can compute in bfloat16, too, but no faster.
    fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return "bf16" if fast else "fp32"


def dtype_of(precision: Precision, device: Device) -> torch.dtype:
    """Return the type of numbers."""
    is_short = resolved_precision(precision, device) == "bf16"
    return torch.bfloat16 if is_short else torch.float32


@contextmanager
def torch_threads(threads: int) -> Iterator[None]:
    """Set the number of threads of torch in a ``with`` block."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
