"""Sentences one by one: the state is reset at each, those of similar length form a batch.

A sentence here is a run of a stream up to its ``</s>``.  Columns of a batch are padded to the
longest; padding is never scored or trained on.
"""

from collections.abc import Iterator

import numpy as np

from ...errors import SettingError
from ...lm.language_model import EOS
from ...lm.streams import sentence_starts
from .batches import Piece, shifted, windows
from .door import torch
from .network import Network

_COLUMNS, _STEPS = 32, 64  # of a batch that is scored, at a time


def last_sentence(history: np.ndarray) -> np.ndarray:
    """Return what a history has of the sentence that goes on."""
    ends = np.flatnonzero(history == EOS)
    return history[ends[-1] + 1 :] if len(ends) else history


def reversed_sentences(ids: np.ndarray) -> np.ndarray:
    """Return a stream with the words of each sentence in reverse, its ``</s>`` still after them.

    Raises
    ------
    SettingError
        If the last sentence has no end, so that it cannot be read from there.
    """
    ids = np.asarray(ids)
    if len(ids) and ids[-1] != EOS:
        raise SettingError(
            "the last sentence has no end (</s>, id 2); a backward model reads whole sentences"
        )
    starts = sentence_starts(ids)
    lengths = np.diff(starts)
    # Word k of n (the end not counted) comes from place n - 1 - k; the end stays.
    place = np.arange(len(ids)) - np.repeat(starts[:-1], lengths)
    words = np.repeat(lengths - 1, lengths)
    source = np.where(place < words, words - 1 - place, place)
    return np.ascontiguousarray(ids[np.repeat(starts[:-1], lengths) + source])


def _piece(
    ids: np.ndarray, before: np.ndarray, starts: np.ndarray, lengths: np.ndarray, steps: slice
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return inputs, targets, mask and places in the stream of some steps of some sentences."""
    time = np.arange(steps.start, steps.stop)[:, None]
    mask = time < lengths
    places = np.where(mask, starts + time, 0)
    pad = np.int32(EOS)
    return np.where(mask, before[places], pad), np.where(mask, ids[places], pad), mask, places


class SentenceText:
    """A text whose sentences are trained on separately; see `StreamText`.

    Each epoch has an order of its own: sentences are sorted by length, equal lengths mixed, cut
    into batches, and these mixed.  Each step is a window of at most `bptt` steps of a batch, its
    loss divided by the mean number of tokens that the batch has in a window.
    """

    def __init__(self, ids: np.ndarray, n_columns: int, bptt: int, seed: int) -> None:
        self._ids, self._before = ids, shifted(ids)
        starts = sentence_starts(ids)
        self._starts, self._lengths = starts[:-1], np.diff(starts)
        self._n_columns, self._bptt, self._seed = n_columns, bptt, seed
        longest = np.sort(self._lengths)[n_columns - 1 :: n_columns].tolist()
        if len(self._lengths) % n_columns:
            longest.append(int(self._lengths.max()))
        self.n_tokens = len(ids)
        self.n_steps = sum(-(-length // bptt) for length in longest)
        self._epoch, self._plan = -1, list[tuple[np.ndarray, slice]]()

    def piece(self, epoch: int, step: int) -> Piece:
        """Return what a step of an epoch learns from."""
        if epoch != self._epoch:
            self._epoch, self._plan = epoch, self._planned(epoch)
        chosen, steps = self._plan[step]
        lengths = np.zeros(self._n_columns, np.int64)
        starts = np.zeros(self._n_columns, np.int64)
        lengths[: len(chosen)] = self._lengths[chosen]
        starts[: len(chosen)] = self._starts[chosen]
        arrays = _piece(self._ids, self._before, starts, lengths, steps)
        inputs, targets, mask = (torch.from_numpy(array) for array in arrays[:3])
        n_windows = -(-int(lengths.max()) // self._bptt)
        return Piece(inputs, targets, mask, steps.start == 0, int(lengths.sum()) / n_windows)

    def _planned(self, epoch: int) -> list[tuple[np.ndarray, slice]]:
        draw = np.random.default_rng([self._seed, epoch])
        order = np.lexsort((draw.random(len(self._lengths)), self._lengths))
        batches = [order[each] for each in windows(len(order), self._n_columns)]
        return [
            (batches[at], steps)
            for at in draw.permutation(len(batches)).tolist()
            for steps in windows(int(self._lengths[batches[at]].max()), self._bptt)
        ]


def read_sentences(network: Network, ids: np.ndarray) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
    """Read each sentence of a stream by itself, shortest first.

    Yields
    ------
    x : tensor (n, width)
        What the last layer gives for some of the tokens.
    places : int64 array (n,)
        Which these are.
    """
    bounds, before = sentence_starts(ids), shifted(ids)
    starts, lengths = bounds[:-1], np.diff(bounds)
    order = np.argsort(lengths, kind="stable")
    for columns in windows(len(order), _COLUMNS):
        chosen = order[columns]
        states = network.begin(len(chosen))
        for steps in windows(int(lengths[chosen].max()), _STEPS):
            inputs, _, mask, places = _piece(ids, before, starts[chosen], lengths[chosen], steps)
            x, states = network.read(torch.from_numpy(inputs), states)
            yield x[torch.from_numpy(mask)], places[mask]
