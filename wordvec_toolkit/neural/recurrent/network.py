"""The network: embedding, recurrent layers, softmax.

Time goes down the rows and texts side by side across the columns: ids are (T, B), what flows
between layers (T, B, width).  All that is drawn comes from a generator that the caller keeps, so
that its state can be saved and nothing else draws from it.
"""

from collections.abc import Iterable, Mapping, Sequence

from ...lm.language_model import BOS
from .adaptive import AdaptiveSoftmax, checked_cutoffs
from .cells import CELLS
from .door import torch
from .dropping import Dropping
from .layers import Layer, Norm, State
from .settings import NetworkSettings

EMBEDDING_RANGE = 0.1  # of the uniform draw (Zaremba et al. 2014; Merity et al. 2018)


class WordSoftmax(torch.nn.Module):
    """Output layer: vectors of the words that come out, of their own or the embedding.

    Attributes
    ----------
    embedding : parameter (n_words, width)
    output : parameter (n_words, width) or None
        None: the embedding.
    bias : parameter (n_words,)
    adaptive : AdaptiveSoftmax or None
    """

    # Without defaults: an attribute of the class would hide the module that a network has.
    adaptive: AdaptiveSoftmax | None
    embedding: torch.nn.Parameter
    output: torch.nn.Parameter | None
    bias: torch.nn.Parameter

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


class Network(WordSoftmax):
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
        self.layers = torch.nn.ModuleList(
            new_layer(architecture, *pair) for pair in zip(widths, widths[1:])
        )
        self.norm = Norm(widths[-1]) if self.adds_itself else None
        is_full = architecture.softmax == "full"
        self.adaptive = None
        if not is_full:
            cutoffs = checked_cutoffs(architecture.cutoffs, n_words)
            self.adaptive = AdaptiveSoftmax(n_words, widths[-1], cutoffs, architecture.tied)
        self.output = None
        if is_full and not architecture.tied:
            self.output = torch.nn.Parameter(torch.empty(n_words, widths[-1]))
        self.bias = torch.nn.Parameter(torch.empty(n_words))

    @property
    def adds_itself(self) -> bool:
        """See `Layer`."""
        return any(layer.adds_itself for layer in self.layers)

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        self.bias.zero_()
        for words in (self.embedding, self.output):
            if words is not None:
                words.uniform_(-EMBEDDING_RANGE, EMBEDDING_RANGE, generator=generator)
        if self.adaptive is not None:
            self.adaptive.draw(generator, EMBEDDING_RANGE)
        for layer in self.layers:
            layer.draw(generator, self.architecture)

    def begin(self, n_columns: int) -> list[State]:
        """Return the states of all layers before the first token."""
        return [layer.begin(n_columns) for layer in self.layers]

    def read(
        self, ids: torch.Tensor, states: Sequence[State], generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, list[State]]:
        """Read a window of ids (T, B); return what the last layer gives (T, B, width), and states.

        With a generator, things are dropped as the architecture says; without, nothing is.
        """
        how, drop = self.architecture, Dropping(self.architecture, generator)
        ids = ids.to(self.embedding.device)
        x = torch.nn.functional.embedding(ids, self.embedding)
        x = x if self.dtype is None else x.to(self.dtype)
        x = drop.numbers(drop.words(x, ids, len(self.embedding)), how.input_dropout)
        x, after = read_layers(self.layers, x, states, drop)
        if self.norm is not None:
            x = drop.numbers(self.norm(x), how.output_dropout)
        return x, after


def read_layers(
    layers: Iterable[Layer], x: torch.Tensor, states: Sequence[State], drop: Dropping
) -> tuple[torch.Tensor, list[State]]:
    """Read a window (T, B, width) by layers, one above another; return it and their states."""
    after = []
    for place, (layer, state) in enumerate(zip(layers, states), 1):
        y, state = layer(x, state, drop)
        after.append(state)
        x = y if layer.adds_itself else joined(x, y, drop, place == len(states))
    return x, after


def joined(x: torch.Tensor, y: torch.Tensor, drop: Dropping, is_last: bool) -> torch.Tensor:
    """Return what the layer above is given of a layer's input and output."""
    how = drop.how
    if how.residual and y.shape == x.shape:
        y = y + x
    return drop.numbers(y, how.output_dropout if is_last else how.dropout)


def new_layer(architecture: NetworkSettings, n_in: int, n_out: int) -> Layer:
    """Return a layer of the architecture's cell, whose weights are not drawn yet."""
    cell = CELLS[architecture.cell]
    layer: Layer = cell.layer()(cell, architecture, n_in, n_out)
    return layer


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
