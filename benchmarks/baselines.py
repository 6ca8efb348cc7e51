"""gensim's skip-gram and CBOW, 5 and 15 epochs, against the count-based vectors.

    python benchmarks/baselines.py                     # trains for an hour and more
    python benchmarks/baselines.py --only two-views
    python benchmarks/baselines.py --vectors FILE ...  # scores vectors that were trained before

English Wikipedia, 17 million tokens, words seen 10 times or more, 300 dimensions, window 5, 5 noise
words.  Prints the scores on every set, and those on items with a word that is seen 10 to 49 times.
"""

import re
import time
from pathlib import Path

import numpy as np
from _measure import WVT, parser, print_machine, run_command, scratch, wikipedia
from _scores import Scorer, header, row

from wordvec_toolkit import WordVectors, load, read_vectors
from wordvec_toolkit.text import Vocabulary

TRAINED = {
    f"{method}, {epochs} epochs, subsample {subsample}": (method, epochs, subsample)
    for method in ("skip-gram", "cbow")
    for epochs in (5, 15)
    for subsample in ("1e-3", "1e-4")
}


def with_counts(vectors: WordVectors, words: Vocabulary) -> WordVectors:
    """Give vectors from a file the counts of the corpus."""
    counts = dict(zip(words.words, words.counts.tolist()))
    found = np.array([counts.get(word, 0) for word in vectors.words], np.int64)
    return WordVectors(Vocabulary(vectors.words, found), vectors.matrix)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--only", default="", help="labels that match this regular expression")
    options.add_argument("--vectors", type=Path, nargs="+", help="files to score, not to train")
    arguments = options.parse_args()
    folder = scratch()
    text = wikipedia(arguments.data, folder)
    print_machine("gensim")
    scorer = Scorer(arguments.data)
    workspace = folder / "enwiki.wvt"
    models = {}

    def wvt(*settings: str) -> float:
        return run_command([*WVT, *settings]).seconds

    started = time.perf_counter()
    wvt(
        "build-ppmi",
        str(text),
        "--tokenizer",
        "whitespace",
        "--min-count",
        "10",
        "-o",
        str(workspace),
    )
    models["build-ppmi"] = (load(workspace / "svd"), time.perf_counter() - started)
    seconds = wvt("build-svd", str(workspace), "--recipe", "two-views")
    models["build-svd --recipe two-views"] = (load(workspace / "svd-two-views"), seconds)
    words = load(workspace / "svd").vocabulary
    for path in arguments.vectors or ():
        models[path.name] = (with_counts(read_vectors(path), words), float("nan"))
    for number, (label, (method, epochs, subsample)) in enumerate(TRAINED.items()):
        if arguments.vectors or not re.search(arguments.only, label):
            continue
        seconds = wvt(
            "build-word2vec",
            str(workspace),
            "--method",
            method,
            "--epochs",
            str(epochs),
            "--subsample",
            subsample,
            "--threads",
            str(arguments.threads),
            "--dim",
            "300",
            "--name",
            f"n{number}",
        )
        bundle = "sgns" if method == "skip-gram" else "cbow"
        models[label] = (load(workspace / f"{bundle}-n{number}"), seconds)
    print(header("model"))
    for label, (vectors, seconds) in models.items():
        print(row(f"{label} ({seconds:.0f} s)", scorer(vectors)["all"]), flush=True)
    print("\nitems whose rarest word is seen 10 to 49 times (number of items):")
    for label, (vectors, _) in models.items():
        scores = (f"{name} {score:.3f}" for name, score in scorer.rare(vectors).items())
        print(f"{label}: {', '.join(scores)}", flush=True)


if __name__ == "__main__":
    main()
