"""Encoder and decoder from the recurrent cells of language models.

Sutskever et al. 2014, "Sequence to sequence learning with neural networks"; Cho et al. 2014.  Time
goes down the rows and sequences side by side across the columns, as in language models.
"""

from ..recurrent.door import torch
from ..recurrent.dropping import Dropping
from ..recurrent.layers import Layer, RecurrentLayer, State
from ..recurrent.network import EMBEDDING_RANGE, WordSoftmax, joined, new_layer, read_layers
from .attention import Attention
from .memory import Memory, absence, read_by_length, turned
from .settings import Seq2SeqSettings


class RecurrentEncoder(torch.nn.Module):
    """Ids of the source to a memory.

    Layer k of the decoder begins with the state that layer k of the encoder ends with, of two
    directions side by side.
    """

    def __init__(self, n_words: int, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.how, like = how, how.layers
        self.embedding = torch.nn.Parameter(torch.empty(n_words, how.embedding_width))
        n_both = {"none": 0, "first": 1, "all": how.n_layers}[how.bidirectional]
        self.layers, self.backward_layers = torch.nn.ModuleList(), torch.nn.ModuleList()
        n_in = how.embedding_width
        for number in range(how.n_layers):
            width = how.hidden_dim // 2 if number < n_both else how.hidden_dim
            self.layers.append(new_layer(like, n_in, width))
            if number < n_both:
                self.backward_layers.append(new_layer(like, n_in, width))
            n_in = how.hidden_dim

    @property
    def word_vectors(self) -> torch.nn.Parameter:
        return self.embedding

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        draw_layers(self.embedding, [*self.layers, *self.backward_layers], generator, self.how)

    def forward(
        self, ids: torch.Tensor, lengths: torch.Tensor, drop: Dropping, dtype: torch.dtype | None
    ) -> Memory:
        """Read ids (S, B) of columns of the given lengths, the longest first."""
        how = drop.how
        if self.how.reverse:
            ids = turned(ids, lengths)
        x = embedded(self.embedding, ids, dtype)
        x = drop.numbers(x, how.input_dropout)
        states, by_length = [], lengths.tolist()
        for number, layer in enumerate(self.layers):
            y, state = read_by_length(layer, x, by_length, drop)
            if number < len(self.backward_layers):
                back = self.backward_layers[number]
                z, other = read_by_length(back, turned(x, lengths), by_length, drop)
                y = torch.cat([y, turned(z, lengths)], dim=-1)
                state = tuple(torch.cat(pair, dim=-1) for pair in zip(state, other))
            states.append(state)
            x = joined(x, y, drop, number + 1 == len(self.layers))
        outputs = turned(x, lengths) if self.how.reverse else x
        return Memory(outputs, absence(lengths, len(ids)), states)


class RecurrentDecoder(WordSoftmax):
    """Ids written so far to what predicts the next."""

    def __init__(self, n_words: int, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.how, like, width = how, how.layers, how.hidden_dim
        self.embedding = torch.nn.Parameter(torch.empty(n_words, how.embedding_width))
        is_input = how.attention_at == "input"
        n_in = how.embedding_width + width * how.peeky + width * is_input
        self.layers = torch.nn.ModuleList(
            new_layer(like, width if number else n_in, width) for number in range(how.n_layers)
        )
        self.adaptive = None
        self.attention = self.combined = None
        n_out = width * (1 + how.peeky)
        if how.attention != "none":
            self.attention = Attention(how.attention, width)
            self.combined = torch.nn.Parameter(torch.empty(width, n_out + width))
            n_out = width
        self.output = None if how.tied else torch.nn.Parameter(torch.empty(n_words, n_out))
        self.bias = torch.nn.Parameter(torch.empty(n_words))

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        draw_layers(self.embedding, list(self.layers), generator, self.how)
        self.bias.zero_()
        for matrix in (self.output, self.combined):
            if matrix is not None:
                bound = matrix.shape[1] ** -0.5
                matrix.uniform_(-bound, bound, generator=generator)
        if self.attention is not None:
            self.attention.draw(generator)

    def begin(self, memory: Memory) -> list[State]:
        """Return the states before the first token."""
        return memory.states

    def forward(
        self,
        ids: torch.Tensor,
        memory: Memory,
        states: list[State],
        drop: Dropping,
        weights_wanted: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor | None, list[State]]:
        """Read ids (T, B); return what predicts the next, attention (T, B, S), and states."""
        how = drop.how
        x = drop.numbers(embedded(self.embedding, ids, memory.outputs.dtype), how.input_dropout)
        peek = None
        if self.how.peeky:
            peek = memory.states[-1][0].to(x.dtype).expand(len(x), -1, -1)
            x = torch.cat([x, peek], dim=-1)
        keys = None if self.attention is None else self.attention.keys(memory.outputs)
        contexts = weights = None
        after: list[State] = []
        layers, rest = list(self.layers), states
        if self.attention is not None and self.how.attention_at == "input":
            y, state, contexts, weights = self._attend_in_steps(
                self.attention, x, keys, memory, states[0], drop
            )
            x, after = joined(x, y, drop, len(layers) == 1), [state]
            layers, rest = layers[1:], states[1:]
        x, more = read_layers(layers, x, rest, drop)
        if self.attention is not None and contexts is None:
            contexts, weights = self.attention(x, keys, memory.outputs, memory.absent)
        parts = [part for part in (x, contexts, peek) if part is not None]
        if self.combined is not None:  # Luong et al. 2015, equation 5
            matrix = self.combined.to(x.dtype)
            x = torch.tanh(torch.nn.functional.linear(torch.cat(parts, dim=-1), matrix))
        elif len(parts) > 1:
            x = torch.cat(parts, dim=-1)
        return x, weights, [*after, *more]

    def _attend_in_steps(
        self,
        attention: Attention,
        x: torch.Tensor,
        keys: torch.Tensor | None,
        memory: Memory,
        state: State,
        drop: Dropping,
    ) -> tuple[torch.Tensor, State, torch.Tensor, torch.Tensor]:
        """Read by the first layer, each step with the context that the state before asks for."""
        layer: RecurrentLayer = self.layers[0]
        recurrent = drop.weights(layer.state_weight, x)
        made: list[tuple[torch.Tensor, ...]] = []
        for step in x:
            query = state[0].to(x.dtype)
            context, weights = attention(query, keys, memory.outputs, memory.absent)
            out, parts = layer.window(torch.cat([step[None], context], dim=-1), state, recurrent)
            state = tuple(part.to(layer.state_weight.dtype) for part in parts)
            made.append((out, context, weights))
        out, context, weights = (torch.cat(part) for part in zip(*made))
        return out, state, context, weights


def embedded(embedding: torch.Tensor, ids: torch.Tensor, dtype: torch.dtype | None) -> torch.Tensor:
    """Return the vectors of ids."""
    x = torch.nn.functional.embedding(ids.to(embedding.device), embedding)
    return x if dtype is None else x.to(dtype)


@torch.no_grad()
def draw_layers(
    embedding: torch.Tensor, layers: list[Layer], generator: torch.Generator, how: Seq2SeqSettings
) -> None:
    """Draw an embedding and layers as language models do."""
    embedding.uniform_(-EMBEDDING_RANGE, EMBEDDING_RANGE, generator=generator)
    for layer in layers:
        layer.draw(generator, how.layers)
