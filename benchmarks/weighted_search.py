"""Search for the objective, weights and views of the weighted factorisation.

    python benchmarks/weighted_search.py --tokens 4 --keep FOLDER [--only REGEX] [--sets FOLDER]

English Wikipedia, its first tokens in millions, words seen 10 times or more, 300 dimensions.
Settings are chosen by the mean of WordSim-353, SimLex-999, RG-65 and the semantic and syntactic
half of the Google analogies (3CosAdd) on half 0 of their items, split by a hash of their words.
Half 1 is reported, as are all items of sets that take no part in the choice, where `--sets` has
them: MEN, RW, MTurk-771, SimVerb-3500 (``EN-*.txt``) and the MSR analogies (``msr-*.txt``).

Each trial is a few views and how they are joined; counts and factorised views are kept in the
folder `--keep` and used again.
"""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numba
import numpy as np
from _measure import parser, print_machine, scratch, wikipedia
from _scores import half, similarity_sets
from scaling import first_tokens
from scipy.sparse import csr_array, hstack

from wordvec_toolkit import WordVectors, count_cooccurrences, encode_corpus, svd_vectors
from wordvec_toolkit.counts.cooccurrence import Cooccurrence
from wordvec_toolkit.embeddings.lanczos import PanelAlgebra
from wordvec_toolkit.embeddings.ppmi import ppmi
from wordvec_toolkit.embeddings.settings import WeightedSettings
from wordvec_toolkit.embeddings.solving import solver_for
from wordvec_toolkit.embeddings.weighted import _contexts_of_words, _Sides, _svd_of_product
from wordvec_toolkit.evaluation.analogy import evaluate_analogy_methods
from wordvec_toolkit.evaluation.datasets import SimilaritySet, read_analogy_set, read_similarity_set
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.evaluation.statistics.ranking import spearman
from wordvec_toolkit.runtime.parallel import one_blas_thread, run_blocks, weighted_bounds
from wordvec_toolkit.text.vocabulary import Vocabulary


