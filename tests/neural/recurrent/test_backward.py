"""Probabilities of all sentences of a tiny language add up, whatever the direction."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from recurrent_models import DRY, WET, StopError, bits, kept, short, small, train

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.evaluation.comparison import paired_test
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.lm.mixed.sentence_mixture import SentenceMixture, fit_sentence_mixture
from wordvec_toolkit.lm.sentence_model import sentence_logprobs
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.models.loading import load_scorable
from wordvec_toolkit.neural.recurrent.backward import BackwardModel
from wordvec_toolkit.neural.recurrent.model import NeuralModel
from wordvec_toolkit.neural.recurrent.network import Network
from wordvec_toolkit.neural.recurrent.scoring import Scorer
from wordvec_toolkit.text.vocabulary import SPECIALS, Vocabulary

pytestmark = pytest.mark.torch

FORWARD = {"context": "sentence"}
BACKWARD = {**FORWARD, "direction": "backward"}
WORDS = (0, 3, 4)  # <unk> and two more: all that a sentence may hold
LONGEST = 5


@pytest.fixture(scope="module")
def ids(corpus):
    ids = corpus_stream(corpus)[:200]
    return ids[: np.flatnonzero(ids == 2)[-1] + 1].copy()


@pytest.fixture(scope="module")
def both(corpus):
    return [
        train(corpus, small(**each, **DRY), short(epochs=3, learning_rate=2e-2, clip=1.0))
        for each in (FORWARD, BACKWARD)
    ]


def untrained(seed, **how):
    network = Network(5, small(**how))
    network.draw(torch.Generator().manual_seed(seed))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter *= 8  # far from a uniform guess
    return Scorer(network)


def test_the_probabilities_of_all_sentences_sum_to_one():
    vocabulary = Vocabulary([*SPECIALS, "a", "b"], np.array([0, 0, 9, 5, 4]), 3)
    scorers = [untrained(1, **FORWARD), untrained(2, **BACKWARD)]
    models = [NeuralModel(vocabulary, scorers[0]), BackwardModel(vocabulary, scorers[1])]
    pair = SentenceMixture(models, np.array([0.3, 0.7]))
    stream = [[*words, 2] for n in range(LONGEST + 1) for words in product(WORDS, repeat=n)]
    ids = np.array(sum(stream, []), np.int32)
    short = [np.exp(sentence_logprobs(each, ids)).sum() for each in (*models, pair)]
    # Longer ones begin (backward: end) with all that has one word more and is not over yet.
    rest = np.array(sum(map(list, product(WORDS, repeat=LONGEST + 1)), []), np.int32)
    runs = rest.reshape(-1, LONGEST + 1)
    long = [sum(np.exp(each.token_logprobs(run).sum()) for run in runs) for each in scorers]
    assert all(0.001 < each < 0.999 for each in long)
    assert short[0] + long[0] == pytest.approx(1, abs=1e-5)
    assert short[1] + long[1] == pytest.approx(1, abs=1e-5)
    assert short[2] + 0.3 * long[0] + 0.7 * long[1] == pytest.approx(1, abs=1e-5)
    assert len(sentence_logprobs(models[1], ids)) == sum(3**n for n in range(LONGEST + 1))


def test_a_backward_model_is_a_forward_one_of_the_text_in_reverse(corpus, ids, both):
    lines = [corpus.ids[a:b][::-1] for a, b in zip(corpus.sentences, corpus.sentences[1:])]
    turned = np.concatenate([[*line, 2] for line in lines]).astype(np.int32)
    peer = both[1].scorer.token_logprobs(turned)
    starts = np.append(0, np.flatnonzero(turned == 2)[:-1] + 1)
    stream = corpus_stream(corpus)
    expected = np.add.reduceat(peer, starts)
    assert both[1].sentence_logprobs(stream) == pytest.approx(expected, abs=1e-9)
    assert both[1].sentence_logprobs(ids[:0]).shape == (0,)
    with pytest.raises(SettingError, match="the last sentence has no end"):
        both[1].sentence_logprobs(ids[:3])


def test_its_perplexity_is_that_of_sentences(both, ids, corpus):
    ids = corpus_stream(corpus)
    result = evaluate_perplexity(both[1], ids)
    total = both[1].sentence_logprobs(ids).sum()
    assert result.perplexity == pytest.approx(np.exp(-total / len(ids)))
    assert result.perplexity < 6
    assert result.sentence_logprobs == pytest.approx(both[1].sentence_logprobs(ids))
    assert result.is_by_sentence
    assert np.isnan(result.perplexity_without_oov)
    assert "|direction:backward|" in result.signature
    assert "|scored:by-sentence|" in result.signature
    ahead = evaluate_perplexity(both[0], ids)
    assert "|direction:forward|" in ahead.signature
    assert "|scored:by-sentence|" not in ahead.signature
    (found,) = paired_test({"ahead": [ahead], "back": [result]})
    assert found.scores == pytest.approx((ahead.bits_per_token, result.bits_per_token))
    unknown = np.array([0, 2] * 9, np.int32)
    ahead, result = (evaluate_perplexity(each, unknown) for each in both)
    other = replace(result, vocabulary_size=result.vocabulary_size + 1)
    with pytest.raises(SettingError, match="only be compared with models of the same vocabulary"):
        paired_test({"ahead": [ahead], "back": [other]})


def test_the_pair_is_better_than_either_and_lies_between_at_each_sentence(both, ids):
    pair = fit_sentence_mixture(both, ids)
    own = np.stack([sentence_logprobs(each, ids) for each in both])
    found = pair.sentence_logprobs(ids)
    by_hand = np.log(pair.weights @ np.exp(own))
    assert found == pytest.approx(by_hand)
    assert (found >= own.min(axis=0) - 1e-12).all()
    assert (found <= own.max(axis=0) + 1e-12).all()
    assert found.sum() >= own.sum(axis=1).max() - 1e-6
    for weight in np.linspace(0, 1, 21):
        other = SentenceMixture(both, np.array([weight, 1 - weight]))
        assert found.sum() >= other.sentence_logprobs(ids).sum() - 1e-3
    assert pair.signature.startswith(f"sentence-mixture({pair.weights[0]:.4f}*neural|cell:lstm|")
    reached = evaluate_perplexity(pair, ids).perplexity
    assert pair.facts["held_out_perplexity"] == pytest.approx(reached)


def test_what_takes_word_by_word_refuses_it(both, ids, corpus, tmp_path):
    backward = both[1]
    pair = fit_sentence_mixture(both, ids)
    for model in (backward, pair):
        for use in (
            lambda: wvt.lm.fit_mixture([both[0], model], ids),  # noqa: B023
            lambda: wvt.sample(model, 1),  # noqa: B023
            lambda: wvt.next_words(model, []),  # noqa: B023
            lambda: model.token_logprobs(ids),  # noqa: B023
        ):
            with pytest.raises(SettingError, match="scores whole sentences and predicts no next"):
                use()
    backward.save(tmp_path / "back")
    with pytest.raises(SettingError, match=r"back \(neural-lm-backward\) scores whole sentences"):
        wvt.load_language_model(tmp_path / "back")
    for again in (load_scorable(tmp_path / "back"), wvt.load(tmp_path / "back")):
        assert isinstance(again, BackwardModel)
        assert (again.sentence_logprobs(ids) == backward.sentence_logprobs(ids)).all()


def test_a_killed_run_goes_on_to_the_same_bits(corpus, tmp_path, ids):
    how = small(**BACKWARD, **WET)
    whole = train(corpus, how, None, ids)
    with pytest.raises(StopError):
        train(corpus, how, None, ids, on_step=kept(tmp_path / "state", 40))
    rest = train(corpus, how, None, ids, state=open_bundle(tmp_path / "state"))
    assert bits(rest) == bits(whole)
    total = whole.sentence_logprobs(ids).sum()
    best = whole.facts["epochs"][whole.facts["best_epoch"] - 1]
    assert best["held_out_perplexity"] == pytest.approx(np.exp(-total / len(ids)), rel=1e-5)


def test_a_text_is_not_read_backward_as_one_stream():
    with pytest.raises(SettingError, match="only sentence by sentence; add context sentence"):
        small(direction="backward")
