"""Settings that go together, by the name of what they follow.

Sizes are those of the papers.  Where a paper trains by plain SGD for some forty epochs, AdamW with
a falling learning rate takes its place, which gets there in half of them; `awd` is trained as its
authors do, but for their penalties on activations and windows of drawn lengths.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import SettingError


@dataclass(frozen=True)
class Preset:
    """Changes of a preset to the defaults.

    Attributes
    ----------
    source : str
        The papers that it follows.
    about : str
        What it is for, in a few words.
    settings : dict
        Keywords of `NetworkSettings` and `TrainingSettings`.
    """

    source: str
    about: str
    settings: dict[str, object]


def _dropped(
    between: float, inward: float, outward: float, words: float, weights: float = 0.0
) -> dict[str, float]:
    return {
        "dropout": between,
        "input_dropout": inward,
        "output_dropout": outward,
        "embedding_dropout": words,
        "weight_dropout": weights,
    }


_TIED = "Press & Wolf 2017 (tied), Gal & Ghahramani 2016 (locked dropout)"
PRESETS: dict[str, Preset] = {
    "small": Preset(
        f"Zaremba et al. 2014, small; {_TIED}",
        "2 x 200; a first model, in minutes",
        {"hidden_dim": 200, **_dropped(0.1, 0.2, 0.2, 0.05), "epochs": 12, "warmup": 0.05},
    ),
    "medium": Preset(
        f"Zaremba et al. 2014, medium; {_TIED}; Merity et al. 2018 (weight dropout)",
        "2 x 650; a million words on a laptop in an hour",
        {"hidden_dim": 650, **_dropped(0.3, 0.4, 0.5, 0.1, 0.2), "epochs": 20, "warmup": 0.05},
    ),
    "large": Preset(
        f"Zaremba et al. 2014, large; {_TIED}; Merity et al. 2018 (weight dropout)",
        "2 x 1500; for a GPU, or a night",
        {
            "hidden_dim": 1500,
            **_dropped(0.3, 0.5, 0.6, 0.1, 0.4),
            "epochs": 40,
            "warmup": 0.05,
            "learning_rate": 2e-3,
        },
    ),
    "awd": Preset(
        "Merity et al. 2018, AWD-LSTM",
        "3 x 1150, words of 400; for a GPU, and days without one",
        {
            "n_layers": 3,
            "hidden_dim": 1150,
            "embedding_dim": 400,
            **_dropped(0.25, 0.4, 0.4, 0.1, 0.5),
            "optimizer": "asgd",
            "learning_rate": 30.0,
            "epochs": 500,
            "batch_size": 20,
            "bptt": 70,
            "clip": 0.25,
            "weight_decay": 1.2e-6,
            "patience": 0,
        },
    ),
}


def preset_of(name: str) -> Preset:
    """Return the preset of that name.

    Raises
    ------
    SettingError
        If there is none.
    """
    return preset_among(PRESETS, name)


def preset_among(presets: Mapping[str, Preset], name: str) -> Preset:
    """Return one of some presets, or refuse its name."""
    if not isinstance(name, str) or name not in presets:
        raise SettingError(f"preset is {name!r}; expected one of {', '.join(presets)}")
    return presets[name]


def preset_settings(name: str) -> dict[str, object]:
    """Return a preset as keywords of `train_neural_lm`."""
    return dict(preset_of(name).settings)
