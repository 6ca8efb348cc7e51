"""Panels of lines over two axes, and of scores with their intervals."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .figures import (
    COLORS,
    DASHES,
    INK,
    LETTERS,
    MARKERS,
    PAPER,
    RULE,
    SOFT,
    WIDTH,
    Panel,
    Sample,
    hinted,
)
from .labels import shortened, text_width, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 1e140  # axes reach no farther; ratios of their ends are still numbers
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_N_MARKS = 9
_ROW, _CLOSE = 0.245, 0.148  # inches
_NAME = 13.5  # longest name of a row, in units of its letters


@dataclass(frozen=True)
class Line:
    """A line of a panel.

    Attributes
    ----------
    name : str
        In the key; "" for none.
    x, y : sequence of float
        What is None or not finite leaves a gap.
    series : int
        Decides on colour and marks.
    dashes : int
        Place in `DASHES`; None: as the series.
    low, high : sequence of float
        A band around it; empty for none.
    thin : bool
        A line without marks that goes with another.
    dots : bool
        Marks at all points and no line between them.
    ring : float or None
        The x of a point to mark.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    series: int = 0
    dashes: int | None = None
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    thin: bool = False
    dots: bool = False
    ring: float | None = None

    @property
    def sample(self) -> Sample:
        """Return what a key shows of it."""
        place = self.series if self.dashes is None else self.dashes
        return Sample(
            self.name,
            COLORS[self.series % len(COLORS)],
            "" if self.thin else MARKERS[self.series % len(MARKERS)],
            "" if self.dots else DASHES[place % len(DASHES)],
            0.9 if self.thin else 1.5,
        )


