import numpy as np
import pytest

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.evaluation.analogy import evaluate_analogies
from wordvec_toolkit.evaluation.datasets import AnalogySet, SimilaritySet, read_similarity_set
from wordvec_toolkit.evaluation.frequency import analogies_by_frequency, similarity_by_frequency
from wordvec_toolkit.evaluation.overlap import find_overlaps
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.evaluation.statistics import ranking
from wordvec_toolkit.evaluation.statistics.chance import (
    analogy_chance,
    odd_one_out_chance,
    similarity_chance,
)
from wordvec_toolkit.text.vocabulary import Vocabulary


def similarity_set(name, *pairs):
    return SimilaritySet(name, "", tuple((a, b, 1.0) for a, b in pairs))


def test_overlap_by_hand():
    whole = similarity_set("whole", ("a", "b"), ("c", "d"), ("E", "f"), ("c", "d"))
    part = similarity_set("part", ("B", "A"), ("f", "e"))
    other = similarity_set("other", ("a", "c"))
    (found,) = find_overlaps([whole, other, part])
    assert (found.first, found.n_shared, found.n_first, found.n_second) == ("part", 2, 2, 3)
    assert str(found) == "part: 2 of its 2 pairs are in whole (3)"
    assert find_overlaps([whole]) == ()
    (same,) = find_overlaps([whole, whole])
    assert "hold the same 3 pairs" in str(same)


def test_overlap_of_analogies_keeps_the_order():
    one = AnalogySet("one", "", (("s", (("a", "b", "c", "d"), ("e", "f", "g", "h"))),))
    two = AnalogySet("two", "", (("s", (("b", "a", "c", "d"), ("E", "f", "g", "h"))),))
    (found,) = find_overlaps([one, two])
    assert (found.n_shared, found.unit) == (1, "questions")
    with pytest.raises(ValueError, match="no items in common"):
        find_overlaps([one, similarity_set("x", ("a", "b"))])


def test_wordsim_holds_its_parts(real_data):
    folder = real_data / "similarity"
    names = ("EN-WS-353-ALL.txt", "EN-WS-353-SIM.txt", "EN-WS-353-REL.txt")
    found = {
        (o.first, o.second): o
        for o in find_overlaps([read_similarity_set(folder / n) for n in names])
    }
    assert found[names[1], names[0]].n_shared == found[names[1], names[0]].n_first == 203
    assert found[names[2], names[0]].n_shared == found[names[2], names[0]].n_first
    assert found[names[1], names[2]].n_shared == 103


@pytest.mark.parametrize(
    ("name", "n", "first"),
    [
        ("EN-RG-65.txt", 65, ("gem", "jewel", 3.94)),
        ("EN-SIMLEX-999.txt", 999, ("old", "new", 1.58)),
        ("EN-WS-353-ALL.txt", 353, ("love", "sex", 6.77)),
        ("EN-WS-353-REL.txt", 252, ("computer", "keyboard", 7.62)),
        ("EN-WS-353-SIM.txt", 203, ("tiger", "cat", 7.35)),
        ("SimLex-999.txt", 999, ("old", "new", 1.58)),
        ("WS353_korean.csv", 353, ("사랑", "섹스", 6.42)),
        ("wordsim353-combined.csv", 353, ("love", "sex", 6.77)),
    ],
)
def test_files_of_the_field_are_read(real_data, name, n, first):
    pairs = read_similarity_set(real_data / "similarity" / name).pairs
    assert len(pairs) == n
    assert pairs[0] == first


def test_chance_of_random_vectors():
    """Random vectors score what is said, on planted items."""
    random = np.random.default_rng(0)
    ratings = random.normal(size=60)
    rhos = [ranking.spearman(random.normal(size=60), ratings) for _ in range(2000)]
    assert np.std(rhos) == pytest.approx(similarity_chance(60), rel=0.05)
    words = [f"w{i}" for i in range(13)]
    questions = tuple(tuple(random.permutation(words)[:4].tolist()) for _ in range(4000))
    test = AnalogySet("random", "", (("s", questions),))
    vectors = WordVectors(
        Vocabulary(words, np.ones(13)), random.normal(size=(13, 100)).astype(np.float32)
    )
    result = evaluate_analogies(vectors, test, interval="analytic")
    assert result.chance == analogy_chance(13) == 0.1
    assert result.total.accuracy == pytest.approx(0.1, abs=0.03)
    assert odd_one_out_chance([4, 5]) == pytest.approx((1 / 4 + 1 / 5) / 2)
    assert np.isnan([similarity_chance(1), analogy_chance(3), odd_one_out_chance([])]).all()


@pytest.fixture
def counted():
    """Forty words; word i occurs 200 - 5 i times."""
    random = np.random.default_rng(1)
    vocabulary = Vocabulary([f"w{i}" for i in range(40)], 200 - 5 * np.arange(40))
    return WordVectors(vocabulary, random.normal(size=(40, 5)).astype(np.float32))


def test_similarity_by_frequency(counted):
    random = np.random.default_rng(2)
    pairs = tuple(
        (f"w{a}", f"w{b}", float(r))
        for a, b, r in zip(
            random.integers(0, 44, 150), random.integers(0, 40, 150), random.normal(size=150)
        )
    )
    test = SimilaritySet("made", "0" * 64, pairs)
    result = evaluate_similarity(counted, test)
    bands = similarity_by_frequency(counted, test, result, edges=(1, 50, 150, 1000))
    assert sum(band.n for band in bands) == result.n
    assert [(band.low, band.high) for band in bands] == [(1, 50), (50, 150), (150, 1000)]
    held = [
        i
        for i, (a, b, _) in enumerate(pairs)
        if not np.isnan(result.cosines[i]) and 50 <= 200 - 5 * max(int(a[1:]), int(b[1:])) < 150
    ]
    assert bands[1].n == len(held)
    assert bands[1].score == ranking.spearman(
        ranking.clean(result.cosines[held]), result.ratings[held]
    )
    assert str(bands[1]) == "50 to 149"
    with pytest.raises(SettingError, match="edges"):
        similarity_by_frequency(counted, test, result, edges=(50, 10))


def test_analogies_by_frequency(counted):
    random = np.random.default_rng(3)
    questions = tuple(tuple(f"w{i}" for i in random.permutation(42)[:4]) for _ in range(300))
    test = AnalogySet("made", "0" * 64, (("s", questions),))
    result = evaluate_analogies(counted, test, resamples=100)
    bands = analogies_by_frequency(counted, test, result)
    assert sum(band.n for band in bands) == result.total.n
    assert sum(round(band.score * band.n) for band in bands) == result.total.n_correct


def test_vectors_without_counts_have_no_bands():
    vectors = WordVectors(
        Vocabulary(["a", "b", "c"], np.ones(3)), np.eye(3, dtype=np.float32) + 0.1
    )
    test = SimilaritySet("t", "", (("a", "b", 1.0), ("b", "c", 2.0)))
    with pytest.raises(WordvecError, match="no word counts"):
        similarity_by_frequency(vectors, test, evaluate_similarity(vectors, test))
