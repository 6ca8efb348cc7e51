"""Zipf's and Heaps' laws: by simulation, and against slow twins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow
from scipy.optimize import minimize_scalar

from wordvec_toolkit.text.frequencies import LEAST_COUNT, spread_ranks, zipf_law
from wordvec_toolkit.text.growth import extrapolated, growth_positions, heaps_law, type_growth


@given(st.integers(1, 10**7), st.integers(2, 400))
def test_ranks_ascend_from_first_to_last(n, points):
    ranks = spread_ranks(n, points)
    assert ranks[0] == 1
    assert ranks[-1] == n
    assert (np.diff(ranks) > 0).all()
    assert len(ranks) <= points
    if len(ranks) > 3:  # even on a logarithmic axis, but where there is no rank between
        steps = np.diff(np.log(ranks))
        widest = np.log(n) / (points - 1)
        assert all(step <= widest + 1 / rank for step, rank in zip(steps, ranks))


def test_no_ranks():
    assert len(spread_ranks(0)) == 0
    assert len(growth_positions(0)) == 0


@given(st.integers(1, 10**9))
def test_positions_ascend_to_the_end(n):
    positions = growth_positions(n)
    assert positions[0] == 1
    assert positions[-1] == n
    assert (np.diff(positions) > 0).all()
    assert len(positions) <= 100


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=60),
    st.lists(st.integers(0, 60), max_size=10),
    st.integers(0, 3),
)
def test_growth_agrees_with_the_slow_twin(tokens, positions, n_specials):
    positions = sorted(min(position, len(tokens)) for position in positions)
    ids = np.array(tokens, np.int32)
    found = type_growth(ids, 13, np.array(positions, np.int64), n_specials)
    assert found.tolist() == slow.type_growth(tokens, positions, n_specials)


def test_growth_over_several_blocks(monkeypatch):
    from wordvec_toolkit.text import growth

    ids = np.random.default_rng(0).zipf(1.4, 5000).clip(max=999).astype(np.int32)
    positions = growth_positions(len(ids))
    whole = type_growth(ids, 1000, positions)
    monkeypatch.setattr(growth, "_BLOCK", 7)
    np.testing.assert_array_equal(type_growth(ids, 1000, positions), whole)
    assert whole.tolist() == slow.type_growth(ids.tolist(), positions.tolist(), 0)


@pytest.mark.parametrize("exponent", [0.7, 1.0, 1.3])
@pytest.mark.parametrize("n_tokens", [20_000, 300_000])
def test_the_exponent_of_zipfs_law_is_found_again(exponent, n_tokens):
    """Texts drawn at random; ranks are those of the text, as they are of real ones."""
    rng = np.random.default_rng(0)
    chances = np.arange(1, 50_001) ** -exponent
    found = []
    for _ in range(5):
        counts = rng.multinomial(n_tokens, chances / chances.sum())
        found.append(zipf_law(-np.sort(-counts[counts > 0]))[0])
    assert abs(np.mean(found) - exponent) < 0.03


def test_the_likelihood_is_at_its_greatest():
    counts = np.sort(np.random.default_rng(1).integers(LEAST_COUNT, 3000, 200))[::-1]
    log_ranks = np.log(np.arange(1, 201))

    def loss(a):
        return a * (counts @ log_ranks) + counts.sum() * np.log(np.exp(-a * log_ranks).sum())

    exponent, scale = zipf_law(counts)
    best = minimize_scalar(loss, bounds=(0, 5), method="bounded", options={"xatol": 1e-10})
    assert exponent == pytest.approx(best.x, abs=1e-6)
    law = scale * np.arange(1, 201) ** -exponent
    assert law.sum() == pytest.approx(counts.sum())


def test_laws_of_too_little_are_not_fitted():
    assert zipf_law(np.array([100] * 9)) is None
    assert zipf_law(np.array([9] * 100)) is None
    assert zipf_law(np.array([50] * 20))[0] == pytest.approx(0, abs=1e-12)
    assert heaps_law(np.array([1, 50, 99]), np.array([1, 40, 50])) is None
    assert heaps_law(np.array([], np.int64), np.array([], np.int64)) is None
    assert heaps_law(np.array([1, 1000]), np.array([0, 0])) is None


def test_heaps_law_is_found_again():
    tokens = growth_positions(100_000)
    exponent, scale = heaps_law(tokens, 7 * tokens**0.6)
    assert exponent == pytest.approx(0.6)
    assert scale == pytest.approx(7)
    slope = np.polyfit(np.log(tokens[tokens >= 50_000]), np.log(tokens[tokens >= 50_000] + 9.0), 1)
    assert heaps_law(tokens, tokens + 9)[0] == pytest.approx(slope[0])


def test_powers_of_the_length_are_extrapolated():
    assert extrapolated(100, 200, 2, 8) == pytest.approx(1600)
    assert extrapolated(100, 100 * 2**0.5, 2, 4) == pytest.approx(200 * 2**0.5)
    assert extrapolated(100, 200, 2, 0.5) == pytest.approx(100)
    assert extrapolated(100, 500, 2, 2) == 1000  # a number grows no faster than the text
    assert extrapolated(100, 50, 2, 2) == 50
    assert extrapolated(7, 7, 1, 100) == 7


def test_text_with_ever_new_words_grows_as_korean_wikipedia(planted):
    tokens = b"".join(planted.growing_text(360_000)).split()
    assert len(tokens) == 360_000
    words, counts = np.unique(np.array(tokens), return_counts=True)
    # 123,651 types there, of which 21,116 occur 3 times and 11,135 occur 5 times.
    assert len(words) == pytest.approx(123_651, rel=0.25)
    assert (counts >= 3).sum() == pytest.approx(21_116, rel=0.25)
    assert (counts >= 5).sum() == pytest.approx(11_135, rel=0.3)
