import json
import shutil

import pytest
from without_torch import COMMAND, run_without_torch

TINY = (
    "--hidden-dim",
    8,
    "--n-layers",
    1,
    "--epochs",
    2,
    "--batch-size",
    4,
    "--bptt",
    10,
    "--threads",
    1,
)


@pytest.fixture(autouse=True)
def text(tmp_path, harbour):
    shutil.copy(harbour, tmp_path)


@pytest.mark.torch
def test_the_tour(run):
    result = run("build-neural-lm", "harbour.txt", "--tokenizer", "words", *TINY)
    steps, epochs = result.stdout.split("\n\n")
    assert " parameters, perplexity " in steps
    assert epochs.splitlines()[0].split("\t") == [
        "epoch",
        "learning rate",
        "loss",
        "perplexity",
        "held-out",
        "gradient norm",
        "clipped",
    ]
    assert len(epochs.splitlines()) == 3
    assert "wvt generate harbour.wvt/lstm" in result.stderr
    scores = run("eval-perplexity", "harbour.wvt", "--dataset", "harbour.txt", "--signature")
    assert "perplexity|neural|cell:lstm|n_layers:1|hidden_dim:8|" in scores.stderr
    drawn = run("generate", "harbour.wvt", "the sea", "-n", 2, "--max-tokens", 5).stdout
    assert all(line.startswith("the sea") for line in drawn.splitlines())
    table = run("next-word", "harbour.wvt", "the sea", "-n", 4).stdout.splitlines()
    assert table[-1].split("\t")[4] == "1.0000"
    assert "neural-lm" in run("info", "harbour.wvt").stdout
    assert run("verify", "harbour.wvt").stdout.count("good") == 2
    done = run("build-neural-lm", "harbour.wvt", "--cell", "gru", *TINY, "--json")
    assert [step["name"] for step in json.loads(done.stdout)["steps"]] == ["corpus", "gru"]
    run("build-ngram-lm", "harbour.wvt", "--discount-fallback", "default")
    models = ("harbour.wvt/lstm", "harbour.wvt/ngram")
    both = run("eval-perplexity", *models, "--dataset", "harbour.txt", "--signature")
    assert "difference:bits-per-token" in both.stderr


@pytest.mark.torch
def test_the_former_name_of_the_command_calls_every_bundle_lstm(run):
    done = run("build-lstm-lm", "harbour.txt", "--cell", "gru", *TINY, "--json")
    assert [step["name"] for step in json.loads(done.stdout)["steps"]] == ["corpus", "lstm"]
    assert "build-lstm-lm" not in run("--help").stdout


@pytest.mark.slow
@pytest.mark.torch
def test_both_directions(run):
    result = run("build-neural-lm", "harbour.txt", "--bidirectional", *TINY)
    _, *epochs = result.stdout.split("\n\n")
    assert [table.split("\t")[0] for table in epochs] == ["epoch of lstm", "epoch of lstm-backward"]
    assert "2 components, perplexity" in result.stdout
    assert "wvt generate" not in result.stderr
    names = ["lstm", "lstm-backward", "lstm-pair"]
    paths = [f"harbour.wvt/{name}" for name in names]
    scores = run("eval-perplexity", *paths, "--dataset", "harbour.txt", "--signature")
    _, *rows = [line.split("\t") for line in scores.stdout.split("\n\n")[0].splitlines()]
    assert [row[4] == "-" for row in rows] == [False, True, True]
    assert "perplexity|sentence-mixture(0." in scores.stderr
    assert "|direction:backward|" in scores.stderr
    for path in paths[1:]:
        assert "cannot continue a text" in run("generate", path, status=2).stderr
        assert "cannot continue a text" in run("next-word", path, status=2).stderr
        refusal = run("eval-perplexity", path, "--dataset", "harbour.txt", "--per-token", status=2)
        assert "take --per-sentence in place of --per-token" in refusal.stderr
        assert run("eval-perplexity", path, "--dataset", "harbour.txt", "--per-sentence").stdout
    assert run("verify", "harbour.wvt").stdout.count("good") == 4


@pytest.mark.torch
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["missing.txt"], 1, "no file or folder missing.txt"),
        (["harbour.txt", "--epochs", "0"], 2, "epochs is 0"),
        (["harbour.txt", "--dropout", "1"], 2, "dropout is 1"),
        (["harbour.txt", "--batch-size", "4000"], 1, "a batch of 4000 columns and 35 steps takes"),
        (["one.txt"], 2, "too few to keep 5% of them out; give a held-out text"),
        (["one.txt", "--held-out", "one.txt"], 1, "the text has 2 tokens; a batch of 4 columns"),
        (["harbour.txt", "--held-out", "empty.txt", *TINY], 1, "empty.txt holds no tokens"),
        (["harbour.txt", "--learning-rate", "1e4", *TINY], 1, "training has diverged in epoch 1"),
    ],
)
def test_errors_are_sentences(run, tmp_path, arguments, status, message):
    (tmp_path / "one.txt").write_text("word\n")
    (tmp_path / "empty.txt").write_text("\n")
    assert message in run("build-neural-lm", *arguments, status=status).stderr
    assert not list(tmp_path.glob("*.wvt/lstm*"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "purpose"),
    [
        ("torch", "a recurrent language model"),
        pytest.param("safetensors", "a file of weights", marks=pytest.mark.torch),
    ],
)
def test_without_what_it_needs(tmp_path, package, purpose):
    """Help is there, and building says what to install before it makes anything."""

    def call(*arguments):
        return run_without_torch(COMMAND, *arguments, folder=tmp_path, hidden=package)

    help_text = " ".join(call("build-neural-lm", "--help").stdout.split())
    assert "[default: 400]" in help_text
    assert "3e-3 for adamw, 20 for sgd" in help_text
    done = call("build-neural-lm", "harbour.txt")
    assert done.returncode == 1
    assert done.stderr == (
        f"wvt: {purpose} needs the package {package}, which is not installed; "
        'in a clone of the toolkit, try: pip install -e ".[neural]"\n'
    )
    assert [path.name for path in tmp_path.iterdir()] == ["harbour.txt"]
    assert call("build-ngram-lm", "harbour.txt", "--discount-fallback", "default").returncode == 0
