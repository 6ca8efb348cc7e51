import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.evaluation.runs import bootstrap_mean, cut_runs, mean_over_tokens

EOS = 2


def text_of(lengths):
    """Ids of sentences of these lengths, ends included."""
    ids = np.full(sum(lengths), 3, np.int32)
    ids[np.cumsum(lengths) - 1] = EOS
    return ids


def planted(random, n, alike, document_length):
    """Ids, documents and bits of a text of 7 bits a token whose documents differ."""
    ends = np.cumsum(random.geometric(1 / document_length, size=n))
    number = np.searchsorted(ends, np.arange(n), side="right")
    lengths = np.maximum(2, np.round(random.gamma(4, 5.5, size=n))).astype(np.int64)
    of_document = random.gamma(4, 0.5, size=n)[number] - 2
    of_sentence = random.gamma(2, math.sqrt(0.5), size=n) - math.sqrt(2)
    bits = 7 + 1.5 * (math.sqrt(alike) * of_document + math.sqrt(1 - alike) * of_sentence)
    ids = text_of(lengths)
    starts = np.cumsum(lengths) - lengths
    documents = starts[np.unique(number, return_index=True)[1]]
    return ids, documents, np.repeat(bits, lengths)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.data())
def test_runs_are_of_whole_sentences_and_of_whole_documents(lengths, data):
    ids = text_of(lengths)
    starts = np.cumsum([0, *lengths[:-1]])
    is_first = np.array(
        [
            True,
            *data.draw(
                st.lists(st.booleans(), min_size=len(lengths) - 1, max_size=len(lengths) - 1)
            ),
        ]
    )
    documents = starts[is_first]
    for runs in (cut_runs(ids), cut_runs(ids, documents)):
        among = documents if "documents" in runs.of else starts
        assert runs.firsts[0] == 0
        assert (np.diff(runs.firsts) > 0).all()
        assert set(runs.firsts) <= set(among)
        assert runs.of.startswith(f"{len(runs)}-runs-of-")
        assert runs.sums(np.ones(len(ids))).sum() == len(ids)
    assert len(cut_runs(ids)) == min(5, len(lengths))


def test_how_many_runs():
    for n, expected in ((3, 3), (500, 5), (2000, 5), (2400, 6), (3761, 8), (50_000, 8)):
        assert len(cut_runs(text_of([5] * n))) == expected
    ids = text_of([4] * 300)
    assert cut_runs(ids, np.arange(0, 1200, 4)).of == "30-runs-of-documents"
    assert cut_runs(ids, np.arange(0, 1200, 100)).of == "12-runs-of-documents"
    # Of too few documents, or one that is nearly all, not much can be said.
    assert cut_runs(ids, np.array([0, 400, 800])).of == "5-runs-of-sentences"
    assert cut_runs(ids, np.arange(0, 100, 4)).of == "5-runs-of-sentences"


def test_means_by_hand():
    ids = text_of([2] * 5)
    values = np.repeat([1.0, 2, 3, 4, 5], 2)
    mean = mean_over_tokens(values, np.ones(10), cut_runs(ids))
    assert (mean.value, mean.df) == (3, 4)
    expected = scipy.stats.ttest_1samp([1, 2, 3, 4, 5], 0)
    assert mean.error == pytest.approx(np.sqrt(2.5 / 5))
    assert mean.p_value == pytest.approx(expected.pvalue)
    assert mean.interval == pytest.approx(tuple(expected.confidence_interval()))
    # Of runs of unlike length: sum of squared residuals 2 (x - 3 n), over 4 / 5 and 12 tokens
    ids = text_of([2, 2, 2, 2, 4])
    mean = mean_over_tokens(
        np.repeat([1.0, 2, 3, 4, 4], [2, 2, 2, 2, 4]), np.ones(12), cut_runs(ids)
    )
    assert mean.value == 3
    assert mean.error == pytest.approx(np.sqrt(5 / 4 * (16 + 4 + 0 + 4 + 16)) / 12)
    assert mean.df == pytest.approx(144 / 32 - 1)


