"""The commands of the thesaurus."""

import json

import pytest
from tiny_wordnet import write_wordnet


@pytest.fixture
def wordnet(tmp_path, run):
    write_wordnet(tmp_path / "dict")
    done = run("build-thesaurus", "--wordnet", tmp_path / "dict", "-o", tmp_path / "wordnet")
    assert "20 synsets of" in done.stdout
    return tmp_path / "wordnet"


def test_they_look_up_words(run, wordnet):
    shown = run("synonyms", "dogs", "good", "--thesaurus", wordnet)
    assert "Canis familiaris" in shown.stdout
    assert "bad" in shown.stdout
    found = json.loads(run("synonyms", "good", "--thesaurus", wordnet, "--json").stdout)
    assert found["good"][0]["antonyms"] == ["bad"]
    tree = run("hypernyms", "puppy", "--thesaurus", wordnet).stdout.splitlines()
    assert [line.partition("  (")[0] for line in tree] == [
        "puppy",
        "  dog, Canis familiaris",
        "    animal, beast",
        "      organism, being",
        "        thing",
        "          entity",
        "  young",
        "    thing",
        "      entity",
    ]
    (found,) = json.loads(run("hypernyms", "cat", "--thesaurus", wordnet, "--json").stdout)["cat"]
    assert found["hypernyms"][0]["words"] == ["animal", "beast"]


def test_they_show_the_senses_compared(run, wordnet):
    shown = run("similarity", f"{wordnet}:path", "dogs", "cat", "--json").stdout
    (found,) = json.loads(shown)
    assert found["path"] == pytest.approx(1 / 3)
    assert "animal, beast" in run("similarity", f"{wordnet}:lin", "dogs", "cat").stdout


def test_retrofitting_needs_options_of_its_method(run, wordnet, workspace, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("harbour boat\nsea water ship\n")
    done = run("retrofit", workspace, "-o", workspace / "fitted", "--lexicon", words, "--json")
    assert json.loads(done.stdout)["lexicon"]["source"] == "list of words"
    sprinkled = ("-o", workspace / "sprinkled", "--method", "sprinkle", "--dim", 10)
    run("retrofit", f"{workspace}/ppmi", *sprinkled, "--lexicon", words)
    refused = run("retrofit", workspace, "-o", "x", "--lexicon", words, "--margin", 1, status=2)
    assert "--margin is not for the method retrofit" in refused.output
    refused = run(
        "retrofit", workspace, "-o", "x", "--lexicon", words, "--method", "counter-fit", status=2
    )
    assert "antonyms" in refused.output


def test_they_score_it(run, wordnet, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("dog\tpuppy\t9\ndog\tcat\t7\ndog\tcar\t1\ngood\tfast\t2\n")
    shown = run("eval-similarity", f"{wordnet}:path", "--dataset", pairs, "--json", "--no-compare")
    (score,) = json.loads(shown.stdout)["scores"]
    assert (score["spearman"], score["n"], score["n_oov"]) == (1.0, 3, 1)
    assert "uses:lexicon" in score["signature"]
    shown = run("eval-similarity", f"{wordnet}:path", "--dataset", pairs)
    assert f"uses a lexicon: {wordnet}:path" in shown.output


def test_analogies_can_exclude_inflected_forms(run, wordnet, write):
    words = {"dog": "1 0 0", "cat": "0 1 0", "car": "0 0 1", "cars": "-1 1 1", "run": "-9 9 8"}
    lines = "".join(f"{word} {numbers}\n" for word, numbers in words.items())
    vectors, questions = write("x.vec", f"5 3\n{lines}"), write("q.txt", "dog cat car run\n")
    asked = ("eval-analogy", vectors, "--dataset", questions, "--method", "3cosadd", "--json")
    for options, right in (((), 0), (("--without-forms",), 1)):  # WordNet is in this folder
        (score,) = json.loads(run(*asked, *options).stdout)["scores"]
        assert score["total"]["n_correct"] == right
