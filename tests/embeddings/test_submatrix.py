"""Parts of matrices on the textbook's sentence, with numbers that a reader can redo by hand."""

import json
import math

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings import Submatrix, submatrix
from wordvec_toolkit.errors import SettingError, UnknownWordError

WORDS = ["you", "say", "goodbye", "and", "i", "hello", "."]
#: "you say goodbye and i say hello ." in windows of one word to each side.
COUNTS = [
    [0, 1, 0, 0, 0, 0, 0],
    [1, 0, 1, 0, 1, 1, 0],
    [0, 1, 0, 1, 0, 0, 0],
    [0, 0, 1, 0, 1, 0, 0],
    [0, 1, 0, 1, 0, 0, 0],
    [0, 1, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 1, 0],
]
#: log2(14 n(w, c) / (n(w) n(c))): log2(14/4), log2(14/8), log2(14/4) and log2(14/2).
PPMI = np.array(
    [
        [0, 1.807, 0, 0, 0, 0, 0],
        [1.807, 0, 0.807, 0, 0.807, 0.807, 0],
        [0, 0.807, 0, 1.807, 0, 0, 0],
        [0, 0, 1.807, 0, 1.807, 0, 0],
        [0, 0.807, 0, 1.807, 0, 0, 0],
        [0, 0.807, 0, 0, 0, 0, 2.807],
        [0, 0, 0, 0, 0, 2.807, 0],
    ]
)


def count(**settings):
    corpus = wvt.text.encode_text(
        "you say goodbye and i say hello .", tokenizer="whitespace", min_count=1
    )
    return wvt.count_cooccurrences(corpus, **{"window": 1, "weighting": "flat", **settings})


@pytest.fixture(scope="module")
def counts():
    return count()


def test_counts_and_ppmi_are_those_of_the_textbook(counts):
    found = submatrix(counts, WORDS, WORDS)
    assert found.values == "counts"
    assert np.array_equal(found.cells, COUNTS)
    found = submatrix(counts, WORDS, WORDS, values="ppmi", log=2)
    np.testing.assert_allclose(found.cells, PPMI, atol=5e-4)
    assert found.cells[0][1] == pytest.approx(math.log2(1 * 14 / (1 * 4)))
    pmi = np.array(submatrix(counts, WORDS, WORDS, values="pmi").cells)
    assert (pmi[np.array(COUNTS) == 0] == -np.inf).all()
    np.testing.assert_allclose(np.maximum(0, pmi) / math.log(2), PPMI, atol=5e-4)


def test_a_bundle_of_ppmi_shows_what_it_holds(counts):
    shown = submatrix(wvt.ppmi(counts), WORDS, WORDS, log=2)
    assert shown.values == "ppmi"
    np.testing.assert_allclose(shown.cells, PPMI, atol=5e-4)
    shifted = submatrix(wvt.ppmi(counts, shift=2), WORDS, WORDS, log=2)
    np.testing.assert_allclose(shifted.cells, np.maximum(0, PPMI - 1), atol=5e-4)


def test_the_most_frequent_words_and_the_first_dimensions_are_shown_unasked(counts):
    found = submatrix(counts, n=3)
    assert found.words == found.contexts == counts.vocabulary.words[:3]
    vectors = wvt.svd_vectors(wvt.ppmi(counts), dim=4)
    found = submatrix(vectors, ["You", "say"])  # the lower-case form is found
    assert (found.values, found.words) == ("vectors", ("you", "say"))
    assert found.contexts == ("1", "2", "3", "4")
    assert np.array_equal(found.cells, vectors[["you", "say"]])
    assert np.array_equal(submatrix(vectors, ["say"], [4, "1"]).cells[0], vectors["say"][[3, 0]])


def test_split_contexts_have_a_column_for_each_side():
    found = submatrix(count(direction="split"), ["say"], ["goodbye", "you"])
    assert found.contexts == ("goodbye (left)", "goodbye (right)", "you (left)", "you (right)")
    assert found.cells == ((0, 1, 1, 0),)
    sides = submatrix(count(direction="split"), ["say"], ["you"], values="pmi")
    assert sides.cells[0][0] == pytest.approx(math.log(1 * 14 / (4 * 1)))


def test_weighted_windows_are_shown_as_fractions():
    found = submatrix(count(window=2, weighting="harmonic"), ["you"], ["say", "goodbye"])
    assert found.cells == ((1, 0.5),)
    assert found.table()[1] == [["you", "1.000", "0.500"]]


def test_it_is_a_result(counts):
    found = submatrix(counts, ["you", "say"], ["say"], values="pmi", log=2)
    assert repr(found) == "Submatrix(values pmi, words 2, contexts 1)"
    assert found.table() == (["word", "say"], [["you", "1.807"], ["say", "-inf"]])
    assert "<th>say</th>" in found._repr_html_()
    assert "<td>1.807</td>" in found._repr_html_()
    assert "pmi, log 2" in found._repr_html_()
    plain = submatrix(counts, ["you", "say"], ["say"])
    assert Submatrix.from_dict(json.loads(json.dumps(plain.as_dict()))) == plain
    assert plain.records() == [{"word": "you", "say": 1.0}, {"word": "say", "say": 0.0}]


def test_it_is_a_data_frame(counts):
    pytest.importorskip("pandas")
    frame = submatrix(counts, WORDS, WORDS).to_frame()
    assert frame.loc["say", "goodbye"] == 1
    assert frame.loc["you"].sum() == 1
    assert list(frame.index) == list(frame.columns) == WORDS


def test_what_makes_no_sense_is_refused(counts):
    vectors = wvt.svd_vectors(wvt.ppmi(counts), dim=2)
    with pytest.raises(UnknownWordError, match="'yo' is not in the vocabulary"):
        submatrix(counts, ["yo"])
    with pytest.raises(SettingError, match="lists; got 'you'"):
        submatrix(counts, "you")
    with pytest.raises(SettingError, match="not of counts; omit it"):
        submatrix(counts, log=2)
    with pytest.raises(SettingError, match="values is 'pmi', which is computed from counts"):
        submatrix(vectors, values="pmi")
    with pytest.raises(SettingError, match="'3' is no dimension .* from 1 to 2"):
        submatrix(vectors, contexts=[3])
    with pytest.raises(SettingError, match="not of dice"):
        submatrix(wvt.embeddings.weigh_counts(counts, measure="dice"), log=2)
