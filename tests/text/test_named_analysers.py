"""Analysers by their names: Kiwi, Sudachi, jieba."""

import importlib.util
from collections.abc import Iterator

import numpy as np
import pytest

from wordvec_toolkit.errors import MissingExtraError, SettingError
from wordvec_toolkit.text import analysers
from wordvec_toolkit.text.analysers import ANALYSERS, Analyser, AnalyserKind, names_analyser
from wordvec_toolkit.text.encoding import encode_corpus, tokenize
from wordvec_toolkit.text.tokenizers import make_tokenizer, must_be_named, names_function

LINE = "공부하고 있었다."
MORPHEMES = [
    ("공부", "공부", "NNG"),
    ("하", "하", "XSV"),
    ("고", "고", "EC"),
    ("있", "있다", "VX"),
    ("었", "었", "EP"),
    ("다", "다", "EF"),
    (".", ".", "SF"),
]
WORDS = {
    "있다": [("있", "있다", "VA"), ("다", "다", "EF")],
    "두 말": [("두 말", "두 말", "NNG")],
    "공부고": [("공부", "공부", "NNG"), ("고", "고", "NNG")],
}


def needs(name):
    missing = importlib.util.find_spec(ANALYSERS[name].package) is None
    return pytest.mark.skipif(missing, reason=f"{ANALYSERS[name].package} is not installed")


@pytest.fixture
def toy(monkeypatch):
    """An analyser of few words, in place of Kiwi."""

    def opened():
        def analyse(lines) -> Iterator[list[tuple[str, str, str]]]:
            for line in lines:
                yield WORDS.get(line, MORPHEMES)

        return analyse

    kind = AnalyserKind("kiwi", "Korean", "toy", "ko", opened, ("E", "J", "X"))
    monkeypatch.setitem(analysers.ANALYSERS, "kiwi", kind)
    analysers.analyser_of.cache_clear()
    yield
    analysers.analyser_of.cache_clear()


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("kiwi", ["공부", "하", "고", "있", "었", "다"]),
        ("kiwi:lemmas", ["공부", "하", "고", "있다", "었", "다"]),
        ("kiwi:N,V", ["공부", "있"]),
        ("kiwi:lemmas,V", ["있다"]),
    ],
)
def test_names_say_what_is_kept(toy, name, tokens):
    assert tokenize(LINE, name) == tokens
    assert names_analyser(name) and not names_function(name) and not must_be_named(name)


def test_parts_of_speech_that_kiwi_does_not_have():
    for name in ("kiwi:Noun", "kiwi:lemmas,n"):
        with pytest.raises(SettingError, match="no part of speech of kiwi begins with"):
            analysers.analyser_of(name)


@pytest.mark.parametrize("name", ["kiwi:", "kiwi:N,,V", "jieba:lemmas"])
def test_names_that_make_no_sense(toy, name):
    with pytest.raises(SettingError, match="tokenizer is"):
        make_tokenizer(name)


def test_words_are_found_by_their_stems(toy, write, tmp_path):
    from wordvec_toolkit import build_ppmi, load

    path = write("ko.txt", f"{LINE}\n" * 5)
    corpus = encode_corpus(path, tokenizer="kiwi", min_count=1)
    vocabulary = corpus.vocabulary
    assert vocabulary.find("있다") == vocabulary.id("있")
    assert vocabulary.find("공부고") is None  # two stems
    assert encode_corpus(path, min_count=1).vocabulary.find("있다") is None
    assert vocabulary.without_specials().analyser == "kiwi"
    build_ppmi(path, tmp_path / "ko.wvt", tokenizer="kiwi", min_count=1, dim=3)
    vectors = load(tmp_path / "ko.wvt")
    assert vectors.find("있다") == vectors.find("있") is not None


def test_tokens_hold_no_blanks(toy):
    assert tokenize("두 말", "kiwi") == ["두_말"]


