"""Training at work: a step, an epoch, and all that it takes to go on after a crash.

Nothing depends on how often a run was stopped: the masks of a step are drawn by a generator that
the seed and the number of the step begin, and everything else is written down.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...bundle import Bundle
from ...bundle_writing import BundleWriter
from ...errors import FormatError
from ...progress import Progress
from .batches import columns, windows
from .door import torch
from .model import WEIGHTS
from .network import Network, State
from .precision import dtype_of
from .scoring import Scorer, cross_entropy, mean_loss, with_weights
from .settings import Architecture, Training
from .tensors import read_tensors, write_tensors
from .training import DivergedError

STATE = "training.safetensors"
_MOMENTS = ("exp_avg", "exp_avg_sq")  # what torch's AdamW keeps of each weight, and a count
_HOPELESS = 1.0  # an epoch whose mean loss is so far above that of a guess has diverged


@dataclass
class Tally:
    """What has been seen in an epoch so far."""

    loss: float = 0.0  # sum over tokens of -ln p
    n_tokens: int = 0
    norms: float = 0.0  # sum over steps of the gradient's norm before clipping
    n_clipped: int = 0
    n_steps: int = 0

    @property
    def mean_loss(self) -> float:
        return self.loss / max(1, self.n_tokens)

    @property
    def mean_norm(self) -> float:
        return self.norms / max(1, self.n_steps)

    @property
    def clipped(self) -> float:
        return self.n_clipped / max(1, self.n_steps)

    def __str__(self) -> str:
        return (
            f"loss {self.mean_loss:.4f}, perplexity {_exp(self.mean_loss):.2f}, gradient "
            f"{self.mean_norm:.3g}, {self.clipped:.0%} clipped"
        )


class Trainer:
    """A network and where its training stands.

    Attributes
    ----------
    epochs : list of dict
        What came out of each epoch done; see `train_lstm`.
    tally : Tally
        Of the epoch that is not done; its `n_steps` says how far it is.
    """

    def __init__(
        self,
        n_words: int,
        architecture: Architecture,
        training: Training,
        stream: np.ndarray,
        held_out: np.ndarray | None,
    ) -> None:
        self.training, self.held_out = training, held_out
        self.network = Network(n_words, architecture)
        self.network.draw(torch.Generator().manual_seed(training.seed))
        self.network.dtype = dtype_of(training.precision)
        self.inputs, self.targets = columns(stream, training.batch_size)
        self.windows = list(windows(len(self.inputs), training.bptt))
        self.learning_rate = training.first_learning_rate
        self.optimizer = self._optimizer()
        self.states = self.network.begin(training.batch_size)
        self.epochs: list[dict[str, Any]] = []
        self.tally = Tally()
        self.best: dict[str, torch.Tensor] | None = None
        self.best_epoch = 0  # counted from 1

    def _optimizer(self) -> torch.optim.Optimizer:
        make = {"adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}[self.training.optimizer]
        return make(
            self.network.parameters(),
            lr=self.learning_rate,
            weight_decay=self.training.weight_decay,
            fused=True,
        )

    @property
    def is_done(self) -> bool:
        n_done, patience = len(self.epochs), self.training.patience
        waited = n_done - self.best_epoch if self.held_out is not None else 0
        return n_done >= self.training.epochs or 0 < patience <= waited

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "epochs": self.epochs,
            "best_epoch": self.best_epoch or len(self.epochs),
            "n_parameters": sum(each.numel() for each in self.network.parameters()),
            "n_trained_tokens": self.targets.numel(),
            "torch": torch.__version__,
        }

    def scorer(self) -> Scorer:
        """Return the network as it was at its best."""
        if self.best is None:
            return Scorer(self.network)
        how = self.network.architecture
        return Scorer(with_weights(len(self.network.bias), how, self.best))

    def train(self, on_step: "Callable[[Trainer], None] | None", progress: Progress) -> None:
        """Go on to the end."""
        cell = self.network.architecture.cell
        while not self.is_done:
            label = f"{cell}, epoch {len(self.epochs) + 1} of {self.training.epochs}"
            progress.start(label, self.targets.numel(), "tokens")
            progress.advance(self.tally.n_tokens)
            began, n_before = time.perf_counter(), self.tally.n_tokens
            while self.tally.n_steps < len(self.windows):
                before = self.tally.n_tokens
                self.step()
                progress.advance(self.tally.n_tokens - before)
                progress.status(str(self.tally))
                if on_step is not None and self.tally.n_steps < len(self.windows):
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
        """Learn from the next window."""
        window = self.windows[self.tally.n_steps]
        number = len(self.epochs) * len(self.windows) + self.tally.n_steps
        if self.training.optimizer == "adamw":
            n_all = self.training.epochs * len(self.windows)
            self.learning_rate = self.training.learning_rate_at(number, n_all)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        self.network.train()
        generator = step_generator(self.training.seed, number)
        x, states = self.network.read(self.inputs[window], self._begun(generator), generator)
        loss = cross_entropy(self.network, x, self.targets[window])
        n_tokens = self.targets[window].numel()
        self.optimizer.zero_grad(set_to_none=True)
        (loss / n_tokens).backward()
        norm = clip_gradients(list(self.network.parameters()), self.training.clip)
        if not math.isfinite(float(loss.detach())) or not math.isfinite(norm):
            self._diverged(f"the loss is {float(loss.detach()) / n_tokens:g} and the length of "
                           f"the gradient {norm:g}")  # fmt: skip
        self.optimizer.step()
        self.states = [tuple(part.detach() for part in state) for state in states]
        tally = self.tally
        tally.loss += float(loss.detach())
        tally.n_tokens += n_tokens
        tally.norms += norm
        tally.n_clipped += norm > self.training.clip
        tally.n_steps += 1

    def _begun(self, generator: torch.Generator) -> list[State]:
        """Return the states before a window, some of which begin anew."""
        if not self.training.reset:
            return self.states
        kept = torch.empty(1, self.training.batch_size, 1)
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
            self.network.eval()
            reached = mean_loss(self.network, self.held_out)
            if not math.isfinite(reached):
                self._diverged(f"the loss on the held-out text is {reached:g}")
        self.epochs.append(
            {
                "loss": tally.mean_loss,
                "perplexity": _exp(tally.mean_loss),
                "gradient_norm": tally.mean_norm,
                "clipped": tally.clipped,
                "learning_rate": self.learning_rate,
                "held_out_perplexity": None if reached is None else _exp(reached),
            }
        )
        if reached is not None:
            perplexities = [epoch["held_out_perplexity"] for epoch in self.epochs]
            if perplexities[-1] <= min(perplexities):
                weights = self.network.state_dict().items()
                self.best = {name: weight.detach().clone() for name, weight in weights}
                self.best_epoch = len(self.epochs)
            elif self.training.optimizer == "sgd":
                self.learning_rate /= self.training.decay
        self.tally = Tally()
        self.states = self.network.begin(self.training.batch_size)

    def _diverged(self, seen: str) -> None:
        epoch, step = len(self.epochs) + 1, self.tally.n_steps + 1
        raise DivergedError(
            f"training has diverged in epoch {epoch}, step {step}: {seen}; take a learning rate "
            f"(--learning-rate) below {self.learning_rate:.3g}"
        )

    def write(self, writer: BundleWriter) -> None:
        """Write what it takes to go on, and the best weights so far, as files of a bundle."""
        write_tensors(writer.file(WEIGHTS), self.best or self.network.state_dict())
        write_tensors(writer.file(STATE), self._tensors())
        writer.facts.update(
            epochs=self.epochs,
            best_epoch=self.best_epoch,
            learning_rate=self.learning_rate,
            tally=asdict(self.tally),
        )

    def read(self, bundle: Bundle) -> None:
        """Take what `write` has written.

        Raises
        ------
        FormatError
            If it does not fit network and text.
        """
        facts = bundle.facts
        try:
            self.epochs = [dict(epoch) for epoch in facts["epochs"]]
            self.best_epoch = int(facts["best_epoch"])
            self.learning_rate = float(facts["learning_rate"])
            self.tally = Tally(**facts["tally"])
            fits = (
                0 <= self.best_epoch <= len(self.epochs) <= self.training.epochs
                and 0 <= self.tally.n_steps < len(self.windows)
                and _is_like(asdict(self.tally), asdict(Tally()))
                and all(_is_whole(epoch) for epoch in self.epochs)
                and 0 < self.learning_rate < math.inf
            )
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            raise FormatError(bundle.path, "damaged facts", "where training stood")
        if self.epochs or self.tally.n_steps:
            self._begin_moments()
        tensors = self._tensors()
        shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
        with torch.no_grad():
            for name, tensor in read_tensors(bundle.file(STATE), shapes).items():
                tensors[name].copy_(tensor)
        if self.best_epoch:
            weights = self.network.state_dict()
            shapes = {name: tuple(weight.shape) for name, weight in weights.items()}
            self.best = read_tensors(bundle.file(WEIGHTS), shapes)

    def _tensors(self) -> dict[str, torch.Tensor]:
        """Return all that changes from step to step."""
        tensors = {f"weights.{name}": each for name, each in self.network.state_dict().items()}
        for layer, state in enumerate(self.states):
            tensors |= {f"state.{layer}.{part}": each for part, each in enumerate(state)}
        for name, parameter in self.network.named_parameters():
            for key, each in self.optimizer.state.get(parameter, {}).items():
                if torch.is_tensor(each):
                    tensors[f"optimizer.{name}.{key}"] = each
        return tensors

    def _begin_moments(self) -> None:
        """Make room for what AdamW remembers, as its own first step would."""
        if self.training.optimizer == "adamw":
            for parameter in self.network.parameters():
                moments = {key: torch.zeros_like(parameter) for key in _MOMENTS}
                self.optimizer.state[parameter] = {"step": torch.tensor(0.0), **moments}


def clip_gradients(parameters: list[torch.nn.Parameter], longest: float) -> float:
    """Shorten the gradient to `longest` if it is longer; return its length before."""
    slopes = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = float(torch.nn.utils.get_total_norm(slopes))
    if norm > longest:
        torch._foreach_mul_(slopes, longest / norm)
    return norm


def step_generator(seed: int, number: int) -> torch.Generator:
    """Return what draws the masks of a step."""
    (begin,) = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(begin))


def _is_like(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Tell whether two tables of finite numbers have the same types."""
    return all(
        type(found[key]) is type(value) and math.isfinite(found[key])
        for key, value in expected.items()
    )


def _is_whole(epoch: dict[str, Any]) -> bool:
    keys = ("loss", "perplexity", "gradient_norm", "clipped", "learning_rate")
    return all(isinstance(epoch[key], float) for key in keys) and isinstance(
        epoch["held_out_perplexity"], (float, type(None))
    )


def _exp(loss: float) -> float:
    return math.exp(min(loss, 700.0))
