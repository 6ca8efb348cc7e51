"""The methods of smoothing by name."""

from typing import TYPE_CHECKING

from ...errors import SettingError
from ...runtime.catalogue import Catalogue

if TYPE_CHECKING:
    from .smoothing import Smoothing


def _add_own() -> None:
    from .count_methods import (
        AbsoluteDiscounting,
        AddK,
        MaximumLikelihood,
        StupidBackoff,
        WittenBell,
    )
    from .jelinek_mercer import JelinekMercer
    from .kneser_ney import KneserNey, KneserNeySingle

    own: tuple[type[Smoothing], ...] = (
        KneserNey,
        KneserNeySingle,
        AbsoluteDiscounting,
        WittenBell,
        JelinekMercer,
        AddK,
        MaximumLikelihood,
        StupidBackoff,
    )
    for method in own:
        METHODS.add(method.name, method)


METHODS: "Catalogue[type[Smoothing]]" = Catalogue("method of smoothing", _add_own)
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
    from .smoothing import parse_numbers

    name, colon, numbers = text.strip().partition(":")
    name = _ALSO.get(name, name)
    if name not in METHODS:
        raise SettingError(f"smoothing is {text!r}; expected one of {', '.join(METHODS)}")
    if colon and not numbers.strip():
        raise SettingError(f"smoothing is {text!r}, without numbers behind the colon")
    made = METHODS[name].from_numbers(parse_numbers("smoothing", numbers))
    return made if fallback is None else made.with_fallback(fallback)


def takes_fallback(text: str) -> bool:
    """Tell whether a method, by its name, has discounts that can fail: see `parse_smoothing`."""
    name = text.strip().partition(":")[0]
    return name in METHODS and METHODS[name].has_fallback


def as_smoothing(smoothing: "Smoothing | str") -> "Smoothing":
    """Return a method that is given itself, or by its name."""
    return parse_smoothing(smoothing) if isinstance(smoothing, str) else smoothing
