"""``wvt eval-analogy``."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import click

from ...evaluation.settings import ResamplingSettings
from ..shared import options
from ..shared.comparisons import as_json as all_as_json
from ..shared.comparisons import print_bands, print_comparisons
from ..shared.models import open_each
from ..shared.output import interval as bounds
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...evaluation.analogy import AnalogyResult, SectionResult


@click.command("eval-analogy")
@options.models_argument
@click.option(
    "--dataset",
    default="google",
    show_default=True,
    metavar="NAME_OR_FILE",
    help="google, a set that wvt fetch has got, or a file of questions.",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    type=click.Choice(["3cosadd", "3cosmul"]),
    help="May be repeated.  [default: both]",
)
@options.among_option
@click.option(
    "--by-frequency",
    is_flag=True,
    help="Show the scores by corpus frequency of the rarest word, too.",
)
@options.compare_option
@options.settings_options(ResamplingSettings)
@options.threads_option
@options.json_option
def command(
    models: tuple[str, ...],
    dataset: str,
    methods: tuple[Literal["3cosadd", "3cosmul"], ...],
    among: int | None,
    by_frequency: bool,
    compare: bool,
    interval: Literal["analytic", "bootstrap"] | None,
    resamples: int | None,
    seed: int | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Answer analogy questions and show the accuracy, section by section.

    MODELS are workspaces (their SVD vectors are taken), bundles of vectors or vector files.
    Questions with a word that has no vector are left out and counted, never scored.  Intervals and
    p-values allow for questions that share a word pair and so are not independent.  Two or more
    models are compared on the questions that all of them can be asked; p-values are
    corrected (Holm).

    \b
    Examples:
      wvt eval-analogy corpus.wvt
      wvt eval-analogy corpus.wvt/svd corpus.wvt/ppmi --method 3cosadd
      wvt eval-analogy corpus.wvt/svd --dataset questions.txt --method 3cosmul
    """
    from ...evaluation.analogy import evaluate_analogy_methods
    from ...evaluation.comparison import compare_analogies
    from ...evaluation.datasets import read_analogy_set
    from ...evaluation.frequency import analogies_by_frequency

    test = read_analogy_set(dataset)
    drawing = options.only_given(resamples=resamples, seed=seed)
    how = options.only_given(interval=interval) | drawing
    results: dict[str, list[AnalogyResult]] = {}
    bands = []
    for path, vectors in open_each(models):
        asked = list(dict.fromkeys(methods or ("3cosadd", "3cosmul")))
        with TerminalProgress() as progress:
            results[path] = evaluate_analogy_methods(
                vectors, test, asked, among, threads, progress, **how
            )
        for result in results[path] if by_frequency else ():
            found = analogies_by_frequency(vectors, test, result)
            bands += [(path, result.method, band) for band in found]
    comparisons = (
        compare_analogies(test, results, **how, threads=threads)
        if compare and len(results) > 1
        else ()
    )
    flat = [(path, result) for path, own in results.items() for result in own]
    if as_json:
        scores = [_as_dict(path, result) for path, result in flat]
        for score in scores if by_frequency else ():
            same = (score["model"], score["method"])
            score["by_frequency"] = [asdict(band) for *own, band in bands if tuple(own) == same]
        print_json(all_as_json(scores, comparisons))
        return
    rows = []
    for path, result in flat:
        rows += [
            (
                path,
                result.method,
                part.name,
                *_shown(part),
                str(part.n_correct),
                str(part.n),
                str(part.n_oov),
            )
            for part in (*result.sections, *result.groups, result.total)
        ]
        rows.append((path, result.method, "chance", f"{result.chance:.5f}", *"----"))
    header = (
        "model",
        "method",
        "section",
        "accuracy",
        "95 % interval",
        "right",
        "asked",
        "left out",
    )
    print_table(header, rows)
    for _, result in flat:
        click.echo(result.signature, err=True)
    print_bands(bands, ("method", "accuracy"))
    print_comparisons(comparisons, "measure")


def _shown(part: "SectionResult") -> tuple[str, str]:
    return (f"{part.accuracy:.3f}", bounds(part.interval)) if part.n else ("-", "-")


def _as_dict(path: str, result: Any) -> dict[str, Any]:
    return {
        "model": path,
        "dataset": result.dataset,
        "method": result.method,
        "sections": [_section(part) for part in result.sections],
        "groups": [_section(part) for part in result.groups],
        "total": _section(result.total),
        "chance": result.chance,
        "signature": result.signature,
    }


def _section(part: "SectionResult") -> dict[str, Any]:
    return {
        "name": part.name,
        "accuracy": part.accuracy,
        "interval": part.interval,
        "n_correct": part.n_correct,
        "n": part.n,
        "n_oov": part.n_oov,
    }
