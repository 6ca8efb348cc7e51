"""What 95 % intervals and tests are worth: planted scores whose truth is known.

For each kind of data: how often an interval holds the truth (asked: .95), and how often a test
calls two equally good models different at .05 and at .01.  Next to each method is the one that
takes everything for independent.
"""

import argparse
import math
import time
from collections.abc import Iterator

import _planted as plant
import numpy as np
from _measure import print_machine
from _planted import HEADER, Found, repeat

from wordvec_toolkit.evaluation.runs import Runs, bootstrap_mean, cut_runs, mean_over_tokens
from wordvec_toolkit.evaluation.statistics import ranking
from wordvec_toolkit.evaluation.statistics.bootstrap import bootstrap_spearman, draw_counts
from wordvec_toolkit.evaluation.statistics.intervals import Z95, share_interval
from wordvec_toolkit.evaluation.statistics.jackknife import jackknife_spearman
from wordvec_toolkit.evaluation.statistics.pair_bootstrap import (
    accuracy_intervals,
    resampled_sums,
    sections_of,
)
from wordvec_toolkit.evaluation.statistics.pair_effects import (
    accuracy_interval,
    add_sums,
    difference_test,
    section_sums,
)
from wordvec_toolkit.evaluation.statistics.significance import (
    bootstrap_p_value,
    permutation_p_value,
)


def similarity(trials: int, resamples: int, quick: bool) -> None:
    def one(number: int) -> Found:
        scores, ratings = make(np.random.default_rng([1, number]), n, rho)
        shape = ranking.spearman(scores, ratings)
        half = Z95 * math.sqrt((1 + shape**2 / 2) / (n - 3))
        normal = math.tanh(math.atanh(shape) - half), math.tanh(math.atanh(shape) + half)
        return {
            "Bonett-Wright (normal)": (normal, None),
            "BCa": (bootstrap_spearman(scores, ratings, "bca", resamples, number), None),
            "jackknife": (jackknife_spearman(scores, ratings), None),
        }

    for make in plant.SIMILARITY if not quick else plant.SIMILARITY[::2]:
        for n, rho in [(60, 0.7), (150, 0.3), (350, 0.7), (1000, 0.3)][: 2 if quick else 4]:
            truth = plant.true_spearman(make, rho)
            repeat(f"Spearman {truth:.2f}, {make.__name__}", f"{n} pairs", truth, trials, one)


def similarity_differences(trials: int, resamples: int, quick: bool) -> None:
    def one(number: int) -> Found:
        random = np.random.default_rng([2, number])
        scores, ratings = plant.equal_models(random, n, 0.7, 0.5, kind)
        values = ranking.resampled_spearman(scores, ratings, draw_counts(random, n, resamples))
        apart = values[0] - values[1]
        low, high = np.quantile(apart, [0.025, 0.975])
        found: Found = {"bootstrap": ((float(low), float(high)), bootstrap_p_value(apart))}
        if not quick:
            p_value = permutation_p_value(scores, ratings, resamples, number)
            found["permutation"] = None, p_value
        return found

    for kind in ("normal", "tied", "uneven", "opposed"):
        for n in (60, 150, 350, 1000)[: 2 if quick else 4]:
            what = f"Spearman, difference, {kind}"
            repeat(what, f"{n} pairs", 0.0, trials, one)


def analogies(trials: int, resamples: int, quick: bool) -> None:
    def one(number: int) -> Found:
        random = np.random.default_rng([3, number])
        right = plant.answers(random, sections, n_pairs, spread, base)
        asked = np.ones(right.shape[1], bool)
        n, parts = len(asked), [list(range(sections))]
        n_right = int(right[0].sum())
        only = [int((right[i] & ~right[1 - i]).sum()) for i in (0, 1)]
        formula = accuracy_interval(add_sums(section_sums(designs, right[0], asked)))
        apart = right[0].astype(np.float64) - right[1]
        _, p_value = difference_test(add_sums(section_sums(designs, apart, asked)))
        found: Found = {
            "Wilson, McNemar": (share_interval(n_right, n), plant.mcnemar_p_value(*only)),
            "variance of word pairs": (formula, p_value),
        }
        if not quick:
            drawn = accuracy_intervals(test, asked, right[0], parts, resamples, number)[0]
            values = np.stack([asked, *right])
            sums = resampled_sums(designs, values, resamples, number).sum(axis=1)
            p_value = bootstrap_p_value((sums[1] - sums[2]) / sums[0])
            found["resampled word pairs"] = drawn or formula, p_value
        return found

    for sections, n_pairs in [(1, 10), (1, 25), (1, 40), (5, 25)]:
        test = plant.questions(sections, n_pairs)
        designs = sections_of(test)
        for spread, base in [(0.0, 0.5), (0.5, 0.5), (1.0, 0.5), (2.0, 0.5), (1.0, 3.0)]:
            truth = plant.true_accuracy(spread, base)
            what = f"accuracy {truth:.2f}, pairs differ {spread:g}"
            repeat(what, f"{sections} x {n_pairs}", truth, trials, one)


