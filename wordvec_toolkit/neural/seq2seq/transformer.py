"""Encoder and decoder of the Transformer (Vaswani et al. 2017, "Attention is all you need").

The norm is before each part (Xiong et al. 2020), which trains without a long warm-up.  Time goes
down the rows and sequences side by side across the columns, as in recurrent networks; what a layer
of the decoder has seen, keys and values, is its state.
"""

import math

from ...errors import SettingError
from ..recurrent.door import torch
from ..recurrent.dropping import Dropping
from ..recurrent.layers import Norm, State, is_fast
from ..recurrent.network import WordSoftmax
from .attention import masked_softmax
from .memory import Memory, absence
from .recurrent_network import embedded
from .settings import Seq2SeqSettings

_MOST_SCORES = 1 << 24  # of a layer's attention, that are held at a time
_MOST_LEARNED = 1024  # positions that have a learned vector


class Embedding(torch.nn.Module):
    """Words and their positions.

    x_t = sqrt(width) e(w_t) + p_t; sinusoidal p: sin and cos of t / 10000^(2 k / width) (Vaswani et
    al. 2017, section 3.5).
    """

    def __init__(self, n_words: int, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.width = how.hidden_dim
        self.words = torch.nn.Parameter(torch.empty(n_words, self.width))
        shape = (_MOST_LEARNED, self.width)
        is_learned = how.positions == "learned"
        self.positions = torch.nn.Parameter(torch.empty(shape)) if is_learned else None

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw the weights."""
        self.words.normal_(0, self.width**-0.5, generator=generator)
        if self.positions is not None:
            self.positions.normal_(0, 0.02, generator=generator)

    def forward(
        self, ids: torch.Tensor, begin: int, drop: Dropping, dtype: torch.dtype | None
    ) -> torch.Tensor:
        """Return vectors (T, B, width) of ids whose first position is `begin`."""
        x = embedded(self.words, ids, None) * math.sqrt(self.width)
        places = torch.arange(begin, begin + len(ids), device=x.device)
        if self.positions is None:
            x = x + sinusoids(places, self.width)[:, None].to(x.dtype)
        else:
            if begin + len(ids) > len(self.positions):
                raise SettingError(
                    f"a sequence has more than {len(self.positions):,} tokens, as many as the "
                    "Transformer has positions; split it, or train with positions sinusoidal"
                )
            x = x + self.positions[places][:, None]
        return drop.between(x if dtype is None else x.to(dtype))


def sinusoids(places: torch.Tensor, width: int) -> torch.Tensor:
    """Return the sinusoidal vectors of positions: (n, width)."""
    rates = torch.exp(
        torch.arange(0, width, 2, device=places.device) * (-math.log(10_000.0) / width)
    )
    angles = places[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


class Heads(torch.nn.Module):
    """Multi-head attention: W_o of softmax(q k' / sqrt(d)) v, in each head its own q, k and v."""

    def __init__(self, how: Seq2SeqSettings) -> None:
        super().__init__()
        width, self.n_heads = how.hidden_dim, how.n_heads or 1
        self.asked, self.asked_bias = _weight(width, width), _weight(width)
        self.known, self.known_bias = _weight(2 * width, width), _weight(2 * width)
        self.answered, self.answered_bias = _weight(width, width), _weight(width)

    def keys_and_values(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return what positions (S, B, width) are looked up by, and what they answer."""
        return tuple(_linear(x, self.known, self.known_bias).chunk(2, dim=-1))

    def forward(
        self,
        x: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
        hidden: torch.Tensor | None,
        weights_wanted: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return (T, B, width), and the mean of the heads' weights (T, B, S) if they are wanted.

        Parameters
        ----------
        hidden : bool tensor, shape that broadcasts to (B, heads, T, S), optional
            What is not seen.
        """
        q, k, v = (
            self._split(part) for part in (_linear(x, self.asked, self.asked_bias), keys, values)
        )
        weights = None
        n_scores = q.shape[0] * q.shape[1] * q.shape[2] * k.shape[2]
        # PyTorch's fused attention takes ten times as long to go back in bfloat16 on a processor.
        if weights_wanted or (is_fast(x) and n_scores <= _MOST_SCORES):
            scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
            weights = masked_softmax(scores, hidden)
            found = weights.to(v.dtype) @ v
            weights = weights.mean(dim=1).transpose(0, 1) if weights_wanted else None
        else:
            seen = None if hidden is None else ~hidden
            found = torch.nn.functional.scaled_dot_product_attention(q, k, v, seen)
        found = found.permute(2, 0, 1, 3).reshape(x.shape)
        return _linear(found, self.answered, self.answered_bias), weights

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        """(T, B, width) to (B, heads, T, width / heads)."""
        return x.unflatten(-1, (self.n_heads, -1)).permute(1, 2, 0, 3)


class FeedForward(torch.nn.Module):
    """W_2 ReLU(W_1 x)."""

    def __init__(self, how: Seq2SeqSettings) -> None:
        super().__init__()
        width, wide = how.hidden_dim, how.feed_forward_dim or 1
        self.wide, self.wide_bias = _weight(wide, width), _weight(wide)
        self.narrow, self.narrow_bias = _weight(width, wide), _weight(width)

    def forward(self, x: torch.Tensor, drop: Dropping) -> torch.Tensor:
        wide = drop.between(torch.relu(_linear(x, self.wide, self.wide_bias)))
        return _linear(wide, self.narrow, self.narrow_bias)


class EncoderLayer(torch.nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x))."""

    def __init__(self, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.attention, self.feed = Heads(how), FeedForward(how)
        self.attention_norm, self.feed_norm = Norm(how.hidden_dim), Norm(how.hidden_dim)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor | None, drop: Dropping) -> torch.Tensor:
        normal = self.attention_norm(x)
        found, _ = self.attention(normal, *self.attention.keys_and_values(normal), hidden)
        x = x + drop.between(found)
        return x + drop.between(self.feed(self.feed_norm(x), drop))


class DecoderLayer(torch.nn.Module):
    """As an encoder's, with attention to the source between the two parts."""

    def __init__(self, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.attention, self.source, self.feed = Heads(how), Heads(how), FeedForward(how)
        width = how.hidden_dim
        self.attention_norm, self.source_norm = Norm(width), Norm(width)
        self.feed_norm = Norm(width)

    def forward(
        self,
        x: torch.Tensor,
        state: State,
        absent: torch.Tensor | None,
        drop: Dropping,
        weights_wanted: bool,
    ) -> tuple[torch.Tensor, torch.Tensor | None, State]:
        """Read (T, B, width); the state is keys and values of the target and of the source."""
        normal = self.attention_norm(x)
        before_keys, before_values, source_keys, source_values = state
        keys, values = (
            torch.cat([before, part])
            for before, part in zip(
                (before_keys, before_values), self.attention.keys_and_values(normal)
            )
        )
        n_before = len(before_keys)
        places = torch.arange(len(keys), device=x.device)
        later = None if len(x) == 1 else places > places[n_before:, None]
        found, _ = self.attention(normal, keys, values, later)
        x = x + drop.between(found)
        hidden = None if absent is None else absent[:, None, None]
        found, weights = self.source(
            self.source_norm(x), source_keys, source_values, hidden, weights_wanted
        )
        x = x + drop.between(found)
        x = x + drop.between(self.feed(self.feed_norm(x), drop))
        return x, weights, (keys, values, source_keys, source_values)


class TransformerEncoder(torch.nn.Module):
    """Ids of the source to a memory."""

    def __init__(self, n_words: int, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.embedding = Embedding(n_words, how)
        self.layers = torch.nn.ModuleList(EncoderLayer(how) for _ in range(how.n_layers))
        self.norm = Norm(how.hidden_dim)

    @property
    def word_vectors(self) -> torch.nn.Parameter:
        return self.embedding.words

    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        self.embedding.draw(generator)
        draw_matrices(self.layers, generator)

    def forward(
        self, ids: torch.Tensor, lengths: torch.Tensor, drop: Dropping, dtype: torch.dtype | None
    ) -> Memory:
        """Read ids (S, B) of columns of the given lengths."""
        absent = absence(lengths, len(ids))
        x = self.embedding(ids, 0, drop, dtype)
        hidden = None if absent is None else absent[:, None, None]
        for layer in self.layers:
            x = layer(x, hidden, drop)
        return Memory(self.norm(x), absent, [])


class TransformerDecoder(WordSoftmax):
    """Ids written so far to what predicts the next; attention is the last layer's, of all heads."""

    def __init__(self, n_words: int, how: Seq2SeqSettings) -> None:
        super().__init__()
        self.adaptive = None
        self.words = Embedding(n_words, how)
        self.layers = torch.nn.ModuleList(DecoderLayer(how) for _ in range(how.n_layers))
        self.norm = Norm(how.hidden_dim)
        self.output = None if how.tied else _weight(n_words, how.hidden_dim)
        self.bias = _weight(n_words)

    @property
    def embedding(self) -> torch.nn.Parameter:
        return self.words.words

    @property
    def most_positions(self) -> int | None:
        """The longest target that it can write; None: any."""
        return None if self.words.positions is None else len(self.words.positions)

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        self.words.draw(generator)
        draw_matrices(self.layers, generator)
        if self.output is not None:
            self.output.normal_(0, self.output.shape[1] ** -0.5, generator=generator)
        self.bias.zero_()

    def begin(self, memory: Memory) -> list[State]:
        """Return the states before the first token: nothing written, and the source."""
        none = memory.outputs[:0]
        return [
            (none, none, *layer.source.keys_and_values(memory.outputs)) for layer in self.layers
        ]

    def forward(
        self,
        ids: torch.Tensor,
        memory: Memory,
        states: list[State],
        drop: Dropping,
        weights_wanted: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor | None, list[State]]:
        """Read ids (T, B); return what predicts the next, attention (T, B, S), and states."""
        x = self.words(ids, len(states[0][0]), drop, memory.outputs.dtype)
        weights, after = None, []
        for number, (layer, state) in enumerate(zip(self.layers, states), 1):
            is_wanted = weights_wanted and number == len(self.layers)
            x, weights, state = layer(x, state, memory.absent, drop, is_wanted)
            after.append(state)
        return self.norm(x), weights, after


def draw_matrices(layers: torch.nn.Module, generator: torch.Generator) -> None:
    """Draw matrices by Glorot and Bengio 2010, equation 16; biases are 0, norms 1 and 0."""
    for name, weight in layers.named_parameters():
        if weight.dim() > 1:
            bound = math.sqrt(6 / sum(weight.shape))
            weight.data.uniform_(-bound, bound, generator=generator)
        elif "norm." not in name:
            weight.data.zero_()


def _weight(*shape: int) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.empty(*shape))


def _linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.linear(x, weight.to(x.dtype), bias.to(x.dtype))
