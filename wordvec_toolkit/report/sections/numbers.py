"""Format of numbers in the report; a value not measured is a dash, never 0."""

import math
from datetime import datetime

from ...runtime.results import Column, is_unknown

NOTHING = "–"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def shown(column: Column, row: object) -> str:
    """Return what a column shows of a result."""
    value = column.of(row)
    if is_unknown(value):
        return NOTHING
    if column.style == "interval":
        return interval(value[0], value[1], column.digits)
    if column.style == "percent":
        return percent(value, column.digits)
    if column.style == "p":
        return probability(value)
    if column.style == "whole":
        return whole(value)
    if column.style == "text":
        return str(value)
    return fixed(value, column.digits, column.style == "signed")


def fixed(value: float | None, digits: int = 3, sign: bool = False) -> str:
    """Return a number with this number of decimals."""
    if value is None:
        return NOTHING
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("+-")
    return text.replace("-", "−")


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return an interval, "" if there is none."""
    if is_unknown((low, high)):
        return ""
    return f"[{fixed(low, digits)}, {fixed(high, digits)}]"


def probability(value: float | None) -> str:
    """Return a p value."""
    if value is None or math.isnan(value):
        return NOTHING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def whole(value: int | None) -> str:
    """Return a whole number."""
    return NOTHING if value is None else f"{value:,}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share."""
    if value is None or not math.isfinite(value):
        return fixed(value)
    return f"{100 * value:.{digits}f} %"


def duration(seconds: float | None) -> str:
    """Return a time that a reader can picture."""
    if seconds is None or not math.isfinite(seconds):
        return fixed(seconds)
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def moment(text: str) -> str:
    """Return a time of ISO 8601 in words, whatever the system's language; others as they are."""
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    zone = when.tzname() or ""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M} {zone}".rstrip()


def size(n_bytes: int | None) -> str:
    """Return a size in decimal units."""
    if n_bytes is None:
        return NOTHING
    value, unit = float(n_bytes), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.3g} {unit}"
