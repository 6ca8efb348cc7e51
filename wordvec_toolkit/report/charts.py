"""Panels of lines over two axes, and of scores with their intervals."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .figures import LETTERS, Panel, Sample, Style, hinted
from .labels import shortened, text_width, visible
from .look import COLORS, DASHES, INK, MARKERS, PAPER, RULE, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 1e140  # axes reach no farther; ratios of their ends are still numbers
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_N_MARKS = 9
_ROW, _CLOSE = 0.245, 0.148  # inches
_NAME = 13.5  # longest name of a row, in units of its letters
_GUIDE: Style = {"color": SOFT, "linewidth": 0.8, "linestyle": DASHES[2], "zorder": 1}


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
    dashes : int or None
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
        marker = "" if self.thin else MARKERS[self.series % len(MARKERS)]
        place = self.series if self.dashes is None else self.dashes
        dashes = "" if self.dots else DASHES[place % len(DASHES)]
        color = COLORS[self.series % len(COLORS)]
        return Sample(self.name, color, marker, dashes, 0.9 if self.thin else 1.5)


@dataclass(frozen=True)
class Interval:
    """A number, its interval where there is one, and the look of its series."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    series: int = 0
    hollow: bool = False


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
) -> Panel:
    """Return a panel with lines; a key names them if there are several.

    Parameters
    ----------
    levels : pairs
        Places on the y axis to mark by a thin line, and their names.
    y_limits : pair of float, optional
        What lies outside is cut off; default: all is shown.
    from_zero : bool
        Let the linear y axis begin at 0.
    """

    def draw(axes: "Axes") -> None:
        axes.set(xscale="log" if log_x else "linear", yscale="log" if log_y else "linear")
        axes.set(xlabel=x_label, ylabel=y_label)
        axes.margins(x=0, y=0.04)
        if y_limits:
            axes.set_ylim(y_limits)
        axes.grid(axis="y")
        for line in lines:
            _draw_line(axes, line, log_x, log_y, y_limits or (-math.inf, math.inf))
        if from_zero:
            axes.set_ylim(bottom=0)
        for value, name in levels:
            axes.axhline(value, **_GUIDE)
            place = (-2, 1.5), axes.get_yaxis_transform(), "offset points"
            axes.annotate(name, (1, value), *place, color=SOFT, fontsize=7.5, ha="right")
        write_numbers(axes, "x", log_x)
        write_numbers(axes, "y", log_y)

    key = tuple(line.sample for line in lines if line.name)
    return Panel(title, label, draw, key if len(key) > 1 else ())


