"""Commands that choose test sets in the language of the text."""

import pytest

KOREAN = "지미 카터는 조지아주 섬터 카운티 플레인스 마을에서 태어났다\n미국의 대통령이 되었다\n" * 6


@pytest.fixture
def korean(run, write, monkeypatch, tmp_path):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    write("ko.txt", KOREAN)
    return run("build-ppmi", "ko.txt", "--min-count", 1, "--dim", 4)


def test_text_that_an_analyser_would_read_has_a_hint(korean):
    assert "the text is mostly Korean" in korean.stderr
    assert "--tokenizer kiwi" in korean.stderr


def test_sets_that_would_fit_are_named(run, korean):
    for command, name in (
        ("eval-similarity", "wordsim353-ko"),
        ("eval-analogy", "analogies-ko"),
        ("eval-categories", "paralex"),
        ("eval-odd-one-out", "paralex"),
    ):
        result = run(command, "ko.wvt", status=1)
        assert "the text is Korean (recognised by its script" in result.stderr
        assert f"wvt fetch {name}" in result.stderr
    assert (
        "language is 'Klingon'"
        in run("eval-similarity", "ko.wvt", "--language", "Klingon", status=2).stderr
    )
    english = run("eval-similarity", "ko.wvt", "--language", "English", status=1)
    assert "in the language of the corpus" in english.stderr


def test_a_study_says_which_sets_would_fit(run, korean):
    texts = ("--valid", "ko.txt", "--test", "ko.txt", "--models", "ppmi", "--plan")
    result = run("compare", "ko.txt", *texts)
    assert "the text is Korean (recognised by its script" in result.stderr
    assert "wvt fetch analogies-ko" in result.stderr
    assert "similarity-1" not in result.stdout
    assert "similarity-1" in run("compare", "ko.txt", *texts, "--language", "en").stdout


def test_a_study_of_korean_leaves_the_english_wordnet_out(run, korean, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.models.thesaurus.is_wordnet_here", lambda: True)
    texts = ("--valid", "ko.txt", "--test", "ko.txt", "--plan")
    assert "retrofitted" not in run("compare", "ko.txt", *texts).stdout
    assert "retrofitted" in run("compare", "ko.txt", *texts, "--language", "en").stdout
