"""Gradients of an encoder-decoder: the share of the loss at an output that reaches each input."""

import copy
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...errors import EmptyResultError, expect
from ...runtime.results import Column, Result
from ...runtime.signatures import Signature
from ...text.pairs import TextPairs
from ...text.sides import Ragged
from .model import Seq2SeqModel

_AT_ONCE = 32  # pairs


@dataclass(frozen=True, repr=False, kw_only=True)
class GradientReach(Result):
    """Lengths of gradients by output and input.

    Attributes
    ----------
    model : str
    n : int
        Pairs.
    norms : tuple of tuples of float
        Row k, column j: length of d(-ln p(y_k)) / d e(x_j), e the embedding of the jth source
        token; mean over the pairs that have both positions, nan where none has.
    first_to_last : float
        How many times as long the gradient by the last source token is as that by the first, both
        of the first output; geometric mean over pairs.  Far from 1: the first output hardly depends
        on one end of the source.
    signature : Signature
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("n", "pairs", "whole"),
        Column("first_to_last", "last / first input, first output", digits=3),
    )

    model: str = ""
    n: int
    norms: tuple[tuple[float, ...], ...]
    first_to_last: float
    signature: Signature


def gradient_reach(model: Seq2SeqModel, pairs: TextPairs, n: int = 64) -> GradientReach:
    """Follow the losses of the first `n` pairs back to their source tokens, in float64.

    Dropout is off.  Without attention the gradient has only the encoder's last state to pass
    through; with attention it reaches each position directly.
    """
    expect("model", model, Seq2SeqModel, "an encoder-decoder, such as load(path) returns")
    if not len(pairs):
        raise EmptyResultError("there are no pairs to follow gradients on")
    chosen = pairs.where(np.arange(len(pairs)) < n)
    sources = [model.source.ids(own) for own in model.source.tokens(chosen.sources)]
    targets = [model.target.ids(own) for own in model.target.tokens(chosen.targets)]
    kept = [at for at in range(len(sources)) if len(sources[at]) and len(targets[at])]
    n_inputs = max(len(sources[at]) for at in kept)
    n_outputs = max(len(targets[at]) for at in kept) + 1
    totals, counts = np.zeros((n_outputs, n_inputs)), np.zeros((n_outputs, n_inputs), np.int64)
    ratios = []
    for first in range(0, len(kept), _AT_ONCE):
        places = kept[first : first + _AT_ONCE]
        columns = [sources[at] for at in places], [targets[at] for at in places]
        for place, norms in zip(places, _norms(model, *map(Ragged.of, columns))):
            inside = slice(len(targets[place]) + 1), slice(len(sources[place]))
            totals[inside] += norms
            counts[inside] += 1
            if norms[0, 0] > 0 and norms[0, -1] > 0:
                ratios.append(np.log(norms[0, -1] / norms[0, 0]))
    with np.errstate(invalid="ignore"):
        means = totals / counts
    return GradientReach(
        n=len(kept),
        norms=tuple(tuple(map(float, row)) for row in means),
        first_to_last=float(np.exp(np.mean(ratios))) if ratios else float("nan"),
        signature=Signature.of("gradient-reach", set=pairs.name, n=len(kept)),
    )


def _norms(model: Seq2SeqModel, sources: Ragged, targets: Ragged) -> list[np.ndarray]:
    """Return the lengths of gradients of each pair, (outputs, inputs)."""
    from ..recurrent.door import torch
    from .batches import PairText

    batch = PairText(sources, targets, len(sources), 0).chosen(np.arange(len(sources)))
    network = copy.deepcopy(model.network).to("cpu", torch.float64)
    # Each position gets an embedding of its own, which no other position shares.
    own = network.encoder.word_vectors
    own.data = own[batch.sources.long().flatten()].clone()
    own.requires_grad_()
    ids = torch.arange(batch.sources.numel()).view(batch.sources.shape)
    found = np.zeros((len(batch.targets), *batch.sources.shape))
    with torch.enable_grad():
        x, _, _ = network.decode(batch.inputs, network.encode(ids, batch.lengths))
        logprobs = torch.log_softmax(network.decoder.logits(x), dim=-1)
        losses = -logprobs.gather(-1, batch.targets.long()[..., None])[..., 0]
        for step in range(len(losses)):
            # Columns do not meet: the gradient of the sum is each one's own.
            (slope,) = torch.autograd.grad(losses[step].sum(), own, retain_graph=True)
            found[step] = slope.view(*batch.sources.shape, -1).norm(dim=-1).numpy()
    n_outputs = (targets.lengths + 1).tolist()
    return [
        found[: n_outputs[column], : int(batch.lengths[column]), column]
        for column in range(len(sources))
    ]
