"""ARPA files, written and read: KenLM's numbers both ways."""

import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

import wordvec_toolkit as wvt
from wordvec_toolkit.counts.trie import NgramTrie
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.lm.arpa.file import is_arpa
from wordvec_toolkit.lm.arpa.reading import describe_arpa
from wordvec_toolkit.lm.ngram.model import NgramModel
from wordvec_toolkit.text.vocabulary import SPECIALS, Vocabulary

#: text.txt, the models that KenLM's lmplz makes of it (--discount_fallback), and the scores that
#: KenLM gives with them: word, log10 probability, order of the n-gram.
GOLDEN = Path(__file__).parent / "golden"
LN_10 = math.log(10)


def scores(model: NgramModel, sentence: list[str]) -> list[tuple[float, int]]:
    ids = [model.vocabulary.ids.get(word, 0) for word in sentence] + [2]
    logprobs, orders = model.score(np.array(ids, np.int32))
    return list(zip((logprobs / LN_10).tolist(), orders.tolist()))


def random_model(seed: int, order: int = 3, n_words: int = 12, n: int = 400) -> NgramModel:
    """A tree of all n-grams of a random text, with random numbers."""
    rng = np.random.default_rng(seed)
    words = [*SPECIALS, *(f"w{'ö' * (i % 3)}{i}" for i in range(n_words - 3))]
    text = (n_words * rng.random(n) ** 2).astype(int)
    ngrams = {
        tuple(text[i : i + k].tolist()) for i in range(n - order + 1) for k in range(order + 1)
    }
    levels = [[(i,) for i in range(n_words)]]
    levels += [sorted(g for g in ngrams if len(g) == k) for k in range(2, order + 1)]
    bases = np.cumsum([0, *map(len, levels)])
    children = []
    for level, following, base in zip(levels, levels[1:], bases[1:]):
        children += [base + sum(g[:-1] < parent for g in following) for parent in level]
    trie = NgramTrie(
        bases,
        np.array([g[-1] for level in levels for g in level], np.int32),
        np.array([*children, bases[-1]], np.int32),
    )
    logprobs = -rng.gamma(1, 5, len(trie)) * 10.0 ** rng.integers(-4, 2, len(trie))
    logprobs[1] = -np.inf
    logprobs[5] = 0
    backoffs = rng.normal(0, 1, bases[-2])
    backoffs[rng.random(len(backoffs)) < 0.2] = 0
    backoffs[7:8] = -np.inf
    return NgramModel(Vocabulary(words, np.zeros(n_words, int), 3), trie, logprobs, backoffs)


def assert_same(found: NgramModel, expected: NgramModel) -> None:
    assert found.vocabulary.words == expected.vocabulary.words
    for name in ("bases", "words", "children"):
        assert np.array_equal(getattr(found.trie, name), getattr(expected.trie, name))
    assert found.trie.words.dtype == found.trie.children.dtype == np.int32
    np.testing.assert_allclose(found.logprobs, expected.logprobs, rtol=2e-7, atol=1e-30)
    np.testing.assert_allclose(found.backoffs, expected.backoffs, rtol=2e-7, atol=1e-30)


@pytest.mark.parametrize("name", ["bigram", "trigram"])
def test_files_of_kenlm_score_as_kenlm_does(name):
    model = wvt.lm.read_arpa(GOLDEN / f"{name}.arpa")
    assert model.vocabulary.words[:4] == (*SPECIALS, "the")
    lines = (GOLDEN / f"{name}.tsv").read_text().splitlines()
    sentence, expected = [], []
    for word, logprob, order in (line.split("\t") for line in lines):
        expected.append((float(logprob), int(order)))
        sentence.append(word)
        if word == "</s>":
            found = scores(model, sentence[:-1])
            assert [order for _, order in found] == [order for _, order in expected]
            np.testing.assert_allclose(found, expected, atol=1e-6)
            sentence, expected = [], []
    assert not sentence


