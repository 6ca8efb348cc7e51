"""``wvt eval-odd-one-out``."""

import click

from ...evaluation.settings import DrawingSettings
from ..shared import options
from ..shared.comparisons import print_all, print_scores, say_readings, told_apart
from ..shared.languages import default_names, language_option
from ..shared.models import open_each


@click.command("eval-odd-one-out")
@options.models_argument
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="Groups of words, one a line, the last the odd one; may be repeated.",
)
@click.option(
    "--categories",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="Draw groups from a set as of eval-categories, among the words that all models know; "
    "may be repeated.  "
    "[default: everyday, or those in the language of the text, without --dataset]",
)
@options.settings_options(DrawingSettings)
@options.encoding_option
@options.signature_option
@options.json_option
@language_option
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    categories: tuple[str, ...],
    encoding: str | None,
    language: str | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Find the word that does not belong: the one farthest from the mean of its group.

    MODELS are workspaces (their SVD vectors are used), bundles of vectors or vector files.  Groups
    with a word out of vocabulary are skipped; the coverage is shown.

    \b
    Examples:
      wvt eval-odd-one-out corpus.wvt
      wvt eval-odd-one-out corpus.wvt/svd corpus.wvt/ppmi --dataset groups.txt
      wvt eval-odd-one-out corpus.wvt --categories google-categories --size 4
    """
    from ...evaluation.category_sets import odd_one_out_of, read_category_set, read_odd_one_out_set
    from ...evaluation.odd_one_out import evaluate_odd_one_out, words_known

    how = options.only_given(**settings)
    tests = [read_odd_one_out_set(name, encoding) for name in datasets]
    drawn_from = list(categories)
    if not (datasets or categories):
        drawn_from = default_names("categories", ["everyday"], models, language)
    tests = told_apart(tests, datasets)
    say_readings(tests, datasets)
    lists = [read_category_set(name) for name in drawn_from]
    opened = dict(open_each(models))
    everyones = [words_known(words, list(opened.values())) for words in lists]
    tests += [odd_one_out_of(words, **how) for words in everyones]
    results = [
        evaluate_odd_one_out(vectors, test).replaced(model=path)
        for path, vectors in opened.items()
        for test in tests
    ]
    if as_json:
        print_all(results)
    else:
        print_scores(results)
