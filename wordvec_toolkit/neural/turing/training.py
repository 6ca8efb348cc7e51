"""Train networks on memory tasks, and test them on longer sequences."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, get_args

import numpy as np

from ...errors import SettingError
from ...runtime.parallel import n_threads
from ...runtime.progress import ProgressLike, as_progress
from ...runtime.results import Column, Result, items
from ...runtime.settings import takes
from ...runtime.signatures import Signature
from ..recurrent.memory import enough_memory
from .settings import NETWORKS, MemorySettings, MemoryTraining, Task

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...runtime.keywords import TrainMemoryKeywords

_TESTED = 20  # sequences of each length
#: Share of wrong bits at the first length of the test, below which a network has learned the task.
CONVERGED = 0.01


@dataclass(frozen=True, repr=False, kw_only=True)
class MemoryResult(Result):
    """A trained network on sequences of each length of the test.

    Attributes
    ----------
    task, network : str
    seed, n_parameters : int
    lengths : tuple of int
    errors : tuple of float
        Share of the bits asked for that are wrong, by length; a guess has 0.5.
    losses : tuple of float
        Mean loss per bit of each epoch, in nats.
    signature : Signature
    read, written : float64 arrays (steps, slots)
        Where the heads of a Neural Turing machine looked in one sequence of the first length;
        empty for the others.
    """

    task: str
    network: str
    seed: int
    n_parameters: int
    lengths: tuple[int, ...]
    errors: tuple[float, ...]
    losses: tuple[float, ...]
    signature: Signature
    read: "np.ndarray" = items()
    written: "np.ndarray" = items()

    @property
    def has_converged(self) -> bool:
        return self.errors[0] < CONVERGED


@dataclass(frozen=True, repr=False, kw_only=True)
class MemorySummary(Result):
    """A network over several seeds at one length."""

    COLUMNS: ClassVar = (
        Column("task", "task", "text"),
        Column("network", "network", "text"),
        Column("length", "length", "whole"),
        Column("median", "median error", "percent", 2),
        Column("lowest", "lowest", "percent", 2),
        Column("highest", "highest", "percent", 2),
        Column("converged", "seeds that learned it", "text"),
    )

    task: str
    network: str
    length: int
    median: float
    lowest: float
    highest: float
    converged: str


def summaries(results: Sequence[MemoryResult]) -> list[MemorySummary]:
    """Return a line for each network and length: error over the seeds, and how many learned it."""
    found = []
    for network in dict.fromkeys(result.network for result in results):
        own = [result for result in results if result.network == network]
        share = f"{sum(result.has_converged for result in own)} of {len(own)}"
        for at, length in enumerate(own[0].lengths):
            errors = [result.errors[at] for result in own]
            found.append(
                MemorySummary(
                    task=own[0].task,
                    network=network,
                    length=length,
                    median=statistics.median(errors),
                    lowest=min(errors),
                    highest=max(errors),
                    converged=share,
                )
            )
    return found


@takes(MemorySettings, MemoryTraining)
@enough_memory()
def train_memory(
    task: Task,
    network: str = "ntm",
    *,
    threads: int = 1,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainMemoryKeywords]",
) -> MemoryResult:
    """Train a network on a memory task, and test it on the lengths that are asked for.

    Parameters
    ----------
    task : {"copy", "repeat-copy", "associative-recall"}
    network : {"ntm", "lstm", "transformer"}
        A Neural Turing machine with an LSTM as its controller, or two layers of the others.
    """
    if task not in get_args(Task):
        raise SettingError(f"task is {task!r}; expected one of {', '.join(get_args(Task))}")
    if network not in NETWORKS:
        raise SettingError(f"network is {network!r}; expected one of {', '.join(NETWORKS)}")
    from ..recurrent.processor import torch_threads
    from .trainer import MemoryTrainer

    how, training = MemorySettings.among(settings), MemoryTraining.among(settings)
    with torch_threads(n_threads(threads)):
        trainer = MemoryTrainer(task, network, how, training)
        trainer.train(None, as_progress(progress))
        machine = trainer.finished().eval()
        errors, looks = trainer.test(machine)
    return MemoryResult(
        task=task,
        network=network,
        seed=training.seed,
        n_parameters=sum(weight.numel() for weight in machine.parameters()),
        lengths=how.lengths,
        errors=errors,
        losses=tuple(float(epoch["loss"] or 0.0) for epoch in trainer.epochs),
        signature=Signature.of(
            "memory", task=task, network=network, **how.as_dict(), **training.as_dict()
        ),
        read=looks[0],
        written=looks[1],
    )
