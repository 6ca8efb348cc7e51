import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import sign

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.errors import FormatError, UnknownWordError
from wordvec_toolkit.text import vocabulary as vocabulary_module
from wordvec_toolkit.text import wordlines
from wordvec_toolkit.text.vocabulary import Vocabulary

ODD = [
    "naïve",
    "a\tb",
    "line\nend",
    "back\\slash",
    "\\t",
    "é",
    "日本",
    "\r",
    " ",
    "x y",
    "it's",
    "A",
]


@pytest.fixture
def unindexed(monkeypatch):
    """Treat every vocabulary as one too large to be indexed on opening."""
    monkeypatch.setattr(vocabulary_module, "_INDEXED_AT_ONCE", 0)


def saved(path, words, counts=None, n_specials=0):
    counts = np.arange(len(words), 0, -1) if counts is None else counts
    with new_bundle(path, "test", {}) as writer:
        Vocabulary(words, counts, n_specials).write(writer)
    return Vocabulary.read(open_bundle(path))


def read_text(folder, content: bytes):
    saved(folder, ["x"])
    (folder / "vocabulary.tsv").write_bytes(content)
    sign(folder)
    return Vocabulary.read(open_bundle(folder))


def is_untouched(vocabulary):
    return not {"words", "ids"} & set(vars(vocabulary))


def test_a_large_one_answers_without_being_made_into_str(tmp_path, unindexed):
    vocabulary = saved(tmp_path / "b", ODD)
    for place, word in enumerate(ODD):
        assert vocabulary.word(place) == word
        assert vocabulary.id(word) == place
        assert word in vocabulary
    assert vocabulary.word(-1) == ODD[-1]
    assert list(vocabulary.first_words(3)) == ODD[:3]
    assert vocabulary.find("IT\u2019S") == ODD.index("it's")
    assert vocabulary.find("E\u0301") == ODD.index("é")
    assert vocabulary.find("nothing") is None
    assert vocabulary.find("\ud800") is None
    assert 3 not in vocabulary
    with pytest.raises(UnknownWordError, match="naïve"):
        vocabulary.id("naive")
    with pytest.raises(IndexError):
        vocabulary.word(len(ODD))
    assert len(vocabulary) == len(ODD)
    assert vocabulary.counts.tolist() == list(range(len(ODD), 0, -1))
    assert is_untouched(vocabulary)
    assert vocabulary.words == tuple(ODD)
    assert vocabulary == Vocabulary(ODD, vocabulary.counts)


def test_many_lookups_make_an_index(tmp_path, unindexed):
    vocabulary = saved(tmp_path / "b", ODD)
    for _ in range(vocabulary_module._LOOKUPS_BY_READING):
        assert "A" in vocabulary
    assert is_untouched(vocabulary)
    assert vocabulary.id("A") == ODD.index("A")
    assert "ids" in vars(vocabulary)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_any_words_come_back(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("words")
    counts = np.array([10**i for i in range(len(words))][:18] + [7] * max(0, len(words) - 18))
    vocabulary = saved(folder / "b", words, counts)
    lines = wordlines.WordLines(folder / "b" / "vocabulary.tsv")
    assert [lines.word(i) for i in range(len(words))] == words == lines.words()
    assert [lines.find(word) for word in words] == list(range(len(words)))
    assert vocabulary.words == tuple(words)
    assert np.array_equal(vocabulary.counts, counts)


def test_specials_are_kept_apart(tmp_path):
    vocabulary = saved(tmp_path / "b", ["<unk>", "<s>", "</s>", "a"], n_specials=3)
    assert vocabulary.without_specials().words == ("a",)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a\t3\nb\n", 2),
        (b"a\n", 1),
        (b"a\t\n", 1),
        (b"\t3\n", 1),
        (b"a\t3\n\nb\t2\n", 2),
        (b"a\t3\nb\t-2\n", 2),
        (b"a\t3\nb\t2.5\n", 2),
        (b"a\tb\t3\n", 1),
        (b"a\t3\r\n", 1),
        (b"a\t3\nb\t1234567890123456789\n", 2),
        (b"a\t3\nb\t\xd9\xa3\n", 2),
        (b"\t\t\n\n", 1),
        (b"a\t3\nb", 2),
        (b"\n", 1),
        (b"\t", 1),
        (b"a\t3\nb\t2\t\nc\nd\t1\n", 2),
    ],
)
def test_malformed_lines_are_refused_with_their_number(tmp_path, content, line):
    with pytest.raises(FormatError, match="word, tab, count") as refused:
        read_text(tmp_path / "b", content)
    assert refused.value.line == line


def test_other_bytes_and_double_words_are_refused(tmp_path, monkeypatch):
    with pytest.raises(FormatError, match="UTF-8"):
        read_text(tmp_path / "b", b"a\t3\n\xff\t2\n")
    with pytest.raises(FormatError, match="twice"):
        read_text(tmp_path / "b", b"a\t3\na\t2\n")
    monkeypatch.setattr(vocabulary_module, "_INDEXED_AT_ONCE", 0)
    vocabulary = read_text(tmp_path / "b", b"a\t3\na\t2\n")
    assert vocabulary.find("a") == 0
    with pytest.raises(FormatError, match="twice"):
        _ = vocabulary.ids


def test_counts_of_a_large_one_are_read_when_they_are_needed(tmp_path, unindexed):
    vocabulary = read_text(tmp_path / "b", b"a\t30\nb\t2x\n")
    assert (len(vocabulary), vocabulary.find("b")) == (2, 1)
    assert "counts" not in vars(vocabulary)
    with pytest.raises(FormatError, match="word, tab, count") as refused:
        _ = vocabulary.counts
    assert refused.value.line == 2
    large = b"a\t%d\n" % 10**17 * 60  # 6e18 is more than 2**62
    vocabulary = read_text(tmp_path / "b", large)
    with pytest.raises(FormatError, match="too large to add"):
        _ = vocabulary.counts
    counts = read_text(tmp_path / "b", b"a\t30\nb\t2\n").counts
    assert counts.tolist() == [30, 2]
    assert not counts.flags.writeable


def test_text_is_checked_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(wordlines, "_DECODED_AT_ONCE", 5)
    content = "日本\t3\né\t2\nlonger than a piece: ü\t1\nx\t1".encode()
    assert read_text(tmp_path / "b", content).words[2:] == ("longer than a piece: ü", "x")
    with pytest.raises(FormatError, match="UTF-8"):
        read_text(tmp_path / "b", content.replace("ü".encode(), b"\xc3"))


def test_an_empty_one(tmp_path):
    vocabulary = read_text(tmp_path / "b", b"")
    assert vocabulary.words == ()
    assert vocabulary.find("a") is None


@given(st.binary(max_size=60).map(lambda data: data.replace(b"0", b"\t").replace(b"1", b"\n")))
def test_no_bytes_make_it_crash(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "vocabulary.tsv"
    path.write_bytes(content)
    try:
        lines = wordlines.WordLines(path)
    except FormatError:
        return
    assert lines.words() == [lines.word(i) for i in range(len(lines))]
