import bz2
import gzip
import lzma
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

from wordvec_toolkit import encode_corpus
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.text import Vocabulary, tokenize
from wordvec_toolkit.text.streams import encode_stream, encode_string
from wordvec_toolkit.text.tokenizers import SPACE_TOKEN, make_tokenizer
from wordvec_toolkit.text.vocabulary import SPECIALS
from wordvec_toolkit.text.wordtable import WordTable


def vocabulary_of(*words):
    return Vocabulary([*SPECIALS, *words], np.ones(3 + len(words), np.int64), 3)


ABC = vocabulary_of("a", "b", "c")


def test_sentences_end_and_unknown_words_are_kept(write):
    stream = encode_stream(write("text", "b a\n\n x a y\nx"), ABC)
    assert stream.ids.tolist() == [4, 3, 2, 0, 3, 0, 2, 0, 2]
    assert stream.ids.dtype == np.int32
    assert stream.words() == ["b", "a", "</s>", "x", "a", "y", "</s>", "x", "</s>"]
    assert stream.words(3, 6) == ["x", "a", "y"]
    assert stream.words(5, 3) == []
    assert stream.unknown_places.tolist() == [3, 5, 7]
    assert sorted(stream.unknown_words) == ["x", "y"]
    assert stream.ends.tolist() == [2, 6, 8]
    assert stream.n_characters == stream.n_bytes == len("b a\nx a y\nx\n")
    assert (stream.n_words, stream.n_written_unk) == (9, 0)


def test_specials_in_the_text_are_words_like_others(write):
    stream = encode_stream(write("text", "<s> a <unk> </s>\na\n"), ABC)
    assert stream.ids.tolist() == [0, 3, 0, 0, 2, 3, 2]
    assert stream.words() == ["<s>", "a", "<unk>", "</s>", "</s>", "a", "</s>"]
    assert stream.facts["n_reserved_tokens"] == 2
    assert stream.n_written_unk == 1


def test_files_follow_one_another_whatever_packs_them(write):
    text = b"a b\nc\n"
    paths = [
        write("1.gz", gzip.compress(text)),
        write("2.xz", lzma.compress(text)),
        write("3.bz2", bz2.compress(text)),
        write("4.txt", text),
    ]
    stream = encode_stream(paths, ABC)
    assert stream.ids.tolist() == [3, 4, 2, 5, 2] * 4
    assert [source["name"] for source in stream.facts["sources"]] == [
        "1.gz",
        "2.xz",
        "3.bz2",
        "4.txt",
    ]
    with pytest.raises(WordvecError, match="no file or folder"):
        encode_stream("missing.txt", ABC)
    with pytest.raises(WordvecError, match="NUL byte"):
        encode_stream(write("binary", b"\0\1\2" * 99), ABC)


def test_characters(write):
    chars = vocabulary_of(SPACE_TOKEN, *"abé")
    stream = encode_stream(write("text", "ab  é x\nba\n"), chars, "chars")
    assert "".join(stream.words()) == "ab▁é▁x</s>ba</s>"
    assert stream.n_characters == len("ab é x\nba\n")
    assert stream.n_bytes == len("ab é x\nba\n".encode())  # a space is one byte, its mark three
    assert stream.n_words == 4 + 2  # ab, é, x and ba, and two ends
    assert encode_string("ab ", chars, "chars").words() == ["a", "b", SPACE_TOKEN]


def test_layout_and_case(write):
    path = write("text", "A b\nc\n\na")
    lower = encode_stream(path, ABC, layout="paragraphs", lowercase=True)
    assert lower.ids.tolist() == [3, 4, 5, 2, 3, 2]


def test_paths_and_tokens_are_taken_as_text(write):
    first, second = Path(write("1.txt", "a b z\n")), Path(write("2.txt", "c z\n"))
    expected = encode_stream([str(first), str(second)], ABC)
    sentences = [["a", "b", "z"], ["c", "z"]]
    for text in (
        [first, second],
        (first, str(second)),
        sentences,
        tuple(map(tuple, sentences)),
        (tokens for tokens in sentences),
        *([import_module("pandas").Series(sentences)] if find_spec("pandas") else []),
    ):
        stream = encode_stream(text, ABC)
        assert stream.ids.tolist() == expected.ids.tolist() == [3, 4, 0, 2, 5, 0, 2]
        assert stream.words() == expected.words()
        assert stream.unknown_words == expected.unknown_words == ("z",)
        assert stream.n_characters == expected.n_characters
    assert encode_stream(first, ABC).ids.tolist() == [3, 4, 0, 2]
    # Tokens are taken as they are; sentences of tokens are one document.
    odd = encode_stream([["a b", "C"], ["a"]], ABC)
    assert odd.words() == ["a b", "C", "</s>", "a", "</s>"]
    assert odd.documents.tolist() == [0, 2]
    with pytest.raises(SettingError, match="document 1 is str"):
        encode_stream([["a"], "b"], ABC)
    with pytest.raises(SettingError, match="document 0 holds int"):
        encode_stream([[3]], ABC)


