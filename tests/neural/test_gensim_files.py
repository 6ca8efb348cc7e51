"""gensim's vectors in memory, and fastText's models through gensim."""

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors
from gensim.models.fasttext import load_facebook_vectors, save_facebook_model

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.text.vocabulary import Vocabulary

SENTENCES = [["the", "cat", "sat"], ["the", "dög", "sat"], ["a", "cat"]] * 5


def make(counts) -> WordVectors:
    rng = np.random.default_rng(0)
    words = Vocabulary(["the", "new york", "cat"], np.array(counts))
    return WordVectors(words, rng.normal(0, 1, (3, 4)).astype(np.float32))


@pytest.mark.parametrize("counts", [[9, 5, 5], [0, 0, 0]])
def test_there_and_back(counts):
    vectors = make(counts)
    keyed = wvt.neural.to_keyed_vectors(vectors)
    assert keyed.index_to_key == list(vectors.words)
    assert keyed["new york"].tobytes() == vectors["new york"].tobytes()
    if any(counts):
        assert [keyed.get_vecattr(word, "count") for word in vectors.words] == counts
    expected = [(n.word, pytest.approx(n.similarity, abs=1e-6)) for n in vectors.nearest("the")]
    assert keyed.most_similar("the") == expected
    again = wvt.neural.from_keyed_vectors(keyed)
    assert again.vocabulary == vectors.vocabulary
    assert again.matrix.tobytes() == vectors.matrix.tobytes()
    again.matrix[0] = 0
    assert vectors["the"].any() and keyed["the"].any()


def test_counts_that_gensim_makes_up_are_not_taken(tmp_path):
    (tmp_path / "w").write_text("2 1\na 1\nb 2\n")
    keyed = KeyedVectors.load_word2vec_format(str(tmp_path / "w"))
    assert keyed.get_vecattr("a", "count") == 2
    assert wvt.neural.from_keyed_vectors(keyed).vocabulary.counts.tolist() == [0, 0]


def test_what_does_not_fit_is_refused():
    from scipy.sparse import csr_array

    words = Vocabulary(["a", "b"], np.zeros(2))
    with pytest.raises(SettingError, match="sparse"):
        wvt.neural.to_keyed_vectors(WordVectors(words, csr_array(np.eye(2, dtype=np.float32))))
    with pytest.raises(WordvecError):
        wvt.neural.from_keyed_vectors(KeyedVectors(3))
    numbered = KeyedVectors(2)
    numbered.add_vectors([0, 1], np.eye(2))
    with pytest.raises(WordvecError):
        wvt.neural.from_keyed_vectors(numbered)


def test_trained_models_and_their_files(tmp_path):
    model = FastText(SENTENCES, vector_size=6, min_count=1, bucket=50, epochs=2, seed=1, workers=1)
    in_memory = wvt.neural.from_keyed_vectors(model.wv)
    assert in_memory.vocabulary.counts.tolist() == [10, 10, 10, 5, 5]
    path = tmp_path / "model.bin"
    save_facebook_model(model, str(path))
    found = wvt.read_vectors(path)
    assert found.vocabulary == in_memory.vocabulary
    assert np.allclose(found.matrix, in_memory.matrix, atol=1e-6)
    assert wvt.read_vectors(path, among=2).words == found.words[:2]
    content = path.read_bytes()
    for cut in range(0, len(content) - 6 * 5 * 4 - 17, 11):
        path.write_bytes(content[:cut])
        with pytest.raises(WordvecError):
            wvt.read_vectors(path, "fasttext")


def test_real_models(real_data):
    folder = real_data / "vectors" / "gensim"
    for name in (
        "lee_fasttext_new.bin",
        "lee_fasttext.bin",
        "toy-model.bin",
        "toy-model-pretrained.bin",
    ):
        keyed = load_facebook_vectors(str(folder / name))
        found = wvt.read_vectors(folder / name)
        assert set(keyed.index_to_key) - set(found.words) <= {""}
        for word in found.words:
            assert found[word].tobytes() == keyed[word].tobytes()
            assert found.vocabulary.counts[found.vocabulary.id(word)] == keyed.get_vecattr(
                word, "count"
            )
    text = wvt.read_vectors(folder / "toy-model.vec")
    model = wvt.read_vectors(folder / "toy-model.bin")
    assert np.allclose(text.matrix, [model[word] for word in text.words], atol=1e-4)


def test_pickles_are_named_and_never_loaded(tmp_path, monkeypatch):
    import pickle

    wvt.neural.to_keyed_vectors(make([3, 2, 1])).save(str(tmp_path / "v.kv"))
    for loader in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, loader, None)
    with pytest.raises(FormatError, match=r"a Python pickle .*save_word2vec_format"):
        wvt.load(tmp_path / "v.kv")