def _draw_line(
    axes: "Axes", line: Line, log_x: bool, log_y: bool, y_limits: tuple[float, float]
) -> None:
    look, x, y = line.sample, _places(line.x, log_x), _places(line.y, log_y)
    if len(line.low) and len(line.high):
        low, high = (np.array(edge, np.float64) for edge in (line.low, line.high))
        least = y_limits[0] * 1e-3 if log_y else -_MOST  # nothing is at 0 on a logarithmic axis
        band = np.maximum(low, least), np.maximum(high, least)
        axes.fill_between(x, *band, color=look.color, alpha=0.13, linewidth=0)
    if not line.dots:
        axes.plot(x, y, color=look.color, linewidth=look.width, linestyle=look.dashes, zorder=3)
    if line.thin:
        return
    places = np.flatnonzero(np.isfinite(x) & (y >= y_limits[0]) & (y <= y_limits[1]))
    every = 1 if line.dots else max(1, len(places) // _N_MARKS)
    # Marks of different lines are at different places.
    places = places[line.series * max(1, every // 3) % every :: every]
    name = f"{line.name}: " if line.name else ""
    said = [f"{name}{tick_text(x[n])}, {f'{y[n]:.4g}'.replace('-', '−')}" for n in places]
    _draw_marks(axes, x[places], y[places], line.series, said, 3 if line.dots else 5)
    if line.ring is not None:
        at = np.flatnonzero(x == line.ring)
        axes.scatter(x[at], y[at], s=90, c="none", edgecolors=look.color, clip_on=False, zorder=4)


def _places(values: Sequence[float | None], log: bool) -> np.ndarray:
    """Return places on an axis; not a number for what has none."""
    numbers = np.array(values, np.float64)
    return np.where((np.abs(numbers) <= _MOST) & ((numbers > 0) | (not log)), numbers, np.nan)


def _draw_marks(
    axes: "Axes",
    x: np.ndarray,
    y: np.ndarray,
    series: int,
    said: Iterable[str],
    size: float,
    hollow: bool = False,
) -> None:
    color, marker = COLORS[series % len(COLORS)], MARKERS[series % len(MARKERS)]
    look: Style = {"c": color, "edgecolors": PAPER, "linewidths": 0.6}
    if hollow:
        look = {"c": PAPER, "edgecolors": color, "linewidths": 1.3}
    marks = axes.scatter(x, y, s=size**2, marker=marker, clip_on=False, zorder=5, **look)
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
    zero: str = "",
) -> Panel:
    """Return a panel with a row for each group, in it a point with its interval for each number.

    Parameters
    ----------
    groups : sequence of (str, intervals)
        The names at the left, and the numbers next to them.
    chance : float, optional
        What guessing gives; marked by a dotted line with its name.
    zero : str
        What 0 stands for, which is shown by a line then.
    key : sequence of str
        Names of the series 0, 1, ..., where rows hold several.
    digits : int
        Decimals of the number at the right of a row with one point.
    """
    single = all(len(row) <= 1 for _, row in groups)
    heights = [max(_ROW, _CLOSE * len(row) + 0.09) for _, row in groups]
    borders = np.cumsum([0.0, *heights])
    middles = (borders[:-1] + np.diff(borders) / 2).tolist()
    texts = [_fixed(one.value, digits) for _, row in groups for one in row]
    beside = max(map(text_width, texts), default=0.0) * LETTERS + 8 if single else 0.0

    def draw(axes: "Axes") -> None:
        axes.set(xscale="log" if log else "linear", xlabel=x_label, ylim=(borders[-1] or 1, 0))
        axes.margins(x=0.04)
        axes.set_yticks(middles, [_two_lines(name) for name, _ in groups], linespacing=0.9)
        axes.tick_params("y", labelcolor=INK if single else SOFT)
        for text, (name, _) in zip(axes.get_yticklabels(), groups):
            hinted(text, [visible(name)])
            if "\n" in text.get_text():
                text.set_fontsize(7)
        axes.grid(axis="x")
        if zero:
            hinted(axes.axvline(0, color=SOFT, linewidth=0.8, zorder=1), [zero])
            _name_guide(axes, 0.0, "" if zero == "0" else zero)
        if chance is not None and math.isfinite(guess := float(_places([chance], log)[0])):
            hinted(axes.axvline(guess, **_GUIDE), [f"chance: {tick_text(guess)}"])
            _name_guide(axes, guess, "chance")
        for middle, (_, row) in zip(middles, groups):
            for n, one in enumerate(row):
                y = middle + (n - (len(row) - 1) / 2) * _CLOSE
                _draw_interval(axes, one, y, log, digits)
                if single:
                    place = (beside, 0), axes.get_yaxis_transform(), "offset points"
                    said = _fixed(one.value, digits)
                    axes.annotate(said, (1, y), *place, ha="right", va="center_baseline")
        if not single:
            across = axes.get_xlim()
            axes.hlines(borders[:-1], *across, RULE, linewidth=0.6, zorder=1)
        write_numbers(axes, "x", log)

    looks = zip(key, COLORS * len(key), MARKERS * len(key))
    right = max(0.1, (beside + 2) / 72)
    samples = tuple(Sample(*look) for look in looks)
    height, top = max(0.1, float(borders[-1])), 0.2 if zero or chance is not None else 0.1
    return Panel(title, label, draw, samples, height=height, right=right, top=top)


def _name_guide(axes: "Axes", x: float, name: str) -> None:
    """Write the name of an upright line above it."""
    place = (0, 1.5), axes.get_xaxis_transform(), "offset points"
    ha = "center" if text_width(name) <= _NAME else "left"
    name = shortened(name, 2 * _NAME)
    axes.annotate(name, (x, 1), *place, color=SOFT, fontsize=7.5, ha=ha, clip_on=False)


def _two_lines(name: str) -> str:
    """Return the name of a row, a long one in two lines."""
    name = shortened(name, 2 * _NAME)
    if text_width(name) <= _NAME or " " not in name:
        return shortened(name, _NAME)
    breaks = [place for place, letter in enumerate(name) if letter == " "]
    middle = min(breaks, key=lambda place: abs(place - len(name) / 2))
    return f"{shortened(name[:middle], _NAME)}\n{shortened(name[middle + 1 :], _NAME)}"


def _draw_interval(axes: "Axes", one: Interval, y: float, log: bool, digits: int) -> None:
    value, *ends = _places([one.value, one.low, one.high], log)
    if math.isnan(value):
        return
    said = f"{one.name}: {_fixed(one.value, digits)}"
    if np.isfinite(ends).all():
        said += f" [{_fixed(one.low, digits)}, {_fixed(one.high, digits)}]"
        color = COLORS[one.series % len(COLORS)]
        axes.plot(ends, [y, y], "|-", color=color, linewidth=1.2, markersize=5, zorder=3)
    _draw_marks(axes, np.array([value]), np.array([y]), one.series, [said], 5.9, one.hollow)


def _fixed(value: float | None, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:.{digits}f}".replace("-", "−") if abs(value) < 1e7 else tick_text(value)


def write_numbers(axes: "Axes", name: str, log: bool) -> None:
    """Write round numbers next to an axis whose ends are known."""
    ends = axes.get_xlim() if name == "x" else axes.get_ylim()
    ticks = round_numbers(*ends, log)
    axes.set(**{f"{name}lim": ends})
    getattr(axes, f"set_{name}ticks")(ticks, [tick_text(tick) for tick in ticks])
    getattr(axes, f"set_{name}ticks")([], minor=True)


def round_numbers(low: float, high: float, log: bool) -> list[float]:
    """Return round numbers along an axis, also where a logarithmic one is shorter than a decade."""
    decades = math.log10(high / low) if log else 0.0
    if decades < 0.7:
        from matplotlib.ticker import MaxNLocator

        whole = high - low > 4  # then there are no half epochs
        steps = [1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10]
        ticks = list(MaxNLocator(5, steps=steps, integer=whole).tick_values(low, high))
    else:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        every = max(1, math.ceil(decades / 5))
        factors = (1,) if decades > 2.2 else (1, 3) if decades > 1.3 else (1, 2, 5)
        ticks = [f * 10.0**p for p in powers if p % every == 0 for f in factors]
    slack = (high - low) * 1e-6
    return [tick for tick in ticks if low - slack <= tick <= high + slack]


def tick_text(value: float) -> str:
    """Return a number as the label of an axis tick."""
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
