"""Translation models in workspaces, and the commands."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from pairs import additions

import wordvec_toolkit as wvt
from wordvec_toolkit.cli.main import wvt as group
from wordvec_toolkit.errors import FormatError, SettingError
from wordvec_toolkit.models import resuming
from wordvec_toolkit.models.translation import build_seq2seq, load_translation_model
from wordvec_toolkit.translation.model import translate

pytestmark = pytest.mark.torch
TINY = {"tokenizer": "chars", "hidden_dim": 8, "epochs": 2, "batch_size": 8, "precision": "fp32"}


def write(path, pairs):
    lines = (f"{one}\t{two}\n" for one, two in zip(pairs.sources, pairs.targets))
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    file = write(folder / "sums.tsv", additions(60))
    workspace = build_seq2seq(file, attention="dot", valid=0.2, threads=1, **TINY)
    return file, workspace


def run(*arguments, input=None):
    return CliRunner().invoke(group, [*map(str, arguments)], input=input)


def test_a_workspace_is_reused_opened_and_described(built):
    file, workspace = built
    again = build_seq2seq(file, attention="dot", valid=0.2, threads=1, **TINY)
    assert [step.reused for step in again.steps] == [True, True]
    again = build_seq2seq(
        str(workspace.path),
        attention="dot",
        threads=1,
        hidden_dim=8,
        epochs=2,
        batch_size=8,
        precision="fp32",
    )
    assert [step.reused for step in again.steps] == [True, True]
    model = load_translation_model(workspace.path)
    assert repr(wvt.load(workspace.path / "seq2seq")) == repr(model)
    assert (
        len(wvt.load(workspace.path / "pairs").train[0])
        == wvt.load(workspace.path / "pairs").facts["n_pairs"]
    )
    said = run("info", workspace.path)
    assert "seq2seq" in said.output and said.exit_code == 0
    with pytest.raises(SettingError, match="cannot change without reading the pairs again"):
        build_seq2seq(str(workspace.path), min_count=2)
    with pytest.raises(FormatError, match="no translation model"):
        load_translation_model(file.parent)
    with pytest.raises(FormatError, match="one of a translation model"):
        load_translation_model(workspace.path / "pairs")


@pytest.mark.slow
def test_an_interrupted_run_goes_on_to_the_same_bytes(built, tmp_path, monkeypatch):
    monkeypatch.setattr(resuming, "_SECONDS_BETWEEN_STATES", 0.0)
    monkeypatch.setattr(resuming, "_MOST_OF_TIME", float("inf"))
    file, workspace = built
    expected = (workspace.path / "seq2seq" / "weights.safetensors").read_bytes()
    call, n_calls = resuming.Keeper.__call__, 0

    def stop(self, trainer):
        nonlocal n_calls
        n_calls += 1
        call(self, trainer)
        if n_calls in (2, 4):
            raise KeyboardInterrupt

    monkeypatch.setattr(resuming.Keeper, "__call__", stop)
    how = {"attention": "dot", "valid": 0.2, "threads": 1, **TINY}
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            build_seq2seq(file, tmp_path / "x.wvt", **how)
    assert isinstance(load_translation_model(tmp_path / "x.wvt" / "seq2seq-state").settings, dict)
    build_seq2seq(file, tmp_path / "x.wvt", **how)
    assert (tmp_path / "x.wvt" / "seq2seq" / "weights.safetensors").read_bytes() == expected
    assert not (tmp_path / "x.wvt" / "seq2seq-state").exists()


def test_damaged_weights_and_settings_are_refused(built, tmp_path):
    _, workspace = built
    model = load_translation_model(workspace.path)
    for changes, message in (({"hidden_dim": 9}, "in place of"), ({"cell": "x"}, "of no network")):
        settings = {**model.settings, **changes}
        type(model)(model.source, model.target, model.network, settings, model.facts).save(
            tmp_path / "broken"
        )
        with pytest.raises(FormatError, match=message):
            load_translation_model(tmp_path / "broken")


def test_text_is_translated_from_arguments_files_and_standard_input(built, tmp_path):
    _, workspace = built
    said = run("translate", workspace.path, "1+2", "30+4", "--beam", "2")
    assert said.exit_code == 0 and len(said.stdout.splitlines()) == 2
    assert (
        run("translate", workspace.path, input="1+2\n30+4\n").stdout
        == run("translate", workspace.path, "1+2", "30+4").stdout
    )
    (tmp_path / "lines.txt").write_text("1+2\n30+4\n", encoding="utf-16")
    arguments = ("translate", workspace.path, "--file", tmp_path / "lines.txt")
    assert "read it with --encoding utf-16" in run(*arguments).stderr
    said = run(*arguments, "--encoding", "utf-16")
    assert said.stdout == run("translate", workspace.path, "1+2", "30+4").stdout
    said = run("translate", workspace.path, "1+x", "--json")
    data = json.loads(said.stdout)[0]
    assert data["unknown"] == ["x"] and data["source_tokens"] == ["1", "+", "x"]
    assert np.allclose(np.sum(data["attention"], axis=1), 1, atol=1e-5)
    assert "unknown to the model" in said.stderr
    assert run("translate", workspace.path, "").exit_code == 2
    assert "sentence 1 is empty" in run("translate", workspace.path, "").stderr


def test_unknown_words_are_replaced_by_what_they_attend_to(built):
    model = load_translation_model(built[1].path)
    found = translate(model, ["1+2"], max_output=3)[0]
    assert len(found.tokens) <= 3

    class Fixed(type(model)):
        def decode(self, sources, how):
            from wordvec_toolkit.translation.model import Decoded

            ids = np.array([0, model.target.ids("1")[0]], np.int32)
            return [Decoded(ids, -1.0, np.array([[0, 0, 1], [1, 0, 0]], np.float32))]

    fixed = Fixed(model.source, model.target, model.network, model.settings, model.facts)
    assert translate(fixed, ["4+5"])[0].text == "<unk>1"
    assert translate(fixed, ["4+5"], replace_unk=True)[0].text == "51"


def test_models_are_scored_and_compared(built, tmp_path):
    file, workspace = built
    said = run(
        "eval-translation",
        workspace.path,
        "--dataset",
        file,
        "--copy",
        "--json",
        "--measure",
        "exact",
    )
    assert said.exit_code == 0, said.stderr
    data = json.loads(said.stdout)
    assert [score["model"] for score in data["scores"]] == [str(workspace.path / "seq2seq"), "copy"]
    assert data["scores"][0]["perplexity"] > 1 and data["scores"][1]["exact"] == 0
    assert len(data["comparisons"]) == 1
    pairs = wvt.load(workspace.path / "pairs")
    model = load_translation_model(workspace.path)
    total = sum(map(np.sum, model.target_logprobs(*pairs.held_out)))
    n_tokens = len(pairs.held_out[1].ids) + len(pairs.held_out[1])
    best = model.facts["epochs"][model.facts["best_epoch"] - 1]["held_out_perplexity"]
    assert np.exp(-total / n_tokens) == pytest.approx(best, rel=1e-5)


def test_exchanged_sides_are_refused(tmp_path, built):
    words = additions(60)
    letters = type(words)(
        tuple(
            text.translate(str.maketrans("0123456789+", "abcdefghijk")) for text in words.sources
        ),
        words.targets,
    )
    file = write(tmp_path / "letters.tsv", letters)
    build_seq2seq(file, threads=1, **TINY)
    said = run("eval-translation", tmp_path / "letters.wvt", "--dataset", file, "--swap")
    assert said.exit_code == 2 and "sources and targets are exchanged" in said.stderr


def test_attention_is_drawn_to_the_same_bytes(built, tmp_path):
    _, workspace = built
    for name in ("a.svg", "b.svg"):
        said = run("plot", "attention", workspace.path, "1+2", "-o", tmp_path / name)
        assert said.exit_code == 0, said.stderr
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    said = run("translate", workspace.path, "1+2", "--attention", tmp_path / "c.html")
    assert said.exit_code == 0 and "Attention" in (tmp_path / "c.html").read_text()


def test_the_reach_of_gradients_is_drawn(built, tmp_path):
    file, workspace = built
    said = run("plot", "reach", workspace.path, "--dataset", file, "-o", tmp_path / "r.svg")
    assert said.exit_code == 0 and "times that by the first" in said.stderr
    data = json.loads(run("plot", "reach", workspace.path, "--dataset", file, "--json").stdout)
    assert all(value is None or value >= 0 for row in data[0]["weights"] for value in row)


def test_little_coverage_is_said_before_training(tmp_path):
    file = write(tmp_path / "sums.tsv", additions(60))
    how = {**TINY, "tokenizer": "whitespace", "epochs": 1}
    said = run("build-seq2seq", file, "--epochs", 1, "--hidden-dim", 8, "--valid", 0.2)
    assert how and "of the source tokens of the held-out pairs are in the vocabulary" in said.stderr
    assert "--tokenizer chars or subwords" in said.stderr
