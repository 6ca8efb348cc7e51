"""Settings of recurrent language models and of their training."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ...errors import SettingError
from ...runtime.settings import Settings, random_seed, setting
from .cells import CELLS

Optimizer = Literal["adamw", "sgd", "asgd"]
_EOS = 2  # the last of the specials, see `wordvec_toolkit.text.vocabulary`
_OF_CELLS = ("n_heads", "span")
_SMALLEST_BATCH, _LARGEST_BATCH = 4, 40  # where none is asked for
_FEWEST_STEPS = 300  # of an epoch, as far as the smallest batch allows
_WIDTH = {"low": 1, "high": 65_536}
_SHARE = {"low": 0.0, "high": 0.99, "metavar": "SHARE"}
Context = Literal["text", "sentence"]
Direction = Literal["forward", "backward"]
Softmax = Literal["full", "adaptive"]
Precision = Literal["auto", "bf16", "fp32"]
Device = Literal["auto", "cpu", "cuda"]


def cell_names() -> Iterable[str]:
    """Return the names of the cells."""
    return tuple(CELLS)


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """The network: embedding, recurrent layers, softmax over the vocabulary."""

    # Ahead of the GRU and of tanh in language modelling (Jozefowicz et al. 2015).  The transformer
    # is there to be compared with.
    cell: str = setting("lstm", "Cell of the layers: NAMES.", choices=cell_names, metavar="CELL")
    # Zaremba et al. 2014 and most after them have two; Merity et al. 2018 three.
    n_layers: int = setting(2, "Number of layers.", low=1, high=32)
    # Between the small (200) and medium (650) model of Zaremba et al. 2014: what a laptop trains
    # in minutes.
    hidden_dim: int = setting(400, "Width of a layer.", **_WIDTH)
    # None: as `hidden_dim`.
    embedding_dim: int | None = setting(
        None, "Width of the word vectors.", shown="as --hidden-dim", **_WIDTH
    )
    # One matrix for input and output words: fewer parameters and a lower perplexity (Press and
    # Wolf 2017; Inan et al. 2017).  The last layer then is as wide as the embedding, as in Merity
    # et al. 2018.
    tied: bool = setting(
        True,
        "One matrix for input and output words; the last layer is then as wide as the embedding.",
    )
    # Add a layer's input to its output where both have one width (He et al. 2016); of use from
    # three or four layers on.
    residual: bool = setting(False, "Add a layer's input to its output; for three layers and more.")
    # Shares of what is dropped: between layers, of what goes into the first and comes out of the
    # last, after Merity et al. 2018 (.25, .4, .4 for the Penn Treebank).  Large texts need less.
    dropout: float = setting(0.25, "Dropout between layers.  Large texts need less.", **_SHARE)
    input_dropout: float = setting(0.4, "Dropout of the input of the first layer.", **_SHARE)
    output_dropout: float = setting(0.4, "Dropout of the output of the last layer.", **_SHARE)
    # One mask for all steps of a window ("variational"), not a new one at each (Gal and Ghahramani
    # 2016).
    locked: bool = setting(True, "Drop the same at all steps of a window (variational dropout).")
    # Whole words (Gal and Ghahramani 2016; .1 in Merity et al. 2018).
    embedding_dropout: float = setting(
        0.1, "Dropout of whole words, wherever they occur in a window.", **_SHARE
    )
    # Recurrent weights (Wan et al. 2013; .5 in Merity et al. 2018).  0: it is their three large
    # layers and hundreds of epochs that need it.
    weight_dropout: float = setting(0.0, "Dropout of the recurrent weights.", **_SHARE)
    # Of the LSTM's forget gates at the start.  1 keeps what is in the cell (Gers et al. 2000;
    # Jozefowicz et al. 2015); where the state goes on from window to window it keeps too much, and
    # cells grow until words lean on what only a long text has (see `TrainingSettings.reset`).
    forget_bias: float = setting(
        0.0, "Initial bias of the LSTM's forget gates.", low=-100, high=100
    )
    # What a word is predicted from: all the text before it, or what its own sentence has before it.
    # Sentences are then trained on and scored separately, whatever their order.
    context: Context = setting(
        "text",
        "Context of a word: all the text before it, or only its own sentence.  Sentences are "
        "then trained on and scored each by itself.",
    )
    # Backward: each sentence is read from its end (a model of sentences, see `BackwardModel`).
    direction: Direction = setting(
        "forward",
        "backward: read each sentence from its end (with --context sentence).  Such a model has a "
        "perplexity, but no next word.",
    )
    # Adaptive: frequent words at once, rarer ones by way of their group, scored in fewer
    # dimensions (Grave et al. 2017).  Faster from some 40,000 words on, at a perplexity that is a
    # little higher.  With `tied`, the words of its head are those that go in.
    softmax: Softmax = setting(
        "full",
        "adaptive: rare words by way of their group, faster from some 40,000 words on, at a "
        "slightly higher perplexity.",
    )
    # The first ids of its groups.  None: at a 15th and a 5th of the vocabulary.
    cutoffs: tuple[int, ...] | None = setting(
        None,
        "Numbers of the most frequent words that come before each group of the adaptive softmax.",
        metavar="N,N,...",
        shown="at a 15th and a 5th of the vocabulary",
    )
    # Of a transformer; None: 4 heads that look at 128 positions.
    n_heads: int | None = setting(
        None, "Number of heads of a transformer.", low=1, high=1024, shown="4"
    )
    span: int | None = setting(
        None,
        "Positions that a transformer looks back at, its own among them.",
        low=1,
        high=65_536,
        shown="128",
    )

    def check(self) -> None:
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
                "be one; or do not tie (tied=False, --no-tied)"
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
                    f"{name} is a setting of the cell {takers}; cell is {self.cell!r}: omit it, "
                    f"or choose the cell {takers} (--cell {takers})"
                )
        for name in cell.lacks:
            if getattr(self, name):
                raise SettingError(
                    f"{name} is a setting of recurrent layers; omit it, or choose another cell "
                    f"than {self.cell}"
                )
        if cell.check is not None:
            cell.check(self.keywords())

    def _check_softmax(self) -> None:
        if self.cutoffs is None:
            return
        if not self.cutoffs or min(self.cutoffs) <= _EOS:
            raise SettingError(
                f"cutoffs is {self.cutoffs!r}; expected ids above those of the specials, as "
                "4000,20000"
            )
        if self.softmax != "adaptive":
            raise SettingError(
                "cutoffs are settings of an adaptive softmax; omit them, or choose softmax "
                "adaptive (--softmax adaptive)"
            )

    def as_dict(self) -> dict[str, object]:
        """Return the settings as a manifest holds them."""
        return {**super().as_dict(), "embedding_dim": self.widths[0]}

    @property
    def widths(self) -> list[int]:
        """The width of the embedding, then those of the layers."""
        embedding = self.embedding_dim or self.hidden_dim
        last = embedding if self.tied else self.hidden_dim
        return [embedding, *[self.hidden_dim] * (self.n_layers - 1), last]


@dataclass(frozen=True)
class LearningSettings(Settings):
    """Settings of training any network: gradient descent in batches."""

    epochs: int = setting(12, "Maximum number of epochs.", low=1, high=100_000)
    # Columns that the stream is cut into, or sentences, read side by side (20 in Zaremba et al.
    # 2014, 40 in Merity et al. 2018).  None: 40, but fewer in a short text, so that an epoch has
    # some 300 steps to learn by.
    batch_size: int | None = setting(
        None,
        "Columns of text, or sentences, per batch.",
        shown="40, fewer in a short text",
        **_WIDTH,
    )
    # AdamW (Loshchilov and Hutter 2019) gets near its best in a dozen epochs, SGD (Zaremba et al.
    # 2014) takes several times as many.  ASGD is SGD whose weights are averaged once it brings no
    # more (Merity et al. 2018).
    optimizer: Optimizer = setting(
        "adamw",
        "adamw: the learning rate rises, then falls along a cosine; sgd: it falls after epochs "
        "without improvement; asgd: it stays, and the weights are averaged from there on.",
    )
    # None: 3e-3 for adamw (1e-3 for a transformer), 20 for sgd, 30 for asgd; losses are means over
    # tokens.
    learning_rate: float | None = setting(
        None,
        "Highest learning rate.",
        low=1e-12,
        high=1e4,
        shown="3e-3 for adamw, 20 for sgd, 30 for asgd; 1e-3 for a transformer",
    )
    # Share of all steps in which AdamW's learning rate rises from 0; then it falls to 0 along half
    # a cosine (Loshchilov and Hutter 2017).
    warmup: float = setting(
        0.1,
        "Share of all steps of adamw in which the learning rate rises.",
        low=0,
        high=1,
        metavar="SHARE",
    )
    # Merity et al. 2018.
    weight_decay: float = setting(1.2e-6, "Weight decay (L2 penalty).", low=0, high=10)
    # SGD's learning rate is divided by this after an epoch that brings no better validation
    # perplexity; without validation text it stays.
    decay: float = setting(
        4.0, "Divisor of the learning rate of sgd when it falls.", low=1, high=1e6
    )
    # ASGD averages from the epoch on whose validation perplexity is worse than one more than so
    # many epochs back (Merity et al. 2018); without validation text, after this number of epochs.
    averaging_after: int = setting(
        5,
        "asgd averages once an epoch is worse than one more than this number of epochs back.",
        low=0,
        high=100_000,
        metavar="EPOCHS",
    )
    # Longer gradients are cut to this length (Pascanu et al. 2013; .25 in Merity et al. 2018).
    clip: float = setting(0.25, "Maximum norm of the gradient.", low=1e-9, high=1e9)
    # Number of epochs in a row without a better validation perplexity; 0: never stop.
    patience: int = setting(
        3,
        "Number of epochs without a better perplexity before training stops; 0: never.",
        low=0,
        high=100_000,
    )
    # What products are computed in.  auto: bfloat16 where the processor multiplies it fast, which
    # is 2 to 3 times as quick and costs less than 1 % of perplexity (benchmarks/recurrent.py);
    # weights and the optimiser are float32 all the same.
    precision: Precision = setting(
        "auto", "Precision of products; auto: bfloat16 where the processor is fast at it."
    )
    # auto: a GPU where PyTorch finds one.  Bits repeat on a CPU; a GPU may add in another order.
    device: Device = setting("auto", "Processor; auto: a GPU where PyTorch finds one.")
    seed: int = random_seed(2**32 - 1)

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


@dataclass(frozen=True)
class TrainingSettings(LearningSettings):
    """Settings of training by truncated back-propagation through time.

    Over one long stream, or over sentences (see `NetworkSettings.context`).
    """

    # Tokens that the gradient reaches back (Zaremba et al. 2014); the state goes on beyond them.
    bptt: int = setting(
        35, "Number of steps that the gradient reaches back.", after="batch_size", **_WIDTH
    )
    # Share of the columns whose state is reset at a window.  States that have gone on since the
    # epoch began can be far from those at the beginning of a text to be scored.
    reset: float = setting(
        0.01,
        "Share of the columns whose state is reset at a window.",
        low=0,
        high=1,
        metavar="SHARE",
        after="bptt",
    )

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


@dataclass(frozen=True)
class DiagnosisSettings(Settings):
    """Settings of diagnosis: how far back gradients are followed."""

    seed: int = setting(0, "Random seed of the weights of untrained networks.")
    steps: int = setting(100, "Number of steps to go back.", low=2)
    positions: int = setting(
        128, "Number of losses to follow, evenly spread over the text.", low=1, metavar="N"
    )
    jacobians: int = setting(
        8, "Number of positions at which the Jacobian of a step is examined.", low=1, metavar="N"
    )
