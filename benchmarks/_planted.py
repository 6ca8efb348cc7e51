"""Planted scores, answers and texts whose truth is known, for ``intervals.py``."""

import math
from collections.abc import Callable

import numpy as np

from wordvec_toolkit.evaluation.datasets import AnalogySet
from wordvec_toolkit.evaluation.statistics import ranking

BITS = 7.0  # a token, of planted texts
Pairs = tuple[np.ndarray, np.ndarray]


def normal(random: np.random.Generator, n: int, rho: float) -> Pairs:
    first = random.normal(size=n)
    return first, rho * first + np.sqrt(1 - rho * rho) * random.normal(size=n)


def tied(random: np.random.Generator, n: int, rho: float) -> Pairs:
    """Ratings on a scale of six steps."""
    first, second = normal(random, n, rho)
    return first, np.clip(np.round(2 * second) + 3, 0, 5)


def uneven(random: np.random.Generator, n: int, rho: float) -> Pairs:
    """Similar pairs are seen well, the others badly."""
    first = random.normal(size=n)
    return first, rho * first + np.where(first > 0, 0.3, 2.0) * random.normal(size=n)


def misses(random: np.random.Generator, n: int, rho: float) -> Pairs:
    """A tenth of the pairs are missed grossly."""
    first, second = normal(random, n, rho)
    return first, np.where(random.random(n) < 0.1, -4 * first, second)


def heavy(random: np.random.Generator, n: int, rho: float) -> Pairs:
    """A few pairs lie far from the others (Student's t, 2 degrees of freedom, on both sides)."""
    first, second = normal(random, n, rho)
    scale = np.sqrt(2 / random.chisquare(2, size=n))
    return first * scale, second * scale


SIMILARITY = (normal, tied, uneven, misses, heavy)


def true_spearman(make: Callable[..., Pairs], rho: float) -> float:
    random = np.random.default_rng(0)
    return float(np.mean([ranking.spearman(*make(random, 200_000, rho)) for _ in range(5)]))


def equal_models(
    random: np.random.Generator, n: int, rho: float, shared: float, kind: str
) -> Pairs:
    """Two models that are equally good; `shared` of their errors' variance is the same."""
    ratings, common = random.normal(size=(2, n))
    noise = np.sqrt(shared) * common + np.sqrt(1 - shared) * random.normal(size=(2, n))
    if kind == "uneven":
        noise *= np.where(ratings > 0, 0.4, 1.6)
    if kind == "opposed":  # each errs where the other does not
        noise *= np.where(ratings > 0, [[0.4], [1.6]], [[1.6], [0.4]])
    scores = rho * ratings + np.sqrt(1 - rho * rho) * noise
    return scores, np.round(2 * ratings) if kind == "tied" else ratings


def questions(n_sections: int, n_pairs: int) -> AnalogySet:
    pairs = [(i, j) for i in range(n_pairs) for j in range(n_pairs) if i != j]
    section = tuple((f"a{i}", f"b{i}", f"a{j}", f"b{j}") for i, j in pairs)
    return AnalogySet("planted", "", tuple((str(name), section) for name in range(n_sections)))


def answers(
    random: np.random.Generator,
    n_sections: int,
    n_pairs: int,
    spread: float,
    base: float,
    n_models: int = 2,
) -> np.ndarray:
    """Right answers of models to which some word pairs are harder, each to its own."""
    hard = random.normal(size=(n_models, n_sections, 2, n_pairs)) * spread
    share = 1 / (1 + np.exp(base - hard[:, :, 0, :, None] - hard[:, :, 1, None, :]))
    right = random.random(share.shape) < share
    return right[:, :, ~np.eye(n_pairs, dtype=bool)].reshape(n_models, -1)


def true_accuracy(spread: float, base: float) -> float:
    """Return the mean of a logistic of normal hardness, by Gauss and Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    shares = 1 / (1 + np.exp(base - math.sqrt(2) * spread * points))
    return float((weights @ shares) / weights.sum())


def mcnemar_p_value(n_first: int, n_second: int) -> float:
    """McNemar's exact test, which takes questions for independent."""
    from scipy.stats import binomtest

    n = n_first + n_second
    return float(binomtest(n_first, n).pvalue) if n else 1.0


def text(
    random: np.random.Generator, n: int, alike: float, document_length: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids, documents and bits of `n` sentences; `alike` is due to their document.

    With .3 and documents of 20 sentences the sentences' bits are correlated as those of the Penn
    Treebank are: .3 at once, .15 after ten, hardly after fifty.
    """
    ends = np.cumsum(random.geometric(1 / document_length, size=n))
    number = np.searchsorted(ends, np.arange(n), side="right")
    lengths = np.maximum(2, np.round(random.gamma(4, 5.5, size=n))).astype(np.int64)
    of_document = random.gamma(4, 0.5, size=n)[number] - 2
    of_sentence = random.gamma(2, math.sqrt(0.5), size=n) - math.sqrt(2)
    bits = BITS + 1.5 * (math.sqrt(alike) * of_document + math.sqrt(1 - alike) * of_sentence)
    ids = np.full(lengths.sum(), 3, np.int32)
    ids[np.cumsum(lengths) - 1] = 2
    starts = np.cumsum(lengths) - lengths
    return ids, starts[np.unique(number, return_index=True)[1]], np.repeat(bits, lengths)


def drawn_lines(
    random: np.random.Generator, n: int, alike: float, document_length: int, share: float = 0.05
) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and bits of `n` lines drawn by lot from a text, as `split_corpus` draws them.

    That is what becomes of a text whose documents are not marked: few lines of each are drawn.
    """
    ids, _, bits = text(random, round(n / share), alike, document_length)
    number = np.cumsum(ids == 2) - (ids == 2)
    kept = np.isin(number, random.permutation(round(n / share))[:n])
    return ids[kept], bits[kept]


HEADER = f"{'what':34} {'n':>10}  {'method':26}{'holds':>8}{'width':>8}{'at .05':>8}{'at .01':>8}"
#: Method -> interval around the truth, and p-value of a true hypothesis; either may be missing.
Found = dict[str, tuple[tuple[float, float] | None, float | None]]


def repeat(what: str, n: str, truth: float, trials: int, trial: Callable[[int], Found]) -> None:
    """Run trials and print a line for each method."""
    seen: dict[str, list[list[float]]] = {}
    for number in range(trials):
        for method, (interval, p_value) in trial(number).items():
            row = [math.nan] * 4
            if interval is not None:
                row[:2] = interval[0] <= truth <= interval[1], interval[1] - interval[0]
            if p_value is not None:
                row[2:] = p_value <= 0.05, p_value <= 0.01
            seen.setdefault(method, []).append(row)
    for method, rows in seen.items():
        held, width, at_5, at_1 = np.mean(rows, axis=0)
        shown = "".join(
            f"{'-':>8}" if math.isnan(value) else f"{value:8.3f}"
            for value in (held, width, at_5, at_1)
        )
        print(f"{what:34} {n:>10}  {method:26}{shown}", flush=True)
