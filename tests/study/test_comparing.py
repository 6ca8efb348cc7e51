"""Studies of a real text, by the real commands."""

import dataclasses
import gzip
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
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.report.sections.verdicts import trained_on
from wordvec_toolkit.study import comparing, planning
from wordvec_toolkit.study.comparing import run_study
from wordvec_toolkit.study.settings import StudySettings, read_settings

MODELS = ("ppmi", "svd", "cbow", "ngram", "cache")
SMALL = {
    "text": {"min-count": 10},
    "vectors": {"dim": 20},
    "cbow": {"epochs": 1},
    "ngram": {"order": 3},
    "cache": {"order": 3},
    "map": {"words": 50, "method": "pca"},
    "eval-analogy": {"resamples": 100},
    "eval-similarity": {"resamples": 100},
    "eval-perplexity": {"resamples": 100},
}
LEE = StudySettings(("lee",), models=MODELS, similarity=("wordsim353",), options=SMALL)


def what_repeats(report):
    """A report without what is measured again each time."""
    if isinstance(report, dict):
        return {k: what_repeats(v) for k, v in report.items() if k not in ("cost", "made")}
    return [what_repeats(v) for v in report] if isinstance(report, list) else report


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield run_study(LEE, "lee.study", command="wvt compare"), folder / "lee.study"
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


def test_no_document_of_the_test_text_is_trained_on(study):
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
        assert each.model != each.against and each.low <= each.difference <= each.high
    values = {(s.model, s.test, s.measure): s.value for s in report.scores}
    for test, model in report.best["count-based"].items():
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
    again = run_study(LEE, "lee.study", command="wvt compare", on_outcome=outcomes.append)
    assert all(outcome.was_done for outcome in outcomes)
    assert dataclasses.replace(again, made="") == dataclasses.replace(report, made="")


def test_what_was_made_with_other_versions_is_told(study, monkeypatch):
    _, folder = study
    shutil.copytree(folder, folder.parent / "older.study")
    path = folder.parent / "older.study" / "records" / "cbow.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "versions": {**record["versions"], "gensim": "4.0"}}))
    monkeypatch.chdir(folder.parent)
    notes = run_study(LEE, "older.study").notes
    assert any(note.endswith("other versions than now: cbow (gensim 4.0).") for note in notes)


def test_a_study_that_moves_says_the_same(study, monkeypatch):
    report, folder = study
    shutil.copytree(folder, folder.parent / "elsewhere" / "b.study")
    monkeypatch.chdir(folder.parent / "elsewhere")
    outcomes = []
    moved = run_study(LEE, "b.study", on_outcome=outcomes.append)
    assert all(outcome.was_done for outcome in outcomes)
    assert (moved.scores, moved.differences) == (report.scores, report.differences)
    assert [part.path for part in moved.split][:1] == [os.path.join("b.study", "text", "train.txt")]


def test_a_changed_setting_redoes_what_depends_on_it(study):
    plans = []
    changed = dataclasses.replace(LEE, options={**SMALL, "cbow": {"epochs": 2}})
    for settings in (changed, LEE):
        run_study(settings, "lee.study", on_plan=plans.append, only_plan=True)
    to_do, nothing = (
        {each.step.name for each in (*plan.builds, *plan.measurements) if each.status == "to do"}
        for plan in plans
    )
    assert to_do == {"cbow", "similarity-1", "analogy-1", "neighbors-cbow", "map-cbow", "curves"}
    assert nothing == set()


def test_a_plan_leaves_a_study_as_it_is(study):
    _, folder = study

    def files():
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before, plans = files(), []
    other = dataclasses.replace(LEE, seed=5, level="quick")
    assert run_study(other, "lee.study", on_plan=plans.append, only_plan=True) is None
    assert files() == before
    assert {each.status for each in plans[0].builds} == {"to do"}


@pytest.mark.slow
def test_a_damaged_bundle_is_made_again(study):
    report, folder = study
    shutil.copytree(folder, folder.parent / "damaged.study")
    path = folder.parent / "damaged.study" / "train.wvt" / "svd" / "vectors.npy"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    outcomes = []
    again = run_study(LEE, "damaged.study", on_outcome=outcomes.append)
    assert [each.step.name for each in outcomes if not each.was_done] == ["svd"]
    assert path.read_bytes() == whole
    assert again.scores == report.scores
    assert [step.name for step in again.steps] == [step.name for step in report.steps]


