"""Options of a section of a study: as one types them, and as keywords of the library."""

from collections.abc import Mapping
from dataclasses import Field
from typing import get_args, get_origin

from ..errors import SettingError
from ..models.catalogue import MODELS, ModelKind
from ..runtime.settings import Settings, declaration, plain_type, refuse_unknown
from ..text.settings import TextSettings
from .measurements import MEASUREMENTS, Measurement


def record_of(section: str) -> ModelKind | Measurement:
    """Return what a section of options is for: a kind of model, or a measurement."""
    return MODELS[section] if section in MODELS else MEASUREMENTS[section]


def settings_of(section: str) -> tuple[type[Settings], ...]:
    """Return the settings that a section can hold."""
    if section == "text":
        return (TextSettings,)
    settings = record_of(section).settings
    return settings() if callable(settings) else settings


def keywords_of(section: str, options: Mapping[str, object]) -> dict[str, object]:
    """Return the options of a section as keywords of what it calls.

    Parameters
    ----------
    options : dict
        Spelled as on the command line without the dashes; ``no-lowercase`` is not ``lowercase``.

    Raises
    ------
    SettingError
        If there is no such setting, or its value makes no sense.
    """
    kinds = settings_of(section)
    items = {
        spelling: kind.declared(name)
        for kind in kinds
        for name in kind.names()
        for spelling in _spellings(kind.declared(name))
    }
    keywords: dict[str, object] = {}
    for option, value in options.items():
        name = dashed(option)
        if name not in items and name.startswith("no-") and isinstance(value, bool):
            name, value = name[3:], not value
        refuse_unknown((name,), items, section)
        keywords[items[name].name] = _value(items[name], value)
    try:
        for kind in kinds:
            kind.among(keywords)
    except SettingError as error:
        raise SettingError(f"{section}: {error}") from None
    return keywords


def dashed(name: str) -> str:
    """Return an option as on the command line."""
    return name.replace("_", "-")


def spellings(kind: type[Settings]) -> set[str]:
    """Return how the settings of a type are spelled as options."""
    return {spelling for name in kind.names() for spelling in _spellings(kind.declared(name))}


def _spellings(item: "Field[object]") -> list[str]:
    declared = declaration(item)
    spellings = (item.name, *declared.option.split("/"), declared.alias)
    return [dashed(spelling.lstrip("-")) for spelling in spellings if spelling]


def _value(item: "Field[object]", value: object) -> object:
    """Read lists that are written with commas, as on the command line."""
    kind, _ = plain_type(item.type)
    if get_origin(kind) is not tuple or not isinstance(value, str):
        return value
    number = get_args(kind)[0]
    if number is str:
        from ..text.vocabulary import read_word_list

        return tuple(read_word_list(value))
    try:
        return tuple(number(part) for part in value.split(","))
    except ValueError:
        raise SettingError(
            f"{item.name} is {value[:40]!r}; expected numbers with commas, as 1,2,3"
        ) from None


def as_arguments(options: Mapping[str, object]) -> tuple[str, ...]:
    """Return options as one types them."""
    arguments: list[str] = []
    for name, value in options.items():
        option = "--" + dashed(name)
        if isinstance(value, bool):
            arguments.append(option if value else option.replace("--", "--no-", 1))
        elif isinstance(value, (list, tuple)):
            words = [word for word in value if isinstance(word, str)]
            arguments += [one for word in words for one in _typed(option, word)]
            if numbers := [str(number) for number in value if not isinstance(number, str)]:
                arguments += _typed(option, ",".join(numbers))
        else:
            arguments += _typed(option, value)
    return tuple(arguments)


def _typed(option: str, value: object) -> list[str]:
    text = str(value)
    # With the sign, what begins with a dash is a value even after an option that takes none.
    return [f"{option}={text}"] if text.startswith("-") else [option, text]
