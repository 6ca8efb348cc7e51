"""Settings, each declared once: its type, default, limits and a line of help.

The settings of a step are the fields of a frozen dataclass, a child of `Settings`, in a module
that imports nothing heavy.  Keywords of functions (`takes`), options of commands, checks, manifests
and parameters of estimators are derived from it.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, make_dataclass
from difflib import get_close_matches
from functools import wraps
from numbers import Integral, Real
from typing import Any, Literal, TypeVar, get_args, get_origin

from ..errors import SettingError
from .arguments import check_arguments

S = TypeVar("S", bound="Settings")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])

#: Largest seed of NumPy's generators and of the kernels.
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Setting:
    """Declaration of a setting besides its type and default.

    Attributes
    ----------
    help : str
        One line: a phrase with a subject and a unit.
    low, high, above, below : float, optional
        Limits of a number, inclusive and exclusive.
    choices : callable, optional
        Returns the values of an open list, such as the names in a catalogue.  Those of a `Literal`
        need none.
    names : callable, optional
        Returns the names that the help shows for NAMES; default: `choices`.
    example : str
        Values to try, for messages.
    shown : str
        How a default is shown that is None, False or empty.
    metavar : str
        Of the option.
    option : str
        Spelling of the option where it differs from the keyword.
    alias : str
        A former spelling of the option, which still works.
    is_optional : bool
        Whether manifests hold it only where it is given: of settings that came later.
    after : str, optional
        The setting that this one follows in manifests, where inheritance orders them otherwise;
        "" for the first place.
    """

    help: str
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    choices: Callable[[], Iterable[str]] | None = None
    names: Callable[[], Iterable[str]] | None = None
    example: str = ""
    shown: str = ""
    metavar: str = ""
    option: str = ""
    alias: str = ""
    is_optional: bool = False
    after: str | None = None


def setting(default: T, help: str, **more: Any) -> T:
    """Declare a field of `Settings`; see `Setting` for the keywords."""
    return field(default=default, metadata={"setting": Setting(help, **more)})


def random_seed(high: int = LARGEST_SEED) -> int:
    """Declare the field ``seed``."""
    return setting(0, "Random seed.", low=0, high=high)


@dataclass(frozen=True)
class Settings:
    """Base of the settings of a step: refuses values that make no sense when it is made."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = _checked(item, getattr(self, item.name))
            object.__setattr__(self, item.name, value)
        self.check()

    def check(self) -> None:
        """Refuse settings that do not fit together."""

    def keywords(self) -> dict[str, Any]:
        """Return the settings as keywords of a function that `takes` them."""
        return {name: getattr(self, name) for name in self.names()}

    def as_dict(self) -> dict[str, object]:
        """Return the settings as a manifest holds them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.keywords().items()
            if value is not None or not declaration(self.declared(name)).is_optional
        }

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the settings, in the order of manifests and of help."""
        names: list[str] = []
        for item in fields(cls):
            after = declaration(item).after
            place = len(names) if after is None else names.index(after) + 1 if after else 0
            names.insert(place, item.name)
        return tuple(names)

    @classmethod
    def declared(cls, name: str) -> "Field[object]":
        """Return the field of that name."""
        return cls.__dataclass_fields__[name]

    @classmethod
    def among(cls: type[S], keywords: Mapping[str, object]) -> S:
        """Take those of `keywords` that belong here; the others take their defaults."""
        return cls(**{name: keywords[name] for name in cls.names() if name in keywords})

    @classmethod
    def from_dict(cls: type[S], keywords: Mapping[str, object]) -> S:
        """Take all of `keywords`.

        Raises
        ------
        SettingError
            If one does not belong here, with the nearest spelling.
        """
        refuse_unknown(keywords, cls.names(), cls.__name__)
        return cls(**keywords)

    @classmethod
    def with_defaults(cls: type[S], **defaults: object) -> type[S]:
        """Return the same settings with some other defaults."""
        changed = [
            (name, item.type, field(default=value, metadata=item.metadata))
            for name, value in defaults.items()
            for item in [cls.declared(name)]
        ]
        return make_dataclass(cls.__name__, changed, bases=(cls,), frozen=True)


