"""Lines over two axes, each of them linear or logarithmic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .scales import Scale, scale, tick_text
from .svg import DASHES, N_COLORS, WIDTH, drawing, hint, mark, number, shortened, tag, text_width

_HEIGHT, _TOP, _RIGHT, _BOTTOM = 230.0, 10.0, 14.0, 42.0
_LETTERS = 12.0
_AIR = 8.0  # around the plot, so that marks at its border are whole
_N_MARKS = 9
_KEY_ROW = 19.0


@dataclass(frozen=True)
class Line:
    """A line of a chart.

    Attributes
    ----------
    name : str
        In the key; "" for none.
    x, y : tuple of float
        What is None or not finite leaves a gap.
    series : int
        Decides on colour, dashes and marks.
    low, high : tuple of float
        A band around it; empty for none.
    thin : str
        Dashes of a line without marks that goes with another; "" for a line of its own.
    dots : bool
        Marks at all points and no line between them.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    series: int = 0
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    thin: str = ""
    dots: bool = False


def line_chart(
    lines: Sequence[Line],
    label: str,
    x_label: str,
    y_label: str,
    log_x: bool = False,
    log_y: bool = False,
    uprights: Sequence[tuple[float, str]] = (),
    levels: Sequence[tuple[float, str]] = (),
    y_limits: tuple[float, float] | None = None,
    from_zero: bool = False,
) -> Markup:
    """Draw lines.

    Parameters
    ----------
    label : str
        What the chart shows, for those who do not see it.
    uprights, levels : pairs
        Places on the x and on the y axis to be marked by a thin line, and what is said there.
    y_limits : pair of float, optional
        What lies outside is cut off; default: all is shown.
    from_zero : bool
        Let the linear y axis begin at 0.
    """
    key, key_height = _key(lines)
    left = 8.0 + _LETTERS * 1.5
    values = [v for line in lines for v in (*line.y, *line.low, *line.high)]
    bottom = _HEIGHT - _BOTTOM
    include = [0.0] if from_zero and not log_y else []
    y = scale(values, bottom, _TOP, log_y, include, 0.04)
    if from_zero and not log_y and y.low < 0 <= min([0.0, *_known(values)]):
        y = Scale(0.0, y.high, bottom, _TOP)
    if y_limits is not None:
        y = Scale(*y_limits, bottom, _TOP, log_y)
    ticks = y.ticks()
    left += max((text_width(tick_text(tick), _LETTERS) for tick in ticks), default=10.0)
    x = scale([v for line in lines for v in line.x], left, WIDTH - _RIGHT, log_x)
    inside = [*_guides(uprights, levels, x, y)]
    for line in lines:
        inside += _drawn(line, x, y)
    plot = tag(
        "svg",
        *inside,
        class_="plot",
        x=left - _AIR,
        y=_TOP - _AIR,
        width=WIDTH - _RIGHT - left + 2 * _AIR,
        height=bottom - _TOP + 2 * _AIR,
        viewBox=f"{number(left - _AIR)} {number(_TOP - _AIR)} "
        f"{number(WIDTH - _RIGHT - left + 2 * _AIR)} {number(bottom - _TOP + 2 * _AIR)}",
    )
    return drawing(
        _HEIGHT + key_height, label, *axes(x, y, x_label, y_label), plot, *key, kind="lines"
    )


def axes(x: Scale, y: Scale, x_label: str, y_label: str) -> Iterable[Markup]:
    """Yield the grid, the numbers beside the axes and their names."""
    for tick in y.ticks():
        yield tag("line", class_="grid", x1=x.start, x2=x.end, y1=y(tick), y2=y(tick))
        yield tag(
            "text", tick_text(tick), class_="tick", x=x.start - 7, y=y(tick) + 4, text_anchor="end"
        )
    yield tag("line", class_="axis", x1=x.start, x2=x.end, y1=y.start, y2=y.start)
    before = -100.0
    for tick in x.ticks(6):
        said, place = tick_text(tick), x(tick)
        half = text_width(said, _LETTERS) / 2
        yield tag("line", class_="axis", x1=place, x2=place, y1=y.start, y2=y.start + 4)
        if place - half > before + 6:
            inside = min(place, WIDTH - half)
            yield tag("text", said, class_="tick", x=inside, y=y.start + 17, text_anchor="middle")
            before = place + half
    middle, height = (x.start + x.end) / 2, (y.start + y.end) / 2
    yield tag("text", x_label, class_="name", x=middle, y=y.start + 35, text_anchor="middle")
    yield tag(
        "text",
        y_label,
        class_="name",
        transform=f"translate(11 {number(height)}) rotate(-90)",
        text_anchor="middle",
    )


