"""Training: a step, an epoch, and the state to continue after a crash.

Nothing depends on how often a run was stopped: the masks of a step are drawn by a generator that
the seed and the number of the step begin, and everything else is written down.
"""

import math
import time
from collections.abc import Callable

import numpy as np

from ...errors import DivergedError
from ...runtime.progress import Progress
from .averaging import Average, is_time_to_average
from .batches import StreamText, Text
from .door import torch
from .layers import State
from .network import Network, with_weights
from .processor import dtype_of, resolved_device
from .scoring import Scorer, cross_entropy, mean_loss
from .sentence_batches import SentenceText, reversed_sentences
from .settings import NetworkSettings, TrainingSettings
from .tally import Tally, perplexity

_HOPELESS = 1.0  # an epoch whose mean loss is so far above that of a guess has diverged


class Trainer:
    """A network and the state of its training.

    Attributes
    ----------
    epochs : list of dict
        What came out of each epoch done; see `train_neural_lm`.
    tally : Tally
        Of the epoch that is not done; its `n_steps` says how far it is.
    """

    def __init__(
        self,
        n_words: int,
        architecture: NetworkSettings,
        training: TrainingSettings,
        stream: np.ndarray,
        held_out: np.ndarray | None,
    ) -> None:
        if architecture.direction == "backward":
            stream = reversed_sentences(stream)
            held_out = None if held_out is None else reversed_sentences(held_out)
        self.training, self.held_out = training, held_out
        self.network = Network(n_words, architecture)
        self.network.draw(torch.Generator().manual_seed(training.seed))
        self.device = torch.device(resolved_device(training.device))
        self.network.to(self.device)
        self.network.dtype = dtype_of(training.precision, training.device)
        how = training.n_columns, training.bptt
        self.text: Text = (
            SentenceText(stream, *how, training.seed)
            if architecture.context == "sentence"
            else StreamText(stream, *how)
        )
        self.learning_rate = training.first_learning_rate
        self.optimizer = self._optimizer()
        self.states = self.network.begin(training.n_columns)
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

    @property
    def n_steps(self) -> int:
        """Steps of an epoch."""
        return self.text.n_steps

    @property
    def is_done(self) -> bool:
        n_done, patience = len(self.epochs), self.training.patience
        waited = 0 if self.held_out is None else n_done - self.best_epoch
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
            "n_trained_tokens": self.text.n_tokens,
            "torch": torch.__version__,
        }

    def scorer(self) -> Scorer:
        """Return the network as it was at its best, which is used on the CPU."""
        weights = self.best or self.result().state_dict()
        return Scorer(self._with({name: each.cpu() for name, each in weights.items()}))

    def result(self) -> Network:
        """Return what training has brought so far: the network, or one of its averaged weights."""
        return self.network if self.average is None else self._with(self.average.weights)

    def _with(self, weights: dict[str, torch.Tensor]) -> Network:
        return with_weights(len(self.network.bias), self.network.architecture, weights)

    def train(self, on_step: "Callable[[Trainer], None] | None", progress: Progress) -> None:
        """Go on to the end."""
        cell = self.network.architecture.cell
        while not self.is_done:
            label = f"{cell}, epoch {len(self.epochs) + 1} of {self.training.epochs}"
            progress.start(label, self.text.n_tokens, "tokens")
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
        """Learn from the next piece of the text."""
        piece = self.text.piece(len(self.epochs), self.tally.n_steps)
        if piece.begins:
            self.states = self.network.begin(self.training.n_columns)
        number = len(self.epochs) * self.n_steps + self.tally.n_steps
        if self.training.optimizer == "adamw":
            n_all = self.training.epochs * self.n_steps
            self.learning_rate = self.training.learning_rate_at(number, n_all)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        self.network.train()
        generator = step_generator(self.training.seed, number, self.device)
        x, states = self.network.read(piece.inputs, self._begun(generator), generator)
        x, targets = piece.real(x)
        loss = cross_entropy(self.network, x, targets)
        n_tokens = targets.numel()
        self.optimizer.zero_grad(set_to_none=True)
        (loss / piece.n_mean).backward()
        norm = clip_gradients(list(self.network.parameters()), self.training.clip)
        if not math.isfinite(float(loss.detach())) or not math.isfinite(norm):
            self._diverged(
                f"the loss is {float(loss.detach()) / n_tokens:g} and the length of "
                f"the gradient {norm:g}"
            )
        self.optimizer.step()
        if self.average is not None:
            self.average.add(self.network)
        self.states = [tuple(part.detach() for part in state) for state in states]
        tally = self.tally
        tally.loss += float(loss.detach())
        tally.n_tokens += n_tokens
        tally.norms += norm
        tally.n_clipped += norm > self.training.clip
        tally.n_steps += 1

    def _begun(self, generator: torch.Generator) -> list[State]:
        """Return the states before a window, some of which are reset."""
        if not self.training.reset or self.network.architecture.context == "sentence":
            return self.states
        kept = torch.empty(1, self.training.n_columns, 1, device=self.device)
        kept.bernoulli_(1 - self.training.reset, generator=generator)
        return [tuple(part * kept for part in state) for state in self.states]

    def end_epoch(self) -> None:
        """Look back on an epoch, compare it with the best, and begin the next."""
        tally = self.tally
        guess = math.log(len(self.network.bias))
        if tally.mean_loss > guess + _HOPELESS:
            self._diverged(
                f"the mean loss is {tally.mean_loss:.4g}, a guess among all words has {guess:.4g}"
            )
        reached = None
        if self.held_out is not None:
            reached = mean_loss(self.result().eval(), self.held_out)
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
        self.states = self.network.begin(self.training.n_columns)

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
