"""Words chosen for maps and heat maps, and learning curves from bundles."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.sparse import csr_array

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.errors import (
    EmptyResultError,
    FormatError,
    SettingError,
    UnknownWordError,
    WordvecError,
)
from wordvec_toolkit.report.map_data import map_json


class Notes:
    """A `Progress` that keeps what is noted."""

    def __init__(self):
        self.said = []

    def start(self, *_): ...
    def advance(self, *_): ...
    def status(self, *_): ...
    def finish(self, *_): ...
    def note(self, message):
        self.said.append(message)


@pytest.fixture
def vectors():
    """Forty words by falling count; w3 has no length, w5 is not a number."""
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((40, 8)).astype(np.float32)
    matrix[3] = 0
    matrix[5, 2] = np.nan
    vocabulary = wvt.text.Vocabulary([f"w{n}" for n in range(40)], np.arange(400, 0, -10))
    return wvt.WordVectors(vocabulary, matrix)


def test_the_most_frequent_words_with_a_vector_are_mapped(vectors):
    notes = Notes()
    found = wvt.plot.map_words(vectors, words=6, name="made-up", progress=notes)
    assert found.words == ("w0", "w1", "w2", "w4", "w6", "w7")
    assert found.counts == (400, 390, 380, 360, 340, 330)
    assert notes.said == ["skipped, without a vector or with a zero vector: 2 words"]
    assert (found.model, found.method, found.kept) == ("made-up", "t-SNE", None)
    assert found.signature.startswith("map|tsne|words:6|rows:unit|perplexity:1.667|start:pca|")
    assert np.isfinite(found.x + found.y).all()
    again = wvt.plot.map_words(vectors, words=6, name="made-up")
    assert again == found
    json.dumps(found.__dict__)


def test_words_to_highlight_are_there_in_any_case(vectors):
    found = wvt.plot.map_words(vectors, words=5, highlight=["W30", "w1"], method="pca")
    assert found.words == ("w0", "w1", "w2", "w4", "w6", "w30")
    with pytest.raises(UnknownWordError):
        wvt.plot.map_words(vectors, highlight=["zebra"])
    with pytest.raises(WordvecError, match="zero vector"):
        wvt.plot.map_words(vectors, highlight=["w3"])


def test_only_some_words(vectors):
    notes = Notes()
    only = ["w9", "zebra", "w3", "w8", "w9"]
    found = wvt.plot.map_words(vectors, only=only, progress=notes)
    assert found.words == ("w8", "w9")
    assert notes.said == [
        "skipped, without a vector or with a zero vector: 2 words",
        "fewer than 5 words: they are shown by PCA",
    ]
    assert found.method == "PCA"
    for nothing in ([], ["zebra"], ["w3"]):
        with pytest.raises(EmptyResultError, match="has a vector"):
            wvt.plot.map_words(vectors, only=nothing)
    with pytest.raises(SettingError, match="words is 0"):
        wvt.plot.map_words(vectors, words=0)


def test_sparse_vectors_give_the_map_of_dense_ones(vectors):
    matrix = np.nan_to_num(vectors.matrix)
    matrix[np.abs(matrix) < 0.5] = 0
    matrix[3], matrix[:, 7] = 0, 0
    dense = wvt.plot.map_words(replace(vectors, matrix=matrix), method="pca")
    sparse = wvt.plot.map_words(replace(vectors, matrix=csr_array(matrix)), method="pca")
    assert sparse.words == dense.words
    np.testing.assert_allclose(sparse.x, dense.x, atol=1e-6)
    np.testing.assert_allclose(sparse.y, dense.y, atol=1e-6)
    assert sparse.kept == pytest.approx(dense.kept, abs=0.01)


def test_rows_are_ordered_by_clustering(vectors):
    words = ["w9", "w1", "w20", "w7", "w33", "w12", "w1"]
    found = wvt.plot.similarity_matrix(vectors, words, "made-up")
    assert sorted(found.words) == sorted(set(words))
    cosines = np.array(found.cosines)
    for row, first in enumerate(found.words):
        for column, second in enumerate(found.words):
            assert cosines[row, column] == pytest.approx(
                vectors.similarity(first, second), abs=1e-6
            )
    units = vectors.unit([vectors.id(word) for word in words[:-1]])
    tree = linkage(units, "average", metric="cosine", optimal_ordering=True)
    order = [words[place] for place in leaves_list(tree)]
    assert list(found.words) in (order, order[::-1])
    ends = [words.index(found.words[0]), words.index(found.words[-1])]
    assert ends[0] < ends[1]


def test_heat_maps_that_show_nothing_are_refused(vectors):
    with pytest.raises(SettingError, match="1 different words; a heat map needs 2 to 400"):
        wvt.plot.similarity_matrix(vectors, ["w1", "w1", "W1"])
    with pytest.raises(SettingError, match="in a list"):
        wvt.plot.similarity_matrix(vectors, "w1")
    with pytest.raises(UnknownWordError):
        wvt.plot.similarity_matrix(vectors, ["w1", "zebra"])
    with pytest.raises(WordvecError, match="zero vector"):
        wvt.plot.similarity_matrix(vectors, ["w1", "w3"])
    assert wvt.plot.similarity_matrix(vectors, ["w2", "w1"]).words == ("w2", "w1")


@pytest.fixture
def bundle(tmp_path):
    def write(kind, **facts):
        path = tmp_path / f"bundle{len(list(tmp_path.iterdir()))}"
        with new_bundle(path, kind, {}) as writer:
            writer.facts.update(facts)
        return path

    return write


def test_learning_curves_of_a_network(bundle):
    epochs = [
        {"perplexity": 90.0, "held_out_perplexity": 80.0},
        {"perplexity": 50.0, "held_out_perplexity": 60.0},
        {"perplexity": 40.0, "held_out_perplexity": 61.0},
    ]
    found = wvt.plot.learning_curves(bundle("neural-lm", epochs=epochs, best_epoch=2), "lstm")
    assert (found.model, found.x_label, found.y_label, found.best) == (
        "lstm",
        "epoch",
        "perplexity",
        2.0,
    )
    training, held_out = found.curves
    assert (training.name, training.x, training.y) == ("training", (1, 2, 3), (90, 50, 40))
    assert (held_out.name, held_out.y) == ("held-out", (80, 60, 61))
    del epochs[1]["held_out_perplexity"]
    epochs[2]["perplexity"] = float("nan")
    found = wvt.plot.learning_curves(bundle("neural-lm", epochs=epochs, best_epoch=9))
    assert found.best is None
    assert [curve.y for curve in found.curves] == [(90, 50, None), (80, None, 61)]


def test_learning_curves_of_vectors(bundle):
    path = bundle("word2vec", loss_per_word=[3.0, 2.5])
    found = wvt.plot.learning_curves(path)
    assert (found.model, found.y_label, found.best) == (path.name, "loss per word", None)
    assert (found.curves[0].x, found.curves[0].y) == ((1, 2), (3, 2.5))
    assert wvt.plot.learning_curves(bundle("glove", losses=[0.1])).y_label == "loss"


def test_bundles_without_curves_say_why(bundle, tmp_path):
    with pytest.raises(EmptyResultError, match="fastText reports no loss"):
        wvt.plot.learning_curves(bundle("fasttext", loss_per_word=None))
    with pytest.raises(EmptyResultError, match="it is not trained in epochs"):
        wvt.plot.learning_curves(bundle("svd"))
    with pytest.raises(EmptyResultError, match="no epoch is finished"):
        wvt.plot.learning_curves(bundle("neural-lm", epochs=[]))
    for bad in (3, [3], "many", [{"perplexity": "low"}], [{"perplexity": [1]}]):
        with pytest.raises(FormatError, match="not a list of numbers"):
            wvt.plot.learning_curves(bundle("neural-lm", epochs=bad))
    for bad in ("many", ["1"], {"a": 1}, [True]):
        with pytest.raises(FormatError, match="not a list of numbers"):
            wvt.plot.learning_curves(bundle("glove", losses=bad))
    with pytest.raises(FormatError, match="nothing"):
        wvt.plot.learning_curves(tmp_path / "nowhere")


def test_neighbours_on_a_map_are_those_of_all_words(vectors):
    """They come from the whole space, also words that are not on the map."""
    found = wvt.plot.map_words(vectors, words=12, method="pca")
    names = [*found.words, *found.others]
    assert found.others and not set(found.words) & set(found.others)
    for word, near, cosines in zip(found.words, found.near, found.cosines):
        wanted = vectors.nearest(word, 10)
        assert [names[place] for place in near] == [each.word for each in wanted]
        assert cosines == pytest.approx([each.similarity for each in wanted], abs=6e-4)


def test_the_page_has_the_same_neighbours(vectors):
    found = wvt.plot.map_words(vectors, words=12, method="pca", name="m")
    data = json.loads(map_json([found]))
    own, words = data["maps"][0], [*data["lists"][0]["words"], *data["lists"][0]["others"]]
    near = np.frombuffer(base64.b64decode(own["near"]), "<u2").reshape(12, own["k"])
    names = [*found.words, *found.others]
    assert [[words[n] for n in row] for row in near] == [[names[n] for n in r] for r in found.near]
    cosines = np.frombuffer(base64.b64decode(own["cosines"]), np.int8).reshape(12, own["k"])
    assert cosines == pytest.approx(100 * np.array(found.cosines), abs=0.51)


def test_function_words_of_a_map_are_told_by_the_text():
    sentences = [f"the {'cat' if n < 40 else 'dog'} of 7" for n in range(400)]
    corpus = wvt.text.encode_text("\n".join(sentences), min_count=1)
    words = corpus.vocabulary.without_specials()
    of_words = wvt.WordVectors(words, np.eye(len(words), dtype=np.float32) + 0.1)
    for text, wanted in ((None, {"7"}), (corpus, {"7", "the", "of"})):
        found = wvt.plot.map_words(of_words, corpus=text)
        function = {found.words[n] for n in found.function_words}
        assert wanted <= function and not function & {"cat"}
