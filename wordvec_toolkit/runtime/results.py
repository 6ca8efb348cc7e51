"""Results that own their form: plain data, a line, a table, a data frame, and a signature.

A result is a frozen dataclass that inherits from `Result` and declares its `Column`s.  Tables on
the terminal, in the report and in notebooks show these columns, so that a number is named and
rounded in one place.
"""

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from html import escape
from operator import attrgetter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as hints

from ..errors import SettingError, WordvecError
from .rows import frame_of, html_table, with_minus
from .signatures import Signature

if TYPE_CHECKING:
    from pandas import DataFrame
    from typing_extensions import Self

R = TypeVar("R", bound="Result")

#: How a column is shown; ``signed`` numbers keep their sign and never pass for 0.
Style = Literal["text", "whole", "number", "signed", "percent", "interval", "p"]


@dataclass(frozen=True)
class Column:
    """A column of a table of results.

    Attributes
    ----------
    name : str
        Attribute of the result; dots lead to attributes of its parts.
    title : str
    style : Style
    digits : int
        After the point.
    """

    name: str
    title: str
    style: Style = "number"
    digits: int = 3

    def text(self, value: Any) -> str:
        """Return a value as plain text; ``-`` where it is not known."""
        if is_unknown(value):
            return "-"
        digits = self.digits
        if self.style == "interval":
            return f"{value[0]:.{digits}f} to {value[1]:.{digits}f}"
        if self.style == "percent":
            return f"{value:.{digits}%}"
        if self.style == "p":
            return "<0.0001" if value < 0.0001 else f"{value:.4f}"
        if self.style == "signed":
            is_shown = value == 0 or abs(value) >= 0.5 * 10.0**-digits
            return f"{value:+.{digits}f}" if is_shown else f"{value:+.0e}"
        return f"{value:.{digits}f}" if self.style == "number" else str(value)

    def of(self, row: object) -> Any:
        """Return the value of a result."""
        return attrgetter(self.name)(row)

    def cell(self, row: object) -> str:
        """Return what the column shows of a result."""
        return self.text(self.of(row))

    def shown(self, row: object) -> str:
        """Return what the column shows of a result on a page."""
        text = self.cell(row)
        return text if self.style == "text" else with_minus(text)


def is_unknown(value: object) -> bool:
    """Return whether there is no number: None, nan, or an interval of them."""
    if isinstance(value, tuple):
        return any(map(is_unknown, value))
    return value is None or (isinstance(value, float) and math.isnan(value))


def items(dtype: str = "float64") -> Any:
    """Declare a field of per-item values, an array that only full data of a result has.

    Results are equal whose other fields are.
    """
    return field(repr=False, compare=False, metadata={"items": True, "dtype": dtype})