@pytest.mark.slow
def test_settings_find_their_texts_from_elsewhere(study, tmp_path, monkeypatch):
    shutil.copytree(study[1] / "text", tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    settings = dataclasses.replace(
        LEE, corpus=("train.txt",), valid="valid.txt", test="test.txt", models=("ngram",)
    )
    report = run_study(settings)
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    found = StudySettings(**read_settings("../here/train.study/settings.toml"))
    assert found.corpus == ("../here/train.txt",) and found.level == "standard"
    assert run_study(found, "b.study").perplexities == report.perplexities


@pytest.mark.slow
def test_texts_of_ones_own_do_not_hinder_a_sample(study, tmp_path):
    text = study[1] / "text"
    settings = dataclasses.replace(
        LEE,
        corpus=(str(text / "train.txt"),),
        models=("ngram",),
        valid=str(text / "valid.txt"),
        test=str(text / "test.txt"),
        options={**SMALL, "split": {"sample": 20_000}},
    )
    report = run_study(settings, tmp_path / "x.study")
    assert [part.name for part in report.split] == ["train", "sample"]
    assert report.profile.n_tokens <= 20_000 * 1.05 and report.perplexities[0].n_tokens > 1000


@pytest.mark.slow
def test_a_model_that_fails_has_its_row_and_the_others_go_on(tmp_path):
    settings = dataclasses.replace(
        LEE, models=("svd", "ngram"), options={**SMALL, "svd": {"dim": 5000}}
    )
    report = run_study(settings, tmp_path / "x.study")
    rows = {row.name: row for row in report.models}
    assert rows["svd"].status == "failed" and "dim" in rows["svd"].reason
    assert rows["ngram"].status == "done"
    assert report.scores == () and len(report.perplexities) == 1


@pytest.mark.slow
def test_titles_say_the_smoothing(tmp_path):
    options = {"ngram": {"order": 2, "smoothing": "witten-bell"}}
    settings = dataclasses.replace(LEE, models=("ngram", "cache"), options=options)
    found = run_study(settings, tmp_path / "x.study").models
    assert [row.title for row in found] == ["witten-bell", "witten-bell with caches"]
    assert [row.status for row in found] == ["done", "done"]


def test_what_cannot_fit_is_refused_before_it_is_begun(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "available_memory", lambda: 2.2e8)
    plans = []
    run_study(LEE, tmp_path / "x.study", on_plan=plans.append, only_plan=True)
    planned = {each.step.name: each for each in plans[0].builds}
    assert all(each.status in ("refused", "missing") for each in planned.values())
    assert "MB of memory" in planned["ppmi"].reason
    assert "needs ppmi" in planned["svd"].reason


def test_what_is_not_installed_is_named(tmp_path, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else find_spec(name)
    )
    plans = []
    settings = dataclasses.replace(LEE, models=("ngram", "lstm", "mix"))
    run_study(settings, tmp_path / "x.study", on_plan=plans.append, only_plan=True)
    planned = {each.step.name: each for each in plans[0].builds}
    assert planned["lstm"].status == planned["mix"].status == "missing"
    assert 'pip install -e ".[neural]"' in planned["lstm"].reason
    assert "needs lstm" in planned["mix"].reason


@pytest.mark.slow
def test_a_workspace_is_used_unchanged(study, tmp_path):
    report, folder = study
    workspace = str(folder / "train.wvt")
    settings = dataclasses.replace(
        LEE,
        corpus=(workspace,),
        models=("svd", "ngram"),
        words=("government",),
        analogy=(),
        test=str(folder / "text" / "test.txt"),
    )
    of_workspace = run_study(settings, tmp_path / "w.study")
    alone = {(s.model, s.test, s.measure): s.value for s in report.scores}
    for score in of_workspace.scores:
        assert score.value == alone[score.model, score.test, score.measure]
    assert of_workspace.perplexities[0].perplexity == report.perplexities[0].perplexity
    assert all(row.command == "" for row in of_workspace.models)
    # As a shell completes it, and with language models alone.
    slashed = dataclasses.replace(settings, corpus=(workspace + "/",), models=("ngram",))
    again = run_study(slashed, tmp_path / "s.study")
    assert all(row.command == "" for row in again.models)
    assert again.perplexities[0].perplexity == report.perplexities[0].perplexity
    only_ngrams = dataclasses.replace(settings, models=("ngram",), test="")
    without = run_study(only_ngrams, tmp_path / "v.study")
    assert without.perplexities == () and any("--test" in note for note in without.notes)


@pytest.mark.slow
def test_text_of_ones_own_to_predict(study, tmp_path):
    _, folder = study
    text = folder / "text"
    settings = StudySettings(
        (str(text / "train.txt"),),
        models=("ngram",),
        options=SMALL,
        valid=str(text / "valid.txt"),
        test=str(text / "test.txt"),
    )
    report = run_study(settings, tmp_path / "own.study")
    assert report.split == () and len(report.perplexities) == 1
    before = (tmp_path / "own.study" / "settings.toml").read_bytes()
    run_study(dataclasses.replace(settings, seed=9), tmp_path / "own.study", only_plan=True)
    assert (tmp_path / "own.study" / "settings.toml").read_bytes() == before
    only_test = dataclasses.replace(settings, valid="")
    report = run_study(only_test, tmp_path / "half.study")
    assert [part.name for part in report.split] == ["train", "valid"]
    assert len(report.perplexities) == 1
    assert f"The test text is {text / 'test.txt'}, as given." in report.notes


@pytest.mark.slow
def test_test_text_that_was_trained_on_is_reported(study, tmp_path):
    train = study[1] / "text" / "train.txt"
    lines = train.read_text().splitlines()[:40]
    (tmp_path / "known.txt").write_text("\n".join(lines))
    settings = StudySettings(
        (str(train),),
        models=("ngram",),
        options=SMALL,
        valid=str(study[1] / "text" / "valid.txt"),
        test=str(tmp_path / "known.txt"),
    )
    report = run_study(settings, tmp_path / "own.study")
    assert any(
        warning.startswith("Of the 40 sentences of known.txt")
        and "40 occur verbatim in the training text, too (100.00% of the tokens)." in warning
        for warning in report.warnings
    )
    assert any(note.startswith("Of the 11 sentences of valid.txt") for note in report.notes)


@pytest.mark.slow
def test_a_sample_has_its_own_words_and_is_no_part_next_to_train(tmp_path):
    options = {**SMALL, "split": {"sample": 20_000}, "ngram": {"order": 2}}
    settings = dataclasses.replace(
        LEE, models=("svd", "ngram"), options=options, words=("government", "zzzz")
    )
    report = run_study(settings, tmp_path / "x.study")
    assert report.sample.n_tokens <= 20_000 * 1.05 < report.profile.n_tokens
    said = trained_on(report)
    assert f"2 models, trained on {report.profile.n_tokens:,} tokens (language models" in said
    assert f"on a sample of {report.sample.n_tokens:,}) with a vocabulary of" in said
    page = (tmp_path / "x.study" / "report.html").read_text("utf-8")
    assert "language models on sample, which is part of it" in page
    assert [table.word for table in report.neighbors] == ["government"]
    assert any("without neighbours: zzzz;" in note for note in report.notes)
    alone = dataclasses.replace(settings, models=("ngram",))
    report = run_study(alone, tmp_path / "y.study")
    assert report.sample is None and report.profile.n_tokens <= 20_000 * 1.05


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_at_any_moment_it_ends_in_the_same_report(study):
    report, folder = study
    settings = folder / "settings.toml"
    command = [
        sys.executable,
        "-m",
        "wordvec_toolkit.cli",
        "compare",
        "--settings",
        str(settings),
        "-o",
        "killed.study",
    ]
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
    plans = []
    run_study(LEE, "x.study", only_plan=True, on_plan=plans.append)  # a worker splits the text
    assert len(plans) == 1
    assert os.listdir() == ["wordvec_toolkit"]  # nothing is written


def test_packed_text_has_about_as_many_words_as_plain(study, tmp_path):
    text = (study[1] / "text" / "train.txt").read_bytes()
    (tmp_path / "a.txt").write_bytes(text)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text))
    plain, packed = (comparing._n_words(str(tmp_path / name)) for name in ("a.txt", "a.txt.gz"))
    assert 0.7 * plain < packed < 1.4 * plain
