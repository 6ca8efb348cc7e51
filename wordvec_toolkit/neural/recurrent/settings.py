"""What a recurrent language model is, and how it is trained."""

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from ...errors import SettingError
from ...text.vocabulary import EOS
from .cells import CELLS

Optimizer = Literal["adamw", "sgd", "asgd"]
OPTIMIZERS: tuple[str, ...] = ("adamw", "sgd", "asgd")
Context = Literal["text", "sentence"]
Direction = Literal["forward", "backward"]
Softmax = Literal["full", "adaptive"]
Precision = Literal["auto", "bf16", "fp32"]
Device = Literal["auto", "cpu", "cuda"]

_CHOICES: dict[str, Collection[str]] = {
    "cell": CELLS,
    "optimizer": OPTIMIZERS,
    "context": ("text", "sentence"),
    "direction": ("forward", "backward"),
    "softmax": ("full", "adaptive"),
    "precision": ("auto", "bf16", "fp32"),
    "device": ("auto", "cpu", "cuda"),
}
_OF_CELLS = ("n_heads", "span")
_SMALLEST_BATCH, _LARGEST_BATCH = 4, 40  # where none is asked for
_FEWEST_STEPS = 300  # of an epoch, as far as the smallest batch allows
_SHARE = (0.0, 0.99)
_RANGES: dict[str, tuple[float, float]] = {
    "n_layers": (1, 32),
    "hidden_dim": (1, 65_536),
    "embedding_dim": (1, 65_536),
    "n_heads": (1, 1024),
    "span": (1, 65_536),
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
    "averaging_after": (0, 100_000),
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
                is_whole = item.type in (int, int | None)
                check_number(item.name, value, *_RANGES[item.name], is_whole)
            elif item.name in _CHOICES and value not in _CHOICES[item.name]:
                among = ", ".join(_CHOICES[item.name])
                raise SettingError(f"{item.name} is {value!r}; expected one of {among}")
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
class NetworkSettings(_Checked):
    """The network: embedding, recurrent layers, softmax over the vocabulary."""

    # Ahead of the GRU and of tanh in language modelling (Jozefowicz et al. 2015).  The transformer
    # is there to be compared with.
    cell: str = "lstm"
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
    # cells grow until words lean on what only a long text has (see `TrainingSettings.reset`).
    forget_bias: float = 0.0
    # What a word is foretold from: all the text before it, or what its own sentence has before it.
    # Sentences are then learnt and scored by themselves, whatever their order.
    context: Context = "text"
    # Backward: each sentence is read from its end (a model of sentences, see `BackwardModel`).
    direction: Direction = "forward"
    # Adaptive: frequent words at once, rarer ones by way of their group, told apart in fewer
    # dimensions (Grave et al. 2017).  Faster from some 40,000 words on, at a perplexity that is a
    # little higher.  With `tied`, the words of its head are those that go in.
    softmax: Softmax = "full"
    # The first ids of its groups.  None: at a 15th and a 5th of the vocabulary.
    cutoffs: tuple[int, ...] | None = None
    # Of a transformer; None: 4 heads that look at 128 positions.
    n_heads: int | None = None
    span: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_softmax()
        self._check_cell()
        if self.direction == "backward" and self.context != "sentence":
            raise SettingError(
                "a text is read backward only sentence by sentence; add context sentence "
                "(--context sentence)"
            )
        if self.tied and self.n_layers == 1 and self.widths[0] != self.hidden_dim:
            raise SettingError(
                f"the last layer of a tied network is as wide as its embedding, so that with one "
                f"layer hidden_dim {self.hidden_dim} and embedding_dim {self.embedding_dim} must "
                "be one; or do not tie (--no-tied)"
            )

    def _check_cell(self) -> None:
        """Fill in what the cell has of its own, and refuse what it does not have."""
        cell = CELLS[self.cell]
        for name in _OF_CELLS:
            if name in cell.own:
                object.__setattr__(self, name, getattr(self, name) or cell.own[name])
            elif getattr(self, name) is not None:
                takers = " or ".join(key for key, other in CELLS.items() if name in other.own)
                raise SettingError(
                    f"{name} is a setting of the cell {takers}; cell is {self.cell!r}: leave it "
                    f"out, or take --cell {takers}"
                )
        for name in cell.lacks:
            if getattr(self, name):
                raise SettingError(
                    f"{name} is of recurrent layers; leave it out, or take another cell than "
                    f"{self.cell}"
                )
        if cell.check is not None:
            cell.check(self)

    def _check_softmax(self) -> None:
        if self.cutoffs is None:
            return
        try:
            cutoffs = tuple(self.cutoffs)
        except TypeError:
            cutoffs = ("?",)  # type: ignore[assignment]
        if not cutoffs or any(type(each) is not int or each <= EOS for each in cutoffs):
            raise SettingError(
                f"cutoffs is {self.cutoffs!r}; expected ids above those of the specials, as "
                "4000,20000"
            )
        if self.softmax != "adaptive":
            raise SettingError(
                "cutoffs are of an adaptive softmax; leave them out, or take --softmax adaptive"
            )
        object.__setattr__(self, "cutoffs", cutoffs)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as they stand in a manifest."""
        settings = {**super().as_dict(), "embedding_dim": self.widths[0]}
        if self.cutoffs is not None:
            settings["cutoffs"] = list(self.cutoffs)
        return settings

    @property
    def widths(self) -> list[int]:
        """The width of the embedding, then those of the layers."""
        embedding = self.embedding_dim or self.hidden_dim
        last = embedding if self.tied else self.hidden_dim
        return [embedding, *[self.hidden_dim] * (self.n_layers - 1), last]


@dataclass(frozen=True)
class TrainingSettings(_Checked):
    """How the weights are found: truncated back-propagation through time.

    Over one long stream, or over sentences (see `NetworkSettings.context`).
    """

    epochs: int = 12
    # Columns that the stream is cut into, or sentences, read side by side (20 in Zaremba et al.
    # 2014, 40 in Merity et al. 2018).  None: 40, but fewer in a short text, so that an epoch has
    # some 300 steps to learn by.
    batch_size: int | None = None
    # Tokens that the gradient reaches back (Zaremba et al. 2014); the state goes on beyond them.
    bptt: int = 35
    # Share of the columns whose state begins anew at a window.  States that have gone on since the
    # epoch began can be far from those at the beginning of a text to be scored.
    reset: float = 0.01
    # AdamW (Loshchilov and Hutter 2019) gets near its best in a dozen epochs, SGD (Zaremba et al.
    # 2014) takes several times as many.  ASGD is SGD whose weights are averaged once it brings no
    # more (Merity et al. 2018).
    optimizer: Optimizer = "adamw"
    # None: 3e-3 for adamw (1e-3 for a transformer), 20 for sgd, 30 for asgd; losses are means over
    # tokens.
    learning_rate: float | None = None
    # Share of all steps in which AdamW's learning rate rises from 0; then it falls to 0 along half
    # a cosine (Loshchilov and Hutter 2017).
    warmup: float = 0.1
    # Merity et al. 2018.
    weight_decay: float = 1.2e-6
    # SGD's learning rate is divided by this after an epoch that brings no better validation
    # perplexity; without validation text it stays.
    decay: float = 4.0
    # ASGD averages from the epoch on whose validation perplexity is worse than one more than so
    # many epochs back (Merity et al. 2018); without validation text, after so many epochs.
    averaging_after: int = 5
    # Longer gradients are cut to this length (Pascanu et al. 2013; .25 in Merity et al. 2018).
    clip: float = 0.25
    # Stop after so many epochs in a row without a better validation perplexity; 0: never.
    patience: int = 3
    # What products are computed in.  auto: bfloat16 where the processor multiplies it fast, which
    # is 2 to 3 times as quick and costs less than 1 % of perplexity (benchmarks/recurrent.py);
    # weights and the optimiser are float32 all the same.
    precision: Precision = "auto"
    # auto: a GPU where PyTorch finds one.  Bits repeat on a CPU; a GPU may add in another order.
    device: Device = "auto"
    seed: int = 0

    def suited(self, architecture: NetworkSettings, n_tokens: int) -> "TrainingSettings":
        """Return the same, with learning rate and batches for the network and for so long a text.

        Those that were asked for stay.
        """
        rate, batch_size = self.learning_rate, self.batch_size
        if rate is None and self.optimizer == "adamw":
            rate = CELLS[architecture.cell].learning_rate
        if batch_size is None:
            enough = n_tokens // (_FEWEST_STEPS * self.bptt)
            batch_size = max(_SMALLEST_BATCH, min(_LARGEST_BATCH, enough))
        return replace(self, learning_rate=rate, batch_size=batch_size)

    @property
    def n_columns(self) -> int:
        """The batch size, where it has been settled."""
        return self.batch_size or _LARGEST_BATCH

    @property
    def first_learning_rate(self) -> float:
        """The learning rate asked for, or the optimiser's own."""
        if self.learning_rate is not None:
            return self.learning_rate
        return {"adamw": 3e-3, "sgd": 20.0, "asgd": 30.0}[self.optimizer]

    def learning_rate_at(self, step: int, n_steps: int) -> float:
        """Return AdamW's learning rate at a step from 0 to ``n_steps - 1``."""
        n_warm = math.ceil(self.warmup * n_steps)
        if step < n_warm:
            return self.first_learning_rate * (step + 1) / n_warm
        done = (step - n_warm) / (n_steps - n_warm)
        return self.first_learning_rate * (1 + math.cos(math.pi * done)) / 2


def check_number(
    name: str, value: Any, lowest: float, highest: float, is_whole: bool = False
) -> None:
    """Refuse what is no number, or outside a range.

    Raises
    ------
    SettingError
    """
    if isinstance(value, bool) or not isinstance(value, int if is_whole else (int, float)):
        kind = "a whole number" if is_whole else "a number"
        raise SettingError(f"{name} is {value!r}; expected {kind}")
    if not lowest <= value <= highest:
        raise SettingError(f"{name} is {value}; it must be from {lowest:g} to {highest:g}")
