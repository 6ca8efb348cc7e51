import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

from wordvec_toolkit import encode_corpus
from wordvec_toolkit._kernels import sentences as kernels
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.models.ppmi import build_ppmi
from wordvec_toolkit.text import check_split, find_shared_sentences, sharing
from wordvec_toolkit.text.streams import encode_stream

LINES = st.lists(st.lists(st.sampled_from("abc"), max_size=4).map(" ".join), max_size=25)


def shared(train, test, min_length=1, min_count=1, layout="sentences", tokenizer="whitespace"):
    corpus = encode_corpus(train, tokenizer, layout, min_count=min_count)
    stream = encode_stream(test, corpus.vocabulary, tokenizer, layout)
    return find_shared_sentences(corpus, stream, min_length)


@pytest.mark.kernel
@given(
    st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=20),
    st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=20),
    st.booleans(),
)
def test_the_kernels_agree_with_the_slow_twins(sentences, others, collide):
    def packed(lists):
        ids = np.array(sum(lists, []), np.int32)
        ends = np.cumsum([0, *map(len, lists)])
        return ids, ends[:-1], np.diff(ends), np.zeros(len(lists), np.uint64)

    one, two = packed(sentences), packed(others)
    if not collide:
        for (*texts, hashes), lists in ((one, sentences), (two, others)):
            kernels.hash_sentences(*texts, hashes)
            assert hashes.tolist() == [slow.hash_sentence(ids) for ids in lists]
    order = np.argsort(two[3], kind="stable")
    found = np.empty(len(sentences), np.int64)
    kernels.match_sentences(*one, two[0], *(array[order] for array in two[1:]), found)
    places = [int(order[at]) if at >= 0 else -1 for at in found]
    assert places == slow.find_sentences(sentences, others)


@given(LINES, LINES, st.integers(1, 4))
def test_counts_are_those_of_sets(tmp_path_factory, train, test, min_length):
    folder = tmp_path_factory.mktemp("texts")
    (folder / "train").write_text("\n".join(["a b c", *train]))
    (folder / "test").write_text("\n".join(test))
    found = shared(str(folder / "train"), str(folder / "test"), min_length)
    seen = [line.split() for line in ["a b c", *train] if line]
    documents = [one.split("\n") for one in "\n".join(test).split("\n\n")]
    documents = [[line.split() for line in one if line] for one in documents]
    documents = [one for one in documents if one]
    lines = sum(documents, [])
    long = [line for line in lines if len(line) >= min_length]
    both = [line for line in long if line in seen]
    assert (found.n_sentences, found.n_shared) == (len(long), len(both))
    assert found.n_tokens == sum(map(len, lines))
    assert found.n_shared_tokens == sum(map(len, both))
    assert found.share == (found.n_shared_tokens / found.n_tokens if lines else 0)
    assert found.n_documents == len(documents)
    assert found.n_shared_documents == sum(
        all(line in seen for line in one) and sum(map(len, one)) >= min_length for one in documents
    )
    assert [lines[place] for place in found.places] == both
    assert [seen[place] for place in found.found_at] == both


def test_sentences_with_one_hash_are_distinguished(write, monkeypatch):
    train = write("train", "\n".join(f"a{i} b" for i in range(50)))
    test = write("test", "a7 b\na9\nb a7\na49 b\n")
    expected = shared(train, test)
    monkeypatch.setattr(
        sharing, "_hashes", lambda ids, starts, *_: np.zeros(len(starts), np.uint64)
    )
    found = shared(train, test)
    assert found.places.tolist() == expected.places.tolist() == [0, 3]
    assert found.found_at.tolist() == [7, 49]


def test_unknown_words_are_never_the_same(write):
    train = write("train", "a b rare\na b a b\na b <unk>\na b other\na x y z\n")
    test = write("test", "a b rare\na b new\na b <unk>\na b a b\na new\n")
    found = shared(train, test)
    assert (found.n_shared, found.n_undecided) == (3, 1)  # new could be what is written <unk>
    found = shared(train, test, min_count=2)
    # "a b rare" and "a b new" look alike there; what is written <unk> stands for itself
    assert (found.n_shared, found.n_undecided) == (2, 2)
    assert found.places.tolist() == [2, 3]


def test_documents_and_layouts(write):
    train = write("train", "a b\nc d\n\ne f\n")
    test = write("test", "c d\na b\n\na b\nx y\n\ne\nf\n")
    found = shared(train, test)
    assert (found.n_documents, found.n_shared_documents, found.n_shared) == (3, 1, 3)
    assert shared(train, test, 5).n_shared_documents == 0
    found = shared(train, test, layout="paragraphs")
    assert (found.n_sentences, found.n_shared, found.n_shared_documents) == (3, 1, 1)
    assert found.n_shared_tokens == 2
    assert shared(train, write("none", "\n")).share == 0


def test_any_number_of_threads(write, monkeypatch):
    monkeypatch.setattr(sharing, "_BLOCK", 3)
    train = write("train", "\n".join(f"a{i} b" for i in range(50)))
    corpus = encode_corpus(train, min_count=1)
    stream = encode_stream(write("test", "a7 b\na49 b\nno"), corpus.vocabulary, "words")
    for threads in (1, 3):
        found = find_shared_sentences(corpus, stream, 1, threads)
        assert found.found_at.tolist() == [7, 49]


def test_workspaces_and_texts(corpus, write, tmp_path):
    text = corpus.read_text(encoding="utf-8")
    workspace = str(tmp_path / "h.wvt")
    build_ppmi(str(corpus), workspace, min_count=1, svd=False)
    test = write(
        "test", text[: len(text) // 2] + "\nand here is something that no one has said so\n"
    )
    for train in (workspace, f"{workspace}/corpus", str(corpus)):
        (stream, found), (_, again) = check_split(train, [test, test])
        assert found.n_shared == again.n_shared > 10
        assert found.n_undecided == 0
        assert 0.9 < found.share < 1
        assert stream.words(stream.starts[-1], stream.ends[-1])[0] == "and"
        assert "|tokenizer:words|" in found.signature
    assert check_split(workspace, [test], tokenizer="chars")[0][1].n_shared == 0
    with pytest.raises(FormatError):
        check_split(f"{workspace}/ppmi", [test])
    with pytest.raises(WordvecError, match="no file or folder"):
        check_split("nowhere", [test])
    with pytest.raises(SettingError, match="min_length is 0"):
        check_split(workspace, [test], 0)


def test_a_function_that_only_the_workspace_names_is_not_called(corpus, write, tmp_path):
    workspace = str(tmp_path / "h.wvt")
    text = {"tokenizer": "wordvec_toolkit:tokenize", "min_count": 1}
    build_ppmi(str(corpus), workspace, **text, svd=False)
    test = write("test", "a b\n")
    with pytest.raises(SettingError, match="trust it"):
        check_split(workspace, [test])
    assert check_split(workspace, [test], tokenizer="wordvec_toolkit:tokenize")[0][1].n_tokens == 2


def test_other_vocabularies_are_refused(write):
    one, two = (encode_corpus(write(name, name), min_count=1) for name in ("a b", "c d"))
    stream = encode_stream(write("test", "a"), two.vocabulary)
    with pytest.raises(SettingError, match="two vocabularies"):
        find_shared_sentences(one, stream)
