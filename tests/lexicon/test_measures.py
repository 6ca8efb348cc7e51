"""The six measures: by their definitions, by NLTK, and by what another program has printed."""

import math
from itertools import combinations_with_replacement

import nltk.data
import numpy as np
import pytest
from nltk.corpus.reader.wordnet import WordNetCorpusReader
from reference import slow_senses
from tiny_wordnet import SYNSETS, write_wordnet

from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.lexicon import ThesaurusMeasure, make_thesaurus, read_information, read_wndb
from wordvec_toolkit.lexicon.information import corpus_counts, with_information
from wordvec_toolkit.lexicon.measures import MEASURES
from wordvec_toolkit.text.vocabulary import Vocabulary

NOUNS = ("entity", "organism", "animal", "dog", "cat", "puppy", "young", "cad", "car", "London")


def hypernyms_of(thesaurus):
    """Return the synsets above each, virtual roots among them."""
    found = {}
    for synset in range(len(thesaurus.parts)):
        ancestors, distances = thesaurus.taxonomy.of(synset)
        found[synset] = ancestors[distances == 1].tolist()
    return found


@pytest.mark.kernel
@pytest.mark.parametrize("measure", MEASURES)
def test_they_are_the_definitions(thesaurus, measure):
    scorer, above = ThesaurusMeasure(thesaurus, measure), hypernyms_of(thesaurus)
    words = [*NOUNS, "move", "run", "walk", "think", "good", "fast"]
    pairs = list(combinations_with_replacement(words, 2))
    for (first, second), value in zip(pairs, scorer.similarities(pairs, threads=1).tolist()):
        by_sense = [
            slow_senses.similarity(
                measure, above, thesaurus.information, thesaurus.deepest[part], one, two
            )
            for one in scorer.senses_of(first)
            for two in scorer.senses_of(second)
            if (part := thesaurus.parts[one]) == thesaurus.parts[two]
        ]
        expected = max((each for each in by_sense if each is not None), default=math.nan)
        assert value == pytest.approx(expected, nan_ok=True), (first, second)


@pytest.mark.parametrize("seed", range(3))
def test_they_are_the_definitions_in_any_hierarchy(tmp_path, seed):
    random = np.random.default_rng(seed)
    synsets = {"n0": ("n", "w0", "", "top")}
    for n in range(1, 40):
        above = random.choice(n, min(n, random.integers(1, 3)), replace=False)
        words = f"w{n} w{random.integers(n)}x"  # the second has several senses
        synsets[f"n{n}"] = ("n", words, " ".join(f"n{parent}" for parent in above), "one")
    synsets |= {key: SYNSETS[key] for key in ("move", "good", "fast")}
    thesaurus = make_thesaurus(read_wndb(write_wordnet(tmp_path, synsets)))
    thesaurus = with_information(thesaurus, random.integers(0, 9, len(thesaurus.parts)) * 1.0, 1.0)
    above = hypernyms_of(thesaurus)
    words = [word for word in thesaurus.lemmas if word.startswith("w")]
    pairs = [tuple(random.choice(words, 2)) for _ in range(60)]
    for measure in MEASURES:
        scorer = ThesaurusMeasure(thesaurus, measure, "n")
        for (first, second), value in zip(pairs, scorer.similarities(pairs).tolist()):
            expected = max(
                slow_senses.similarity(
                    measure, above, thesaurus.information, thesaurus.deepest[0], one, two
                )
                for one in scorer.senses_of(first)
                for two in scorer.senses_of(second)
            )
            assert value == pytest.approx(expected), (measure, first, second)


@pytest.mark.filterwarnings("ignore:The multilingual functions")
def test_nltk_agrees_on_nouns(folder, thesaurus, monkeypatch):
    monkeypatch.setattr(nltk.data, "path", [*nltk.data.path, str(folder)])  # else it refuses
    monkeypatch.setattr(WordNetCorpusReader, "map_wn", lambda self: None)  # to other versions
    wordnet = WordNetCorpusReader(str(folder), None)
    for first, second in combinations_with_replacement(NOUNS, 2):
        for measure in ("path", "lch"):
            expected = max(
                getattr(one, f"{measure}_similarity")(two)
                for one in wordnet.synsets(first, "n")
                for two in wordnet.synsets(second, "n")
            )
            found = ThesaurusMeasure(thesaurus, measure, "n").similarity(first, second)
            assert found == pytest.approx(expected, abs=1e-9), (measure, first, second)


def test_the_senses_that_were_compared_are_shown(thesaurus):
    found = ThesaurusMeasure(thesaurus, "path").compare("dogs", "cat")
    assert found.similarity == pytest.approx(1 / 3)
    assert [thesaurus.words_of(sense)[0] for sense in found.senses] == ["dog", "cat"]
    assert thesaurus.words_of(found.subsumer)[0] == "animal"
    clusters = ThesaurusMeasure(thesaurus, "path")
    assert clusters.similarity("decent", "good") == 1 / 2  # a satellite and its head
    assert clusters.similarity("decent", "bad") == 1 / 4
    verbs = ThesaurusMeasure(thesaurus, "path").compare("run", "think")
    assert thesaurus.name(verbs.subsumer) == "root-v"
    assert verbs.similarity == pytest.approx(1 / 4)


