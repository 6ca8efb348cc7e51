"""What users of other libraries write: a result, or a `SettingError` that names the argument."""

from pathlib import Path

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings.sentence_vectors import sentence_vectors
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.evaluation.categories import evaluate_categories
from wordvec_toolkit.evaluation.odd_one_out import evaluate_odd_one_out
from wordvec_toolkit.study.settings import StudySettings
from wordvec_toolkit.text.encoding import encode_documents, encode_text, tokenize
from wordvec_toolkit.text.streams import encode_stream
from wordvec_toolkit.text.vocabulary import Vocabulary

TOKENS = [["a", "b", "c", "a"], ["b", "c", "d"]] * 3


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(Vocabulary(["a", "b"], np.ones(2, np.int64)), np.eye(2, dtype=np.float32))


class Table:
    """What a DataFrame looks like from outside: it iterates over the names of its columns."""

    columns = ("text",)

    def __iter__(self):
        return iter(self.columns)

    def __len__(self):
        return 1

    def __getitem__(self, name):
        raise KeyError(name)


def test_vectors_are_like_a_mapping(vectors):
    assert list(vectors) == ["a", "b"]
    np.testing.assert_array_equal(vectors[["b", "a"]], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(vectors[np.array(["b", "a"])], [[0, 1], [1, 0]])
    assert vectors.get("c") is None and vectors.get("c", 0) == 0
    assert "a" in vectors and 3 not in vectors and None not in vectors


def test_texts_in_the_forms_that_they_have(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("a b c a\nb c d\n" * 3)
    expected = wvt.encode_corpus(path, min_count=1).words()
    for corpus in (str(path), [path], TOKENS, tuple(map(tuple, TOKENS)), np.array([str(path)])):
        assert wvt.encode_corpus(corpus, min_count=np.int64(1)).words() == expected
    assert wvt.encode_corpus(path, min_count=1, tokenizer=str.split).words() == expected
    stream = encode_stream(path, wvt.encode_corpus(path, min_count=1).vocabulary, str.split)
    assert len(stream.unknown_places) == 0


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda v: v[0], "words"),
        (lambda v: v[None], "words"),
        (lambda v: v[b"a"], "words"),
        (lambda v: v.similarity(["a"], "b"), "word"),
        (lambda v: wvt.encode_corpus(Table()), "corpus"),
        (lambda v: wvt.encode_corpus({"a": "b"}), "corpus"),
        (lambda v: wvt.encode_corpus(b"c.txt"), "corpus"),
        (lambda v: wvt.encode_corpus(TOKENS, min_count=1, threads="2"), "threads"),
        (lambda v: wvt.encode_corpus(TOKENS, min_count=1, threads=1.5), "threads"),
        (lambda v: wvt.encode_corpus(TOKENS, keep="abc"), "keep"),
        (lambda v: wvt.encode_corpus("c.txt", tokenizer=Path("x")), "tokenizer"),
        (lambda v: encode_documents(Table()), "documents"),
        (lambda v: encode_documents({"a": "b"}), "documents"),
        (lambda v: encode_documents({"a b", "c"}), "documents"),
        (lambda v: encode_documents(["a b", float("nan")]), "document 1"),
        (lambda v: encode_text(["a b"]), "text"),
        (lambda v: tokenize(b"a b"), "text"),
        (lambda v: sentence_vectors(v, "a b"), "sentences"),
        (lambda v: sentence_vectors(v, ["a b", float("nan")]), "sentence"),
        (lambda v: wvt.load(3), "path"),
        (lambda v: wvt.load([b"x"]), "path"),
        (lambda v: wvt.run_study("lee"), "StudySettings"),
        (lambda v: StudySettings("lee"), "corpus"),
        (lambda v: StudySettings(("lee",), similarity="men"), "similarity"),
        (lambda v: wvt.evaluate_similarity("w.wvt"), "vectors"),
        (lambda v: wvt.evaluate_similarity(v, [("a", "b", 1)]), "dataset"),
        (lambda v: wvt.evaluate_analogies(v, 3), "dataset"),
        (lambda v: evaluate_categories(v, {"x": ["a"]}), "dataset"),
        (lambda v: evaluate_odd_one_out(v, [["a", "b", "c"]]), "dataset"),
    ],
)
def test_arguments_of_other_types_are_named(vectors, call, named):
    with pytest.raises(SettingError, match=named):
        call(vectors)


def test_a_former_name_is_told():
    with pytest.raises(AttributeError, match="wordvec_toolkit.run_study"):
        wvt.compare("lee")
