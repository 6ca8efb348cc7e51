"""Two models together: weights from held-out pairs."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from wordvec_toolkit.embeddings import WordVectors
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.evaluation import evaluate_combination, evaluate_similarity
from wordvec_toolkit.evaluation.comparison import paired_test
from wordvec_toolkit.evaluation.datasets import SimilaritySet
from wordvec_toolkit.text.vocabulary import Vocabulary

N = 60


class Given:
    """Scores pairs by a list."""

    signed = {"by": "list", "uses": "lexicon"}

    def __init__(self, scores):
        self.scores = np.array(scores, float)

    def __contains__(self, word):
        return not np.isnan(self.scores[int(word[1:])])

    def similarities(self, pairs, threads=None):
        return self.scores[[int(first[1:]) for first, _ in pairs]]


@pytest.fixture
def parts():
    """Two noisy views of the same ratings, and the test set."""
    random = np.random.default_rng(3)
    ratings = random.normal(size=N)
    test = SimilaritySet(
        "toy", "0" * 64, tuple((f"a{i}", f"b{i}", r) for i, r in enumerate(ratings))
    )
    one, two = (ratings + random.normal(size=N) for _ in range(2))
    return one, two, test


def test_together_they_are_better_than_alone(parts):
    one, two, test = parts
    models = [Given(one), Given(10 * two + 5)]  # scales do not matter
    alone = [evaluate_similarity(model, test) for model in models]
    both = evaluate_combination(models, test)
    assert both.spearman > max(each.spearman for each in alone)
    assert both.spearman == pytest.approx(spearmanr(both.cosines, both.ratings)[0], abs=1e-6)
    assert both.signature.get("uses") == "lexicon"
    assert 0.2 < float(both.signature.get("weight-of-second")) < 0.8
    assert evaluate_combination(models, test).spearman == both.spearman
    (compared,) = paired_test({"one": alone[0], "both": both})
    assert compared.n == N


def test_no_pair_has_a_say_in_its_own_weight(parts):
    one, two, test = parts
    models = [Given(one), Given(two)]
    before = evaluate_combination(models, test, folds=N)
    pairs = list(test.pairs)
    pairs[7] = (*pairs[7][:2], 100.0)
    after = evaluate_combination(models, SimilaritySet("toy", "0" * 64, tuple(pairs)), folds=N)
    assert after.cosines[7] == before.cosines[7]


def test_what_one_does_not_know_comes_from_the_other(parts):
    one, two, test = parts
    two[:5] = np.nan
    one[3:6] = np.nan
    found = evaluate_combination([Given(one), Given(two)], test)
    assert np.isnan(found.cosines[3:5]).all()
    assert (found.n, found.n_oov) == (N - 2, 2)
    assert set(found.oov_words) == {"a3", "b3", "a4", "b4"}
    order = np.argsort(one[:3])
    assert (np.argsort(found.cosines[:3]) == order).all()


def test_noise_gets_no_weight(parts):
    one, _, test = parts
    noise = np.random.default_rng(0).normal(size=N)
    exact = [score for _, _, score in test.pairs]
    found = evaluate_combination([Given(exact), Given(noise)], test)
    assert float(found.signature.get("weight-of-second")) <= 0.05


def test_it_refuses_what_makes_no_sense(parts):
    one, two, test = parts
    with pytest.raises(SettingError, match="takes two models or more"):
        evaluate_combination([Given(one)], test)
    with pytest.raises(SettingError, match="folds"):
        evaluate_combination([Given(one), Given(two)], test, folds=1)
    two[5:] = np.nan
    with pytest.raises(EmptyResultError, match="known to both"):
        evaluate_combination([Given(one), Given(two)], test)


def test_vectors_are_one_of_them(parts):
    one, _, test = parts
    words = [word for first, second, _ in test.pairs for word in (first, second)]
    matrix = np.random.default_rng(1).normal(size=(len(words), 8)).astype(np.float32)
    vectors = WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), matrix)
    found = evaluate_combination([vectors, Given(one)], test)
    assert found.signature.get("uses") == "lexicon"
    assert "uses" not in dict(evaluate_combination([vectors, vectors], test).signature.parts)


def test_of_more_than_two_the_best_is_combined_with_the_last(parts):
    one, two, test = parts
    noise = np.random.default_rng(9).normal(size=N)
    found = evaluate_combination([Given(noise), Given(one), Given(two)], test)
    alone = evaluate_combination([Given(one), Given(two)], test)
    assert found.signature.get("first") == "2"
    assert "first" not in dict(alone.signature.parts)
    assert np.array_equal(found.cosines, alone.cosines)
