"""Counts of n-grams."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import slow_ngrams as slow
from sentences import N_WORDS, encoded, random_sentences, some_sentences, vocabulary
from signing import sign

from wordvec_toolkit import WordvecError, count_ngrams, load, train_ngram_model
from wordvec_toolkit._kernels.ngram_counting import n_rows_up_to
from wordvec_toolkit.counts import NgramCounts
from wordvec_toolkit.counts import ngram_counting as module
from wordvec_toolkit.counts.ngram_files import LevelFiles, tree_of_files
from wordvec_toolkit.counts.ngram_runs import Leaves, NgramRun, grow, leaves_of, merged
from wordvec_toolkit.errors import FormatError, SettingError, UnknownWordError
from wordvec_toolkit.lm import KneserNey
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.text import encode_text

ARRAYS = ("bases", "words", "children", "counts", "first_seen")


def as_dictionary(counts):
    found = {}
    for order in range(1, counts.order + 1):
        places = counts.trie.places(order)
        for ngram, number in zip(counts.trie.ngrams(order).tolist(), counts.counts[places]):
            if number:
                found[tuple(ngram)] = int(number)
    return found


def assert_same_bits(a, b):
    assert a == b
    for name in ARRAYS:
        mine, theirs = a._arrays()[name], b._arrays()[name]
        assert mine.dtype == theirs.dtype and mine.tobytes() == theirs.tobytes(), name


def test_ngrams_by_hand():
    counts = count_ngrams(encoded([[3, 4, 3], [3]]), 2)
    assert as_dictionary(counts) == {
        (1,): 2,
        (2,): 2,
        (3,): 3,
        (4,): 1,
        (1, 3): 2,
        (3, 4): 1,
        (4, 3): 1,
        (3, 2): 2,
    }
    assert counts.first_seen.tolist() == [-1, 0, 4, 1, 2, -1, -1, -1]
    assert counts.n_tokens == 8


@pytest.mark.kernel
@given(some_sentences, st.integers(1, 10))
def test_counts_agree_with_the_slow_twin(sentences, order):
    counts = count_ngrams(encoded(sentences), order, threads=2)
    assert as_dictionary(counts) == dict(slow.count(sentences, order))
    assert counts.first_seen.tolist() == slow.first_seen(sentences, N_WORDS)
    assert counts.trie.is_sorted()


@pytest.mark.parametrize("order", range(1, 11))
def test_all_orders_and_small_blocks(order, monkeypatch):
    sentences = random_sentences(order, longest=14)
    whole = count_ngrams(encoded(sentences), order)
    assert as_dictionary(whole) == dict(slow.count(sentences, order))
    monkeypatch.setattr(module, "_BLOCK", 16)
    for threads in (1, 3):
        assert_same_bits(count_ngrams(encoded(sentences), order, threads), whole)


@settings(max_examples=40)
@given(some_sentences, st.integers(1, 6), st.integers(1, 9), st.integers(1, 4), st.integers(1, 2))
def test_counting_in_parts_changes_nothing(sentences, order, size, most, threads):
    corpus = encoded(sentences)
    whole = count_ngrams(corpus, order)
    leaf, part = 100 + 20 * order, 2 * (36 + 16 * order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_RANGES", 3)
        # Of these two one is the smaller, and the other one rounded.
        budget = min(size * part, most * 4 * threads * leaf)
        patch.setattr(module, "memory_budget", lambda: budget)
        parts = count_ngrams(corpus, order, threads)
    assert_same_bits(parts, whole)


@pytest.mark.parametrize(("order", "threads"), [(1, 64), (6, 14), (10, 8)])
def test_files_open_at_a_time_are_few_however_many_threads(order, threads, monkeypatch):
    corpus = encoded(random_sentences(1, 30))
    asked, kept = [], module.map_stream
    monkeypatch.setattr(module, "part_size", lambda order: 40)
    monkeypatch.setattr(module, "map_stream", lambda *call: asked.append(call[2]) or kept(*call))
    parts = module.count_ngrams_in_parts(corpus, order, 64)
    assert asked == [threads]
    assert_same_bits(parts, count_ngrams(corpus, order))


@pytest.mark.parametrize("order", [1, 3])
def test_files_of_ranges_are_all_read_and_removed(order, tmp_path):
    counts = count_ngrams(encoded(random_sentences(1, 30)), order)
    n_words = len(counts.vocabulary)
    ranges = []
    for first, last in ((0, 4), (4, n_words)):
        leaves = [
            leaves.part(*np.searchsorted(leaves.words[:, 0], (first, last)))
            for leaves in leaves_of(counts.trie, counts.counts)
        ]
        ranges.append(LevelFiles(tmp_path, str(first), order))
        ranges[-1].write(grow(leaves, order, first, last))
    assert len(list(tmp_path.iterdir())) == 2 * (3 * order - 1)
    trie, numbers = tree_of_files(ranges)
    assert not list(tmp_path.iterdir())
    assert np.array_equal(trie.words, counts.trie.words)
    assert np.array_equal(numbers, counts.counts)


def test_a_model_of_parts_is_that_of_the_whole(monkeypatch):
    corpus = encoded(random_sentences(5))
    whole = train_ngram_model(corpus, order=3, smoothing=KneserNey((0.5, 1, 1.5)))
    monkeypatch.setattr(module, "memory_budget", lambda: 5000)
    parts = train_ngram_model(corpus, order=3, smoothing=KneserNey((0.5, 1, 1.5)))
    assert parts.logprobs.tobytes() == whole.logprobs.tobytes()
    assert parts.facts == whole.facts


ROWS = st.lists(st.tuples(st.integers(3, 5), st.sampled_from([2, 3, 4])), max_size=6, unique=True)


@pytest.mark.kernel
@given(ROWS, ROWS)
def test_sums_of_leaves_agree_with_the_slow_twin(one, other):
    tables = []
    for rows in (sorted(one), sorted(other)):
        words = np.array(rows, np.int32).reshape(-1, 2)
        tables.append(Leaves(words, np.arange(1, len(rows) + 1)))
    words, counts = merged(tables)
    wanted = slow.added([dict(zip(map(tuple, w.tolist()), c.tolist())) for w, c in tables])
    assert list(zip(map(tuple, words.tolist()), counts.tolist())) == wanted
    for bound in [*one, *other, (2, 2), (9, 9)]:
        n = n_rows_up_to(words, np.array(bound, np.int32))
        assert n == sum(row <= bound for row, _ in wanted)


@pytest.mark.kernel
@given(some_sentences, st.integers(1, 5))
def test_leaves_agree_with_the_slow_twin(sentences, order):
    counts = count_ngrams(encoded(sentences), order)
    found = [
        (tuple(row), count)
        for leaves in leaves_of(counts.trie, counts.counts, 4)
        for row, count in zip(leaves.words.tolist(), leaves.counts.tolist())
    ]
    assert found == slow.leaves(sentences, order)


def test_a_run_of_ngrams_is_whole_or_not_there(tmp_path):
    corpus = encoded(random_sentences(3, 8))
    run = module.count_ngram_part(corpus, 2, 8, 3, tmp_path / "2.run")
    assert [path.name for path in tmp_path.iterdir()] == ["2.run"]
    whole = run.path.read_bytes()
    for damaged in (b"", whole[:-1], b"x" + whole[1:], whole + b"x"):
        run.path.write_bytes(damaged)
        with pytest.raises(FormatError, match="count again"):
            NgramRun.open(run.path)
    run.path.write_bytes(whole[:-8] + np.array([N_WORDS, 1], np.int32).tobytes())
    with pytest.raises(FormatError, match="count again"):
        run.read(0, run.n_leaves)
    run.path.write_bytes(whole)
    leaves = run.read(0, run.n_leaves)
    with pytest.raises(WordvecError, match="count again"):
        list(grow([leaves], 3, int(leaves.words[0, 0]) + 1, N_WORDS))


@given(some_sentences, st.integers(0, 10), st.integers(1, 6))
def test_parts_add_up_to_the_whole(sentences, cut, order):
    whole, first, second = (
        count_ngrams(encoded(part), order) for part in (sentences, sentences[:cut], sentences[cut:])
    )
    assert_same_bits(first + second, whole)


def test_adding_is_associative():
    a, b, c = (count_ngrams(encoded(random_sentences(seed, 20)), 4) for seed in range(3))
    assert_same_bits((a + b) + c, a + (b + c))


def test_counts_of_different_kinds_do_not_add_up():
    counts = count_ngrams(encoded([[3, 4]]), 2)
    with pytest.raises(WordvecError, match="orders 2 and 3"):
        counts + count_ngrams(encoded([[3, 4]]), 3)
    with pytest.raises(WordvecError, match="different words"):
        counts + count_ngrams(encoded([[3, 4]], 7), 2)
    assert counts != count_ngrams(encoded([[3, 4]]), 3)
    assert counts != count_ngrams(encoded([[3, 5]]), 2)
    assert counts != 1


def test_counts_that_overflow_do_not_add_up():
    counts = count_ngrams(encoded([[3, 4]]), 2)
    huge = counts.counts.astype(np.int64) * (2**31 - 1)
    most = NgramCounts(counts.vocabulary, counts.trie, huge.astype(np.int32), counts.first_seen)
    with pytest.raises(WordvecError, match="2,147,483,647"):
        most + counts


def test_ngrams_for_people():
    corpus = encode_text("a b a\na b\n", tokenizer="whitespace", min_count=1)
    counts = count_ngrams(corpus, 3)
    assert counts.most_common(2, 2) == [(("<s>", "a"), 2), (("a", "b"), 2)]
    assert counts.most_common(3, None)[0] == (("<s>", "a", "b"), 2)
    assert len(counts.most_common(3, None)) == counts.trie.sizes[2]
    assert counts.count("a b") == counts.count(["a", "b"]) == 2
    assert counts.count("b b") == 0
    assert "n-grams" in repr(counts)
    with pytest.raises(SettingError, match="1 to 3"):
        counts.most_common(4)
    with pytest.raises(SettingError, match="4 words"):
        counts.count("a b a b")
    with pytest.raises(UnknownWordError):
        counts.count("zebra")


@pytest.mark.parametrize("order", [0, 11, -1])
def test_orders_out_of_range_are_refused(order):
    with pytest.raises(SettingError, match="from 1 to 10"):
        count_ngrams(encoded([[3]]), order)


@pytest.mark.parametrize("sentences", [[], [[]], [[3]], [[3] * 12], [[0]]])
def test_texts_with_next_to_nothing(sentences):
    for order in (1, 2, 5, 10):
        counts = count_ngrams(encoded(sentences), order)
        assert as_dictionary(counts) == dict(slow.count(sentences, order))
        assert counts.order == order


def test_a_bundle_comes_back(tmp_path):
    counts = count_ngrams(encoded(random_sentences(1)), 4)
    counts.save(tmp_path / "counts")
    assert_same_bits(NgramCounts.load(tmp_path / "counts"), counts)
    assert load(tmp_path / "counts") == counts
    counts.save(tmp_path / "counts")  # over itself


def _replace(path, name, array):
    """Put another array into a bundle, with a manifest that agrees."""
    np.save(path / f"{name}.npy", array)
    sign(path)


@pytest.mark.parametrize("name", ARRAYS)
def test_damaged_bundles_are_refused(name, tmp_path):
    counts = count_ngrams(encoded(random_sentences(2)), 3)
    path = tmp_path / "counts"
    good = counts._arrays()[name]
    counts.save(path)
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(good), 12):
        for value in (-1, 10**8, int(good[place]) + 1):
            changed = good.copy()
            changed[place] = value
            _replace(path, name, changed)
            try:
                loaded = NgramCounts.load(path)
                train_ngram_model(loaded, smoothing=KneserNey((0.5, 1, 1.5)))
            except WordvecError:
                continue
            # Another word, or another position, may be as possible as the right one.
            assert name in ("words", "first_seen") and (name, value) != ("words", -1)
    _replace(path, name, good[:-1])
    with pytest.raises(FormatError):
        NgramCounts.load(path)
    counts.save(path)
    (path / f"{name}.npy").write_bytes(b"nonsense")
    with pytest.raises(FormatError):
        NgramCounts.load(path)


def test_tables_that_do_not_fit_together_are_refused():
    counts = count_ngrams(encoded([[3]]), 2)
    with pytest.raises(WordvecError, match="fit together"):
        NgramCounts(vocabulary(5), counts.trie, counts.counts, counts.first_seen)
    with pytest.raises(WordvecError, match="fit together"):
        NgramCounts(counts.vocabulary, counts.trie, counts.counts[1:], counts.first_seen)


def test_marks_of_sentences_that_the_text_writes_are_unknown_words(tmp_path):
    lines = "a {} b {} c\n{} a\n{}\nb c a\n"
    written = encode_text(lines.format("<s>", "</s>", "<s>", "</s>"), "whitespace", min_count=1)
    unknown = encode_text(lines.format(*["<unk>"] * 4), "whitespace", vocabulary=written.vocabulary)
    counts = count_ngrams(written, 3)
    assert counts == count_ngrams(unknown, 3)
    np.testing.assert_array_equal(corpus_stream(written), corpus_stream(unknown))
    counts.save(tmp_path / "counts")
    assert NgramCounts.load(tmp_path / "counts") == counts