@pytest.mark.kernel
@pytest.mark.parametrize("name", ["unigram", "bigram", "trigram"])
def test_what_is_read_is_what_the_slow_twin_reads(name):
    text = (GOLDEN / f"{name}.arpa").read_text()
    levels = slow.arpa_levels(text)
    model = wvt.lm.read_arpa(GOLDEN / f"{name}.arpa")
    assert model.trie.sizes == [len(level) for level in levels]
    for level in levels:
        for ngram, (logprob, backoff) in level.items():
            place = model.trie.find([model.vocabulary.id(word) for word in ngram])
            if ngram != ("<s>",):
                assert model.logprobs[place] == pytest.approx(LN_10 * logprob, rel=1e-14)
            if len(ngram) < model.order:
                assert model.backoffs[place] == pytest.approx(LN_10 * backoff, rel=1e-14)
    for sentence in ["the lamp turns in the storm", "a pilot comes", ""]:
        found = scores(model, sentence.split())
        np.testing.assert_allclose(found, slow.arpa_score(levels, sentence.split()), atol=1e-12)


@pytest.mark.kernel
def test_lines_agree_with_the_slow_twin(tmp_path):
    model = random_model(0)
    wvt.lm.write_arpa(model, tmp_path / "m.arpa")
    levels = slow.arpa_levels((tmp_path / "m.arpa").read_text(encoding="utf-8"))
    words = model.vocabulary.words
    place = 0
    for order, level in enumerate(levels, 1):
        assert list(level) == [tuple(words[i] for i in row) for row in model.trie.ngrams(order)]
        for logprob, backoff in level.values():
            numbers = [(logprob, model.logprobs[place])]
            if order < model.order:
                numbers.append((backoff, model.backoffs[place]))
            for found, natural in numbers:
                expected = -99 if natural == -np.inf else np.float32(natural / LN_10)
                assert np.float32(found) == expected
            place += 1
    assert place == len(model.trie)
    assert_same(wvt.lm.read_arpa(tmp_path / "m.arpa"), model)


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 3))
def test_what_was_written_is_read_again(tmp_path_factory, seed, order, threads):
    model = random_model(seed, order, 8 + seed % 5, 80)
    path = tmp_path_factory.mktemp("arpa") / "m.arpa"
    wvt.lm.write_arpa(model, path, threads=threads)
    assert_same(wvt.lm.read_arpa(path, threads=threads), model)


def test_any_number_of_threads_and_small_blocks_give_the_same(tmp_path, monkeypatch):
    model = random_model(1)
    wvt.lm.write_arpa(model, tmp_path / "1.arpa", threads=1)
    monkeypatch.setattr("wordvec_toolkit.lm.arpa.writing._BLOCK", 7)
    monkeypatch.setattr("wordvec_toolkit.lm.arpa.writing._ROOM", 100)
    wvt.lm.write_arpa(model, tmp_path / "3.arpa", threads=3)
    assert (tmp_path / "1.arpa").read_bytes() == (tmp_path / "3.arpa").read_bytes()
    monkeypatch.setattr("wordvec_toolkit.text.reading.BLOCK_SIZE", 97)
    for threads in (1, 3):
        assert_same(wvt.lm.read_arpa(tmp_path / "1.arpa", threads=threads), model)


