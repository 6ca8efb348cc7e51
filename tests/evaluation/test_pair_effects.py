import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.evaluation.datasets import AnalogySet
from wordvec_toolkit.evaluation.statistics.intervals import share_interval
from wordvec_toolkit.evaluation.statistics.pair_bootstrap import Section, sections_of
from wordvec_toolkit.evaluation.statistics.pair_effects import (
    accuracy_interval,
    add_sums,
    difference_test,
    section_sum,
    section_sums,
)


def design_of(n_pairs):
    first, second = np.nonzero(~np.eye(n_pairs, dtype=bool))
    return Section(first, second, n_pairs)


def answers(random, n_pairs, spread, base=0.5):
    """Right answers, where some word pairs are harder than others."""
    hard = random.normal(size=(2, n_pairs)) * spread
    share = 1 / (1 + np.exp(base - hard[0][:, None] - hard[1][None, :]))
    right = random.random((n_pairs, n_pairs)) < share
    return right[~np.eye(n_pairs, dtype=bool)]


@given(st.integers(4, 7), st.integers(0, 1000), st.booleans())
def test_variances_agree_with_their_definition(n_pairs, seed, whole):
    """The two sums of squares are what the estimated variances make them to be."""
    random = np.random.default_rng(seed)
    design = design_of(n_pairs)
    n_all = n_pairs * (n_pairs - 1)
    asked = np.ones(n_all, bool) if whole else random.random(n_all) < 0.8
    values = random.normal(size=n_all)
    first, second = design.first[asked], design.second[asked]
    n = len(first)
    dyads = sorted({frozenset(pair) for pair in zip(first.tolist(), second.tolist())}, key=sorted)
    of_dyad = np.array([[{a, b} == dyad for a, b in zip(first, second)] for dyad in dyads], float)
    of_pair = np.array([[pair in dyad for dyad in dyads] for pair in range(n_pairs)], float)
    sizes = of_dyad.sum(axis=1)
    centre = np.eye(len(dyads)) - np.outer(sizes, np.ones(len(dyads))) / n
    apart = centre @ of_dyad @ values[asked]
    # Outcomes of dyads: as often as asked the effects of both pairs, and chance.
    by_pairs = (sizes[:, None] * of_pair.T) @ (sizes[:, None] * of_pair.T).T
    by_chance = np.diag(sizes)
    expected = np.array(
        [
            [np.trace(form @ centre @ spread @ centre.T) for spread in (by_pairs, by_chance)]
            for form in (of_pair.T @ of_pair, np.eye(len(dyads)))
        ]
    )
    if abs(np.linalg.det(expected)) < 1e-6:
        return
    seen = np.array([(of_pair @ apart) @ (of_pair @ apart), apart @ apart])
    of_pairs, of_chance = np.linalg.solve(expected, seen)
    if of_pairs <= 0:
        of_pairs, of_chance = 0, seen[1] / expected[1, 1]
    ones = np.ones(len(dyads))
    variance = of_pairs * ones @ by_pairs @ ones + max(of_chance, 0) * ones @ by_chance @ ones
    found = section_sum(design, values, asked)
    assert found.variance == pytest.approx(variance)
    assert found.value == pytest.approx(values[asked].sum())
    assert (found.n, found.n_units) == (n, min(len(set(first) | set(second)), len(dyads)))


def test_the_variance_is_that_of_repeated_draws():
    random = np.random.default_rng(0)
    design, asked = design_of(15), np.ones(210, bool)
    found = [section_sum(design, answers(random, 15, 0.8), asked) for _ in range(600)]
    assert np.mean([one.variance for one in found]) == pytest.approx(
        np.var([one.value for one in found]), rel=0.15
    )


