"""About how long a step takes, and how much memory: from the size of the text, before it is run.

Rates were measured by ``benchmarks/study.py`` on two cores of a server of 2025; another machine is
faster or slower by some factor, a noisy one by some other.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CACHE = 20e6  # bytes of a processor
_BUCKETS = 2e6  # of n-grams of characters
_START = 1.2  # seconds until a command has imported what it wants
_FLOOR = 200e6  # bytes that a process has with NumPy, SciPy and Numba


@dataclass(frozen=True)
class Estimate:
    """What a step is expected to take: seconds, bytes of memory, bytes on disk."""

    seconds: float
    memory: float
    disk: float = 0.0


def n_words_kept(n_tokens: int, min_count: int = 5, max_size: int | None = None) -> int:
    """Return about how many words a text has (Heaps' law, fitted to Lee and to Wikipedia)."""
    words = 0.87 * max(n_tokens, 1) ** 0.69 * (5 / max(min_count, 1)) ** 0.75
    return int(min(words, max_size or words, n_tokens)) + 3


@dataclass(frozen=True)
class Sizes:
    """What costs depend on.

    Attributes
    ----------
    n_tokens, n_words : int
        Of the training text, and of its vocabulary.
    n_lm_tokens, n_lm_words : int
        Of what language models learn from.
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


def predict(section: str, options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    """Return what a step of a section costs.

    Parameters
    ----------
    options : dict
        Of the command, without those that are left at their defaults.
    """
    cost = _COSTS.get(section)
    return cost(options, sizes) if cost is not None else Estimate(_START, _FLOOR)


def _split(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(0.5 + sizes.n_tokens / 3e6, 110e6 + 3 * sizes.n_tokens, 6.0 * sizes.n_tokens)


def _ppmi(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    tokens = sizes.n_tokens
    return Estimate(_START + tokens / 2.5e6, _FLOOR + 40 * tokens, 40 * tokens)


def _svd(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    dim = min(int(options.get("dim", 300)), sizes.n_words)
    work = sizes.n_tokens * dim / 300
    basis = 4.0 * max(4 * dim, 256) * sizes.n_words
    return Estimate(
        _START + work / 1.5e6, _FLOOR + 25 * sizes.n_tokens + 2 * basis, 4 * dim * sizes.n_words
    )


def _two_views(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    one = _svd(options, sizes)
    return Estimate(4 * one.seconds, 2 * one.memory, one.disk)


def _glove(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    dim, epochs = int(options.get("dim", 300)), int(options.get("epochs", 25))
    cells = 2.6 * sizes.n_tokens
    vectors = 4.0 * dim * sizes.n_words
    return Estimate(
        _START + cells / 6e6 + epochs * (0.015 + cells * (dim / 300) / 6e6),
        _FLOOR + 30 * cells + 6 * vectors,
        12 * cells + 5 * vectors,
    )


def _word2vec(per_token: float, has_parts: bool = False) -> Any:
    def cost(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
        dim, epochs = int(options.get("dim", 300)), int(options.get("epochs", 5))
        workers = min(int(options.get("workers", 1)), os.cpu_count() or 1)
        vectors = 4.0 * dim * sizes.n_words
        near = 0.45 + 0.55 * min(1.0, 2 * vectors / _CACHE)  # few vectors are sooner at hand
        rate = per_token * (0.3 + 0.7 * dim / 300) * near
        parts = min(_BUCKETS, 80 * sizes.n_words**0.8) if has_parts else 0.0
        return Estimate(
            1.5 + epochs * sizes.n_tokens * rate / workers,
            _FLOOR + 2.5 * vectors + 8 * sizes.n_tokens + 4 * dim * parts,
            vectors,
        )

    return cost


def _ngram(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    tokens = sizes.n_lm_tokens
    more = 6.0 if options.get("skip") or options.get("classes") else 1.0
    return Estimate(_START + more * tokens / 1e6, _FLOOR + more * 150 * tokens, more * 60 * tokens)


#: Preset -> width of a layer, epochs.
_PRESETS = {None: (400, 12), "small": (200, 12), "medium": (650, 20), "large": (1500, 40)}
_FLOPS = 3.5e11  # a second, of two cores in bfloat16


def _lstm(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    width, epochs = _PRESETS.get(options.get("preset"), (1150, 500))
    width, epochs = int(options.get("hidden-dim", width)), int(options.get("epochs", epochs))
    layers = int(options.get("n-layers", 2))
    recurrent = layers * 8 * width**2
    weights = recurrent + sizes.n_lm_words * width
    flops = 6.0 * weights * sizes.n_lm_tokens * epochs
    window = min(40, 1 + sizes.n_lm_tokens // 10_000) * 35
    # Weights that no cache holds are fetched anew in each step, however few tokens that has.
    fetched = max(0.0, recurrent - 4e6) * sizes.n_lm_tokens * epochs / window
    return Estimate(
        4 + flops / _FLOPS + sizes.n_lm_tokens * epochs / 17e3 + fetched * 3e-8,
        5e8 + 24.0 * weights + 8.0 * window * sizes.n_lm_words,
        4.0 * weights * 4,
    )


def _mix(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(4 + sizes.n_test_tokens / 10e3, 4e8 + 150 * sizes.n_lm_tokens, 1e4)


def _perplexity(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(1.5 + sizes.n_test_tokens / 5e3, 5e8 + 100 * sizes.n_lm_tokens)


def _questions(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    memory = _FLOOR + sizes.n_words * 300 * 8 + 40 * sizes.n_tokens  # PPMI is the largest
    return Estimate(1.5 + sizes.n_models * (0.1 + 1.8 * sizes.n_words / 55e3), memory)


def _pairs(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    memory = _FLOOR + sizes.n_words * 300 * 4 + 15 * sizes.n_tokens
    return Estimate(0.6 + sizes.n_models * (0.1 + 0.2 * sizes.n_words / 55e3), memory)


def _neighbors(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(0.7, 120e6 + 22 * sizes.n_tokens)


def _profile(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(0.7 + sizes.n_tokens / 8e6, 170e6 + 15 * sizes.n_tokens)


def _map(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    words = min(int(options.get("words", 2000)), sizes.n_words)
    return Estimate(1.5 + words / 200, 3e8 + words * 4000)


def _diagnose(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    positions, steps = int(options.get("positions", 128)), int(options.get("steps", 100))
    return Estimate(3 + positions * steps / 1000, 6e8)


_COSTS: dict[str, Any] = {
    "split": _split,
    "ppmi": _ppmi,
    "svd": _svd,
    "two-views": _two_views,
    "glove": _glove,
    "skip-gram": _word2vec(8e-6),
    "cbow": _word2vec(3.4e-6),
    "fasttext": _word2vec(20e-6, has_parts=True),
    "ngram": _ngram,
    "cache": _ngram,
    "lstm": _lstm,
    "mix": _mix,
    "eval-perplexity": _perplexity,
    "eval-analogy": _questions,
    "eval-similarity": _pairs,
    "map": _map,
    "diagnose": _diagnose,
    "neighbors": _neighbors,
    "profile": _profile,
    "leaks": _profile,
}
