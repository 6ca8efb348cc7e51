"""The best translation of a trained network: greedy, or by beam search."""

import math
from collections.abc import Sequence

import numpy as np

from ...lm.language_model import BOS, EOS
from ...translation.model import Decoded
from ...translation.settings import DecodingSettings
from ..recurrent.door import torch
from ..recurrent.layers import State
from .batches import padded
from .memory import Memory, chosen_states
from .network import EncoderDecoder


@torch.inference_mode()
def decode(
    network: EncoderDecoder, sources: Sequence[np.ndarray], how: DecodingSettings
) -> list[Decoded]:
    """Translate sentences of ids, all of them side by side."""
    ids, lengths = padded(sources)
    memory = network.encode(ids, lengths)
    limits = [how.limit(len(row)) for row in sources]
    if network.most_positions is not None:
        limits = [min(limit, network.most_positions) for limit in limits]
    if how.beam == 1:
        return _greedy(network, memory, lengths, limits)
    return [
        _beam(network, memory.chosen(torch.tensor([column])), int(lengths[column]), limit, how)
        for column, limit in enumerate(limits)
    ]


def _logprobs(network: EncoderDecoder, x: torch.Tensor) -> torch.Tensor:
    """Return ln p of all words, float64."""
    return torch.log_softmax(network.decoder.logits(x).double(), dim=-1)


def _greedy(
    network: EncoderDecoder, memory: Memory, lengths: torch.Tensor, limits: Sequence[int]
) -> list[Decoded]:
    """Take the likeliest word at each step, in all columns until each has ended."""
    n = len(limits)
    states = network.decoder.begin(memory)
    own = torch.full((1, n), BOS, dtype=torch.int32, device=memory.outputs.device)
    alive = np.ones(n, bool)
    words: list[np.ndarray] = []
    scores = np.zeros(n)
    ends = np.array(limits)
    attention: list[np.ndarray] = []
    for step in range(max(limits)):
        x, weights, states = network.decode(own, memory, states, None, True)
        best = _logprobs(network, x)[0].max(dim=-1)
        word = best.indices.cpu().numpy().astype(np.int32)
        scores[alive] += best.values.cpu().numpy()[alive]
        words.append(word)
        if weights is not None:
            attention.append(weights[0].float().cpu().numpy())
        ends[alive & (word == EOS)] = step
        alive &= (word != EOS) & (step + 1 < np.array(limits))
        if not alive.any():
            break
        own = best.indices[None].to(torch.int32)
    table = np.stack(words)
    found = []
    for column, length in enumerate(lengths.tolist()):
        end = int(ends[column])
        is_whole = end < len(table) and int(table[end, column]) == EOS
        seen = np.stack([row[column, :length] for row in attention]) if attention else None
        found.append(
            Decoded(
                table[:end, column].copy(),
                float(scores[column]),
                None if seen is None else seen[: end + is_whole],
                is_whole,
            )
        )
    return found


def _beam(
    network: EncoderDecoder, memory: Memory, n_source: int, limit: int, how: DecodingSettings
) -> Decoded:
    """Keep the best beginnings at each step; the best whole one by its length-normed score.

    Score: ln p / ((5 + length) / 6)^penalty (Wu et al. 2016, "Google's neural machine translation
    system", equation 14), the length with ``</s>``.  The search ends when as many have ended as
    the beam is wide.
    """

    def normed(logprob: float, length: int) -> float:
        return logprob / ((5 + length) / 6) ** how.length_penalty

    states: list[State] = network.decoder.begin(memory)
    device = memory.outputs.device
    history = np.empty((1, 0), np.int32)
    attended: list[np.ndarray] = [np.empty((0, n_source), np.float32)]
    scores = np.zeros(1)
    own = torch.full((1, 1), BOS, dtype=torch.int32, device=device)
    ended: list[tuple[float, Decoded]] = []
    for step in range(limit):
        n = len(scores)
        wide = memory if n == 1 else memory.chosen(torch.zeros(n, dtype=torch.int64, device=device))
        x, weights, states = network.decode(own, wide, states, None, True)
        rows = _logprobs(network, x)[0].cpu().numpy()
        n_words = rows.shape[1]
        totals = (scores[:, None] + rows).ravel()
        # Twice the beam: as many go on even if all of the first half end here.
        places = _highest(totals, 2 * how.beam)
        seen = None if weights is None else weights[0, :, :n_source].float().cpu().numpy()
        rows_left: list[int] = []
        words: list[int] = []
        for rank, place in enumerate(places.tolist()):
            row, word = divmod(place, n_words)
            if math.isinf(totals[place]):
                continue
            if word == EOS:
                if rank < how.beam:
                    path = None if seen is None else np.vstack([attended[row], seen[row]])
                    whole = Decoded(history[row].copy(), float(totals[place]), path)
                    ended.append((normed(whole.logprob, step + 1), whole))
            elif len(rows_left) < how.beam:
                rows_left.append(row)
                words.append(word)
        if len(ended) >= how.beam or not rows_left:
            break
        history = np.column_stack([history[rows_left], np.array(words, np.int32)])
        scores = totals[[row * n_words + word for row, word in zip(rows_left, words)]]
        if seen is not None:
            attended = [np.vstack([attended[row], seen[row]]) for row in rows_left]
        states = chosen_states(states, torch.tensor(rows_left, device=device))
        own = torch.tensor([words], dtype=torch.int32, device=device)
    if not ended:
        path = attended[0] if len(attended[0]) else None
        return Decoded(history[0], float(scores[0]), path, False)
    return max(ended, key=lambda found: found[0])[1]


def _highest(numbers: np.ndarray, n: int) -> np.ndarray:
    """Return the places of the `n` highest numbers, the first of equal ones first."""
    if n >= len(numbers):
        return np.argsort(-numbers, kind="stable")
    least = np.partition(numbers, -n)[-n]
    among = np.flatnonzero(numbers >= least)
    return among[np.argsort(-numbers[among], kind="stable")[:n]]
