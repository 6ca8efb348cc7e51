"""Read a text piece by piece, and say before each token what may come.

A reader holds all that a model has of a text: networks' states, caches, adapted weights.
However the text is divided, the numbers are the same within the rounding of float32.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ....lm.language_model import BOS, EOS
from ..batches import shifted
from ..door import torch
from ..layers import State
from ..network import Network
from ..scoring import chunks, held_rows, normalized, own_logprobs


@dataclass(frozen=True, eq=False)
class Passage:
    """A few tokens of a text: what a network makes of the tokens before each.

    It holds until the next one is asked for.

    Attributes
    ----------
    first : int
        The place of its first token in the text.
    hidden : float32 tensor (n, width)
        What the softmax takes.
    network : Network
    """

    first: int
    hidden: torch.Tensor
    network: Network

    def __len__(self) -> int:
        return len(self.hidden)

    def logprobs(self) -> torch.Tensor:
        """Return the network's distributions: float64 (n, n_words)."""
        with torch.no_grad():
            return normalized(self.network, self.hidden)

    def rows(self) -> np.ndarray:
        """Return the model's distributions: natural logarithms, float64 (n, n_words)."""
        return np.asarray(self.logprobs().numpy())

    def of(self, ids: np.ndarray) -> np.ndarray:
        """Return what the model gives these tokens, one for each place: float64 (n,)."""
        return own_logprobs(self.logprobs(), ids)


class Reader(ABC):
    """Reads a text from its beginning on."""

    @abstractmethod
    def read(self, ids: np.ndarray) -> Iterator[Passage]:
        """Read more of the text; yield passages whose tokens are `ids`, all of them."""

    @abstractmethod
    def ahead(self) -> Passage:
        """Return the passage of the one token to come, which may be any."""


