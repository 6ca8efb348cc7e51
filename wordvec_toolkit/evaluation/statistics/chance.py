"""Chance level of scores: the score of vectors without information."""

import math
from collections.abc import Sequence


def similarity_chance(n: int) -> float:
    """Return the standard deviation of Spearman's correlation of `n` pairs with random cosines.

    The mean is 0, the standard deviation 1 / sqrt(n - 1) (Kendall and Gibbons 1990, section 4.14);
    nan for fewer than 2 pairs.
    """
    return 1 / math.sqrt(n - 1) if n > 1 else float("nan")


def analogy_chance(n_words: int) -> float:
    """Return the share of analogy questions that random vectors of `n_words` words answer right.

    The three words of a question are never answers: 1 / (n_words - 3), or nan where no word is
    left.
    """
    return 1 / (n_words - 3) if n_words > 3 else float("nan")


def odd_one_out_chance(sizes: Sequence[int]) -> float:
    """Return the share of groups of these sizes whose odd word a random choice finds."""
    return math.fsum(1 / size for size in sizes) / len(sizes) if sizes else float("nan")
