"""States that an encoder leaves to the decoder, and sequences of different lengths side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..recurrent.door import torch
from ..recurrent.dropping import Dropping
from ..recurrent.layers import RecurrentLayer, State


@dataclass(frozen=True)
class Memory:
    """An encoded source.

    Attributes
    ----------
    outputs : tensor (S, B, width)
        Of the last layer, in the order of the source; 0 for padding.
    absent : bool tensor (B, S) or None
        What is padding; None: nothing.
    states : list of State
        Of each layer after the last token.
    """

    outputs: torch.Tensor
    absent: torch.Tensor | None
    states: list[State]

    def chosen(self, columns: torch.Tensor) -> "Memory":
        """Return the memory of some columns, any number of times each."""
        return Memory(
            self.outputs.index_select(1, columns),
            None if self.absent is None else self.absent.index_select(0, columns),
            chosen_states(self.states, columns),
        )


def chosen_states(states: Sequence[State], columns: torch.Tensor) -> list[State]:
    """Return states (..., B, width) of some columns."""
    return [tuple(part.index_select(1, columns) for part in state) for state in states]


def absence(lengths: torch.Tensor, longest: int) -> torch.Tensor | None:
    """Return what is padding, bool (B, longest); None for nothing."""
    if bool((lengths == longest).all()):
        return None
    return torch.arange(longest, device=lengths.device) >= lengths[:, None]


def turned(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Return each column of x (S, B, ...) from its end; padding stays where it is."""
    time = torch.arange(len(x), device=x.device)[:, None]
    places = torch.where(time < lengths, lengths - 1 - time, time)
    return x[places, torch.arange(x.shape[1], device=x.device)]


def read_by_length(
    layer: RecurrentLayer, x: torch.Tensor, lengths: Sequence[int], drop: Dropping
) -> tuple[torch.Tensor, State]:
    """Read columns of different lengths without ever reading padding.

    Parameters
    ----------
    x : tensor (S, B, width)
    lengths : sequence of int
        Of the columns, the longest first.

    Returns
    -------
    out : tensor (S, B, width)
        0 for padding.
    state : State
        Of each column after its last step.
    """
    recurrent = drop.weights(layer.state_weight, x)
    state = layer.begin(x.shape[1])
    n_columns, begin = len(lengths), 0
    pieces: list[torch.Tensor] = []
    ended: list[State] = []
    for end in sorted(set(lengths)):
        n = sum(length >= end for length in lengths)
        state = tuple(part[:, :n] for part in state)
        out, after = layer.window(x[begin:end, :n], state, recurrent)
        state = tuple(part.to(layer.state_weight.dtype) for part in after)
        pieces.append(torch.nn.functional.pad(out, (0, 0, 0, n_columns - n)))
        n_left = sum(length > end for length in lengths)
        ended.append(tuple(part[:, n_left:] for part in state))
        begin = end
    parts = zip(*reversed(ended))
    return torch.cat(pieces), tuple(torch.cat(part, dim=1) for part in parts)
