"""Memory and disk that an n-gram model takes, predicted from a sample of its text.

Numbers of n-grams grow as powers of the length of a text, whose exponents fall slowly, so that
predictions are rather too high.
"""

import math

from ...counts.ngram_counting import count_ngrams, fits_in_memory, part_size
from ...counts.ngram_runs import MOST
from ...errors import ExhaustedError
from ...runtime.memory import check_disk, check_room, memory_budget
from ...text.corpus import EncodedCorpus
from ...text.growth import extrapolated

_SAMPLE = 1 << 22  # tokens
_SLICES = 256  # few would meet a few topics only
_BYTES = 42.0  # of an n-gram while a model is estimated: word, count, link, children, probability
_BYTES_HIGHEST = 30.0
FLOOR = 200e6  # of a process


def check_training(corpus: EncodedCorpus, order: int, threads: int | None = None) -> None:
    """Refuse a model that needs more memory or disk than there is, and say what would fit.

    Raises
    ------
    ExhaustedError
    """
    n = len(corpus) + 2 * corpus.n_sentences
    in_memory, room = fits_in_memory(n, order), memory_budget()
    if in_memory and _memory([n] * order) <= room:
        return
    measured = _measured(corpus, order, threads)
    sizes = _grown(measured, n)
    fitting = [k for k in range(1, order) if _memory(sizes[:k]) <= room and sum(sizes[:k]) <= MOST]
    advice = f"choose order {fitting[-1]}, which would fit (--order), " if fitting else "choose "
    advice += "fewer words (min_count, --min-count)"
    needed, n_ngrams = _memory(sizes), sum(sizes)
    purpose = f"estimating a model of order {order} with about {n_ngrams:,} n-grams"
    more = f"or more memory (--memory {math.ceil(needed / 2**30)}G)"
    check_room(needed, purpose, f"{advice}, {more}")
    if n_ngrams > MOST:
        raise ExhaustedError(f"{purpose} is not possible, {MOST:,} are the most; {advice}")
    if not in_memory:
        part = min(part_size(order), n)
        n_leaves = _grown(measured, part)[-1] * n / part + corpus.n_sentences
        check_disk(4 * (order + 1) * n_leaves, "counting n-grams in parts", advice)


def _measured(
    corpus: EncodedCorpus, order: int, threads: int | None
) -> list[tuple[int, list[int]]]:
    """Return the tokens of a sample and its n-grams of each order: of half of it, and of all."""
    size = max(1, max(min(_SAMPLE, len(corpus)), len(corpus) >> 6) // _SLICES)
    samples = [corpus.sample(n_slices, size) for n_slices in (_SLICES // 2, _SLICES)]
    return [
        (len(sample) + 2 * sample.n_sentences, count_ngrams(sample, order, threads).trie.sizes)
        for sample in samples
    ]


def _grown(measured: list[tuple[int, list[int]]], n: int) -> list[int]:
    """Return about how many n-grams of each order `n` tokens have."""
    (n_half, half), (n_whole, whole) = measured
    ratio = n_whole / max(1, n_half)
    grown = (extrapolated(*sizes, ratio, n / n_whole) for sizes in zip(half[1:], whole[1:]))
    return [whole[0], *(min(n, round(size)) for size in grown)]


def _memory(sizes: list[int]) -> float:
    return FLOOR + _BYTES * sum(sizes[:-1]) + _BYTES_HIGHEST * sizes[-1]
