import json
import shutil

import pytest

VALID = "the sea was calm\na boat came in\nthe old man said nothing of the sea\n" * 5
TINY = (
    "--hidden-dim",
    8,
    "--n-layers",
    1,
    "--epochs",
    1,
    "--batch-size",
    4,
    "--bptt",
    10,
    "--threads",
    1,
)


@pytest.fixture(autouse=True)
def text(tmp_path, harbour):
    shutil.copy(harbour, tmp_path / "train.txt")
    (tmp_path / "valid.txt").write_text(VALID)
    (tmp_path / "test.txt").write_text("the sea was calm\nthe harbour was old\n" * 4)


@pytest.fixture
def counted(run):
    run(
        "build-ngram-lm",
        "train.txt",
        "--tokenizer",
        "words",
        "--smoothing",
        "witten-bell",
        "--cache",
        "--held-out",
        "valid.txt",
    )


def test_mix_of_count_based_models(run, counted):
    run("build-ngram-lm", "train.wvt", "--order", 2, "--smoothing", "add-k:0.1", "--name", "b")
    result = run("mix", "train.wvt/ngram", "train.wvt/ngram-b", "--held-out", "valid.txt")
    steps, weights = result.stdout.split("\n\n")
    assert "mixture-all\t2 components, perplexity " in steps
    lines = weights.splitlines()
    assert lines[0].split("\t") == ["mixture", "component", "weight", "perplexity alone"]
    assert [line.split("\t")[1] for line in lines[1:3]] == ["ngram", "ngram-b"]
    assert lines[3].startswith("perplexity of the 95 held-out tokens: ")
    assert "wvt eval-perplexity train.wvt/mixture-all" in result.stderr
    done = run(
        "mix",
        "train.wvt/ngram",
        "train.wvt/ngram-b",
        "--held-out",
        "valid.txt",
        "--json",
        "--name",
        "c",
        "--cache",
    )
    (step,) = json.loads(done.stdout)["steps"]
    assert step["name"] == "mixture-c"
    assert len(step["facts"]["component_perplexities"]) == 5


