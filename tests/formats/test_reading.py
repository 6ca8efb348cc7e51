"""Files of every format are read as gensim reads them, or as they were written."""

import bz2
import gzip
import lzma
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.formats.catalogue import recognise
from wordvec_toolkit.text.vocabulary import Vocabulary

GLOVE = "the 0.1 -2 3e-2\nof .5 1. +1.25E+1\n"
FORMATS = ("word2vec", "glove", "word2vec-binary", "safetensors", "projector")
SUFFIX = {
    "word2vec": ".vec",
    "glove": ".txt",
    "word2vec-binary": ".bin",
    "safetensors": ".safetensors",
    "projector": ".tsv",
}


class Notes:
    def __init__(self):
        self.notes = []

    def start(self, task, total, unit): ...
    def advance(self, amount): ...
    def finish(self, result): ...
    def note(self, message):
        self.notes.append(message)


def make(words, matrix, counts=None) -> WordVectors:
    counts = np.zeros(len(words), np.int64) if counts is None else np.array(counts)
    return WordVectors(Vocabulary(words, counts), np.asarray(matrix, np.float32))


def random_vectors(n=50, dim=7, seed=0) -> WordVectors:
    rng = np.random.default_rng(seed)
    return make([f"wört{i}" for i in range(n)], rng.normal(0, 0.1, (n, dim)))


def assert_same(found: WordVectors, expected: WordVectors) -> None:
    assert found.words == expected.words
    assert found.matrix.dtype == np.float32
    assert found.matrix.tobytes() == np.ascontiguousarray(expected.matrix).tobytes()


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_writes_and_we_read_the_same(tmp_path, binary):
    expected = random_vectors(300, 31)
    path = tmp_path / "v"
    wvt.neural.to_keyed_vectors(expected).save_word2vec_format(str(path), binary=binary)
    theirs = KeyedVectors.load_word2vec_format(str(path), binary=binary)
    ours = wvt.read_vectors(path)
    assert ours.words == tuple(theirs.index_to_key)
    assert ours.matrix.tobytes() == theirs.vectors.tobytes()
    assert not ours.vocabulary.counts.any()


@pytest.mark.parametrize("format", ["word2vec", "word2vec-binary"])
def test_we_write_and_gensim_reads_the_same(tmp_path, format):
    expected = random_vectors()
    path = tmp_path / "v"
    wvt.write_vectors(expected, path, format)
    theirs = KeyedVectors.load_word2vec_format(str(path), binary=format == "word2vec-binary")
    assert expected.words == tuple(theirs.index_to_key)
    assert expected.matrix.tobytes() == theirs.vectors.tobytes()


