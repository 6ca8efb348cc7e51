"""Memory and disk of n-gram models, predicted."""

from types import SimpleNamespace

import numpy as np
import pytest

from wordvec_toolkit import EncodedCorpus, count_ngrams, train_ngram_model
from wordvec_toolkit.errors import ExhaustedError
from wordvec_toolkit.lm.ngram import room, sweeps, training
from wordvec_toolkit.lm.settings import NgramSettings
from wordvec_toolkit.runtime import memory
from wordvec_toolkit.runtime.memory import within_memory
from wordvec_toolkit.text import Vocabulary

N = 40_000


@pytest.fixture(scope="module")
def zipfian():
    """Sentences of words by Zipf's law."""
    ids = np.minimum(np.random.default_rng(1).zipf(1.3, N) + 2, 999).astype(np.int32)
    words = Vocabulary(["<unk>", "<s>", "</s>", *map(str, range(997))], np.zeros(1000, np.int64), 3)
    return EncodedCorpus(words, ids, np.arange(0, N + 1, 10), np.array([0, N]))


@pytest.fixture
def small_machine(monkeypatch):
    monkeypatch.setattr(memory, "_LEAST", 1)
    monkeypatch.setattr(room, "FLOOR", 0)
    monkeypatch.setattr(sweeps, "FLOOR", 0)
    monkeypatch.setattr(sweeps, "_LEAST", 1)
    monkeypatch.setattr(room, "_SAMPLE", N // 8)
    monkeypatch.setattr(room, "_SLICES", 16)


def test_a_sample_predicts_the_ngrams_of_the_whole(zipfian, small_machine):
    measured = room.measured_growth(zipfian, 4, 1)
    assert measured[1][0] < N / 4
    n = N + 2 * zipfian.n_sentences
    assert room.grown_sizes(measured, n) == pytest.approx(
        count_ngrams(zipfian, 4).trie.sizes, rel=0.1
    )
    assert room.grown_sizes(measured, measured[1][0]) == measured[1][1]


@pytest.mark.parametrize("length", [1000, N])
def test_a_sample_predicts_the_ngrams_of_long_sentences(zipfian, small_machine, length):
    offsets = np.arange(0, N + 1, length)
    long = EncodedCorpus(zipfian.vocabulary, zipfian.ids, offsets, offsets)
    n = N + 2 * long.n_sentences
    sizes = room.grown_sizes(room.measured_growth(long, 4, 1), n)
    assert sizes == pytest.approx(count_ngrams(long, 4).trie.sizes, rel=0.1)


def test_a_model_that_does_not_fit_is_refused_with_what_would(zipfian, small_machine, monkeypatch):
    monkeypatch.setattr(training, "count_ngrams", None)  # refused before counting
    monkeypatch.setattr(training, "count_ngrams_in_parts", None)
    with within_memory("1M"):
        with pytest.raises(ExhaustedError) as caught:
            train_ngram_model(zipfian, order=5, entropy_prune=1e-7)
        told = str(caught.value)
        assert told.startswith("estimating a model of order 5 with about ")
        assert "n-grams, pruned by entropy, needs about" in told
        assert "choose order 2, which would fit (--order), fewer words (min_count, --min-c" in told
        assert told.endswith("or more memory (--memory 1G)")
        with monkeypatch.context() as patch:
            patch.setattr(room, "_BYTES_A_WORD", 10_000)
            with pytest.raises(ExhaustedError, match="of memory.*choose fewer words .min_count"):
                train_ngram_model(zipfian, order=5)
        with monkeypatch.context() as patch:
            patch.setattr(room, "MOST", 20_000)
            with pytest.raises(ExhaustedError, match="the limit is 20,000; choose order 2, which"):
                train_ngram_model(zipfian, order=5)
        free = SimpleNamespace(free=1_000_000)
        monkeypatch.setattr(memory.shutil, "disk_usage", lambda folder: free)
        with pytest.raises(ExhaustedError, match="of disk.*choose order 2, which.*place .-o"):
            train_ngram_model(zipfian, order=5)


def test_the_way_is_chosen_by_predicted_memory(zipfian, small_machine):
    n = N + 2 * zipfian.n_sentences
    sizes = count_ngrams(zipfian, 5).trie.sizes
    model, needed = 42 * sum(sizes[:-1]) + 30 * sizes[-1], n * (36 + 16 * 5)

    def room_within(memory):
        with within_memory(memory):
            return room.room_of(lambda m: [round(size * m / n) for size in sizes], n, False)

    assert room_within(needed)[:3] == (True, needed, 24 * sum(sizes[:-1]) + 12 * sizes[-1])
    found = room_within(needed - 1)  # only the text is counted in parts
    assert found.in_memory is False and found.memory == model
    found = room_within(model - 1)
    assert found.in_memory is False and found.memory == model - 1
    assert found.temporary > 12 * sum(sizes)
    with within_memory(needed):
        assert room.check_training(zipfian, NgramSettings(order=2)) is True
    with within_memory(needed // 10):
        assert room.check_training(zipfian, NgramSettings(order=5)) is False


def test_a_model_of_text_in_parts_is_the_same(zipfian, small_machine):
    whole = train_ngram_model(zipfian, order=3, smoothing="witten-bell")
    with within_memory("2M"):
        assert not room.fits_in_memory(N + 2 * zipfian.n_sentences, 3)
        parts = train_ngram_model(zipfian, order=3, smoothing="witten-bell")
    assert parts.logprobs.tobytes() == whole.logprobs.tobytes()
