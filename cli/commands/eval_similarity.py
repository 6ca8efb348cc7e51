"""``wvt eval-similarity``."""

from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingError
from ..shared import options
from ..shared.comparisons import (
    compared,
    print_all,
    print_comparisons,
    print_parts,
    print_scores,
    say_overlaps,
    say_readings,
    scoring_options,
    told_apart,
)
from ..shared.languages import default_names, language_option
from ..shared.models import open_pair_models

if TYPE_CHECKING:
    from ...evaluation.datasets import SimilaritySet
    from ...evaluation.results import SimilarityResult


@click.command("eval-similarity")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="wordsim353, simlex999, a set fetched by wvt fetch, or a file of pairs with scores; may "
    "be repeated.  "
    "[default: wordsim353 and simlex999, or those in the language of the text]",
)
@click.option(
    "--by-frequency", is_flag=True, help="Show the scores by corpus frequency of the rarer word."
)
@click.option(
    "--combine",
    is_flag=True,
    help="Score two models together, too: a linear combination, with weights from held-out "
    "pairs (10 folds).  Of more than two, the last with the best of the count-based others.",
)
@scoring_options
@options.table_options
@language_option
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    by_frequency: bool,
    combine: bool,
    compare: bool,
    columns: str | None,
    encoding: str | None,
    language: str | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Correlate the cosines of word pairs with the ratings of people (Spearman).

    MODELS are workspaces (their SVD vectors are used), bundles of vectors, vector files, or
    measures on a thesaurus: wordnet:lin, corpus.wvt:path, wordnet:path:n for nouns alone.
    Pairs with a word out of vocabulary are skipped; the coverage is shown.  Two or more models
    are compared on the pairs that all of them know; p-values are corrected for their number (Holm).

    \b
    Examples:
      wvt eval-similarity corpus.wvt
      wvt eval-similarity corpus.wvt/svd corpus.wvt/ppmi --dataset my-pairs.csv
      wvt eval-similarity corpus.wvt corpus.wvt:lin --combine
      wvt eval-similarity corpus.wvt --interval bootstrap --by-frequency
    """
    from ...embeddings.vectors import WordVectors
    from ...evaluation.datasets import SIMILARITY_SETS, read_similarity_set
    from ...evaluation.frequency import similarity_by_frequency
    from ...evaluation.overlap import find_overlaps
    from ...evaluation.similarity import evaluate_similarity

    names = list(datasets) or default_names("similarity", list(SIMILARITY_SETS), models, language)
    tests = told_apart([read_similarity_set(name, columns, encoding) for name in names], names)
    say_readings(tests, names)
    overlaps = find_overlaps(tests)
    how = options.only_given(**settings)
    results = []
    for path, vectors in open_pair_models(models):
        for test in tests:
            result = evaluate_similarity(vectors, test, **how).replaced(model=path)
            if by_frequency and isinstance(vectors, WordVectors):
                bands = similarity_by_frequency(vectors, test, result)
                result = result.replaced(by_frequency=bands)
            results.append(result)
    if combine:
        results += _combined(models, tests, **how)
    how.pop("interval", None)  # which is not the method of the tests here
    comparisons = compared(results, compare, **how)
    if as_json:
        print_all(results, comparisons, overlaps)
        return
    print_scores(results)
    print_parts(
        ("model", "set"),
        [
            ((result.model, result.dataset), band)
            for result in results
            for band in result.by_frequency
        ],
    )
    print_comparisons(comparisons)
    say_overlaps(overlaps)


def _combined(
    models: tuple[str, ...], tests: "list[SimilaritySet]", **how: Any
) -> "list[SimilarityResult]":
    """Score two models together, or the last with the best of the others."""
    from ...evaluation.combination import evaluate_combination
    from ...models.finding import count_based

    opened = dict(open_pair_models(models))
    *others, last = opened
    if len(others) > 1:
        others = count_based(others)
    if not others:
        raise SettingError(f"--combine takes two models or more, and {len(opened)} were given")
    name = f"{others[0] if len(others) == 1 else 'best of the others'} + {last}"
    chosen = [opened[model] for model in (*others, last)]
    found = [evaluate_combination(chosen, test, **how) for test in tests]
    return [each.replaced(model=name) for each in found]