def test_where_nothing_can_be_said():
    few = cut_runs(text_of([2, 2, 2]))
    assert math.isnan(mean_over_tokens(np.ones(6), np.ones(6), few).interval[0])
    runs = cut_runs(text_of([2] * 8))
    none = mean_over_tokens(np.zeros(16), np.zeros(16), runs)
    assert math.isnan(none.value) and math.isnan(none.p_value)
    one_run = np.arange(16) < 2
    assert math.isnan(mean_over_tokens(one_run * 1.0, one_run, runs).interval[1])
    endless = mean_over_tokens(np.full(16, -np.inf), np.ones(16), runs)
    assert math.isnan(endless.error)
    same = mean_over_tokens(np.zeros(16), np.ones(16), runs)
    assert (same.interval, same.p_value) == ((0, 0), 1)
    assert bootstrap_mean(np.zeros(16), np.ones(16), runs, 100, 0) == ((0, 0), 1)


def test_bootstrap_t_agrees_with_a_slow_one():
    random = np.random.default_rng(4)
    ids = text_of([3] * 12)
    documents = np.arange(0, 36, 3)
    values, weights = random.gamma(2, size=36), random.random(36) < 0.8
    runs = cut_runs(ids, documents)
    found, p_value = bootstrap_mean(values * weights, weights, runs, 20_000, 0)
    sums, lengths = runs.sums(values * weights), runs.sums(weights)

    def mean_and_error(places):
        mean = sums[places].sum() / lengths[places].sum()
        apart = sums[places] - mean * lengths[places]
        return mean, np.sqrt(12 / 11 * (apart @ apart)) / lengths[places].sum()

    mean, error = mean_and_error(np.arange(12))
    drawn = [mean_and_error(random.integers(0, 12, 12)) for _ in range(4000)]
    distances = [(one - mean) / own for one, own in drawn]
    low, high = np.quantile(distances, [0.025, 0.975])
    assert found == pytest.approx((mean - high * error, mean - low * error), abs=0.15)
    assert p_value < 0.01


@pytest.mark.parametrize(
    ("n", "alike", "document_length", "marked"),
    [(200, 0.0, 1, False), (3000, 0.3, 20, False), (600, 0.3, 20, True), (250, 0.3, 20, True)],
)
def test_coverage_and_level(n, alike, document_length, marked):
    """95 % intervals hold the truth 95 times in 100, and tests of no difference reject 5 times."""
    held = np.zeros(2)
    for trial in range(250):
        random = np.random.default_rng([8, trial])
        ids, documents, bits = planted(random, n, alike, document_length)
        runs = cut_runs(ids, documents if marked else None)
        apart = bits - 7
        (low, high), p_value = bootstrap_mean(apart, np.ones(len(ids)), runs, 200, trial, 1)
        mean = mean_over_tokens(apart, np.ones(len(ids)), runs)
        held += [mean.interval[0] <= 0 <= mean.interval[1], low <= 0 <= high]
        assert (mean.p_value > 0.05) == (mean.interval[0] < 0 < mean.interval[1])
    assert (held / 250 >= (0.9 if n > 250 or not alike else 0.86)).all()
    assert (held / 250 <= 0.99).all()


def test_sentences_taken_for_independent_would_deceive():
    """What the runs are for: documents make neighbouring sentences alike."""
    held = 0
    for trial in range(100):
        ids, _, bits = planted(np.random.default_rng([9, trial]), 3000, 0.3, 20)
        starts = np.flatnonzero(np.concatenate([[True], ids[:-1] == EOS]))
        sums, lengths = np.add.reduceat(bits - 7, starts), np.diff([*starts, len(ids)])
        apart = sums - sums.sum() / lengths.sum() * lengths
        held += abs(sums.sum()) <= 1.96 * np.sqrt(apart @ apart)
    assert held <= 70