def test_compressed_files(tmp_path):
    model = random_model(2)
    plain = wvt.lm.write_arpa(model, tmp_path / "m.arpa").read_bytes()
    packed = wvt.lm.write_arpa(model, tmp_path / "m.arpa.gz")
    assert gzip.decompress(packed.read_bytes()) == plain
    assert_same(wvt.lm.read_arpa(packed), model)
    first = packed.read_bytes()
    wvt.lm.write_arpa(model, packed, overwrite=True)
    assert packed.read_bytes() == first


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    model = random_model(3)
    path = wvt.lm.write_arpa(model, tmp_path / "m.arpa")
    before = path.read_bytes()
    with pytest.raises(WordvecError, match="exists"):
        wvt.lm.write_arpa(random_model(4), path)
    assert path.read_bytes() == before

    def with_word(word: str) -> NgramModel:
        words = (*model.vocabulary.words[:-1], word)
        return NgramModel(
            Vocabulary(words, model.vocabulary.counts, 3),
            model.trie,
            model.logprobs,
            model.backoffs,
        )

    for word in ("two words", "tab\t", "", "line\n", "\ud800"):
        with pytest.raises(WordvecError, match="the word"):
            wvt.lm.write_arpa(with_word(word), tmp_path / "other.arpa")
    for name in ("logprobs", "backoffs"):
        for value in (np.nan, np.inf):
            numbers = {"logprobs": model.logprobs, "backoffs": model.backoffs}
            numbers[name] = np.where(np.arange(len(numbers[name])) == 9, value, numbers[name])
            with pytest.raises(WordvecError, match="an invalid"):
                wvt.lm.write_arpa(
                    NgramModel(model.vocabulary, model.trie, **numbers), tmp_path / "other.arpa"
                )
    for name in ("words", "children"):
        arrays = {k: getattr(model.trie, k).copy() for k in ("bases", "words", "children")}
        arrays[name][20:-1] = 10**9
        with pytest.raises(WordvecError, match="damaged"):
            wvt.lm.write_arpa(
                NgramModel(model.vocabulary, NgramTrie(**arrays), model.logprobs, model.backoffs),
                tmp_path / "other.arpa",
            )
    with pytest.raises(SettingError, match="name the file"):
        wvt.lm.write_arpa(model, "-")
    assert [file.name for file in tmp_path.iterdir()] == ["m.arpa"]


def test_long_words_find_room(tmp_path):
    model = random_model(5)
    words = [word + "x" * 3_000_000 * (i == 4) for i, word in enumerate(model.vocabulary.words)]
    long = NgramModel(
        Vocabulary(words, model.vocabulary.counts, 3), model.trie, model.logprobs, model.backoffs
    )
    path = wvt.lm.write_arpa(long, tmp_path / "m.arpa", threads=1)
    assert_same(wvt.lm.read_arpa(path), long)


def test_files_of_ours_load_in_kenlm_and_score_the_same(tmp_path, harbour):
    kenlm = pytest.importorskip("kenlm")
    corpus = wvt.encode_corpus([str(harbour)], tokenizer="whitespace")
    for order in (2, 3, 5):
        counts = wvt.count_ngrams(corpus, order)
        # Any numbers will do; those of the golden files are compared above.
        rng = np.random.default_rng(order)
        logprobs = -rng.gamma(2, 2, len(counts.trie))
        logprobs[1] = -np.inf
        backoffs = rng.normal(0, 0.5, counts.trie.bases[-2])
        model = NgramModel(corpus.vocabulary, counts.trie, logprobs, backoffs)
        path = wvt.lm.write_arpa(model, tmp_path / f"{order}.arpa")
        peer = kenlm.Model(str(path))
        again = wvt.lm.read_arpa(path)
        for line in harbour.read_text(encoding="utf-8").splitlines()[:12]:
            sentence = line.split()[::2] + ["ghost"] + line.split()
            expected = [(logprob, n) for logprob, n, _ in peer.full_scores(" ".join(sentence))]
            np.testing.assert_allclose(scores(model, sentence), expected, atol=1e-5)
            np.testing.assert_allclose(scores(again, sentence), expected, atol=1e-5)


def test_what_looks_like_one(tmp_path):
    assert is_arpa(GOLDEN / "trigram.arpa")
    assert not is_arpa(GOLDEN / "text.txt")
    (tmp_path / "m").write_bytes(gzip.compress(b"a comment\r\n\\data\\\r\nngram 1=1\r\n"))
    assert is_arpa(tmp_path / "m")


def test_a_byte_order_mark_does_not_hide_an_arpa_file(tmp_path):
    path = tmp_path / "bom.arpa"
    path.write_bytes(b"\xef\xbb\xbf" + (GOLDEN / "trigram.arpa").read_bytes())
    assert is_arpa(path)
    assert describe_arpa(path)["claimed_ngrams"] == [31, 65, 83]
    assert wvt.lm.read_arpa(path).order == 3
