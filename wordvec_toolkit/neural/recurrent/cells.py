"""Cells of the layers of a network, by name.

To add one, write its layer (see `RecurrentLayer`) and a record here; another package adds its
record to `CELLS`.  This module imports without PyTorch, so that help and settings can name cells.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ...errors import SettingError
from ...runtime.catalogue import Catalogue
from ...runtime.late import named


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
        Imports the type of its layers, a `Layer`, which take the cell, the settings of the
        network and their two widths.
    gates : tuple of str
        The blocks that are stacked in the weights of a recurrent layer, in order; one
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
        Refuses settings of the network, by name, that it cannot have.
    """

    name: str
    title: str
    layer: Callable[[], type]
    gates: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("h",)
    kept_by: str = ""
    is_rectified: bool = False
    own: Mapping[str, int] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    learning_rate: float | None = None
    check: Callable[[Mapping[str, Any]], None] | None = None

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


def _layer(name: str) -> Callable[[], type]:
    return partial(named, f"neural.recurrent.{name}")


def _check_transformer(how: Mapping[str, Any]) -> None:
    if how["embedding_dim"] not in (None, how["hidden_dim"]):
        raise SettingError(
            f"a transformer has one width; embedding_dim is {how['embedding_dim']} and "
            f"hidden_dim {how['hidden_dim']}: omit embedding_dim"
        )
    if how["hidden_dim"] % (how["n_heads"] or 1):
        raise SettingError(
            f"hidden_dim {how['hidden_dim']} cannot be shared among {how['n_heads']} heads; take "
            "a multiple of n_heads"
        )


for _cell in (
    Cell(
        "lstm",
        "LSTM",
        _layer("lstm:LstmLayer"),
        ("input", "forget", "candidate", "output"),
        ("h", "c"),
        "forget",
    ),
    Cell("gru", "GRU", _layer("gru:GruLayer"), ("reset", "update", "candidate")),
    Cell("rnn-tanh", "RNN (tanh)", _layer("simple:TanhLayer"), ("candidate",)),
    Cell("rnn-relu", "RNN (ReLU)", _layer("simple:ReluLayer"), ("candidate",), is_rectified=True),
    Cell("rnn-linear", "RNN (linear)", _layer("simple:LinearLayer"), ("candidate",)),
    Cell(
        "transformer",
        "Transformer",
        _layer("transformer:TransformerLayer"),
        own={"n_heads": 4, "span": 128},
        lacks=("weight_dropout", "forget_bias", "residual"),
        learning_rate=1e-3,  # smaller steps than those of recurrent networks (Radford et al. 2018)
        check=_check_transformer,
    ),
):
    CELLS.add(_cell.name, _cell)
