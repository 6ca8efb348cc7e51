"""The door to torch: importing it is what says how to install PyTorch where it is missing."""

from typing import TYPE_CHECKING

from ...runtime.extras import require

EXTRA = "neural"

if TYPE_CHECKING:
    import torch as torch
else:
    torch = require("torch", "a recurrent language model", EXTRA)
