import math
from pathlib import Path

import numpy as np
import pytest
from language_models import Unigrams, bigrams

from wordvec_toolkit import encode_corpus, evaluate_perplexity, paired_test
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.evaluation.perplexity import perplexity_interval
from wordvec_toolkit.evaluation.runs import Runs, cut_runs
from wordvec_toolkit.lm.reading import model_tokenizer, read_text, text_settings
from wordvec_toolkit.text.tokenizers import SPACE_TOKEN


def test_by_hand(write):
    # <s> a b z </s>: p(a|<s>) p(b|a) p(<unk>) p(</s>); <s> b </s>: backed off from <s>.
    path = write("text.txt", "a b z\nb\n")
    probabilities = [0.5, 0.6, 0.1, 0.2, 0.5 / 0.6 * 0.3, 0.2]
    result = evaluate_perplexity(bigrams(), path)
    assert np.allclose(np.exp(result.logprobs), probabilities, rtol=1e-14)
    assert (result.n_tokens, result.n_sentences, result.n_oov) == (6, 2, 1)
    assert result.perplexity == pytest.approx(math.prod(probabilities) ** (-1 / 6))
    known = [p for p in probabilities if p != 0.1]
    assert result.perplexity_without_oov == pytest.approx(math.prod(known) ** (-1 / 5))
    bits = -sum(math.log2(p) for p in probabilities)
    assert result.bits_per_token == pytest.approx(bits / 6)
    assert result.bits_per_word == result.bits_per_token
    assert result.bits_per_character == pytest.approx(bits / len("a b z\nb\n"))
    assert result.bits_per_byte == result.bits_per_character  # all are ASCII
    assert result.oov_rate == 1 / 4
    assert result.orders.tolist() == [2, 2, 1, 1, 1, 1]
    first, second = result.by_order
    assert (first.order, first.n, first.share) == (1, 4, 4 / 6)
    assert second.perplexity == pytest.approx((0.5 * 0.6) ** (-1 / 2))
    assert result.sentence_lengths.tolist() == [4, 2]
    assert result.sentence_oov.tolist() == [1, 0]
    assert np.allclose(
        result.sentence_logprobs,
        [math.log(math.prod(probabilities[:4])), math.log(math.prod(probabilities[4:]))],
    )
    assert result.text == "text.txt"
    assert "|words:5|text:text.txt|n:6|sentences:2|oov:1|oov:as-<unk>|tokenizer:whitespace" in (
        result.signature
    )
    assert all(math.isnan(bound) for bound in result.interval)  # of two sentences


def test_paths_and_tokens_score_as_files_do(write):
    path = write("text.txt", "a b z\nb\n")
    expected = evaluate_perplexity(bigrams(), path)
    sentences = [["a", "b", "z"], ["b"]]
    for text in (Path(path), [Path(path)], sentences, (tokens for tokens in sentences)):
        result = evaluate_perplexity(bigrams(), text)
        assert result.logprobs.tolist() == expected.logprobs.tolist()
        assert result.bits_per_character == expected.bits_per_character
    assert result.text == "the text"
    with pytest.raises(EmptyResultError, match="no tokens"):
        evaluate_perplexity(bigrams(), [[]])


def test_ids_in_place_of_text():
    ids = np.array([3, 4, 2, 4])  # the last sentence has not ended
    result = evaluate_perplexity(bigrams(), ids)
    assert (result.n_tokens, result.n_sentences, result.oov_rate) == (4, 1, 0.0)
    assert math.isnan(result.bits_per_character) and math.isnan(result.bits_per_byte)
    assert result.sentence_lengths.tolist() == [3, 1]
    for wrong, message in (
        (np.array([3, 5]), "ids go from 3 to 5"),
        (np.array([-1]), "ids go from -1"),
        (np.array([0.5]), "array of float64"),
        (np.zeros((2, 2), int), "in 2 dimensions"),
    ):
        with pytest.raises(SettingError, match=message):
            evaluate_perplexity(bigrams(), wrong)


