"""Reading text vectors (and word2vec's binary format), against gensim: time, and the same bits.

    python benchmarks/formats.py

Makes 54,825 x 300 random vectors, writes them as gensim does (so with gensim's usual digits), and
reads the files with both sides in turn.
"""

import gzip
import shutil
import time
from pathlib import Path

import numpy as np
from _measure import in_turn, parser, print_machine, print_ratio, scratch
from gensim.models import KeyedVectors

import wordvec_toolkit as wvt


def make(folder: Path, n_words: int, dim: int) -> KeyedVectors:
    """Vectors whose lengths and components spread as trained ones do."""
    rng = np.random.default_rng(0)
    matrix = rng.normal(0, 0.1, (n_words, dim)) * rng.lognormal(0, 0.5, (n_words, 1))
    keyed = KeyedVectors(dim, dtype=np.float32)
    keyed.add_vectors([f"word{i}" for i in range(n_words)], matrix.astype(np.float32))
    keyed.save_word2vec_format(str(folder / "text"))
    keyed.save_word2vec_format(str(folder / "binary"), binary=True)
    return keyed


def compare(what: str, path: Path, binary: bool, runs: int, threads: int, asked: float) -> None:
    read = {}

    def ours() -> None:
        read["ours"] = wvt.read_vectors(path, threads=threads)

    def gensim() -> None:
        read["gensim"] = KeyedVectors.load_word2vec_format(str(path), binary=binary)

    times = in_turn(runs, gensim=gensim, ours=ours)
    megabytes = path.stat().st_size / 1e6
    print_ratio(f"{what}, {megabytes:.0f} MB", times["ours"], times["gensim"], asked)
    words = read["ours"].words == tuple(read["gensim"].index_to_key)
    bits = read["ours"].matrix.tobytes() == read["gensim"].vectors.tobytes()
    print(f"  same words: {words}; same bits: {bits}")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--words", type=int, default=54_825)
    options.add_argument("--dim", type=int, default=300)
    arguments = options.parse_args()
    folder = scratch()
    print_machine("gensim")
    make(folder, arguments.words, arguments.dim)
    with open(folder / "text", "rb") as plain, gzip.open(folder / "text.gz", "wb", 1) as packed:
        shutil.copyfileobj(plain, packed)
    small = wvt.read_vectors(folder / "text", among=10)  # compile
    wvt.write_vectors(small, folder / "small.vec")
    wvt.read_vectors(folder / "binary", among=10)
    how = (arguments.runs, arguments.threads)
    compare("text", folder / "text", False, *how, 8)
    compare("text, one thread", folder / "text", False, arguments.runs, 1, 8)
    compare("text, gzip", folder / "text.gz", False, *how, 1)
    compare("binary", folder / "binary", True, *how, 1)
    vectors = wvt.read_vectors(folder / "text")
    for name in ("again.vec", "again.bin", "again.safetensors"):
        started = time.perf_counter()
        wvt.write_vectors(vectors, folder / name, threads=arguments.threads)
        written = time.perf_counter()
        same = wvt.read_vectors(folder / name).matrix.tobytes() == vectors.matrix.tobytes()
        read = time.perf_counter()
        print(
            f"{name}: written {written - started:.2f} s, read {read - written:.2f} s, same: {same}"
        )


if __name__ == "__main__":
    main()