def test_what_is_not_installed_is_named(monkeypatch):
    def missing():
        raise MissingExtraError("kiwipiepy", "the tokenizer kiwi", "ko")

    kind = AnalyserKind("kiwi", "Korean", "kiwipiepy", "ko", missing)
    monkeypatch.setitem(analysers.ANALYSERS, "kiwi", kind)
    analysers.analyser_of.cache_clear()
    with pytest.raises(MissingExtraError, match=r"\[ko\]"):
        make_tokenizer("kiwi")
    assert analysers.stem_of("있다", "kiwi") is None


@pytest.mark.slow
@needs("kiwi")
def test_kiwi():
    assert tokenize("학교에 갔다.", "kiwi") == ["학교", "에", "가", "었", "다"]
    assert tokenize("학교에 갔다.", "kiwi:lemmas,N,V") == ["학교", "가다"]
    assert analysers.stem_of("아름답다", "kiwi") == "아름답"


@pytest.mark.slow
@needs("sudachi")
def test_sudachi():
    assert tokenize("東京都に行きました。", "sudachi:lemmas")[:3] == ["東京都", "に", "行く"]
    line = "すもももももももものうち。" * 2000  # more than Sudachi takes at a time
    assert len(tokenize(line, "sudachi")) > 10_000


@pytest.mark.slow
@needs("jieba")
def test_jieba():
    assert tokenize("我来到北京清华大学。", "jieba") == ["我", "来到", "北京", "清华大学"]
    assert "我" not in tokenize("我来到北京清华大学。", "jieba:n,v")


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(n, marks=needs(n)) for n in ANALYSERS])
def test_any_number_of_threads_gives_the_same_bytes(name, write):
    lines = ["학교에 갔다. 바다를 보았다.", "東京都に行きました。", "我来到北京清华大学。"]
    path = write("text.txt", "\n".join(f"{lines[i % 3]} {i}" for i in range(900)))
    found = set()
    for threads in (1, 2, 4):
        corpus = encode_corpus(path, tokenizer=name, min_count=1, threads=threads)
        found.add((corpus.ids.tobytes(), corpus.vocabulary.words))
    assert len(found) == 1


def test_analysers_are_callables_for_one_line(toy):
    assert Analyser(analysers.ANALYSERS["kiwi"])(LINE)[0] == "공부"


def test_a_study_cuts_each_text_once(toy, write, monkeypatch):
    from wordvec_toolkit.text.cutting import keeping_tokens

    path = write("ko.txt", f"{LINE}\n" * 5)
    first = encode_corpus(path, tokenizer="kiwi", min_count=1)
    calls = []
    own = Analyser.tokenize_lines
    monkeypatch.setattr(
        Analyser, "tokenize_lines", lambda self, lines: calls.append(1) or own(self, lines)
    )
    with keeping_tokens():
        corpora = [encode_corpus(path, tokenizer="kiwi", min_count=1) for _ in range(3)]
        encode_corpus(path, tokenizer="kiwi:N", min_count=1)
    assert len(calls) == 2  # one for each tokenizer
    assert all(corpus.ids.tobytes() == first.ids.tobytes() for corpus in corpora)
    encode_corpus(path, tokenizer="kiwi", min_count=1)
    assert len(calls) == 3


def test_questions_whose_words_share_a_stem_are_skipped(toy, write):
    from wordvec_toolkit import WordVectors, evaluate_analogies
    from wordvec_toolkit.text.vocabulary import Vocabulary

    words = ["있", "공부", "고", "다", "하"]
    matrix = np.eye(5, dtype=np.float32)
    path = write("questions.txt", "있 있다 공부 고\n있다 공부 고 다\n")
    vectors = WordVectors(Vocabulary(words, np.ones(5, np.int64), analyser="kiwi"), matrix)
    found = evaluate_analogies(vectors, path)
    assert (found.n, found.n_oov) == (1, 1)
