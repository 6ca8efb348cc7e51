"""Results of diagnosing a recurrent network; see `diagnose`."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ....runtime.results import Column, Result
from ....runtime.signatures import Signature

#: Shares of the positions that `Reach.quantiles` has curves for.
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
#: Gates beyond these are open or closed for good (Karpathy et al. 2016); so are tanh units.
OPEN, CLOSED = 0.9, 0.1


@dataclass(frozen=True, eq=False, repr=False)
class Reach(Result):
    """Length of the gradient of a loss at the states t = 0 ... T steps before it, of a layer.

    Attributes
    ----------
    mean : float64 array (T + 1,)
        Arithmetic mean over positions s of the length of d L_s / d h_(s-t), of an LSTM of
        d L_s / d (h_(s-t), c_(s-t)).  h counts with all that it goes on to, the layers above at
        the same step among them; c with what the next step makes of it.
    geometric_mean : float64 array (T + 1,)
        0 where it is 0 at one of the positions, as ReLUs that are all off make it.
    quantiles : float64 array (5, T + 1)
        Over positions; `QUANTILES` says which.
    parts : dict
        The arithmetic means for h, and of an LSTM for c, by themselves.
    """

    mean: np.ndarray
    geometric_mean: np.ndarray
    quantiles: np.ndarray
    parts: dict[str, np.ndarray]

    def as_dict(self, items: bool = True) -> dict[str, object]:
        data = super().as_dict(items)
        return data | {
            "quantiles": {f"{share:g}": row for share, row in zip(QUANTILES, data["quantiles"])}
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Reach":
        return super().from_dict({**data, "quantiles": list(data.get("quantiles", {}).values())})

    @property
    def steps(self) -> int:
        return len(self.mean) - 1

    def steps_to(self, share: float) -> int | None:
        """Return from which t on the mean stays at or below `share` of that at t = 0.

        None if it is still above at t = T.
        """
        above = np.flatnonzero(self.mean > share * self.mean[0])
        if len(above) == 0:
            return 0
        return None if above[-1] == self.steps else int(above[-1]) + 1

    @property
    def rate(self) -> float:
        """The factor of the mean from step to step, by least squares of its logarithm over the
        farther half, t = T/2 ... T; 0 where nothing arrives there."""
        t = np.arange(self.steps // 2, self.steps + 1)
        with np.errstate(divide="ignore"):
            logs = np.log(self.mean[t])
        arrived = np.isfinite(logs)
        if arrived.sum() < 2:
            return 0.0
        return float(math.exp(np.polyfit(t[arrived], logs[arrived], 1)[0]))

    @property
    def half_life(self) -> float:
        """Steps in which the gradient falls to half at `rate`; infinity where it does not fall."""
        rate = self.rate
        if rate >= 1:
            return math.inf
        return math.log(0.5) / math.log(rate) if rate > 0 else 0.0


@dataclass(frozen=True, repr=False)
class Spread(Result):
    """A number that is another at each position: its mean, the least and the greatest."""

    mean: float
    least: float
    greatest: float


@dataclass(frozen=True, repr=False)
class JacobianSpectrum(Result):
    """The Jacobian of a step, d state_t / d state_(t-1), at some positions.

    Attributes
    ----------
    largest, smallest, average : Spread
        Over positions, of the largest, smallest and mean singular value.
    radius : Spread
        Of the spectral radius.
    typical_largest, typical_radius : float
        Geometric means over positions, as for products of Jacobians.
    """

    largest: Spread
    smallest: Spread
    average: Spread
    radius: Spread
    typical_largest: float
    typical_radius: float


@dataclass(frozen=True, repr=False)
class MatrixSpectrum(Result):
    """A recurrent matrix, of a gated cell that of one gate: its greatest singular value and
    spectral radius."""

    name: str
    largest: float
    radius: float


@dataclass(frozen=True, repr=False)
class Saturation(Result):
    """Use of units or gates, over all units and steps.

    Attributes
    ----------
    name : str
        Of a gate, which goes from 0 to 1; ``candidate`` and ``h`` go from -1 to 1 (h of a network
        of ReLUs from 0 on) and are taken without their signs.
    mean, above, below : float
        Mean, and shares above .9 and below .1 (of h of ReLUs: at 0).
    histogram : tuple of float
        Shares in the ten tenths from 0 to 1; what is above 1 is in the last.
    """

    name: str
    mean: float
    above: float
    below: float
    histogram: tuple[float, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Prediction(Result):
    """Textbook expectation of `Reach`, as a factor per step.

    Attributes
    ----------
    of : str
        ``recurrent matrix`` for simple networks, ``step Jacobian`` for gated ones, which no one
        matrix decides.
    bound : float
        The greatest singular value.  Powers of that of a recurrent matrix are what the gradient
        can not exceed: Pascanu et al. 2013, equations 6 and 7, with the greatest slope of tanh or
        ReLU, 1.  A single layer, or the last one, keeps to it.  Of Jacobians it is the geometric
        mean over positions, which shows the way but binds nothing.
    asymptotic : float
        The spectral radius: the rate of a linear network once t is large.
    """

    of: str
    bound: float
    asymptotic: float

    def curves(self, steps: int) -> dict[str, np.ndarray]:
        """Return the powers 0 ... `steps` of both, what a gradient of 1 becomes."""
        with np.errstate(over="ignore"):
            return {
                name: np.power(getattr(self, name), np.arange(steps + 1, dtype=np.float64))
                for name in ("bound", "asymptotic")
            }


@dataclass(frozen=True, eq=False, repr=False)
class LayerDiagnosis(Result):
    """Diagnosis of a layer.

    Attributes
    ----------
    layer : int
        From 1; the last one is next to the predicted words.
    width : int
    reach : Reach
    prediction : Prediction
    jacobian : JacobianSpectrum
    matrices : tuple of MatrixSpectrum
        One for each gate.
    saturation : tuple of Saturation
        Gates, candidates, and h.
    kept : float64 array (T + 1,) or None
        Of an LSTM: mean over units and positions of the product of the last t forget gates, which
        is the whole of d c_s / d c_(s-t) but for the way through h (the "constant error carousel"
        of Hochreiter and Schmidhuber 1997).
    """

    COLUMNS: ClassVar = (
        Column("layer", "layer", "whole"),
        Column("steps_to_half", "steps to half", "whole"),
        Column("steps_to_hundredth", "steps to 1 %", "whole"),
        Column("rate", "rate", digits=4),
        Column("prediction.asymptotic", "predicted rate", digits=4),
        Column("prediction.bound", "predicted bound", digits=4),
        Column("jacobian.radius.mean", "Jacobian's radius", digits=4),
        Column("jacobian.largest.mean", "its largest singular value", digits=4),
    )
    DERIVED: ClassVar = ("steps_to_half", "steps_to_hundredth", "rate", "half_life")

    layer: int
    width: int
    reach: Reach
    prediction: Prediction
    jacobian: JacobianSpectrum
    matrices: tuple[MatrixSpectrum, ...]
    saturation: tuple[Saturation, ...]
    kept: np.ndarray | None = None

    def as_dict(self, items: bool = True) -> dict[str, object]:
        """Return all numbers as plain lists and dicts, with the curves that are predicted."""
        data = super().as_dict(items)
        curves = self.prediction.curves(self.reach.steps)
        data["prediction"]["curves"] = {name: curve.tolist() for name, curve in curves.items()}
        return {"gradient_norm": data.pop("reach"), **data}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "LayerDiagnosis":
        renamed = {"reach" if key == "gradient_norm" else key: own for key, own in data.items()}
        if isinstance(own := renamed.get("prediction"), Mapping):
            renamed["prediction"] = {key: own[key] for key in own if key != "curves"}
        return super().from_dict(renamed)

    @property
    def steps_to_half(self) -> int | None:
        return self.reach.steps_to(0.5)

    @property
    def steps_to_hundredth(self) -> int | None:
        return self.reach.steps_to(0.01)

    @property
    def rate(self) -> float:
        return self.reach.rate

    @property
    def half_life(self) -> float:
        return self.reach.half_life

    def gate(self, name: str) -> Saturation | None:
        """Return how a gate is used, if the layer has it."""
        return next((each for each in self.saturation if each.name == name), None)


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis(Result):
    """Reach of the gradients of a recurrent network, and what limits it.

    Attributes
    ----------
    name : str
    cell : str
    hidden_dim : int
    n_parameters : int
    layers : tuple of LayerDiagnosis
    training : tuple of dict
        Of each epoch of training: mean norm of the gradient and share of clipped steps; empty if
        the weights are untrained.
    n_tokens, n_positions, steps : int
        The text, the positions in it whose losses were followed, and how far: T.
    signature : str
        How the numbers were made.
    """

    COLUMNS: ClassVar = (
        Column("name", "model", "text"),
        Column("cell", "cell", "text"),
        Column("hidden_dim", "width", "whole"),
        Column("n_positions", "positions", "whole"),
        Column("clipped", "clipped", "percent", 0),
    )
    DERIVED: ClassVar = ("clipped",)

    name: str
    cell: str
    hidden_dim: int
    n_parameters: int
    layers: tuple[LayerDiagnosis, ...]
    training: tuple[dict[str, float], ...]
    n_tokens: int
    n_positions: int
    steps: int
    signature: Signature

    def rows(self) -> tuple[LayerDiagnosis, ...]:
        return self.layers

    @property
    def clipped(self) -> float | None:
        """Share of the steps of training whose gradient was clipped, mean over epochs."""
        shares = [epoch["clipped"] for epoch in self.training]
        return sum(shares) / len(shares) if shares else None
