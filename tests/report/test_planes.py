"""Two columns of vectors as a plane: every word is there, those in one place in a stack."""

import json

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import SettingError, UnknownWordError
from wordvec_toolkit.plot import figure_of, map_words, write_plot
from wordvec_toolkit.report.data import WordMap

TOY = "you say goodbye and i say hello ."


def vectors_of(matrix, words=None):
    words = words or [f"w{n}" for n in range(len(matrix))]
    vocabulary = wvt.text.Vocabulary(words, np.arange(len(words), 0, -1))
    return wvt.WordVectors(vocabulary, np.asarray(matrix, np.float32))


@pytest.fixture(scope="module")
def toy():
    corpus = wvt.text.encode_text(TOY, tokenizer="whitespace", min_count=1)
    counts = wvt.count_cooccurrences(corpus, window=1, weighting="flat")
    return wvt.svd_vectors(wvt.ppmi(counts), dim=4, eig=0)


def texts(found, **more):
    (axes,) = figure_of(found, **more).draw().axes
    return axes, {text.get_text(): text for text in axes.texts}


def test_the_plane_is_that_of_numpy_and_words_of_the_same_contexts_coincide(toy):
    """Rows "goodbye" and "i" of the matrix are equal: both occur between "say" and "and"."""
    found = map_words(toy, method="svd", name="toy")
    assert found.words == toy.words
    assert (found.method, found.axes, found.kept) == ("dimensions 1 and 2", (1, 2), None)
    corpus = wvt.text.encode_text(TOY, tokenizer="whitespace", min_count=1)
    weights = wvt.ppmi(wvt.count_cooccurrences(corpus, window=1, weighting="flat")).vectors
    left, _, _ = np.linalg.svd(weights)
    for column, places in enumerate((found.x, found.y)):
        expected = left[:, column] * np.sign(left[np.abs(left[:, column]).argmax(), column])
        np.testing.assert_allclose(places, expected, atol=1e-6)
    at = dict(zip(found.words, zip(found.x, found.y)))
    np.testing.assert_allclose(at["goodbye"], at["i"], atol=1e-6)
    axes, written = texts(found)
    assert set(written) == {"goodbye\ni", "you", "say", "and", "hello", "."}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("dimension 1", "dimension 2")
    zero = [line.get_xydata() for line in axes.lines if 0 in line.get_xydata()[0]]
    assert len(zero) == 2


def test_other_dimensions_and_words_to_highlight(toy):
    found = map_words(toy, method="svd", axes=[3, 1])
    assert found.y == map_words(toy, method="svd").x
    axes, written = texts(found, highlight=["."])
    assert axes.get_xlabel() == "dimension 3"
    bold = [name for name, text in written.items() if text.get_fontweight() == "bold"]
    assert bold == [name for name in written if "." in name.split("\n")]  # alone, or in a stack
    assert len(bold) == 1
    assert WordMap.from_dict(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.parametrize("n", [5, 60])
def test_no_word_is_lost(n):
    """Words in a heap, two without a length, and some in one place; labels stay apart."""
    matrix = np.random.default_rng(0).normal(size=(n, 3)) * 0.01
    matrix[-2:] = 0
    matrix[0] = matrix[n // 2]
    found = map_words(vectors_of(matrix), method="svd")
    assert len(found.words) == n
    axes, written = texts(found)
    assert sorted(word for name in written for word in name.split("\n")) == sorted(found.words)
    assert f"w{n - 2}\nw{n - 1}" in written
    axes.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    apart = [one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i]]
    assert sum(apart) <= n // 20


def test_of_many_words_in_one_place_some_are_written_and_the_others_counted():
    found = map_words(vectors_of([[0, 0]] * 30 + [[1, 1]]), method="svd")
    _, written = texts(found)
    stack = next(name for name in written if "more" in name).split("\n")
    assert stack == [*(f"w{n}" for n in range(11)), "and 19 more"]


def test_a_page_shows_the_plane_with_its_axes(toy, tmp_path):
    found = map_words(toy, method="svd", name="toy")
    write_plot(found, tmp_path / "plane.html", highlight=["hello"])
    page = (tmp_path / "plane.html").read_text("utf-8")
    assert "<canvas" not in page
    for said in ("dimension 1", "goodbye, i", "Word map: toy"):
        assert said in page
    write_plot([found, map_words(toy, method="svd", axes=(2, 3))], tmp_path / "two.html")
    assert (tmp_path / "two.html").read_text("utf-8").count("<figcaption") == 2


def test_planes_that_there_are_not_are_refused(toy):
    for axes in ((1, 1), (0, 1), (1, 2, 3), (1,)):
        with pytest.raises(SettingError, match="expected two different numbers from 1"):
            map_words(toy, method="svd", axes=axes)
    with pytest.raises(SettingError, match="these vectors have 4 dimensions"):
        map_words(toy, method="svd", axes=(1, 5))
    with pytest.raises(SettingError, match="method is pca"):
        map_words(toy, method="pca", axes=(1, 2))
    with pytest.raises(UnknownWordError):
        map_words(toy, method="svd", highlight=["zebra"])
    corpus = wvt.text.encode_text(TOY, min_count=1)
    with pytest.raises(SettingError, match="these are sparse; give the bundle svd"):
        map_words(wvt.ppmi(wvt.count_cooccurrences(corpus)), method="svd")
