"""Attention of a decoder over the positions of the source."""

from ..recurrent.door import torch
from .settings import Attention as Kind


class Attention(torch.nn.Module):
    """Scores of source position j for a query q, and the mean of the positions by their softmax.

    dot: q k_j; general: q W k_j (Luong et al. 2015, "Effective approaches to attention-based neural
    machine translation", equation 8); additive: v tanh(W q + U k_j) (Bahdanau et al. 2015, "Neural
    machine translation by jointly learning to align and translate", appendix A.1.2).

    Parameters
    ----------
    kind : {"dot", "general", "additive"}
    width : int
        Of queries and positions.
    """

    def __init__(self, kind: Kind, width: int) -> None:
        super().__init__()
        self.kind = kind

        def weight(*shape: int) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.empty(*shape))

        self.key_weight = None if kind == "dot" else weight(width, width)
        self.query_weight = weight(width, width) if kind == "additive" else None
        self.score = weight(1, width) if kind == "additive" else None

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw the weights."""
        for parameter in self.parameters():
            bound = parameter.shape[1] ** -0.5
            parameter.uniform_(-bound, bound, generator=generator)

    def keys(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return what the source's positions (S, B, width) are for all queries."""
        return outputs if self.key_weight is None else _linear(outputs, self.key_weight)

    def forward(
        self,
        queries: torch.Tensor,
        keys: torch.Tensor,
        outputs: torch.Tensor,
        absent: torch.Tensor | None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return contexts (T, B, width), and the weights of the positions (T, B, S).

        Parameters
        ----------
        queries : tensor (T, B, width)
        keys, outputs : tensors (S, B, width)
        absent : bool tensor (B, S), optional
            Positions that are padding, which get a weight of 0.
        """
        if self.score is not None and self.query_weight is not None:
            asked = _linear(queries, self.query_weight).transpose(0, 1)[:, :, None]
            scores = _linear(torch.tanh(asked + keys.transpose(0, 1)[:, None]), self.score)[..., 0]
        else:
            scores = torch.bmm(queries.transpose(0, 1), keys.permute(1, 2, 0))
        weights = masked_softmax(scores, absent if absent is None else absent[:, None])
        contexts = torch.bmm(weights.to(outputs.dtype), outputs.transpose(0, 1))
        return contexts.transpose(0, 1), weights.transpose(0, 1)


def masked_softmax(scores: torch.Tensor, absent: torch.Tensor | None) -> torch.Tensor:
    """Return the softmax over the last axis, 0 where `absent`; not in bfloat16."""
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if absent is not None:
        scores = scores.masked_fill(absent, -torch.inf)
    return torch.softmax(scores, dim=-1)


def _linear(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.linear(x, weight.to(x.dtype))