class Tabular:
    """Base of what is shown as a table of results."""

    def rows(self) -> Sequence["Result"]:
        """Return what the table shows line by line."""
        raise NotImplementedError

    def records(self) -> list[dict[str, object]]:
        """Return the rows of `to_frame`; an interval makes two columns."""
        return [dict(_flat(row)) for row in self.rows()]

    def to_frame(self) -> "DataFrame":
        """Return a table of it as a pandas DataFrame.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return frame_of(self.records())

    def _repr_html_(self) -> str:
        rows = self.rows()
        columns = rows[0].columns if rows else ()
        table = html_table(
            [column.title for column in columns],
            [[column.shown(row) for column in columns] for row in rows],
        )
        signature = escape(str(vars(self).get("signature", "")))
        return f"{table}<small>{signature}</small>" if signature else table


class Results(Tabular, tuple[R, ...]):
    """A tuple of results, which notebooks show as a table."""

    def rows(self) -> Sequence["Result"]:
        return self


class Result(Tabular):
    """Base of results: frozen dataclasses that declare their columns.

    Attributes
    ----------
    COLUMNS : tuple of Column
        What tables show of it, texts first; by default its fields that are text or numbers.
    DERIVED : tuple of str
        Properties that its data has as well.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    DERIVED: ClassVar[tuple[str, ...]] = ()
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]

    def as_dict(self, items: bool = True) -> dict[str, Any]:
        """Return it as plain data, ready for JSON: dicts, lists, text, numbers.

        Parameters
        ----------
        items : bool
            With the values of single items (pairs, questions, tokens), which a paired test needs.
        """
        held = vars(self)
        names = [
            each.name
            for each in fields(self)
            if each.name in held and (items or "items" not in each.metadata)
        ]
        return {name: plain(getattr(self, name), items) for name in (*names, *self.DERIVED)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Self":
        """Return the result that `as_dict` gave; what JSON has as null comes back as nan.

        Raises
        ------
        SettingError
            If a key is unknown or missing, or a value is of another type.
        """
        if not isinstance(data, Mapping):
            raise SettingError(f"{str(data)[:40]!r} is not the data of a {cls.__name__}")
        known = {each.name: each for each in fields(cls)}
        if unknown := [key for key in data if key not in known and key not in cls.DERIVED]:
            raise SettingError(
                f"{unknown[0]!r} is not a key of a {cls.__name__}; expected {', '.join(known)}"
            )
        made = object.__new__(cls)
        for name, kind in _kinds(cls).items():
            each = known[name]
            if name in data:
                dtype = each.metadata.get("dtype", "float64")
                value = _read(kind, data[name], f"{name} of a {cls.__name__}", dtype)
            elif each.default is not MISSING:
                value = each.default
            elif each.default_factory is not MISSING:
                value = each.default_factory()
            elif "items" in each.metadata:
                continue
            else:
                raise SettingError(f"the data of a {cls.__name__} has no {name!r}")
            object.__setattr__(made, name, value)
        return made

    def __getattr__(self, name: str) -> object:
        """State that per-item values are missing; called only for what is not there."""
        each = type(self).__dataclass_fields__.get(name)
        if each is not None and "items" in each.metadata:
            raise WordvecError(
                f"this {type(self).__name__} was read without {name}, a value for each item; "
                "evaluate again, or write it by as_dict(items=True)"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def replaced(self, **changes: object) -> "Self":
        """Return it with other values of some fields, whether it has per-item values or not."""
        made = copy.copy(self)
        for name, value in changes.items():
            if name not in self.__dataclass_fields__:
                raise TypeError(f"{name} is not a field of {type(self).__name__}")
            object.__setattr__(made, name, value)
        return made

    @property
    def columns(self) -> Sequence[Column]:
        """Columns of the result as a line of a table."""
        if self.COLUMNS:
            return self.COLUMNS
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        styles: dict[type, Style] = {str: "text", int: "whole", float: "number"}
        return [
            Column(name, name, styles[type(value)])
            for name, value in named.items()
            if type(value) in styles
        ]

    def rows(self) -> Sequence["Result"]:
        return (self,)

    def __repr__(self) -> str:
        shown = ((column, column.cell(self)) for column in self.columns)
        said = [f"{column.title} {text}" for column, text in shown if text not in ("-", "")]
        return f"{type(self).__name__}({', '.join(said)})"


class Bounded(Result):
    """A result with a 95 % `interval`, the ends of which its data has as well."""

    DERIVED: ClassVar[tuple[str, ...]] = ("low", "high")

    @property
    def low(self) -> float:
        return float(getattr(self, "interval", (math.nan, math.nan))[0])

    @property
    def high(self) -> float:
        return float(getattr(self, "interval", (math.nan, math.nan))[1])


def _flat(row: Result) -> Iterator[tuple[str, Any]]:
    for column in row.columns:
        value = column.of(row)
        if column.style == "interval":
            yield f"{column.name}_low", value[0]
            yield f"{column.name}_high", value[1]
        else:
            yield column.name, value


def plain(value: object, items: bool = True) -> object:
    """Return results, dataclasses and arrays, also within lists and dicts, as plain data."""
    if isinstance(value, Result):
        return value.as_dict(items)
    if isinstance(value, Mapping):
        return {key: plain(each, items) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, items) for each in value]
    if isinstance(value, Signature):
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value


def _kinds(cls: type) -> dict[str, type]:
    """Return the types of the fields; numpy's array is named in text where numpy comes late."""
    import numpy as np

    found = hints(cls, localns={"np": np})
    return {each.name: found[each.name] for each in fields(cls)}


def _read(kind: type, value: Any, where: str, dtype: str = "float64") -> object:
    """Return plain data as a value of a type."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if value is None and NoneType in args:
            return None
        *others, last = (each for each in args if each is not NoneType)
        for other in others:
            try:
                return _read(other, value, where, dtype)
            except SettingError:
                continue
        return _read(last, value, where, dtype)
    if origin is Literal:
        if value in args:
            return value
    elif kind is float:
        if value is None:
            return math.nan
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    elif kind in (Any, object):
        return value
    elif origin is tuple:
        if isinstance(value, (list, tuple)):
            kinds = args[:1] * len(value) if args[-1] is Ellipsis else list(args)
            if len(kinds) == len(value):
                return tuple(_read(own, each, where, dtype) for own, each in zip(kinds, value))
    elif origin in (dict, Mapping):
        if isinstance(value, Mapping):
            return {key: _read(args[1], each, where, dtype) for key, each in value.items()}
    elif issubclass(kind, Result):
        return value if isinstance(value, kind) else kind.from_dict(value)
    elif kind is Signature:
        if isinstance(value, str):
            return Signature(value)
    elif kind in (str, int, bool):
        if type(value) is kind:
            return value
    elif isinstance(value, (list, tuple)):
        import numpy as np

        try:
            return np.array(value, dtype)
        except (TypeError, ValueError):
            pass
    raise SettingError(f"{where} is {str(value)[:40]!r}, which is not a valid value")
