"""From numbers to places on an axis, and the numbers that stand beside it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .svg import finite

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FAR = 1e4  # no coordinate lies farther out: browsers round large ones
_MOST = 1e140  # that an axis reaches to; ratios of its ends are still numbers


@dataclass(frozen=True)
class Scale:
    """An axis: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return where a number stands."""
        if self.log:
            if value <= 0:
                return self.start - math.copysign(_FAR, self.end - self.start)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(_FAR, max(-_FAR, self.start + share * (self.end - self.start)))

    def holds(self, value: float | None) -> bool:
        """Return whether there is a place for a number at all."""
        return value is not None and math.isfinite(value) and (value > 0 or not self.log)

    def ticks(self, about: int = 5) -> list[float]:
        """Return round numbers along the axis."""
        return (_log_ticks if self.log else _linear_ticks)(self.low, self.high, about)


def scale(
    values: Iterable[float | None],
    start: float,
    end: float,
    log: bool = False,
    include: Iterable[float] = (),
    room: float = 0.0,
) -> Scale:
    """Return an axis that holds all values, with some room (a share of it) at both ends."""
    found = [v for v in finite([*values, *include]) if v > 0 or not log]
    low, high = (min(found), max(found)) if found else (1.0, 10.0) if log else (0.0, 1.0)
    low, high = (min(_MOST, max(1 / _MOST if log else -_MOST, end)) for end in (low, high))
    if log:
        if high / low < 1.0001:
            low, high = low / 2, high * 2
        wider = (high / low) ** room
        low, high = low / wider, high * wider
    else:
        if high - low <= 1e-9 * max(abs(low), abs(high)):
            low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
        low, high = low - room * (high - low), high + room * (high - low)
    return Scale(low, high, start, end, log)


def _linear_ticks(low: float, high: float, about: int) -> list[float]:
    rough = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough))
    factors = (1, 2, 5, 10) if power == 1 else (1, 2, 2.5, 5, 10)  # no half epochs
    step = next(power * f for f in factors if power * f >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def _log_ticks(low: float, high: float, about: int) -> list[float]:
    decades = math.log10(high / low)
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    if decades < 0.7:
        return [v for v in _linear_ticks(low, high, min(about, 4)) if v > 0]
    every = max(1, math.ceil(decades / about))
    factors = (1,) if decades > 2.2 else (1, 3) if decades > 1.3 else (1, 2, 5)
    marks = [f * 10.0**p for p in powers if p % every == 0 for f in factors]
    return [v for v in marks if low * 0.9999 <= v <= high * 1.0001]


def tick_text(value: float) -> str:
    """Return a number as it stands beside an axis."""
    size = abs(value)
    if size < 1e-12:
        return "0"
    if 1e-3 <= size < 1e6:
        text = f"{value:,.10f}" if size < 1 else f"{value:,.3f}"
        return text.rstrip("0").rstrip(".").replace("-", "−")
    power = math.floor(math.log10(size) + 1e-9)
    front = f"{value / 10.0**power:.3g}"
    tail = "10" + str(power).translate(_SUPERSCRIPTS)
    return tail if front == "1" else f"{front}·{tail}".replace("-", "−")
