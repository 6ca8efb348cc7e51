"""Small recurrent models and texts that they learn quickly."""

import numpy as np

from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.neural.recurrent.diagnosis.fresh import fresh_model
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings, TrainingSettings
from wordvec_toolkit.neural.recurrent.training import train_neural_lm
from wordvec_toolkit.text.encoding import encode_text

#: Nothing is dropped.
DRY = {"dropout": 0.0, "input_dropout": 0.0, "output_dropout": 0.0, "embedding_dropout": 0.0}
#: Everything is.
WET = {**dict.fromkeys(DRY, 0.3), "weight_dropout": 0.3}


def small(**changes):
    """A network of eight units a layer."""
    return NetworkSettings(**{"hidden_dim": 8, "n_layers": 2, **changes})


def large(corpus, seed=3, **settings):
    """An untrained model in float64 whose weights are large enough for its gates to differ."""
    model = fresh_model(corpus.vocabulary, small(**{**DRY, **settings}), seed=seed)
    network = model.scorer.network.double()
    for weight in network.parameters():
        weight.mul_(2.5)
    return model


def short(**changes):
    """Training that takes a moment."""
    return TrainingSettings(
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


class StopError(Exception):
    """A stand-in for a power cut."""


def kept(path, stop_at):
    """Return an `on_step` that writes the state at its nth call, and stops."""
    from wordvec_toolkit.neural.recurrent.checkpoint import write_checkpoint

    n_calls = 0

    def keep(trainer):
        nonlocal n_calls
        n_calls += 1
        if n_calls == stop_at:
            with new_bundle(path, "neural-lm-state", {}) as writer:
                write_checkpoint(trainer, writer)
            raise StopError

    return keep


def train(corpus, architecture=None, training=None, held_out=None, threads=1, **more):
    """Train, by default on one thread."""
    settings = {**(architecture or small(**WET)).keywords(), **(training or short()).keywords()}
    return train_neural_lm(corpus, **settings, held_out=held_out, threads=threads, **more)


def bits(model):
    """Return the bytes of all weights."""
    weights = model.scorer.network.state_dict()
    return {name: weight.numpy().tobytes() for name, weight in weights.items()}