def help_of(declared: Setting) -> str:
    """Return the help of a setting, with the names of an open list filled in."""
    names = declared.names or declared.choices
    return declared.help.replace("NAMES", " | ".join(names())) if names else declared.help


def declaration(item: "Field[object]") -> Setting:
    """Return what is declared of a field."""
    declared: Setting = item.metadata["setting"]
    return declared


def refuse_unknown(keywords: Iterable[str], known: Iterable[str], owner: str) -> None:
    """Refuse keywords that are not known, with the nearest spelling.

    Raises
    ------
    SettingError
    """
    known = tuple(known)
    for name in keywords:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            advice = f"did you mean {near[0]}?" if near else f"expected {', '.join(known)}"
            raise SettingError(f"{owner} has no setting {name}; {advice}")


def plain_type(annotation: object) -> tuple[type, tuple[str, ...]]:
    """Return the type of a setting without None, and the values of a `Literal`.

    The type is int, float, bool, str, ``tuple[...]`` or, where anything is taken, `object`.
    """
    if isinstance(annotation, str):
        return object, ()
    kinds = [kind for kind in get_args(annotation) or (annotation,) if kind is not type(None)]
    if get_origin(annotation) in (Literal, tuple):
        kinds = [annotation]
    (kind,) = kinds
    return (str, get_args(kind)) if get_origin(kind) is Literal else (kind, ())


def _checked(item: "Field[object]", value: object) -> object:
    name, declared = item.name, declaration(item)
    kind, choices = plain_type(item.type)
    if value is None and (item.default is None or type(None) in get_args(item.type)):
        return None
    if declared.choices is not None and isinstance(value, str):
        choices = tuple(declared.choices())
    if choices and not (isinstance(value, str) and value in choices):
        raise SettingError(f"{name} is {value!r}; expected one of {', '.join(choices)}")
    if kind is bool and not isinstance(value, bool):
        raise SettingError(f"{name} is {value!r}; expected true or false")
    if kind is str and not isinstance(value, str):
        raise SettingError(f"{name} is {value!r}; expected text")
    if get_origin(kind) is tuple:
        return _items(name, value, get_args(kind)[0])
    if kind in (int, float):
        return _number(name, value, kind, declared)
    return value


def _items(name: str, value: object, kind: type) -> tuple[object, ...]:
    wanted, accepted = {
        int: ("whole numbers", Integral),
        float: ("numbers", Real),
        str: ("words", str),
    }[kind]
    items = () if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) else (*value,)
    if (not items and value != () and value != []) or not all(
        isinstance(one, accepted) and not isinstance(one, bool) for one in items
    ):
        raise SettingError(f"{name} is {value!r}; expected a list of {wanted}")
    return tuple(kind(one) for one in items)


def _number(name: str, value: object, kind: type, declared: Setting) -> object:
    if isinstance(value, bool) or not isinstance(value, Integral if kind is int else Real):
        raise SettingError(
            f"{name} is {value!r}; expected {'a whole number' if kind is int else 'a number'}"
        )
    number = kind(value)
    low, high, above, below = declared.low, declared.high, declared.above, declared.below
    if (
        not math.isnan(number)
        and (low is None or number >= low)
        and (high is None or number <= high)
        and (above is None or number > above)
        and (below is None or number < below)
    ):
        return number
    example = f", such as {declared.example}" if declared.example else ""
    raise SettingError(f"{name} is {value}; it must be {limits(declared)}{example}")


def limits(declared: Setting) -> str:
    """Return the limits of a number in words."""
    low, high, above, below = (
        None if limit is None else _written(limit)
        for limit in (declared.low, declared.high, declared.above, declared.below)
    )
    if low is not None and (upper := high or below) is not None:
        return f"from {low} to {'' if high else 'below '}{upper}"
    least = f"at least {low}" if low is not None else f"above {above}" if above is not None else ""
    most = f"at most {high}" if high is not None else f"below {below}" if below is not None else ""
    return " and ".join(part for part in (least, most) if part) or "a number"


