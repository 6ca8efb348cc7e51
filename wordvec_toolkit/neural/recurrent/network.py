"""The network: embedding, recurrent layers, softmax.

Time goes down the rows and texts side by side across the columns: ids are (T, B), what flows
between layers (T, B, width).  All that is drawn comes from a generator that the caller keeps, so
that its state can be saved and nothing else draws from it.
"""

import math
from collections.abc import Mapping, Sequence

from ...lm.language_model import BOS
from . import fast_lstm
from .adaptive import AdaptiveSoftmax, checked_cutoffs
from .door import torch
from .settings import TRANSFORMER, NetworkSettings
from .transformer import Norm, TransformerLayer

#: Gates of a cell, which stand below one another in its weights; torch's own order.
_GATES = {"lstm": 4, "gru": 3, "rnn-tanh": 1, "rnn-relu": 1}
_FORGET = 1  # the gate's place in an LSTM
_FUNCTIONS = {
    "lstm": torch.lstm,
    "gru": torch.gru,
    "rnn-tanh": torch.rnn_tanh,
    "rnn-relu": torch.rnn_relu,
}
_EMBEDDING_RANGE = 0.1  # of the uniform draw (Zaremba et al. 2014; Merity et al. 2018)

#: What a layer carries from step to step: (h,), of an LSTM (h, c), each (1, B, width); of a
#: transformer see there.
State = tuple[torch.Tensor, ...]


class Layer(torch.nn.Module):
    """One recurrent layer.

    h_t = tanh or ReLU of W x_t + b + U h_(t-1) + b', or the equations of an LSTM or GRU as
    `torch.nn.LSTM` and `torch.nn.GRU` state them.
    """

    def __init__(self, cell: str, n_in: int, n_out: int) -> None:
        super().__init__()
        self.cell, self.width = cell, n_out
        rows = _GATES[cell] * n_out
        self.input_weight = torch.nn.Parameter(torch.empty(rows, n_in))
        self.state_weight = torch.nn.Parameter(torch.empty(rows, n_out))
        self.input_bias = torch.nn.Parameter(torch.empty(rows))
        self.state_bias = torch.nn.Parameter(torch.empty(rows))

    @torch.no_grad()
    def draw(self, generator: torch.Generator, forget_bias: float) -> None:
        """Draw weights from +-1 / sqrt(width), as torch's own layers do."""
        bound = self.width**-0.5
        for weight in (self.input_weight, self.state_weight):
            weight.uniform_(-bound, bound, generator=generator)
        self.input_bias.zero_()
        self.state_bias.zero_()
        if self.cell == "lstm":
            self.input_bias.view(4, -1)[_FORGET] = forget_bias

    def begin(self, n_columns: int) -> State:
        """Return the state before the first token: zeros."""
        n_parts = 2 if self.cell == "lstm" else 1
        shape = (1, n_columns, self.width)
        return tuple(self.state_weight.new_zeros(shape) for _ in range(n_parts))

    def forward(
        self, x: torch.Tensor, state: State, mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, State]:
        """Read a window; `mask`, if given, is multiplied onto the recurrent weights."""
        recurrent = self.state_weight if mask is None else self.state_weight * mask
        if self.cell == "lstm" and is_fast(x):
            bias = self.input_bias + self.state_bias
            hidden, cell = (part[0] for part in state)
            out, *after = fast_lstm.lstm(x, hidden, cell, self.input_weight, recurrent, bias)
            return out, tuple(part[None] for part in after)
        weights = [self.input_weight, recurrent, self.input_bias, self.state_bias]
        weights = [weight.to(x.dtype) for weight in weights]
        parts = tuple(part.to(x.dtype) for part in state)
        before = parts if self.cell == "lstm" else parts[0]
        out, *after = _FUNCTIONS[self.cell](
            x, before, weights, True, 1, 0.0, self.training, False, False
        )
        return out, tuple(part.to(self.state_weight.dtype) for part in after)


