"""Scoring of a text by a trained network."""

from collections.abc import Iterator, Mapping

import numpy as np

from ...errors import WordvecError
from ...lm.language_model import EOS
from ...lm.streams import checked_stream
from .batches import columns, shifted, windows
from .door import torch
from .fast_loss import softmax_loss
from .layers import State, is_fast
from .network import Network, with_weights
from .sentence_batches import last_sentence, read_sentences
from .settings import NetworkSettings

_CHUNK = 256  # tokens that are read at a time
_LOGITS = 1 << 22  # numbers that are held at a time
_MOST_COLUMNS, _SHORTEST_COLUMN = 10, 2000


class Scorer:
    """A network that is not trained any more: ids in, logarithms of probabilities out.

    Distributions are normalised in float64, so that they sum to 1 whatever the vocabulary.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self.network = network.eval().requires_grad_(False)
        network.dtype = None  # float32: the same numbers on every machine, but for roundings
        self.n_words = len(network.bias)
        # The last history and its result: text is mostly sampled word by word.
        self._last: tuple[np.ndarray, list[State], torch.Tensor] | None = None
        # A beginning of a stream and the states after it: long ones are asked for piece by piece.
        self._mark: tuple[np.ndarray, list[State]] | None = None

    @classmethod
    def of(
        cls, n_words: int, architecture: NetworkSettings, tensors: Mapping[str, torch.Tensor]
    ) -> "Scorer":
        """Make one of the weights of a network."""
        return cls(with_weights(n_words, architecture, tensors))

    @property
    def n_parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.network.parameters())

    @torch.inference_mode()
    def token_logprobs(self, ids: np.ndarray, isolated: bool = False) -> np.ndarray:
        """See `LanguageModel.token_logprobs`, and `isolated_logprobs`."""
        ids = checked_stream(ids, self.n_words)
        out = np.empty(len(ids))
        for places, rows in self._logprobs(ids, 0, isolated):
            out[places] = own_logprobs(rows, ids[places])
        return _checked(out)

    @torch.inference_mode()
    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        """See `LanguageModel.next_logprobs`."""
        ids = checked_stream(history, self.n_words)
        if self._is_by_sentence:
            ids = last_sentence(ids)
        done, states, x = self._known(ids)
        # One by one, whatever is known already: then the bits do not depend on that.
        for token in shifted(np.append(ids, ids.dtype.type(EOS)))[done:].tolist():
            x, states = self.network.read(torch.tensor([[token]]), states)
        self._last = (ids.copy(), states, x)
        return _checked(normalized(self.network, x[0])[0].numpy())

    @torch.inference_mode()
    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        """See `LanguageModel.add_distributions`."""
        ids = checked_stream(ids, self.n_words)[:last]
        for places, rows in self._logprobs(ids, first):
            out[places - first] += weight * rows.exp().numpy()

    def _known(self, ids: np.ndarray) -> tuple[int, list[State], torch.Tensor]:
        """Return how many inputs have been read of a history, the states, and what came out.

        The inputs are ``</s>`` and the history itself.
        """
        last = self._last
        if last is not None and np.array_equal(last[0], ids[: len(last[0])]):
            return len(last[0]) + 1, last[1], last[2]
        return 0, self.network.begin(1), torch.empty(0)

    @property
    def _is_by_sentence(self) -> bool:
        return self.network.architecture.context == "sentence"

    def _logprobs(
        self, ids: np.ndarray, wanted: int, isolated: bool = False
    ) -> Iterator[tuple[np.ndarray, torch.Tensor]]:
        """Yield places, from `wanted` on, and their distributions, float64 (n, n_words)."""
        for places, x in self._read(ids, wanted, isolated):
            for rows in held_rows(len(x), self.n_words):
                yield places[rows], normalized(self.network, x[rows])

    def _read(
        self, ids: np.ndarray, wanted: int, isolated: bool = False
    ) -> Iterator[tuple[np.ndarray, torch.Tensor]]:
        """Yield places, from `wanted` on, and what the last layer gives for them, (n, width)."""
        if self._is_by_sentence or isolated:
            begin = wanted - len(last_sentence(ids[:wanted]))
            for x, places in read_sentences(self.network, ids[begin:]):
                keep = places >= wanted - begin
                yield places[keep] + begin, x[torch.from_numpy(keep)]
            return
        begin, states, first = 0, self.network.begin(1), wanted // _CHUNK * _CHUNK
        mark = self._mark
        if mark is not None and np.array_equal(mark[0], ids[:first][: len(mark[0])]):
            begin, states = len(mark[0]), mark[1]
        inputs = torch.from_numpy(shifted(ids))[:, None]
        for window in chunks(len(ids), begin):
            if window.start == first:
                self._mark = (ids[:first].copy(), states)
            x, states = self.network.read(inputs[window], states)
            skip = max(0, wanted - window.start)
            yield np.arange(window.start + skip, window.stop), x[skip:, 0]


def chunks(length: int, begin: int = 0) -> Iterator[slice]:
    """Cut a text into pieces to read at a time."""
    return windows(length, _CHUNK, begin)


def held_rows(length: int, n_words: int) -> Iterator[slice]:
    """Cut what was read into pieces whose distributions can be held."""
    return windows(length, max(1, _LOGITS // n_words))


def _checked(logprobs: np.ndarray) -> np.ndarray:
    """Return log probabilities if they are numbers."""
    if np.isnan(logprobs).any():
        raise WordvecError(
            "the model's weights are so large that its probabilities are no numbers; train it "
            "again, with a lower learning rate"
        )
    return logprobs


def normalized(network: Network, x: torch.Tensor) -> torch.Tensor:
    """Return the distributions that a network gives: natural logarithms, float64 (..., n_words)."""
    return torch.log_softmax(network.logits(x).double(), dim=-1)


def own_logprobs(rows: torch.Tensor, ids: np.ndarray) -> np.ndarray:
    """Return of each row (n, n_words) what it has for its token: float64 (n,)."""
    own = torch.from_numpy(ids.astype(np.int64))
    return np.asarray(rows.gather(1, own[:, None])[:, 0].numpy())


@torch.inference_mode()
def mean_loss(network: Network, ids: np.ndarray) -> float:
    """Return the mean of -ln p over a stream, read in up to ten columns, quicker than in one."""
    if network.architecture.context == "sentence":
        return _sum_by_sentence(network, ids) / len(ids)
    n_columns = max(1, min(_MOST_COLUMNS, len(ids) // _SHORTEST_COLUMN))
    inputs, targets = columns(ids, n_columns)
    states = network.begin(n_columns)
    total = 0.0
    for window in windows(len(inputs), _CHUNK // n_columns):
        x, states = network.read(inputs[window], states)
        total += float(cross_entropy(network, x, targets[window]))
    return total / targets.numel()


def _sum_by_sentence(network: Network, ids: np.ndarray) -> float:
    """Return the sum of -ln p, each sentence read by itself."""
    total = 0.0
    for x, places in read_sentences(network, ids):
        targets = torch.from_numpy(ids[places])
        total += float(cross_entropy(network, x[:, None], targets[:, None]))
    return total


def cross_entropy(network: Network, x: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the sum of -ln p over a window."""
    targets = targets.to(x.device)
    if network.adaptive is not None:
        flat = x.flatten(0, 1).to(network.bias.dtype), targets.flatten()
        return network.adaptive.loss(*flat, network.embedding, network.bias)
    if is_fast(x):
        words, bias = network.softmax_weights()
        return softmax_loss(x.flatten(0, 1), words, bias, targets.flatten().int())
    logits = network.logits(x).flatten(0, 1).to(network.bias.dtype)
    return torch.nn.functional.cross_entropy(logits, targets.flatten().long(), reduction="sum")