class NetworkReader(Reader):
    """Reads by a network whose weights are fixed."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._n_read = 0
        self._before = EOS  # the token before the next one
        self._states = network.begin(1)
        self._next: tuple[torch.Tensor, list[State]] | None = None

    def read(self, ids: np.ndarray) -> Iterator[Passage]:
        for window in chunks(len(ids)):
            first, piece = self._n_read, ids[window]
            hidden = self._hidden(piece)
            self._n_read += len(piece)
            yield from passages(first, hidden, self._network)

    def ahead(self) -> Passage:
        if self._next is None:
            with torch.no_grad():
                self._next = self._network.read(torch.tensor([[self._before]]), self._states)
        return Passage(self._n_read, self._next[0][:, 0], self._network)

    def _hidden(self, piece: np.ndarray) -> torch.Tensor:
        if self._next is not None and len(piece) == 1:
            x, self._states = self._next
        else:
            with torch.no_grad():
                x, self._states = self._network.read(inputs(self._before, piece), self._states)
        self._next, self._before = None, int(piece[-1])
        return x[:, 0]


class CacheReader(Reader):
    """Mixes what another reader says with a cache of its hidden states; see `NeuralCache`."""

    def __init__(self, below: Reader, window: int, flatness: float, share: float) -> None:
        self._below, self._memory = below, Memory(window)
        self._flatness, self._share = flatness, share

    def read(self, ids: np.ndarray) -> Iterator[Passage]:
        done = 0
        for passage in self._below.read(ids):
            own = ids[done : done + len(passage)]
            done += len(passage)
            yield self._mixed(passage, own)
            self._memory.add(passage.hidden, own)

    def ahead(self) -> Passage:
        return self._mixed(self._below.ahead(), np.array([BOS], np.int32))

    def _mixed(self, passage: Passage, ids: np.ndarray) -> "CachedPassage":
        weights, words = self._memory.weights(passage.hidden, ids, self._flatness)
        return CachedPassage(
            passage.first, passage.hidden, passage.network, passage, weights, words, self._share
        )


@dataclass(frozen=True, eq=False)
class CachedPassage(Passage):
    """A passage with a cache.

    Attributes
    ----------
    below : Passage
    weights : float tensor (n, n_kept)
        How much of the cache each entry is, for each token; rows of zeros where there is none.
    words : int64 tensor (n_kept,)
        Whose entries they are.
    share : float
    """

    below: Passage
    weights: torch.Tensor
    words: torch.Tensor
    share: float

    def _shares(self) -> np.ndarray:
        return np.where(self.weights.any(dim=1).numpy(), self.share, 0.0)

    def rows(self) -> np.ndarray:
        probs = np.exp(self.below.rows())
        cached = torch.zeros(probs.shape, dtype=torch.float64)
        weights = self.weights.double()
        weights /= weights.sum(dim=1, keepdim=True).clamp_min(1e-300)
        cached.index_add_(1, self.words, weights)
        shares = self._shares()[:, None]
        with np.errstate(divide="ignore"):
            return np.asarray(np.log((1 - shares) * probs + shares * cached.numpy()))

    def of(self, ids: np.ndarray) -> np.ndarray:
        shares = self._shares()
        cached = self.cached(ids)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log((1 - shares) * np.exp(self.below.of(ids)) + shares * cached))

    def cached(self, ids: np.ndarray) -> np.ndarray:
        """Return the share of these tokens in the cache, one for each place: float64 (n,)."""
        return matching(self.weights, self.words, ids)


class Memory:
    """The last hidden states, and the tokens that came after them."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._hidden: torch.Tensor | None = None
        self._words = torch.empty(0, dtype=torch.int64)

    def add(self, hidden: torch.Tensor, ids: np.ndarray) -> None:
        """Keep what was read; forget what is too old."""
        self._hidden = self._with(hidden)[-self._window :].clone()
        self._words = torch.cat([self._words, _words(ids)])[-self._window :]

    def _with(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden if self._hidden is None else torch.cat([self._hidden, hidden])

    def products(
        self, hidden: torch.Tensor, ids: np.ndarray
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return inner products of new hidden states with all that may be in their windows.

        Returns
        -------
        products : float32 tensor (n, n_kept)
        outside : bool tensor (n, n_kept)
            Which are not in the window of the n-th, or are of ``<s>``.
        words : int64 tensor (n_kept,)
        """
        keys, words = self._with(hidden), torch.cat([self._words, _words(ids)])
        n_before, n = len(self._words), len(hidden)
        with torch.no_grad():
            products = hidden @ keys.T
        places = torch.arange(len(keys))[None]
        own = torch.arange(n_before, n_before + n)[:, None]
        outside = (places >= own) | (places < own - self._window)
        if bool((words == BOS).any()):
            outside |= words == BOS
        return products, outside, words

    def weights(
        self, hidden: torch.Tensor, ids: np.ndarray, flatness: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the weights of the entries for each new state, and their words."""
        products, outside, words = self.products(hidden, ids)
        return softened(products, outside, flatness), words


def softened(products: torch.Tensor, outside: torch.Tensor, flatness: float) -> torch.Tensor:
    """Return exp(flatness h_t . h_i), made to sum to 1; zeros where nothing is inside."""
    scaled = (products * flatness).masked_fill_(outside, -torch.inf)
    return torch.softmax(scaled, dim=1).nan_to_num_(nan=0.0)


def matching(weights: torch.Tensor, words: torch.Tensor, ids: np.ndarray) -> np.ndarray:
    """Return the sum of the weights of the entries of each token: float64 (n,)."""
    same = words[None] == _words(ids)[:, None]
    return np.asarray((weights * same).sum(dim=1).double().numpy())


def passages(first: int, hidden: torch.Tensor, network: Network) -> Iterator[Passage]:
    """Cut what was read into passages whose distributions can be held."""
    for rows in held_rows(len(hidden), len(network.bias)):
        yield Passage(first + rows.start, hidden[rows], network)


def inputs(before: int, piece: np.ndarray) -> torch.Tensor:
    """Return the token before each token of a piece: (n, 1)."""
    return torch.from_numpy(shifted(piece, before))[:, None]


def _words(ids: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(ids.astype(np.int64))
