"""Training of a network on a memory task (see `descent`)."""

from dataclasses import replace

import numpy as np

from ..recurrent.descent import Descent, Loss
from ..recurrent.door import torch
from .machine import Stack, TuringMachine, new_network
from .settings import MemorySettings, MemoryTraining, Task
from .tasks import channels, make_sequences

_STEPS, _TESTED = 250, 20


class MemoryTrainer(Descent):
    """A network, a task and the state of training; float32, since addresses need the digits."""

    training: MemoryTraining

    def __init__(
        self, task: Task, network: str, how: MemorySettings, training: MemoryTraining
    ) -> None:
        self.task, self.how, self.kind = task, how, network
        made = self._new()
        made.draw(torch.Generator().manual_seed(training.seed))
        super().__init__(
            made,
            replace(training, precision="fp32"),
            title=f"{network}, {task}",
            n_outputs=2,
            n_steps=_STEPS,
            n_tokens=_STEPS,
            has_held_out=False,
        )

    def _new(self) -> TuringMachine | Stack:
        return new_network(self.kind, *channels(self.task, self.how.bits), self.how)

    def with_weights(self, weights: dict[str, torch.Tensor]) -> torch.nn.Module:
        made = self._new()
        made.load_state_dict(weights)
        return made

    def held_out_loss(self) -> float:
        raise NotImplementedError

    def loss(self, number: int, generator: torch.Generator) -> Loss:
        draw = np.random.default_rng([self.training.seed, number])
        batch = make_sequences(self.task, self.how, self.training.n_columns, draw)
        logits, _ = self.network(torch.from_numpy(batch.inputs).to(self.device))
        asked = torch.from_numpy(batch.targets[batch.first :]).to(self.device)
        total = torch.nn.functional.binary_cross_entropy_with_logits(
            logits[batch.first :], asked, reduction="sum"
        )
        return Loss(total, asked.numel(), asked.numel())

    @torch.inference_mode()
    def test(
        self, network: torch.nn.Module
    ) -> tuple[tuple[float, ...], tuple[np.ndarray, np.ndarray]]:
        """Return the share of wrong bits by length, and where the heads looked at the first."""
        errors, looks = [], (np.empty((0, 0)), np.empty((0, 0)))
        for length in self.how.lengths:
            # The same sequences for all networks and seeds.
            batch = make_sequences(
                self.task, self.how, _TESTED, np.random.default_rng([2**31, length]), length
            )
            logits, seen = network(torch.from_numpy(batch.inputs))
            written = (logits[batch.first :] > 0).numpy()
            errors.append(float((written != batch.targets[batch.first :]).mean()))
            if seen is not None and len(errors) == 1:
                looks = tuple(each[:, 0].double().numpy() for each in (seen.read, seen.written))
        return tuple(errors), looks
