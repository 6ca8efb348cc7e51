"""Training of an encoder-decoder (see `descent`)."""

import numpy as np

from ...text.sides import Ragged
from ...translation.settings import DecodingSettings
from ..recurrent.descent import Descent, Loss
from ..recurrent.door import torch
from .batches import PairText, planned
from .decoding import decode
from .network import EncoderDecoder, with_weights
from .settings import Seq2SeqSettings, Seq2SeqTraining

_SCORED = 128  # pairs at a time
_MOST_DECODED = 1000  # held-out pairs that are translated after each epoch

Sides = tuple[Ragged, Ragged]


class PairTrainer(Descent):
    """An encoder-decoder, pairs and the state of training."""

    network: EncoderDecoder
    training: Seq2SeqTraining

    def __init__(
        self,
        sizes: tuple[int, int],
        architecture: Seq2SeqSettings,
        training: Seq2SeqTraining,
        pairs: Sides,
        held_out: Sides | None,
    ) -> None:
        network = EncoderDecoder(*sizes, architecture)
        network.draw(torch.Generator().manual_seed(training.seed))
        self.text = PairText(*pairs, training.n_columns, training.seed)
        self._held_out = held_out
        super().__init__(
            network,
            training,
            title=architecture.cell,
            n_outputs=sizes[1],
            n_steps=self.text.n_steps,
            n_tokens=self.text.n_tokens,
            has_held_out=held_out is not None,
        )

    def with_weights(self, weights: dict[str, torch.Tensor]) -> EncoderDecoder:
        return with_weights(self.network.sizes, self.network.architecture, weights)

    def loss(self, number: int, generator: torch.Generator) -> Loss:
        batch = self.text.batch(len(self.epochs), self.tally.n_steps)
        share = self.training.scheduled_sampling * number / (self.training.epochs * self.n_steps)
        x, targets = self.network.read(batch, generator, share)
        total = self.network.loss(x, targets, self.training.label_smoothing)
        return Loss(total, targets.numel(), targets.numel())

    def held_out_loss(self) -> float:
        assert self._held_out is not None
        total = sum(
            float(row.sum()) for row in pair_logprobs(self.result().eval(), *self._held_out)
        )
        n_tokens = len(self._held_out[1].ids) + len(self._held_out[1])
        return -total / n_tokens

    def more_measures(self) -> dict[str, float | None]:
        """Return the share of held-out targets that greedy search writes exactly."""
        if self._held_out is None:
            return {}
        sources, targets = self._held_out
        n = min(len(sources), _MOST_DECODED)
        network, right = self.result().eval(), 0
        order = np.argsort(sources.lengths[:n], kind="stable").tolist()
        for first in range(0, n, _SCORED):
            places = order[first : first + _SCORED]
            # A longer translation than the longest target is wrong anyway.
            how = DecodingSettings(max_output=int(targets.lengths[places].max()) + 1)
            found = decode(network, [sources.row(place) for place in places], how)
            right += sum(
                np.array_equal(targets.row(place), each.ids) and each.is_whole
                for place, each in zip(places, found)
            )
        return {"held_out_exact": right / n}


@torch.inference_mode()
def pair_logprobs(network: EncoderDecoder, sources: Ragged, targets: Ragged) -> list[np.ndarray]:
    """Return ln p of each token of each target and of its ``</s>``, float64."""
    found: list[np.ndarray] = [np.empty(0)] * len(sources)
    text = PairText(sources, targets, _SCORED, 0)
    for places in planned(sources, targets, _SCORED):
        batch = text.chosen(places)
        memory = network.encode(batch.sources, batch.lengths)
        x, _, _ = network.decode(batch.inputs, memory)
        logits = network.decoder.logits(x).to(torch.float32 if x.is_cuda else torch.float64)
        own = batch.targets.to(x.device).long()[..., None]
        rows = torch.log_softmax(logits, dim=-1).gather(-1, own)[..., 0].double().cpu().numpy()
        for column, place in enumerate(places.tolist()):
            found[place] = rows[: int(batch.mask[:, column].sum()), column].copy()
    return found