def perplexities(trials: int, resamples: int, quick: bool) -> None:
    def one(number: int) -> Found:
        ids, documents, bits = plant.text(
            np.random.default_rng([4, number]), n, alike, document_length
        )
        apart, ones = bits - plant.BITS, np.ones(len(ids))
        starts = np.flatnonzero(np.concatenate([[True], ids[:-1] == 2]))
        found: Found = {}
        for method, runs in (
            ("independent sentences", Runs(starts, "sentences")),
            ("runs of sentences", cut_runs(ids)),
            ("runs of documents", cut_runs(ids, documents)),
        ):
            if "of documents" not in method or "documents" in runs.of:
                mean = mean_over_tokens(apart, ones, runs)
                found[method] = mean.interval, mean.p_value
                if not quick and "runs" in method:
                    own = bootstrap_mean(apart, ones, runs, resamples, number)
                    found[f"{method}, bootstrap"] = own
        return found

    kinds = [(0.0, 1), (0.15, 20), (0.3, 20), (0.3, 60)]
    for alike, document_length in kinds[::2] if quick else kinds:
        for n in (200, 500, 2000, 3761):
            what = f"bits a token, alike {alike:g}, of {document_length}"
            repeat(what, f"{n} lines", 0.0, trials, one)


def drawn_lines(trials: int, resamples: int, quick: bool) -> None:
    """Bits of lines drawn by lot from a text without marks: the test text of a study of one."""

    def one(number: int) -> Found:
        random = np.random.default_rng([6, number])
        ids, bits = plant.drawn_lines(random, n, 0.3, document_length)
        mean = mean_over_tokens(bits - plant.BITS, np.ones(len(ids)), cut_runs(ids))
        return {"runs of sentences": (mean.interval, mean.p_value)}

    for document_length in (20, 60):
        for n in (15, 50, 200, 1000):
            what = f"bits a token, drawn, of {document_length}"
            repeat(what, f"{n} lines", 0.0, trials, one)


def bands(trials: int, resamples: int, quick: bool) -> None:
    """Bits of those tokens that are rare: some of each sentence, more in some documents."""

    def one(number: int) -> Found:
        random = np.random.default_rng([5, number])
        ids, documents, bits = plant.text(random, 2000, 0.3, 20)
        held = random.random(len(ids)) < share
        apart = np.where(held, bits - plant.BITS, 0.0)
        return {
            f"runs of {of}": (mean.interval, mean.p_value)
            for of, runs in (("sentences", cut_runs(ids)), ("documents", cut_runs(ids, documents)))
            for mean in [mean_over_tokens(apart, held, runs)]
        }

    for share in (0.002, 0.02, 0.2):
        repeat(f"bits of a band, {share:g} of tokens", "2000 lines", 0.0, trials, one)


def speed() -> Iterator[str]:
    for n in (353, 999, 3000):
        scores, ratings = plant.normal(np.random.default_rng(0), n, 0.6)
        for method in (bootstrap_spearman, bootstrap_spearman, jackknife_spearman):
            started = time.perf_counter()
            low, high = method(scores, ratings)
            seconds = time.perf_counter() - started
        yield f"{method.__name__}, {n} pairs: {seconds:.3f} s ({low:.3f} to {high:.3f})"


PARTS = {
    "perplexities": perplexities,
    "drawn-lines": drawn_lines,
    "bands": bands,
    "analogies": analogies,
    "similarity": similarity,
    "similarity-differences": similarity_differences,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--quick", action="store_true", help="formulas alone, fewer kinds of data")
    arguments = parser.parse_args()
    print_machine()
    print("\n".join(speed()))
    print(f"\n{arguments.trials} trials")
    print(HEADER)
    for name in arguments.part or PARTS:
        PARTS[name](arguments.trials, arguments.resamples, arguments.quick)


if __name__ == "__main__":
    main()
