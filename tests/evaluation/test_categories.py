import gensim.models
import numpy as np
import pytest
import scipy.sparse
import sklearn.cluster
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.evaluation.categories import evaluate_categories, purity
from wordvec_toolkit.evaluation.category_sets import (
    CATEGORY_SETS,
    CategorySet,
    OddOneOutSet,
    odd_one_out_of,
    read_category_set,
    read_odd_one_out_set,
)
from wordvec_toolkit.evaluation.coordinates import unit_coordinates
from wordvec_toolkit.evaluation.odd_one_out import evaluate_odd_one_out
from wordvec_toolkit.text.vocabulary import Vocabulary

KINDS = (
    ("one", tuple(f"a{i}" for i in range(12))),
    ("two", tuple(f"b{i}" for i in range(8))),
    ("three", tuple(f"c{i}" for i in range(10))),
)


@pytest.fixture
def kinds():
    return CategorySet("kinds", "0" * 64, KINDS)


def planted(noise, sparse=False, dim=60):
    """Vectors near the centre of their kind; the words of KINDS and some others."""
    random = np.random.default_rng(0)
    words, rows = [], []
    for _, own in (*KINDS, ("rest", tuple(f"x{i}" for i in range(20)))):
        centre = random.normal(size=dim)
        words += own
        rows.append(centre + noise * random.normal(size=(len(own), dim)))
    matrix = np.concatenate(rows).astype(np.float32)
    if sparse:
        matrix = scipy.sparse.csr_array(np.maximum(matrix, 0))
    return WordVectors(Vocabulary(words, np.arange(len(words), 0, -1)), matrix)


@pytest.mark.parametrize("method", ["kmeans", "agglomerative"])
@pytest.mark.parametrize("sparse", [False, True])
def test_planted_kinds_are_found(kinds, method, sparse):
    result = evaluate_categories(planted(0.3, sparse), kinds, method)
    assert result.purity == result.adjusted_rand == result.v_measure == pytest.approx(1)
    assert (result.n, result.n_oov, result.categories) == (30, 0, ("one", "two", "three"))
    assert result.chance_range[0] <= result.chance <= result.chance_range[1] < 1
    assert "|k:3|set:kinds|" in result.signature


def test_noise_scores_like_chance(kinds):
    result = evaluate_categories(planted(1000.0), kinds)
    assert result.purity <= result.chance_range[1] + 0.1
    assert abs(result.adjusted_rand) < 0.2


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_purity_by_counting(items):
    labels, clusters = (np.array(side) for side in zip(*items))
    expected = sum(
        max(np.sum(labels[clusters == c] == lab) for lab in set(labels)) for c in set(clusters)
    ) / len(items)
    assert purity(labels, clusters) == pytest.approx(expected)


def test_purity_by_hand():
    # Manning, Raghavan and Schuetze 2008, figure 16.4: (5 + 4 + 3) / 17
    labels = np.array([0] * 5 + [1] + [0] + [1] * 4 + [2] + [0] * 2 + [2] * 3)
    clusters = np.array([0] * 6 + [1] * 6 + [2] * 5)
    assert purity(labels, clusters) == pytest.approx(12 / 17)


@pytest.mark.parametrize("sparse", [False, True])
def test_coordinates_keep_cosines(sparse):
    vectors = planted(1.0, sparse)
    places = list(range(0, 40, 2))
    points = unit_coordinates(vectors, places)
    assert points.shape[1] <= max(20, 60)
    unit = vectors.unit(places).astype(np.float64)
    assert points @ points.T == pytest.approx(unit @ unit.T, abs=1e-6)


def test_clusters_are_those_of_scikit_learn_on_the_vectors_themselves(kinds):
    vectors = planted(1.5)
    result = evaluate_categories(vectors, kinds)
    unit = vectors.unit(list(range(30)))
    expected = sklearn.cluster.KMeans(3, n_init=50, random_state=1).fit(unit)
    inertia = sum(
        ((unit[result.clusters == c] - unit[result.clusters == c].mean(axis=0)) ** 2).sum()
        for c in range(3)
    )
    assert inertia == pytest.approx(expected.inertia_, rel=0.01)


def test_the_same_seed_the_same_clusters(kinds):
    vectors = planted(2.0)
    one, two = (evaluate_categories(vectors, kinds, n_init=2, seed=5) for _ in range(2))
    assert np.array_equal(one.clusters, two.clusters)
    assert (one.purity, one.chance_range) == (two.purity, two.chance_range)


def test_words_that_are_skipped(kinds):
    test = CategorySet("more", "", (*KINDS, ("four", ("unheard", "A0")), ("five", ("unseen",))))
    result = evaluate_categories(planted(0.3), test)
    assert (result.n, result.n_oov) == (29, 4)  # a0 is of two categories once looked up
    assert result.categories == ("one", "two", "three")
    with pytest.raises(EmptyResultError, match="language"):
        evaluate_categories(planted(0.3), "everyday")
    for wrong in ({"method": "x"}, {"n_init": 0}, {"permutations": 0}, {"seed": -1}):
        with pytest.raises(SettingError):
            evaluate_categories(planted(0.3), kinds, **wrong)


