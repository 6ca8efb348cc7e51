import json
import math

import numpy as np
import pytest
from language_models import Unigrams, bigrams

from wordvec_toolkit import paired_test
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.evaluation import MinimalPairsResult, evaluate_minimal_pairs
from wordvec_toolkit.evaluation.minimal_pair_results import _BLIMP, published_shares
from wordvec_toolkit.evaluation.minimal_pair_sets import MinimalPairSet, read_minimal_pairs
from wordvec_toolkit.evaluation.statistics.intervals import share_interval
from wordvec_toolkit.lm import CacheModel, Mixture
from wordvec_toolkit.lm.mixed.mixture import n_groups
from wordvec_toolkit.lm.sentence_model import sentence_logprobs


def pairs(*given, phenomena=None, paradigms=None):
    blank = ("",) * len(given)
    return MinimalPairSet("hand", "0" * 64, given, phenomena or blank, paradigms or blank)


def test_by_hand():
    # p(a|<s>) .5, p(b|a) .6, else backed off, with .5/.6 of <s> and .4/.7 of a; ties half.
    test = pairs(("a b", "b a"), ("b", "a b z"), ("a", "a"), ("a z", "a y"), ("b a", "a b"))
    result = evaluate_minimal_pairs(bigrams(), test)
    margin = math.log(0.5 * 0.6 * 0.2) - math.log(0.5 / 0.6 * 0.3 * 0.4 * (0.4 / 0.7 * 0.2))
    assert result.margins[0] == pytest.approx(margin) == pytest.approx(-result.margins[4])
    assert result.margins[2] == result.margins[3] == 0.0  # unknown words are one word
    assert result.accuracy == (1 + 1 + 0.5 + 0.5 + 0) / 5
    assert (result.n, result.n_oov, result.n_ties) == (5, 2, 2)
    assert result.known.tolist() == [True, False, True, False, True]
    assert result.accuracy_without_oov == (1 + 0.5 + 0) / 3
    assert (result.n_uneven, result.shorter) == (1, 1.0)
    assert "|set:hand|" in result.signature and "|ties:half|" in result.signature
    again = MinimalPairsResult.from_dict(json.loads(json.dumps(result.as_dict())))
    assert again == result and again.margins.tolist() == result.margins.tolist()


def test_impossible_sentences_lose_and_tie():
    model = Unigrams({"a": 0.5, "</s>": 0.5})  # <unk> has no probability
    test = pairs(("a", "z"), ("z", "a"), ("z", "y z"))
    assert np.array_equal(evaluate_minimal_pairs(model, test).margins, [np.inf, -np.inf, 0])


def test_intervals_are_of_independent_pairs_within_paradigms():
    right, wrong = ("a b", "b a"), ("b a", "a b")
    alone = evaluate_minimal_pairs(bigrams(), pairs(*[right] * 30, *[wrong] * 10))
    # Wilson's for 40 pairs, but with the unbiased variance and Student's t.
    assert np.allclose(alone.interval, share_interval(30, 40), atol=0.02)
    # Two paradigms, each answered in one way: no spread within them.
    names = ("one",) * 30 + ("two",) * 10
    test = pairs(*[right] * 30, *[wrong] * 10, phenomena=names, paradigms=names)
    apart = evaluate_minimal_pairs(bigrams(), test)
    assert apart.accuracy == 0.75
    assert [(g.name, g.accuracy, g.n) for g in apart.phenomena] == [("one", 1, 30), ("two", 0, 10)]
    assert np.allclose(apart.phenomena[0].interval, share_interval(30, 30))


def test_each_sentence_is_read_as_the_first_of_a_text():
    base = bigrams()
    caches = [CacheModel(base.vocabulary, order, 50.0) for order in (1, 2, 3)]
    weights = np.full((n_groups([base, *caches]), 4), 0.25)
    ids = np.array([3, 4, 3, 4, 2, 2, 4, 4, 4, 2, 3, 3, 2, 3, 4], np.int32)
    sentences = [ids[:5], ids[5:6], ids[6:10], ids[10:13], ids[13:]]
    uniform = Unigrams({"a": 0.25, "b": 0.25, "</s>": 0.5})
    for model in (*caches, Mixture([base, *caches], weights), base, uniform):
        expected = np.concatenate([model.token_logprobs(sentence) for sentence in sentences])
        assert np.allclose(model.isolated_logprobs(ids), expected, rtol=1e-12)
    sums = sentence_logprobs(caches[0], ids, isolated=True)
    assert sums[0] == pytest.approx(caches[0].token_logprobs(sentences[0]).sum())
    assert len(caches[0].isolated_logprobs(ids[:0])) == 0


