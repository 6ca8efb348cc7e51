"""About how long a step takes, and how much memory: from the size of the text, before it is run."""

from collections.abc import Mapping
from typing import Any

from ..models.catalogue import MODELS
from ..models.costs import FLOOR, START, Estimate, Sizes


def predict(section: str, options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    """Return what a step of a section costs.

    Parameters
    ----------
    options : dict
        Of the command, without those that are left at their defaults.
    """
    cost = MODELS[section].cost if section in MODELS else _COSTS[section]
    return cost(options, sizes)


def _split(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(0.5 + sizes.n_tokens / 3e6, 110e6 + 3 * sizes.n_tokens, 6.0 * sizes.n_tokens)


def _perplexity(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(1.5 + sizes.n_test_tokens / 5e3, 5e8 + 100 * sizes.n_lm_tokens)


def _questions(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    memory = FLOOR + sizes.n_words * 300 * 8 + 40 * sizes.n_tokens  # PPMI is the largest
    return Estimate(1.5 + sizes.n_models * (0.1 + 1.8 * sizes.n_words / 55e3), memory)


def _pairs(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    memory = FLOOR + sizes.n_words * 300 * 4 + 15 * sizes.n_tokens
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


def _curves(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    return Estimate(START, FLOOR)


#: What costs a step that builds no model, by the section of its options.
_COSTS = {
    "split": _split,
    "eval-perplexity": _perplexity,
    "eval-analogy": _questions,
    "eval-similarity": _pairs,
    "map": _map,
    "diagnose": _diagnose,
    "neighbors": _neighbors,
    "profile": _profile,
    "leaks": _profile,
    "curves": _curves,
}