def test_a_text_of_another_vocabulary_is_refused(write):
    text = read_text(bigrams(), write("text", "a b\n"))
    with pytest.raises(SettingError, match="another vocabulary"):
        evaluate_perplexity(Unigrams({"b": 1.0}), text)


def test_a_model_that_tells_no_orders():
    result = evaluate_perplexity(Unigrams({"x": 0.5, "</s>": 0.5}), np.array([3, 3, 2]))
    assert result.perplexity == pytest.approx(2)
    assert result.orders is None
    assert result.by_order == ()


def test_no_probability_makes_the_perplexity_infinite(write):
    model = Unigrams({"x": 0.5, "y": 0.0, "</s>": 0.5})
    result = evaluate_perplexity(model, write("text", "x z\ny x\nz\n" * 4))
    assert result.perplexity == math.inf
    assert result.perplexity_without_oov == math.inf
    assert (result.n_impossible, result.first_impossible) == (12, "z")
    assert all(math.isnan(bound) for bound in result.interval)
    result = evaluate_perplexity(model, write("text", "x z\n" * 4))
    assert result.perplexity_without_oov == pytest.approx(2)
    result = evaluate_perplexity(model, np.array([4]))
    assert result.first_impossible == "y"


def test_only_unknown_words_have_no_perplexity_without_them():
    assert math.isnan(evaluate_perplexity(bigrams(), np.array([0])).perplexity_without_oov)


def test_no_tokens(write):
    with pytest.raises(EmptyResultError, match=r"empty.txt holds no tokens"):
        evaluate_perplexity(bigrams(), write("empty.txt", " \n\n"))
    with pytest.raises(EmptyResultError, match="the text holds no tokens"):
        evaluate_perplexity(bigrams(), np.array([], np.int32))


def test_bits_per_byte_by_hand(write):
    """p = 1/2 for each of Großmutter, schläft, naïveté (as <unk>) and </s>: a bit each."""
    model = Unigrams({"großmutter": 0.5, "schläft": 0.5, "</s>": 0.5, "<unk>": 0.5})
    result = evaluate_perplexity(model, write("text", "großmutter schläft\n\nnaïveté\n"))
    # 10 letters with a ß of two bytes, 7 with an ä, 7 with ï and é; a space and two line ends.
    assert result.n_tokens == 5 and result.n_oov == 1
    assert result.bits_per_byte == pytest.approx(5 / (11 + 1 + 8 + 1 + 9 + 1))
    assert result.bits_per_character == pytest.approx(5 / (10 + 1 + 7 + 1 + 7 + 1))


def test_characters_and_words_share_a_measure(write):
    """Two models that give each character 1/4 and each word what its characters have."""
    path = write("text", "ab b\na\n")
    chars = Unigrams(
        {"a": 0.25, "b": 0.25, SPACE_TOKEN: 0.25, "</s>": 0.25},
        {"text": {"tokenizer": "chars", "lowercase": False, "normalize": "NFC"}},
    )
    result = evaluate_perplexity(chars, path)
    assert result.n_tokens == len("ab b\na\n")
    assert result.bits_per_token == result.bits_per_character == pytest.approx(2)
    assert result.bits_per_byte == result.bits_per_character
    assert result.bits_per_word == pytest.approx(2 * 7 / 5)  # ab, b, a and two ends


