"""Truncated SVD of the PPMI matrix of English Wikipedia, against SciPy's exact one.

    python benchmarks/svd.py

Prints times, the ratio, and the share of the exact top-10 neighbours that the default keeps,
for the 2,000 most frequent words at p = 0; also for scikit-learn's randomized SVD.
"""

import time

import numpy as np
from _measure import in_turn, parser, print_machine, print_ratio, scratch, wikipedia
from scipy.sparse.linalg import svds
from sklearn.utils.extmath import randomized_svd

from wordvec_toolkit import count_cooccurrences, encode_corpus, ppmi, svd_vectors

QUERIES = 2000


def neighbours(vectors: np.ndarray) -> np.ndarray:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)
    cosines = unit[:QUERIES] @ unit.T
    cosines[np.arange(QUERIES), np.arange(QUERIES)] = -2
    return np.argpartition(-cosines, 10, axis=1)[:, :10]


def kept(found: np.ndarray, exact: np.ndarray) -> float:
    pairs = zip(neighbours(found), neighbours(exact))
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in pairs]))


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--dims", type=int, nargs="+", default=[300])
    options.add_argument("--weighting", default="harmonic", choices=["harmonic", "dynamic"])
    options.add_argument("--cds", type=float, default=1.0)
    options.add_argument("--randomized", action="store_true", help="scikit-learn's too")
    arguments = options.parse_args()
    text = wikipedia(arguments.data, scratch())
    print_machine("scikit-learn")
    corpus = encode_corpus(str(text), "whitespace", min_count=10)
    weighted = ppmi(count_cooccurrences(corpus, weighting=arguments.weighting), cds=arguments.cds)
    matrix = weighted.matrix
    print(f"{matrix.shape[0]:,} x {matrix.shape[1]:,}, {matrix.nnz:,} cells")
    svd_vectors(weighted, dim=10)  # compile
    for dim in arguments.dims:
        made = {}

        def exact(dim: int = dim, made: dict = made) -> None:
            left, values, _ = svds(matrix, k=dim, random_state=0)
            made["exact"] = np.ascontiguousarray(left[:, np.argsort(-values)])

        def ours(dim: int = dim, made: dict = made) -> None:
            made["ours"] = svd_vectors(weighted, dim, eig=0.0, threads=arguments.threads)

        times = in_turn(arguments.runs, exact=exact, ours=ours)
        print_ratio(f"SVD k = {dim} / scipy svds", times["ours"], times["exact"], 4)
        share = kept(made["ours"].matrix, made["exact"])
        facts = made["ours"].facts
        print(
            f"  top-10 neighbours kept {share:.4f} (asked 0.95); residuals: median "
            f"{facts['median_residual']:.0e}, largest {facts['largest_residual']:.0e}, "
            f"{facts['columns_above_1_percent']} columns above 1 %"
        )
        for n_iter in (2, 4, 7) if arguments.randomized else ():
            started = time.perf_counter()
            left, _, _ = randomized_svd(matrix, dim, n_iter=n_iter, random_state=0)
            seconds = time.perf_counter() - started
            share = kept(left, made["exact"])
            print(f"  scikit-learn randomized, n_iter {n_iter}: {seconds:.1f} s, kept {share:.4f}")


if __name__ == "__main__":
    main()
