"""Checks of arguments by the annotations of functions."""

import inspect
from collections import abc
from collections.abc import Callable, Mapping
from functools import wraps
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from types import NoneType, UnionType
from typing import Literal, TypeVar, Union, get_args, get_origin

from ..errors import SettingError

F = TypeVar("F", bound=Callable[..., object])

#: What plain types take, and how messages call it.
_PLAIN: dict[object, tuple[type | tuple[type, ...], str]] = {
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    bool: ((bool, Integral), "true or false"),
    str: (str, "text"),
    NoneType: (NoneType, "None"),
    Path: (PathLike, "a path"),
    abc.Iterable: (abc.Iterable, "a list"),
    abc.Sequence: (abc.Iterable, "a list"),
}


def checks_types(function: F) -> F:
    """Refuse arguments of a function that are not of the plain types of its annotations."""
    signature = inspect.signature(function)

    @wraps(function)
    def call(*arguments: object, **keywords: object) -> object:
        check_arguments(signature, signature.bind(*arguments, **keywords).arguments)
        return function(*arguments, **keywords)

    return call  # type: ignore[return-value]


def check_arguments(signature: inspect.Signature, given: Mapping[str, object]) -> None:
    """Refuse values of other types than numbers, switches, texts, lists or functions are asked for.

    Arguments that may be anything else are left to their functions.

    Raises
    ------
    SettingError
        With the name of the argument.
    """
    for name, value in given.items():
        if name not in signature.parameters:
            continue
        annotation = signature.parameters[name].annotation
        is_union = get_origin(annotation) in (Union, UnionType)
        kinds = get_args(annotation) if is_union else (annotation,)
        is_plain = any((get_origin(kind) or kind) in _PLAIN for kind in kinds)
        expected: list[str] = []
        for kind in kinds:
            if get_origin(kind) is Literal:
                is_right = isinstance(value, str) and value in get_args(kind)
                expected += get_args(kind)
            elif (own := get_origin(kind) or kind) is abc.Callable:
                is_right = callable(value)
                expected.append("a function")
            elif getattr(own, "__name__", "") == "ndarray":
                is_right = isinstance(value, abc.Iterable)
                expected.append("an array")
            elif own in _PLAIN:
                is_right = isinstance(value, _PLAIN[own][0])
                expected.append(_PLAIN[own][1])
            elif is_plain and _is_ours(kind):
                is_right = isinstance(value, kind)
                expected.append(kind.__name__)
            else:
                break
            if is_right:
                break
        else:
            plain = isinstance(value, (str, bytes, int, float, NoneType))
            shown = repr(value)[:40] if plain else f"a value of type {type(value).__name__}"
            raise SettingError(
                f"{name} is {shown}; expected {' or '.join(dict.fromkeys(expected))}"
            )


def _is_ours(kind: object) -> bool:
    is_class = isinstance(kind, type) and not getattr(kind, "_is_protocol", False)
    return is_class and kind.__module__.startswith("wordvec_toolkit")
