"""Tensors in safetensors files: numbers with names and shapes, nothing that could be run."""

import errno
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ...errors import FormatError
from ...runtime.extras import require
from .door import EXTRA, torch

_PURPOSE = "a file of weights"
_ADVICE = "train it again"


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write tensors as a safetensors file; OSError if it cannot be written."""
    require("safetensors", _PURPOSE, EXTRA)
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
    try:
        save_file({name: np.array(array, order="C") for name, array in arrays.items()}, path)
    except SafetensorError as error:  # a full disk, which the writer of a bundle makes a sentence
        raise OSError(str(error)) from None
    with open(path, "rb") as stream:
        header = int.from_bytes(stream.read(8), "little")
    size = 8 + header + sum(array.nbytes for array in arrays.values())
    if path.stat().st_size != size:
        raise OSError(errno.EIO, f"{path.stat().st_size:,} of {size:,} bytes are on the disk")


def read_tensors(
    path: Path, shapes: Mapping[str, tuple[int, ...]], handle: str | None = None
) -> dict[str, torch.Tensor]:
    """Read float32 tensors, once names and shapes are as expected.

    Parameters
    ----------
    path : path
    shapes : mapping
    handle : str, optional
        By what the file is opened, if not by its path; see `Bundle.handle`.

    Raises
    ------
    FormatError
        If they are not, the file is damaged, or numbers in it are not finite.
    """
    require("safetensors", _PURPOSE, EXTRA)
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(handle or path, framework="numpy") as stream:
            slices = {name: stream.get_slice(name) for name in stream.keys()}  # noqa: SIM118
            found = {name: tuple(each.get_shape()) for name, each in slices.items()}
            if found != dict(shapes):
                raise FormatError(
                    path,
                    _difference(found, shapes),
                    "the weights that its settings ask for",
                    advice=_ADVICE,
                )
            for name, each in slices.items():
                if each.get_dtype() != "F32":  # NumPy has not all types that there are
                    raise FormatError(
                        path, f"{name} as {each.get_dtype()}", "float32 (F32)", advice=_ADVICE
                    )
            arrays = {name: stream.get_tensor(name) for name in found}
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise FormatError(
            path, f"damage ({str(error)[:80]})", "a safetensors file", advice=_ADVICE
        ) from None
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise FormatError(
                path, f"numbers in {name} that are not finite", "finite numbers", advice=_ADVICE
            )
    return {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}


def _difference(
    found: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]]
) -> str:
    for name, shape in found.items():
        if name not in expected:
            return f"a tensor {name[:60]!r}"
        if shape != expected[name]:
            return f"{name} of shape {list(shape)} in place of {list(expected[name])}"
    return f"no tensor {next(name for name in expected if name not in found)!r}"
