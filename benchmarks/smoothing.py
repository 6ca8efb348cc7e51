"""Every method of smoothing on the Penn Treebank: perplexity and training time.

    python benchmarks/smoothing.py [--orders 3 5]

Trains on ``lm/ptb/ptb.train.txt`` (every word kept, ``<unk>`` counted as a word), chooses the one
number of add-k, and fits what is fitted on held-out text, on ``ptb.valid.txt``, and reads
``ptb.test.txt``.  Seconds are of counting and estimating, kernels compiled before.  Then Kneser-Ney
and Witten-Bell pruned by count and by entropy.
"""

import math
import statistics
import time

import numpy as np
from _measure import parser, penn_treebank, print_machine

from wordvec_toolkit import count_ngrams, encode_corpus, train_ngram_model
from wordvec_toolkit.lm import (
    AbsoluteDiscounting,
    AddK,
    JelinekMercer,
    KneserNey,
    KneserNeySingle,
    MaximumLikelihood,
    NgramModel,
    StupidBackoff,
    WittenBell,
    prune_model,
)
from wordvec_toolkit.lm.ngram.smoothing import Smoothing
from wordvec_toolkit.text import encode_stream

METHODS = (
    KneserNey(),
    KneserNeySingle(),
    AbsoluteDiscounting(),
    AbsoluteDiscounting(0.75),
    WittenBell(),
    JelinekMercer(),
    JelinekMercer((0.5,)),
    MaximumLikelihood(),
    StupidBackoff(),
)
K = (1.0, 0.1, 0.01, 0.001, 0.0001)
PRUNED = (KneserNey(), WittenBell())
THRESHOLDS = (1e-8, 1e-7, 1e-6)


def perplexity(model: NgramModel, ids: np.ndarray) -> float:
    return math.exp(-model.token_logprobs(ids).mean())


def shown(model: NgramModel, valid: np.ndarray, test: np.ndarray) -> str:
    if not model.is_normalized:
        return f"{'(scores)':>10} {'(scores)':>10}"
    return f"{perplexity(model, valid):10.2f} {perplexity(model, test):10.2f}"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--orders", type=int, nargs="+", default=[3, 5])
    arguments = options.parse_args()
    folder = penn_treebank(arguments.data)
    print_machine()
    corpus = encode_corpus(str(folder / "ptb.train.txt"), "whitespace", min_count=1)
    valid, test = (
        encode_stream(str(folder / f"ptb.{part}.txt"), corpus.vocabulary).ids
        for part in ("valid", "test")
    )

    def train(order: int, smoothing: Smoothing) -> NgramModel:
        return train_ngram_model(
            corpus, order, smoothing, held_out=valid, threads=arguments.threads
        )

    for order in arguments.orders:
        counts = count_ngrams(corpus, order)
        best_k = min(
            K, key=lambda k: perplexity(train_ngram_model(counts, smoothing=AddK(k)), valid)
        )
        print(f"\norder {order}")
        print(f"{'method':<40} {'valid':>10} {'test':>10} {'seconds':>8}")
        for smoothing in (*METHODS, AddK(best_k)):
            model = train(order, smoothing)  # compiles what is not compiled yet
            seconds = []
            for _ in range(arguments.runs):
                started = time.perf_counter()
                model = train(order, smoothing)
                seconds.append(time.perf_counter() - started)
            name = model.signature.split("smoothing:")[1]
            name = name.split("|held_out")[0].split("|scores")[0]
            print(f"{name:<40} {shown(model, valid, test)} {statistics.median(seconds):8.2f}")
        print(f"\n{'pruned':<40} {'valid':>10} {'test':>10} {'n-grams':>8}")
        for smoothing in PRUNED:
            whole = train_ngram_model(counts, smoothing=smoothing)
            by_count = train_ngram_model(counts, smoothing=smoothing, prune=(0, 0, 1))
            models = {"": whole, "prune 0 0 1": by_count}
            models |= {f"entropy {t:g}": prune_model(whole, t) for t in THRESHOLDS}
            for name, model in models.items():
                print(
                    f"{smoothing.name + ' ' + name:<40} {shown(model, valid, test)} "
                    f"{len(model.trie):8,}"
                )


if __name__ == "__main__":
    main()
