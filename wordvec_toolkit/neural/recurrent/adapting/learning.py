"""Read a text by a network that learns from it as it goes."""

import math
from collections.abc import Iterator

import numpy as np

from ....errors import DivergedError
from ....lm.language_model import EOS
from ..door import torch
from ..network import Network, with_weights
from .readers import Passage, Reader, inputs, passages

_FLOOR = 1.0  # of rms, in means of rms
_ASTRAY = 10  # times the loss of guessing
_GROWTH = 1.1  # rates are computed again when the number of segments has grown by this factor


class LearningReader(Reader):
    """Learns from each segment once it has been read; see `DynamicModel`.

    Parameters
    ----------
    network : Network
        Copied.
    method, learning_rate, decay, segment
        See `DynamicModel`.
    """

    def __init__(
        self, network: Network, method: str, learning_rate: float, decay: float, segment: int
    ) -> None:
        trained = dict(network.state_dict())
        copied = {name: tensor.clone() for name, tensor in trained.items()}
        self._network = with_weights(len(network.bias), network.architecture, copied)
        self._network.train().requires_grad_(True)
        self._segment = segment
        rule = _RootMeanSquare if method == "rms" else _Plain
        self._rule = rule(self._network, network, learning_rate, decay)
        self._n_read = 0
        self._before = self._before_segment = EOS
        self._states = self._states_before = self._network.begin(1)
        self._seen = np.empty(0, np.int32)  # of the segment that has begun

    def read(self, ids: np.ndarray) -> Iterator[Passage]:
        done = 0
        while done < len(ids):
            piece = ids[done : done + self._segment - len(self._seen)]
            done += len(piece)
            with torch.no_grad():
                x, self._states = self._network.read(inputs(self._before, piece), self._states)
            first, self._n_read = self._n_read, self._n_read + len(piece)
            self._before = int(piece[-1])
            yield from passages(first, x[:, 0], self._network)
            self._seen = np.concatenate([self._seen, piece])
            if len(self._seen) == self._segment:
                self._learn()

    def ahead(self) -> Passage:
        with torch.no_grad():
            x, _ = self._network.read(torch.tensor([[self._before]]), self._states)
        return Passage(self._n_read, x[:, 0], self._network)

    def _learn(self) -> None:
        """Change the weights by the segment that has just been read."""
        targets = torch.from_numpy(self._seen.astype(np.int64))
        with torch.enable_grad():
            x, after = self._network.read(
                inputs(self._before_segment, self._seen), self._states_before
            )
            loss = torch.nn.functional.cross_entropy(self._network.logits(x[:, 0]), targets)
            loss.backward()
        # A loss that only weights gone astray can have; it tells of them before they overflow.
        if not float(loss.detach()) < _ASTRAY * math.log(len(self._network.bias)):
            raise DivergedError(
                f"dynamic evaluation has diverged after {self._n_read:,} tokens; lower its "
                "learning_rate (--learning-rate), or raise its decay (--decay)"
            )
        self._rule.step()
        # The states after this pass, so that weights do not depend on how the text was divided.
        self._states = [tuple(part.detach() for part in state) for state in after]
        self._states_before, self._before_segment = self._states, self._before
        self._seen = self._seen[:0]


class _Plain:
    """Steps of gradient descent, with decay to the trained weights."""

    def __init__(
        self, network: Network, trained: Network, learning_rate: float, decay: float
    ) -> None:
        self._weights = list(network.parameters())
        self._trained = list(trained.parameters())
        self._learning_rate, self._decay = learning_rate, decay

    @torch.no_grad()
    def step(self) -> None:
        for weight, trained in zip(self._weights, self._trained):
            if weight.grad is None:
                continue
            if self._decay:
                weight.lerp_(trained, self._decay)
            weight.add_(weight.grad, alpha=-self._learning_rate)
            weight.grad = None


class _RootMeanSquare(_Plain):
    """The same with a rate for each weight, by the root mean square of its gradients so far."""

    def __init__(
        self, network: Network, trained: Network, learning_rate: float, decay: float
    ) -> None:
        super().__init__(network, trained, learning_rate, decay)
        self._squares = [torch.zeros_like(weight) for weight in self._weights]
        self._rates: list[torch.Tensor] = []
        self._pulls: list[torch.Tensor] = []
        self._n_steps, self._renew_at = 0, 1.0

    @torch.no_grad()
    def step(self) -> None:
        self._n_steps += 1
        for weight, squares in zip(self._weights, self._squares):
            if weight.grad is not None:
                squares.addcmul_(weight.grad, weight.grad)
        if self._n_steps >= self._renew_at:
            self._renew_rates()
            self._renew_at = self._n_steps * _GROWTH
        for weight, trained, rates, pulls in zip(
            self._weights, self._trained, self._rates, self._pulls
        ):
            if self._decay:
                weight.lerp_(trained, pulls)
            if weight.grad is not None:
                weight.addcmul_(weight.grad, rates, value=-self._learning_rate)
                weight.grad = None

    def _renew_rates(self) -> None:
        roots = [(squares / self._n_steps).sqrt_() for squares in self._squares]
        n_weights = sum(root.numel() for root in roots)
        mean = sum(float(root.double().sum()) for root in roots) / n_weights
        mean = max(mean, 1e-30)  # nothing learned: all gradients are 0
        self._rates = [1 / (root + _FLOOR * mean) for root in roots]
        self._pulls = [(root * (self._decay / mean)).clamp_(max=1.0) for root in roots]
