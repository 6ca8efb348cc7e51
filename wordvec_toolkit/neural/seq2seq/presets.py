"""Settings of encoder-decoders that go together, by the name of what they follow."""

from ..recurrent.presets import Preset, preset_among

PRESETS: dict[str, Preset] = {
    "textbook": Preset(
        "Saito 2018, Deep Learning from Scratch 2, chapter 7",
        "1 x 128, reversed and peeky; additions in minutes",
        {
            "embedding_dim": 16,
            "hidden_dim": 128,
            "reverse": True,
            "peeky": True,
            "batch_size": 128,
            "epochs": 25,
        },
    ),
    "attention": Preset(
        "Bahdanau et al. 2015, with one narrower layer",
        "1 x 256 in both directions, additive attention at the input; short sentences, in half an "
        "hour",
        {
            "attention": "additive",
            "attention_at": "input",
            "bidirectional": "all",
            "batch_size": 64,
            "dropout": 0.2,
            "input_dropout": 0.2,
            "output_dropout": 0.2,
            "epochs": 12,
        },
    ),
    "gnmt": Preset(
        "Wu et al. 2016, with fewer and narrower layers",
        "4 x 256, the first in both directions, residuals, additive attention",
        {
            "n_layers": 4,
            "bidirectional": "first",
            "residual": True,
            "attention": "additive",
            "attention_at": "input",
            "dropout": 0.2,
            "epochs": 12,
            "learning_rate": 1e-3,
        },
    ),
    "transformer": Preset(
        "Vaswani et al. 2017, with fewer and narrower layers; Xiong et al. 2020 (pre-norm)",
        "3 x 256, 8 heads; sentences, in an hour",
        {
            "cell": "transformer",
            "n_layers": 3,
            "hidden_dim": 256,
            "n_heads": 8,
            "feed_forward_dim": 512,
            "dropout": 0.2,
            "label_smoothing": 0.1,
            "epochs": 12,
            "learning_rate": 1e-3,
            "clip": 1.0,
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
