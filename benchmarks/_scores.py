"""Scores of vectors on the available sets, whole, in halves, and on rare words."""

import zlib
from pathlib import Path

import numpy as np

from wordvec_toolkit import WordVectors
from wordvec_toolkit.evaluation.analogy import evaluate_analogy_methods
from wordvec_toolkit.evaluation.datasets import SimilaritySet, read_analogy_set, read_similarity_set
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.evaluation.statistics.ranking import spearman

NAMES = ("WS-353", "WS-sim", "WS-rel", "SimLex", "RG-65", "add", "mul")
RARE = (10, 50)  # counts of the rarest word of an item


def similarity_sets(data: Path) -> list[SimilaritySet]:
    """The similarity sets of the folder of real data, in the order of `NAMES`."""
    folder = Path(data) / "similarity"
    paths = {path.name.lower(): path for path in folder.rglob("*") if path.is_file()}

    def find(*parts: str) -> Path:
        return next(path for name, path in paths.items() if all(part in name for part in parts))

    return [
        read_similarity_set(find("wordsim353", "combined")),
        read_similarity_set(find("353", "sim.")),
        read_similarity_set(find("353", "rel.")),
        read_similarity_set("simlex999"),
        read_similarity_set(find("rg", "65")),
    ]


def half(*words: str) -> int:
    """0 or 1, by the words alone: settings are chosen on one half and reported on the other."""
    return zlib.crc32(" ".join(sorted(words)).encode()) & 1


class Scorer:
    """Scores vectors over and over on the same sets."""

    def __init__(self, data: Path) -> None:
        self.sets = similarity_sets(data)
        self.questions = read_analogy_set("google")
        asked = [question for _, section in self.questions.sections for question in section]
        self.halves = np.array([half(*question) for question in asked])
        self.asked = asked

    def __call__(self, vectors: WordVectors) -> dict[str, list[float]]:
        """Return the scores on everything, on half 0 and half 1, in the order of `NAMES`."""
        whole, parts = [], ([], [])
        for test in self.sets:
            result = evaluate_similarity(vectors, test, interval="analytic")
            whole.append(result.spearman)
            halves = np.array([half(first, second) for first, second, _ in test.pairs])
            known = ~np.isnan(result.cosines)
            ratings = np.array([score for _, _, score in test.pairs])
            for side in (0, 1):
                chosen = known & (halves == side)
                parts[side].append(spearman(result.cosines[chosen], ratings[chosen]))
        for result in evaluate_analogy_methods(vectors, self.questions, interval="analytic"):
            whole.append(result.total.accuracy)
            for side in (0, 1):
                chosen = (result.answers >= 0) & (self.halves == side)
                parts[side].append(float(result.correct[chosen].mean()))
        return {"all": whole, "half 0": parts[0], "half 1": parts[1]}

    def rare(self, vectors: WordVectors) -> dict[str, float]:
        """Return scores on the items whose rarest word occurs 10 to 49 times, with their number."""
        counts = dict(zip(vectors.vocabulary.words, vectors.vocabulary.counts.tolist()))

        def is_rare(words: tuple[str, ...]) -> bool:
            least = min(counts.get(word, counts.get(word.lower(), 0)) for word in words)
            return RARE[0] <= least < RARE[1]

        found = {}
        for method in evaluate_analogy_methods(vectors, self.questions, interval="analytic"):
            chosen = np.array([is_rare(question) for question in self.asked])
            chosen &= method.answers >= 0
            found[f"{method.method} ({int(chosen.sum())})"] = float(method.correct[chosen].mean())
        cosines, ratings, seen = [], [], set()
        for test in (self.sets[0], self.sets[3]):  # disjoint but for a few pairs
            result = evaluate_similarity(vectors, test, interval="analytic")
            ranks = np.argsort(np.argsort([score for *_, score in test.pairs])) / len(test.pairs)
            for (first, second, _), cosine, rank in zip(test.pairs, result.cosines, ranks):
                pair = frozenset((first, second))
                if not np.isnan(cosine) and is_rare((first, second)) and pair not in seen:
                    seen.add(pair)
                    cosines.append(cosine)
                    ratings.append(rank)
        found[f"WS+SimLex ({len(cosines)})"] = spearman(np.array(cosines), np.array(ratings))
        return found


def row(label: str, scores: list[float]) -> str:
    """A line of a Markdown table."""
    return f"| {label} | " + " | ".join(f"{score:.3f}" for score in scores) + " |"


def header(first: str) -> str:
    """The head of such a table."""
    return f"| {first} | " + " | ".join(NAMES) + " |\n" + "| --- " * (len(NAMES) + 1) + "|"
