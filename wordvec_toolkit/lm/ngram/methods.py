"""The methods of smoothing by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ...errors import SettingError, expect
from ...runtime.catalogue import Catalogue
from ...runtime.late import named

if TYPE_CHECKING:
    from .smoothing import Smoothing


@dataclass(frozen=True)
class Method:
    """A method of smoothing.

    Attributes
    ----------
    usage : str
        Its name with the numbers that may follow, for help.
    load : callable
        Imports its class, so that help can list methods without NumPy.
    """

    usage: str
    load: Callable[[], "type[Smoothing]"]


METHODS: Catalogue[Method] = Catalogue("method of smoothing")
for _usage, _place in (
    ("kneser-ney[:D1,D2,D3] (modified)", "kneser_ney:KneserNey"),
    ("kneser-ney-1[:D]", "kneser_ney:KneserNeySingle"),
    ("absolute[:D]", "count_methods:AbsoluteDiscounting"),
    ("witten-bell", "count_methods:WittenBell"),
    ("jelinek-mercer[:WEIGHTS]", "jelinek_mercer:JelinekMercer"),
    ("add-k[:K]", "count_methods:AddK"),
    ("mle", "count_methods:MaximumLikelihood"),
    ("stupid-backoff[:FACTOR]", "count_methods:StupidBackoff"),
):
    METHODS.add(_usage.partition("[")[0], Method(_usage, partial(named, f"lm.ngram.{_place}")))
_ALSO = {"lidstone": "add-k"}


def parse_smoothing(text: str, fallback: str | None = None) -> "Smoothing":
    """Make a method from its name, and numbers behind a colon.

    Parameters
    ----------
    text : str
        For instance ``kneser-ney``, ``witten-bell``, ``add-k:0.1``, ``absolute:0.75``,
        ``jelinek-mercer:0.4,0.5,0.6``.
    fallback : str, optional
        `discount_fallback` of the methods that have it: numbers between commas, ``default`` for
        KenLM's 0.5, 1, 1.5, or ``held-out``.

    Raises
    ------
    SettingError
        If there is no such method, or it does not take these numbers.
    """
    expect("text", text, str, "a str")
    from .smoothing import parse_numbers

    name, colon, numbers = text.strip().partition(":")
    name = _ALSO.get(name, name)
    if name not in METHODS:
        raise SettingError(f"smoothing is {text!r}; expected one of {', '.join(METHODS)}")
    if colon and not numbers.strip():
        raise SettingError(f"smoothing is {text!r}, without numbers behind the colon")
    made = METHODS[name].load().from_numbers(parse_numbers("smoothing", numbers))
    return made if fallback is None else made.with_fallback(fallback)


def takes_fallback(text: str) -> bool:
    """Return whether a method, by its name, has discounts that can fail: see `parse_smoothing`."""
    name = text.strip().partition(":")[0]
    return name in METHODS and METHODS[name].load().has_fallback


def as_smoothing(smoothing: "Smoothing | str") -> "Smoothing":
    """Return a method that is given itself, or by its name."""
    if isinstance(smoothing, str):
        return parse_smoothing(smoothing)
    from .smoothing import Smoothing

    expect("smoothing", smoothing, Smoothing, f"one of {', '.join(METHODS)}, or a Smoothing")
    return smoothing