def test_text_is_read_as_the_models_own_was(write):
    path = write("text", "A B\n")
    assert evaluate_perplexity(bigrams(), path).n_oov == 2
    lowered = bigrams({"tokenizer": "words", "lowercase": True, "normalize": "NFC"})
    assert evaluate_perplexity(lowered, path).n_oov == 0
    assert text_settings(Unigrams({"x": 1.0}))["tokenizer"] == "whitespace"
    assert not model_tokenizer(Unigrams({"x": 1.0})).lowercase
    assert model_tokenizer(lowered).lowercase
    assert model_tokenizer(lowered, "whitespace").name == "whitespace"
    paragraphs = bigrams({"tokenizer": "whitespace", "layout": "paragraphs"})
    assert evaluate_perplexity(paragraphs, write("lines", "a\nb\n\na")).n_sentences == 2
    mixture = Unigrams({"x": 1.0})
    mixture.components = [Unigrams({"x": 1.0}), lowered]
    assert text_settings(mixture)["tokenizer"] == "words"
    gone = bigrams({"tokenizer": "no_such_module:cut"})
    with pytest.raises(SettingError, match="--tokenizer"):
        read_text(gone, path)


def test_functions_that_only_a_manifest_names_are_not_called(write):
    path = write("text", "echo called\n")
    trap = bigrams({"tokenizer": "os:system", "lowercase": False, "normalize": "NFC"})
    with pytest.raises(SettingError, match="if you trust it, name it with --tokenizer os:system"):
        evaluate_perplexity(trap, path)
    assert model_tokenizer(trap, "os:system").name == "os:system"  # said by the user
    for damage in ({"tokenizer": 5}, {"lowercase": "x"}, {"normalize": []}):
        with pytest.raises(SettingError, match="which is damage; build it again"):
            evaluate_perplexity(bigrams(damage), path)
    with pytest.raises(SettingError, match="layout is"):
        evaluate_perplexity(bigrams({"layout": [7]}), path)


def test_intervals_follow_from_documents_where_they_are_known(write):
    lines = ["a b", "b a b", "a", "b b"] * 19  # of which no fifths are alike
    model = bigrams()
    flat = evaluate_perplexity(model, write("flat", "\n".join(lines)))
    assert "|ci:t|of:5-runs-of-sentences|df:" in flat.signature
    assert flat.interval[0] < flat.perplexity < flat.interval[1]
    marked = evaluate_perplexity(model, write("marked", "\n\n".join(lines)))
    assert marked.perplexity == flat.perplexity
    assert marked.documents.tolist() == marked.sentence_starts[:-1].tolist()
    assert "|ci:t|of:30-runs-of-documents|df:" in marked.signature
    again = evaluate_perplexity(model, marked.ids)
    assert again.documents is None
    assert again.interval == flat.interval


def test_bootstrap_and_formula_agree_and_repeat():
    random = np.random.default_rng(1)
    ids = random.choice([2, 3, 4], 20_000)
    logprobs = np.log(random.random(20_000))
    runs = cut_runs(ids)
    one, how = perplexity_interval(logprobs, runs, "bootstrap", seed=3, threads=1)
    assert (one, how) == perplexity_interval(logprobs, runs, "bootstrap", seed=3, threads=4)
    assert how == "bootstrap-t|of:8-runs-of-sentences|resamples:10000|seed:3"
    other, how = perplexity_interval(logprobs, runs)
    assert how == "t|of:8-runs-of-sentences|df:6.99"
    assert np.allclose(one, other, rtol=5e-3)
    with pytest.raises(SettingError, match="interval is 'wide'"):
        evaluate_perplexity(bigrams(), ids, interval="wide")


def results_of(ids, **models):
    return {name: [evaluate_perplexity(model, ids)] for name, model in models.items()}


def test_models_are_compared_on_the_same_sentences():
    ids = np.array([3, 4, 2, 3, 2, 4, 4, 2] * 21)  # whose runs are not all alike
    flat = Unigrams({"a": 0.25, "b": 0.25, "<unk>": 0.25, "</s>": 0.25})
    good = Unigrams({"a": 0.25, "b": 0.37, "<unk>": 0.01, "</s>": 0.37})
    (found,) = paired_test(results_of(ids, flat=flat, good=good))
    assert (found.first, found.second, found.n, found.n_left_out) == ("flat", "good", 168, 0)
    expected = 2 + (0.25 * -2 + 0.75 * math.log2(0.37))
    assert found.difference == pytest.approx(expected)
    assert found.interval[0] <= found.difference <= found.interval[1]
    assert found.p_value < 0.001
    (same,) = paired_test(results_of(ids, one=flat, two=flat))
    assert same.difference == 0
    assert same.p_value == 1


