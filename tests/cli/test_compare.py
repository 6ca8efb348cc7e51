"""``wvt compare``, as one types it."""

import dataclasses
import json
import os

import click
import pytest
from click.testing import CliRunner
from sample_reports import full_report

from wordvec_toolkit.cli.commands.compare import _failed
from wordvec_toolkit.cli.main import wvt
from wordvec_toolkit.cli.shared.output import _is_number
from wordvec_toolkit.cli.shared.report_tables import print_report
from wordvec_toolkit.models.costs import Estimate
from wordvec_toolkit.report.data import Cost, StepRow
from wordvec_toolkit.study.folder import Record
from wordvec_toolkit.study.planning import Countdown, Plan, PlannedStep
from wordvec_toolkit.study.running import Outcome
from wordvec_toolkit.study.settings import StudySettings
from wordvec_toolkit.study.steps import Step


def run(*arguments):
    return CliRunner().invoke(wvt, ["compare", *arguments])


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


SMALL = """
corpus = "lee"
models = ["svd", "ngram"]
similarity = ["wordsim353"]
analogy = []
[text]
min-count = 10
[vectors]
dim = 20
[map]
method = "pca"
words = 50
"""


@pytest.mark.slow
def test_a_study_by_a_settings_file(elsewhere, write):
    path = write("study.toml", SMALL)
    done = run("--settings", path, "-o", "a.study")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Before you quote these numbers:\n")
    assert "\n\nThis corpus is too small to judge word vectors" in done.stdout
    lines = done.stdout.splitlines()
    assert "model\twordsim353\ttime\tmemory" in lines
    assert any(line.startswith("ngram\t") and " to " in line for line in lines)
    assert "spearman|set:wordsim353" not in done.stderr
    assert "report.html in a browser" in done.stderr and "wvt compare --settings" in done.stderr
    again = run("a.study", "--json")
    assert again.exit_code == 0, again.output
    report = json.loads(again.stdout)
    assert report == json.loads((elsewhere / "a.study" / "report.json").read_text())
    assert not (elsewhere / "lee.study").exists()
    assert [row["status"] for row in report["models"]] == ["done", "done"]
    assert set(os.listdir(elsewhere / "a.study")) == {
        ".wvt-lock",
        "settings.toml",
        "text",
        "train.wvt",
        "results",
        "records",
        "logs",
        "report.json",
        "report.html",
    }


@pytest.mark.parametrize(
    ("cell", "is_number"),
    [
        ("0.237 ~", True),
        ("-0.5", True),
        ("-", True),
        ("2 min 20 s", True),
        ("207.3 MB", True),
        ("1e-05", True),
        ("12%", True),
        ("1,671", True),
        ("svd", False),
        ("", False),
        ("5 of 7", False),
        ("0.1 to 0.2", False),
    ],
)
def test_cells_that_are_aligned_right(cell, is_number):
    assert _is_number(cell) is is_number


def test_only_the_plan(elsewhere):
    done = run("--plan", "--models", "svd,lstm")
    assert done.exit_code == 0, done.output
    steps = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert steps[0] == "step" and {"ppmi", "svd", "lstm"} <= set(steps)
    assert os.listdir(elsewhere) == []  # nothing is written
    plan = json.loads(run("--plan", "--models", "svd", "--json").stdout)
    assert [each["step"]["name"] for each in plan["builds"]] == ["ppmi", "svd"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--models", "elmo"], "models has 'elmo'"),
        (["none.txt"], "none.txt"),
        (["--settings", "none.toml"], "cannot read none.toml"),
        (["--seed", "-1"], "seed is -1"),
        (["--tokenizer", "words", "-"], "more than once"),
        (["--test", "-"], "more than once"),
        (["--valid", "none.txt"], "none.txt"),
        (["--similarity", "none.csv"], "there is no test set none.csv"),
        (["--analogy", "none.csv"], "there is no test set none.csv"),
        (["--tokenizer", "regex:["], "is not a regular expression"),
        (["--min-count", "-3"], "text: min_count is -3; it must be at least 1"),
        (["one.txt", "two.txt"], "-o my.study"),
    ],
)
def test_what_is_refused_at_once(elsewhere, arguments, message):
    done = run(*arguments)
    assert done.exit_code in (1, 2) and message in done.stderr, done.output
    assert os.listdir(elsewhere) == []


def test_options_that_a_command_does_not_take_are_refused_before_anything_is_run(elsewhere, write):
    path = write("study.toml", SMALL + "[svd]\ndims = 3\n")
    done = run("--settings", path, "-o", "b.study")
    assert done.exit_code == 2 and "svd has no setting dims; did you mean dim?" in done.stderr
    assert not (elsewhere / "b.study" / "train.wvt").exists()
    for value in ("'many'", "true", "[1, 2]", "0"):
        path = write("study.toml", SMALL.replace("20", value))
        assert "svd: dim is" in run("--settings", path).stderr
    for more in ("arpa = 'x.arpa'", "help = true"):
        path = write("study.toml", f"{SMALL}[ngram]\n{more}\n")
        assert "ngram has no setting" in run("--settings", path).stderr


