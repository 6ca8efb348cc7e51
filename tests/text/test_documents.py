import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.text.encoding import encode_documents, encode_text, tokenize


def documents_of(corpus):
    words, bounds = corpus.words(), corpus.documents
    return [words[first:last] for first, last in zip(bounds[:-1], bounds[1:])]


def sentences_of(corpus):
    words, bounds = corpus.words(), corpus.sentences
    return [words[first:last] for first, last in zip(bounds[:-1], bounds[1:])]


def test_texts_are_cut_as_elsewhere():
    texts = ["The sea, the ship.\nThe fog!", "A horn in the fog"]
    corpus = encode_documents(texts, min_count=1)
    assert documents_of(corpus) == [tokenize(text) for text in texts]
    assert sentences_of(corpus) == [
        ["the", "sea", "the", "ship"],
        ["the", "fog"],
        ["a", "horn", "in", "the", "fog"],
    ]
    assert sentences_of(encode_documents(texts, layout="documents", min_count=1)) == [
        tokenize(text) for text in texts
    ]


@given(st.lists(st.lists(st.text(), max_size=5), min_size=1, max_size=5))
def test_tokens_are_taken_as_they_are(documents):
    plain = str.maketrans("\n\x1e\x1f", "   ")
    expected = [[t.translate(plain) for t in tokens if t] for tokens in documents]
    expected = [tokens for tokens in expected if tokens]
    if not expected:
        with pytest.raises(EmptyResultError):
            encode_documents(documents, min_count=1)
        return
    corpus = encode_documents(documents, min_count=1)
    assert documents_of(corpus) == sentences_of(corpus) == expected


def test_blocks_do_not_show(monkeypatch):
    texts = [f"word{i % 7} other{i % 3}\nnext" for i in range(200)]
    whole = encode_documents(texts, min_count=1)
    monkeypatch.setattr("wordvec_toolkit.text.encoding._BLOCK_LENGTH", 10)
    for threads in (1, 3):
        parts = encode_documents(texts, min_count=1, threads=threads)
        assert parts.vocabulary == whole.vocabulary
        for name in ("ids", "sentences", "documents"):
            np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_a_given_vocabulary_is_kept():
    first = encode_text("the sea the ship")
    corpus = encode_documents([["ship", "fog", "sea"]], vocabulary=first.vocabulary)
    assert corpus.words() == ["ship", "<unk>", "sea"]


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        ("one text", "one str"),
        (b"one text", "one bytes"),
        (5, "are int"),
        (None, "are NoneType"),
        ([5], "document 0 is int"),
        ([b"text"], "document 0 is bytes"),
        (["text", ["token"]], "document 1 is list"),
        ([["token"], "text"], "document 1 is str"),
        ([["token", 5]], "document 0 holds int"),
        ([None, "text"], "document 0 is NoneType"),
    ],
)
def test_what_are_no_documents(documents, words):
    with pytest.raises(SettingError, match=words):
        encode_documents(documents)


def test_nothing_is_left():
    with pytest.raises(EmptyResultError, match="no documents"):
        encode_documents([])
    with pytest.raises(EmptyResultError, match="no tokens"):
        encode_documents(["", " "])
    with pytest.raises(EmptyResultError, match="min_count"):
        encode_documents(["a b"])
