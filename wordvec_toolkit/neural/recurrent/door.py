"""PyTorch, imported here only: where it is missing, the error says how to install it."""

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from ...errors import ExhaustedError
from ...runtime.extras import require
from ...runtime.memory import check_addresses

EXTRA = "neural"
_ADDRESSES = 8e8  # bytes: the libraries, and what a small network asks for
_OF_A_THREAD = 5e7
_RAISE = "raise the limit (ulimit -v)"


def _opened() -> ModuleType:
    """Import PyTorch, which ends the process where there is not room enough for it."""
    if "torch" not in sys.modules:
        check_addresses(_ADDRESSES + _OF_A_THREAD * (os.cpu_count() or 1), "PyTorch", _RAISE)
    try:
        return require("torch", "a recurrent language model", EXTRA)
    except ImportError as error:
        if "failed to map" not in str(error) and "cannot allocate" not in str(error).lower():
            raise
        raise ExhaustedError(
            f"there is not enough memory for PyTorch ({error}); {_RAISE}"
        ) from None


if TYPE_CHECKING:
    import torch as torch
else:
    torch = _opened()