def test_all_pairs_are_those_of_pairs_on_any_number_of_threads(thesaurus):
    scorer = ThesaurusMeasure(thesaurus, "lin")
    matrix = scorer.matrix(NOUNS, threads=1)
    assert np.array_equal(matrix, scorer.matrix(NOUNS, threads=3))
    pairs = [(a, b) for a in NOUNS for b in NOUNS]
    assert np.allclose(matrix.ravel(), scorer.similarities(pairs))


def test_words_that_cannot_be_compared_have_no_similarity(thesaurus):
    scorer = ThesaurusMeasure(thesaurus, "path")
    assert np.isnan(
        scorer.similarities([("fast", "quickly"), ("dog", "xyz"), ("dog", "think")])
    ).all()
    with pytest.raises(EmptyResultError, match="one part of speech"):
        scorer.compare("dog", "think")
    with pytest.raises(SettingError, match="expected one of path"):
        ThesaurusMeasure(thesaurus, "cosine")
    with pytest.raises(SettingError, match="parts of speech"):
        ThesaurusMeasure(thesaurus, "path", "x")


def test_information_is_counted_from_a_corpus(database):
    thesaurus = make_thesaurus(database)
    with pytest.raises(WordvecError, match="needs information content"):
        ThesaurusMeasure(thesaurus, "lin")
    vocabulary = Vocabulary(["dogs", "cat", "xyz"], np.array([6, 2, 100]))
    own = corpus_counts(thesaurus, vocabulary, "split")
    counted = with_information(thesaurus, own, 0.0)
    # Two noun senses of dog share its 6 occurrences; all 8 are organisms.
    animal, living = (counted.senses_of(word)[0] for word in ("animal", "organism"))
    assert counted.information[animal] == pytest.approx(math.log(8 / (3 + 2)))
    assert counted.information[living] == pytest.approx(0)
    assert np.isnan(counted.information[counted.senses_of("car")[0]])
    # A sense of which nothing is known is like nothing.
    assert ThesaurusMeasure(counted, "lin").similarity("car", "dog") == 0
    each = with_information(thesaurus, corpus_counts(thesaurus, vocabulary, "each"), 0.0)
    assert each.information[animal] == pytest.approx(math.log(14 / 8))
    with pytest.raises(WordvecError, match="same language"):
        corpus_counts(thesaurus, Vocabulary(["xyz"], np.array([1])), "split")


def test_information_is_read_from_a_file(thesaurus, tmp_path):
    path = tmp_path / "ic.dat"
    names = {word: thesaurus.name(thesaurus.senses_of(word)[0]) for word in (*NOUNS, "move")}

    def line(word, count, more=""):
        return f"{int(names[word][:8])}{names[word][-1]} {count}{more}\n"

    path.write_text(
        "wnver::abc\n" + line("entity", 100, " ROOT") + line("dog", 25) + line("move", 7, " ROOT")
    )
    found = read_information(thesaurus, path)
    assert found.information[found.senses_of("dog")[0]] == pytest.approx(math.log(4))
    assert found.information[found.senses_of("move")[0]] == 0
    for text, match in (("1740n x\n", "line 1"), ("99999999n 5\n", "does not have")):
        path.write_text(text)
        with pytest.raises(FormatError, match=match):
            read_information(thesaurus, path)


@pytest.mark.slow
def test_another_program_agrees_on_wordnet(real_data):
    """Values of sematch (which calls NLTK), rounded to 3 decimals.

    It looks up ``physics`` as ``physic``.  Its wup takes the common subsumer whose shortest way
    from the root is the longest, which need not be the nearest: a sense is then less than 1 like
    itself; and its ways lead down, too: two pairs have a higher value than ours.  Its information
    content is that of the Brown corpus, which is not here.
    """
    thesaurus = make_thesaurus(read_wndb(real_data / "wordnet" / "wordnet-3.0.tar.xz"))
    folder = real_data / "wordnet" / "sematch"
    n_pairs = n_more = n_less = 0
    for name in ("rg", "simlex", "ws353-sim"):
        lines = (folder / f"noun_{name}.txt").read_text().split("\n")
        pairs = [tuple(line.split()[:2]) for line in lines if line]
        usable = np.array([pair != ("physics", "chemistry") for pair in pairs])
        n_pairs += len(pairs)
        theirs = {m: np.loadtxt(folder / f"noun_{name}-{m}.txt")[1:] for m in MEASURES}
        ours = {
            m: ThesaurusMeasure(thesaurus, m, "n").similarities(pairs)
            for m in ("path", "lch", "wup")
        }
        for measure in ("path", "lch"):
            assert np.abs(ours[measure] - theirs[measure])[usable].max() < 6e-4
        n_more += int((ours["wup"] > theirs["wup"] + 6e-4).sum())
        n_less += int((ours["wup"] < theirs["wup"] - 6e-4).sum())
        # Their jcn follows from their res and lin by our definitions, but where the most
        # informative subsumer is not the one that they take for jcn.
        res, lin, jcn = theirs["res"], theirs["lin"], theirs["jcn"]
        some = lin > 0
        expected = 1 / (1 + 2 * res[some] / lin[some] - 2 * res[some])
        assert (np.abs(expected - jcn[some]) < 0.01).mean() > 0.93
    assert (n_pairs, n_more, n_less) == (932, 113, 2)
