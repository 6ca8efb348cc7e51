"""A layer of a decoder-only Transformer, which reads a stream as recurrent layers do.

Vaswani et al. 2017 with the norm before each part (Xiong et al. 2020, "On layer normalization in
the transformer architecture") and GELU.  Each position looks at itself and the `span` - 1 before
it; what they gave as keys and values is the layer's state, through which no gradient goes (Dai et
al. 2019, "Transformer-XL", section 3.2).  Distances are told by a penalty on the scores of
attention (Press et al. 2022, "Train short, test long"), so that windows may be of any length.
"""

from typing import TYPE_CHECKING, ClassVar

from .door import torch
from .dropping import Dropping
from .layers import Layer, State, normed

if TYPE_CHECKING:
    from .cells import Cell
    from .settings import NetworkSettings

_WIDER = 4  # the feed-forward part's hidden layer
_SPREAD = 0.02  # standard deviation of the weights (Radford et al. 2019, "GPT-2")


class TransformerLayer(Layer):
    """Attention and feed-forward part, each added to what it is given.

    x + W_o attention(norm(x)), then x + W_2 GELU(W_1 norm(x)); score of position j at i, for each
    head: q_i k_j / sqrt(d) - slope (i - j), with i - span < j <= i.  The state is keys and values
    (span - 1, B, width), and which of them there are (span - 1, B, 1).
    """

    adds_itself: ClassVar[bool] = True

    def __init__(self, cell: "Cell", how: "NetworkSettings", n_in: int, n_out: int) -> None:
        super().__init__(cell, how, n_in, n_out)
        width, self.n_heads, self.span = n_out, how.n_heads or 1, how.span or 1

        def weight(*shape: int) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.empty(*shape))

        self.attention_norm, self.attention_shift = weight(width), weight(width)
        self.asked = weight(3 * width, width)  # queries, keys, values below one another
        self.asked_bias = weight(3 * width)
        self.answered, self.answered_bias = weight(width, width), weight(width)
        self.feed_norm, self.feed_shift = weight(width), weight(width)
        self.wide, self.wide_bias = weight(_WIDER * width, width), weight(_WIDER * width)
        self.narrow, self.narrow_bias = weight(width, _WIDER * width), weight(width)

    @torch.no_grad()
    def draw(self, generator: torch.Generator, how: "NetworkSettings") -> None:
        """Draw weights; those that are added to the stream smaller, the more layers do so."""
        for name, parameter in self.named_parameters():
            if name.endswith("_norm"):
                parameter.fill_(1)
            elif parameter.dim() == 1:
                parameter.zero_()
            else:
                added = name in ("answered", "narrow")
                spread = _SPREAD / (2 * how.n_layers) ** 0.5 if added else _SPREAD
                parameter.normal_(0, spread, generator=generator)

    def begin(self, n_columns: int) -> State:
        """Return the state before the first token: nothing to look back at."""
        none = self.asked.new_zeros
        shape = (self.span - 1, n_columns)
        return none((*shape, self.width)), none((*shape, self.width)), none((*shape, 1))

    def forward(
        self, x: torch.Tensor, state: State, drop: Dropping | None = None
    ) -> tuple[torch.Tensor, State]:
        """Read a window (T, B, width); dropped is some of what is added to it."""
        normal = normed(x, self.attention_norm, self.attention_shift)
        queries, keys, values = _linear(normal, self.asked, self.asked_bias).chunk(3, dim=-1)
        before = [part.to(x.dtype) for part in state[:2]]
        keys, values = torch.cat([before[0], keys]), torch.cat([before[1], values])
        there = torch.cat([state[2], torch.ones_like(x[..., :1], dtype=state[2].dtype)])
        found = torch.nn.functional.scaled_dot_product_attention(
            self._heads(queries), self._heads(keys), self._heads(values), self._penalty(there, x)
        )  # (B, heads, T, width / heads)
        found = found.permute(2, 0, 1, 3).reshape(x.shape)
        found = _linear(found, self.answered, self.answered_bias)
        x = x + (found if drop is None else drop.between(found))
        wide = _linear(normed(x, self.feed_norm, self.feed_shift), self.wide, self.wide_bias)
        narrow = _linear(torch.nn.functional.gelu(wide), self.narrow, self.narrow_bias)
        x = x + (narrow if drop is None else drop.between(narrow))
        begin = len(keys) - (self.span - 1)
        kept = (part[begin:].to(self.asked.dtype) for part in (keys, values, there))
        return x, tuple(kept)

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        """(T, B, width) to (B, heads, T, width / heads)."""
        return x.unflatten(-1, (self.n_heads, -1)).permute(1, 2, 0, 3)

    def _penalty(self, there: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Return what is added to scores, (B, heads, T, span - 1 + T): -inf for what is not seen.

        Slopes fall geometrically from 2^(-8 / heads) to 2^-8 (Press et al. 2022, section 3).
        """
        n = len(x)
        ours = torch.arange(n, device=x.device)[:, None] + (len(there) - n)
        distance = (ours - torch.arange(len(there), device=x.device)).to(there.dtype)
        heads = torch.arange(1, self.n_heads + 1, device=x.device, dtype=there.dtype)
        slopes = torch.exp2(-8 * heads / self.n_heads)[:, None, None]
        seen = (distance >= 0) & (distance < self.span)
        seen = seen & (there[:, :, 0].T > 0)[:, None, None, :]
        return torch.where(seen, -slopes * distance, -torch.inf).to(x.dtype)


def _linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.linear(x, weight.to(x.dtype), bias.to(x.dtype))