def test_one_answer_more_in_a_section_of_one_dyad_is_no_proof():
    """The only difference is in two questions of the same two pairs, among 38 without one."""
    words = [(f"a{i}", f"b{i}") for i in range(4)]
    questions = [(*one, *other) for one in words for other in words if one != other]
    twos = [(*words[0], *words[1]), (*words[1], *words[0])]
    test = AnalogySet("t", "", (("two", tuple(twos)), *((str(n), tuple(questions)) for n in "abc")))
    apart = np.zeros(38)
    apart[0] = 1
    sums = section_sums(sections_of(test), apart, np.ones(38, bool))
    assert (sums[0].variance, sums[0].df) == (pytest.approx((1 - 2 / 38) ** 2), 1)
    (low, high), p_value = difference_test(add_sums(sums))
    assert p_value > 0.4 and low < 0 < high
    # Where each question of a section differs, the pairs of that section are what speaks.
    three = AnalogySet("t", "", test.sections[1:])
    apart = np.repeat([1.0, 0, 0], 12)
    sums = section_sums(sections_of(three), apart, np.ones(36, bool))
    assert difference_test(add_sums(sums))[1] == 2 * 0.5**4


@pytest.mark.parametrize(("spread", "base"), [(0.0, 0.5), (0.7, 0.5), (1.5, 0.5), (1.0, 2.5)])
def test_coverage_and_level(spread, base):
    test = AnalogySet(
        "t",
        "",
        tuple(
            (
                name,
                tuple(
                    (f"a{i}", f"b{i}", f"a{j}", f"b{j}")
                    for i, j in zip(*np.nonzero(~np.eye(20, dtype=bool)))
                ),
            )
            for name in ("one", "two")
        ),
    )
    designs, asked = sections_of(test), np.ones(760, bool)
    truth = np.mean([answers(np.random.default_rng(i), 2000, spread, base).mean() for i in (1, 2)])
    held = wrong = 0
    for trial in range(250):
        random = np.random.default_rng([2, trial])
        one, two = (
            np.concatenate([answers(random, 20, spread, base) for _ in range(2)]) for _ in range(2)
        )
        low, high = accuracy_interval(add_sums(section_sums(designs, one, asked)))
        held += low <= truth <= high
        (low, high), p_value = difference_test(
            add_sums(section_sums(designs, one.astype(float) - two, asked))
        )
        wrong += p_value <= 0.05
        assert (p_value <= 0.05) == (not low < 0 < high)
    assert 0.91 <= held / 250 <= (0.985 if spread else 1)
    assert wrong / 250 <= 0.09


def test_sections_add_up_and_are_centred_by_themselves():
    design = design_of(6)
    asked = np.ones(30, bool)
    easy, hard = section_sum(design, asked, asked), section_sum(design, ~asked, asked)
    both = add_sums([easy, hard])
    assert (both.value, both.n, both.variance, both.n_units) == (30, 60, 0, 12)
    mixed = section_sum(design, design.first % 2, asked)
    both = add_sums([mixed, mixed])
    assert both.variance == 2 * mixed.variance
    assert both.df == pytest.approx(2 * mixed.df)
    assert add_sums([]).n == 0


def test_sections_with_few_word_pairs():
    design, asked = design_of(5), np.ones(20, bool)
    assert accuracy_interval(section_sum(design, asked, asked)) == share_interval(5, 5)
    assert accuracy_interval(section_sum(design, ~asked, asked)) == share_interval(0, 5)
    assert accuracy_interval(section_sum(design, asked, ~asked)) == (0, 1)
    (low, high), p_value = difference_test(section_sum(design, ~asked, asked))
    assert (low, high, p_value) == (0, 0, 1)
    assert np.isnan(difference_test(section_sum(design, asked, ~asked))[1])
    one = section_sum(design, asked, np.arange(20) == 3)
    assert accuracy_interval(one) == share_interval(1, 1)
    # Questions that share no pairs are independent.
    alone = Section(np.arange(0, 80, 2), np.arange(1, 80, 2), 80)
    right = np.arange(40) % 4 == 0
    found = section_sum(alone, right, np.ones(40, bool))
    assert found.variance == pytest.approx(40 * 40 / 39 * np.var(right))
    assert (found.n_units, found.df) == (40, 39)


def test_a_handful_of_questions_is_never_certain():
    # Two dyads of four pairs, all of whose questions one model answers and the other does not.
    design = Section(np.array([0, 1, 2, 3]), np.array([1, 0, 3, 2]), 4)
    asked = np.ones(4, bool)
    (low, high), p_value = difference_test(section_sum(design, np.ones(4), asked))
    assert p_value == pytest.approx(0.5) and low < 0.5 and high == 1
    assert difference_test(section_sum(design, np.zeros(4), asked)) == ((0, 0), 1)
