"""Retrofitting, counter-fitting, sprinkling: against the published loops, one word at a time."""

import numpy as np
import pytest
from scipy.sparse import csr_array

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings import combine, postprocess
from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, UnknownWordError
from wordvec_toolkit.evaluation.datasets import SimilaritySet
from wordvec_toolkit.lexicon import (
    ThesaurusMeasure,
    counter_fit,
    make_thesaurus,
    read_information,
    read_layer,
    read_wndb,
    retrofit,
    sprinkle,
)
from wordvec_toolkit.lexicon.relations import antonym_pairs, read_word_groups, related_pairs
from wordvec_toolkit.models import build_thesaurus, load_pair_model
from wordvec_toolkit.models.thesaurus import load_lexicon
from wordvec_toolkit.text.vocabulary import Vocabulary

WORDS = ["dog", "cat", "canis_familiaris", "animal", "beast", "good", "bad", "car", "automobile"]
GROUPS = [["dog", "canis_familiaris", "cat"], ["animal", "beast", "unknown"]]


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(0).normal(size=(len(WORDS), 20)).astype(np.float32)
    return wvt.WordVectors(Vocabulary(WORDS, np.arange(len(WORDS), 0, -1)), matrix)


def named(vectors, pairs):
    return {(WORDS[one], WORDS[two]) for one, two in pairs.tolist() if one < two}


def test_pairs_come_from_a_thesaurus_or_from_a_list(thesaurus, vectors, tmp_path):
    synonyms = named(vectors, related_pairs(thesaurus, vectors.vocabulary))
    assert synonyms == {("dog", "canis_familiaris"), ("animal", "beast"), ("car", "automobile")}
    more = named(vectors, related_pairs(thesaurus, vectors.vocabulary, "hypernyms"))
    assert more - synonyms == {
        *{("dog", above) for above in ("animal", "beast")},
        *{("cat", above) for above in ("animal", "beast")},
        *{("canis_familiaris", above) for above in ("animal", "beast")},
    }
    assert named(vectors, antonym_pairs(thesaurus, vectors.vocabulary)) == {("good", "bad")}
    path = tmp_path / "list.txt"
    path.write_text("# words\n" + "\n".join(map(" ".join, GROUPS)) + "\n")
    assert named(vectors, related_pairs(read_word_groups(path), vectors.vocabulary)) == {
        ("dog", "canis_familiaris"),
        ("dog", "cat"),
        ("animal", "beast"),
    }
    path.write_text("dog cat\ndog\n")
    with pytest.raises(FormatError, match="line 2"):
        read_word_groups(path)
    with pytest.raises(EmptyResultError, match="same language"):
        related_pairs([["x", "y"]], vectors.vocabulary)
    with pytest.raises(SettingError, match="two words or more"):
        related_pairs(["dog cat"], vectors.vocabulary)


@pytest.mark.kernel
def test_retrofitting_is_the_published_loop(vectors):
    lexicon = {"dog": ["canis_familiaris", "cat"], "canis_familiaris": ["dog"], "cat": ["dog"]}
    lexicon |= {"animal": ["beast"], "beast": ["animal"]}
    original = {word: vectors[word] / np.linalg.norm(vectors[word]) for word in WORDS}
    new = dict(original)
    for _ in range(10):  # github.com/mfaruqui/retrofitting
        for word in (word for word in WORDS if word in lexicon):
            n = len(lexicon[word])
            new[word] = (n * original[word] + sum(new[w] for w in lexicon[word])) / (2 * n)
    found = retrofit(vectors, GROUPS, threads=2)
    assert np.allclose(found.vectors, [new[word] for word in WORDS], atol=1e-6)
    assert found.similarity("animal", "beast") > vectors.similarity("animal", "beast")
    assert np.array_equal(found.vectors, retrofit(vectors, GROUPS, threads=1).vectors)


def test_a_large_alpha_leaves_vectors_as_they_were(vectors):
    found = retrofit(vectors, GROUPS, alpha=1e9)
    assert np.allclose(found.vectors, vectors.unit(range(len(WORDS))), atol=1e-6)


