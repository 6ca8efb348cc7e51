"""Gradients, Jacobians and gates of a recurrent network, measured on a text."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ....errors import WordvecError
from ....runtime.progress import Progress
from ..cells import Cell
from ..door import torch
from ..layers import RecurrentLayer
from ..network import Network
from .gradients import Trace, Unrolled
from .results import (
    CLOSED,
    OPEN,
    QUANTILES,
    JacobianSpectrum,
    LayerDiagnosis,
    MatrixSpectrum,
    Prediction,
    Reach,
    Saturation,
    Spread,
)

_BINS = 10


class OverflowedError(WordvecError):
    """Gradients have exploded beyond what float64 holds."""


@dataclass(frozen=True)
class Measurement:
    """Result of `measure`."""

    layers: tuple[LayerDiagnosis, ...]
    n_positions: int
    n_jacobians: int
    warmup: int


def measure(
    network: Network,
    ids: np.ndarray,
    steps: int,
    positions: int,
    jacobians: int,
    progress: Progress,
    name: str,
) -> Measurement:
    """Measure a network on a text of more than `steps` tokens; see `diagnose`."""
    # The text before a window is read to find the state there: as much again, if there is.
    warmup = min(steps, (len(ids) - 1 - steps) // 2)
    places = spread(steps + warmup, len(ids) - 1, positions)
    chosen = set(spread(0, len(places) - 1, jacobians).tolist())
    unrolled = Unrolled(network)
    tallies = [_Tally(layer) for layer in unrolled.layers]
    progress.start(name, len(places), "positions")
    done = 0
    for traces in unrolled.traces(ids, places, steps, warmup):
        n = traces[0].norms.shape[1]
        if not all(np.isfinite(trace.norms).all() for trace in traces):
            raise OverflowedError(
                f"{name}: its states, or the gradients {steps:,} steps back, are larger than any "
                "number that can be held; lower steps (--steps) or spectral_radius "
                "(--spectral-radius)"
            )
        columns = [column for column in range(n) if done + column in chosen]
        for tally, trace in zip(tallies, traces):
            tally.add(trace, columns)
        done += n
        progress.advance(n)
    layers = tuple(tally.diagnosis(number) for number, tally in enumerate(tallies, 1))
    reach = layers[-1].reach
    progress.finish(f"{reach.mean[-1]:.2g} of {reach.mean[0]:.2g} are left after {steps} steps")
    return Measurement(layers, len(places), len(chosen), warmup)


def spread(first: int, last: int, n: int) -> np.ndarray:
    """Return up to `n` whole numbers evenly spread from `first` to `last`, both among them."""
    n = min(n, last - first + 1)
    return np.linspace(first, last, n).round().astype(np.int64) if n > 1 else np.array([last])


@dataclass
class _Tally:
    """Totals of a layer so far."""

    layer: RecurrentLayer
    norms: list[np.ndarray] = field(default_factory=list)
    parts: list[np.ndarray] = field(default_factory=list)
    kept: list[np.ndarray] = field(default_factory=list)
    singular: list[np.ndarray] = field(default_factory=list)
    radii: list[float] = field(default_factory=list)
    uses: dict[str, "_Use"] = field(default_factory=dict)

    def add(self, trace: Trace, columns: list[int]) -> None:
        self.norms.append(trace.norms)
        self.parts.append(trace.parts)
        for name, values in {**trace.gates, "h": trace.h}.items():
            self.uses.setdefault(name, _Use()).add(values.numpy())
        if keeping := self.layer.cell.kept_by:
            gates = trace.gates[keeping].flip(0)[:-1]  # from the last step back
            kept = torch.cumprod(gates, dim=0).mean(dim=2).numpy()
            self.kept.append(np.concatenate([np.ones((1, kept.shape[1])), kept]))
        for column in columns:  # one at a time: they are large
            at = slice(column, column + 1)
            before = tuple(part[at] for part in trace.before)
            jacobian = self.layer.jacobian(trace.drive[at], before)[0]
            self.singular.append(torch.linalg.svdvals(jacobian).numpy())
            self.radii.append(spectral_radius(jacobian))

    def diagnosis(self, number: int) -> LayerDiagnosis:
        cell = self.layer.cell
        jacobian = self._jacobian()
        matrices = tuple(
            MatrixSpectrum(name, float(torch.linalg.matrix_norm(block, 2)), spectral_radius(block))
            for name, block in self.layer.blocks.items()
        )
        if cell.is_simple:
            prediction = Prediction("recurrent matrix", matrices[0].largest, matrices[0].radius)
        else:
            prediction = Prediction(
                "step Jacobian", jacobian.typical_largest, jacobian.typical_radius
            )
        names = (*cell.gates, "h")
        return LayerDiagnosis(
            layer=number,
            width=self.layer.width,
            reach=self._reach(),
            prediction=prediction,
            jacobian=jacobian,
            matrices=matrices,
            saturation=tuple(
                self.uses[name].saturation(name, cell) for name in names if name in self.uses
            ),
            kept=np.concatenate(self.kept, axis=1).mean(axis=1) if self.kept else None,
        )

    def _reach(self) -> Reach:
        norms, parts = np.concatenate(self.norms, axis=1), np.concatenate(self.parts, axis=2)
        with np.errstate(divide="ignore"):
            geometric = np.exp(np.log(norms).mean(axis=1))
        return Reach(
            mean=norms.mean(axis=1),
            geometric_mean=geometric,
            quantiles=np.quantile(norms, QUANTILES, axis=1),
            parts=dict(zip(self.layer.cell.parts, parts.mean(axis=2))),
        )

    def _jacobian(self) -> JacobianSpectrum:
        values, radii = np.array(self.singular), np.array(self.radii)
        return JacobianSpectrum(
            largest=_spread(values[:, 0]),
            smallest=_spread(values[:, -1]),
            average=_spread(values.mean(axis=1)),
            radius=_spread(radii),
            typical_largest=_geometric_mean(values[:, 0]),
            typical_radius=_geometric_mean(radii),
        )


@dataclass
class _Use:
    """A histogram of absolute values."""

    n: int = 0
    total: float = 0.0
    above: int = 0
    below: int = 0
    zero: int = 0
    bins: np.ndarray = field(default_factory=lambda: np.zeros(_BINS, np.int64))

    def add(self, values: np.ndarray) -> None:
        values = np.abs(values).ravel()
        self.n += values.size
        self.total += float(values.sum())
        self.above += int(np.count_nonzero(values > OPEN))
        self.below += int(np.count_nonzero(values < CLOSED))
        self.zero += int(np.count_nonzero(values == 0))
        bins = np.minimum(values * _BINS, _BINS - 1).astype(np.int64)
        self.bins += np.bincount(bins, minlength=_BINS)

    def saturation(self, name: str, cell: Cell) -> Saturation:
        below = self.zero if name == "h" and cell.is_rectified else self.below
        return Saturation(
            name,
            self.total / self.n,
            self.above / self.n,
            below / self.n,
            tuple((self.bins / self.n).tolist()),
        )


def spectral_radius(matrix: torch.Tensor) -> float:
    """Return the greatest modulus of the eigenvalues of a square matrix."""
    return float(torch.linalg.eigvals(matrix).abs().max())


def _spread(values: np.ndarray) -> Spread:
    return Spread(float(values.mean()), float(values.min()), float(values.max()))


def _geometric_mean(values: Iterable[float]) -> float:
    with np.errstate(divide="ignore"):
        return float(np.exp(np.log(np.asarray(values)).mean()))
