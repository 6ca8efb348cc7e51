"""Small recurrent models and texts that they learn quickly."""

import numpy as np

from wordvec_toolkit.neural.recurrent.settings import Architecture, Training
from wordvec_toolkit.text.encoding import encode_text

#: Nothing is dropped.
DRY = {
    "dropout": 0.0, "input_dropout": 0.0, "output_dropout": 0.0, "embedding_dropout": 0.0,
}  # fmt: skip
#: Everything is.
WET = {**dict.fromkeys(DRY, 0.3), "weight_dropout": 0.3}


def small(**changes):
    """A network of eight units a layer."""
    return Architecture(**{"hidden_dim": 8, "n_layers": 2, **changes})


def short(**changes):
    """Training that takes a moment."""
    return Training(
        **{
            "epochs": 2,
            "batch_size": 4,
            "bptt": 5,
            "learning_rate": 1e-2,
            "seed": 7,
            "precision": "fp32",
            **changes,
        }
    )


def talk(n=120, seed=5):
    """Sentences in which few words can follow each word."""
    draw = np.random.default_rng(seed)
    lines = []
    for _ in range(n):
        who, what = draw.choice(["cat", "dog", "hen"]), draw.choice(["mat", "log"])
        lines.append(f"the {who} sat on the {what}" if draw.random() < 0.7 else f"a {who} ran")
    return encode_text("\n".join(lines), min_count=1)
