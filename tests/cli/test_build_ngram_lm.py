"""``wvt build-ngram-lm``: what it says about what it did."""

import json
import shlex
import shutil

import pytest


@pytest.fixture
def text(run, harbour, tmp_path):
    shutil.copy(harbour, tmp_path / "text.txt")
    return "text.txt"


def test_it_says_which_bundles_another_reading_of_the_text_makes_stale(run, text):
    run("build-ppmi", text, "--min-count", 1, "--dim", 5)
    refused = run("build-ngram-lm", text, "--order", 2, status=2).stderr
    assert "read with tokenizer words, and counts, ppmi, svd are made from that" in refused
    run("neighbors", "text.wvt", "harbour")
    result = run("build-ngram-lm", text, "--order", 2, "-o", "text.wvt")
    assert "note: stale in text.wvt: counts, ppmi, svd, made from the text as it" in result.stderr
    assert "-o FOLDER" in result.stderr
    assert "stale" not in run("build-ngram-lm", text, "--order", 2).stderr  # all was reused
    again = run("build-ppmi", text, "--min-count", 1, "--dim", 5, "--json")
    found = json.loads(again.stdout)
    assert found["left_stale"] == ["ngram"]
    reused = {step["name"]: step["reused"] for step in found["steps"]}
    assert reused == {"corpus": False, "counts": True, "ppmi": True, "svd": True}
    assert "stale" not in run("build-ngram-lm", "text.wvt", "--order", 2).stderr


@pytest.mark.slow
def test_a_stale_mixture_is_noted_and_the_way_out_works(run, text):
    run("build-ngram-lm", text, "--order", 2, "--cache")
    assert "stale in text.wvt: mixture," in run("build-ngram-lm", text, "--order", 1).stderr
    error = run("next-word", "text.wvt", status=1).stderr
    assert "build mixture again with the options it had, or name text.wvt/ngram" in error
    run("next-word", "text.wvt/ngram")
    result = run("build-ngram-lm", text, "--order", 1, "--cache")
    assert "stale" not in result.stderr
    run("next-word", "text.wvt")


@pytest.mark.slow
def test_the_next_command_can_be_pasted(run, text):
    for command in (
        ["build-ngram-lm", text, "--order", 2, "-o", "my models.wvt"],
        ["convert", "my models.wvt/ngram", "my model.arpa"],
    ):
        last = run(*command).stderr.split("next: ")[1].splitlines()[0]
        words = shlex.split(last.replace("TEXT", text))
        assert words[:2] == ["wvt", "eval-perplexity"]
        run(*words[1:])


def test_the_examples_for_text_in_characters_work(run, text):
    help_text = run("build-ngram-lm", "--help").stdout
    example = next(line for line in help_text.splitlines() if "--tokenizer chars" in line)
    run(*shlex.split(example.replace("corpus.txt", text))[1:])


@pytest.mark.parametrize(
    ("held_out", "options", "status", "message"),
    [
        ("other.txt", [], 2, "kneser-ney fits nothing to held-out text"),
        ("other.txt", ["--smoothing", "jelinek-mercer:0.5"], 2, "fits nothing to held-out text"),
        ("blank.txt", ["--cache"], 1, "blank.txt holds no tokens"),
        ("blank.txt", ["--smoothing", "jelinek-mercer"], 1, "blank.txt holds no tokens"),
        ("text.txt", ["--cache"], 0, "text.txt is the training text itself"),
        ("text.txt", ["--smoothing", "jelinek-mercer"], 0, "text.txt is the training text itself"),
    ],
)
def test_held_out_text_that_is_of_no_use(run, text, write, held_out, options, status, message):
    write("other.txt", "the sea was quite otherwise\n")
    write("blank.txt", "\n\n")
    command = ["build-ngram-lm", text, "--order", 2, "--held-out", held_out, *options]
    assert message in run(*command, status=status).stderr


def test_other_held_out_text_leaves_the_n_grams_as_they_are(run, text, write):
    write("one.txt", "the sea was quite otherwise\n")
    write("two.txt", "the sea and the harbour\n")
    run("build-ngram-lm", text, "--order", 2, "--cache", "--held-out", "one.txt")
    command = ["build-ngram-lm", text, "--order", 2, "--cache", "--held-out", "two.txt", "--json"]
    steps = json.loads(run(*command).stdout)["steps"]
    assert {step["name"]: step["reused"] for step in steps} == {
        "corpus": True,
        "ngram": True,
        "mixture": False,
    }


def test_info_knows_arpa_files(run, text):
    run("build-ngram-lm", text, "--order", 2, "--arpa", "m.arpa.gz")
    lines = run("info", "m.arpa.gz").stdout.splitlines()
    assert lines[1] == "format\tarpa: n-gram language model"
    found = json.loads(run("info", "m.arpa.gz", "--json").stdout)
    assert lines[3] == f"claimed 1-grams\t{found['claimed_ngrams'][0]:,}"
    assert len(found["claimed_ngrams"]) == 2


def test_a_difference_from_rounding_does_not_pass_for_none(run, text):
    run("build-ngram-lm", text, "--order", 2, "--arpa", "m.arpa")
    result = run("eval-perplexity", "text.wvt", "m.arpa", "--dataset", text)
    titles, row = (line.split("\t") for line in result.stdout.split("\n\n")[1].splitlines()[:2])
    assert 0 < abs(float(dict(zip(titles, row))["A - B"])) < 1e-5
