"""Training of a language model: truncated back-propagation over a text (see `descent`)."""

import numpy as np

from .batches import StreamText, Text
from .descent import Descent, Loss
from .door import torch
from .layers import State
from .network import Network, with_weights
from .scoring import Scorer, cross_entropy, mean_loss
from .sentence_batches import SentenceText, reversed_sentences
from .settings import NetworkSettings, TrainingSettings


class Trainer(Descent):
    """A network, a text and the state of training; see `Descent`."""

    network: Network
    training: TrainingSettings

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
        self.held_out = held_out
        network = Network(n_words, architecture)
        network.draw(torch.Generator().manual_seed(training.seed))
        how = training.n_columns, training.bptt
        self.text: Text = (
            SentenceText(stream, *how, training.seed)
            if architecture.context == "sentence"
            else StreamText(stream, *how)
        )
        super().__init__(
            network,
            training,
            title=architecture.cell,
            n_outputs=n_words,
            n_steps=self.text.n_steps,
            n_tokens=self.text.n_tokens,
            has_held_out=held_out is not None,
        )
        self.begin_epoch()

    def begin_epoch(self) -> None:
        self.states = self.network.begin(self.training.n_columns)

    def scorer(self) -> Scorer:
        """Return the network as it was at its best, as language models use it."""
        return Scorer(self.finished())

    def with_weights(self, weights: dict[str, torch.Tensor]) -> Network:
        return with_weights(self.n_outputs, self.network.architecture, weights)

    def held_out_loss(self) -> float:
        assert self.held_out is not None
        return mean_loss(self.result().eval(), self.held_out)

    def loss(self, number: int, generator: torch.Generator) -> Loss:
        piece = self.text.piece(len(self.epochs), self.tally.n_steps)
        if piece.begins:
            self.begin_epoch()
        x, states = self.network.read(piece.inputs, self._begun(generator), generator)
        x, targets = piece.real(x)
        self.states = [tuple(part.detach() for part in state) for state in states]
        return Loss(cross_entropy(self.network, x, targets), targets.numel(), piece.n_mean)

    def _begun(self, generator: torch.Generator) -> list[State]:
        """Return the states before a window, some of which are reset."""
        if not self.training.reset or self.network.architecture.context == "sentence":
            return self.states
        kept = torch.empty(1, self.training.n_columns, 1, device=self.device)
        kept.bernoulli_(1 - self.training.reset, generator=generator)
        return [tuple(part * kept for part in state) for state in self.states]
