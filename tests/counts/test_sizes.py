"""Sizes of counts, predicted from a sample, and refused where they do not fit."""

from types import SimpleNamespace

import numpy as np
import pytest

from wordvec_toolkit import EncodedCorpus, count_cooccurrences
from wordvec_toolkit.counts import sizes
from wordvec_toolkit.counts.counting import Counting
from wordvec_toolkit.counts.settings import CountingSettings
from wordvec_toolkit.counts.sizes import check_counting, predicted_cells, way_of_counting
from wordvec_toolkit.embeddings.glove import check_glove
from wordvec_toolkit.errors import ExhaustedError
from wordvec_toolkit.runtime import memory
from wordvec_toolkit.runtime.memory import within_memory
from wordvec_toolkit.text import Vocabulary

N, N_WORDS = 40_000, 3000


@pytest.fixture(scope="module")
def zipfian():
    """Sentences of words by Zipf's law, four to a document."""
    ids = np.minimum(np.random.default_rng(1).zipf(1.2, N) + 2, N_WORDS + 2).astype(np.int32)
    counts = np.bincount(ids, minlength=N_WORDS + 3)
    names = ["<unk>", "<s>", "</s>", *map(str, range(N_WORDS))]
    documents = np.append(np.arange(0, N, 60), N)
    return EncodedCorpus(Vocabulary(names, counts, 3), ids, np.arange(0, N + 1, 10), documents)


@pytest.fixture
def small_sample(monkeypatch):
    monkeypatch.setattr(memory, "_LEAST", 1)
    monkeypatch.setattr(sizes, "_SAMPLE", N // 8)
    monkeypatch.setattr(sizes, "_SLICES", 16)


def test_a_sample_is_whole_sentences_from_all_over_the_text(zipfian):
    sample = zipfian.sample(10, 205)
    assert len(sample) == 10 * 200 and (np.diff(sample.sentences) == 10).all()
    assert np.array_equal(sample.ids[:200], zipfian.ids[:200])
    assert np.array_equal(sample.ids[200:400], zipfian.ids[4000:4200])
    # A document that begins at 3,960 goes on to 4,020.
    assert sample.documents[:9].tolist() == [0, 60, 120, 180, 200, 220, 280, 340, 400]
    assert sample.vocabulary is zipfian.vocabulary


@pytest.mark.parametrize("length", [150, 1000, N])
def test_a_sample_of_long_sentences_has_parts_of_them(zipfian, length):
    offsets = np.append(np.arange(0, N, length), N)
    long = EncodedCorpus(zipfian.vocabulary, zipfian.ids, offsets, offsets)
    sample = long.sample(200, 100)
    assert len(sample) == pytest.approx(200 * 100, rel=0.1) and sample.n_sentences >= 200
    assert np.array_equal(sample.ids[:100], zipfian.ids[:100])
    small = EncodedCorpus(zipfian.vocabulary, zipfian.ids[:3], np.array([0, 3]), np.array([0, 3]))
    assert small.sample(8, 1).ids.tolist() == small.ids.tolist()
    nothing = EncodedCorpus(zipfian.vocabulary, zipfian.ids[:0], np.zeros(1, int), np.zeros(1, int))
    assert len(nothing.sample(8, 1)) == 0


def test_what_does_not_fit_is_refused_where_sentences_are_long(zipfian, small_sample, monkeypatch):
    ends = np.array([0, N])
    long = EncodedCorpus(zipfian.vocabulary, zipfian.ids, ends, ends)
    chosen = CountingSettings(window=2)
    free = SimpleNamespace(free=32 * count_cooccurrences(long, window=2).n_cells)
    monkeypatch.setattr(memory.shutil, "disk_usage", lambda folder: free)
    with within_memory("200K"), pytest.raises(ExhaustedError, match="counting 40,000 tokens need"):
        check_counting(long, chosen, later=30.0)


@pytest.mark.parametrize("more", [{}, {"direction": "split"}, {"subsample": 0.01}])
def test_a_sample_predicts_the_cells_of_the_whole(zipfian, small_sample, more):
    chosen = CountingSettings(window=2, **more)
    counts = count_cooccurrences(zipfian, **chosen.keywords())
    cells, shares = predicted_cells(zipfian, chosen, 1e12)
    assert counts.n_cells < cells(N) < sizes._LARGEST * counts.n_cells
    assert len(shares) == N_WORDS and shares[-1] == pytest.approx(1)
    assert predicted_cells(zipfian, chosen, 1000.0)[0](N) == 1000


def test_ways_of_counting_are_those_that_counting_takes(zipfian, small_sample):
    counting = Counting(zipfian, CountingSettings())
    found = {}
    for budget in ("100M", "1M", "200K"):
        with within_memory(budget):
            way = way_of_counting(N, N_WORDS, 1e5, lambda n: 2.0 * n)
            assert way.n_parts == len(counting.parts())
            found[budget] = str(way)
    assert found == {"100M": "in memory", "1M": "on disk", "200K": "in 4 parts, on disk"}


def test_what_does_not_fit_is_refused_before_the_counting(zipfian, small_sample, monkeypatch):
    chosen = CountingSettings(window=2)
    n_cells = count_cooccurrences(zipfian, window=2).n_cells

    def with_free(n_bytes):
        free = SimpleNamespace(free=n_bytes)
        monkeypatch.setattr(memory.shutil, "disk_usage", lambda folder: free)

    with within_memory("200K"):
        with_free(100 * n_cells)
        check_counting(zipfian, chosen)
        with pytest.raises(ExhaustedError, match=r"GloVe of 3,000 words needs about"):
            check_counting(zipfian, chosen, None, lambda shape, n: check_glove(shape, n, 2000), 0.0)
        with_free(32 * n_cells)
        with pytest.raises(ExhaustedError) as caught:
            check_counting(zipfian, chosen, later=30.0)
        assert "counting 40,000 tokens needs about " in str(caught.value)
        assert (
            "; 2,000 contexts would fit (max_contexts, --max-contexts 2000); or choose fewer"
            in str(caught.value)
        )
    with_free(10**12)
    with within_memory("200K"), monkeypatch.context() as patch:
        patch.setattr(sizes, "_MOST_NARROW", n_cells * 4 // 5)
        with pytest.raises(
            ExhaustedError, match=r"into about \d+,\d+ cells needs .* --max-contexts"
        ):
            check_counting(zipfian, chosen)
    monkeypatch.setattr(sizes, "predicted_cells", None)
    with within_memory("100M"):
        check_counting(zipfian, chosen)  # fits whatever the text is: no sample is read