@pytest.mark.parametrize("packed", ["", ".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("format", FORMATS)
def test_there_and_back(tmp_path, format, packed):
    expected = random_vectors()
    path = tmp_path / f"v{SUFFIX[format]}{packed}"
    assert wvt.write_vectors(expected, path)[0] == path
    assert recognise(path) == format
    assert_same(wvt.read_vectors(path), expected)
    assert_same(wvt.load(path), expected)
    assert_same(wvt.read_vectors(path, among=3), make(expected.words[:3], expected.matrix[:3]))
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []
    before = path.read_bytes()
    with pytest.raises(WordvecError, match="exists"):
        wvt.write_vectors(expected, path)
    wvt.write_vectors(expected, path, overwrite=True)
    assert path.read_bytes() == before


words_of_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
rows = st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=3, max_size=3)


@given(st.dictionaries(words_of_text, rows, min_size=1, max_size=6), st.sampled_from(FORMATS))
def test_what_is_written_is_read_again(tmp_path_factory, table, format):
    path = tmp_path_factory.mktemp("there") / "v"
    expected = make(list(table), list(table.values()))
    try:
        wvt.write_vectors(expected, path, format)
    except WordvecError:
        assert any(char in word for word in table for char in " \t\r\n")
        assert not path.exists()
        return
    assert_same(wvt.read_vectors(path, format), expected)


@pytest.mark.parametrize("format", ["safetensors", "projector"])
def test_counts_are_carried_where_they_can_be(tmp_path, format):
    expected = make(["a", "b c", "d"], np.eye(3), [9, 5, 5])
    path = tmp_path / "v"
    wvt.write_vectors(expected, path, format)
    found = wvt.read_vectors(path)
    assert_same(found, expected)
    assert found.vocabulary.counts.tolist() == [9, 5, 5]


def test_real_files(real_data):
    folder = real_data / "vectors" / "gensim"
    for name, binary in {
        "euclidean_vectors.bin": True,
        "high_precision.kv.bin": True,
        "high_precision.kv.txt": False,
        "lee_fasttext.vec": False,
        "toy-model.vec": False,
        "EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt": False,
    }.items():
        theirs = KeyedVectors.load_word2vec_format(str(folder / name), binary=binary)
        ours = wvt.read_vectors(folder / name)
        assert ours.words == tuple(theirs.index_to_key), name
        assert ours.matrix.tobytes() == theirs.vectors.tobytes(), name
    theirs = KeyedVectors.load_word2vec_format(str(folder / "test_glove.txt"), no_header=True)
    ours = wvt.read_vectors(folder / "test_glove.txt")
    assert ours.words == tuple(theirs.index_to_key)
    assert ours.matrix.tobytes() == theirs.vectors.tobytes()
    with pytest.raises(FormatError, match="found 1 vectors, expected 3 as the header says"):
        wvt.read_vectors(folder / "pretrained.vec")
    notes = Notes()
    assert (
        len(wvt.read_vectors(real_data / "vectors/glove50_4k/glove50_4k.txt", progress=notes))
        == 4197
    )
    assert "4,197 vectors, its header says 4,196" in notes.notes[0]
    for name in ("lee.cor", "toy-data.txt", "similarities0-1.txt"):
        with pytest.raises(FormatError):
            wvt.read_vectors(folder / name)


def test_by_hand(write):
    expected = make(["the", "of"], [[0.1, -2, 0.03], [0.5, 1, 12.5]])
    for content in (
        GLOVE,
        "2 3\n" + GLOVE,
        GLOVE.rstrip("\n"),
        GLOVE.replace("\n", "\r\n"),
        GLOVE.replace("\n", " \n"),
        GLOVE.replace(" ", "\t"),
        GLOVE + "\n\n",
        "\ufeff" + GLOVE,
        "\ufeff2 3\n" + GLOVE,
        "2 3 \r\n" + GLOVE,
        GLOVE.replace("\n", "\n\r\n"),
        GLOVE + "the 9 9 9\n",
    ):
        path = write("v.txt", content)
        for packed in (
            content.encode(),
            gzip.compress(content.encode()),
            bz2.compress(content.encode()),
            lzma.compress(content.encode()),
        ):
            Path(path).write_bytes(packed)
            for threads in (1, 2):
                assert_same(wvt.read_vectors(path, threads=threads), expected)


def test_words_with_spaces(write):
    words = ("the", ". .", "windows 95", "at  x@y.z", "version 3.1 beta", "new york")
    content = "".join(f"{word} {i} 1 1\n" for i, word in enumerate(words))
    for header in ("", "6 3\n"):
        found = wvt.read_vectors(write("v.txt", header + content))
        assert found.words == words
        assert found.matrix[:, 0].tolist() == list(range(6))


def test_odd_words(write):
    notes = Notes()
    content = b"2 1\n\xff\xfea 1\nb\xc3 2\n"
    found = wvt.read_vectors(write("v", content), progress=notes)
    assert found.words == ("\ufffd\ufffda", "b\ufffd")
    assert found.facts == {"n_invalid_words": 2}
    assert "not UTF-8" in notes.notes[0]
    assert wvt.read_vectors(write("v", content), errors="ignore").words == ("a", "b")
    with pytest.raises(FormatError, match="line 2: found a word that is not UTF-8"):
        wvt.read_vectors(write("v", content), errors="strict")
    binary = b"2 1\n\xffa 1111\nb 2222"
    assert wvt.read_vectors(write("v", binary)).words == ("\ufffda", "b")
    with pytest.raises(FormatError, match="not UTF-8"):
        wvt.read_vectors(write("v", binary), errors="strict")
    notes = Notes()
    found = wvt.read_vectors(write("v", "a 1 2\nb 3 4\na 5 6\n 7 8\n"), progress=notes)
    assert found.words == ("a", "b")
    assert found.matrix.tolist() == [[1, 2], [3, 4]]
    assert found.facts == {"n_duplicate_words": 1, "n_empty_words": 1}
    assert len(notes.notes) == 2


@pytest.mark.parametrize("number", ["nan", "NaN", "-inf", "Infinity", "1e39", "-nan"])
def test_numbers_that_are_not_finite(write, number):
    path = write("v", f"a 1 2\nb {number} 1\n")
    with pytest.raises(FormatError, match="line 2: found a component that is NaN or infinite"):
        wvt.read_vectors(path)
    kept = wvt.read_vectors(path, nonfinite="keep")
    assert not np.isfinite(kept["b"][0])
    assert kept.find("b") is None
    for format in FORMATS:
        wvt.write_vectors(kept, path + "2", format, overwrite=True)
        with pytest.raises(FormatError, match="NaN or infinite"):
            wvt.read_vectors(path + "2", format)
        again = wvt.read_vectors(path + "2", format, nonfinite="keep")
        assert np.array_equal(again.matrix, kept.matrix, equal_nan=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "an empty file"),
        (" \n\n", "only white space"),
        ("some words of text\n", "lines of a word and its numbers"),
        ("a 1 2\nb 1\n", "line 2: found 1 number after 'b 1', expected a word and 2 numbers"),
        ("a 1 2\nb 1.5 2.5 3\n", "line 2: found 3 numbers after 'b 1.5 2.5 3', expected"),
        ("a 1 2\n바다 1 x\n", "line 2: found 'x' as number 2"),
        ("a 1 2\n바다 1\n", "line 2: found 1 number after '바다 1', expected"),
        ("a 1 2\nb 1 x\n", "line 2: found 'x' as number 2"),
        ("a 1 2\nb 1 1_0\n", "line 2: found '1_0' as number 2"),
        ("3 2\na 1 2\nb 1 2\n", "found 2 vectors, expected 3"),
        ("1000000000000 2\na 1 2\n", "at least 4,000,000,000,000 bytes"),
        ("2 1000000000000\na 1 2\n", "line 1: found a header of 2 words and 1,000,000,000,000"),
        ("0 5\n", "a header of 0 words"),
        ("5 0\na\n", "0 dimensions"),
        ("2 3\na 1 2 3\nb 1 2 ", "line 3: found 2 numbers"),
        (b"2 3\na " + b"\0" * 11, "at least"),
        (b"2 1\na 1111b 222", "its end at byte 15, within vector 2"),
        (b"2 1\na 1111b ", "at least 14 bytes"),
        (b"1 1\na 1111bc 2222", "after the last vector"),
        (b"1 2\nabcdefgh12345678", "its end at byte 20"),
        (b"\x80\x04\x95" + b"g" * 90, "a Python pickle .*save_word2vec_format"),
        (b"PK\x03\x04" + b"g" * 90, "a ZIP archive"),
        (b"\x93NUMPY\x01\x00" + b"g" * 90, "a NumPy array without words"),
        ("<html>\n", "HTML"),
        ('{"format": 1}', "JSON"),
        ("0.1\t0.2\n", "metadata.tsv next to it"),
        ("a 1\n".encode("utf-16"), "UTF-16"),
        (b"ab\0cd\0\1\2" * 9, "bytes that are no text"),
        (gzip.compress(b"a 1 2\n" * 1000, mtime=0)[:40], "end early or are damaged"),
    ],
)
def test_bad_files_are_refused_with_the_place(write, content, message):
    with pytest.raises(FormatError, match=message) as error:
        wvt.read_vectors(write("v.file", content))
    assert "v.file" in str(error.value)
    packed = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(FormatError):
        wvt.read_vectors(write("v.file.gz", gzip.compress(packed)))


