"""``wvt eval-categories``."""

import click

from ...evaluation.settings import ClusteringSettings
from ..shared import options
from ..shared.comparisons import print_all, print_scores, say_readings, told_apart
from ..shared.languages import default_names, language_option
from ..shared.models import open_each


@click.command("eval-categories")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="everyday, google-categories, a set fetched by wvt fetch, or a file of words with "
    "categories; may be repeated.  "
    "[default: everyday, or those in the language of the text]",
)
@options.settings_options(ClusteringSettings)
@options.table_options
@options.signature_option
@options.json_option
@language_option
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    columns: str | None,
    encoding: str | None,
    language: str | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Cluster words into as many clusters as categories and show how pure these are.

    MODELS are workspaces (their SVD vectors are used), bundles of vectors or vector files.  A
    set has a word and its category on each line (as AP, Battig, BLESS and ESSLLI have), or lines
    ": category" with words under them.  Words out of vocabulary are skipped; the coverage is
    shown.  Chance is the purity of the same clusters with the categories shuffled:
    its mean, and the interval of 95 % of the shuffles.

    \b
    Examples:
      wvt eval-categories corpus.wvt
      wvt eval-categories corpus.wvt/svd corpus.wvt/ppmi --dataset battig.tsv --method agglomerative
    """
    from ...evaluation.categories import evaluate_categories
    from ...evaluation.category_sets import read_category_set

    names = list(datasets) or default_names("categories", ["everyday"], models, language)
    tests = told_apart([read_category_set(name, columns, encoding) for name in names], names)
    say_readings(tests, names)
    how = options.only_given(**settings)
    results = []
    for path, vectors in open_each(models):
        results += [
            evaluate_categories(vectors, test, **how).replaced(model=path) for test in tests
        ]
    if as_json:
        print_all(results)
        return
    print_scores(results)
    for test in tests:
        if len({result.words for result in results if result.sha256 == test.sha256}) > 1:
            click.echo(
                f"note: the models know different words of {test.name}; their purities are not "
                "comparable",
                err=True,
            )
