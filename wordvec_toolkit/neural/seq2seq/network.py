"""The whole network: encoder, decoder, and the loss of a batch of pairs."""

from collections.abc import Mapping

from ...lm.language_model import BOS, EOS
from ..recurrent.door import torch
from ..recurrent.dropping import Dropping
from ..recurrent.fast_loss import softmax_loss
from ..recurrent.layers import State, is_fast
from ..recurrent.scoring import cross_entropy
from .batches import PairBatch
from .memory import Memory
from .recurrent_network import RecurrentDecoder, RecurrentEncoder
from .settings import Seq2SeqSettings


class EncoderDecoder(torch.nn.Module):
    """An encoder of the source, and a decoder that writes the target.

    Attributes
    ----------
    dtype : torch.dtype or None
        What numbers are between the layers and in products, if not as the weights.
    """

    def __init__(self, n_source: int, n_target: int, architecture: Seq2SeqSettings) -> None:
        super().__init__()
        self.architecture, self.sizes = architecture, (n_source, n_target)
        self.dtype: torch.dtype | None = None
        self._layers = architecture.layers
        if architecture.is_transformer:
            from .transformer import TransformerDecoder, TransformerEncoder

            self.encoder = TransformerEncoder(n_source, architecture)
            self.decoder = TransformerDecoder(n_target, architecture)
        else:
            self.encoder = RecurrentEncoder(n_source, architecture)
            self.decoder = RecurrentDecoder(n_target, architecture)

    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        self.encoder.draw(generator)
        self.decoder.draw(generator)

    @property
    def most_positions(self) -> int | None:
        """The longest target that it can write; None: any."""
        return getattr(self.decoder, "most_positions", None)

    def encode(
        self, ids: torch.Tensor, lengths: torch.Tensor, generator: torch.Generator | None = None
    ) -> Memory:
        """Read sources (S, B) of the given lengths, padded at their ends."""
        device = self.decoder.bias.device
        ids, lengths = ids.to(device), lengths.to(device)
        drop = Dropping(self._layers, generator)
        order = torch.argsort(lengths, descending=True, stable=True)
        if bool((lengths[1:] <= lengths[:-1]).all()):
            return self.encoder(ids, lengths, drop, self.dtype)
        memory: Memory = self.encoder(ids[:, order], lengths[order], drop, self.dtype)
        return memory.chosen(torch.argsort(order))

    def decode(
        self,
        ids: torch.Tensor,
        memory: Memory,
        states: list[State] | None = None,
        generator: torch.Generator | None = None,
        weights_wanted: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor | None, list[State]]:
        """Read target ids (T, B), ``<s>`` first.

        Returns
        -------
        x : tensor (T, B, width)
            What `logits` of the decoder takes.
        attention : tensor (T, B, S) or None
        states : list
        """
        if states is None:
            states = self.decoder.begin(memory)
        drop = Dropping(self._layers, generator)
        return self.decoder(ids.to(memory.outputs.device), memory, states, drop, weights_wanted)

    def read(
        self, batch: PairBatch, generator: torch.Generator | None = None, sampled: float = 0.0
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Read pairs; return what predicts each target token (n, 1, width), and these tokens.

        Parameters
        ----------
        sampled : float
            Share of the decoder's inputs that are its own predictions (scheduled sampling).
        """
        memory = self.encode(batch.sources, batch.lengths, generator)
        inputs = batch.inputs.to(memory.outputs.device)
        if sampled and generator is not None:
            x = self._read_own(inputs, memory, generator, sampled)
        else:
            x, _, _ = self.decode(inputs, memory, None, generator)
        mask = batch.mask.to(x.device)
        return x[mask][:, None], batch.targets.to(x.device)[mask][:, None]

    def _read_own(
        self, inputs: torch.Tensor, memory: Memory, generator: torch.Generator, share: float
    ) -> torch.Tensor:
        """Read step by step; a share of the inputs are the words predicted last.

        Masks are drawn by the same generator state at each step: locked, whatever the settings.
        """
        chosen = torch.empty(inputs.shape, device=inputs.device)
        chosen.bernoulli_(share, generator=generator)
        begin, states = generator.get_state(), self.decoder.begin(memory)
        own, made = inputs[0], []
        for step, given in enumerate(inputs):
            generator.set_state(begin)
            step_ids = torch.where(chosen[step] > 0, own, given) if step else given
            x, _, states = self.decode(step_ids[None], memory, states, generator)
            own = self.decoder.logits(x.detach())[0].argmax(dim=-1).to(given.dtype)
            made.append(x)
        return torch.cat(made)

    def loss(self, x: torch.Tensor, targets: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
        """Return the sum of -ln p of targets, of `read`; with `smoothing` a share of all words.

        (1 - s) (-ln p(target)) + s mean over words of -ln p; ``<s>`` is impossible and not among
        them (Szegedy et al. 2016, section 7).
        """
        if not smoothing:
            return cross_entropy(self.decoder, x, targets)
        if is_fast(x):
            words, bias = self.decoder.softmax_weights()
            flat = x.flatten(0, 1), words, bias, targets.flatten().int()
            return softmax_loss(*flat, smoothing)
        logits = self.decoder.logits(x).flatten(0, 1).to(self.decoder.bias.dtype)
        logprobs = torch.log_softmax(logits, dim=-1)
        own = logprobs.gather(1, targets.flatten().long()[:, None]).sum()
        total = torch.cat([logprobs[:, :BOS], logprobs[:, EOS:]], dim=1).sum()
        return -(1 - smoothing) * own - smoothing / (logprobs.shape[1] - 1) * total


def with_weights(
    sizes: tuple[int, int], architecture: Seq2SeqSettings, tensors: Mapping[str, torch.Tensor]
) -> EncoderDecoder:
    """Return a network with these weights, which are not copied."""
    with torch.device("meta"):
        network = EncoderDecoder(*sizes, architecture)
    network.load_state_dict(dict(tensors), assign=True)
    return network


def weight_shapes(
    sizes: tuple[int, int], architecture: Seq2SeqSettings
) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of a network's weights, without making them."""
    with torch.device("meta"):
        network = EncoderDecoder(*sizes, architecture)
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
