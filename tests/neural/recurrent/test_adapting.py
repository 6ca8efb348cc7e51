import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from language_models import Unigrams
from recurrent_models import DRY, short, small, talk, train
from reference import adapting as slow

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import DivergedError, EmptyResultError, FormatError, SettingError
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.neural.recurrent import scoring
from wordvec_toolkit.neural.recurrent.adapting import learning, tuning
from wordvec_toolkit.neural.recurrent.adapting.models import DynamicModel, NeuralCache
from wordvec_toolkit.neural.recurrent.adapting.tuning import (
    adapting_model,
    fit_dynamic,
    fit_neural_cache,
)

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def model():
    return train(talk(), small(**DRY), short(), threads=1)


def kinds(model):
    return {
        "cache": NeuralCache(model, window=9, flatness=2.0, share=0.3),
        "sgd": DynamicModel(model, "sgd", 0.5, 0.01, segment=7),
        "rms": DynamicModel(model, "rms", 0.01, 0.05, segment=7),
        "both": NeuralCache(DynamicModel(model, segment=7), window=9, share=0.3),
    }


def perplexity(model, ids):
    return np.exp(-model.token_logprobs(ids).mean())


def test_the_cache_by_hand(model):
    """Five tokens, a window of two: equations 3 and 4 with what the network says."""
    ids = np.array([3, 4, 3, 3, 2], np.int32)
    cached = NeuralCache(model, window=2, flatness=1.5, share=0.25)
    h = slow.hidden_states(model.scorer.network, ids)
    base = np.exp(model.token_logprobs(ids))
    weights = np.exp([1.5 * h[2] @ h[0], 1.5 * h[2] @ h[1]])  # words 3 and 4
    expected = [
        base[0],  # nothing is in the cache
        0.75 * base[1],  # 3 is in it, not 4
        0.75 * base[2] + 0.25 * weights[0] / weights.sum(),
        0.75 * base[3] + 0.25 * np.exp(1.5 * h[3] @ h[2]) / np.exp(1.5 * h[3] @ h[1:3].T).sum(),
        0.75 * base[4],  # 3 and 3
    ]
    assert np.exp(cached.token_logprobs(ids)) == pytest.approx(expected, rel=1e-5)


@given(st.integers(1, 30), st.floats(0, 5), st.floats(0, 1), st.integers(0, 2**31))
@settings(max_examples=15)
def test_the_cache_against_its_twin(model, window, flatness, share, seed):
    ids = np.random.default_rng(seed).integers(0, len(model.vocabulary), 20).astype(np.int32)
    hidden = slow.hidden_states(model.scorer.network, ids)
    cached = NeuralCache(model, window, flatness, share)
    for at in (0, 1, 19):
        expected = np.exp(model.next_logprobs(ids[:at]))
        found = slow.cache_distribution(hidden, ids, at, window, flatness, len(expected))
        if found is not None:
            expected = (1 - share) * expected + share * found
        row = np.exp(cached.next_logprobs(ids[:at]))
        assert row == pytest.approx(expected, abs=2e-5)
        assert row.sum() == pytest.approx(1, abs=1e-12)
        assert row[1] == 0


@pytest.mark.parametrize("kind", ["cache", "sgd", "rms", "both"])
def test_a_stream_scores_as_its_tokens_one_by_one(model, ids, kind):
    each = kinds(model)[kind]
    steps = np.array([each.next_logprobs(ids[:at]) for at in range(60)])
    assert np.exp(steps).sum(axis=1) == pytest.approx(np.ones(60), abs=1e-12)
    assert (steps[:, 1] == -np.inf).all()
    found = each.token_logprobs(ids)
    assert found[:60] == pytest.approx(steps[np.arange(60), ids[:60]], abs=1e-5)
    assert found.tolist() == each.token_logprobs(ids).tolist()
    alone = kinds(model)[kind].next_logprobs(ids[:40])  # nothing of it is known
    assert alone.tolist() == steps[40].tolist()
    assert each.next_logprobs(ids[:40]).tolist() == alone.tolist()  # what is known is longer


