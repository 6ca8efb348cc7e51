import json
import shutil

import pytest
from without_torch import COMMAND, WHAT_TO_INSTALL, run_without_torch

FEW = ("--steps", 12, "--positions", 6, "--jacobians", 2, "--threads", 1)


@pytest.fixture(autouse=True)
def text(tmp_path, harbour):
    shutil.copy(harbour, tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory, harbour):
    """A workspace with an LSTM and an n-gram model."""
    import wordvec_toolkit as wvt

    place = tmp_path_factory.mktemp("built") / "harbour.wvt"
    settings = {"hidden_dim": 8, "n_layers": 2, "epochs": 1, "batch_size": 4, "bptt": 10}
    wvt.build_neural_lm(harbour, place, tokenizer="words", **settings, threads=1)
    ngram = wvt.train_ngram_model(wvt.load(place / "corpus"), 2, wvt.lm.WittenBell())
    ngram.save(place / "ngram")
    return place


def rows(stdout):
    """The tables of an output, each a list of dicts."""
    tables = []
    for block in stdout.strip().split("\n\n"):
        titles, *lines = (line.split("\t") for line in block.splitlines())
        tables.append([dict(zip(titles, line)) for line in lines])
    return tables


@pytest.mark.slow
@pytest.mark.torch
def test_a_trained_model_next_to_untrained_ones(run, built, tmp_path):
    result = run(
        "diagnose", built, "--fresh", "rnn-tanh,gru", "--figure", "reach.svg", "--signature", *FEW
    )
    summary, reach = rows(result.stdout)
    assert [(row["model"], row["layer"]) for row in summary] == [
        (name, layer)
        for name in ("lstm", "rnn-tanh, untrained", "gru, untrained")
        for layer in "12"
    ]
    assert [row["clipped"] == "-" for row in summary] == [False, False, True, True, True, True]
    assert summary[0]["gates and units"].startswith("forget 0.")
    assert summary[2]["gates and units"].endswith("of units > .9")
    assert summary[4]["gates and units"].startswith("update 0.")
    assert len(reach) == 9
    assert list(reach[0])[3:] == ["0", "1", "2", "5", "10", "12"]
    assert {row["layer"] for row in reach} == {"2"}
    assert "|positions:6|warmup:12|steps:12|" in result.stderr
    assert "reach.svg is written" in result.stderr
    assert (tmp_path / "reach.svg").read_bytes().startswith(b"<?xml")
    again = run("diagnose", built, "--figure", "reach.svg", *FEW, status=1)
    assert (
        "reach.svg exists; choose another name, or overwrite it (overwrite=True, --force)"
        in again.stderr
    )
    run("diagnose", built, "--figure", "reach.svg", "--force", *FEW)


@pytest.mark.torch
def test_untrained_networks_alone_and_the_spectral_radius(run):
    result = run(
        "diagnose",
        "--dataset",
        "harbour.txt",
        "--fresh",
        "rnn-tanh,lstm",
        "--n-layers",
        1,
        "--hidden-dim",
        16,
        "--spectral-radius",
        "0.5,1.5",
        "--seed",
        3,
        "--json",
        *FEW,
    )
    found = json.loads(result.stdout)
    assert found["figure"] is None
    names = [each["name"] for each in found["diagnoses"]]
    assert names == ["rnn-tanh, radius 0.5", "rnn-tanh, radius 1.5", "lstm, untrained"]
    shrinking, growing, lstm = (each["layers"][0] for each in found["diagnoses"])
    assert shrinking["prediction"]["asymptotic"] == pytest.approx(0.5)
    assert growing["prediction"]["asymptotic"] == pytest.approx(1.5)
    assert shrinking["rate"] < 0.6 < growing["rate"]
    assert shrinking["steps_to_half"] < 5
    assert [each["name"] for each in lstm["matrices"]][1] == "forget"
    assert len(lstm["gradient_norm"]["mean"]) == len(lstm["kept"]) == 13
    assert len(lstm["prediction"]["curves"]["bound"]) == 13
    assert all(not each["training"] for each in found["diagnoses"])


@pytest.mark.torch
def test_a_workspace_of_text_lends_its_words(run, workspace):
    own = run("diagnose", workspace, "--fresh", "gru", "--hidden-dim", 8, "--json", *FEW)
    other = run(
        "diagnose",
        workspace,
        "--dataset",
        "harbour.txt",
        "--fresh",
        "gru",
        "--hidden-dim",
        8,
        "--json",
        *FEW,
    )
    assert own.stdout == other.stdout


@pytest.mark.torch
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "no model is given; name one, or untrained networks (--fresh) with a text"),
        (["--fresh", "gru"], 2, "no model is given"),
        (["missing.wvt"], 1, "missing.wvt: found nothing"),
        (["harbour.txt"], 1, "harbour.txt: found a file, expected a bundle of wvt build-neural-lm"),
        (["BUILT/ngram"], 2, "ngram is a NgramModel, which has no recurrent layers"),
        (["BUILT", "--dataset", "missing.txt"], 1, "no file or folder missing.txt"),
        (["BUILT", "--dataset", "one.txt"], 1, "the text has 2 tokens; looking 100 steps back"),
        (["BUILT", "--dataset", "empty.txt"], 1, "the text holds no tokens"),
        (["BUILT", "alone/lstm", "--dataset", "-"], 2, "standard input can be read only once"),
        (["alone/lstm"], 2, "no text was found next to alone/lstm; give one (--dataset)"),
        (["BUILT", "--hidden-dim", "9"], 2, "are for untrained networks"),
        (["BUILT", "--fresh", "rnn"], 2, "the untrained network is 'rnn'; expected lstm, gru"),
        (["BUILT", "--fresh", "gru", "--spectral-radius", "1"], 2, "a spectral radius is for rnn"),
        (["BUILT", "--fresh", "rnn-tanh", "--spectral-radius", "x"], 2, "expected numbers with"),
        (["BUILT", "--figure", "a.jpg"], 2, "the figure is 'a.jpg'; expected a name that ends in"),
        (["BUILT", "--layer", "3", *FEW], 2, "layer is 3; lstm has layers 1 to 2"),
        (["BUILT", "--steps", "1"], 2, "steps is 1"),
        (["TEXT"], 1, "found no recurrent model, expected a workspace with lstm"),
    ],
)
def test_errors_are_sentences(run, built, tmp_path, arguments, status, message):
    (tmp_path / "one.txt").write_text("word\n")
    (tmp_path / "empty.txt").write_text("\n")
    shutil.copytree(built / "lstm", tmp_path / "alone" / "lstm")
    if arguments == ["TEXT"]:
        shutil.copytree(built / "corpus", tmp_path / "text.wvt" / "corpus")
        arguments = ["text.wvt"]
    arguments = [str(each).replace("BUILT", str(built)) for each in arguments]
    assert message in run("diagnose", *arguments, status=status).stderr


def test_without_torch(tmp_path):
    def call(*arguments):
        return run_without_torch(COMMAND, "diagnose", *arguments, folder=tmp_path)

    shown = " ".join(call("--help").stdout.split())
    assert "Number of steps to go back. [default: 100]" in shown
    assert "Width of their layers. [default: 400]" in shown
    done = call("--dataset", "harbour.txt", "--fresh", "gru")
    assert done.returncode == 1
    assert done.stderr == f"wvt: {WHAT_TO_INSTALL}"
