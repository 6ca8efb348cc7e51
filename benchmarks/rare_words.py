"""Rare words from their contexts: the fold of Khodak et al. (2018, "A La Carte Embedding").

    python benchmarks/rare_words.py --keep FOLDER --sets FOLDER [--tokens 17] [--text FILE]

The mean of the vectors of a word's contexts, weighted by their counts and by t/(t + f) of their
relative frequencies f, is mapped by the matrix A that brings these means closest to the vectors of
words seen 100 times or more (least squares, weighted by the logarithm of their frequency).  Words
below a frequency then get the mapped mean, or its mean with their own vector, both at length 1.
Scores on Stanford's rare words (RW), whole and by the frequency of the rarer word, and on
WordSim-353 and MEN.  The vectors are the weighted two-views; counts and views are kept in the
folder and shared with `weighted_search.py`.
"""

from pathlib import Path

import numpy as np
from _measure import parser, print_machine, scratch, wikipedia
from scaling import first_tokens
from scipy.sparse import csr_array
from weighted_search import NEAR, WIDE, Judge, Trial, View, Workshop

from wordvec_toolkit import WordVectors
from wordvec_toolkit.counts.cooccurrence import Cooccurrence
from wordvec_toolkit.evaluation.similarity import evaluate_similarity

_SMOOTH = 1e-4  # t
_LEARNED_FROM = 100  # frequency of the words that A is learned from


def at_length_1(matrix: np.ndarray) -> np.ndarray:
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)


def folded(vectors: WordVectors, counts: Cooccurrence) -> np.ndarray:
    """The mapped means of all words, at length 1."""
    own = at_length_1(np.asarray(vectors.matrix))
    frequency = vectors.vocabulary.counts
    share = _SMOOTH / (_SMOOTH + frequency / frequency.sum())
    data = counts.matrix.data * share[counts.matrix.indices % len(frequency)]
    weights = csr_array((data, counts.matrix.indices, counts.matrix.indptr), counts.matrix.shape)
    n_sides = counts.matrix.shape[1] // len(frequency)
    means = weights @ np.concatenate([own] * n_sides).astype(np.float64)
    means /= np.maximum(weights.sum(axis=1), 1e-12)[:, None]
    known = frequency >= _LEARNED_FROM
    roots = np.sqrt(np.log(frequency[known]))[:, None]
    mapping = np.linalg.lstsq(roots * means[known], roots * own[known], rcond=None)[0]
    return at_length_1(means @ mapping)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--text", type=Path, help="a tokenised text in place of Wikipedia")
    options.add_argument("--tokens", type=float, default=17, help="millions, from the beginning")
    options.add_argument("--sets", type=Path, required=True, help="folder with EN-RW-STANFORD.txt")
    options.add_argument("--keep", type=Path, help="keep counts and views in this folder")
    arguments = options.parse_args()
    folder = (arguments.keep or scratch()) / f"{arguments.tokens:g}"
    folder.mkdir(parents=True, exist_ok=True)
    whole = arguments.text or wikipedia(arguments.data, folder)
    text = first_tokens(whole, int(arguments.tokens * 1_000_000), folder / "text.txt")
    print_machine()
    workshop = Workshop(text, 10, folder, arguments.threads)
    judge = Judge(arguments.data, arguments.sets, mul=False)
    vectors = workshop.vectors(Trial((View(WIDE), View(NEAR)), joined=1.0))
    own = at_length_1(np.asarray(vectors.matrix))
    frequency = vectors.vocabulary.counts

    def show(label: str, matrix: np.ndarray) -> None:
        trial = WordVectors(vectors.vocabulary, matrix.astype(np.float32), {})
        cells = []
        for name in ("RW", "MEN", "WS-353"):
            test = {**judge.similar, **judge.other}[name]
            result = evaluate_similarity(trial, test, interval="analytic")
            cells.append(f"{name} {result.spearman:.3f}")
            if name == "RW":
                bands = judge.by_frequency(trial, test, result.cosines)
                cells += [f"{band.split(':')[1]} {score:.3f}" for band, score in bands.items()]
        print(f"| {label} | {' | '.join(cells)} |", flush=True)

    show("own vectors", own)
    for title, counting in (("wide", WIDE), ("near", NEAR)):
        fold = folded(vectors, workshop.counts(counting))
        for below in (50, 200, 1000):
            for mix in (0.5, 1.0):
                rare = (frequency < below)[:, None]
                mixed = np.where(rare, (1 - mix) * own + mix * fold, own)
                show(f"{title}, below {below}, {mix:g} of the fold", mixed)


if __name__ == "__main__":
    main()
