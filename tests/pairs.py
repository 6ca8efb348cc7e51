"""Small pairs and encoder-decoders."""

import numpy as np

from wordvec_toolkit.neural.seq2seq.training import train_seq2seq
from wordvec_toolkit.text.pairs import TextPairs
from wordvec_toolkit.text.settings import PairSettings
from wordvec_toolkit.text.sides import encode_pairs

#: One of each way to build a recurrent network, and a Transformer.
NETWORKS = {
    "plain": {},
    "reversed+peeky": {"reverse": True, "peeky": True, "cell": "gru"},
    "dot": {"attention": "dot", "n_layers": 2, "bidirectional": "first", "reverse": True},
    "general": {"attention": "general", "peeky": True, "cell": "rnn-tanh"},
    "additive at input": {
        "attention": "additive",
        "attention_at": "input",
        "n_layers": 3,
        "bidirectional": "all",
        "residual": True,
    },
    "transformer": {"cell": "transformer", "n_layers": 2, "n_heads": 2},
}


def additions(n=40, seed=1):
    """Sums of small numbers."""
    draw = np.random.default_rng(seed)
    numbers = draw.integers(0, 40, (n, 2)).tolist()
    return TextPairs(tuple(f"{a}+{b}" for a, b in numbers), tuple(str(a + b) for a, b in numbers))


def encoded(pairs=None, held_out=None, **settings):
    """Pairs of characters in ids."""
    chosen = PairSettings(**{"tokenizer": "chars", **settings})
    return encode_pairs(pairs or additions(), held_out, chosen)


def trained(pairs=None, **settings):
    """A model that is trained for a moment."""
    how = {"hidden_dim": 8, "epochs": 1, "batch_size": 8, "precision": "fp32", "threads": 1}
    return train_seq2seq(pairs or encoded(), **{**how, **settings})


def untrained(seed=3, **settings):
    """A model in float64 with weights large enough for its numbers to differ."""
    model = trained(learning_rate=1e-9, seed=seed, **settings)
    model.network.double()
    for name, weight in model.network.named_parameters():
        if not name.endswith(("norm", "shift")):
            weight.mul_(2.5)
    return model
