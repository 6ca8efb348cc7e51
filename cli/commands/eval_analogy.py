"""``wvt eval-analogy``."""

from typing import Literal

import click

from ...errors import SettingError
from ..shared import options
from ..shared.comparisons import (
    compared,
    print_all,
    print_comparisons,
    print_parts,
    print_scores,
    say_lexicons,
    say_readings,
    scoring_options,
)
from ..shared.languages import default_names, language_option
from ..shared.models import open_each
from ..shared.output import print_rows
from ..shared.progress import TerminalProgress


@click.command("eval-analogy")
@options.models_argument
@click.option(
    "--dataset",
    metavar="NAME_OR_FILE",
    help="google, a set fetched by wvt fetch, a file of questions, or a folder or zip archive of "
    "relations (BATS, SemEval-2012 task 2).  [default: google, or one in the language of the text]",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    type=click.Choice(["3cosadd", "3cosmul"]),
    help="What to maximise; may be repeated.  [default: both]",
)
@options.among_option
@click.option(
    "--without-forms",
    is_flag=True,
    help="Leave inflected forms of the words of a question out of the candidates, where it does "
    "not ask for one; needs WordNet (wvt fetch wordnet).",
)
@click.option(
    "--by-frequency", is_flag=True, help="Show the scores by corpus frequency of the rarest word."
)
@scoring_options
@options.table_options
@language_option
def command(
    models: tuple[str, ...],
    dataset: str | None,
    methods: tuple[Literal["3cosadd", "3cosmul"], ...],
    among: int | None,
    without_forms: bool,
    by_frequency: bool,
    compare: bool,
    threads: int | None,
    columns: str | None,
    encoding: str | None,
    language: str | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Answer analogy questions and show the accuracy, section by section.

    MODELS are workspaces (their SVD vectors are used), bundles of vectors or vector files.
    Questions with a word out of vocabulary are skipped; the coverage is shown.  Intervals and
    p-values allow for questions that share a word pair and so are not independent.  Two or more
    models are compared on the questions that all of them can be asked; p-values are
    corrected (Holm).

    Of SemEval-2012 task 2, whose pairs people have ranked by how well they show a relation, the
    Spearman correlation and MaxDiff accuracy are shown, as means over relations.

    \b
    Examples:
      wvt eval-analogy corpus.wvt
      wvt eval-analogy corpus.wvt/svd corpus.wvt/ppmi --method 3cosadd
      wvt eval-analogy corpus.wvt/svd --dataset questions.txt --method 3cosmul
    """
    from ...evaluation.analogy import evaluate_analogy_methods
    from ...evaluation.datasets import read_analogy_set
    from ...evaluation.frequency import analogies_by_frequency
    from ...evaluation.relation_sets import is_relation_set

    dataset = dataset or default_names("analogy", ["google"], models, language)[0]
    if is_relation_set(dataset):
        given: dict[str, object] = {
            "--method": methods,
            "--among": among,
            "--without-forms": without_forms,
        }
        given |= {"--by-frequency": by_frequency, "--columns": columns, "--encoding": encoding}
        if unfit := [name for name, value in given.items() if value]:
            raise SettingError(f"{unfit[0]} is not for the ranked pairs of {dataset}; omit it")
        _rank_relations(models, dataset, compare, as_json)
        return
    test = read_analogy_set(dataset, columns, encoding)
    say_readings((test,), (dataset,))
    how = options.only_given(**settings)
    if without_forms:
        from ...models.thesaurus import load_thesaurus

        how["base_forms"] = load_thesaurus("wordnet").base_forms
    asked = list(dict.fromkeys(methods or ("3cosadd", "3cosmul")))
    results = []
    for path, vectors in open_each(models):
        with TerminalProgress() as progress:
            found = evaluate_analogy_methods(vectors, test, asked, among, threads, progress, **how)
        for result in found:
            bands = analogies_by_frequency(vectors, test, result) if by_frequency else ()
            results.append(result.replaced(model=path, by_frequency=bands))
    method = how.pop("interval", None)
    how.pop("base_forms", None)
    comparisons = compared(results, compare, method=method, threads=threads, **how)
    if as_json:
        print_all(results, comparisons, (), items=False)
        return
    print_rows(
        ("model", "method"),
        [((result.model, result.method), part) for result in results for part in result.rows()],
    )
    print_parts((), [((), result) for result in results])
    say_lexicons(results)
    print_parts(
        ("model", "method"),
        [
            ((result.model, result.method), band)
            for result in results
            for band in result.by_frequency
        ],
    )
    print_comparisons(comparisons)


def _rank_relations(models: tuple[str, ...], dataset: str, compare: bool, as_json: bool) -> None:
    """Score models on ranked pairs and print means over relations, then each relation."""
    from ...evaluation.relation_sets import read_relation_set
    from ...evaluation.relations import evaluate_relations

    test = read_relation_set(dataset)
    opened = open_each(models)
    results = [evaluate_relations(vectors, test).replaced(model=path) for path, vectors in opened]
    comparisons = compared(results, compare)
    if as_json:
        print_all(results, comparisons, ())
        return
    print_scores(results)
    parts = [((result.model,), each) for result in results for each in result.relations]
    print_parts(("model",), parts)
    print_comparisons(comparisons)
