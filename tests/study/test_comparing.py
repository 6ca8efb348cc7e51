"""Studies of a real text, by the real commands."""

import dataclasses
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from wordvec_toolkit import load, load_language_model
from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.study import planning
from wordvec_toolkit.study.comparing import compare, study_path
from wordvec_toolkit.study.settings import StudySettings

MODELS = ("ppmi", "svd", "cbow", "ngram", "cache")
SMALL = {
    "text": {"min-count": 10}, "vectors": {"dim": 20}, "cbow": {"epochs": 1},
    "ngram": {"order": 3}, "cache": {"order": 3}, "map": {"words": 50, "method": "pca"},
    "eval-analogy": {"resamples": 100}, "eval-similarity": {"resamples": 100},
    "eval-perplexity": {"resamples": 100},
}  # fmt: skip
LEE = StudySettings(("lee",), models=MODELS, similarity=("wordsim353",), options=SMALL)


def what_repeats(report):
    """A report without what is measured anew each time."""
    if isinstance(report, dict):
        return {k: what_repeats(v) for k, v in report.items() if k not in ("cost", "made")}
    return [what_repeats(v) for v in report] if isinstance(report, list) else report


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield compare(LEE, "lee.study", command="wvt compare"), folder / "lee.study"
    finally:
        os.chdir(before)