def test_words_keep_the_order_of_the_set(kinds):
    """So that two models that know the same words have the same `words`."""
    vectors = planted(0.3)
    turned = WordVectors(
        Vocabulary(vectors.words[::-1], vectors.vocabulary.counts), np.asarray(vectors.matrix)[::-1]
    )
    expected = tuple(word for _, own in KINDS for word in own)
    for model in (vectors, turned):
        assert evaluate_categories(model, kinds, n_init=1, permutations=1).words == expected


def test_formats_of_category_sets(write):
    texts = [
        "dog\tanimal\ncat\tanimal\nred\tcolour\n",
        "\ufeffWord,Category\r\ndog,animal\r\ncat,animal\r\nred,colour\r\n",
        "# ours\ndog animal\n\ncat animal\ncat animal\nred colour\n",
        ": animal\ndog\ncat\n: colour\nred\n",
        ": animal\ndog cat\n: colour\nred",
    ]
    for text in texts:
        found = read_category_set(write("set", text)).categories
        assert found == (("animal", ("dog", "cat")), ("colour", ("red",)))
    spaced = read_category_set(write("set", "ice cream\tfood\nred\tcolour\n"))
    assert spaced.categories[0] == ("food", ("ice cream",))


@pytest.mark.parametrize(
    "text",
    ["", "dog\tanimal\n", "dog animal brown\nred colour\n", "dog\n", "a x\nA y\n", b"\xff a"],
)
def test_malformed_category_sets_are_refused(write, text):
    with pytest.raises(FormatError):
        read_category_set(write("set", text))


@pytest.mark.parametrize("name", CATEGORY_SETS)
def test_sets_that_need_no_file(name):
    test = read_category_set(name)
    words = [word.lower() for _, own in test.categories for word in own]
    assert len(words) == len(set(words)) >= 100
    assert min(len(own) for _, own in test.categories) >= 10
    assert test.sha256 == read_category_set(name).sha256
    with pytest.raises(WordvecError, match="everyday"):
        read_category_set("nothing")


def test_odd_one_out_agrees_with_gensim(kinds):
    vectors = planted(3.0)
    oracle = gensim.models.KeyedVectors(60)
    oracle.add_vectors(list(vectors.words), np.asarray(vectors.matrix))
    test = odd_one_out_of(kinds, size=4, per_category=30)
    result = evaluate_odd_one_out(vectors, test)
    expected = [oracle.doesnt_match(group) for group in test.groups]
    assert [group[i] for group, i in zip(test.groups, result.answers)] == expected
    assert result.accuracy == np.mean(
        [found == group[-1] for found, group in zip(expected, test.groups)]
    )
    assert result.chance == 0.25
    assert result.interval[0] < result.accuracy < result.interval[1]


def test_odd_one_out_by_hand(write):
    words = ["up", "high", "top", "down"]
    matrix = np.array([[0, 1], [0.1, 1], [-0.1, 1], [0, -1]], np.float32)
    vectors = WordVectors(Vocabulary(words, np.ones(4)), matrix)
    test = read_odd_one_out_set(
        write("g", "# a\n: s\nup high top Down\nup high down\nup down none\nup high top\n")
    )
    result = evaluate_odd_one_out(vectors, test)
    assert result.answers.tolist()[:3] == [3, 2, -1]
    assert (result.n, result.n_oov) == (3, 1)
    assert result.chance == pytest.approx((1 / 4 + 1 / 3 + 1 / 3) / 3)
    assert (
        evaluate_odd_one_out(
            vectors, OddOneOutSet("t", "", (("Up", "up", "down"), ("up", "top", "down")))
        ).n
        == 1
    )


def test_coordinates_do_not_depend_on_the_threads_of_blas():
    matrix = np.random.default_rng(0).normal(size=(200, 300)).astype(np.float32)
    vectors = WordVectors(Vocabulary([f"w{i}" for i in range(200)], np.arange(200)), matrix)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(unit_coordinates(vectors, range(200)))
    np.testing.assert_array_equal(*found)


def test_drawn_groups(kinds):
    test = odd_one_out_of(kinds, size=5, per_category=20, seed=3)
    of = {word: title for title, own in kinds.categories for word in own}
    for *alike, odd in test.groups:
        assert len({of[word] for word in alike}) == 1
        assert of[odd] != of[alike[0]]
        assert len(set(alike)) == 4
    assert test == odd_one_out_of(kinds, size=5, per_category=20, seed=3)
    assert test.groups != odd_one_out_of(kinds, size=5, per_category=20, seed=4).groups
    limits = ({"per_category": 0}, {"per_category": 10**12})
    for wrong in ({"size": 2}, {"size": 99}, *limits, {"seed": -1}):
        with pytest.raises(SettingError):
            odd_one_out_of(kinds, **wrong)


@pytest.mark.parametrize("text", ["", "a b\n", "a b a\n", ": s\n"])
def test_malformed_groups_are_refused(write, text):
    with pytest.raises(FormatError):
        read_odd_one_out_set(write("groups", text))


def test_no_group_in_the_vocabulary(kinds):
    with pytest.raises(EmptyResultError, match="language"):
        evaluate_odd_one_out(planted(1), odd_one_out_of(read_category_set("everyday")))
    with pytest.raises(SettingError, match="smaller size"):
        evaluate_odd_one_out(planted(1), read_category_set("everyday"))
    more = CategorySet("more", "", (*KINDS, ("four", ("unheard", "a"))))
    assert evaluate_odd_one_out(planted(1), more).n_oov == 0
