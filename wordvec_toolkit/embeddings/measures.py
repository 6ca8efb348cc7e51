"""Association measures: how much more often than by chance a target and a context meet.

Every measure is a function of four quantities, as numbers or arrays::

    observed  O   how often target and context were seen together
    rows      R   how often the target was seen with any context
    columns   C   how often the context was seen with any target
    total     N   all of it

and where it compares with chance, chance is the expected count E = R C / N.  Together they are the
contingency table of a pair (Evert 2008, "Corpora and collocations", sections 4.1 and 5.1)::

    O11 = O        O12 = R - O
    O21 = C - O    O22 = N - R - C + O

Logarithms are natural, as everywhere in the toolkit.  A pair whose `observed` is zero has no value
here: matrices of counts hold observed pairs alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..runtime.catalogue import Catalogue
from ..runtime.late import named

if TYPE_CHECKING:  # names of measures are asked for without NumPy, by help and settings
    import numpy as np

    from ..counts.cooccurrence import Cooccurrence
    from ..runtime.progress import Progress
    from .vectors import WordVectors

    Formula = Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]
    Weigh = Callable[[Cooccurrence, float, float, bool, float, int | None, Progress], WordVectors]


@dataclass(frozen=True)
class Measure:
    """An association measure.

    Attributes
    ----------
    name : str
        As users write it.
    formula : callable
        (observed, rows, columns, total) to values.
    keeps_negative : bool
        Observed cells at or below zero are kept, whether that is asked for or not.
    weigh : callable, optional
        Weighs counts in place of the formula, with the settings cds, shift and smoothing, which
        other measures do not have; its parameters are those of `ppmi`.
    """

    name: str
    formula: Formula
    keeps_negative: bool = False
    weigh: Weigh | None = None


def expected_count(rows: np.ndarray, columns: np.ndarray, total: float) -> np.ndarray:
    """Return E = R C / N, the count if targets and contexts were independent."""
    return rows * columns / total


def pmi(observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float) -> np.ndarray:
    """Return log(O / E), pointwise mutual information.

    Church and Hanks 1990.  Favours rare pairs: one meeting of two words that occur once
    has the highest value there is.
    """
    import numpy as np

    return np.log(observed / expected_count(rows, columns, total))


def npmi(observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float) -> np.ndarray:
    """Return PMI / -log(O / N), normalised PMI: 1 for words seen only together, 0 for chance.

    Bouma 2009.  A cell that is the whole table has no information and gets 0.
    """
    import numpy as np

    information = -np.log(observed / total)
    values = pmi(observed, rows, columns, total)
    return np.divide(values, information, out=np.zeros_like(values), where=information > 0)


def lmi(observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float) -> np.ndarray:
    """Return O log(O / E), local mutual information: the pair's share in G-squared.

    Evert 2005, "The statistics of word cooccurrences"; Evert 2008, section 4.2 (local-MI).
    Favours frequent pairs.
    """
    return observed * pmi(observed, rows, columns, total)


def log_likelihood(
    observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float
) -> np.ndarray:
    """Return G-squared = 2 sum of Oij log(Oij / Eij), with the sign of O - E.

    Dunning 1993; as a sum over the table, Evert 2008, section 5.2.  The statistic itself cannot
    tell attraction from repulsion; the sign does.
    """
    import numpy as np

    expected = expected_count(rows, columns, total)
    excess = observed - expected
    # Each cell of the table differs from its expectation by the same amount, up to the sign.
    statistic = 2 * (
        _information(observed, expected, excess)
        + _information(rows - observed, rows * (1 - columns / total), -excess)
        + _information(columns - observed, columns * (1 - rows / total), -excess)
        + _information(
            (total - rows) - (columns - observed), (total - rows) * (1 - columns / total), excess
        )
    )
    return np.sign(excess) * np.maximum(statistic, 0)


def _information(observed: np.ndarray, expected: np.ndarray, excess: np.ndarray) -> np.ndarray:
    """Return O log(O / E) by way of O = E + excess, exact also where O / E is nearly 1."""
    import numpy as np

    seen = (observed > 0) & (expected > 0)
    ratio = np.divide(excess, expected, out=np.zeros_like(excess), where=seen)
    return np.where(seen, observed * np.log1p(np.maximum(ratio, -1 + 1e-16)), 0.0)


def t_score(
    observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float
) -> np.ndarray:
    """Return (O - E) / sqrt(O).

    Church, Gale, Hanks and Hindle 1991; Manning and Schuetze 1999, section 5.3.1 (with the variance
    p (1 - p) taken as p).  Favours frequent pairs.
    """
    import numpy as np

    return (observed - expected_count(rows, columns, total)) / np.sqrt(observed)


def z_score(
    observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float
) -> np.ndarray:
    """Return (O - E) / sqrt(E).

    Dennis 1965; Evert 2008, section 4.2.  Favours rare pairs, though less than PMI does.
    """
    import numpy as np

    expected = expected_count(rows, columns, total)
    return (observed - expected) / np.sqrt(expected)


def chi_squared(
    observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float
) -> np.ndarray:
    """Return N (O11 O22 - O12 O21)^2 / (R (N - R) C (N - C)), with the sign of O - E.

    Pearson's statistic of the table, without Yates's correction: Manning and Schuetze 1999,
    equation 5.7.  Zero where the target or the context is in every pair.
    """
    import numpy as np

    excess = observed - expected_count(rows, columns, total)
    # O11 O22 - O12 O21 = N (O - E), without the difference of two large products.
    others = (1 - rows / total) * (1 - columns / total)
    spread = expected_count(rows, columns, total) * others
    statistic = np.divide(excess**2, spread, out=np.zeros_like(excess), where=spread > 0)
    return np.sign(excess) * statistic


def dice(observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float) -> np.ndarray:
    """Return 2 O / (R + C): 1 for words seen only together, 0 for never.

    Dice 1945; Smadja 1993.  It knows no chance, so every observed pair has a positive value.
    """
    return 2 * observed / (rows + columns)


def log_dice(
    observed: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: float
) -> np.ndarray:
    """Return 14 + log2(Dice), at most 14; below 0: less than once in 16,000 occurrences.

    Rychly 2008, "A lexicographer-friendly association score".  Does not depend on the size of the
    corpus.
    """
    import numpy as np

    return 14 + np.log2(dice(observed, rows, columns, total))


def _by_kernel(
    counts: Cooccurrence,
    cds: float,
    shift: float,
    negative: bool,
    smoothing: float,
    threads: int | None,
    progress: Progress,
) -> WordVectors:
    vectors: WordVectors = named("embeddings.ppmi:ppmi")(
        counts,
        cds=cds,
        shift=shift,
        negative=negative,
        smoothing=smoothing,
        threads=threads,
        progress=progress,
    )
    return vectors


#: By the names that users give.
MEASURES: Catalogue[Measure] = Catalogue("association measure")
for _measure in (
    Measure("ppmi", pmi, weigh=_by_kernel),
    Measure("pmi", pmi, keeps_negative=True, weigh=_by_kernel),
    Measure("npmi", npmi),
    Measure("lmi", lmi),
    Measure("log-likelihood", log_likelihood),
    Measure("t-score", t_score),
    Measure("z-score", z_score),
    Measure("chi-squared", chi_squared),
    Measure("dice", dice),
    Measure("log-dice", log_dice),
):
    MEASURES.add(_measure.name, _measure)
