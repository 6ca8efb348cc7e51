"""Vocabulary, co-occurrence counts and PPMI of English Wikipedia, against GloVe's C programs.

    python benchmarks/counting.py --glove PATH/TO/GloVe/build

GloVe is Stanford's (https://github.com/stanfordnlp/GloVe), built with its own Makefile.
"""

import subprocess
from pathlib import Path

import numpy as np
from _measure import in_turn, parser, print_machine, print_ratio, scratch, wikipedia

from wordvec_toolkit import count_cooccurrences, encode_corpus, ppmi

MIN_COUNT = 10
WINDOW = 5


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--glove", type=Path, required=True, help="folder of GloVe's programs")
    arguments = options.parse_args()
    folder = scratch()
    text = wikipedia(arguments.data, folder)
    vocabulary, cells = folder / "glove-vocabulary.txt", folder / "glove-cells.bin"
    print_machine()

    def glove_vocabulary() -> None:
        with open(text, "rb") as source, open(vocabulary, "wb") as target:
            subprocess.run(
                [arguments.glove / "vocab_count", "-min-count", str(MIN_COUNT), "-verbose", "0"],
                stdin=source,
                stdout=target,
                stderr=subprocess.DEVNULL,
                check=True,
            )

    def glove_counts() -> None:
        with open(text, "rb") as source, open(cells, "wb") as target:
            subprocess.run(
                [
                    arguments.glove / "cooccur",
                    "-memory",
                    "8",
                    "-vocab-file",
                    vocabulary,
                    "-window-size",
                    str(WINDOW),
                    "-verbose",
                    "0",
                    "-overflow-file",
                    folder / "overflow",
                ],
                stdin=source,
                stdout=target,
                stderr=subprocess.DEVNULL,
                check=True,
            )

    made = {}

    def our_corpus() -> None:
        made["corpus"] = encode_corpus(
            str(text), "whitespace", min_count=MIN_COUNT, threads=arguments.threads
        )

    def our_counts() -> None:
        made["counts"] = count_cooccurrences(
            made["corpus"], WINDOW, "harmonic", threads=arguments.threads
        )

    def our_ppmi() -> None:
        made["ppmi"] = ppmi(made["counts"], threads=arguments.threads)

    our_corpus(), our_counts(), our_ppmi()  # compile
    times = in_turn(
        arguments.runs,
        glove_vocabulary=glove_vocabulary,
        corpus=our_corpus,
        glove_counts=glove_counts,
        counts=our_counts,
        ppmi=our_ppmi,
    )
    print_ratio("vocabulary + ids / vocab_count", times["corpus"], times["glove_vocabulary"], 1)
    print_ratio("counting / cooccur", times["counts"], times["glove_counts"], 8)
    print(f"PPMI: {np.median(times['ppmi']):.2f} s (asked 0.5)")

    counts = made["counts"]
    theirs = np.fromfile(cells, dtype=[("row", "<i4"), ("column", "<i4"), ("value", "<f8")])
    ours_sum = counts.matrix.sum(dtype=np.int64) / counts.divisor
    print(f"cells: ours {counts.n_cells:,}, GloVe {len(theirs):,}")
    print(f"sums: ours {ours_sum:.6f}, GloVe {theirs['value'].sum():.6f}")
    order = [line.split()[0] for line in vocabulary.read_text(encoding="utf-8").splitlines()]
    rows = np.array([counts.vocabulary.ids[word] for word in order])
    matrix = counts.matrix.tocsr()
    sample = np.random.default_rng(0).choice(len(theirs), 200_000, replace=False)
    picked = theirs[sample]
    found = matrix[rows[picked["row"] - 1], rows[picked["column"] - 1]] / counts.divisor
    worst = np.max(np.abs(np.asarray(found).ravel() - picked["value"]) / picked["value"])
    print(f"largest relative difference in 200,000 cells: {worst:.1e} (asked 1e-6)")


if __name__ == "__main__":
    main()