def test_models_are_compared_on_pairs_that_all_know():
    test = pairs(*[("a b", "b a")] * 6, *[("b a", "a b")] * 3, ("a z", "b a"))
    one = evaluate_minimal_pairs(bigrams(), test).replaced(model="one")
    uniform = Unigrams({"<unk>": 0.25, "a": 0.25, "b": 0.25, "</s>": 0.25})
    two = evaluate_minimal_pairs(uniform, test).replaced(model="two")
    assert two.n_ties == 10
    (found,) = paired_test([one, two])
    assert (found.n, found.n_left_out, found.measure) == (9, 1, "accuracy")
    assert found.difference == pytest.approx(6 / 9 - 0.5)
    from scipy.stats import ttest_1samp

    assert found.p_value == pytest.approx(ttest_1samp([0.5] * 6 + [-0.5] * 3, 0).pvalue)


BLIMP = (
    '{"word_good": "a", "sentence_good": "a b", "sentence_bad": "b a", "linguistics_term": "order", "UID": "one"}\n'
    '{"sentence_good": "a, b", "sentence_bad": "b", "linguistics_term": "order", "UID": "two"}\n'
)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (BLIMP, None),
        (BLIMP, "sentence_good,sentence_bad"),
        (
            "UID\tlinguistics_term\tsentence_bad\tsentence_good\n"
            "one\torder\tb a\ta b\ntwo\torder\tb\ta, b\n",
            None,
        ),
        ('p,q\na b,b a\n"a, b",b\n', "p,q"),
        (": order\na b\tb a\na, b\tb\n", None),
    ],
)
def test_forms_of_files(write, text, columns):
    test = read_minimal_pairs(write("pairs.txt", text), columns)
    assert test.pairs == (("a b", "b a"), ("a, b", "b"))
    has_names = "order" in text
    assert test.phenomena == (("order", "order") if has_names else ("", ""))
    assert test.paradigms == (("one", "two") if "one" in text else ("", ""))
    assert test.reading


def test_folders_are_read_whole(write, tmp_path):
    lines = BLIMP.splitlines(keepends=True)
    write("b.jsonl", lines[1])
    write("a.jsonl", lines[0])
    test = read_minimal_pairs(tmp_path)
    assert test.paradigms == ("one", "two")
    assert test.name == tmp_path.name
    with pytest.raises(SettingError, match="no .jsonl"):
        (tmp_path / "empty").mkdir()
        read_minimal_pairs(tmp_path / "empty")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{}\n", "the fields"),
        ('{"sentence_good": "a", "sentence_bad": 3}\n', "text in"),
        ('{"sentence_good": "a", "sentence_bad": "b"\n', "JSON object"),
        ('{"good": "a", "bad": "b", "bad_2": "c"}\n', "columns"),
        ("a\n", "good and a bad"),
        ("a\tb\tc\n", "columns of words"),
        ("", "no rows"),
    ],
)
def test_what_is_no_pair_is_refused(write, text, match):
    with pytest.raises(FormatError, match=match):
        read_minimal_pairs(write("pairs.txt", text))


def test_sentences_without_tokens_are_refused():
    with pytest.raises(WordvecError, match="finds no token"):
        evaluate_minimal_pairs(bigrams(), pairs(("a", "...")), "words")


def test_published_figures_go_with_the_whole_of_blimp():
    names = [name for name in _BLIMP if name != "overall"]
    phenomena = tuple(names[i * 12 // 67_000] for i in range(67_000))
    test = pairs(*[("a", "b")] * 67_000, phenomena=phenomena)
    result = evaluate_minimal_pairs(bigrams(), test)
    ngram, lstm = published_shares(result).values()
    assert (ngram["overall"], lstm["overall"]) == (0.612, 0.698)
    assert lstm["island_effects"] == 0.466
    assert published_shares(result.replaced(n=66_000)) == {}


def test_published_figures_are_those_of_the_authors(real_data):
    lines = (real_data / "minimal-pairs/blimp-published.jsonl").read_text().splitlines()
    of_term: dict[str, list[tuple[float, float]]] = {}
    for row in map(json.loads, lines):
        of_term.setdefault(row["linguistics_term"], []).append((row["ngram"], row["lstm"]))
    for name, figures in _BLIMP.items():
        assert np.allclose(np.mean(of_term[name], axis=0) * 100, figures, atol=0.11), name