def test_words_that_one_model_does_not_know_are_skipped_for_all(write):
    """A model of few words is not the better for it."""
    path = write("text", "a b\nb a\nc b\na c\n" * 5)
    few = Unigrams({"a": 0.3, "<unk>": 0.5, "</s>": 0.2})
    many = Unigrams({"a": 0.3, "b": 0.25, "c": 0.2, "<unk>": 0.05, "</s>": 0.2})
    own = {
        name: [evaluate_perplexity(model, path)] for name, model in (("few", few), ("many", many))
    }
    assert own["few"][0].perplexity < own["many"][0].perplexity
    (found,) = paired_test(own)
    assert (found.n, found.n_left_out) == (35, 25)
    assert found.difference == pytest.approx(0, abs=1e-12)
    # Where all miss the same words, few of all, <unk> is a word like others.
    text = write("other", "a a a a a a a a a a\n" * 20 + "a b\n" * 10)
    for path_of, expected in ((text, (240 + 10, 0)), (path, (35, 25))):
        twice = {name: [evaluate_perplexity(few, path_of)] for name in ("one", "two")}
        (found,) = paired_test(twice)
        assert (found.n, found.n_left_out) == expected


def test_the_interval_without_unknown_words_is_of_the_others_alone(write):
    """It is that of a model that has to predict only these, with the same probabilities."""
    path = write("text", "a b a\nb a c\na a\na c c\nb b a\n" * 8)
    model = Unigrams({"a": 0.5, "b": 0.2, "<unk>": 0.1, "</s>": 0.2})
    found = evaluate_perplexity(model, path)
    assert found.has_much_oov
    low, high = found.interval_without_oov
    assert low < found.perplexity_without_oov < high
    kept = found.ids != 0
    logprobs, runs = found.logprobs[kept], found.runs
    firsts = np.searchsorted(np.flatnonzero(kept), runs.firsts)
    alone, _ = perplexity_interval(logprobs, Runs(firsts, runs.of))
    assert (low, high) == pytest.approx(alone)


def test_other_tokens_are_not_compared(write):
    path = write("text", "a b\n")
    chars = bigrams({"tokenizer": "chars", "lowercase": False, "normalize": "NFC"})
    both = {
        "words": [evaluate_perplexity(bigrams(), path)],
        "chars": [evaluate_perplexity(chars, path)],
    }
    with pytest.raises(SettingError, match="bits per character"):
        paired_test(both)
    with pytest.raises(SettingError, match="at least two"):
        paired_test({"words": both["words"]})
    with pytest.raises(SettingError, match="none was scored on other test sets"):
        paired_test({"words": both["words"], "none": []})


def test_few_sentences_give_no_p_value():
    (found,) = paired_test(results_of(np.array([3, 2]), one=bigrams(), two=bigrams()))
    assert math.isnan(found.p_value)


@pytest.mark.parametrize(("order", "expected"), [(3, 148.28), (5, 141.19)])
def test_penn_treebank(real_data, order, expected):
    from wordvec_toolkit import train_ngram_model

    folder = real_data / "lm" / "ptb"
    corpus = encode_corpus(str(folder / "ptb.train.txt"), "whitespace", min_count=1)
    model = train_ngram_model(corpus, order)
    result = evaluate_perplexity(model, str(folder / "ptb.test.txt"), interval="analytic")
    assert result.n_tokens == 82_430
    assert result.perplexity == pytest.approx(expected, abs=0.005)
    assert result.n_oov == result.n_written_unk == 4794