def test_settings_are_checked(write, tmp_path):
    path = write("v", GLOVE)
    for wrong in (
        {"format": "onnx"},
        {"errors": "x"},
        {"nonfinite": "x"},
        {"among": 0},
        {"threads": 0},
    ):
        with pytest.raises(SettingError):
            wvt.read_vectors(path, **wrong)
    vectors = wvt.read_vectors(path)
    for name, wrong in {
        "x.onnx": {},
        "x.txt": {"precision": 10},
        "x.bin": {"precision": 3},
        "x.wvt": {"precision": 3},
        "y": {"format": "fasttext"},
        "x.gz": {},
    }.items():
        with pytest.raises(SettingError):
            wvt.write_vectors(vectors, tmp_path / name, **wrong)
    with pytest.raises(WordvecError, match="a folder"):
        wvt.write_vectors(vectors, tmp_path, "glove", overwrite=True)
    with pytest.raises(FormatError, match="found nothing"):
        wvt.read_vectors(tmp_path / "none")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["v"]


def test_precision(write, tmp_path):
    vectors = random_vectors()
    wvt.write_vectors(vectors, tmp_path / "v.txt", precision=3)
    assert np.allclose(wvt.read_vectors(tmp_path / "v.txt").matrix, vectors.matrix, rtol=5.1e-3)
    assert all(len(n.lstrip("-0.")) <= 7 for n in (tmp_path / "v.txt").read_text().split()[1:8])


def test_a_failed_write_leaves_what_was_there(write, tmp_path):
    path = Path(write("v.bin", "precious"))
    with pytest.raises(WordvecError, match="white space"):
        wvt.write_vectors(make(["a", "b c"], np.eye(2)), path, overwrite=True)
    assert path.read_bytes() == b"precious"
    assert [p.name for p in tmp_path.iterdir()] == ["v.bin"]


def test_sparse_vectors(tmp_path):
    from scipy.sparse import csr_array

    small = WordVectors(
        Vocabulary(["a", "b"], np.zeros(2)), csr_array(np.eye(2, 9, dtype=np.float32))
    )
    wvt.write_vectors(small, tmp_path / "s.txt")
    assert wvt.read_vectors(tmp_path / "s.txt").matrix.tolist() == np.eye(2, 9).tolist()
    rng = np.random.default_rng(0)
    cells = (rng.random(441, np.float32), rng.integers(0, 2100, (2, 441)))
    matrix = csr_array(cells, shape=(2100, 2100))
    large = WordVectors(Vocabulary([f"w{i}" for i in range(2100)], np.zeros(2100)), matrix)
    with pytest.raises(SettingError, match="sparse, 2,100 x 2,100"):
        wvt.write_vectors(large, tmp_path / "l.bin")
    wvt.write_vectors(large, tmp_path / "l.bin", dense=True)
    assert np.array_equal(wvt.read_vectors(tmp_path / "l.bin").matrix, matrix.toarray())
