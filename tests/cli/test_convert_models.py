"""``wvt convert`` with language models."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import wordvec_toolkit as wvt

GOLDEN = Path(__file__).parents[1] / "lm" / "golden" / "trigram.arpa"


@pytest.fixture
def arpa(tmp_path):
    shutil.copy(GOLDEN, tmp_path / "model.arpa")
    return "model.arpa"


def assert_same(path) -> None:
    found = wvt.lm.NgramModel.load(path) if Path(path).is_dir() else wvt.lm.read_arpa(path)
    expected = wvt.lm.read_arpa(GOLDEN)
    assert found.vocabulary == expected.vocabulary
    assert np.array_equal(found.trie.words, expected.trie.words)
    np.testing.assert_allclose(found.logprobs, expected.logprobs, rtol=2e-7)
    np.testing.assert_allclose(found.backoffs, expected.backoffs, rtol=2e-7)


def test_there_and_back(run, arpa):
    previous = arpa
    for name in ("m.wvt", "m.arpa.gz", "folder", "m.lm", "m.arpa.xz", "m.wvt2"):
        options = ["--format", "bundle"] if name == "m.wvt2" else []
        run("convert", previous, name, *options)
        assert_same(name)
        previous = name
    assert gzip.decompress(Path("m.arpa.gz").read_bytes()) == Path("m.lm").read_bytes()
    found = json.loads(run("convert", arpa, "j.arpa", "--json").stdout)
    assert found["n_ngrams"] == [31, 65, 83]
    assert (found["order"], found["words"]) == (3, 31)
    shutil.copy(arpa, "odd.txt")  # known by its content
    run("convert", "odd.txt", "m.wvt", "--force")
    run("convert", "odd.txt", "odd", "--format", "arpa", "--from", "arpa")
    assert_same("odd")


def test_a_workspace(run, harbour):
    run("build-ngram-lm", harbour, "-o", "h.wvt", "--order", 2)
    run("convert", "h.wvt", "h.arpa")
    run("convert", "h.wvt/ngram", "h2.arpa")
    assert Path("h.arpa").read_bytes() == Path("h2.arpa").read_bytes()
    built, read = wvt.lm.NgramModel.load("h.wvt/ngram"), wvt.lm.read_arpa("h.arpa")
    assert read.vocabulary.words == built.vocabulary.words
    np.testing.assert_allclose(read.logprobs, built.logprobs, rtol=2e-7)
    result = run("convert", "h.arpa", "h.wvt/ngram", "--force", status=2)
    assert "another command has made" in result.stderr
    run("verify", "h.wvt")


def test_a_mixture_names_the_model_in_it_that_an_arpa_file_can_hold(run, harbour):
    run("build-ngram-lm", harbour, "-o", "m.wvt", "--order", 2, "--cache")
    refused = run("convert", "m.wvt/mixture", "out.arpa", status=1).stderr
    assert "a bundle of mixture" in refused and "try m.wvt/ngram" in refused


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["nothing", "x.arpa"], 1, "nothing"),
        (["glove.txt", "x.arpa"], 1, "no line \\data\\"),
        (["model.arpa", "x.vec"], 2, "no format for language models goes with the name x.vec"),
        (["model.arpa", "x", "--format", "glove"], 2, "not glove"),
        (["model.arpa", "x", "--among", "5"], 2, "to vectors only"),
        (["model.arpa", "-"], 2, "not to standard output"),
        (["model.arpa", "model.arpa"], 1, "exists"),
        (["cut.arpa", "x.wvt"], 1, "line 12: found"),
        (["cut.arpa.gz", "x.wvt"], 1, "end early or are damaged"),
        (["model.arpa", "model.arpa/x.arpa"], 1, "cannot write"),
    ],
)
def test_bad_use_gets_one_sentence(run, arpa, write, tmp_path, arguments, status, message):
    write("glove.txt", "sea 1 2\nfog 2 3\n")
    text = GOLDEN.read_bytes()
    write("cut.arpa", text[: text.index(b"leaves")])
    write("cut.arpa.gz", gzip.compress(text)[:-50])
    before = sorted(path.name for path in tmp_path.iterdir())
    assert message in run("convert", *arguments, status=status).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
