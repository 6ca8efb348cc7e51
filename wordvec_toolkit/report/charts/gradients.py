"""How far back gradients reach, from what `Diagnosis.as_dict` gives or JSON has kept of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from .lines import Line, line_chart
from .svg import finite, is_finite

_LEAST = 1e-12  # of what is left of a gradient, that is drawn
_ROOM = 3.0  # above and below the curves
_LEVELS = ((0.5, "half"), (0.01, "1 %"))


def gradient_chart(diagnoses: Sequence[Mapping[str, Any]]) -> Markup | None:
    """Draw the mean length of the gradient against the steps it has gone back, a line a network.

    Shares of that at t = 0, of the last layer, with a band for the middle four fifths of the
    positions; dashed the powers of the largest singular value, dotted those of the spectral
    radius.  None if there is nothing to draw.
    """
    lines: list[Line] = []
    shares: list[float] = []
    for series, found in enumerate(diagnoses):
        layers = found.get("layers") or [{}]
        norms = layers[-1].get("gradient_norm") or {}
        mean = norms.get("mean") or []
        if not finite(mean):
            continue
        unit = mean[0] if is_finite(mean[0]) and mean[0] > 0 else 1.0
        bands = norms.get("quantiles") or {}
        steps = tuple(float(t) for t in range(len(mean)))
        measured = _shares(mean, unit)
        curves = (layers[-1].get("prediction") or {}).get("curves") or {}
        for name, dashes in (("bound", "6 3"), ("asymptotic", "1.5 2.5")):
            lines.append(Line("", steps, _shares(curves.get(name, ()), 1.0), series, thin=dashes))
        lines.append(
            Line(
                str(found.get("name", f"network {series + 1}")),
                steps,
                measured,
                series,
                _shares(bands.get("0.1", ()), unit),
                _shares(bands.get("0.9", ()), unit),
            )
        )
        shares += [v for v in measured if v]
    if not shares:
        return None
    limits = (max(_LEAST, min(*shares, 0.005) / _ROOM), max(_ROOM, max(shares) * _ROOM))
    return line_chart(
        lines,
        "Length of the gradient against the steps that it has gone back",
        "steps back",
        "gradient, relative to its start",
        log_y=True,
        levels=_LEVELS,
        y_limits=limits,
    )


def _shares(values: Sequence[float | None], unit: float) -> tuple[float | None, ...]:
    return tuple(float(v) / unit if v is not None and is_finite(v) else None for v in values)


def reached(found: Mapping[str, Any]) -> str:
    """Say after how many steps little is left of the gradient."""
    layers = found.get("layers") or [{}]
    last = layers[-1]
    half, hundredth, rate = (
        last.get(key) for key in ("steps_to_half", "steps_to_hundredth", "rate")
    )
    n = len((last.get("gradient_norm") or {}).get("mean") or [0]) - 1
    if half is None and is_finite(rate) and rate > 1:
        return f"grows {rate:.3g}-fold a step"
    within = f"not within {n}"
    return (
        f"is down to half {within if half is None else f'after {half}'} and to 1 % "
        f"{within if hundredth is None else f'after {hundredth}'} steps"
    )
