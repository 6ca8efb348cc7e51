"""What the count-based settings do to the scores, one at a time, and what joined views add.

    python benchmarks/defaults.py [--only REGEX]

English Wikipedia, 17 million tokens, words seen 10 times or more.  Spearman for the similarity
sets, accuracy of 3CosAdd and 3CosMul for the Google analogies.  Items are split in two halves by
their words alone: look for settings on half 0 (the mean over the sets is printed), believe half 1.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from _measure import parser, print_machine, scratch, wikipedia
from _scores import NAMES, Scorer

from wordvec_toolkit import (
    EncodedCorpus,
    WordVectors,
    count_cooccurrences,
    encode_corpus,
    svd_vectors,
)
from wordvec_toolkit.embeddings import combine, weigh_counts


@dataclass(frozen=True)
class Single:
    """One view of the text."""

    counting: dict[str, Any] = field(default_factory=dict)
    weighing: dict[str, Any] = field(default_factory=dict)
    factorising: dict[str, Any] = field(default_factory=dict)

    def make(self, corpus: EncodedCorpus) -> WordVectors:
        counts = count_cooccurrences(corpus, **self.counting)
        return svd_vectors(weigh_counts(counts, **self.weighing), **self.factorising)


@dataclass(frozen=True)
class Joined:
    """Several views, each with a weight."""

    views: tuple[tuple[str, float], ...]
    dim: int = 300
    eig: float = 0.5
    before: bool = False


WIDE, NEAR = {"window": 5, "subsample": 1e-4}, {"window": 3, "direction": "split"}
SINGLE = {
    "default: window 5, dynamic, no subsampling, cds 1, shift 1, p .5, 300": Single(),
    "window 2": Single({"window": 2}),
    "window 10": Single({"window": 10}),
    "flat weights": Single({"weighting": "flat"}),
    "harmonic weights": Single({"weighting": "harmonic"}),
    "left and right apart": Single({"direction": "split"}),
    "window 2, left and right apart (narrow)": Single({"window": 2, "direction": "split"}),
    "window 3, left and right apart (near)": Single(NEAR),
    "window 3, left and right apart, emphasis .05 (emphasised)": Single(
        NEAR, factorising={"emphasis": 0.05}
    ),
    "subsample 1e-3": Single({"subsample": 1e-3}),
    "subsample 1e-4": Single({"subsample": 1e-4}),
    "subsample 1e-4, clean": Single({"subsample": 1e-4, "subsampling": "clean"}),
    "subsample 1e-5": Single({"subsample": 1e-5}),
    "subsample 1e-4, window 10": Single({"subsample": 1e-4, "window": 10}),
    "cds .75": Single(weighing={"cds": 0.75}),
    "shift 5": Single(weighing={"shift": 5.0}),
    "smoothing .1": Single(weighing={"smoothing": 0.1}),
    "NPMI": Single(weighing={"measure": "npmi"}),
    "log-likelihood, log": Single(weighing={"measure": "log-likelihood", "transform": "log"}),
    "p 0": Single(factorising={"eig": 0.0}),
    "p .25": Single(factorising={"eig": 0.25}),
    "p 1": Single(factorising={"eig": 1.0}),
    "dim 150": Single(factorising={"dim": 150}),
    "dim 500": Single(factorising={"dim": 500}),
    "w + c": Single(factorising={"add_context": True}),
    "emphasis .1": Single(factorising={"emphasis": 0.1}),
    "subsample 1e-4, emphasis .1 (wide)": Single(WIDE, factorising={"emphasis": 0.1}),
}
JOINED = {
    "wide + near (two-views)": Joined((("wide", 1), ("near", 1))),
    "wide + near with emphasis .05": Joined((("wide", 1), ("emphasised", 1))),
    "wide + 0.7 near": Joined((("wide", 1), ("near", 0.7))),
    "wide + near, p .25": Joined((("wide", 1), ("near", 1)), eig=0.25),
    "wide + near, p 0": Joined((("wide", 1), ("near", 1)), eig=0.0),
    "wide + near, dim 200": Joined((("wide", 1), ("near", 1)), dim=200),
    "wide + near, dim 500": Joined((("wide", 1), ("near", 1)), dim=500),
    "default + near": Joined((("default", 1), ("near", 1))),
    "default + window 2 apart": Joined((("default", 1), ("narrow", 1))),
    "subsample 1e-4 + near": Joined((("subsample 1e-4", 1), ("near", 1))),
    "subsample 1e-4 + window 2 apart": Joined((("subsample 1e-4", 1), ("narrow", 1))),
    "subsample 1e-4, window 10 + window 2 apart": Joined(
        (("subsample 1e-4, window 10", 1), ("narrow", 1))
    ),
    "default + subsample 1e-4 + near": Joined(
        (("default", 0.7), ("subsample 1e-4", 0.7), ("near", 1))
    ),
    "wide + near, joined before the SVD": Joined((("wide", 1), ("near", 1)), before=True),
}


def named(part: str) -> str:
    """The single setting whose label has `part` in brackets, or begins with it."""
    for label in SINGLE:
        if f"({part})" in label or label == part or label.startswith((f"{part}:", f"{part},")):
            return label
    raise KeyError(part)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--only", default="", help="labels that match this regular expression")
    arguments = options.parse_args()
    text = wikipedia(arguments.data, scratch())
    print_machine("scikit-learn")
    scorer = Scorer(arguments.data)
    corpus = encode_corpus(str(text), "whitespace", min_count=10)
    made: dict[str, WordVectors] = {}
    names = " | ".join(NAMES)
    print(f"| setting | {names} | half 0 | half 1 |\n" + "| --- " * (len(NAMES) + 3) + "|")

    def single(label: str) -> WordVectors:
        if label not in made:
            made[label] = SINGLE[label].make(corpus)
        return made[label]

    def show(label: str, vectors: WordVectors) -> None:
        scores = scorer(vectors)
        cells = " | ".join(f"{score:.3f}" for score in scores["all"])
        halves = " | ".join(f"{np.mean(scores[half]):.4f}" for half in ("half 0", "half 1"))
        print(f"| {label} | {cells} | {halves} |", flush=True)

    for label in SINGLE:
        if re.search(arguments.only, label):
            show(label, single(label))
    for label, joined in JOINED.items():
        if not re.search(arguments.only, label):
            continue
        labels = [named(part) for part, _ in joined.views]
        weights = [weight for _, weight in joined.views]
        if joined.before:
            parts = [
                weigh_counts(count_cooccurrences(corpus, **SINGLE[part].counting))
                for part in labels
            ]
            norms = [float(np.linalg.norm(part.sparse_matrix().data)) for part in parts]
            scales = [weight / norm for weight, norm in zip(weights, norms)]
            vectors = svd_vectors(combine(parts, weights=scales, normalize=False), joined.dim)
        else:
            parts = [single(part) for part in labels]
            vectors = combine(parts, weights=weights, dim=joined.dim, eig=joined.eig)
        show(label, vectors)


if __name__ == "__main__":
    main()