@dataclass(frozen=True)
class View:
    """One weighted factorisation.

    Attributes
    ----------
    counting : dict
        Settings of the counts; ``positions`` n: a column for each place up to n words away;
        ``contexts`` n: columns for the n most frequent words alone.
    target : {"pmi", "clipped", "soft", "logistic", "svd"}
        PMI; PPMI; log(1 + n/e); skip-gram's expected loss, majorised by squares in each sweep; or
        no weights at all, the SVD of PPMI.
    shift : float
        k of log(k), subtracted from the PMI of observed cells.
    cds : float
        Exponent of the context totals in the expected count e.
    confidence, exponent, cap : float
        The weight of a cell observed n times: 1 + confidence * min(n, cap)^exponent.
    unobserved : float
        Exponent b of the weight (e/mean e)^b of a cell that was not observed.
    floor : float
        If above 0: target of unobserved cells is PMI as if seen this often, below 0
        (Swivel's, without its soft side).
    """

    counting: tuple[tuple[str, Any], ...] = ()
    target: str = "pmi"
    shift: float = 1.0
    cds: float = 1.0
    smoothing: float = 0.0
    confidence: float = 3.0
    exponent: float = 0.5
    cap: float = 0.0
    unobserved: float = 0.0
    floor: float = 0.0
    sweeps: int = 2
    steps: int = 3
    dim: int = 300

    def is_of_package(self) -> bool:
        """Return whether the package has this objective."""
        others = (self.target, self.shift, self.cds, self.smoothing, self.cap, self.floor)
        return others == ("pmi", 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Trial:
    """Views, and how they become vectors."""

    views: tuple[View, ...] = (View(),)
    shares: tuple[float, ...] = (1.0, 1.0, 1.0)
    p: float = 0.25  # of each view
    near_p: float | None = None  # of the views after the first, if another
    context_weight: float = 0.0  # of the first view
    joined: float = 0.25  # of what is joined
    add_context: bool = False
    top: int = 0  # of all-but-the-top
    spelling: float = 0.0  # share of a view of character n-grams
    dim: int = 300


def counting(**settings: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(settings.items()))


ONE = counting(window=5)
WIDE = counting(window=5, subsample=1e-4)
NEAR = counting(window=3, direction="split")
NARROW = counting(window=2, direction="split")
PLAIN, EXPECTED = View(ONE), View(ONE, unobserved=0.5)
_SVD = {"target": "svd"}
_PAIR = (View(WIDE), View(NEAR))
_MIXED = (View(WIDE, unobserved=0.5), View(NEAR))
TRIALS = {
    # one view: the weights, one change at a time
    "SVD of PPMI": Trial((View(ONE, **_SVD),), p=0.5),
    "weighted (a 3, exponent .5, p .25)": Trial((PLAIN,)),
    "p 0": Trial((PLAIN,), p=0.0),
    "p .5": Trial((PLAIN,), p=0.5),
    "a 1": Trial((replace(PLAIN, confidence=1.0),)),
    "unobserved .25": Trial((replace(PLAIN, unobserved=0.25),)),
    "unobserved .5": Trial((EXPECTED,)),
    "unobserved .5, p .5": Trial((EXPECTED,), p=0.5),
    "unobserved .5, a 10": Trial((replace(EXPECTED, confidence=10.0),)),
    "unobserved .5, a 1, exponent .75": Trial((replace(EXPECTED, confidence=1.0, exponent=0.75),)),
    "unobserved .5, target log(1 + n/e)": Trial((replace(EXPECTED, target="soft"),)),
    # objectives
    **{
        f"unobserved .5, {label}": Trial((replace(EXPECTED, **change),))
        for label, change in {
            "skip-gram's loss, k 1": {"target": "logistic"},
            "skip-gram's loss, k 5, cds .75": {"target": "logistic", "shift": 5.0, "cds": 0.75},
            "1 sweep": {"sweeps": 1},
        }.items()
    },
    **{
        f"weighted, {label}": Trial((replace(PLAIN, **change),))
        for label, change in {
            "clipped": {"target": "clipped"},
            "shift 2": {"shift": 2.0},
            "cds .75": {"cds": 0.75},
            "smoothing .5": {"smoothing": 0.5},
            "floor .5": {"floor": 0.5},
            "cap 30": {"cap": 30.0},
            "exponent .25": {"exponent": 0.25},
            "4 sweeps": {"sweeps": 4},
        }.items()
    },
    "unobserved .75": Trial((replace(PLAIN, unobserved=0.75),)),
    "w + c": Trial((EXPECTED,), add_context=True),
    "all-but-the-top 3": Trial((EXPECTED,), top=3),
    # other views
    "near, SVD": Trial((View(NEAR, **_SVD),), p=0.5),
    "near": Trial((View(NEAR),)),
    "near, unobserved .5": Trial((View(NEAR, unobserved=0.5),)),
    "window 2, unobserved .5": Trial((View(NARROW, unobserved=0.5),)),
    "a column a place, 2 away, unobserved .5": Trial(
        (View(counting(positions=2), unobserved=0.5),)
    ),
    "wide, SVD": Trial((View(WIDE, **_SVD),), p=0.5),
    "wide": Trial((View(WIDE),)),
    "wide, unobserved .5": Trial((View(WIDE, unobserved=0.5),)),
    # joined
    "wide + near, SVD": Trial((View(WIDE, **_SVD), View(NEAR, **_SVD)), p=0.5, joined=0.5),
    **{
        f"{name} + near, unobserved {weight:g}, joined p {joined:g}": Trial(
            (View(wide, unobserved=weight), View(NEAR, unobserved=weight)), joined=joined
        )
        for name, wide in (("window 5", ONE), ("wide", WIDE))
        for weight in (0.0, 0.5)
        for joined in (0.25, 0.5, 0.75)
    },
    "SVD of wide + near": Trial((View(WIDE, **_SVD), View(NEAR)), joined=0.5),
    "SVD of wide + near, unobserved .5": Trial(
        (View(WIDE, **_SVD), View(NEAR, unobserved=0.5)), joined=0.5
    ),
    "wide + near, p 0 of each": Trial(_PAIR, p=0.0, joined=0.5),
    "wide + near, p .5 of each, joined p .75": Trial(_PAIR, p=0.5, joined=0.75),
    "wide + near, joined p 1": Trial(_PAIR, joined=1.0),
    **{
        f"wide with {weight:g} of its contexts + near at p .5, joined p 1": Trial(
            _PAIR, joined=1.0, near_p=0.5, context_weight=weight
        )
        for weight in (0.0, 0.2, 0.3, 0.4, 0.5, 1.0)
    },
    "wide + near + spelling at .5, joined p .75": Trial(_PAIR, joined=0.75, spelling=0.5),
    **{
        f"wide, unobserved .5, + near{label}": Trial(_MIXED, **{"joined": 0.5, **change})
        for label, change in {
            "": {},
            ", joined p .75": {"joined": 0.75},
            ", p .5 of each": {"p": 0.5},
            " at 1.4": {"shares": (1, 1.4)},
            " at .7": {"shares": (1, 0.7)},
            " + spelling at .3": {"spelling": 0.3},
            " + spelling at .5": {"spelling": 0.5},
            ", 500 dimensions of 600": {"dim": 500},
            ", all-but-the-top 3": {"top": 3},
        }.items()
    },
    "window 5 + wide + near": Trial((EXPECTED, *_MIXED), joined=0.5),
}


@numba.njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def solve(cells, other, moments, sides, steps, first, last, own):
    """As the package's kernel, for any targets and weights, and targets f_i + g_j of other cells.

    `moments` are sum_j v_j y_j y_j', sum_j v_j y_j and sum_j v_j g_j y_j.
    """
    indptr, columns, targets, weights = cells
    gram, first_moment, floor_moment = moments
    scale, floor, base, floors = sides
    dim = other.shape[1]
    residual = np.empty(dim, np.float32)
    direction = np.empty(dim, np.float32)
    product = np.empty(dim, np.float32)
    for row in range(first, last):
        x = own[row]
        u = scale[row]
        f = floor[row]
        for i in range(dim):
            total = np.float32(0)
            for j in range(dim):
                total += gram[i, j] * x[j]
            residual[i] = u * (f * first_moment[i] + floor_moment[i] - total)
        for k in range(indptr[row], indptr[row + 1]):
            column = columns[k]
            y = other[column]
            less = u * base[column]
            dot = np.float32(0)
            for d in range(dim):
                dot += x[d] * y[d]
            slope = weights[k] * (targets[k] - dot) - less * (f + floors[column] - dot)
            for d in range(dim):
                residual[d] += slope * y[d]
        size = np.float32(0)
        for d in range(dim):
            direction[d] = residual[d]
            size += residual[d] * residual[d]
        smallest = size * np.float32(1e-11)
        for _ in range(steps):
            if size <= smallest:
                break
            for i in range(dim):
                total = np.float32(0)
                for j in range(dim):
                    total += gram[i, j] * direction[j]
                product[i] = u * total
            for k in range(indptr[row], indptr[row + 1]):
                column = columns[k]
                y = other[column]
                dot = np.float32(0)
                for d in range(dim):
                    dot += direction[d] * y[d]
                dot *= weights[k] - u * base[column]
                for d in range(dim):
                    product[d] += dot * y[d]
            curvature = np.float32(0)
            for d in range(dim):
                curvature += direction[d] * product[d]
            if curvature <= 0:
                break
            length = size / curvature
            after = np.float32(0)
            for d in range(dim):
                x[d] += length * direction[d]
                residual[d] -= length * product[d]
                after += residual[d] * residual[d]
            ratio = after / size
            size = after
            for d in range(dim):
                direction[d] = residual[d] + ratio * direction[d]


@numba.njit(nogil=True, cache=True, fastmath=True)
def dots(indptr, columns, x, y, first, last, out):
    """The inner products of observed cells."""
    for row in range(first, last):
        for k in range(indptr[row], indptr[row + 1]):
            total = np.float32(0)
            for d in range(x.shape[1]):
                total += x[row, d] * y[columns[k], d]
            out[k] = total


def _with_most_frequent_contexts(counts: Cooccurrence, n: int) -> Cooccurrence:
    """Keep the columns of the `n` most frequent contexts, and totals as before."""
    columns = np.arange(counts.matrix.shape[1]) % len(counts.vocabulary) < n
    matrix = csr_array(counts.matrix[:, np.flatnonzero(columns)])
    settings = {**counts.settings, "direction": "split"}  # no longer its own transpose
    result = Cooccurrence(counts.vocabulary, matrix, counts.divisor, settings)
    vars(result)["_totals"] = counts.row_totals, counts.column_totals[columns]
    return result


class Workshop:
    """Counts and views of one text, kept in a folder."""

    def __init__(self, text: Path, min_count: int, folder: Path, threads: int) -> None:
        self.folder, self.threads = folder, threads
        self.algebra = PanelAlgebra(threads)
        self.corpus = encode_corpus(str(text), "whitespace", min_count=min_count)
        folder.mkdir(parents=True, exist_ok=True)
        self.counted: dict[str, Cooccurrence] = {}
        self.vocabulary: Vocabulary = self.counts(counting(window=5)).vocabulary

    def _kept(self, what: object) -> Path:
        return self.folder / hashlib.sha256(repr(what).encode()).hexdigest()[:16]

    def counts(self, settings: tuple[tuple[str, Any], ...]) -> Cooccurrence:
        chosen = dict(settings)
        if contexts := chosen.pop("contexts", 0):
            return _with_most_frequent_contexts(self.counts(counting(**chosen)), contexts)
        path = self._kept(settings)
        if not path.exists():
            positions = chosen.pop("positions", 0)
            if positions:
                counts = self._by_position(chosen, positions)
            else:
                counts = count_cooccurrences(self.corpus, **chosen, threads=self.threads)
            counts.save(path)
        if repr(settings) not in self.counted:
            self.counted = {repr(settings): Cooccurrence.load(path)}
        return self.counted[repr(settings)]

    def _by_position(self, chosen: dict[str, Any], positions: int) -> Cooccurrence:
        """Columns for each distance and side: differences of flat windows."""
        parts, before = [], None
        for window in range(1, positions + 1):
            counts = count_cooccurrences(
                self.corpus, window=window, weighting="flat", direction="split", **chosen
            )
            parts.append(counts.matrix if before is None else counts.matrix - before)
            before = counts.matrix
        matrix = csr_array(hstack(parts, format="csr"))
        matrix.eliminate_zeros()
        matrix.sort_indices()
        return Cooccurrence(counts.vocabulary, matrix, 1, dict(counts.settings))

    def start(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """U S^1/2 and V S^1/2 of the SVD of PPMI."""
        path = self._kept((view.counting, view.dim, "start")).with_suffix(".npz")
        if not path.exists():
            positive = ppmi(self.counts(view.counting), threads=self.threads)
            found = svd_vectors(positive, dim=view.dim, eig=0.5, threads=self.threads)
            words = np.ascontiguousarray(found.matrix, np.float32)
            roots = np.sqrt(np.array(found.facts["singular_values"], np.float32))
            with one_blas_thread():
                transposed = positive.sparse_matrix().T.tocsr()
                contexts = self.algebra.sparse(transposed, words / roots) / roots
            np.savez(path, words=words, contexts=contexts)
        kept = np.load(path)
        return kept["words"], kept["contexts"]

    def view(self, view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """U, S and V."""
        path = self._kept(view).with_suffix(".npz")
        if not path.exists():
            words, contexts = self.start(view)
            if view.is_of_package():
                self._improve_as_the_package(view, words, contexts)
            elif view.target != "svd":
                self._improve(view, words, contexts)
            with one_blas_thread():
                u, s, v = _svd_of_product(words, contexts, self.algebra)
            np.savez(path, u=u.astype(np.float32), s=s, v=v.astype(np.float32))
        kept = np.load(path)
        return kept["u"], kept["s"], kept["v"]

    def _improve_as_the_package(self, view: View, words: np.ndarray, contexts: np.ndarray) -> None:
        settings = WeightedSettings(
            confidence=view.confidence,
            confidence_exponent=view.exponent,
            unobserved_exponent=view.unobserved,
        )
        counts = self.counts(view.counting)
        with one_blas_thread(), solver_for(counts.n_cells, self.threads) as solve:
            sides = _Sides(counts, settings, self.algebra, solve)
            for _ in range(view.sweeps):
                sides.improve_words(words, contexts, view.steps)
                sides.improve_contexts(words, contexts, view.steps)

    def _improve(self, view: View, words: np.ndarray, contexts: np.ndarray) -> None:
        counts = self.counts(view.counting)
        matrix = counts.matrix
        indptr = matrix.indptr.astype(np.int64)
        n = (matrix.data / counts.divisor).astype(np.float64)
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(indptr))
        row_share = counts.row_totals / counts.divisor
        column_share = np.maximum(counts.column_totals / counts.divisor, 1e-9) ** view.cds
        column_share = column_share / column_share.sum()
        expected = row_share[rows] * column_share[matrix.indices]
        pmi = np.log((n + view.smoothing) / (expected + view.smoothing)) - np.log(view.shift)
        unit = np.ones(matrix.shape[0], np.float32), np.ones(matrix.shape[1], np.float32)
        u, v = unit
        f, g = (np.zeros(size, np.float32) for size in matrix.shape)
        if view.unobserved:
            u = (row_share / row_share.mean()) ** view.unobserved
            v = (column_share / column_share.mean()) ** view.unobserved
            u, v = u / u.mean(), v / v.mean()
        if view.floor:
            # log(floor / e), centred so that no cell lies above 0 by much
            f = np.log(view.floor / np.maximum(row_share, 1e-9))
            g = -np.log(np.maximum(column_share, 1e-12))
            f, g = np.minimum(f + g.max(), 0) * 0.5, np.minimum(g - g.max(), 0) * 0.5
        capped = np.minimum(n, view.cap) if view.cap else n
        weights = u[rows] * v[matrix.indices] + view.confidence * capped**view.exponent
        targets = {
            "pmi": pmi,
            "clipped": np.maximum(pmi, 0),
            "soft": np.log1p(np.exp(pmi)),
            "logistic": pmi,
        }[view.target]
        u, v, f, g = (np.asarray(part, np.float32) for part in (u, v, f, g))
        order = csr_array((np.arange(matrix.nnz), matrix.indices, indptr), matrix.shape).T.tocsr()
        order_indptr = order.indptr.astype(np.int64)
        order_rows = order.indices.astype(np.int32)

        def both(targets: np.ndarray, weights: np.ndarray) -> tuple[Any, Any]:
            targets, weights = targets.astype(np.float32), weights.astype(np.float32)
            return (indptr, matrix.indices, targets, weights), (
                order_indptr,
                order_rows,
                targets[order.data],
                weights[order.data],
            )

        with one_blas_thread():
            for _ in range(view.sweeps):
                if view.target == "logistic":
                    # n log s(z) + k e log s(-z) at z: slope and curvature (n + k e) l(z), where
                    # l(z) = tanh(z/2) / (2 z) bounds from above (Jaakkola and Jordan 2000)
                    z = np.empty(matrix.nnz, np.float32)
                    run_blocks(
                        lambda i, j, z=z: dots(indptr, matrix.indices, words, contexts, i, j, z),
                        weighted_bounds(indptr, 1 << 16),
                        self.threads,
                    )
                    noise = view.shift * expected
                    at = np.maximum(np.abs(z.astype(np.float64)), 1e-3)
                    curvature = np.tanh(at / 2) / (2 * at) * (n + noise)
                    targets = (n - noise) / 2 / curvature
                    # unobserved: k e (z/2 + z^2/8): weight k e / 4, target -2
                    u = (row_share * view.shift / 4).astype(np.float32)
                    v = column_share.astype(np.float32)
                    f, g = np.full(len(u), -2, np.float32), np.zeros(len(v), np.float32)
                    weights = curvature
                    if view.unobserved:  # flatten all weights alike
                        factor = (row_share**-view.unobserved, column_share**-view.unobserved)
                        weights = weights * factor[0][rows] * factor[1][matrix.indices]
                        u, v = (a * b.astype(np.float32) for a, b in zip((u, v), factor))
                by_row, by_column = both(targets, weights)
                self._half(by_row, words, contexts, u, f, v, g, view.steps)
                self._half(by_column, contexts, words, v, g, u, f, view.steps)

    def _half(self, cells, own, other, u, f, v, g, steps) -> None:  # type: ignore[no-untyped-def]
        gram = self.algebra.gram(other * v[:, None], other).astype(np.float32)
        first = (v.astype(np.float64) @ other).astype(np.float32)
        floors = ((v * g).astype(np.float64) @ other).astype(np.float32)
        moments, sides = (gram, first, floors), (u, f, v, g)
        run_blocks(
            lambda i, j: solve(cells, other, moments, sides, steps, i, j, own),
            weighted_bounds(cells[0], 1 << 16),
            self.threads,
        )

    def spelling(self, dim: int = 300) -> np.ndarray:
        """The SVD of character n-grams of 3 to 6, weighted by inverse frequency."""
        path = self.folder / f"spelling-{dim}.npy"
        if not path.exists():
            ids: dict[str, int] = {}
            rows, columns = [], []
            for row, word in enumerate(self.vocabulary.words):
                marked = f"<{word}>"
                for n in range(3, 7):
                    for i in range(len(marked) - n + 1):
                        rows.append(row)
                        columns.append(ids.setdefault(marked[i : i + n], len(ids)))
            frequency = np.bincount(columns)
            kept = frequency >= 5
            renumbered = np.cumsum(kept) - 1
            chosen = kept[columns]
            rows_, columns_ = np.array(rows)[chosen], renumbered[np.array(columns)[chosen]]
            values = np.log(len(self.vocabulary) / frequency[kept])[columns_].astype(np.float32)
            matrix = csr_array((values, (rows_, columns_)), (len(self.vocabulary), int(kept.sum())))
            matrix.sum_duplicates()
            found = svd_vectors(WordVectors(self.vocabulary, matrix, {}), dim=dim, eig=0.5)
            np.save(path, found.matrix)
        return np.load(path)

    def vectors(self, trial: Trial) -> WordVectors:
        parts = []
        for number, view in enumerate(trial.views):
            u, s, v = self.view(view)
            p = trial.near_p if number and trial.near_p is not None else trial.p
            weight = 1.0 if trial.add_context else 0.0 if number else trial.context_weight
            added = u + np.float32(weight) * _contexts_of_words(u, v) if weight else u
            parts.append(added * (s**p).astype(np.float32))
        if trial.spelling:
            parts.append(self.spelling())
        if len(parts) == 1:
            matrix = parts[0]
        else:
            shares = [*trial.shares[: len(trial.views)], trial.spelling]
            matrix = np.concatenate(
                [
                    share * part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
                    for share, part in zip(shares, parts)
                ],
                axis=1,
            )
            values, axes = np.linalg.eigh(matrix.astype(np.float64).T @ matrix)
            values, axes = np.sqrt(values[::-1][: trial.dim]), axes[:, ::-1][:, : trial.dim]
            matrix = matrix @ (axes * values ** (trial.joined - 1)).astype(np.float32)
        if trial.top:
            matrix = matrix - matrix.mean(0)
            axes = np.linalg.eigh(matrix.astype(np.float64).T @ matrix)[1][:, -trial.top :]
            matrix = matrix - (matrix @ axes) @ axes.T
        return WordVectors(self.vocabulary, np.ascontiguousarray(matrix, np.float32), {})


#: Frequencies at which bands of rare words begin.
BANDS = (10, 50, 200, 1000)


class Judge:
    """Scores of vectors, on half 0 and half 1 of the sets that choose, and on other sets."""

    def __init__(self, data: Path, sets: Path | None, mul: bool, korean: bool = False) -> None:
        self.methods = ("3cosadd", "3cosmul") if mul else ("3cosadd",)
        self.other, self.msr = {}, None
        if korean:
            self.similar = {"WS-353": read_similarity_set(data / "similarity" / "WS353_korean.csv")}
            self.analogies = read_analogy_set(data / "analogy" / "word_analogy_korean.txt")
            return
        similar = similarity_sets(data)
        self.similar = {"WS-353": similar[0], "SimLex": similar[3], "RG-65": similar[4]}
        self.analogies = read_analogy_set("google")
        self.other = {"WS-sim": similar[1], "WS-rel": similar[2]}
        for name, file in (
            ("MEN", "EN-MEN-TR-3k.txt"),
            ("RW", "EN-RW-STANFORD.txt"),
            ("MTurk", "EN-MTurk-771.txt"),
            ("SimVerb", "EN-SimVerb-3500.txt"),
        ):
            if sets is not None and (sets / file).exists():
                self.other[name] = read_similarity_set(sets / file)
        if sets is not None and (sets / "msr-questions.txt").exists():
            self.msr = read_analogy_set(sets / "msr-questions.txt")

    @staticmethod
    def by_frequency(
        vectors: WordVectors, test: SimilaritySet, cosines: np.ndarray
    ) -> dict[str, float]:
        """Scores of the pairs whose rarer word has a frequency within a band."""
        counts = dict(zip(vectors.words, vectors.vocabulary.counts.tolist()))
        least = np.array([min(counts.get(a, 0), counts.get(b, 0)) for a, b, _ in test.pairs])
        ratings = np.array([score for _, _, score in test.pairs])
        scores = {}
        for low, high in zip(BANDS, (*BANDS[1:], np.inf)):
            chosen = ~np.isnan(cosines) & (least >= low) & (least < high)
            name = f"{test.name}:{low:g} ({int(chosen.sum())})"
            scores[name] = spearman(cosines[chosen], ratings[chosen])
        return scores

    def __call__(self, vectors: WordVectors) -> dict[str, float]:
        scores: dict[str, float] = {}
        for name, test in {**self.similar, **self.other}.items():
            result = evaluate_similarity(vectors, test, interval="analytic")
            scores[name] = result.spearman
            if name == "RW":
                scores.update(self.by_frequency(vectors, test, result.cosines))
            if name in self.similar:
                halves = np.array([half(first, second) for first, second, _ in test.pairs])
                ratings = np.array([score for _, _, score in test.pairs])
                for side in (0, 1):
                    chosen = ~np.isnan(result.cosines) & (halves == side)
                    scores[f"{name}:{side}"] = spearman(result.cosines[chosen], ratings[chosen])
        asked = [question for _, section in self.analogies.sections for question in section]
        syntactic = np.concatenate(
            [
                np.full(len(section), name.startswith(("gram", "syn")))
                for name, section in self.analogies.sections
            ]
        )
        halves = np.array([half(*question) for question in asked])
        for result in evaluate_analogy_methods(vectors, self.analogies, self.methods):
            method = result.method[-3:]
            known = result.answers >= 0
            scores[f"all {method}"] = float(result.correct[known].mean())
            for name, part in (("sem", ~syntactic), ("syn", syntactic)):
                scores[f"{name} {method}"] = float(result.correct[known & part].mean())
                for side in (0, 1):
                    chosen = known & part & (halves == side)
                    scores[f"{name} {method}:{side}"] = float(result.correct[chosen].mean())
        if self.msr is not None:
            for result in evaluate_analogy_methods(vectors, self.msr, self.methods):
                known = result.answers >= 0
                scores[f"MSR {result.method[-3:]}"] = float(result.correct[known].mean())
        for side in (0, 1):
            names = [*self.similar, "sem add", "syn add"]
            scores[f"half {side}"] = float(np.mean([scores[f"{name}:{side}"] for name in names]))
        return scores


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--text", type=Path, help="a tokenised text in place of Wikipedia")
    options.add_argument("--tokens", type=float, default=4, help="millions, from the beginning")
    options.add_argument("--only", default="", help="labels that match this regular expression")
    options.add_argument("--sets", type=Path, help="folder of more test sets")
    options.add_argument("--korean", action="store_true", help="the text and the sets are Korean")
    options.add_argument("--min-count", type=int, default=10)
    options.add_argument("--keep", type=Path, help="keep counts, views and scores in this folder")
    arguments = options.parse_args()
    folder = (arguments.keep or scratch()) / f"{arguments.tokens:g}"
    folder.mkdir(parents=True, exist_ok=True)
    whole = arguments.text or wikipedia(arguments.data, folder)
    text = first_tokens(whole, int(arguments.tokens * 1_000_000), folder / "text.txt")
    print_machine()
    workshop = Workshop(text, arguments.min_count, folder, arguments.threads)
    judge = Judge(arguments.data, arguments.sets, arguments.tokens >= 17, arguments.korean)
    shown: list[str] = []
    for label, trial in TRIALS.items():
        if not re.search(arguments.only, label):
            continue
        scores = judge(workshop.vectors(trial))
        if not shown:
            shown = ["half 0", "half 1"]
            shown += [name for name in scores if ":" not in name and name not in shown]
            print(f"| trial | {' | '.join(shown)} |")
            print("| --- " * (len(shown) + 1) + "|")
        cells = " | ".join(f"{scores[name]:.3f}" for name in shown)
        print(f"| {label} | {cells} |", flush=True)
        with open(folder / "scores.jsonl", "a", encoding="utf-8") as out:
            out.write(json.dumps({"label": label, **scores}) + "\n")


if __name__ == "__main__":
    main()