@dataclass(frozen=True)
class Interval:
    """A number, its interval where there is one, and the look of its series."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    series: int = 0


def line_panel(
    title: str,
    label: str,
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    log_x: bool = False,
    log_y: bool = False,
    levels: Sequence[tuple[float, str]] = (),
    y_limits: tuple[float, float] | None = None,
    from_zero: bool = False,
    key: Sequence[Sample] = (),
    width: float = WIDTH,
    height: float = 2.0,
) -> Panel:
    """Return a panel of lines.

    Parameters
    ----------
    levels : pairs
        Places on the y axis to mark by a thin line, and their names.
    y_limits : pair of float, optional
        What lies outside is cut off; default: all is shown.
    from_zero : bool
        Let the linear y axis begin at 0.
    key : sequence of Sample
        Entries beside those of two or more named lines.
    """
    values = [v for line in lines for v in (*line.y, *line.low, *line.high)]
    y_ends = y_limits or limits(values, log_y, [0.0] if from_zero else [], 0.04)
    if from_zero and y_ends[0] < 0 <= min(_drawable(values, log_y), default=0.0):
        y_ends = (0.0, y_ends[1])
    x_ends = limits([v for line in lines for v in line.x], log_x)

    def draw(axes: "Axes") -> None:
        _set_axis(axes, "y", y_ends, log_y)
        _set_axis(axes, "x", x_ends, log_x)
        axes.set(xlabel=x_label, ylabel=y_label)
        axes.grid(axis="y")
        axes.spines["left"].set_visible(False)
        for value, name in levels:
            if y_ends[0] < value < y_ends[1]:
                axes.axhline(value, color=SOFT, linewidth=0.7, linestyle=(0, (1.2, 2.4)), zorder=1)
                axes.annotate(
                    name,
                    (1, value),
                    (-2, 1.5),
                    axes.get_yaxis_transform(),
                    "offset points",
                    color=SOFT,
                    fontsize=7.5,
                    ha="right",
                )
        for line in lines:
            _draw_line(axes, line)

    named = [line.sample for line in lines if line.name]
    entries = (*(named if len(named) > 1 or key else ()), *key)
    return Panel(title, label, draw, entries, width, height)


def _draw_line(axes: "Axes", line: Line) -> None:
    x, y = _numbers(axes, line.x, line.y)
    look = line.sample
    if len(line.low) and len(line.high):
        least = axes.get_ylim()[0] * 1e-3 if axes.get_yscale() == "log" else -_MOST
        low, high = (np.array(edge, np.float64) for edge in (line.low, line.high))
        axes.fill_between(
            x,
            np.maximum(low, least),
            np.maximum(high, least),
            color=look.color,
            alpha=0.13,
            linewidth=0,
        )
    if not line.dots:
        axes.plot(x, y, color=look.color, linewidth=look.width, linestyle=look.dashes, zorder=3)
    if line.thin:
        return
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    places = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    every = 1 if line.dots else max(1, len(places) // _N_MARKS)
    # Marks of different lines stand at different places.
    places = places[line.series * max(1, every // 3) % every :: every]
    name = f"{line.name}: " if line.name else ""
    said = [f"{name}{tick_text(x[n])}, {y[n]:.4g}" for n in places]
    _draw_marks(axes, x[places], y[places], line.series, said, 3 if line.dots else 5)
    if line.ring is not None:
        at = np.flatnonzero(x == line.ring)
        axes.scatter(x[at], y[at], s=90, c="none", edgecolors=look.color, clip_on=False, zorder=4)


def _numbers(
    axes: "Axes", xs: Sequence[float], ys: Sequence[float | None]
) -> tuple[np.ndarray, np.ndarray]:
    """Return places on the axes; not a number for what has none."""
    x, y = np.array(xs, np.float64), np.array(ys, np.float64)
    bad = (np.abs(x) > _MOST) | ~(np.abs(y) <= _MOST)
    bad |= (axes.get_xscale() == "log") & (x <= 0)
    bad |= (axes.get_yscale() == "log") & (y <= 0)
    return x, np.where(bad, np.nan, y)


def _draw_marks(
    axes: "Axes",
    x: Sequence[float] | np.ndarray,
    y: Sequence[float] | np.ndarray,
    series: int,
    said: Iterable[str],
    size: float,
) -> None:
    marks = axes.scatter(
        x,
        y,
        s=size**2,
        c=COLORS[series % len(COLORS)],
        marker=MARKERS[series % len(MARKERS)],
        edgecolors=PAPER,
        linewidths=0.6,
        clip_on=False,
        zorder=5,
    )
    hinted(marks, said)


def interval_panel(
    title: str,
    label: str,
    groups: Sequence[tuple[str, Sequence[Interval]]],
    x_label: str,
    log: bool = False,
    chance: float | None = None,
    key: Sequence[str] = (),
    digits: int = 3,
) -> Panel:
    """Return a panel with a row for each group, in it a point with its interval for each number.

    Parameters
    ----------
    groups : sequence of (str, intervals)
        The names at the left, and the numbers beside them.
    chance : float, optional
        What guessing gives; marked by a dotted line.
    key : sequence of str
        Names of the series 0, 1, ..., where rows hold several.
    digits : int
        After the point, of the number that stands at the right of a row with one point.
    """
    single = all(len(row) <= 1 for _, row in groups)
    numbers = [v for _, row in groups for one in row for v in (one.value, one.low, one.high)]
    ends = limits(numbers, log, [] if chance is None else [chance], 0.04)
    heights = [max(_ROW, _CLOSE * len(row) + 0.09) for _, row in groups]
    borders = np.concatenate([[0.0], np.cumsum(heights)])
    middles = ((borders[:-1] + borders[1:]) / 2).tolist()
    names = [shortened(name, _NAME) for name, _ in groups]
    texts = [_fixed(v.value, digits) for _, row in groups for v in row if v.value is not None]
    beside = max(map(text_width, texts), default=0.0) * LETTERS if single else 0.0

    def draw(axes: "Axes") -> None:
        _set_axis(axes, "x", ends, log)
        axes.set(xlabel=x_label, ylim=(max(borders[-1], 0.1), 0))
        axes.set_yticks(middles, names)
        axes.tick_params("y", labelcolor=INK if single else SOFT)
        for text, (name, _) in zip(axes.get_yticklabels(), groups):
            hinted(text, [visible(name)])
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        if chance is not None and _has_place(chance, log):
            guess = axes.axvline(chance, color=SOFT, linewidth=0.9, linestyle=(0, (1.2, 2.4)))
            hinted(guess, [f"chance: {tick_text(chance)}"])
        if not single:
            across = axes.get_xlim()
            axes.hlines(borders[:-1], *across, RULE, linewidth=0.6, zorder=1)
        for middle, (_, row) in zip(middles, groups):
            for n, one in enumerate(row):
                y = middle + (n - (len(row) - 1) / 2) * _CLOSE
                _draw_interval(axes, one, y, log, digits)
                if single and one.value is not None:
                    axes.annotate(
                        _fixed(one.value, digits),
                        (1, y),
                        (beside + 8, 0),
                        axes.get_yaxis_transform(),
                        "offset points",
                        ha="right",
                        va="center_baseline",
                        annotation_clip=False,
                    )

    samples = [
        Sample(name, COLORS[n % len(COLORS)], MARKERS[n % len(MARKERS)])
        for n, name in enumerate(key)
    ]
    height = float(max(borders[-1], 0.1))
    right = (beside + 10) / 72 if single else 0.1
    return Panel(title, label, draw, tuple(samples), height=height, right=right)


def _draw_interval(axes: "Axes", one: Interval, y: float, log: bool, digits: int) -> None:
    if one.value is None or not _has_place(one.value, log):
        return
    said = f"{one.name}: {_fixed(one.value, digits)}"
    color = COLORS[one.series % len(COLORS)]
    ends = [end for end in (one.low, one.high) if end is not None and _has_place(end, log)]
    if len(ends) == 2:
        said += f" [{', '.join(_fixed(end, digits) for end in ends)}]"
        axes.plot(ends, [y, y], "|-", color=color, linewidth=1.2, markersize=5, zorder=3)
    _draw_marks(axes, [one.value], [y], one.series, [said], 5.9)


def _fixed(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return ""
    return f"{value:.{digits}f}" if abs(value) < 1e7 else tick_text(value)


def _has_place(value: float, log: bool) -> bool:
    return abs(value) <= _MOST and (value > 0 or not log)


def _drawable(values: Iterable[float | None], log: bool) -> list[float]:
    return [v for v in values if v is not None and math.isfinite(v) and (v > 0 or not log)]


def limits(
    values: Iterable[float | None], log: bool, include: Sequence[float] = (), room: float = 0.0
) -> tuple[float, float]:
    """Return ends of an axis that holds all values, with some room (a share of it) beyond."""
    held = _drawable([*values, *include], log)
    low, high = (min(held), max(held)) if held else (1.0, 10.0) if log else (0.0, 1.0)
    low, high = (min(_MOST, max(1 / _MOST if log else -_MOST, end)) for end in (low, high))
    if log:
        if high / low < 1.0001:
            low, high = low / 2, high * 2
        wider = (high / low) ** room
        return low / wider, high * wider
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
    return low - room * (high - low), high + room * (high - low)


def _set_axis(axes: "Axes", name: str, ends: tuple[float, float], log: bool) -> None:
    """Set the ends of an axis, and round numbers beside it."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    axis = axes.xaxis if name == "x" else axes.yaxis
    if log:
        axes.set(**{f"{name}scale": "log"})
        axis.set_major_locator(FixedLocator(log_ticks(*ends)))
        axis.set_minor_locator(NullLocator())
    else:
        wide = ends[1] - ends[0] > 4  # then there are no half epochs
        axis.set_major_locator(
            MaxNLocator(5, steps=[1, 2, 5, 10] if wide else [1, 2, 2.5, 5, 10], integer=wide)
        )
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick_text(value)))
    axes.set(**{f"{name}lim": ends})


def log_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers along a logarithmic axis, also where it is shorter than a decade."""
    decades = math.log10(high / low)
    if decades < 0.7:
        from matplotlib.ticker import MaxNLocator

        ticks = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        return [float(v) for v in ticks if low <= v <= high]
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
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
