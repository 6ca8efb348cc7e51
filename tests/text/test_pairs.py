"""Pairs of sentences: files, splits, sides, subwords."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pairs import additions, encoded
from reference import slow_subwords

from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError
from wordvec_toolkit.text.pairs import TextPairs, read_pairs, shared_sources, split_pairs
from wordvec_toolkit.text.settings import PairSettings
from wordvec_toolkit.text.sides import PairCorpus, encode_pairs, words_of
from wordvec_toolkit.text.subwords import Subwords, joined_subwords, learn_merges
from wordvec_toolkit.text.tokenizers import make_tokenizer


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_pairs_are_read_from_two_files_a_table_or_with_a_separator(tmp_path):
    expected = (("a b", "c"), ("x", "y z"))
    source = write(tmp_path / "s.txt", "a b\nc\n")
    target = write(tmp_path / "t.txt", "x\ny z")
    for found in (
        read_pairs([source, target]),
        read_pairs(write(tmp_path / "p.tsv", "a b\tx\nc\ty z\n")),
        read_pairs(write(tmp_path / "p.txt", "a b  _x \nc_y z\n")),
        read_pairs(write(tmp_path / "q.txt", "a b ||| x\nc ||| y z\n"), separator="|||"),
        read_pairs([target, source], swap=True),
    ):
        assert (found.sources, found.targets) == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["a\nb\n", "x\n"], "found 1 lines, expected 2, as"),
        (["a\tb\tc\n"], "line 1: found 2 times a tab"),
        (["a_b\ncd\n"], "line 2: found 0 times '_'"),
        (["a\n", "b\n", "c\n"], "3 files of pairs"),
        ([""], "has no pairs"),
    ],
)
def test_files_that_are_not_pairs_are_refused(tmp_path, files, message):
    paths = [write(tmp_path / f"{at}.txt", text) for at, text in enumerate(files)]
    with pytest.raises((FormatError, SettingError, EmptyResultError), match=message):
        read_pairs(paths)


def test_pairs_with_an_empty_or_long_side_are_refused_or_skipped():
    pairs = TextPairs(("a b", "", "c"), ("x", "y", "z z z"))
    with pytest.raises(FormatError, match="line 2: found an empty source.*--skip"):
        encode_pairs(pairs, None, PairSettings())
    with pytest.raises(FormatError, match="line 3: found a target of 3 tokens"):
        encode_pairs(pairs.where([True, False, True]), None, PairSettings(max_length=2))
    corpus = encode_pairs(pairs, None, PairSettings(max_length=2, skip=True))
    assert len(corpus.train[0]) == 1 and corpus.facts["n_skipped"] == 2
    with pytest.raises(EmptyResultError, match="no pairs left"):
        encode_pairs(pairs, None, PairSettings(max_length=1, skip=True))


def test_a_split_keeps_sources_together_whatever_their_order():
    pairs = TextPairs(tuple("abcdefghij" * 3), tuple(map(str, range(30))))
    train, held_out = split_pairs(pairs, 0.2)
    assert len(train) + len(held_out) == 30 and 0 < len(held_out) <= 9
    assert shared_sources(train, held_out) == 0
    turned = TextPairs(pairs.sources[::-1], pairs.targets[::-1])
    assert set(split_pairs(turned, 0.2)[1].targets) == set(held_out.targets)
    assert set(split_pairs(pairs, 0.2, seed=1)[1].targets) != set(held_out.targets)
    assert held_out.line(0) == int(held_out.targets[0]) + 1


def test_sentences_without_a_token_do_not_shift_the_others():
    found = words_of(["A b", "...", "", "c's"], make_tokenizer("words"))
    assert found == [["a", "b"], [], [], ["c's"]]
    assert words_of(["--"], make_tokenizer("words")) == [[]]
    assert words_of(["ab c"], make_tokenizer("chars")) == [["a", "b", "▁", "c"]]


def test_sides_are_the_same_after_writing(tmp_path):
    pairs = TextPairs(("low lower lowest", "new newer"), ("tief tiefer", "neu neuer neu"))
    for how in ({"tokenizer": "subwords", "merges": 5}, {"tokenizer": "chars"}):
        corpus = encode_pairs(pairs, pairs, PairSettings(**how))
        corpus.save(tmp_path / "pairs")
        again = PairCorpus.load(tmp_path / "pairs")
        assert again.source.vocabulary == corpus.source.vocabulary
        assert again.facts["coverage"] == [1.0, 1.0]
        for one, two in zip((*corpus.train, *corpus.held_out), (*again.train, *again.held_out)):
            assert np.array_equal(one.ids, two.ids) and np.array_equal(one.starts, two.starts)
        tokens = again.target.tokens(pairs.targets)
        assert [again.target.text(own) for own in tokens] == list(pairs.targets)
        assert [again.target.ids(own).tolist() for own in tokens] == [
            again.train[1].row(place).tolist() for place in range(2)
        ]


def test_a_tokenizer_that_runs_code_is_refused():
    with pytest.raises(SettingError, match="pairs cannot be tokenised by os.path:split"):
        encoded(tokenizer="os.path:split")


def test_damaged_pairs_are_refused(tmp_path):
    corpus = encoded(additions(4))
    broken = corpus.train[0].__class__(corpus.train[0].ids + 100, corpus.train[0].starts)
    corpus.__class__(
        corpus.source,
        corpus.target,
        (broken, corpus.train[1]),
        corpus.held_out,
        corpus.settings,
        corpus.facts,
    ).save(tmp_path / "pairs")
    with pytest.raises(FormatError, match="ids outside"):
        PairCorpus.load(tmp_path / "pairs")


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("abc<", min_size=1, max_size=8), st.integers(1, 5), max_size=12))
def test_merges_are_those_of_the_published_algorithm(counts):
    assert learn_merges(counts, 20) == slow_subwords.learn_merges(counts, 20)


def test_subwords_are_split_by_rank_and_joined_again():
    counts = Counter({"low": 5, "lower": 2, "newest": 6, "widest": 3})
    merges = learn_merges(counts, 10)
    # Sennrich et al. 2016: 9 times each; the last in the order of code points comes first.
    assert merges[:3] == [("s", "t</w>"), ("e", "st</w>"), ("l", "o")]
    subwords = Subwords(tuple(merges))
    assert subwords.split(["lowest"]) == ["lo", "west</w>"]
    assert joined_subwords(subwords.split(["lowest", "newest", "x"])) == "lowest newest x"
