"""Queries of 3 million words by 300 dimensions, opened as a memory map.

    python benchmarks/queries.py [--peer]

Writes a bundle of random vectors (3.7 GB, into --folder, gone afterwards) and asks it in new
processes, the file being in the memory of the system: how long until it is open, until the first
answer, until later ones, for a hundred words at once.  NumPy's own product of the matrix, already
read, with one vector is next to it; with --peer gensim too, which needs 8 GB of memory.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _measure import print_machine

from wordvec_toolkit.bundles.writing import new_bundle

DIM = 300
CHUNK = 100_000
SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "mé", "ni", "ro", "sü", "ta", "vu", "xe", "zo"]


def word(place: int) -> str:
    result = ""
    place += len(SYLLABLES)
    while place:
        place, rest = divmod(place, len(SYLLABLES))
        result = SYLLABLES[rest] + result
    return result


def make(path: Path, n: int) -> None:
    """Write the bundle a piece at a time; it is the same on every machine."""
    generator = np.random.default_rng(0)
    with new_bundle(path, "vectors", {}) as writer:
        writer.text("vocabulary.tsv", (f"{word(i)}\t{10 * n // (i + 1)}" for i in range(n)))
        writer.facts["n_specials"] = 0
        sizes = [min(CHUNK, n - first) for first in range(0, n, CHUNK)]
        chunks = (generator.standard_normal((size, DIM), np.float32) for size in sizes)
        writer.array_chunks("vectors", "<f4", n, chunks, DIM)


def timed(steps: dict) -> dict[str, float]:
    seconds = {}
    for name, run in steps.items():
        started = time.perf_counter()
        run()
        seconds[name] = time.perf_counter() - started
    return seconds


def ask_ours(path: Path) -> dict[str, float]:
    from wordvec_toolkit.models.loading import load_vectors

    held = {}

    def open_it() -> None:
        held["v"] = load_vectors(path)

    seconds = timed({"open": open_it})
    vectors = held["v"]
    n = len(vectors)
    rare = [word(n // 2 + i) for i in range(100)]
    return seconds | timed(
        {
            "first query": lambda: vectors.nearest(rare[0]),
            "second query": lambda: vectors.nearest(rare[1]),
            "among 10,000": lambda: vectors.nearest(rare[2], among=10_000),
            "analogy": lambda: vectors.analogy(*rare[3:6]),
            "100 words at once": lambda: vectors.nearest_each(rare),
            "matching a pattern": lambda: vectors.nearest(rare[6], match="zo$"),
        }
    )


def ask_numpy(path: Path) -> dict[str, float]:
    matrix = np.load(path / "vectors.npy")
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))

    def query() -> None:
        np.argpartition(-(matrix @ matrix[len(matrix) // 2]) / norms, 11)[:11]

    return timed({"query, all in memory": query, "another": query})


def ask_gensim(path: Path) -> dict[str, float]:
    from gensim.models import KeyedVectors

    matrix = np.load(path / "vectors.npy", mmap_mode="r")
    peer = KeyedVectors(DIM)
    peer.vectors = matrix
    peer.index_to_key = [word(i) for i in range(len(matrix))]
    peer.key_to_index = {name: i for i, name in enumerate(peer.index_to_key)}
    asked = peer.index_to_key[len(matrix) // 2]
    query = lambda: peer.most_similar(asked)  # noqa: E731
    return timed({"first query": query, "second query": query})


SIDES = {"ours": ask_ours, "numpy": ask_numpy, "gensim": ask_gensim}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--words", type=int, default=3_000_000)
    options.add_argument("--folder", type=Path, help="where there are 4 GB of room")
    options.add_argument("--peer", action="store_true", help="gensim, too")
    options.add_argument("--ask", nargs=2, help=argparse.SUPPRESS)  # what a new process does
    arguments = options.parse_args()
    if arguments.ask:
        side, path = arguments.ask
        print(json.dumps(SIDES[side](Path(path))))
        return
    print_machine(*(["gensim"] if arguments.peer else []))
    with tempfile.TemporaryDirectory(prefix="wvt-benchmark-", dir=arguments.folder) as folder:
        path = Path(folder) / "big"
        make(path, arguments.words)
        print(f"{arguments.words:,} x {DIM}, {os.path.getsize(path / 'vectors.npy') / 1e9:.1f} GB")
        ask("ours", path)  # compiles nothing, but brings the file into memory
        for side in ("ours", "numpy", *(["gensim"] if arguments.peer else [])):
            runs = [ask(side, path) for _ in range(arguments.runs)]
            for name in runs[0]:
                seconds = [run[name] for run in runs]
                asked = " (asked 1)" if (side, name) in ASKED else ""
                print(f"{side}, {name}: {statistics.median(seconds):.2f} s{asked}")


ASKED = {("ours", "open"), ("ours", "first query")}


def ask(side: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--ask", side, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
