"""Weights of mixtures, fitted to held-out text by expectation maximisation."""

import numpy as np

from ...bundles.checks import are_within
from ...errors import SettingError
from ...runtime.arguments import checks_types


@checks_types
def fit_weights(
    probs: np.ndarray,
    groups: np.ndarray | None = None,
    n_groups: int = 1,
    prior: float = 20.0,
    rounds: int = 100,
    tolerance: float = 1e-7,
) -> tuple[np.ndarray, list[float]]:
    """Find the weights under which a mixture gives text the highest probability.

    Each round sets a weight to the share of the tokens that its component is responsible for
    (Dempster, Laird and Rubin 1977; Jelinek and Mercer 1980), so the likelihood never falls.
    Tokens may be in groups with weights of their own; a group is then held to the weights of the
    whole text by `prior` tokens' worth of them.

    Parameters
    ----------
    probs : float64 array (n, n_components)
        What each component gives each token of the held-out text.
    groups : int array (n,), optional
        From 0 to n_groups - 1.
    prior : float
        The part of the whole in small groups: a Dirichlet prior, maximum a posteriori.
    rounds, tolerance
        Maximum number of rounds; it ends when one gains less than `tolerance` nats per token.

    Returns
    -------
    weights : float64 array (n_groups, n_components)
        Each row sums to 1.
    objectives : list of float
        Mean logarithm of the probability a token before each round over the whole text.

    Raises
    ------
    SettingError
        If there is no text, or a token has no probability under any component.
    """
    try:
        probs = np.asarray(probs, np.float64)
        groups = None if groups is None else np.asarray(groups, np.int64)
    except (TypeError, ValueError):
        probs = np.empty(0)
    if probs.ndim != 2:
        raise SettingError("probs is no table of probabilities; expected (n, n_components) numbers")
    n, n_components = probs.shape
    in_range = groups is None or (groups.shape == (n,) and are_within(groups, 0, n_groups))
    if not in_range:
        raise SettingError(f"groups is not one of 0 to {n_groups - 1} for each of {n:,} tokens")
    if n == 0:
        raise SettingError("there is no held-out text to fit the weights of a mixture to")
    if not (probs.max(axis=1) > 0).all():
        raise SettingError(
            "some words of the held-out text have probability 0 in every component; use a "
            "smoothing that gives every word a probability, such as kneser-ney"
        )
    whole, objectives = _maximise(
        probs,
        np.zeros(n, np.int64),
        np.full((1, n_components), 1 / n_components),
        0.0,
        rounds,
        tolerance,
    )
    if groups is None or n_groups == 1:
        return np.repeat(whole, n_groups, axis=0), objectives
    start = np.repeat(whole, n_groups, axis=0)
    weights, _ = _maximise(probs, groups, start, prior, rounds, tolerance)
    return weights, objectives


def _maximise(
    probs: np.ndarray,
    groups: np.ndarray,
    weights: np.ndarray,
    prior: float,
    rounds: int,
    tolerance: float,
) -> tuple[np.ndarray, list[float]]:
    n_groups, n_components = weights.shape
    held = prior * weights
    objectives: list[float] = []
    for _ in range(rounds):
        mixed = np.einsum("nk,nk->n", probs, weights[groups])
        objectives.append(float(np.log(mixed).mean()))
        if len(objectives) > 1 and objectives[-1] - objectives[-2] < tolerance:
            break
        shares = 1 / mixed
        found = np.empty_like(weights)
        for component in range(n_components):
            found[:, component] = np.bincount(groups, shares * probs[:, component], n_groups)
        found = found * weights + held
        totals = found.sum(axis=1, keepdims=True)
        weights = np.where(totals > 0, found / np.where(totals > 0, totals, 1), weights)
    return weights, objectives
