"""Word pairs ranked by a relation, in files of the form of SemEval-2012 task 2."""

import math
import zipfile

import numpy as np
import pytest
from relation_files import EXAMPLES, PAIRS, ROWS, WORDS, answers, write_relations
from scipy.stats import spearmanr, ttest_rel

from wordvec_toolkit import WordVectors, paired_test
from wordvec_toolkit.errors import EmptyResultError, FormatError
from wordvec_toolkit.evaluation import evaluate_relations
from wordvec_toolkit.evaluation.relation_sets import is_relation_set, read_relation_set
from wordvec_toolkit.text.vocabulary import Vocabulary


@pytest.fixture
def folder(tmp_path):
    return write_relations(tmp_path / "relations")


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(3).standard_normal((len(WORDS), 5)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS, np.arange(9, 0, -1)), matrix)


def test_ratings_and_votes(folder):
    test = read_relation_set(folder)
    assert [each.name for each in test.relations] == [
        "1b CLASS-INCLUSION: Object:Stuff (noun.verb)",
        "10c REFERENCE: Plan",
    ]
    assert test.reading == "2 relations below Testing"
    relation = test.relations[0]
    assert relation.paradigms == tuple(EXAMPLES)
    # Chosen as most less chosen as least, of the times shown.
    expected = {0: 100 / 3, 1: 300 / 4, 2: -100 / 4, 3: -200 / 4, 4: -100}
    assert relation.ratings == {PAIRS[n]: round(rating, 1) for n, rating in expected.items()}
    first, second = relation.questions
    assert (first.least, first.most) == ((0, 0, 1, 2), (1, 2, 0, 0))
    assert (second.least, second.most) == ((0, 0, 0, 1), (1, 0, 0, 0))


def test_half_an_answer_counts(folder):
    for path in folder.rglob("Phase2Answers-*.txt"):
        path.write_text(answers((0, 1, 2, 3, None, 0), (0, 1, 2, 3, 1, None)))
    relation = read_relation_set(folder).relations[0]
    assert list(relation.ratings.values()) == [50, -50, 0, 0]
    assert (relation.questions[0].least, relation.questions[0].most) == ((0, 1, 0, 0), (1, 0, 0, 0))


def test_an_archive_is_read_alike(folder, tmp_path):
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in folder.rglob("*.txt"):
            packed.write(path, f"data/{path.relative_to(folder)}")
    assert read_relation_set(archive).relations == read_relation_set(folder).relations
    assert is_relation_set(archive) and is_relation_set(folder)
    assert not is_relation_set(folder / "Testing") and not is_relation_set("google")


def test_scores_are_those_of_the_definition(folder, vectors):
    unit = {word: row / np.linalg.norm(row) for word, row in zip(WORDS, vectors.matrix)}

    def offset(pair):
        found = unit[pair[1]].astype(float) - unit[pair[0]]
        return found / np.linalg.norm(found)

    known = [EXAMPLES[0], EXAMPLES[2]]
    scores = [np.mean([offset(pair) @ offset(each) for each in known]) for pair in PAIRS]
    relation = read_relation_set(folder).relations[0]
    rho = spearmanr(scores, [relation.ratings[pair] for pair in PAIRS]).statistic
    right = 0
    for asked, least, most in (([0, 1, 2, 3], {3}, {1}), ([1, 2, 3, 4], {4}, {1})):
        ranked = sorted(asked, key=lambda place: scores[place])
        right += (ranked[0] in least) + (ranked[-1] in most)
    result = evaluate_relations(vectors, folder)
    assert result.spearman == pytest.approx(rho)
    assert result.maxdiff == pytest.approx(right / 4)
    assert result.maxdiff_chance == 0.25
    assert (result.n_relations, result.n, result.n_oov, result.n_left_out) == (2, 10, 0, 0)
    assert result.signature.get("ci") == "t,relations"
    assert type(result).from_dict(result.as_dict()) == result


def test_a_tie_of_votes_is_right_either_way(folder, vectors):
    for path in folder.rglob("Phase2Answers-*.txt"):
        path.write_text(answers((0, 1, 2, 3, 0, 2), (0, 1, 2, 3, 1, 3)))
    result = evaluate_relations(vectors, folder)
    assert result.maxdiff_chance == 0.5
    assert result.maxdiff in (0, 0.5, 1)


def test_pairs_with_unknown_words_are_skipped(folder, vectors):
    few = WordVectors(Vocabulary(WORDS[:8], np.arange(8, 0, -1)), vectors.matrix[:8])
    result = evaluate_relations(few, folder)
    assert (result.n, result.n_oov) == (8, 2)
    assert result.relations[0].n_oov == 1
    assert math.isnan(result.maxdiff)  # each question has h:i
    fewer = WordVectors(Vocabulary(WORDS[:4], np.arange(4, 0, -1)), vectors.matrix[:4])
    with pytest.raises(EmptyResultError, match="none of the 2 relations"):
        evaluate_relations(fewer, folder)


def test_differences_are_tested_over_relations(folder, vectors):
    lines = (folder / "subcategories-paradigms.txt").read_text().splitlines()
    for n, letter in enumerate("defg"):
        shifted = [(*row[n:4], *row[:n], *row[4:]) for row in ROWS]
        path = folder / f"Testing/Phase2Answers/Phase2Answers-1{letter}.txt"
        path.write_text(answers(*shifted, (0, 1, 2, 3, n, 3 - n)))
        lines.append(f"1, {letter}, X, Y, {WORDS[n]}:{WORDS[n + 4]}")
    (folder / "subcategories-paradigms.txt").write_text("\n".join(lines))
    other = WordVectors(vectors.vocabulary, vectors.matrix[::-1].copy())
    one, two = (evaluate_relations(each, folder) for each in (vectors, other))
    (found,) = paired_test({"one": one, "two": two})
    rhos = [[each.spearman for each in result.relations] for result in (one, two)]
    assert found.difference == pytest.approx(np.mean(rhos[0]) - np.mean(rhos[1]))
    assert found.p_value == pytest.approx(ttest_rel(*rhos).pvalue)
    assert (found.n, found.measure) == (6, "spearman")


def test_damaged_files(folder):
    path = folder / "Testing/Phase2Answers/Phase2Answers-1b.txt"
    path.write_text(answers((0, 1, 2, 3, 4, 0)))
    with pytest.raises(FormatError, match="the least and the most illustrative"):
        read_relation_set(folder)
    path.rename(path.with_name("Phase2Answers-7a.txt"))
    with pytest.raises(FormatError, match="relation 7a"):
        read_relation_set(folder)
    (folder / "subcategories-paradigms.txt").write_text("1, a, X, Y, flower\n")
    with pytest.raises(FormatError, match="line 1"):
        read_relation_set(folder)