def test_a_model_that_fails_makes_the_command_fail(elsewhere, write):
    path = write("study.toml", SMALL + "[ngram]\nsmoothing = 'absolute:7'\n")
    done = run("--settings", path, "--models", "ngram", "-o", "c.study")
    assert done.exit_code == 1 and "not done: ngram" in done.stderr
    assert (elsewhere / "c.study" / "report.html").exists()


@pytest.mark.slow
def test_a_study_done_in_part_says_so_first_and_exits_3(elsewhere, write):
    path = write("study.toml", SMALL + "[ngram]\nsmoothing = 'absolute:7'\n")
    done = run("--settings", path, "-o", "c.study")
    assert done.exit_code == 3 and "not done: ngram" in done.stderr
    said = done.stdout.split("\n\n")
    assert said[0].startswith("Not everything was done.\n- Not in the comparison: ")
    assert said[1].startswith("This corpus is too small to judge word vectors")
    page = (elsewhere / "c.study" / "report.html").read_text("utf-8")
    assert page.index("Not everything was done.") < page.index('class="verdict"')


def test_what_is_printed_fits_a_terminal_of_80_columns(monkeypatch, capsys):
    """Conclusions come first; no word and no number is broken."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    report = full_report()
    with click.Context(click.Command("compare")):
        print_report(report)
    shown = click.unstyle(capsys.readouterr().out)
    assert max(map(len, shown.splitlines())) <= 80
    words = shown.split()
    assert shown.startswith("Not everything was done.")
    flat = " ".join(words)
    verdict = flat.index("is the best language model")
    assert flat.index("do not quote") < verdict < flat.index(" time ")
    for row in report.models:
        assert row.status != "done" or row.name in words
    for score in report.scores:
        assert f"{score.value:.3f}" in words
    for found in report.perplexities:
        assert f"{found.perplexity_without_oov:.2f}" in words


def test_which_step_it_is_and_how_long_the_rest_takes():
    steps = [Step(name, "svd") for name in ("split", "ppmi", "svd", "map")]
    planned = [
        PlannedStep(step, Estimate(seconds, 0), status)
        for step, seconds, status in zip(
            steps, (5, 60, 30, 40), ("done", "to do", "to do", "to do")
        )
    ]
    countdown = Countdown(Plan(tuple(planned[:3]), tuple(planned[3:])))
    assert countdown.begin("split").startswith("step 1 of 4, about 2 min left")
    assert countdown.begin("ppmi") == "step 2 of 4, about 2 min left"
    countdown.end(Outcome(steps[1], "done", record=Record("", "done", seconds=120.0)))
    # Twice as slow as expected: 2 x 70 s are left.
    assert countdown.begin("svd") == "step 3 of 4, about 2 min left"
    assert countdown.begin("map") == "step 4 of 4, about 1 min left"
    assert countdown.begin("more") == "step 5 of 5, about 10 s left"


@pytest.mark.slow
def test_a_function_cuts_the_text_in_all_steps_if_it_is_named(elsewhere, write):
    (elsewhere / "cutting.py").write_text(
        "def cut(line):\n    open('called', 'w').close()\n    return line.lower().split()\n"
    )
    path = write("study.toml", SMALL.replace('"svd", "ngram"', '"svd", "ngram", "cache"'))
    done = run("--settings", path, "-o", "d.study", "--tokenizer", "cutting:cut")
    assert done.exit_code == 0, done.output
    assert done.stderr.rstrip().endswith("d.study/settings.toml --tokenizer cutting:cut")
    report = json.loads((elsewhere / "d.study" / "report.json").read_text())
    assert [each["model"] for each in report["perplexities"]] == ["ngram", "cache"]
    (elsewhere / "called").unlink()
    for arguments in (["d.study"], ["--settings", "d.study/settings.toml", "-o", "e.study"]):
        done = run(*arguments)
        assert done.exit_code == 2 and "--tokenizer cutting:cut" in done.stderr
    assert not (elsewhere / "called").exists() and not (elsewhere / "e.study").exists()
    assert run("d.study", "--tokenizer", "cutting:cut").exit_code == 0


def test_a_text_that_is_too_short_is_told_what_a_study_takes(elsewhere, write):
    done = run(write("short.txt", "one word\n" * 19))
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert "expected at least 20" in done.stderr and "[split]" in done.stderr


def test_lexical_models_that_nobody_named_may_fail():
    steps = tuple(
        StepRow(name, "wvt x", "failed", "no words", Cost()) for name in ("retrofitted", "svd")
    )
    report = dataclasses.replace(full_report(20), steps=steps)
    assert _failed(StudySettings(("lee",)), report) == ["svd"]
    named = StudySettings(("lee",), models=("svd", "retrofitted"))
    assert _failed(named, report) == ["retrofitted", "svd"]
