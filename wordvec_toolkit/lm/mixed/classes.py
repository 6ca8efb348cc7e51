"""Classes of words by their neighbours, for class-based models."""

from dataclasses import dataclass
from numbers import Integral
from typing import Literal

import numpy as np

from ..._kernels import clustering as kernels
from ...errors import SettingError, expect
from ...runtime.arguments import checks_types
from ...runtime.progress import ProgressLike, as_progress
from ...text.corpus import EncodedCorpus
from ..streams import corpus_stream

Side = Literal["after", "before"]
_SETTLED = 0.002  # share of words that still move


@dataclass(frozen=True, eq=False)
class WordClasses:
    """A class for each word.

    Attributes
    ----------
    classes : int32 array (n_words,)
        From 0 on.
    objectives : list of float
        What the exchange maximises, before it and after each round, in nats a token; the mutual
        information of class and neighbour but for a constant.
    """

    classes: np.ndarray
    objectives: list[float]


@checks_types
def cluster_words(
    corpus: EncodedCorpus,
    n_classes: int,
    side: Side = "after",
    distance: int = 1,
    rounds: int = 10,
    progress: ProgressLike = None,
) -> WordClasses:
    """Group words so that classes tell as much as possible about a neighbour.

    The exchange algorithm (Kneser and Ney 1993; Martin, Liermann and Ney 1998) with classes on one
    side only, which makes a move cheap (Whittaker and Woodland 2001): word by word, from the most
    frequent on, each goes where the mutual information of its class and the neighbour is highest.
    It begins with words dealt out by frequency, and repeats exactly.

    Parameters
    ----------
    corpus : EncodedCorpus
    n_classes : int
    side : {"after", "before"}
        Which neighbour: the word after, for classes of histories; or before, for classes to be
        predicted.  Neighbours are sought over the ends of sentences.
    distance : int
        Of the neighbour; 1 = adjacent.
    rounds : int
        Maximum number of passes over all words; it ends when few still move.

    Raises
    ------
    SettingError
        If there are more classes than words, or a setting is not usable.
    """
    expect("n_classes", n_classes, Integral, "a number of classes")
    expect("corpus", corpus, EncodedCorpus)
    progress = as_progress(progress)
    n_words = len(corpus.vocabulary)
    if not 2 <= n_classes <= n_words:
        raise SettingError(
            f"n_classes is {n_classes}; for {n_words} words it must be 2 to {n_words}"
        )
    if distance < 1 or rounds < 0:
        raise SettingError("distance must be at least 1, and rounds not negative")
    stream = corpus_stream(corpus).astype(np.int64)
    words, neighbors = stream[:-distance], stream[distance:]
    if side == "before":
        words, neighbors = neighbors, words
    cells, counts = np.unique(words * n_words + neighbors, return_counts=True)
    indptr = np.searchsorted(cells, np.arange(n_words + 1) * n_words)
    indices, data = cells % n_words, counts.astype(np.int32)
    frequencies = np.bincount(words, minlength=n_words)
    order = np.argsort(-frequencies, kind="stable")
    classes = np.empty(n_words, np.int32)
    classes[order] = np.arange(n_words) % n_classes
    joint = np.zeros((n_words, n_classes), np.int32)
    np.add.at(joint, (indices, np.repeat(classes, np.diff(indptr))), data)
    totals = np.bincount(classes, frequencies, n_classes).astype(np.int64)
    sizes = np.bincount(classes, minlength=n_classes)
    logs = _n_log_n(len(words))
    progress.start("clustering words", rounds, "round")
    objectives = [_objective(joint, totals, logs)]
    for _ in range(rounds):
        moved = kernels.exchange(indptr, indices, data, order, logs, classes, joint, totals, sizes)
        objectives.append(_objective(joint, totals, logs))
        progress.advance(1)
        if moved <= _SETTLED * n_words:
            break
    progress.finish(f"{n_classes} classes")
    return WordClasses(classes, objectives)


def _n_log_n(largest: int) -> np.ndarray:
    numbers = np.arange(largest + 1, dtype=np.float64)
    return numbers * np.log(np.maximum(numbers, 1))


def _objective(joint: np.ndarray, totals: np.ndarray, logs: np.ndarray) -> float:
    return float((logs[joint[joint > 0]].sum() - logs[totals].sum()) / totals.sum())
