"""Sets of several languages, and which sets there are in the language of a text."""

import csv
import importlib.util

import numpy as np
import pytest

from wordvec_toolkit import WordVectors, evaluate_similarity
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.evaluation.category_sets import odd_one_out_of, read_category_set
from wordvec_toolkit.evaluation.datasets import read_similarity_set
from wordvec_toolkit.evaluation.language_sets import MANY_LANGUAGES, default_sets, split_language
from wordvec_toolkit.text.languages import (
    LANGUAGES,
    analyser_note,
    language_code,
    recognise_language,
)
from wordvec_toolkit.text.vocabulary import Vocabulary

HEAD = "SIMLEX_IDS\tLINKS\tFINNISH\tFINNISH_IN_SOURCE\tFINNISH_SCORE"
ROWS = [
    "1:1 2:1\t2 3\tkissa\tkissa kissa\t5.0 1.5",
    "1:2\t1\tkoira\tkoira\t5.0",
    "2:2\t1\tantaa lupa\tantaa lupa\t1.5",
]
PARALEX = (
    "Language,Comment,Test label,Term 1,Term 2,Term 3\n"
    'KO,Korean,weekdays,월요일,화요일,"수요일\n"\nKO,Korean,drinks,물,우유,\n'
    "FI,Finnish,drinks,maito,vesi,\n"
)
needs_recogniser = pytest.mark.skipif(
    importlib.util.find_spec("py3langid") is None, reason="py3langid is not installed"
)


def test_multi_simlex(write):
    path = write("set.tsv", "\n".join([HEAD, *ROWS]) + "\n")
    for name in ("fi", "Finnish"):
        test = read_similarity_set(f"{path}:{name}")
        assert test.pairs == (("kissa", "koira", 5.0), ("kissa", "antaa lupa", 1.5))
        assert (test.name, test.reading) == ("set.tsv:fi", "Finnish")
    with pytest.raises(WordvecError, match=r"several languages; .* set.tsv:fi"):
        read_similarity_set(path)
    with pytest.raises(FormatError, match="no column POLISH"):
        read_similarity_set(f"{path}:pl")
    damaged = write("bad.tsv", "\n".join([HEAD, ROWS[0].replace("5.0 1.5", "5.0"), *ROWS[1:]]))
    with pytest.raises(FormatError, match="1 scores of 2 pairs in row 2"):
        read_similarity_set(f"{damaged}:fi")


def test_paralex(write):
    path = write("paralex.csv", PARALEX)
    test = read_category_set(f"{path}:ko")
    assert test.categories == (
        ("weekdays", ("월요일", "화요일", "수요일")),
        ("drinks", ("물", "우유")),
    )
    assert test.name == "paralex.csv:ko"
    groups = odd_one_out_of(test, size=3).groups
    assert all(set(group[:2]) <= {"월요일", "화요일", "수요일", "물", "우유"} for group in groups)
    with pytest.raises(WordvecError, match="several languages"):
        read_category_set(path)
    with pytest.raises(FormatError, match="no rows of de"):
        read_category_set(f"{path}:de")


def test_paths_with_colons_are_paths(write):
    path = write("a:fi", "kissa\tkoira\t5\nkissa\ttalo\t1\n")
    assert split_language(path) == (path, "")
    assert len(read_similarity_set(path).pairs) == 2
    assert split_language("set.tsv:nothing") == ("set.tsv:nothing", "")
    assert language_code("KOREAN") == language_code("ko") == "ko"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("지미 카터는 조지아주 섬터 카운티 플레인스 마을에서 태어났다 Jimmy", "ko"),
        ("東京都に行きました。日本語の文章をもう少し書きます。", "ja"),
        ("我来到北京清华大学学习中文，这里的天气非常好，我很喜欢这个城市", "zh"),
        ("Η Αθήνα είναι η πρωτεύουσα της Ελλάδας", "el"),
        ("a b", ""),
        ("", ""),
    ],
)
def test_scripts_tell_languages(text, code):
    assert recognise_language(text).code == code


def test_a_hint_names_the_analyser():
    text = "지미 카터는 조지아주 섬터 카운티 플레인스 마을에서 태어났다"
    assert "--tokenizer kiwi" in analyser_note(text, "words")
    assert analyser_note(text, "kiwi") is None
    assert analyser_note("the ship and the sea are in the harbour", "words") is None


@needs_recogniser
@pytest.mark.parametrize("code", MANY_LANGUAGES["multi-simlex"])
def test_ten_languages_load_score_and_are_recognised(real_data, code):
    path = real_data / "languages/multi-simlex.tsv"
    test = read_similarity_set(f"{path}:{code}")
    assert len(test.pairs) == 1888
    assert test.reading == LANGUAGES[code]
    words = list(dict.fromkeys(word for pair in test.pairs for word in pair[:2]))
    matrix = np.random.default_rng(0).standard_normal((len(words), 4)).astype(np.float32)
    vectors = WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), matrix)
    result = evaluate_similarity(vectors, test)
    assert result.n == 1888 and abs(result.spearman) < 0.1
    kilobyte = " ".join(words).encode()[:1000].decode("utf-8", "ignore")
    expected = "zh" if code == "yue" else code  # which are written alike
    assert recognise_language(kilobyte).code == expected


def test_scores_are_those_of_the_table(real_data):
    path = real_data / "languages/multi-simlex.tsv"
    with open(path, encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    total = sum(float(score) for row in rows for score in row["WELSH_SCORE"].split())
    pairs = read_similarity_set(f"{path}:cy").pairs
    assert sum(score for *_, score in pairs) * 2 == pytest.approx(total)


def test_every_language_of_paralex_loads(real_data):
    for code in MANY_LANGUAGES["paralex"]:
        test = read_category_set(f"{real_data / 'languages/ParaLex.csv'}:{code}")
        assert 10 <= len(test.categories) <= 13, code


def test_sets_follow_the_language(monkeypatch, tmp_path):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path))
    text = "지미 카터는 조지아주 섬터 카운티 플레인스 마을에서 태어났다"
    chosen = default_sets("similarity", ("wordsim353",), text)
    assert chosen.names == ()
    assert "Korean (recognised by its script" in chosen.note
    assert "wvt fetch wordsim353-ko" in chosen.note
    assert default_sets("similarity", ("wordsim353",), text, "English").names == ("wordsim353",)
    assert default_sets("similarity", ("wordsim353",), "a b c").names == ("wordsim353",)
    assert "paralex:ko" in default_sets("categories", (), text).note
    assert "multi-simlex:fi" in default_sets("similarity", (), "", "Finnish").note
    assert "name a file" in default_sets("analogy", (), "", "yue").note
    with pytest.raises(SettingError, match="language is"):
        default_sets("similarity", (), text, "Klingon")
    monkeypatch.setattr("wordvec_toolkit.evaluation.language_sets.is_here", lambda entry: True)
    assert default_sets("similarity", (), text).names == ("wordsim353-ko",)
