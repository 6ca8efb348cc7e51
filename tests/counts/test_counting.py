from collections import Counter
from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

from wordvec_toolkit.counts import counting, runs, storage
from wordvec_toolkit.counts.cooccurrence import Cooccurrence
from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.counts.weights import distance_weights
from wordvec_toolkit.embeddings.ppmi import ppmi
from wordvec_toolkit.embeddings.submatrix import submatrix
from wordvec_toolkit.errors import EmptyResultError, SettingError, WordvecError
from wordvec_toolkit.text.encoding import encode_text

# Documents of sentences of words a to f; the vocabulary keeps what occurs twice.
DOCUMENTS = st.lists(
    st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=7), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)
SETTINGS = st.fixed_dictionaries(
    {
        "window": st.integers(1, 9),
        "weighting": st.sampled_from(["flat", "dynamic", "harmonic"]),
        "direction": st.sampled_from(["both", "left", "right", "split"]),
        "within": st.sampled_from(["sentence", "document"]),
        "oov": st.sampled_from(["drop", "keep"]),
    }
)


def as_text(documents):
    return "\n\n".join("\n".join(" ".join(s) for s in document) for document in documents)


def exact(counts):
    """The counts as fractions, keyed as the slow twin keys them."""
    n = len(counts.vocabulary)
    cells = counts.matrix.tocoo()
    split = counts.matrix.shape[1] > n
    return {
        (int(r), (("left", "right")[c // n], int(c % n)) if split else int(c)): Fraction(
            int(v), counts.divisor
        )
        for r, c, v in zip(cells.row, cells.col, cells.data)
    }


def expected(documents, vocabulary, settings):
    units = documents
    if settings["within"] == "sentence":
        units = [[sentence] for document in documents for sentence in document]
    units = [[vocabulary.ids.get(w) for s in unit for w in s] for unit in units]
    return slow.cooccurrences(
        units, settings["window"], settings["weighting"], settings["direction"], settings["oov"]
    )


@pytest.mark.kernel
@given(DOCUMENTS, SETTINGS, st.integers(1, 3))
def test_counts_agree_exactly_with_the_slow_twin(documents, settings, threads):
    try:
        corpus = encode_text(as_text(documents), "whitespace", min_count=2)
    except EmptyResultError:
        return
    wanted = expected(documents, corpus.vocabulary.without_specials(), settings)
    if not wanted:
        with pytest.raises(EmptyResultError):
            count_cooccurrences(corpus, **settings)
        return
    counts = count_cooccurrences(corpus, **settings, threads=threads)
    assert exact(counts) == wanted
    for row in range(counts.matrix.shape[0]):
        columns = counts.matrix.indices[counts.matrix.indptr[row] : counts.matrix.indptr[row + 1]]
        assert (np.diff(columns) > 0).all()


@given(DOCUMENTS, SETTINGS, st.sampled_from([None, 0.3]), st.booleans(), st.integers(1, 9))
def test_counting_in_parts_and_in_files_changes_nothing(
    documents, settings, subsample, in_files, size
):
    corpus = encode_text(as_text(documents), "whitespace")
    settings = {**settings, "subsample": subsample}
    try:
        whole = count_cooccurrences(corpus, **settings)
    except EmptyResultError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_PART", size)
        patch.setattr(counting, "_BLOCK_CELLS", 2)
        patch.setattr(counting, "_FILLED_AT_ONCE", 2)
        patch.setattr(runs, "_FEWEST", 1)
        if in_files:
            for module in (storage, runs):
                patch.setattr(module, "memory_budget", lambda: 0)
        parts = count_cooccurrences(corpus, **settings, threads=2)
    assert (whole.matrix != parts.matrix).nnz == 0
    assert np.array_equal(whole.matrix.indices, parts.matrix.indices)
    assert whole.matrix.dtype == parts.matrix.dtype


@given(DOCUMENTS, SETTINGS, st.integers(1, 7))
def test_fewer_contexts_are_the_first_columns(documents, settings, max_contexts):
    corpus = encode_text(as_text(documents), "whitespace")
    try:
        whole = count_cooccurrences(corpus, **settings)
        few = count_cooccurrences(corpus, **settings, max_contexts=max_contexts)
    except EmptyResultError:
        return
    n_words = len(whole.vocabulary)
    n = min(max_contexts, n_words)
    assert few.n_contexts == n
    assert few.settings["max_contexts"] == max_contexts
    assert "max_contexts" not in whole.settings
    dense = whole.matrix.toarray()
    starts = (0, n_words) if settings["direction"] == "split" else (0,)
    expected = np.concatenate([dense[:, start : start + n] for start in starts], axis=1)
    assert np.array_equal(few.matrix.toarray(), expected)


def test_counts_of_fewer_contexts_are_kept_and_asked(tmp_path):
    corpus = encode_text("a b a c\nb a c", "whitespace")
    counts = count_cooccurrences(corpus, direction="split", max_contexts=2)
    counts.save(tmp_path / "counts")
    again = Cooccurrence.load(tmp_path / "counts")
    assert again.n_contexts == 2
    assert again.count("b", "a", right=True) == counts.count("b", "a", right=True) > 0
    with pytest.raises(SettingError, match="'c' is not among the 2 contexts"):
        again.count("a", "c")
    assert submatrix(again, ["b"]).contexts == ("a (left)", "a (right)", "b (left)", "b (right)")
    with pytest.raises(SettingError, match="'c' is not among the 2 contexts"):
        submatrix(ppmi(again), ["b"], ["c"])
    assert submatrix(ppmi(again), ["b"], ["a"]).contexts == ("a (left)", "a (right)")
    with pytest.raises(WordvecError, match="max_contexts"):
        again + count_cooccurrences(corpus, direction="split", max_contexts=1)


@pytest.mark.kernel
@given(DOCUMENTS, SETTINGS, st.integers(0, 2**63 - 1), st.sampled_from([0.05, 0.3]))
def test_subsampling_drops_what_the_generator_says(documents, settings, seed, threshold):
    corpus = encode_text(as_text(documents), "whitespace")
    vocabulary = corpus.vocabulary.without_specials()
    counted = Counter(w for d in documents for s in d for w in s)
    total = sum(counted.values())
    keep = {w: min(1.0, (threshold / (n / total)) ** 0.5) for w, n in counted.items()}
    position = 0
    kept = []
    for document in documents:
        kept.append([])
        for sentence in document:
            kept[-1].append([])
            for word in sentence:
                survives = slow.splitmix_unit(seed, position) < keep[word]
                kept[-1][-1].append(word if survives else None)
                position += 1
    for subsampling, oov in (("dirty", "drop"), ("clean", "keep")):
        wanted = expected(kept, vocabulary, {**settings, "oov": oov})
        try:
            counts = count_cooccurrences(
                corpus, **settings, subsample=threshold, subsampling=subsampling, seed=seed
            )
        except EmptyResultError:
            assert not wanted
            continue
        assert exact(counts) == wanted


def test_a_sentence_by_hand():
    corpus = encode_text("the cat saw the dog", "whitespace")
    counts = count_cooccurrences(corpus, window=2, weighting="harmonic")
    # the-cat: distance 1, and the second the: distance 2 to the left.
    assert counts.count("the", "cat") == 1 + 0.5
    assert counts.count("cat", "saw") == 1
    assert counts.count("the", "dog") == 1
    assert counts.count("cat", "dog") == 0
    assert counts.divisor == 2
    assert counts.row_totals.tolist() == counts.column_totals.tolist()


def test_split_columns_by_hand():
    corpus = encode_text("a b a", "whitespace")
    counts = count_cooccurrences(corpus, window=1, weighting="flat", direction="split")
    assert counts.matrix.toarray().tolist() == [[0, 1, 0, 1], [1, 0, 1, 0]]
    assert counts.count("b", "a") == 1
    assert counts.count("a", "b", right=True) == 1


def test_weights_are_exact():
    for window in range(1, 23):
        numerators, divisor = distance_weights(window, "harmonic")
        assert divisor == lcm(*range(1, window + 1))
        assert [Fraction(int(x), divisor) for x in numerators[1:]] == [
            Fraction(1, d) for d in range(1, window + 1)
        ]
    assert distance_weights(4, "dynamic")[0].tolist() == [0, 4, 3, 2, 1]


def test_wide_vocabulary_uses_both_levels_of_the_bitmap():
    words = [f"w{i}" for i in range(10_000)]
    lines = [f"hub {word}" for word in words]
    corpus = encode_text("\n".join(lines), "whitespace")
    counts = count_cooccurrences(corpus, window=1, weighting="flat")
    hub = counts.vocabulary.id("hub")
    row = counts.matrix[[hub], :]
    assert row.nnz == 10_000
    assert sorted(row.indices.tolist()) == [i for i in range(10_001) if i != hub]
    assert (row.data == 1).all()


def test_large_counts_are_widened():
    # 20 tokens of one word within a window of 22 and lcm(1..22): sums beyond 2**31.
    corpus = encode_text("a " * 200, "whitespace")
    counts = count_cooccurrences(corpus, window=22, weighting="harmonic")
    total = sum(Fraction(2 * (200 - d), d) for d in range(1, 23))
    assert counts.matrix.dtype == np.int64
    assert Fraction(int(counts.matrix.sum(dtype=np.int64)), counts.divisor) == total


def test_counts_of_two_texts_add_and_subtract_exactly():
    first, second = "a b c a\nb c", "c b a\na a b x"
    both = encode_text(first + "\n" + second, "whitespace", min_count=2)
    parts = [
        encode_text(text, "whitespace", vocabulary=both.vocabulary) for text in (first, second)
    ]
    one, two = (count_cooccurrences(part, weighting="harmonic") for part in parts)
    total = count_cooccurrences(both, weighting="harmonic")
    assert ((one + two).matrix != total.matrix).nnz == 0
    assert (one + two).vocabulary == total.vocabulary
    assert ((total - two).matrix != one.matrix).nnz == 0
    assert (total - two).n_cells == one.n_cells
    with pytest.raises(WordvecError, match="not part of"):
        one - total
    with pytest.raises(WordvecError, match="window"):
        one + count_cooccurrences(parts[1], window=6, weighting="harmonic")
    with pytest.raises(WordvecError, match="different words"):
        one + count_cooccurrences(encode_text("a b d", "whitespace"))


@pytest.mark.parametrize(
    "bad",
    [
        {"window": 0},
        {"window": 1001},
        {"window": 23, "weighting": "harmonic"},
        {"weighting": "linear"},
        {"direction": "up"},
        {"within": "line"},
        {"oov": "maybe"},
        {"subsample": 0.0},
        {"subsample": float("nan")},
        {"subsampling": "messy"},
        {"seed": -1},
        {"threads": 0},
    ],
)
def test_settings_are_checked(bad):
    with pytest.raises(SettingError):
        count_cooccurrences(encode_text("a b", "whitespace"), **bad)


def test_a_window_larger_than_any_sentence_is_fine():
    counts = count_cooccurrences(encode_text("a b", "whitespace"), window=1000)
    assert counts.count("a", "b") == 1.0


def test_planted_pairs_come_out_exactly(planted):
    plan = planted.plan_pairs()
    corpus = encode_text(planted.pair_corpus(plan), "whitespace")
    counts = count_cooccurrences(corpus, window=1, weighting="flat", direction="right")
    rows = [counts.vocabulary.id(word) for word in plan.targets]
    columns = [counts.vocabulary.id(word) for word in plan.contexts]
    assert np.array_equal(counts.matrix.toarray()[np.ix_(rows, columns)], plan.counts)
    assert counts.matrix.sum() == plan.counts.sum()


@pytest.mark.slow
def test_real_wikipedia_has_the_cells_that_glove_counts(real_data):
    from wordvec_toolkit.text.encoding import encode_corpus

    corpus = encode_corpus(
        str(real_data / "corpora" / "enwiki-17m.txt.xz"), tokenizer="whitespace", min_count=10
    )
    counts = count_cooccurrences(corpus, window=5, weighting="harmonic")
    # GloVe's cooccur, window 5, symmetric: cells, and their sum as it prints them.
    assert counts.n_cells == 27_232_419
    total = counts.matrix.sum(dtype=np.int64) / counts.divisor
    assert total == pytest.approx(71292010.6, rel=1e-9)
