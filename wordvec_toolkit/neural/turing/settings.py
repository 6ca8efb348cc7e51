"""Settings of memory tasks and of the networks that learn them."""

from dataclasses import dataclass
from typing import Literal

from ...errors import SettingError
from ...runtime.settings import Settings, setting
from ..recurrent.settings import LearningSettings

Task = Literal["copy", "repeat-copy", "associative-recall"]
NETWORKS = ("ntm", "lstm", "transformer")
_SIZE = {"low": 1, "high": 65_536}


@dataclass(frozen=True)
class MemorySettings(Settings):
    """The task, the sizes of the networks, and the lengths that they are tested on."""

    bits: int = setting(8, "Number of bits of a vector of the sequence.", **_SIZE)
    longest: int = setting(
        20, "Maximum length in training: vectors to copy, or items to recall.", **_SIZE
    )
    most_repeats: int = setting(
        10, "Maximum number of repeats of repeat-copy in training.", **_SIZE
    )
    lengths: tuple[int, ...] = setting(
        (20, 40, 80, 120), "Lengths of the test, with commas.", metavar="N,N,..."
    )
    # Graves et al. 2014, table 1: 100 units, 128 slots of 20 numbers.
    hidden_dim: int = setting(100, "Width of the controller and of the other networks.", **_SIZE)
    slots: int = setting(128, "Number of slots of the memory.", **_SIZE)
    slot_dim: int = setting(20, "Width of a slot.", **_SIZE)

    def check(self) -> None:
        if not self.lengths or min(self.lengths) < 1:
            raise SettingError(f"lengths is {self.lengths!r}; expected numbers from 1, as 20,40")


@dataclass(frozen=True)
class MemoryTraining(LearningSettings):
    """Settings of learning a memory task: an epoch is 250 batches of new sequences."""

    # Epochs, learning rate and clip: most seeds learn to copy (benchmarks/README.md).
    epochs: int = setting(20, "Maximum number of epochs of 250 batches.", low=1, high=100_000)
    batch_size: int | None = setting(32, "Sequences per batch, all of one length.", **_SIZE)
    learning_rate: float | None = setting(2e-3, "Highest learning rate.", low=1e-12, high=1e4)
    weight_decay: float = setting(0.0, "Weight decay (L2 penalty).", low=0, high=10)
    # Collier and Beel 2018, "Implementing neural Turing machines": clipping and a constant memory
    # at the start make training stable.
    clip: float = setting(1.0, "Maximum norm of the gradient.", low=1e-9, high=1e9)
    patience: int = setting(
        0,
        "Number of epochs without a better loss before training stops; 0: never.",
        low=0,
        high=100_000,
    )