def test_a_string_goes_on():
    assert encode_string("a b", ABC).ids.tolist() == [3, 4]
    assert encode_string("a b\n", ABC).ids.tolist() == [3, 4, 2]
    assert encode_string("a\nb", ABC).ids.tolist() == [3, 2, 4]
    assert encode_string("", ABC).ids.tolist() == []
    assert encode_string(" ", ABC).ids.tolist() == []
    assert encode_string("a z", ABC).unknown_words == ("z",)


@given(st.lists(st.text(st.sampled_from("abcé\U0001f600x \n"), max_size=9), max_size=9))
def test_any_text_is_what_its_tokens_are(tmp_path_factory, pieces):
    text = "\n".join(pieces)
    path = tmp_path_factory.mktemp("streams") / "text"
    path.write_text(text, encoding="utf-8", newline="\n")
    stream = encode_stream(str(path), vocabulary_of("é", "a", "\U0001f600", "bc", "x"))
    lines = [line.split() for line in text.split("\n")]
    expected = [word for line in lines if line for word in [*line, "</s>"]]
    assert stream.words() == expected
    known = set(stream.vocabulary.words)
    assert [word in known for word in expected] == (stream.ids != 0).tolist()
    assert stream.n_characters == sum(len(word) + 1 for word in expected if word != "</s>")
    assert stream.n_bytes == sum(len(word.encode()) + 1 for word in expected if word != "</s>")


def test_a_vocabulary_of_strange_words_is_matched_word_by_word(write):
    path = write("text", "a b c\n")
    strange = Vocabulary([*SPECIALS, "b\x1fx", "c", ""], np.ones(6, np.int64), 3)
    assert encode_stream(path, strange).ids.tolist() == [0, 0, 4, 2]
    corpus = encode_corpus(path, "whitespace", vocabulary=strange)
    assert corpus.ids.tolist() == [0, 0, 4]
    assert corpus.vocabulary.counts.tolist() == [2, 0, 0, 0, 1, 0]


@pytest.mark.kernel
@given(
    st.lists(st.text("abé", min_size=1, max_size=3), min_size=1, unique=True),
    st.lists(st.text("abé", min_size=1, max_size=3), unique=True),
)
def test_matched_words_agree_with_the_slow_twin(words, among):
    table = WordTable(make_tokenizer("whitespace"), 0)
    table.number(" ".join(words), False)
    vocabulary = Vocabulary(among, np.ones(len(among), np.int64))
    assert table.ids_among(vocabulary).tolist() == slow.matched(words, among)
    assert [table.word(place) for place in range(len(words))] == words
    assert table.n_characters == sum(map(len, words))
    assert table.n_bytes == sum(len(word.encode()) for word in words)


def test_vocabularies_from_files_are_matched_unchanged(tmp_path, write):
    for name, words in (("plain", ["a", "b", "é"]), ("escaped", ["a", "b\\c", "é"]), ("none", [])):
        with new_bundle(tmp_path / name, "test", {}) as writer:
            vocabulary_of(*words).write(writer)
        read = Vocabulary.read(open_bundle(tmp_path / name))
        stream = encode_stream(write("text", "é b a b\\c x"), read)
        known = [*SPECIALS, *words]
        assert stream.ids.tolist() == [
            known.index(word) if word in known else 0 for word in stream.words()
        ]


def test_any_number_of_threads_gives_the_same(write, planted):
    path = write("text", "".join(planted.topic_text(1_200_000)))  # more than one block
    words = sorted(set(tokenize(open(path, encoding="utf-8").read(200_000), "whitespace")))[::2]
    vocabulary = vocabulary_of(*words)
    one, four = (encode_stream(path, vocabulary, threads=n) for n in (1, 4))
    assert (one.ids == four.ids).all()
    assert (one.n_characters, one.n_bytes) == (four.n_characters, four.n_bytes)
    assert one.words(10**6, 10**6 + 9) == four.words(10**6, 10**6 + 9)
    assert one.n_written_unk == 0
