"""Gradient descent in batches: a step, an epoch, when to stop, and what it takes to go on.

Nothing depends on how often a run was stopped: the masks of a step are drawn by a generator that
the seed and the number of the step begin, and everything else is written down.
"""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DivergedError
from ...runtime.progress import Progress
from .averaging import Average, is_time_to_average
from .door import torch
from .layers import State
from .processor import dtype_of, resolved_device
from .settings import LearningSettings
from .tally import Tally, perplexity

if TYPE_CHECKING:
    from typing_extensions import Self

_HOPELESS = 1.0  # an epoch whose mean loss is so far above that of a guess has diverged


@dataclass(frozen=True)
class Loss:
    """Data of a step of training.

    Attributes
    ----------
    total : tensor
        The loss, summed over tokens; its gradient divided by `n_mean` is descended.
    n_tokens : int
    n_mean : float
    """

    total: torch.Tensor
    n_tokens: int
    n_mean: float


class Descent(ABC):
    """A network and the state of its training.

    Parameters
    ----------
    network : torch.nn.Module
        Its weights are drawn.
    training : LearningSettings
    title : str
        What progress calls the network.
    n_outputs : int
        Words among which one guesses.
    n_steps, n_tokens : int
        Of an epoch.
    has_held_out : bool
        Whether there is held-out text.

    Attributes
    ----------
    epochs : list of dict
        What came out of each epoch done; see `train_neural_lm`.
    tally : Tally
        Of the epoch that is not done; its `n_steps` says how far it is.
    states : list of tuples of tensors
        What goes on from step to step besides the weights.
    """

    def __init__(
        self,
        network: torch.nn.Module,
        training: LearningSettings,
        *,
        title: str,
        n_outputs: int,
        n_steps: int,
        n_tokens: int,
        has_held_out: bool,
    ) -> None:
        self.network, self.training, self._title = network, training, title
        self.n_outputs, self.n_steps, self.n_tokens = n_outputs, n_steps, n_tokens
        self.has_held_out = has_held_out
        self.device = torch.device(resolved_device(training.device))
        network.to(self.device)
        network.dtype = dtype_of(training.precision, training.device)
        self.learning_rate = training.first_learning_rate
        self.optimizer = self._optimizer()
        self.states: list[State] = []
        self.epochs: list[dict[str, float | None]] = []
        self.tally = Tally()
        self.average: Average | None = None
        self.best: dict[str, torch.Tensor] | None = None
        self.best_epoch = 0  # counted from 1

    def _optimizer(self) -> torch.optim.Optimizer:
        make = torch.optim.AdamW if self.training.optimizer == "adamw" else torch.optim.SGD
        return make(
            self.network.parameters(),
            lr=self.learning_rate,
            weight_decay=self.training.weight_decay,
            fused=True,
        )

    @abstractmethod
    def loss(self, number: int, generator: torch.Generator) -> Loss:
        """Return the loss of the next batch; `number` is that of the step, from 0 in the run."""

    @abstractmethod
    def held_out_loss(self) -> float:
        """Return the mean of -ln p over the tokens of the held-out text."""

    @abstractmethod
    def with_weights(self, weights: dict[str, torch.Tensor]) -> torch.nn.Module:
        """Return a network of the same architecture with these weights."""

    def begin_epoch(self) -> None:
        """Reset what goes on from step to step."""
        self.states = []

    def more_measures(self) -> dict[str, float | None]:
        """Return what is noted of an epoch besides its losses."""
        return {}

    @property
    def is_done(self) -> bool:
        n_done, patience = len(self.epochs), self.training.patience
        waited = 0 if not self.has_held_out else n_done - self.best_epoch
        if self.training.optimizer == "asgd":
            # Epochs that bring nothing are what averaging waits for: only those since it count.
            n_averaged = 0 if self.average is None else self.average.n // self.n_steps
            waited = min(waited, n_averaged)
        return n_done >= self.training.epochs or 0 < patience <= waited

    @property
    def facts(self) -> dict[str, object]:
        return {
            "epochs": self.epochs,
            "best_epoch": self.best_epoch or len(self.epochs),
            "n_parameters": sum(each.numel() for each in self.network.parameters()),
            "n_trained_tokens": self.n_tokens,
            "torch": torch.__version__,
        }

    def finished(self) -> torch.nn.Module:
        """Return the network as it was at its best, which is used on the CPU."""
        weights = self.best or self.result().state_dict()
        return self.with_weights({name: each.cpu() for name, each in weights.items()})

    def result(self) -> torch.nn.Module:
        """Return what training has brought so far: the network, or one of its averaged weights."""
        return self.network if self.average is None else self.with_weights(self.average.weights)

    def train(self, on_step: "Callable[[Self], None] | None", progress: Progress) -> None:
        """Go on to the end."""
        while not self.is_done:
            label = f"{self._title}, epoch {len(self.epochs) + 1} of {self.training.epochs}"
            progress.start(label, self.n_tokens, "tokens")
            progress.advance(self.tally.n_tokens)
            began, n_before = time.perf_counter(), self.tally.n_tokens
            while self.tally.n_steps < self.n_steps:
                before = self.tally.n_tokens
                self.step()
                progress.advance(self.tally.n_tokens - before)
                progress.status(str(self.tally))
                if on_step is not None and self.tally.n_steps < self.n_steps:
                    on_step(self)
            rate = (self.tally.n_tokens - n_before) / (time.perf_counter() - began)
            said = str(self.tally)
            self.end_epoch()
            if (reached := self.epochs[-1]["held_out_perplexity"]) is not None:
                said += f", held-out perplexity {reached:.2f}"
            progress.finish(f"{said}, {rate:,.0f} tokens/s")
            if on_step is not None:
                on_step(self)

    def step(self) -> None:
        """Learn from the next batch."""
        number = len(self.epochs) * self.n_steps + self.tally.n_steps
        if self.training.optimizer == "adamw":
            n_all = self.training.epochs * self.n_steps
            self.learning_rate = self.training.learning_rate_at(number, n_all)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        self.network.train()
        found = self.loss(number, step_generator(self.training.seed, number, self.device))
        self.optimizer.zero_grad(set_to_none=True)
        (found.total / found.n_mean).backward()
        norm = clip_gradients(list(self.network.parameters()), self.training.clip)
        total, n_tokens = float(found.total.detach()), found.n_tokens
        if not math.isfinite(total) or not math.isfinite(norm):
            self._diverged(
                f"the loss is {total / n_tokens:g} and the length of the gradient {norm:g}"
            )
        self.optimizer.step()
        if self.average is not None:
            self.average.add(self.network)
        tally = self.tally
        tally.loss += total
        tally.n_tokens += n_tokens
        tally.norms += norm
        tally.n_clipped += norm > self.training.clip
        tally.n_steps += 1

    def end_epoch(self) -> None:
        """Look back on an epoch, compare it with the best, and begin the next."""
        tally = self.tally
        guess = math.log(self.n_outputs)
        if tally.mean_loss > guess + _HOPELESS:
            self._diverged(
                f"the mean loss is {tally.mean_loss:.4g}, a guess among all words has {guess:.4g}"
            )
        reached = None
        if self.has_held_out:
            reached = self.held_out_loss()
            if not math.isfinite(reached):
                self._diverged(f"the loss on the held-out text is {reached:g}")
        self.epochs.append(
            {
                "loss": tally.mean_loss,
                "perplexity": perplexity(tally.mean_loss),
                "gradient_norm": tally.mean_norm,
                "clipped": tally.clipped,
                "learning_rate": self.learning_rate,
                "held_out_perplexity": None if reached is None else perplexity(reached),
                **self.more_measures(),
            }
        )
        if reached is not None:
            found = [epoch["held_out_perplexity"] for epoch in self.epochs]
            if perplexity(reached) <= min(each for each in found if each is not None):
                weights = self.result().state_dict().items()
                self.best = {name: weight.detach().clone() for name, weight in weights}
                self.best_epoch = len(self.epochs)
            elif self.training.optimizer == "sgd":
                self.learning_rate /= self.training.decay
        if self.training.optimizer == "asgd" and self.average is None:
            found = [epoch["held_out_perplexity"] for epoch in self.epochs]
            if is_time_to_average(found, self.training.averaging_after):
                self.average = Average(self.network)
        self.tally = Tally()
        self.begin_epoch()

    def _diverged(self, seen: str) -> None:
        epoch, step = len(self.epochs) + 1, self.tally.n_steps + 1
        raise DivergedError(
            f"training has diverged in epoch {epoch}, step {step}: {seen}; choose a learning rate "
            f"(--learning-rate) below {self.training.first_learning_rate:.3g}"
        )


def clip_gradients(parameters: list[torch.nn.Parameter], longest: float) -> float:
    """Shorten the gradient to `longest` if it is longer; return its length before."""
    slopes = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = float(torch.nn.utils.get_total_norm(slopes))
    if norm > longest:
        torch._foreach_mul_(slopes, longest / norm)
    return norm


def step_generator(seed: int, number: int, device: torch.device) -> torch.Generator:
    """Return what draws the masks of a step."""
    (begin,) = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(begin))
