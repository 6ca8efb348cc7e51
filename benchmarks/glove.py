"""GloVe on English Wikipedia, against Stanford's C program, from the same counts.

    python benchmarks/glove.py --glove PATH/TO/GloVe/build

Both train on the cells that the C program `cooccur` wrote (ours reads them into a matrix), with
the same settings, and print the mean loss of a cell in each epoch as it is met in training.  The C
program needs its cells shuffled first; that time is printed apart.
"""

import re
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
from _measure import parser, print_machine, scratch, wikipedia

from wordvec_toolkit.counts import Cooccurrence
from wordvec_toolkit.counts.storage import csr_of
from wordvec_toolkit.embeddings import train_glove
from wordvec_toolkit.text import Vocabulary

MIN_COUNT, WINDOW, DIM, X_MAX = 10, 10, 300, 100.0
CELL = np.dtype([("row", "<i4"), ("column", "<i4"), ("value", "<f8")])


class Clock:
    """A `Progress` that times the epochs."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def start(self, task: str, total: float | None, unit: str) -> None:
        self.started = time.perf_counter()

    def advance(self, amount: float) -> None: ...

    def finish(self, result: str) -> None:
        self.seconds.append(time.perf_counter() - self.started)

    def note(self, message: str) -> None: ...


def read_cells(vocabulary: Path, cells: Path) -> Cooccurrence:
    """Read the C programs' files; values become integers over 2520 = lcm(1..10)."""
    pairs = [line.split(" ") for line in vocabulary.read_text("utf-8").splitlines()]
    words = Vocabulary([word for word, _ in pairs], np.array([int(n) for _, n in pairs]))
    table = np.fromfile(cells, CELL)
    order = np.lexsort((table["column"], table["row"]))
    table = table[order]
    indptr = np.searchsorted(table["row"], np.arange(1, len(words) + 2)).astype(np.int64)
    numerators = np.rint(table["value"] * 2520).astype(np.int64)
    matrix = csr_of(indptr, table["column"] - 1, numerators, (len(words), len(words)))
    return Cooccurrence(words, matrix, 2520)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--glove", type=Path, required=True, help="folder of GloVe's programs")
    options.add_argument("--epochs", type=int, default=3)
    arguments = options.parse_args()
    arguments.glove = arguments.glove.resolve()
    folder = scratch()
    text = wikipedia(arguments.data, folder)
    vocabulary, cells, shuffled = (folder / name for name in ("vocabulary", "cells", "shuffled"))
    print_machine()

    def run(program: str, source: Path, target: Path, *settings: str) -> None:
        with open(source, "rb") as stream, open(target, "wb") as output:
            subprocess.run(
                [arguments.glove / program, *settings, "-verbose", "0"],
                stdin=stream,
                stdout=output,
                stderr=subprocess.DEVNULL,
                check=True,
                cwd=folder,
            )

    run("vocab_count", text, vocabulary, "-min-count", str(MIN_COUNT))
    run(
        "cooccur",
        text,
        cells,
        "-memory",
        "8",
        "-vocab-file",
        str(vocabulary),
        "-window-size",
        str(WINDOW),
    )
    counts = read_cells(vocabulary, cells)
    started = time.perf_counter()
    run("shuffle", cells, shuffled, "-memory", "4", "-seed", "1")
    print(f"{counts.n_cells:,} cells; shuffle in C: {time.perf_counter() - started:.1f} s")

    train_glove(counts, dim=16, epochs=1)  # compile
    ratios = []
    for _ in range(arguments.runs):
        started = time.perf_counter()
        done = subprocess.run(
            [
                arguments.glove / "glove",
                "-input-file",
                shuffled,
                "-vocab-file",
                vocabulary,
                "-save-file",
                folder / "out",
                "-threads",
                str(arguments.threads),
                "-binary",
                "1",
                "-iter",
                str(arguments.epochs),
                "-vector-size",
                str(DIM),
                "-x-max",
                str(X_MAX),
                "-seed",
                "1",
                "-verbose",
                "2",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        peer = (time.perf_counter() - started) / arguments.epochs
        losses = [float(loss) for loss in re.findall(r"cost: ([\d.]+)", done.stderr)]
        clock = Clock()
        ours = train_glove(
            counts, DIM, arguments.epochs, X_MAX, threads=arguments.threads, progress=clock
        )
        own = statistics.mean(clock.seconds)
        ratios.append(peer / own)
        print(
            f"an epoch: peer {peer:.1f} s ({counts.n_cells / peer / 1e6:.2f} M cells/s), ours "
            f"{own:.1f} s ({counts.n_cells / own / 1e6:.2f} M cells/s), ratio {peer / own:.1f}"
        )
        print("  loss, peer:", *(f"{loss:.6f}" for loss in losses))
        print("  loss, ours:", *(f"{loss:.6f}" for loss in ours.facts["losses"]))
    print(f"cells a second, ours / peer: {statistics.median(ratios):.1f} (asked 2)")


if __name__ == "__main__":
    main()
