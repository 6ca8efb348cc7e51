"""Costs of measurements; see `wordvec_toolkit.models.costs`."""

from collections.abc import Mapping

from ..models.costs import FLOOR, Estimate, Sizes, whole


def cost_of_reading(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what reading a text costs."""
    return Estimate(0.7 + sizes.n_tokens / 8e6, 170e6 + 15 * sizes.n_tokens)


def cost_of_split(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what splitting a text costs."""
    return Estimate(0.5 + sizes.n_tokens / 3e6, 110e6 + 3 * sizes.n_tokens, 6.0 * sizes.n_tokens)


def cost_of_perplexity(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what scoring language models on text costs."""
    return Estimate(1.5 + sizes.n_test_tokens / 5e3, 5e8 + 100 * sizes.n_lm_tokens)


def cost_of_questions(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what answering analogies costs."""
    memory = FLOOR + sizes.n_words * 300 * 8 + 40 * sizes.n_tokens  # PPMI is the largest
    return Estimate(1.5 + sizes.n_models * (0.1 + 1.8 * sizes.n_words / 55e3), memory)


def cost_of_pairs(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what scoring word pairs costs."""
    memory = FLOOR + sizes.n_words * 300 * 4 + 15 * sizes.n_tokens
    return Estimate(0.6 + sizes.n_models * (0.1 + 0.2 * sizes.n_words / 55e3), memory)


def cost_of_neighbors(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what finding neighbours of words costs."""
    return Estimate(0.7, 120e6 + 22 * sizes.n_tokens)


def cost_of_map(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what mapping words costs."""
    words = min(whole(settings, "words", 2000), sizes.n_words)
    return Estimate(1.5 + words / 200, 3e8 + words * 4000)


def cost_of_gradients(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what following gradients costs."""
    positions, steps = whole(settings, "positions", 128), whole(settings, "steps", 100)
    return Estimate(3 + positions * steps / 1000, 6e8)


def cost_of_minimal_pairs(settings: Mapping[str, object], sizes: Sizes) -> Estimate:
    """Return what scoring language models on minimal pairs costs."""
    return Estimate(60, 1e9 + 100 * sizes.n_lm_tokens)  # of networks on BLiMP