@pytest.mark.parametrize("kind", ["cache", "sgd", "rms", "both"])
def test_pieces_do_not_show(model, ids, kind, monkeypatch):
    each = kinds(model)[kind]
    whole = each.token_logprobs(ids)
    reader, done = each.reader(), []
    for cut in np.split(ids, [1, 3, 20, 21, 64]):
        done += [
            passage.of(ids[passage.first : passage.first + len(passage)])
            for passage in reader.read(cut)
        ]
    assert np.concatenate(done) == pytest.approx(whole, abs=1e-5)
    monkeypatch.setattr(scoring, "_CHUNK", 5)
    monkeypatch.setattr(scoring, "_LOGITS", 3 * len(model.vocabulary))
    assert each.token_logprobs(ids) == pytest.approx(whole, abs=1e-5)
    assert each.token_logprobs(ids[:0]).shape == (0,)
    for first, last in ((12, 21), (21, 30), (5, 9)):
        out = np.ones((last - first, len(model.vocabulary)))
        each.add_distributions(ids, first, last, 0.5, out)
        expected = [1 + 0.5 * np.exp(each.next_logprobs(ids[:at])) for at in range(first, last)]
        assert out == pytest.approx(np.array(expected), abs=1e-6)


def test_gradient_descent_against_its_twin(model, ids):
    network = copy.deepcopy(model.scorer.network).requires_grad_(True)
    trained = [weight.detach().clone() for weight in network.parameters()]

    def step(weights, gradients):
        for weight, first, gradient in zip(weights, trained, gradients):
            weight += 0.01 * (first - weight) - 0.5 * gradient

    expected = slow.dynamic_logprobs(network, ids, 7, step)
    found = DynamicModel(model, "sgd", 0.5, 0.01, 7).token_logprobs(ids)
    assert found == pytest.approx(expected, abs=1e-4)
    assert np.abs(found - model.token_logprobs(ids)).max() > 1e-3


def test_rates_for_each_weight_against_their_twin(model, ids, monkeypatch):
    """With rates computed again at each segment, the formula of the docstring."""
    monkeypatch.setattr(learning, "_GROWTH", 1.0)
    network = copy.deepcopy(model.scorer.network).requires_grad_(True)
    trained = [weight.detach().clone() for weight in network.parameters()]
    squares, n = [torch.zeros_like(weight) for weight in trained], 0

    def step(weights, gradients):
        nonlocal n
        n += 1
        for square, gradient in zip(squares, gradients):
            square += gradient**2
        rms = [(square / n).sqrt() for square in squares]
        mean = torch.cat([each.flatten() for each in rms]).mean()
        for weight, first, gradient, each in zip(weights, trained, gradients, rms):
            pull = (0.05 * each / mean).clamp(max=1)
            weight += pull * (first - weight) - 0.01 * gradient / (each + learning._FLOOR * mean)

    expected = slow.dynamic_logprobs(network, ids, 7, step)
    found = DynamicModel(model, "rms", 0.01, 0.05, 7).token_logprobs(ids)
    assert found == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("method", "rate"), [("rms", 0.02), ("sgd", 0.5)])
def test_dynamic_evaluation_helps_and_leaves_the_model_unchanged(model, method, rate):
    # A text that says two things over and over, one of them against all that was learned.
    ids = np.tile(np.array([3, 3, 4, 2], np.int32), 60)
    before = {name: t.clone() for name, t in model.scorer.network.state_dict().items()}
    plain = perplexity(model, ids)
    dynamic = DynamicModel(model, method, rate, segment=5)
    assert perplexity(dynamic, ids) < 0.8 * plain
    assert perplexity(model, ids) == plain
    for name, tensor in model.scorer.network.state_dict().items():
        assert torch.equal(tensor, before[name])
    # No token knows of what comes after it.
    changed = ids.copy()
    changed[103:] = 5
    one, other = dynamic.token_logprobs(ids), dynamic.token_logprobs(changed)
    assert one[:103].tolist() == other[:103].tolist()


def test_learning_that_leaves_the_numbers_is_a_sentence(model, ids):
    with pytest.raises(DivergedError, match="diverged after .* tokens; lower its learning_rate"):
        DynamicModel(model, "sgd", 1e4, 0.0, 5).token_logprobs(np.tile(ids, 5))


