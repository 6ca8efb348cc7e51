"""Softmax over a large vocabulary: frequent words at once, rare ones by way of their group.

Grave et al. 2017, "Efficient softmax approximation for GPUs": a head over the most frequent words
and one entry for each group of rarer ones; p(w) = p(group) p(w | group), where a group's words are
scored in fewer dimensions, the rarer, the fewer (section 4.2; a quarter for each group, as in
their experiments).  Ids are by frequency after the specials, so groups are ranges of ids.
"""

from collections.abc import Sequence

from ...errors import SettingError
from ...lm.language_model import BOS
from .door import torch

_SHRINK = 4
_HEAD, _MIDDLE = 15, 5  # a 15th of the vocabulary is in the head, a 5th in head and first group


def default_cutoffs(n_words: int) -> list[int]:
    """Return where groups begin: at a 15th and a 5th of the vocabulary."""
    return [max(4, n_words // _HEAD), max(5, n_words // _MIDDLE)]


def checked_cutoffs(cutoffs: Sequence[int] | None, n_words: int) -> list[int]:
    """Return where groups begin.

    Raises
    ------
    SettingError
        If they do not rise within the vocabulary.
    """
    found = list(cutoffs) if cutoffs else default_cutoffs(n_words)
    if any(one >= two for one, two in zip(found, [*found[1:], n_words])):
        raise SettingError(
            f"cutoffs of an adaptive softmax are {found}; they must rise, and end below the "
            f"{n_words:,} words of the vocabulary: give others, or use the full softmax"
        )
    return found


class AdaptiveSoftmax(torch.nn.Module):
    """Head and groups.

    Parameters
    ----------
    n_words, width : int
    cutoffs : list of int
        The first id of each group, those of the specials in the head.
    tied : bool
        The head's words are rows of the embedding.  The groups have words of their own: the point
        of them is that they are narrower.
    """

    def __init__(self, n_words: int, width: int, cutoffs: Sequence[int], tied: bool) -> None:
        super().__init__()
        self.n_head = cutoffs[0]
        self.bounds = [*cutoffs, n_words]
        parameter, empty = torch.nn.Parameter, torch.empty
        self.head = None if tied else parameter(empty(self.n_head, width))
        self.groups = parameter(empty(len(cutoffs), width))
        sizes = [last - first for first, last in zip(self.bounds, self.bounds[1:])]
        widths = [max(1, width // _SHRINK**number) for number in range(1, len(sizes) + 1)]
        self.projections = torch.nn.ParameterList(
            parameter(empty(narrow, width)) for narrow in widths
        )
        self.words = torch.nn.ParameterList(
            parameter(empty(size, narrow)) for size, narrow in zip(sizes, widths)
        )

    @torch.no_grad()
    def draw(self, generator: torch.Generator, bound: float) -> None:
        """Draw words from +-bound, projections such that what they give is as large as before."""
        words = [self.groups, *self.words] + ([] if self.head is None else [self.head])
        for each in words:
            each.uniform_(-bound, bound, generator=generator)
        for each in self.projections:
            each.uniform_(-(each.shape[1] ** -0.5), each.shape[1] ** -0.5, generator=generator)

    def _head_logprobs(
        self, x: torch.Tensor, embedding: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        """Return log probabilities of the head's words, then of the groups: (n, n_head + n)."""
        words = embedding[: self.n_head] if self.head is None else self.head
        impossible = torch.zeros_like(bias[: self.n_head])
        impossible[BOS] = -torch.inf
        logits = torch.cat(
            [
                torch.nn.functional.linear(x, words, bias[: self.n_head] + impossible),
                torch.nn.functional.linear(x, self.groups),
            ],
            dim=-1,
        )
        return torch.log_softmax(logits, dim=-1)

    def _group_logits(self, x: torch.Tensor, number: int, bias: torch.Tensor) -> torch.Tensor:
        own = bias[self.bounds[number] : self.bounds[number + 1]]
        narrow = torch.nn.functional.linear(x, self.projections[number])
        return torch.nn.functional.linear(narrow, self.words[number], own)

    def logprobs(
        self, x: torch.Tensor, embedding: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        """Return the log probability of every word: (..., n_words)."""
        head = self._head_logprobs(x, embedding, bias)
        parts = [head[..., : self.n_head]]
        for number in range(len(self.words)):
            within = torch.log_softmax(self._group_logits(x, number, bias), dim=-1)
            parts.append(head[..., self.n_head + number, None] + within)
        return torch.cat(parts, dim=-1)

    def loss(
        self, x: torch.Tensor, targets: torch.Tensor, embedding: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        """Return the sum of -ln p of `targets` (n,) given `x` (n, width).

        Words of a group are looked at only where the target is one of them.
        """
        targets = targets.long()
        entry = targets.clone()
        total = x.new_zeros(())
        for number in range(len(self.words)):
            first, last = self.bounds[number], self.bounds[number + 1]
            (where,) = torch.nonzero((targets >= first) & (targets < last), as_tuple=True)
            entry[where] = self.n_head + number
            logits = self._group_logits(x[where], number, bias)
            own = targets[where] - first
            total = total + torch.nn.functional.cross_entropy(logits, own, reduction="sum")
        head = self._head_logprobs(x, embedding, bias)
        return total - head.gather(1, entry[:, None]).sum()