def test_counter_fitting_is_the_published_loop(vectors):
    """Gradient steps of github.com/nmrksic/counter-fitting, with pairs in both orders."""
    synonyms = [("dog", "cat"), ("cat", "dog"), ("animal", "beast"), ("beast", "animal")]
    antonyms = [("good", "bad"), ("bad", "good")]
    new = {word: vectors[word] / np.linalg.norm(vectors[word]) for word in WORDS}
    new["beast"] = new["animal"] * 0.95 + new["beast"] * 0.1
    new["beast"] /= np.linalg.norm(new["beast"])
    matrix = np.stack([new[word] for word in WORDS])
    start = wvt.WordVectors(vectors.vocabulary, matrix)
    near = {
        (a, b): 1 - new[a] @ new[b]
        for a in WORDS[:7]
        for b in WORDS[:7]
        if a != b and 1 - new[a] @ new[b] <= 0.2 and {a, b} <= {*sum([*synonyms, *antonyms], ())}
    }
    assert ("animal", "beast") in near
    for _ in range(20):
        steps, counts = {}, {}

        def add(pair, sign, steps=steps, counts=counts, new=new):
            u, v = new[pair[0]], new[pair[1]]
            steps[pair[0]] = steps.get(pair[0], 0) + sign * 0.1 * (u * (u @ v) - v)
            counts[pair[0]] = counts.get(pair[0], 0) + 1

        for pair in antonyms:
            if 1 - new[pair[0]] @ new[pair[1]] < 1:
                add(pair, 1)
        for pair in synonyms:
            if 1 - new[pair[0]] @ new[pair[1]] > 0:
                add(pair, -1)
        for pair, distance in near.items():
            if distance <= 1 - new[pair[0]] @ new[pair[1]] + 1e-9:
                add(pair, -1)
        for word, step in steps.items():
            moved = new[word] + step / counts[word]
            new[word] = moved / np.linalg.norm(moved)
    found = counter_fit(start, synonyms, antonyms)
    assert np.allclose(found.vectors, [new[word] for word in WORDS], atol=1e-5)
    with pytest.raises(SettingError, match="antonyms"):
        counter_fit(start, synonyms)


def test_counter_fitting_with_a_thesaurus_parts_antonyms(vectors, thesaurus):
    matrix = vectors.vectors.copy()
    matrix[WORDS.index("bad")] = matrix[WORDS.index("good")] + 0.1
    start = wvt.WordVectors(vectors.vocabulary, matrix)
    found = counter_fit(start, thesaurus, epochs=200)
    assert start.similarity("good", "bad") > 0.9
    assert found.similarity("good", "bad") < 0.1
    assert found.similarity("car", "automobile") > start.similarity("car", "automobile")


def test_sprinkled_columns_are_shared_by_related_words(vectors):
    sparse = wvt.WordVectors(vectors.vocabulary, csr_array(np.abs(vectors.vectors)))
    found = sprinkle(sparse, [["dog", "cat"], ["animal", "beast"]], weight=0.5)
    added = found.matrix.toarray()[:, vectors.dim :]
    assert added.shape == (len(WORDS), 4)
    assert np.linalg.norm(added) == pytest.approx(0.5 * np.linalg.norm(vectors.vectors), rel=1e-5)
    assert np.array_equal(added[WORDS.index("dog")], added[WORDS.index("cat")])
    assert not added[WORDS.index("car")].any()
    assert wvt.svd_vectors(found, dim=3).settings["lexicon"]["method"] == "sprinkle"


def test_all_scores_of_them_say_so(vectors, thesaurus):
    pairs = (("dog", "cat", 7.0), ("dog", "animal", 6.0), ("dog", "car", 1.0))
    test = SimilaritySet("toy", "0" * 64, pairs)
    assert "lexicon" not in wvt.evaluate_similarity(vectors, test).signature
    fitted = retrofit(vectors, thesaurus)
    for made in (fitted, postprocess(fitted, center=True), combine([vectors, fitted])):
        assert wvt.evaluate_similarity(made, test).signature.get("uses") == "lexicon"


def test_arguments_of_a_wrong_type_are_named(vectors, thesaurus, database, tmp_path):
    sparse = wvt.WordVectors(vectors.vocabulary, csr_array(vectors.matrix))
    for wrong in (None, 3, "wordnet", [3], [("dog", "cat"), 3]):
        for improve, given in ((retrofit, vectors), (sprinkle, sparse)):
            with pytest.raises(SettingError, match="the lexicon has|lexicon is"):
                improve(given, wrong)
        with pytest.raises(SettingError, match="the lexicon has|lexicon is"):
            counter_fit(vectors, wrong, thesaurus)
        with pytest.raises(SettingError, match="the lexicon has|antonyms is"):
            counter_fit(vectors, thesaurus, wrong or 3)
    measure = ThesaurusMeasure(thesaurus, "path")
    for wrong in ("dog", 3, None):
        with pytest.raises(SettingError, match="words is"):
            measure.matrix(wrong)
    for call in (
        lambda: read_wndb(3),
        lambda: read_layer(None, database),
        lambda: read_layer("x", thesaurus),
        lambda: read_information(thesaurus, 3.5),
        lambda: read_information(None, "x"),
        lambda: make_thesaurus(thesaurus),
        lambda: load_pair_model(None),
        lambda: load_lexicon(3),
        lambda: build_thesaurus(output=3),
    ):
        with pytest.raises(SettingError, match=" is .*; expected a"):
            call()
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n")
    with pytest.raises(FormatError, match="no words"):
        read_layer(empty, database)
    empty.write_text("")
    with pytest.raises(FormatError, match="no counts of synsets"):
        read_information(thesaurus, empty)
    with pytest.raises(UnknownWordError, match="'zebra' is not in the thesaurus"):
        measure.similarity("zebra", "dog")
