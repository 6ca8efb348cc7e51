"""Scores of translations against sacrebleu and plain counting."""

import numpy as np
import pytest

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.evaluation.comparison import paired_test
from wordvec_toolkit.evaluation.translation import bleu_of, score_translations
from wordvec_toolkit.evaluation.translation_results import TranslationResult
from wordvec_toolkit.text.pairs import TextPairs

PAIRS = TextPairs(
    ("ein mann geht .", "zwei hunde laufen schnell über das feld .", "hallo", "ja nein ja"),
    ("a man walks .", "two dogs run fast over the field .", "hello", "yes no yes no"),
)
GOOD = ["a man walks .", "two dogs run over the field .", "hello", "yes no"]
POOR = ["the man is walking .", "dogs are in a field .", "hi", "no"]


def test_scores_are_those_of_sacrebleu():
    sacrebleu = pytest.importorskip("sacrebleu")
    result = score_translations(GOOD, PAIRS, bleu_tokenizer="none", resamples=100)
    references = [list(PAIRS.targets)]
    assert result.bleu == pytest.approx(
        sacrebleu.corpus_bleu(GOOD, references, tokenize="none", force=True).score
    )
    assert result.chrf == pytest.approx(sacrebleu.corpus_chrf(GOOD, references).score)
    assert result.ter == pytest.approx(sacrebleu.corpus_ter(GOOD, references).score)
    sums = result.bleu_statistics.sum(axis=0)[:, None]
    assert bleu_of(sums)[0] == pytest.approx(result.bleu)
    assert result.low < result.bleu < result.high
    assert "bleu nrefs:1|case:mixed|eff:no|tok:none" in result.signature


def test_bleu_without_matches_of_an_order_is_smoothed_as_by_sacrebleu():
    sacrebleu = pytest.importorskip("sacrebleu")
    for text in (["a man sat down"], ["x y"], ["a"], ["a man walks"]):
        own = score_translations(text, TextPairs(("s",), ("a man walks on",)), resamples=100)
        expected = sacrebleu.corpus_bleu(text, [["a man walks on"]]).score
        assert bleu_of(own.bleu_statistics.T)[0] == pytest.approx(expected)


def test_exact_matches_are_counted_with_wilsons_interval():
    result = score_translations(GOOD, PAIRS, measure="exact")
    assert result.correct.tolist() == [True, False, True, False]
    assert result.value == result.exact == 0.5
    assert result.interval == pytest.approx((0.15004, 0.84996), abs=1e-4)


def test_models_are_compared_on_the_same_resampled_pairs():
    pairs = TextPairs(PAIRS.sources * 20, PAIRS.targets * 20)
    results = [
        score_translations(texts * 20, pairs, measure="exact").replaced(model=name)
        for name, texts in (("good", GOOD), ("poor", POOR))
    ]
    (found,) = paired_test(results, resamples=500)
    assert found.difference == 0.5 and found.low > 0.3 and found.p_value < 0.01
    pytest.importorskip("sacrebleu")
    results = [result.replaced(leading="bleu") for result in results]
    (found,) = paired_test(results, resamples=500)
    assert found.measure == "bleu"
    assert found.difference == pytest.approx(results[0].bleu - results[1].bleu)
    with pytest.raises(SettingError, match="takes bootstrap"):
        paired_test(results, method="permutation")


def test_a_result_is_the_same_after_writing():
    result = score_translations(GOOD, PAIRS, measure="exact")
    again = TranslationResult.from_dict(result.as_dict())
    assert repr(again.as_dict()) == repr(result.as_dict())  # nan is not equal to itself
    assert np.array_equal(again.correct, result.correct)


def test_another_number_of_translations_is_refused():
    with pytest.raises(SettingError, match="3 translations of 4 pairs"):
        score_translations(GOOD[:3], PAIRS)
