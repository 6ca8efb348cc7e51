"""What a recurrent language model is, and how it is trained."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from ...errors import SettingError

Cell = Literal["lstm", "gru", "rnn-tanh", "rnn-relu"]
Optimizer = Literal["adamw", "sgd"]
CELLS: tuple[str, ...] = ("lstm", "gru", "rnn-tanh", "rnn-relu")
OPTIMIZERS: tuple[str, ...] = ("adamw", "sgd")
Precision = Literal["auto", "bf16", "fp32"]
PRECISIONS: tuple[str, ...] = ("auto", "bf16", "fp32")

_SHARE = (0.0, 0.99)
_RANGES: dict[str, tuple[float, float]] = {
    "n_layers": (1, 32),
    "hidden_dim": (1, 65_536),
    "embedding_dim": (1, 65_536),
    "dropout": _SHARE,
    "input_dropout": _SHARE,
    "output_dropout": _SHARE,
    "embedding_dropout": _SHARE,
    "weight_dropout": _SHARE,
    "forget_bias": (-100, 100),
    "epochs": (1, 100_000),
    "batch_size": (1, 65_536),
    "bptt": (1, 65_536),
    "reset": (0, 1),
    "learning_rate": (1e-12, 1e4),
    "warmup": (0, 1),
    "weight_decay": (0, 10),
    "decay": (1, 1e6),
    "clip": (1e-9, 1e9),
    "patience": (0, 100_000),
    "seed": (0, 2**32 - 1),
}


class _Checked:
    """Refuses values that make no sense as soon as a dataclass is made of them."""

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if value is None and item.default is None:
                continue
            if item.name in _RANGES:
                _check_number(item.name, value, whole=item.type in (int, int | None))
            elif item.type is bool and not isinstance(value, bool):
                raise SettingError(f"{item.name} is {value!r}; expected true or false")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the settings."""
        return tuple(item.name for item in fields(cls))  # type: ignore[arg-type]

    @classmethod
    def among(cls, settings: dict[str, Any]) -> Any:
        """Return what those of `settings` say that belong here; the others take their defaults."""
        return cls(**{name: settings[name] for name in cls.names() if name in settings})

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as they stand in a manifest."""
        return asdict(self)  # type: ignore[call-overload]


@dataclass(frozen=True)
class Architecture(_Checked):
    """The network: embedding, recurrent layers, softmax over the vocabulary."""

    # Learns farthest back of the four, at equal size (Jozefowicz et al. 2015).
    cell: Cell = "lstm"
    # Zaremba et al. 2014 and most after them have two; Merity et al. 2018 three.
    n_layers: int = 2
    # Between the small (200) and medium (650) model of Zaremba et al. 2014: what a laptop trains
    # in minutes.
    hidden_dim: int = 400
    # None: as `hidden_dim`.
    embedding_dim: int | None = None
    # One matrix for input and output words: fewer parameters and a lower perplexity (Press and
    # Wolf 2017; Inan et al. 2017).  The last layer then is as wide as the embedding, as in Merity
    # et al. 2018.
    tied: bool = True
    # Add a layer's input to its output where both have one width (He et al. 2016); of use from
    # three or four layers on.
    residual: bool = False
    # Shares of what is dropped: between layers, of what goes into the first and comes out of the
    # last, after Merity et al. 2018 (.25, .4, .4 for the Penn Treebank).  Large texts want less.
    dropout: float = 0.25
    input_dropout: float = 0.4
    output_dropout: float = 0.4
    # One mask for all steps of a window ("variational"), not a new one at each (Gal and Ghahramani
    # 2016).
    locked: bool = True
    # Whole words (Gal and Ghahramani 2016; .1 in Merity et al. 2018).
    embedding_dropout: float = 0.1
    # Recurrent weights (Wan et al. 2013; .5 in Merity et al. 2018).  0: it is their three large
    # layers and hundreds of epochs that need it.
    weight_dropout: float = 0.0
    # Of the LSTM's forget gates at the start.  1 keeps what is in the cell (Gers et al. 2000;
    # Jozefowicz et al. 2015); where the state goes on from window to window it keeps too much, and
    # cells grow until words lean on what only a long text has (see `Training.reset`).
    forget_bias: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cell not in CELLS:
            raise SettingError(f"cell is {self.cell!r}; expected one of {', '.join(CELLS)}")
        if self.tied and self.n_layers == 1 and self.widths[0] != self.hidden_dim:
            raise SettingError(
                f"the last layer of a tied network is as wide as its embedding, so that with one "
                f"layer hidden_dim {self.hidden_dim} and embedding_dim {self.embedding_dim} must "
                "be one; or do not tie (--no-tied)"
            )

    @property
    def widths(self) -> list[int]:
        """The width of the embedding, then those of the layers."""
        embedding = self.embedding_dim or self.hidden_dim
        last = embedding if self.tied else self.hidden_dim
        return [embedding, *[self.hidden_dim] * (self.n_layers - 1), last]


@dataclass(frozen=True)
class Training(_Checked):
    """How the weights are found: truncated back-propagation through time over one long stream."""

    epochs: int = 12
    # Columns that the stream is cut into, read side by side (20 in Zaremba et al. 2014, 40 in
    # Merity et al. 2018).
    batch_size: int = 40
    # Tokens that the gradient reaches back (Zaremba et al. 2014); the state goes on beyond them.
    bptt: int = 35
    # Share of the columns whose state begins anew at a window.  States that have gone on since the
    # epoch began can be far from those at the beginning of a text to be scored.
    reset: float = 0.01
    # AdamW (Loshchilov and Hutter 2019) gets near its best in a dozen epochs, SGD (Zaremba et al.
    # 2014) takes several times as many.
    optimizer: Optimizer = "adamw"
    # None: 3e-3 for adamw, 20 for sgd; losses are means over tokens.
    learning_rate: float | None = None
    # Share of all steps in which AdamW's learning rate rises from 0; then it falls to 0 along half
    # a cosine (Loshchilov and Hutter 2017).
    warmup: float = 0.1
    # Merity et al. 2018.
    weight_decay: float = 1.2e-6
    # SGD's learning rate is divided by this after an epoch that brings no better validation
    # perplexity; without validation text it stays.
    decay: float = 4.0
    # Longer gradients are cut to this length (Pascanu et al. 2013; .25 in Merity et al. 2018).
    clip: float = 0.25
    # Stop after so many epochs in a row without a better validation perplexity; 0: never.
    patience: int = 3
    # What products are computed in.  auto: bfloat16 where the processor multiplies it fast, which
    # is 2 to 3 times as quick and costs less than 1 % of perplexity (benchmarks/recurrent.py);
    # weights, their gradients' sums, cells and the optimiser are float32 all the same.
    precision: Precision = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.optimizer not in OPTIMIZERS:
            raise SettingError(
                f"optimizer is {self.optimizer!r}; expected one of {', '.join(OPTIMIZERS)}"
            )
        if self.precision not in PRECISIONS:
            raise SettingError(
                f"precision is {self.precision!r}; expected one of {', '.join(PRECISIONS)}"
            )

    @property
    def first_learning_rate(self) -> float:
        """The learning rate asked for, or the optimiser's own."""
        if self.learning_rate is not None:
            return self.learning_rate
        return 3e-3 if self.optimizer == "adamw" else 20.0

    def learning_rate_at(self, step: int, n_steps: int) -> float:
        """Return AdamW's learning rate at a step from 0 to ``n_steps - 1``."""
        n_warm = math.ceil(self.warmup * n_steps)
        if step < n_warm:
            return self.first_learning_rate * (step + 1) / n_warm
        done = (step - n_warm) / (n_steps - n_warm)
        return self.first_learning_rate * (1 + math.cos(math.pi * done)) / 2


def _check_number(name: str, value: Any, whole: bool) -> None:
    lowest, highest = _RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        kind = "a whole number" if whole else "a number"
        raise SettingError(f"{name} is {value!r}; expected {kind}")
    if not lowest <= value <= highest:
        raise SettingError(f"{name} is {value}; it must be from {lowest:g} to {highest:g}")
