"""Predicted cost of a step from the size of the text.

Rates were measured by ``benchmarks/study.py`` on two cores of a server of 2025; another machine is
faster or slower by some factor, a noisy one by some other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Seconds until a process has imported what it needs.
START = 1.2
#: Bytes that a process has with NumPy, SciPy and Numba.
FLOOR = 200e6


@dataclass(frozen=True)
class Estimate:
    """Predicted cost of a step: seconds, bytes of memory, bytes on disk."""

    seconds: float
    memory: float
    disk: float = 0.0


@dataclass(frozen=True)
class Sizes:
    """Sizes on which costs depend.

    Attributes
    ----------
    n_tokens, n_words : int
        Of the training text, and of its vocabulary.
    n_lm_tokens, n_lm_words : int
        Of the text of language models.
    n_test_tokens : int
    n_models : int
        That are measured together.
    """

    n_tokens: int
    n_words: int
    n_lm_tokens: int
    n_lm_words: int
    n_test_tokens: int
    n_models: int


def whole(options: Mapping[str, object], name: str, default: int) -> int:
    """Return an option that is a whole number, or its default where it is not given."""
    value = options.get(name)
    return value if isinstance(value, int) else default


def n_words_kept(n_tokens: int, min_count: int = 5, max_size: int | None = None) -> int:
    """Return about how many words a text has (Heaps' law, fitted to Lee and to Wikipedia)."""
    words = 0.87 * max(n_tokens, 1) ** 0.69 * (5 / max(min_count, 1)) ** 0.75
    return int(min(words, max_size or words, n_tokens)) + 3
