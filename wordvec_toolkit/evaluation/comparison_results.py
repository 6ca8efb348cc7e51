"""Results of comparisons of models and of test sets; light to import, as `results`."""

from dataclasses import dataclass
from typing import ClassVar

from ..runtime.results import Bounded, Column, Result
from ..runtime.signatures import Signature
from .statistics.intervals import Interval


@dataclass(frozen=True, repr=False, kw_only=True)
class Comparison(Bounded):
    """Two models on the items of one test set that all compared models know; see `paired_test`.

    Attributes
    ----------
    first, second : str
        Names of the models, also called `model` and `against`.
    dataset : str
    measure : str
        ``spearman``, the method of answering analogies, or ``bits per token`` (less is better).
    scores : (float, float)
        Of the first and of the second, on the shared items alone.
    difference : float
        Score of the first less that of the second.
    interval : (float, float)
        95 %, of the difference.
    p_value : float
        Two-sided, of no difference; nan if fewer than 4 items are shared.
    p_holm : float
        The same, corrected for all comparisons made together (Holm 1979).
    n : int
        Shared items.
    n_left_out : int
        Items that at least one of the models does not know.
    signature : Signature
        How the numbers were made.
    """

    COLUMNS: ClassVar = (
        Column("dataset", "set", "text"),
        Column("measure", "measure", "text"),
        Column("first", "A", "text"),
        Column("second", "B", "text"),
        Column("difference", "A - B", "signed"),
        Column("interval", "95 % interval", "interval"),
        Column("p_value", "p", "p"),
        Column("p_holm", "p, Holm", "p"),
        Column("n", "shared", "whole"),
    )
    DERIVED: ClassVar = ("test", "model", "against", *Bounded.DERIVED)

    first: str
    second: str
    dataset: str
    measure: str
    scores: tuple[float, float]
    difference: float
    interval: Interval
    p_value: float
    p_holm: float
    n: int
    n_left_out: int
    signature: Signature

    @property
    def test(self) -> str:
        return self.dataset

    @property
    def model(self) -> str:
        return self.first

    @property
    def against(self) -> str:
        return self.second

    @property
    def turned(self) -> "Comparison":
        """The same comparison with the models in the other order."""
        return self.replaced(
            first=self.second,
            second=self.first,
            scores=self.scores[::-1],
            difference=-self.difference,
            interval=(-self.high, -self.low),
        )


@dataclass(frozen=True, repr=False)
class Overlap(Result):
    """Items that two test sets have in common.

    Attributes
    ----------
    first, second : str
        Names of the sets; `first` is the smaller one.
    n_shared, n_first, n_second : int
        Different items.  The order of the two words of a pair, and case, do not count.
    unit : str
        "pairs" or "questions".
    """

    first: str
    second: str
    n_shared: int
    n_first: int
    n_second: int
    unit: str

    def __str__(self) -> str:
        if self.n_shared == self.n_first == self.n_second:
            return f"{self.first} and {self.second} hold the same {self.n_first:,} {self.unit}"
        return (
            f"{self.first}: {self.n_shared:,} of its {self.n_first:,} {self.unit} are in "
            f"{self.second} ({self.n_second:,})"
        )
