import json

import numpy as np
import pytest
from relation_files import WORDS, write_relations

import wordvec_toolkit
from wordvec_toolkit.evaluation import evaluate_relations
from wordvec_toolkit.text.vocabulary import Vocabulary


def test_measures_are_settings_of_the_weighing(run, workspace):
    again = json.loads(run("build-ppmi", workspace, "--dim", 20, "--json").stdout)
    assert again["steps"][2]["reused"]
    run(
        "build-ppmi",
        workspace,
        "--measure",
        "t-score",
        "--transform",
        "log",
        "--name",
        "t",
        "--dim",
        5,
    )
    settings = wordvec_toolkit.load("harbour.wvt/ppmi-t").settings
    assert (settings["measure"], settings["transform"]) == ("t-score", "log")
    run("build-ppmi", workspace, "--smoothing", 1, "--dim", 5, "--name", "smooth")
    output = run("build-ppmi", workspace, "--measure", "t", status=2).output
    assert "expected one of ppmi, pmi" in output


def test_postprocess(run, workspace):
    result = run(
        "postprocess",
        workspace,
        "-o",
        "harbour.wvt/better",
        "--eig",
        0,
        "--drop-components",
        2,
        "--all-but-the-top",
        1,
        "--normalize",
    )
    assert "harbour.wvt/better\t" in result.stdout
    assert wordvec_toolkit.load("harbour.wvt/better").dim == 18
    assert run("neighbors", "harbour.wvt/better", "sea").stdout.count("\n") == 11
    found = json.loads(run("postprocess", workspace, "-o", "x", "--center", "--json").stdout)
    assert found["steps"] == [{"step": "center"}]
    assert "no change is chosen" in run("postprocess", workspace, "-o", "y", status=2).output
    assert (
        "sparse" in run("postprocess", "harbour.wvt/ppmi", "-o", "y", "--center", status=2).output
    )
    run("postprocess", "harbour.wvt/ppmi", "-o", "y", "--normalize")
    assert wordvec_toolkit.load("y").is_sparse


def test_combine(run, workspace):
    run("build-ppmi", workspace, "--window", 2, "--name", "narrow", "--dim", 10)
    both = [workspace, "harbour.wvt/svd-narrow"]
    assert "joined\t" in run("combine", *both, "-o", "joined").stdout
    assert wordvec_toolkit.load("joined").dim == 30
    run("combine", *both, "-o", "joined", "--dim", 7, "--weights", "1,0.5", "--no-normalize")
    found = json.loads(run("combine", *both, "-o", "mean", "--method", "average", "--json").stdout)
    assert (found["dim"], len(found["models"])) == (20, 2)
    assert (
        "expected numbers" in run("combine", *both, "-o", "z", "--weights", "1;2", status=2).output
    )
    assert "two or more" in run("combine", workspace, "-o", "z", status=2).output


def test_align(run, workspace, write):
    run("build-ppmi", workspace, "--window", 2, "--name", "narrow", "--dim", 20)
    result = run("align", workspace, "harbour.wvt/svd-narrow", "-o", "turned", "--changed", 3)
    assert result.stdout.count("\n") == 4
    assert "fit: mean cosine 0." in result.stderr
    assert wordvec_toolkit.load("turned").dim == 20
    again = run("align", workspace, "turned", "--json").stdout
    assert json.loads(again)["fit"] == pytest.approx(1, abs=1e-5)
    anchors = write("anchors.txt", "sea\nship\n")
    result = run("align", workspace, "turned", "--anchors", anchors, "--among", 50)
    assert "fewer anchors than dimensions" in result.stderr
    assert (
        "cannot read words"
        in run("align", workspace, "turned", "--anchors", "none", status=1).output
    )


def test_sentences(run, workspace):
    result = run("sentences", workspace, "harbour.txt", "--query", "a ship in the fog", "-n", 3)
    assert result.stdout.count("\n") == 4
    assert "25 sentences, 0 without a vector" in result.stderr
    found = json.loads(
        run(
            "sentences",
            workspace,
            "harbour.txt",
            "-o",
            "harbour.wvt/lines",
            "--query",
            "bread",
            "--query",
            "ship",
            "--weighting",
            "idf",
            "--remove-common",
            "--json",
        ).stdout
    )
    assert set(found["nearest"]) == {"bread", "ship"}
    assert found["nearest"]["bread"][0]["number"] >= 1
    lines = wordvec_toolkit.load("harbour.wvt/lines")
    assert len(lines) == 25
    assert run("neighbors", "harbour.wvt/lines", lines.words[3], "-n", 2).stdout.count("\n") == 3
    assert "lines\tvectors" in run("info", workspace).stdout
    assert "--query" in run("sentences", workspace, "harbour.txt", status=2).output
    run("sentences", "harbour.wvt/ppmi", "harbour.txt", "--query", "ship")


def test_analogies_of_ranked_pairs(run, tmp_path):
    place = write_relations(tmp_path / "set")
    matrix = np.random.default_rng(3).standard_normal((9, 5)).astype(np.float32)
    vectors = wordvec_toolkit.WordVectors(Vocabulary(WORDS, np.arange(9, 0, -1)), matrix)
    vectors.save(tmp_path / "v")
    shown = run("eval-analogy", tmp_path / "v", "--dataset", place).stdout
    assert "MaxDiff" in shown and "1b CLASS-INCLUSION: Object:Stuff (noun.verb)" in shown
    data = json.loads(run("eval-analogy", tmp_path / "v", "--dataset", place, "--json").stdout)
    assert data["scores"][0]["spearman"] == evaluate_relations(vectors, place).spearman
    refused = run("eval-analogy", tmp_path / "v", "--dataset", place, "--among", 5, status=2)
    assert "--among is not for the ranked pairs" in refused.stderr
