"""Vectors, WordNet, both together, and vectors that WordNet has improved.

    python benchmarks/lexicon.py --workspace WORKSPACE [--wordnet PATH] [--only REGEX]

The workspace holds vectors of two views (``wvt build-svd TEXT --recipe two-views``) and PPMI
vectors; for the table in README.md, of English Wikipedia.  WordNet is that of the folder of real
data, its information content that of the text.  Prints Spearman correlations and pairs, then tests
of the combination against its two parts, and of changed vectors against those before, on the pairs
that they share.  Weights of a combination
are chosen on other pairs than those that they score (10 folds).
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

from _measure import parser, print_machine

from wordvec_toolkit import WordVectors, load_vectors, paired_test, svd_vectors
from wordvec_toolkit.evaluation import evaluate_combination, evaluate_similarity
from wordvec_toolkit.evaluation.datasets import SimilaritySet, read_similarity_set
from wordvec_toolkit.evaluation.results import SimilarityResult
from wordvec_toolkit.lexicon import Thesaurus, ThesaurusMeasure, counter_fit, retrofit, sprinkle
from wordvec_toolkit.lexicon.measures import MEASURES
from wordvec_toolkit.models import build_thesaurus, load_thesaurus

#: Measures that are combined with vectors.
COMBINED = ("path", "lin", "jcn")
DIM = 300
#: Pairs that vectors have to know, for weights of combinations.
FEWEST = 20
#: Vectors -> what a lexicon has made of them.
AGAINST = {
    "two views": ("retrofitted, synonyms", "retrofitted, hypernyms, too", "counter-fitted"),
    "one view (PPMI-SVD)": ("one view, sprinkled 0.5", "one view, sprinkled 0.25"),
}


def test_sets(data: Path) -> dict[str, SimilaritySet]:
    """The sets, with nouns of SimLex as sematch lists them."""
    found = {
        "SimLex": "similarity/EN-SIMLEX-999.txt",
        "SimLex nouns": "wordnet/sematch/noun_simlex.txt",
        "RG-65": "similarity/EN-RG-65.txt",
        "WordSim": "similarity/EN-WS-353-ALL.txt",
        "WordSim-sim": "similarity/EN-WS-353-SIM.txt",
    }
    return {name: read_similarity_set(data / path) for name, path in found.items()}


def variants(
    vectors: WordVectors, workspace: Path, thesaurus: Thesaurus
) -> dict[str, Callable[[], WordVectors]]:
    """Return what makes vectors from vectors and WordNet, by name."""

    def sprinkled(weight: float) -> WordVectors:
        ppmi = load_vectors(workspace / "ppmi")
        return svd_vectors(sprinkle(ppmi, thesaurus, weight=weight), dim=DIM)

    return {
        "retrofitted, synonyms": lambda: retrofit(vectors, thesaurus),
        "retrofitted, hypernyms, too": lambda: retrofit(vectors, thesaurus, relations="hypernyms"),
        "counter-fitted": lambda: counter_fit(vectors, thesaurus),
        "one view (PPMI-SVD)": lambda: load_vectors(workspace / "svd"),
        "one view, sprinkled 0.25": lambda: sprinkled(0.25),
        "one view, sprinkled 0.5": lambda: sprinkled(0.5),
        "one view, sprinkled 1": lambda: sprinkled(1.0),
    }


def print_tests(results: dict[str, list[SimilarityResult]], name: str) -> None:
    """Print the tests of one model against the others."""
    for each in paired_test(results):
        if each.first == name:
            low, high = each.interval
            print(
                f"| {name} | {each.second} | {each.dataset} | {each.difference:+.3f} "
                f"| {low:+.3f} to {high:+.3f} | {each.p_holm:.4f} | {each.n} |",
                flush=True,
            )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--workspace", type=Path, required=True)
    options.add_argument("--wordnet", type=Path)
    options.add_argument("--only", default="", help="rows that match this regular expression")
    arguments = options.parse_args()
    print_machine()
    wordnet = arguments.wordnet or arguments.data / "wordnet" / "wordnet-3.0.tar.xz"
    build_thesaurus(arguments.workspace, wordnet=str(wordnet))
    thesaurus = load_thesaurus(arguments.workspace)
    vectors = load_vectors(arguments.workspace / "svd-two-views")
    sets = {
        name: test
        for name, test in test_sets(arguments.data).items()
        if evaluate_similarity(vectors, test).n >= FEWEST
    }
    print(f"\n| model | {' | '.join(sets)} |\n{'| --- ' * (len(sets) + 1)}|")

    def show(name: str, results: list[SimilarityResult]) -> list[SimilarityResult]:
        cells = " | ".join(f"{each.spearman:.3f} ({each.n})" for each in results)
        print(f"| {name} | {cells} |", flush=True)
        return results

    alone = show("two views", [evaluate_similarity(vectors, test) for test in sets.values()])
    by_measure, together = {}, {}
    for name in MEASURES:
        measure = ThesaurusMeasure(thesaurus, name)
        found = [evaluate_similarity(measure, test) for test in sets.values()]
        by_measure[name] = show(f"WordNet, {name}", found)
    for name in COMBINED:
        models = [vectors, ThesaurusMeasure(thesaurus, name)]
        found = [evaluate_combination(models, test) for test in sets.values()]
        together[name] = show(f"two views + {name}", found)
    made = {"two views": alone}
    for name, make in variants(vectors, arguments.workspace, thesaurus).items():
        if re.search(arguments.only, name):
            model = make()
            found = [evaluate_similarity(model, test) for test in sets.values()]
            made[name] = show(name, found)
    words = [w for w in vectors.words if thesaurus.senses_of(w)][:10_000]
    started = time.process_time()
    ThesaurusMeasure(thesaurus, "jcn").matrix(words)
    seconds = time.process_time() - started
    print(f"\nall pairs of {len(words):,} words: {seconds:.0f} s of processor time\n")
    print("| A | B | set | A - B | 95 % | p (Holm) | pairs |")
    print("| --- " * 7 + "|")
    for name in COMBINED:
        both = f"two views + {name}"
        parts = {both: together[name], "two views": alone, f"WordNet, {name}": by_measure[name]}
        print_tests(parts, both)
    for base, changed in AGAINST.items():
        for name in changed:
            if {base, name} <= made.keys():
                print_tests({name: made[name], base: made[base]}, name)


if __name__ == "__main__":
    main()
