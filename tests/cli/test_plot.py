"""``wvt profile`` and ``wvt plot`` as users call them."""

import json

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.report.data import CorpusProfile, Curve, HeatMap, LearningCurves, WordMap


def numbers(result):
    return json.loads(result.stdout)


def test_a_profile_of_text_and_of_its_workspace(run, workspace):
    said = run("profile", "harbour.txt", "--min-count", 2)
    assert "exponent of Zipf's law (frequency ~ rank^-a)\t-\n" in said.stdout
    assert "note: the text is too short to fit Zipf's law" in said.stderr
    assert "next: wvt plot zipf harbour.txt -o zipf.html" in said.stderr
    text = numbers(run("profile", "harbour.txt", "--min-count", 2, "--json"))
    profile = CorpusProfile(**text)
    assert profile.name == "harbour.txt"
    corpus = wvt.encode_corpus("harbour.txt", min_count=2)
    assert profile.n_words == len(corpus.vocabulary) - 3
    assert profile.oov_rate == pytest.approx(corpus.facts["n_oov_tokens"] / len(corpus))
    assert profile.heaps_exponent is not None
    stored = numbers(run("profile", "harbour.wvt", "--json"))  # built with --min-count 1
    assert numbers(run("profile", "harbour.wvt/corpus", "--json")) == {**stored, "name": "corpus"}
    same = set(text) - {"name", "n_words", "oov_rate"}
    assert {key: stored[key] for key in same} == {key: text[key] for key in same}
    run("build-ppmi", "harbour.txt", "--min-count", 3, "--dim", 5, "-o", "b.wvt")
    said = run("profile", "b.wvt")
    assert "exponent of Heaps' law (types ~ tokens^b)\t-\n" in said.stdout
    assert "note: the points and the growth are those of the vocabulary" in said.stderr
    part = numbers(run("profile", "b.wvt", "--json"))
    assert part["n_types"] == text["n_types"]
    assert part["n_once"] == text["n_once"]
    assert part["heaps_exponent"] is None
    assert not part["all_types"]
    refused = run("profile", "b.wvt", "--min-count", 2, status=2)
    assert "min_count cannot change without reading the text again" in refused.stderr


def test_profiles_of_nothing(run, write):
    empty = write("empty.txt", "\n")
    assert "holds no tokens" in run("profile", empty, status=1).stderr
    assert "nowhere.txt" in run("profile", "nowhere.txt", status=1).stderr


@pytest.mark.parametrize("suffix", ["html", "png"])
def test_every_figure_is_drawn(run, workspace, suffix):
    words = wvt.load(workspace).vocabulary.words[:6]
    for arguments in (
        ["map", "harbour.wvt", "--words", 40, "--method", "pca", "--highlight", words[5]],
        ["similarities", "harbour.wvt", *words],
        ["zipf", "harbour.txt"],
    ):
        name = f"{arguments[0]}.{suffix}"
        said = run("plot", *arguments, "-o", name)
        assert f"{name}: done in " in said.stderr
        assert "\nnext: " in said.stderr
        assert said.stdout == ""
        assert (workspace.parent / name).stat().st_size > 2000
        assert f"{name} exists" in run("plot", *arguments, "-o", name, status=1).stderr
        run("plot", *arguments, "-o", name, "--force", "--json")
    if suffix == "html":
        page = (workspace.parent / "map.html").read_text(encoding="utf-8")
        assert "wvt plot map harbour.wvt --words 40 --method pca" in page


def test_numbers_fill_the_classes_of_the_report(run, workspace):
    found = [
        WordMap(**each)
        for each in numbers(
            run(
                "plot",
                "map",
                "harbour.wvt",
                "harbour.wvt/ppmi",
                "--words",
                30,
                "--method",
                "pca",
                "--json",
            )
        )
    ]
    assert [each.model for each in found] == ["harbour.wvt/svd", "harbour.wvt/ppmi"]
    assert {each.method for each in found} == {"PCA"}
    vectors = wvt.load("harbour.wvt")
    mapped = wvt.plot.map_words(vectors, 30, "pca", name="harbour.wvt/svd")
    np.testing.assert_allclose(found[0].x, mapped.x)
    assert found[0].words == list(mapped.words)
    heat = HeatMap(
        **numbers(run("plot", "similarities", "harbour.wvt", *mapped.words[:3], "--json"))
    )
    assert len(heat.cosines) == 3
    profile = CorpusProfile(**numbers(run("plot", "zipf", "harbour.wvt", "--json")))
    assert profile.n_tokens == len(wvt.load("harbour.wvt/corpus"))