class Network(torch.nn.Module):
    """Ids to the logits of the ids that come next.

    Parameters
    ----------
    n_words : int
        ``<s>`` among them, whose probability is always 0.
    architecture : NetworkSettings

    Attributes
    ----------
    dtype : torch.dtype or None
        What numbers are between the layers and in products, if not as the weights; those and the
        states stay float32.
    """

    def __init__(self, n_words: int, architecture: NetworkSettings) -> None:
        super().__init__()
        self.architecture = architecture
        self.dtype: torch.dtype | None = None
        widths = architecture.widths
        self.embedding = torch.nn.Parameter(torch.empty(n_words, widths[0]))
        is_transformer = architecture.cell == TRANSFORMER
        self.layers = torch.nn.ModuleList(
            TransformerLayer(n_in, architecture.n_heads or 1, architecture.span or 1)
            if is_transformer
            else Layer(architecture.cell, n_in, n_out)
            for n_in, n_out in zip(widths, widths[1:])
        )
        self.norm = Norm(widths[-1]) if is_transformer else None
        is_full = architecture.softmax == "full"
        self.adaptive = None
        if not is_full:
            cutoffs = checked_cutoffs(architecture.cutoffs, n_words)
            self.adaptive = AdaptiveSoftmax(n_words, widths[-1], cutoffs, architecture.tied)
        self.output = None
        if is_full and not architecture.tied:
            self.output = torch.nn.Parameter(torch.empty(n_words, widths[-1]))
        self.bias = torch.nn.Parameter(torch.empty(n_words))

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        self.bias.zero_()
        for words in (self.embedding, self.output):
            if words is not None:
                words.uniform_(-_EMBEDDING_RANGE, _EMBEDDING_RANGE, generator=generator)
        if self.adaptive is not None:
            self.adaptive.draw(generator, _EMBEDDING_RANGE)
        for layer in self.layers:
            if isinstance(layer, TransformerLayer):
                layer.draw(generator, len(self.layers))
            else:
                layer.draw(generator, self.architecture.forget_bias)

    def begin(self, n_columns: int) -> list[State]:
        """Return the states of all layers before the first token."""
        return [layer.begin(n_columns) for layer in self.layers]

    def read(
        self, ids: torch.Tensor, states: Sequence[State], generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, list[State]]:
        """Read a window of ids (T, B); return what the last layer gives (T, B, width), and states.

        With a generator, things are dropped as the architecture says; without, nothing is.
        """
        how = self.architecture
        ids = ids.to(self.embedding.device)
        x = torch.nn.functional.embedding(ids, self.embedding)
        x = x if self.dtype is None else x.to(self.dtype)
        if generator is not None and how.embedding_dropout:
            words = (len(self.embedding), 1)
            x = x * _mask(x, words, how.embedding_dropout, generator)[ids]
        x = self._dropped(x, how.input_dropout, generator)
        after = []
        for place, (layer, state) in enumerate(zip(self.layers, states)):
            if isinstance(layer, TransformerLayer):
                x, state = layer(x, state, lambda y: self._dropped(y, how.dropout, generator))
                after.append(state)
                continue
            mask = None
            if generator is not None and how.weight_dropout:
                shape = tuple(layer.state_weight.shape)
                mask = _mask(x, shape, how.weight_dropout, generator)
            y, state = layer(x, state, mask)
            after.append(state)
            if how.residual and y.shape == x.shape:
                y = y + x
            is_last = place + 1 == len(self.layers)
            x = self._dropped(y, how.output_dropout if is_last else how.dropout, generator)
        if self.norm is not None:
            x = self._dropped(self.norm(x), how.output_dropout, generator)
        return x, after

    def _dropped(
        self, x: torch.Tensor, share: float, generator: torch.Generator | None
    ) -> torch.Tensor:
        if generator is None or not share:
            return x
        n_steps, *rest = x.shape
        shape = (1 if self.architecture.locked else n_steps, *rest)
        return x * _mask(x, shape, share, generator)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits (..., n_words) of what `read` gives; that of ``<s>`` is -inf.

        Of an adaptive softmax they are log probabilities, whose softmax they are themselves.
        """
        if self.adaptive is not None:
            return self.adaptive.logprobs(x, self.embedding, self.bias)
        words, bias = self.softmax_weights()
        return torch.nn.functional.linear(x, words.to(x.dtype), bias.to(x.dtype))

    def softmax_weights(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the vectors of the words that come out, and their biases, that of ``<s>`` -inf."""
        impossible = torch.zeros_like(self.bias)
        impossible[BOS] = -torch.inf
        return self.embedding if self.output is None else self.output, self.bias + impossible


def with_weights(
    n_words: int, architecture: NetworkSettings, tensors: Mapping[str, torch.Tensor]
) -> Network:
    """Return a network with these weights, which are not copied."""
    with torch.device("meta"):
        network = Network(n_words, architecture)
    network.load_state_dict(dict(tensors), assign=True)
    return network


def weight_shapes(n_words: int, architecture: NetworkSettings) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of a network's weights, without making them."""
    with torch.device("meta"):
        network = Network(n_words, architecture)
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def is_fast(x: torch.Tensor) -> bool:
    """Tell whether the layers and the loss of our own are the ones to take."""
    return x.dtype == torch.bfloat16 and x.device.type == "cpu"


def _mask(
    like: torch.Tensor, shape: tuple[int, ...], share: float, generator: torch.Generator
) -> torch.Tensor:
    """Draw what is multiplied onto numbers to drop a share of them and keep their mean.

    Of each 64 bits that are drawn come four numbers of 16, so that a mask for the recurrent weights
    takes a tenth of the time of a Bernoulli draw for each.
    """
    size = math.prod(shape)
    drawn = torch.empty(-(-size // 4), dtype=torch.int64, device=like.device)
    drawn.random_(-(2**63), None, generator=generator)
    n_dropped = round(share * 2**16)
    kept = drawn.view(torch.int16)[:size].view(shape) >= n_dropped - 2**15
    return kept.to(like.dtype).div_(1 - n_dropped / 2**16)