def test_a_tokenizer_of_the_users_own_is_said_again(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("def cut(line):\n    return line.split()\n")
    smoothing = ("--smoothing", "witten-bell")
    run("build-ngram-lm", "train.txt", "--tokenizer", "mine:cut", *smoothing)
    run("build-ngram-lm", "train.wvt", *smoothing, "--order", 2, "--name", "b")
    mix = ("mix", "train.wvt/ngram", "train.wvt/ngram-b", "--held-out", "valid.txt")
    assert "name it with --tokenizer mine:cut" in run(*mix, status=2).stderr
    run(*mix, "--tokenizer", "mine:cut")


@pytest.mark.torch
def test_the_tour_of_count_based_and_neural_models(run, counted):
    """Counting, learning and mixing in one workspace, whose vocabulary both have."""
    run("build-neural-lm", "train.wvt", "--held-out", "valid.txt", *TINY)
    result = run(
        "mix",
        "train.wvt/mixture",
        "train.wvt/lstm",
        "--held-out",
        "valid.txt",
        "--neural-cache",
        "--window",
        60,
    )
    assert "lstm-neural-cache\ton lstm" in result.stdout
    assert run("verify", "train.wvt").stdout.count("good") == 6
    scores = run("eval-perplexity", "train.wvt", "--dataset", "test.txt", "--signature")
    assert scores.stdout.splitlines()[1].startswith("train.wvt/mixture-all\t")
    assert "neural-cache|window:60|" in scores.stderr
    assert run("generate", "train.wvt", "-n", 1, "--max-tokens", 4).stdout
    # A model that has been built again since.
    run("build-neural-lm", "train.wvt", "--held-out", "valid.txt", *TINY, "--seed", 3)
    stale = run("eval-perplexity", "train.wvt", "--dataset", "test.txt", status=1).stderr
    assert "build mixture-all again with the options it had, or name train.wvt/mixture" in stale


@pytest.mark.slow
@pytest.mark.torch
def test_recurrent_models_with_caches(run, counted):
    run("build-neural-lm", "train.wvt", "--held-out", "valid.txt", *TINY)
    every = ("eval-perplexity", "train.wvt/lstm", "--dataset", "test.txt", "--signature")
    result = run(
        *every, "--neural-cache", "--window", 30, "--share", 0.2, "--dynamic", "sgd", "--segment", 5
    )
    lines = [line.split("\t")[0] for line in result.stdout.splitlines()[1:3]]
    assert lines == ["train.wvt/lstm", "train.wvt/lstm + dynamic + neural-cache"]
    assert "neural-cache|window:30|flatness:0.3|share:0.2(dynamic|method:sgd|" in result.stderr
    tuned = run(*every, "--neural-cache", "--tune", "valid.txt")
    assert "tuned on valid.txt: neural-cache|window:500|flatness:" in tuned.stderr
    table = run(*every, "--neural-cache", "--per-sentence").stdout.splitlines()
    assert len(table) == 9
    splits = run(
        "eval-perplexity",
        "train.wvt/ngram",
        "train.wvt/lstm",
        "train.wvt/mixture",
        "--dataset",
        "test.txt",
        "--by-frequency",
        "--by-seen",
        "train.wvt",
        "--no-compare",
    ).stdout.split("\n\n")
    assert splits[1].splitlines()[0].split("\t") == [
        "model",
        "text",
        "frequency",
        "tokens",
        "share",
        "perplexity",
        "95 % interval",
        "to the first",
    ]
    assert splits[2].splitlines()[0].split("\t")[2] == "longest seen"
    rows = [line.split("\t") for line in splits[2].splitlines()[1:]]
    for model in ("ngram", "lstm", "mixture"):
        own = [row for row in rows if row[0] == f"train.wvt/{model}"]
        assert sum(int(row[3]) for row in own) == 40
        assert all((row[7] == "-") == (model == "ngram") for row in own)
    done = json.loads(
        run(*every, "--by-frequency", "--by-seen", "train.wvt/ngram", "--json").stdout
    )
    (score,) = done["scores"]
    assert sum(band["n"] for band in score["by_frequency"]) == score["n_tokens"]
    assert {"band", "n", "share", "logprob", "perplexity", "interval"} <= set(score["by_seen"][0])


@pytest.mark.torch
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--window", "3"], 2, "--window is a setting of the neural cache; add --neural-cache"),
        (["--learning-rate", "1"], 2, "--learning-rate is a setting of dynamic evaluation; add"),
        (["--tune", "valid.txt"], 2, "--tune finds settings of --neural-cache and --dynamic"),
        (["--neural-cache", "--window", "0"], 2, "window is 0; it must be from 1"),
        (["--neural-cache", "--tune", "test.txt"], 2, "test.txt is the text to be scored itself"),
        (["--neural-cache", "--tune", "valid.txt", "--share", ".1"], 2, "give one of the two"),
        (["--neural-cache", "--tune", "empty.txt"], 1, "the held-out text has no tokens"),
        (["--dynamic", "sgd", "--learning-rate", "1e4", "--segment", "1"], 1, "has diverged after"),
        (["--by-seen", "other.wvt"], 2, "other.wvt has another vocabulary (7 words) than the"),
        (["--by-seen", "train.wvt/lstm"], 2, "that model has no n-grams"),
    ],
)
def test_errors_are_sentences(run, counted, tmp_path, arguments, status, message):
    run("build-neural-lm", "train.wvt", "--held-out", "valid.txt", *TINY)
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "other.txt").write_text("a b c d\n")
    run("build-ngram-lm", "other.txt", "--order", 2, "--smoothing", "witten-bell")
    result = run(
        "eval-perplexity", "train.wvt/lstm", "--dataset", "test.txt", *arguments, status=status
    )
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["eval-perplexity", "train.wvt", "--neural-cache"], 2, "need a recurrent model"),
        (["mix", "train.wvt/ngram", "--held-out", "valid.txt"], 2, "takes two models or more"),
        (["mix", "train.wvt/ngram", "train.wvt/mixture"], 2, "Missing option '--held-out'"),
        (
            ["mix", "train.wvt/ngram", "--held-out", "valid.txt", "--neural-cache"],
            2,
            "no recurrent model among them",
        ),
        (
            ["mix", "train.wvt/ngram", "--held-out", "valid.txt", "--window", "3"],
            2,
            "(--neural-cache)",
        ),
        (["mix", "none.wvt", "train.wvt", "--held-out", "valid.txt"], 1, "none.wvt: found nothing"),
    ],
)
def test_errors_without_recurrent_models(run, counted, arguments, status, message):
    result = run(*arguments, status=status, stdin="the sea\n")
    assert message in result.stderr