def test_maps_of_some_words(run, workspace, write):
    words = wvt.load(workspace).vocabulary.words
    only = write("only.txt", "\n".join([*words[10:14], "zebra"]))
    said = run("plot", "map", "harbour.wvt", "--only", only, "--json")
    (found,) = numbers(said)
    assert found["words"] == list(words[10:14])
    assert "skipped, without a vector or with a zero vector: 1 word\n" in said.stderr
    assert "shown by PCA" in said.stderr
    said = run("plot", "similarities", "harbour.wvt", "--only", only, "--json")
    assert sorted(numbers(said)["words"]) == sorted(words[10:14])
    assert "skipped, no vector: 1 of the words of --only" in said.stderr


def test_curves_of_bundles_and_workspaces(run, tmp_path):
    folder = tmp_path / "some.wvt"
    epochs = [{"perplexity": 9.0, "held_out_perplexity": 8.0}]
    for name, kind, facts in (
        ("lstm", "neural-lm", {"epochs": epochs, "best_epoch": 1}),
        ("sgns", "word2vec", {"loss_per_word": [2.0, 1.0]}),
        ("glove", "glove", {"losses": [0.5, 0.25]}),
        ("glove-state", "glove-state", {"losses": [0.5, 0.25]}),
        ("fasttext", "fasttext", {"loss_per_word": None}),
    ):
        with new_bundle(folder / name, kind, {}) as writer:
            writer.facts.update(facts)
    found = [
        LearningCurves(**{**each, "curves": tuple(Curve(**curve) for curve in each["curves"])})
        for each in numbers(run("plot", "curves", "some.wvt", "--json"))
    ]
    assert [each.model for each in found] == ["some.wvt/glove", "some.wvt/lstm", "some.wvt/sgns"]
    assert found[1].best == 1
    run("plot", "curves", "some.wvt", "-o", "curves.html")
    said = run("plot", "curves", "some.wvt/fasttext", "--json", status=1)
    assert "gensim's fastText reports no loss" in said.stderr
    (tmp_path / "some.wvt" / "lstm").rename(tmp_path / "lstm")
    assert numbers(run("plot", "curves", "lstm", "--json"))[0]["model"] == "lstm"


def test_misuse_is_said_in_a_sentence(run, workspace):
    for arguments in (
        ["map", "harbour.wvt"],
        ["similarities", "harbour.wvt", "a", "b"],
        ["curves", "harbour.wvt"],
        ["zipf", "harbour.txt"],
    ):
        said = run("plot", *arguments, status=2)
        assert "no output is chosen; give -o FILE.html (or .png, .svg, .pdf)" in said.stderr
    for arguments, what in (
        (["map", "harbour.wvt", "-o", "a.jpg"], "ends in .html, .png, .svg, .pdf"),
        (["map", "harbour.wvt", "--words", "0", "--json"], "words is 0"),
        (["map", "harbour.wvt", "--perplexity", "999", "--json"], "perplexity is 999"),
        (["map", "harbour.wvt", "harbour.wvt/ppmi", "-o", "a.png"], "2 models on one picture"),
        (["similarities", "harbour.wvt", "--json"], "no words are given"),
        (["similarities", "harbour.wvt", "the", "--json"], "1 different words"),
    ):
        assert what in run("plot", *arguments, status=2).stderr
    assert (
        "zebra"
        in run("plot", "map", "harbour.wvt", "--highlight", "zebra", "--json", status=1).stderr
    )
    assert "has a learning curve" in run("plot", "curves", "harbour.wvt", "--json", status=1).stderr
    assert "nowhere" in run("plot", "map", "nowhere.wvt", "--json", status=1).stderr


def test_vector_files_can_be_drawn(run, write):
    path = write("few.txt", "one 1 0 0\ntwo 0 1 0\nthree 0 0 1\n")
    for words in (1, 2, 3):
        (found,) = numbers(run("plot", "map", path, "--words", words, "--json"))
        assert (len(found["words"]), found["model"]) == (words, "few.txt")
    run("plot", "map", path, "-o", "few.html")
