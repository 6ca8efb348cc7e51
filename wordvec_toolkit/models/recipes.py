"""Named recipes: which views of a text are made, and how they are joined."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args

from ..counts.counting import count_cooccurrences
from ..embeddings.svd import svd_vectors
from ..embeddings.weighing import weigh_counts
from ..errors import SettingError
from .pipeline import settings_of


@dataclass(frozen=True)
class View:
    """One way to count and weigh a text.

    Attributes
    ----------
    name : str
        Its bundles are called ``counts-NAME``, ``ppmi-NAME`` and ``svd-NAME``.
    counting, weighing, factorising : dict
        Keywords of `count_cooccurrences`, `weigh_counts` and `svd_vectors`.
    weight : float
        Of the view among the others.
    """

    name: str
    counting: dict[str, Any] = field(default_factory=dict)
    weighing: dict[str, Any] = field(default_factory=dict)
    factorising: dict[str, Any] = field(default_factory=dict)
    weight: float = 1.0


#: Name -> views.
RECIPES = {
    "two-views": (
        View("wide", {"window": 5, "subsample": 1e-4}, factorising={"emphasis": 0.1}),
        View("near", {"window": 3, "direction": "split"}),
    )
}


def parse_view(text: str, number: int) -> View:
    """Read a view from ``key=value,key=value``.

    Keys are those of `count_cooccurrences`, `weigh_counts` and `svd_vectors`, and ``weight``.

    Raises
    ------
    SettingError
        If a key or a value is not known.
    """
    functions: tuple[Callable[..., Any], ...] = (count_cooccurrences, weigh_counts, svd_vectors)
    known = {
        name: (part, parameter)
        for part, function in enumerate(functions)
        for name, parameter in settings_of(function).items()
        if name != "seed"
    }
    parts: tuple[dict[str, Any], ...] = ({}, {}, {})
    weight = 1.0
    seen = set()
    for item in filter(None, (item.strip() for item in text.split(","))):
        key, equals, value = (piece.strip() for piece in item.partition("="))
        if key in seen:
            raise SettingError(f"the view {text[:80]!r} has {key} twice; give it once")
        seen.add(key)
        if key == "weight":
            weight = _number(key, value, float)
        elif key not in known or not equals:
            raise SettingError(
                f"{item!r} is no setting of a view; expected key=value with one of "
                f"{', '.join([*known, 'weight'])}"
            )
        else:
            part, parameter = known[key]
            parts[part][key] = _value(key, value, parameter)
    counting, weighing, factorising = parts
    return View(f"view{number}", counting, weighing, factorising, weight)


def _value(key: str, value: str, parameter: inspect.Parameter) -> Any:
    if isinstance(parameter.default, bool):
        if value not in ("yes", "no"):
            raise SettingError(f"{key} is {value!r}; expected yes or no")
        return value == "yes"
    if isinstance(parameter.default, str):
        return value
    kinds = (parameter.annotation, *get_args(parameter.annotation))
    return _number(key, value, int if int in kinds else float)


def _number(key: str, value: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(value)
    except ValueError:
        name = "a whole number" if kind is int else "a number"
        raise SettingError(f"{key} is {value!r}; expected {name}") from None
