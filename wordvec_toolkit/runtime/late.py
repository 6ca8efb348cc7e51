"""Names of the package that are imported when they are used."""

from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from typing import Any


def late(place: str) -> Callable[..., Any]:
    """Return a function that imports another when it is called; see `named`.

    Records can name what opens and builds without importing NumPy.
    """
    return lambda *arguments, **settings: named(place)(*arguments, **settings)


def named(place: str) -> Any:
    """Import what a string names: ``lm.ngram.model:NgramModel.from_bundle``."""
    module, _, name = place.partition(":")
    return attrgetter(name)(import_module(f"{__package__.partition('.')[0]}.{module}"))
