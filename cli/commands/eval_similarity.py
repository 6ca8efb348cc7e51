"""``wvt eval-similarity``."""

from dataclasses import asdict
from typing import Literal

import click

from ...evaluation.settings import ResamplingSettings
from ..shared import options
from ..shared.comparisons import as_json as all_as_json
from ..shared.comparisons import print_bands, print_comparisons, say_overlaps
from ..shared.models import open_each
from ..shared.output import interval as bounds
from ..shared.output import print_json, print_table


@click.command("eval-similarity")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="wordsim353, simlex999, a set that wvt fetch has got, or a file of pairs with scores; may "
    "be repeated.  "
    "[default: wordsim353 and simlex999]",
)
@click.option(
    "--by-frequency",
    is_flag=True,
    help="Show the scores by corpus frequency of the rarer word, too.",
)
@options.compare_option
@options.settings_options(ResamplingSettings)
@options.threads_option
@options.json_option
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    by_frequency: bool,
    compare: bool,
    interval: Literal["analytic", "bootstrap"] | None,
    resamples: int | None,
    seed: int | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Correlate the cosines of word pairs with the ratings of people (Spearman).

    MODELS are workspaces (their SVD vectors are taken), bundles of vectors or vector files.
    Pairs with a word that has no vector are left out and counted, never scored.  Two or more models
    are compared on the pairs that all of them know; p-values are corrected for their number (Holm).

    \b
    Examples:
      wvt eval-similarity corpus.wvt
      wvt eval-similarity corpus.wvt/svd corpus.wvt/ppmi --dataset my-pairs.csv
      wvt eval-similarity corpus.wvt --interval bootstrap --by-frequency
    """
    from ...evaluation.comparison import compare_similarity
    from ...evaluation.datasets import SIMILARITY_SETS, read_similarity_set
    from ...evaluation.frequency import similarity_by_frequency
    from ...evaluation.overlap import find_overlaps
    from ...evaluation.similarity import evaluate_similarity

    tests = [read_similarity_set(name) for name in datasets or SIMILARITY_SETS]
    overlaps = find_overlaps(tests)
    drawing = options.only_given(resamples=resamples, seed=seed, threads=threads)
    how = options.only_given(interval=interval) | drawing
    results = {}
    bands = {}
    for path, vectors in open_each(models):
        results[path] = [evaluate_similarity(vectors, test, **how) for test in tests]
        if by_frequency:
            bands[path] = [
                similarity_by_frequency(vectors, test, result)
                for test, result in zip(tests, results[path])
            ]
    comparisons = compare_similarity(results, **drawing) if compare and len(results) > 1 else ()
    if as_json:
        scores = [
            {
                "model": path,
                **asdict(result),
                "chance": result.chance,
                "cosines": result.cosines.tolist(),
                "ratings": result.ratings.tolist(),
            }
            | ({"by_frequency": [asdict(band) for band in bands[path][i]]} if by_frequency else {})
            for path, own in results.items()
            for i, result in enumerate(own)
        ]
        print_json(all_as_json(scores, comparisons, overlaps))
        return
    rows = [
        (
            path,
            result.dataset,
            f"{result.spearman:.3f}",
            bounds(result.interval),
            f"0 \N{PLUS-MINUS SIGN} {result.chance:.3f}",
            str(result.n),
            str(result.n_oov),
        )
        for path, own in results.items()
        for result in own
    ]
    print_table(("model", "set", "spearman", "95 % interval", "chance", "pairs", "left out"), rows)
    for own in results.values():
        for result in own:
            click.echo(result.signature, err=True)
    print_bands(
        [
            (path, result.dataset, band)
            for path, own in results.items()
            for result, found in zip(own, bands.get(path, ()))
            for band in found
        ],
        ("set", "spearman"),
    )
    print_comparisons(comparisons, "dataset")
    say_overlaps(overlaps)