def _written(number: float) -> str:
    for power in (31, 32, 63, 64):
        if number == 2**power:
            return f"2**{power}"
        if number == 2**power - 1:
            return f"2**{power} - 1"
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def shown_default(item: "Field[object]") -> str:
    """Return the default of a setting as help shows it; "" if there is nothing to show."""
    default, declared = item.default, declaration(item)
    if default is False:
        return declared.shown or "no"
    if default is None or default == ():
        return declared.shown
    if default is True:
        return "yes"
    return f"{default:g}" if isinstance(default, float) else str(default)


def takes(*kinds: type[Settings], only: Sequence[str] = ()) -> Callable[[F], F]:
    """Give a function the keywords that are the settings of `kinds`.

    The function has ``**settings`` for them, typed in the stub `wordvec_toolkit.runtime.keywords`.
    They are shown in its signature, in front of its own keywords, and in its docstring; a keyword
    that is none of its own is refused with the nearest spelling.

    Parameters
    ----------
    kinds : types of Settings
        A name that several of them have is one keyword.
    only : sequence of str
        Names of those that are taken, and their order; default: all.
    """
    declared: dict[str, Field[object]] = {}
    for kind in kinds:
        declared.update((name, kind.declared(name)) for name in kind.names())
    declared = {name: declared[name] for name in only or declared}

    def decorate(function: F) -> F:
        own = inspect.signature(function)
        signature = _with_settings(own, declared)

        @wraps(function)
        def call(*arguments: object, **keywords: object) -> object:
            refuse_unknown(keywords, signature.parameters, function.__name__)
            given = signature.bind(*arguments, **keywords).arguments
            check_arguments(own, given)
            return function(**given)

        call.__signature__ = signature  # type: ignore[attr-defined]
        call.__doc__ = _with_parameters(function.__doc__, declared)
        call.settings = declared  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return decorate


def _with_settings(
    signature: inspect.Signature, declared: Mapping[str, "Field[object]"]
) -> inspect.Signature:
    """Return a signature with the settings in place of ``**settings``."""
    own = list(signature.parameters.values())[:-1]
    first = next(
        (at for at, one in enumerate(own) if one.kind is inspect.Parameter.KEYWORD_ONLY), len(own)
    )
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    added = [
        inspect.Parameter(name, kind, default=item.default, annotation=item.type)
        for name, item in declared.items()
    ]
    return signature.replace(parameters=[*own[:first], *added, *own[first:]])


def _with_parameters(doc: str | None, declared: Mapping[str, "Field[object]"]) -> str | None:
    """Return a docstring with the settings at the end of its section Parameters."""
    if doc is None:
        return None
    lines = inspect.cleandoc(doc).split("\n")
    underlined = [at - 1 for at, line in enumerate(lines) if line and set(line) == {"-"}]
    sections = {lines[at]: at for at in underlined}
    added: list[str] = []
    described = {line.split(" : ")[0] for line in lines if " : " in line}
    for name, item in declared.items():
        if name in described:
            continue
        default = shown_default(item)
        added += [f"{name} : {type_name(item.type)}{', default ' if default else ''}{default}"]
        added += [f"    {declaration(item).help.replace(': NAMES', '')}"]
    if "Parameters" in sections:
        later = [at for at in underlined if at > sections["Parameters"]]
    else:
        later, added = underlined, ["Parameters", "----------", *added]
    end = later[0] if later else len(lines)
    while end and not lines[end - 1]:
        end -= 1
    if added[0] == "Parameters":
        added.insert(0, "")
    return "\n".join([*lines[:end], *added, *lines[end:]])


def type_name(annotation: object) -> str:
    """Return a type as docstrings write it."""
    if isinstance(annotation, str):
        return annotation
    kind, choices = plain_type(annotation)
    if choices:
        return "{" + ", ".join(map(repr, choices)) + "}"
    return f"sequence of {get_args(kind)[0].__name__}" if get_args(kind) else str(kind.__name__)
