"""The methods of smoothing by name."""

from ...errors import SettingError
from .count_methods import AbsoluteDiscounting, AddK, MaximumLikelihood, StupidBackoff, WittenBell
from .discount_fitting import SingleDiscount
from .discounts import FALLBACK, HELD_OUT
from .jelinek_mercer import JelinekMercer
from .kneser_ney import KneserNey, KneserNeySingle
from .smoothing import Smoothing

METHODS: dict[str, type[Smoothing]] = {
    method.name: method
    for method in (
        KneserNey,
        KneserNeySingle,
        AbsoluteDiscounting,
        WittenBell,
        JelinekMercer,
        AddK,
        MaximumLikelihood,
        StupidBackoff,
    )
}
_ALSO = {"lidstone": "add-k"}


def parse_smoothing(text: str, fallback: str | None = None) -> Smoothing:
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
    name, colon, numbers = text.strip().partition(":")
    method = METHODS.get(_ALSO.get(name, name))
    if method is None:
        raise SettingError(f"smoothing is {text!r}; expected one of {', '.join(METHODS)}")
    if colon and not numbers.strip():
        raise SettingError(f"smoothing is {text!r}, without numbers behind the colon")
    made = method.from_numbers(_numbers("smoothing", numbers))
    if fallback is None:
        return made
    if isinstance(made, KneserNey):
        three = _fallback(fallback)
        return KneserNey(three, made.discounts, made.as_kenlm)
    if isinstance(made, SingleDiscount):
        one = _fallback(fallback)
        if not isinstance(one, str) and one != FALLBACK and len(one) != 1:
            raise SettingError(f"discount_fallback is {fallback!r}; {made.name} takes one number")
        return type(made)(made.discount, one if isinstance(one, str) else one[0])
    raise SettingError(f"{made.name} has no discounts that could fail; leave discount_fallback out")


def takes_fallback(text: str) -> bool:
    """Tell whether a method, by its name, has discounts that can fail: see `parse_smoothing`."""
    name = text.strip().partition(":")[0]
    method = METHODS.get(_ALSO.get(name, name))
    return method is not None and issubclass(method, (KneserNey, SingleDiscount))


def as_smoothing(smoothing: Smoothing | str) -> Smoothing:
    """Return a method that is given itself, or by its name."""
    return parse_smoothing(smoothing) if isinstance(smoothing, str) else smoothing


def _fallback(text: str) -> tuple[float, ...] | str:
    plain = text.strip()
    if plain == HELD_OUT:
        return HELD_OUT
    return FALLBACK if plain in ("", "default") else tuple(_numbers("discount_fallback", plain))


def _numbers(name: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")] if text.strip() else []
    except ValueError:
        raise SettingError(f"{name} is {text!r}; expected numbers between commas") from None
