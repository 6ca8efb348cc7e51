"""Cells: what the layers of a network are made of, by name.

To add one, write its layer (see `RecurrentLayer`) and a record here; another package adds its
record to `CELLS`.  This module imports without PyTorch, so that help and settings can name cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...errors import SettingError
from ...runtime.catalogue import Catalogue

if TYPE_CHECKING:
    from .layers import Layer
    from .settings import NetworkSettings


@dataclass(frozen=True)
class Cell:
    """A cell.

    Attributes
    ----------
    name : str
        As users write it.
    title : str
        What people call its networks.
    layer : callable
        Imports the type of its layers, which are made of the cell, the settings of the network and
        their two widths.
    gates : tuple of str
        The blocks that stand below one another in the weights of a recurrent layer, in order; one
        of a simple network, none of what is not recurrent and cannot be diagnosed.
    parts : tuple of str
        What a recurrent layer carries from step to step; the first is its output.
    kept_by : str
        The gate whose products say how much of the last part is kept, if there is one.
    is_rectified : bool
        Whether units that are off are 0.
    own : mapping
        Settings of the network that only this cell has, with their defaults.
    lacks : tuple of str
        Settings of recurrent layers that it does not have.
    learning_rate : float, optional
        AdamW's; None: as `TrainingSettings` has it.
    check : callable, optional
        Refuses settings of the network that it cannot have.
    """

    name: str
    title: str
    layer: Callable[[], type[Layer]]
    gates: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("h",)
    kept_by: str = ""
    is_rectified: bool = False
    own: Mapping[str, int] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    learning_rate: float | None = None
    check: Callable[[NetworkSettings], None] | None = None

    @property
    def is_simple(self) -> bool:
        """Whether it has no gates, so that one matrix decides."""
        return len(self.gates) == 1


CELLS: Catalogue[Cell] = Catalogue("cell")


def recurrent_cells() -> list[str]:
    """Return the names of the recurrent cells."""
    return [name for name, cell in CELLS.items() if cell.gates]


def simple_cells() -> list[str]:
    """Return the names of the recurrent cells without gates."""
    return [name for name, cell in CELLS.items() if cell.is_simple]


def _lstm() -> type[Layer]:
    from .lstm import LstmLayer

    return LstmLayer


def _gru() -> type[Layer]:
    from .gru import GruLayer

    return GruLayer


def _tanh() -> type[Layer]:
    from .simple import TanhLayer

    return TanhLayer


def _relu() -> type[Layer]:
    from .simple import ReluLayer

    return ReluLayer


def _linear() -> type[Layer]:
    from .simple import LinearLayer

    return LinearLayer


def _transformer() -> type[Layer]:
    from .transformer import TransformerLayer

    return TransformerLayer


def _check_transformer(how: NetworkSettings) -> None:
    if how.embedding_dim not in (None, how.hidden_dim):
        raise SettingError(
            f"a transformer has one width; embedding_dim is {how.embedding_dim} and hidden_dim "
            f"{how.hidden_dim}: leave embedding_dim out"
        )
    if how.hidden_dim % (how.n_heads or 1):
        raise SettingError(
            f"hidden_dim {how.hidden_dim} cannot be shared among {how.n_heads} heads; take a "
            "multiple of n_heads"
        )


for _cell in (
    Cell("lstm", "LSTM", _lstm, ("input", "forget", "candidate", "output"), ("h", "c"), "forget"),
    Cell("gru", "GRU", _gru, ("reset", "update", "candidate")),
    Cell("rnn-tanh", "RNN (tanh)", _tanh, ("candidate",)),
    Cell("rnn-relu", "RNN (ReLU)", _relu, ("candidate",), is_rectified=True),
    Cell("rnn-linear", "RNN (linear)", _linear, ("candidate",)),
    Cell(
        "transformer",
        "Transformer",
        _transformer,
        own={"n_heads": 4, "span": 128},
        lacks=("weight_dropout", "forget_bias", "residual"),
        learning_rate=1e-3,  # smaller steps than those of recurrent networks (Radford et al. 2018)
        check=_check_transformer,
    ),
):
    CELLS.add(_cell.name, _cell)