def _known(values: Iterable[float | None]) -> list[float]:
    return [v for v in values if v is not None and v == v]


def _guides(
    uprights: Sequence[tuple[float, str]], levels: Sequence[tuple[float, str]], x: Scale, y: Scale
) -> Iterable[Markup]:
    for value, said in uprights:
        if x.holds(value) and x.low <= value <= x.high:
            place = x(value)
            yield tag("line", class_="guide", x1=place, x2=place, y1=y.start, y2=y.end)
            right = place < (x.start + x.end) / 2
            yield tag(
                "text",
                said,
                class_="said",
                x=place + (5 if right else -5),
                y=y.end + 9,
                text_anchor="start" if right else "end",
            )
    for value, said in levels:
        if y.holds(value) and y.low <= value <= y.high:
            place = y(value)
            yield tag("line", class_="guide", x1=x.start, x2=x.end, y1=place, y2=place)
            yield tag("text", said, class_="said", x=x.end - 3, y=place - 4, text_anchor="end")


def _drawn(line: Line, x: Scale, y: Scale) -> Iterable[Markup]:
    color = f"s{line.series % N_COLORS}"
    if line.low and line.high:
        yield from _band(line, x, y, color)
    runs = _runs(line.x, line.y, x, y)
    if not line.dots:
        path = "".join(_path(run) for run in runs)
        if path:
            dashes = line.thin or DASHES[line.series % len(DASHES)]
            kind = "thin" if line.thin else "line"
            yield tag("path", class_=f"{kind} {color}", d=path, stroke_dasharray=dashes or None)
    if line.thin:
        return
    points = [
        (n, a, b) for n, (a, b) in enumerate(zip(line.x, line.y)) if x.holds(a) and y.holds(b)
    ]
    every = 1 if line.dots else max(1, len(points) // _N_MARKS)
    first = 0 if every == 1 else line.series * max(1, every // 3) % every
    for n, a, b in points:
        if b is not None and (n - first) % every == 0:
            said = f"{line.name}: " if line.name else ""
            yield tag(
                "path",
                hint(f"{said}{tick_text(a)}, {b:.4g}"),
                class_=f"mark {color}",
                d=mark(line.series, x(a), y(b), 2.6 if line.dots else 3.6),
            )


def _band(line: Line, x: Scale, y: Scale, color: str) -> Iterable[Markup]:
    # What is 0 on a logarithmic axis lies below its end.
    floor = y.low * 1e-3 if y.log else y.low
    edge = [
        (x(a), y(max(b, floor) if y.log else b), y(max(c, floor) if y.log else c))
        for a, b, c in zip(line.x, line.low, line.high)
        if b is not None and c is not None and x.holds(a) and b == b and c == c
    ]
    if len(edge) > 1:
        there = [(a, c) for a, _, c in edge]
        back = [(a, b) for a, b, _ in reversed(edge)]
        yield tag("path", class_=f"band {color}", d=_path(there + back) + "z")


def _runs(
    xs: Sequence[float], ys: Sequence[float | None], x: Scale, y: Scale
) -> list[list[tuple[float, float]]]:
    """Return unbroken runs of points."""
    runs: list[list[tuple[float, float]]] = [[]]
    for a, b in zip(xs, ys):
        if b is not None and x.holds(a) and y.holds(b):
            runs[-1].append((x(a), y(b)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(a)} {number(b)}" for a, b in points)


def _key(lines: Sequence[Line]) -> tuple[list[Markup], float]:
    """Return the names of the lines, in as many rows as they need, below the chart."""
    named = [line for line in lines if line.name]
    if len(named) < 2:
        return [], 0.0
    parts, across, row = [], 10.0, 0
    for line in named:
        said = shortened(line.name, WIDTH - 60, _LETTERS)
        needed = 34 + text_width(said, _LETTERS) + 16
        if across > 10 and across + needed > WIDTH:
            across, row = 10.0, row + 1
        y = _HEIGHT + 9 + row * _KEY_ROW
        color = f"s{line.series % N_COLORS}"
        dashes = line.thin or DASHES[line.series % len(DASHES)]
        if not line.dots:
            parts.append(
                tag(
                    "path",
                    class_=f"{'thin' if line.thin else 'line'} {color}",
                    d=_path([(across, y), (across + 28, y)]),
                    stroke_dasharray=dashes or None,
                )
            )
        if not line.thin:
            parts.append(tag("path", class_=f"mark {color}", d=mark(line.series, across + 14, y)))
        whole = hint(line.name)
        parts.append(tag("text", said, whole, class_="tick", x=across + 34, y=y + 4))
        across += needed
    return parts, (row + 1) * _KEY_ROW + 4