def test_all_models_are_there_with_what_they_took(study):
    report, folder = study
    assert [row.name for row in report.models] == list(MODELS)
    for row in report.models:
        assert row.status == "done" and row.cost.seconds > 0 and row.cost.size_bytes > 100
        assert row.settings and row.repeatable
    assert json.loads((folder / "report.json").read_text()) == json.loads(report.as_json())
    assert (folder / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert all(step.status == "done" for step in report.steps), report.steps


def test_numbers_are_those_of_the_single_calls(study):
    report, folder = study
    for score in report.scores:
        if score.measure != "spearman":
            continue
        vectors = load(folder / "train.wvt" / score.model)
        alone = evaluate_similarity(vectors, score.test, resamples=100)
        assert (score.value, (score.low, score.high)) == (alone.spearman, alone.interval)
    for found, bundle in zip(report.perplexities, ("ngram", "mixture")):
        model = load_language_model(folder / "train.wvt" / bundle)
        alone = evaluate_perplexity(model, str(folder / "text" / "test.txt"), resamples=100)
        assert found.perplexity == alone.perplexity
        assert (found.low, found.high) == alone.interval


def test_numbers_are_those_of_the_commands_that_the_report_names(study):
    report, folder = study
    commands = {step.name: step.command for step in report.steps}
    assert all(command.startswith("wvt ") for command in commands.values())
    command = commands["perplexity"].replace("wvt", f"{sys.executable} -m wordvec_toolkit.cli", 1)
    done = subprocess.run(
        [*command.split(), "--json"], cwd=folder.parent, capture_output=True, text=True, check=True
    )
    assert [each["perplexity"] for each in json.loads(done.stdout)["scores"]] == [
        each.perplexity for each in report.perplexities
    ]


def test_no_document_of_the_test_text_is_learnt_from(study):
    report, folder = study
    lines = {
        part.name: (folder / "text" / f"{part.name}.txt").read_text().splitlines()
        for part in report.split
    }
    assert not set(lines["train"]) & set(lines["test"])
    assert not set(lines["valid"]) & set(lines["test"])
    assert sum(map(len, lines.values())) == 300


def test_comparisons_are_with_the_best_of_each_family(study):
    report, _ = study
    for each in report.differences:
        test = f"{each.test}|{each.measure}"
        assert each.against in {own[test] for own in report.best.values() if test in own}
    values = {(s.model, s.test, s.measure): s.value for s in report.scores}
    for test, model in report.best["counted"].items():
        name, measure = test.split("|")
        if measure != "bits per token":
            assert values[model, name, measure] == max(
                values[other, name, measure] for other in ("ppmi", "svd")
            )
    pairs = {(d.model, d.against, d.test, d.measure) for d in report.differences}
    assert len(pairs) == len(report.differences)
    for model, against, test, measure in pairs:
        if measure == "spearman":
            assert (against, model, test, measure) not in pairs


def test_a_second_run_does_nothing_and_says_the_same(study):
    report, folder = study
    outcomes = []
    again = compare(LEE, "lee.study", command="wvt compare", on_outcome=outcomes.append)
    assert all(outcome.was_done for outcome in outcomes)
    assert dataclasses.replace(again, made="") == dataclasses.replace(report, made="")


def test_a_changed_setting_redoes_what_hangs_on_it(study):
    report, folder = study
    outcomes = []
    changed = dataclasses.replace(LEE, options={**SMALL, "cbow": {"epochs": 2}})
    compare(changed, "lee.study", on_outcome=outcomes.append)
    redone = {outcome.step.name for outcome in outcomes if not outcome.was_done}
    assert redone == {"cbow", "similarity-1", "analogy-1", "neighbors-cbow", "map-cbow", "curves"}
    compare(LEE, "lee.study")


def test_a_model_that_fails_has_its_row_and_the_others_go_on(tmp_path):
    settings = dataclasses.replace(
        LEE, models=("ppmi", "svd", "ngram"), options={**SMALL, "svd": {"basis": 1}}
    )
    report = compare(settings, tmp_path / "x.study")
    rows = {row.name: row for row in report.models}
    assert rows["svd"].status == "failed" and "basis" in rows["svd"].reason
    assert rows["ppmi"].status == rows["ngram"].status == "done"
    assert {score.model for score in report.scores} == {"ppmi"}


def test_what_cannot_fit_is_refused_before_it_is_begun(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "available_memory", lambda: 2.2e8)
    plans = []
    compare(LEE, tmp_path / "x.study", on_plan=plans.append, only_plan=True)
    planned = {each.step.name: each for each in plans[0].builds}
    assert all(each.status in ("refused", "missing") for each in planned.values())
    assert "0.2 GB of memory" in planned["ppmi"].reason
    assert "needs ppmi" in planned["svd"].reason


def test_what_is_not_installed_is_named(tmp_path, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else find_spec(name)
    )
    plans = []
    settings = dataclasses.replace(LEE, models=("ngram", "lstm", "mix"))
    compare(settings, tmp_path / "x.study", on_plan=plans.append, only_plan=True)
    planned = {each.step.name: each for each in plans[0].builds}
    assert planned["lstm"].status == planned["mix"].status == "missing"
    assert 'pip install "wordvec-toolkit[neural]"' in planned["lstm"].reason
    assert "needs lstm" in planned["mix"].reason


def test_a_workspace_is_taken_as_it_stands(study, tmp_path):
    report, folder = study
    workspace = str(folder / "train.wvt")
    settings = dataclasses.replace(
        LEE, corpus=(workspace,), models=("svd", "cbow", "ngram"),
        test=str(folder / "text" / "test.txt"),
    )  # fmt: skip
    of_workspace = compare(settings, tmp_path / "w.study")
    alone = {(s.model, s.test, s.measure): s.value for s in report.scores}
    for score in of_workspace.scores:
        assert score.value == alone[score.model, score.test, score.measure]
    assert of_workspace.perplexities[0].perplexity == report.perplexities[0].perplexity
    assert all(row.command == "" for row in of_workspace.models)
    without = compare(dataclasses.replace(settings, test=""), tmp_path / "v.study")
    assert without.perplexities == () and any("--test" in note for note in without.notes)


def test_text_of_ones_own_to_foretell(study, tmp_path):
    _, folder = study
    text = folder / "text"
    settings = StudySettings(
        (str(text / "train.txt"),), models=("ngram", "cache"), options=SMALL,
        valid=str(text / "valid.txt"), test=str(text / "test.txt"),
    )  # fmt: skip
    report = compare(settings, tmp_path / "own.study")
    assert report.split == () and len(report.perplexities) == 2
    only_test = dataclasses.replace(settings, valid="")
    report = compare(only_test, tmp_path / "half.study")
    assert [part.n_words for part in report.split if part.name == "test"] == [0]
    assert len(report.perplexities) == 2


def test_a_study_that_was_moved_or_copied_says_the_same(study, tmp_path):
    report, folder = study
    copied = folder.with_name("copy.study")
    shutil.copytree(folder, copied)
    shutil.move(shutil.copytree(folder, tmp_path / "else.study"), tmp_path / "moved.study")
    for path in (copied, tmp_path / "moved.study"):
        outcomes = []
        again = compare(LEE, path, command="wvt compare", on_outcome=outcomes.append)
        one, other = (what_repeats(json.loads(each.as_json())) for each in (again, report))
        assert one["scores"] == other["scores"] and one["bands"] == other["bands"]
        assert [part["path"] for part in one["split"]] == [
            str(path / "text" / f"{name}.txt") for name in ("train", "valid", "test")
        ]
        redone = {outcome.step.name for outcome in outcomes if not outcome.was_done}
        assert not redone & {"svd", "cbow", "cache", "perplexity", "similarity-1"}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_at_any_moment_it_ends_in_the_same_report(study):
    report, folder = study
    settings = folder / "settings.toml"
    command = [
        sys.executable, "-m", "wordvec_toolkit.cli", "compare", "--settings", str(settings),
        "-o", "killed.study",
    ]  # fmt: skip
    started = time.monotonic()
    for wait in (0.7, 1.5, 2.3, 3.1, 4.1):
        process = subprocess.Popen(
            command, cwd=folder.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 300
    killed = (folder.parent / "killed.study" / "report.json").read_text()
    whole = report.as_json().replace("lee.study", "killed.study")
    one, other = (what_repeats(json.loads(text)) for text in (killed, whole))
    one.pop("command"), other.pop("command")
    assert one == other


def test_commands_find_this_toolkit_wherever_they_stand(tmp_path, monkeypatch):
    (tmp_path / "wordvec_toolkit").mkdir()
    (tmp_path / "wordvec_toolkit" / "__init__.py").write_text("")  # as in a clone of the repository
    monkeypatch.chdir(tmp_path)
    report = compare(dataclasses.replace(LEE, models=("ngram",)), "x.study")
    assert report.models[0].status == "done", report.models[0].reason


def test_standard_input_is_refused():
    with pytest.raises(WordvecError, match="say where|more than once"):
        compare(StudySettings(("-",)))
    with pytest.raises(WordvecError, match="more than once"):
        compare(StudySettings(("-",)), "x.study")


def test_where_a_study_stands():
    assert str(study_path(("corpus.txt",), None)) == "corpus.study"
    assert str(study_path(("lee",), None)) == "lee.study"
    assert str(study_path(("a.wvt/",), None)) == "a.study"
    with pytest.raises(WordvecError, match="-o"):
        study_path(("a", "b"), None)
