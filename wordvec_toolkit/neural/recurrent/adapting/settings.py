"""Settings of adaptation to the text so far: neural cache and dynamic evaluation."""

from dataclasses import dataclass
from typing import Literal

from ....runtime.settings import Settings, setting

Method = Literal["rms", "sgd"]
#: Of dynamic evaluation, where none is given.
LEARNING_RATES = {"rms": 5e-4, "sgd": 0.3}
#: Rates of dynamic evaluation are from 0 to these.
HIGHEST = {"learning_rate": 1e4, "decay": 1.0}


@dataclass(frozen=True)
class CacheSettings(Settings):
    """A neural cache; as for the Penn Treebank in Grave, Joulin and Usunier 2017."""

    window: int = setting(500, "Number of tokens that the neural cache holds.", low=1, high=10**6)
    flatness: float = setting(0.3, "theta of the neural cache.", low=0, high=1000)
    share: float = setting(0.1, "lambda, the weight of the neural cache.", low=0, high=1)


@dataclass(frozen=True)
class DynamicSettings(Settings):
    """Dynamic evaluation (Krause, Kahembwe, Murray and Renals 2018)."""

    method: Method = setting(
        "rms",
        "Let recurrent models learn from the text just scored (Krause et al. 2018), with a rate "
        "for each weight or plainly.",
        option="--dynamic",
    )
    learning_rate: float | None = setting(
        None,
        "Learning rate of dynamic evaluation.",
        low=0,
        high=HIGHEST["learning_rate"],
        shown="5e-4 for rms, 0.3 for sgd",
    )
    decay: float = setting(
        1e-3, "Decay of dynamic evaluation towards the trained weights.", low=0, high=1
    )
    # Shorter segments adapt sooner and take longer (5 in the paper).
    segment: int = setting(
        20,
        "Number of tokens that are scored before each update; fewer take longer.",
        low=1,
        high=100_000,
    )