def test_settings_are_found_on_held_out_text(model, ids):
    cached = fit_neural_cache(model, ids, window=50, flatnesses=(0.1, 1.0, 5.0))
    tried = [
        NeuralCache(model, 50, flatness, share)
        for flatness in (0.1, 1.0, 5.0)
        for share in (0.0, 0.02, 0.1, 0.3)
    ]
    assert perplexity(cached, ids) <= min(perplexity(each, ids) for each in tried) + 1e-4
    repeated = np.tile(ids[:50], 8)
    assert fit_neural_cache(model, repeated, 100).share > 0.3
    dynamic = fit_dynamic(model, repeated[:150], method="sgd", learning_rate=0.01, segment=10)
    assert dynamic.learning_rate > 0.01
    begun = DynamicModel(model, "sgd", 0.01, segment=10)
    assert perplexity(dynamic, repeated[:150]) < perplexity(begun, repeated[:150])
    both = adapting_model(model, {"window": 30, "flatness": 0.7}, {"method": "sgd"}, ids[:60])
    assert both.flatness == 0.7
    assert isinstance(both.base, DynamicModel)
    assert adapting_model(model) is model
    assert adapting_model(model, {}).share == NeuralCache(model).share
    with pytest.raises(SettingError, match="give one of the two"):
        adapting_model(model, {"share": 0.1}, None, ids)
    with pytest.raises(EmptyResultError, match="no tokens"):
        fit_neural_cache(model, ids[:0])


@pytest.mark.parametrize(("name", "expected"), [("learning_rate", 0.3 * 2**6), ("decay", 0.96)])
def test_rates_are_tried_as_far_as_they_help(model, ids, name, expected, monkeypatch):
    monkeypatch.setattr(tuning, "_perplexity", lambda tried, *_: -getattr(tried, name))
    found = fit_dynamic(model, ids, method="sgd", decay=0.03)
    assert getattr(found, name) == pytest.approx(expected)


def test_the_signature_says_it(model, ids):
    signature = evaluate_perplexity(kinds(model)["both"], ids).signature
    assert "|neural-cache|window:9|flatness:0.3|share:0.3(dynamic|method:rms|" in signature
    assert "segment:7(neural|cell:lstm|" in signature


def test_bundles_refer_to_the_model_below(model, ids, tmp_path):
    model.save(tmp_path / "lstm")
    dynamic = DynamicModel(model, "sgd", segment=7)
    dynamic.save(tmp_path / "dynamic", tmp_path / "lstm")
    NeuralCache(dynamic, 9).save(tmp_path / "cached", tmp_path / "dynamic")
    opened = wvt.load_language_model(tmp_path / "cached")
    expected = NeuralCache(dynamic, 9)
    assert opened.signature == expected.signature
    assert opened.token_logprobs(ids).tolist() == expected.token_logprobs(ids).tolist()
    train(talk(seed=8), small(**DRY), short(epochs=1), threads=1).save(tmp_path / "lstm")
    with pytest.raises(FormatError, match="built again since"):
        wvt.load_language_model(tmp_path / "cached")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda m: NeuralCache(m, 0), "window is 0; it must be from 1"),
        (lambda m: NeuralCache(m, 2.5), "window is 2.5; expected a whole number"),
        (lambda m: NeuralCache(m, flatness=float("nan")), "flatness is nan; it must be from 0"),
        (lambda m: NeuralCache(m, share="x"), "share is 'x'; expected a number"),
        (lambda m: NeuralCache(Unigrams({"a": 1.0})), "a Unigrams has no hidden states"),
        (
            lambda m: NeuralCache(replace(m, settings={"context": "sentence"})),
            "by itself; a neural",
        ),
        (lambda m: DynamicModel(m, "adam"), "method is 'adam'; expected one of rms, sgd"),
        (lambda m: DynamicModel(m, decay=2), "decay is 2; it must be from 0 to 1"),
        (lambda m: DynamicModel(NeuralCache(m)), "put the cache around it, not below"),
        (lambda m: fit_neural_cache(m, np.array([3]), flatnesses=()), "no flatness to choose"),
    ],
)
def test_refusals(model, make, message):
    with pytest.raises(SettingError, match=message):
        make(model)
