"""``wvt compare``."""

import shlex
import sys
import time
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...text.settings import FileSettings, TextSettings
from ..shared import options
from ..shared.output import print_json, printable
from ..shared.progress import TerminalProgress
from ..shared.report_tables import print_plan, print_report, say_outcome

if TYPE_CHECKING:
    from ...report.data import Report
    from ...study.planning import Plan
    from ...study.settings import StudySettings


def _names(value: str | None) -> tuple[str, ...]:
    return tuple(part for part in (value or "").replace(",", " ").split() if part)


class _ModelsOption(click.Option):
    """Lists the kinds of models in its help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        from ...models.catalogue import MODELS

        by_role: dict[str, list[str]] = {}
        for name, model in MODELS.items():
            by_role.setdefault(model.role, []).append(name)
        names = ", ".join(f"{', '.join(names)} ({role})" for role, names in by_role.items())
        rare = [name for name, model in MODELS.items() if "standard" not in model.levels]
        usual = f"all; {', '.join(rare)} only with --full" if rare else "all"
        for name, model in MODELS.items():
            if isfinite(model.standard_from):
                usual += f", {name} also from {model.standard_from / 1e6:g} million words"
        return f"--models {self.metavar}", f"Models, of {names}.  [default: {usual}]"


#: Settings of text that have options of their own.
_TEXT = ("tokenizer", "layout", "min_count", "max_size", *FileSettings.names())


@click.command("compare")
@click.argument("corpus", nargs=-1)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="Folder of the study.  [default: CORPUS.study]",
)
@click.option("--models", cls=_ModelsOption, metavar="NAME,NAME,...")
@click.option(
    "--quick",
    "level",
    flag_value="quick",
    help="Takes minutes: 100 dimensions, few epochs, a small LSTM on a million words.",
)
@click.option(
    "--full",
    "level",
    flag_value="full",
    help="Takes hours: 15 epochs and more, two-views, class n-grams, an LSTM of 2 x 650 on all of "
    "the text.",
)
@click.option(
    "--settings",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Settings file (TOML), as each study writes one; other options override it.",
)
@click.option(
    "--plan", "only_plan", is_flag=True, help="Show the plan and stop; nothing is written."
)
@click.option(
    "--valid",
    metavar="TEXT",
    help="Validation text, for mixture weights and early stopping.  "
    "[default: a part of the corpus]",
)
@click.option(
    "--test", metavar="TEXT", help="Test text.  [default: a part of the corpus, by document]"
)
@click.option(
    "--words",
    metavar="WORD,WORD,...",
    help="Words whose nearest words the report shows.  [default: six content words]",
)
@click.option(
    "--similarity",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="Test set of word pairs; may be repeated.  [default: wordsim353, simlex999]",
)
@click.option(
    "--analogy",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="Test set of analogies; may be repeated.  [default: google]",
)
@click.option(
    "--minimal-pairs",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="Test set of grammatical against other sentences (blimp); may be repeated.  "
    "[default: blimp for English text once it is fetched, except with --quick]",
)
@click.option("--dim", type=click.IntRange(min=1), metavar="N", help="Dimensions of all vectors.")
@options.settings_options(TextSettings, without=set(TextSettings.names()) - set(_TEXT))
@click.option("--seed", type=int, help="Random seed.  [default: 0]")
@click.option(
    "--language",
    metavar="NAME",
    help="Language of the text, by code or name, for the choice of test sets; ko: of the report, "
    "too.  [default: as recognised from the beginning of the text]",
)
@click.option(
    "--report-language",
    type=click.Choice(["en", "ko"]),
    help="Language of the headings, columns and conclusions of report.html.  [default: that of "
    "--language if it is one of these, else en]",
)
@options.signature_option
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    models: str | None,
    level: str | None,
    settings: str | None,
    only_plan: bool,
    valid: str | None,
    test: str | None,
    words: str | None,
    similarity: tuple[str, ...],
    analogy: tuple[str, ...],
    minimal_pairs: tuple[str, ...],
    dim: int | None,
    seed: int | None,
    language: str | None,
    report_language: str | None,
    as_json: bool,
    **text: object,
) -> None:
    """Build every model on one text, evaluate them all, and test their differences.

    CORPUS: text as for wvt build-ppmi (default: the Lee news corpus); a workspace, whose models are
    used as they are and in which missing ones are built (then --valid and --test give the text to
    score); or the folder of an earlier study, which is continued.

    Parts of the text are held out, by document, for validation and test.  Every step is a wvt
    command of its own, which the report names, and is not repeated: after an interruption the same
    command continues.  The conclusions and the main scores are printed; report.html has all of
    it, with files of its tables and charts, report.json every number.

    Exit status: 0 done, 1 failed, 2 wrong options, 3 done in part: some steps failed, and the
    report says which.

    \b
    Examples:
      wvt compare
      wvt compare corpus.txt --quick
      wvt compare corpus.txt --models svd,skip-gram,ngram,lstm --min-count 10
      wvt compare corpus.txt --settings study.toml --plan
      wvt compare corpus.wvt --valid valid.txt --test test.txt
    """
    started = time.perf_counter()
    from ...report.sections.numbers import duration
    from ...study.comparing import run_study, study_path
    from ...study.folder import SETTINGS, is_study
    from ...text.tokenizers import must_be_named

    given: dict[str, object] = {
        "level": level,
        "models": _names(models),
        "valid": valid,
        "test": test,
        "words": _names(words),
        "similarity": similarity,
        "analogy": analogy,
        "minimal_pairs": minimal_pairs,
        "seed": seed,
        "report_language": report_language or _of_report(language),
    }
    text = {options.spelling(TextSettings, name): value for name, value in text.items()}
    sections = {"text": options.only_given(**text), "vectors": options.only_given(dim=dim)}
    if (goes_on := settings is None and is_study(corpus)) and output is None:
        output = corpus[0]
    if goes_on:
        settings, corpus = str(Path(corpus[0]) / SETTINGS), ()
    study = _study(corpus, settings, given, sections, language)

    def show_plan(plan: "Plan") -> None:
        if only_plan and as_json:
            print_json(asdict(plan))
        else:
            print_plan(plan, err=not only_plan)

    with TerminalProgress(compiles=False) as progress:
        report = run_study(
            study,
            output,
            command=shlex.join(["wvt", *sys.argv[1:]]),
            only_plan=only_plan,
            on_plan=show_plan,
            on_outcome=say_outcome,
            progress=progress,
        )
    if report is None:
        return
    if as_json:
        click.echo(report.as_json())
    else:
        print_report(report)
    folder = study_path(study.corpus, output)
    page, numbers, again = (
        shlex.quote(printable(str(folder / name)))
        for name in ("report.html", "report.json", SETTINGS)
    )
    cut = study.section("text").get("tokenizer", "")
    more = f" --tokenizer {shlex.quote(cut)}" if must_be_named(cut) else ""
    click.echo(
        f"{printable(str(folder))}: {duration(time.perf_counter() - started)}\n"
        f"open {page} in a browser; all numbers: {numbers}; "
        f"to repeat the study elsewhere: wvt compare --settings {again}{more}",
        err=True,
    )
    if failed := _failed(study, report):
        click.echo(f"wvt: not done: {', '.join(failed)}; the report says why", err=True)
        sys.exit(3 if any(row.status == "done" for row in report.models) else 1)


def _of_report(language: str | None) -> str | None:
    """Return the language of the report that goes with one that was given for the text."""
    from ...report.translations import report_languages
    from ...text.languages import language_code

    code = language_code(language) if language else None
    return code if code in report_languages() else None


def _failed(study: "StudySettings", report: "Report") -> list[str]:
    """Return the steps that were to be done and were not.

    Tests that nobody named may fail, and so may models of a lexicon, which a small text may not
    share a word with.
    """
    from ...models.catalogue import MODELS

    usual = type(study)(study.corpus)
    passed_over = [
        kind for kind in ("similarity", "analogy") if getattr(study, kind) == getattr(usual, kind)
    ]
    if not study.models:
        passed_over += [name for name, model in MODELS.items() if model.family == "lexical"]
    return [
        step.name
        for step in report.steps
        if step.status in ("failed", "refused") and step.name.partition("-")[0] not in passed_over
    ]


def _study(
    corpus: tuple[str, ...],
    settings: str | None,
    given: dict[str, object],
    sections: dict[str, dict[str, Any]],
    language: str | None,
) -> "StudySettings":
    """Return what is asked for: what was typed, over a settings file, over the defaults."""
    from ...study.languages import language_of, tests_for
    from ...study.settings import StudySettings, read_settings, with_options

    tokenizer = sections["text"].get("tokenizer")
    known: dict[str, Any] = (
        {"corpus": ("lee",)} if settings is None else read_settings(settings, tokenizer)
    )
    given = {**given, "corpus": corpus}
    known |= {name: value for name, value in given.items() if value not in (None, ())}
    wanted = {"similarity", "analogy", "minimal_pairs"} - known.keys()
    if known.get("level") == "quick":
        wanted.discard("minimal_pairs")  # 134,000 sentences
    chosen, note = tests_for(known["corpus"], language, wanted)
    known = {**chosen, "language": language_of(known["corpus"], language), **known}
    if note:
        click.echo(f"note: {note}", err=True)
    return with_options(
        StudySettings(**known),
        {
            name: {key.replace("_", "-"): value for key, value in own.items()}
            for name, own in sections.items()
            if own
        },
    )
