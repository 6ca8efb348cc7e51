import numpy as np
import pytest
from reference import slow
from scipy.sparse import csr_array

from wordvec_toolkit.counts.cooccurrence import Cooccurrence
from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.embeddings.glove import GloveState, train_glove
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.text import encode_text
from wordvec_toolkit.text.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def counts():
    generator = np.random.default_rng(3)
    words = [f"w{i}" for i in range(60)]
    lines = [
        " ".join(generator.choice(words, 12, p=np.arange(60, 0, -1) / 1830)) for _ in range(80)
    ]
    corpus = encode_text("\n".join(lines))
    return count_cooccurrences(corpus, window=4, weighting="harmonic")


@pytest.mark.kernel
@pytest.mark.parametrize("dim", [5, 16])
def test_training_agrees_with_the_slow_twin(counts, dim):
    states = []
    result = train_glove(
        counts, dim=dim, epochs=3, x_max=3, add_context=False, on_epoch=states.append
    )
    start = GloveState.initial(len(result), dim, 0)
    words, losses = slow.glove(
        counts.matrix.toarray() / counts.divisor,
        [side[:, :dim] if side.ndim == 2 else side for side in start.words],
        [side[:, :dim] if side.ndim == 2 else side for side in start.contexts],
        epochs=3,
        rate=0.05,
        x_max=3,
        exponent=0.75,
        n_groups=7,
    )
    assert np.allclose(result.matrix, words, rtol=1e-3, atol=1e-5)
    assert np.allclose(result.facts["losses"], losses, rtol=1e-4)
    assert len(states) == 3


def test_the_learning_rate_scales_the_first_step_of_vectors_but_not_of_biases():
    """One cell by hand: the slope of (w c + b + b' - log x)^2 / 2, its sum of squares still 1."""
    cell = Cooccurrence(Vocabulary(["a"], np.array([3])), csr_array(np.array([[6]])), 2)
    state = GloveState.initial(1, 1, 0)
    (w, _, b, _), (c, _, d, _) = [
        [float(part.flat[0]) for part in side] for side in (state.words, state.contexts)
    ]
    train_glove(cell, dim=1, epochs=1, x_max=1, learning_rate=0.01, state=state)
    slope = w * c + b + d - np.log(3)
    assert state.words[0][0, 0] == pytest.approx(w - 0.01 * slope * c)
    assert state.contexts[0][0, 0] == pytest.approx(c - 0.01 * slope * w)
    assert state.words[2][0] == pytest.approx(b - slope)
    assert state.contexts[2][0] == pytest.approx(d - slope)
    assert state.words[3][0] == pytest.approx(1 + slope**2)


def test_the_loss_falls_and_products_approach_the_logarithms(counts):
    result = train_glove(counts, dim=40, epochs=60, x_max=1, learning_rate=0.1)
    losses = result.facts["losses"]
    assert losses[-1] < losses[0] / 10
    assert sorted(losses, reverse=True) == losses


def test_threads_make_no_difference_and_seeds_do(counts):
    one, two, other = (
        train_glove(counts, dim=20, epochs=2, threads=threads, seed=seed).matrix
        for threads, seed in ((1, 0), (3, 0), (2, 1))
    )
    assert np.array_equal(one, two)
    assert not np.allclose(one, other)


def test_going_on_gives_the_same_bits_as_one_run(counts):
    whole = train_glove(counts, dim=20, epochs=5)
    kept = []
    train_glove(counts, dim=20, epochs=2, on_epoch=kept.append)
    continued = train_glove(counts, dim=20, epochs=5, state=kept[-1])
    assert np.array_equal(whole.matrix, continued.matrix)
    assert whole.facts == continued.facts


def test_tolerance_stops_early(counts):
    result = train_glove(counts, dim=10, epochs=200, tolerance=0.05)
    assert 2 <= result.facts["n_epochs"] < 200
    losses = result.facts["losses"]
    assert losses[-2] - losses[-1] < 0.05 * losses[-2]
    assert all(a - b >= 0.05 * a for a, b in zip(losses[:-2], losses[1:-1]))


def test_without_tolerance_a_rising_loss_does_not_stop(counts):
    state = GloveState.initial(counts.matrix.shape[0], 4, 0)
    state.losses += [1e-9, 2e-9]
    assert train_glove(counts, dim=4, epochs=4, state=state).facts["n_epochs"] == 4


def test_add_context_adds_the_other_side(counts):
    kept = []
    both = train_glove(counts, dim=9, epochs=1, on_epoch=kept.append)
    assert np.array_equal(both.matrix, (kept[0].words[0] + kept[0].contexts[0])[:, :9])


@pytest.mark.parametrize(
    "settings",
    [
        {"dim": 0},
        {"epochs": 0},
        {"x_max": 0},
        {"learning_rate": -1},
        {"weight_exponent": -1},
        {"tolerance": 1},
        {"seed": -1},
        {"x_max": float("nan")},
    ],
)
def test_settings_that_make_no_sense_are_refused(counts, settings):
    with pytest.raises(SettingError, match=next(iter(settings))):
        train_glove(counts, **settings)


def test_a_loss_that_explodes_is_said(counts):
    with pytest.raises(WordvecError, match="smaller learning rate"):
        train_glove(counts, dim=4, learning_rate=1e30, epochs=9)


def test_a_state_of_other_counts_is_refused(counts):
    with pytest.raises(SettingError, match="expected 59 and 8"):
        train_glove(counts, dim=8, state=GloveState.initial(60, 9, 0))
