"""Closed forms of linear networks are the oracles; see test_gradients for the others."""

import json
import math

import numpy as np
import pytest
import torch
from recurrent_models import DRY, large, short, small, train

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import EmptyResultError, SettingError, WordvecError
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent.diagnosis.gradients import Unrolled, double
from wordvec_toolkit.neural.recurrent.diagnosis.measuring import spectral_radius, spread
from wordvec_toolkit.neural.recurrent.diagnosis.results import Reach

pytestmark = pytest.mark.torch

WIDTH = 8


@pytest.fixture(scope="module")
def ids(corpus):
    return corpus_stream(corpus)


def normed(eigenvalues, seed=0):
    """A symmetric matrix, which is normal, with this spectrum."""
    basis = orthogonal(seed=seed)
    return basis @ np.diag(eigenvalues) @ basis.T


def orthogonal(scale=1.0, seed=0):
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(WIDTH, WIDTH)))
    return scale * q


def shifting(diagonal, beside):
    """Not normal: a gradient grows before it falls."""
    return diagonal * np.eye(WIDTH) + beside * np.eye(WIDTH, k=1)


LINEAR = {
    "vanishing": (orthogonal(0.9), 0.9, 0.9),
    "kept": (orthogonal(1.0), 1.0, 1.0),
    "exploding": (orthogonal(1.2), 1.2, 1.2),
    "diagonal": (np.diag(np.linspace(0.2, 0.95, WIDTH)), 0.95, 0.95),
    "normal": (normed([1.1, -0.7, 0.6, 0.5, -0.4, 0.3, 0.2, 0.1]), 1.1, 1.1),
    "transient": (shifting(0.5, 1.0), None, 0.5),
}


def at_rest(corpus, matrix):
    """A simple network whose state stays 0, where the slope of tanh is 1: J = U everywhere."""
    model = large(corpus, cell="rnn-tanh", n_layers=1, tied=False)
    network = model.scorer.network
    network.layers[0].input_weight.zero_()
    network.layers[0].state_weight.copy_(torch.from_numpy(matrix))
    network.bias.copy_(torch.linspace(-1, 1, len(network.bias)))
    return model


def first_gradients(network, targets):
    """d L / d h of a softmax over words w: sum_w (p_w - [w is the target]) v_w."""
    bias = network.bias.numpy().copy()
    bias[1] = -np.inf
    errors = np.tile(np.exp(bias) / np.exp(bias).sum(), (len(targets), 1))
    errors[np.arange(len(targets)), targets] -= 1
    return errors @ network.output.numpy()


@pytest.mark.parametrize("kind", LINEAR)
def test_a_linear_network_gives_the_closed_form(corpus, ids, kind):
    """|d L_s / d h_(s-t)| = |(U^T)^t g_s|."""
    matrix, largest, radius = LINEAR[kind]
    model, steps = at_rest(corpus, matrix), 40
    found = wvt.neural.diagnose(model, ids, steps=steps, positions=20, jacobians=3)
    places = spread(2 * steps, len(ids) - 1, 20)
    g = first_gradients(model.scorer.network, ids[places])
    curves = []
    for _ in range(steps + 1):
        curves.append(np.linalg.norm(g, axis=1))
        g = g @ matrix
    curves = np.array(curves)
    layer = found.layers[0]
    np.testing.assert_allclose(layer.reach.mean, curves.mean(axis=1), rtol=1e-10)
    np.testing.assert_allclose(
        layer.reach.geometric_mean, np.exp(np.log(curves).mean(axis=1)), rtol=1e-10
    )
    np.testing.assert_allclose(layer.reach.quantiles[2], np.median(curves, axis=1), rtol=1e-10)
    largest = np.linalg.norm(matrix, 2) if largest is None else largest
    assert layer.prediction.of == "recurrent matrix"
    # What is defective has eigenvalues that are known to the eighth root of a rounding error.
    assert layer.prediction.asymptotic == pytest.approx(radius, rel=0.02)
    for seen in (layer.prediction.bound, layer.jacobian.largest.mean, layer.matrices[0].largest):
        assert seen == pytest.approx(largest, rel=1e-9)
    assert layer.jacobian.smallest.least == pytest.approx(np.linalg.norm(matrix, -2), rel=1e-9)
    bound = layer.reach.mean[0] * layer.prediction.curves(steps)["bound"]
    assert (layer.reach.mean <= bound * (1 + 1e-9)).all()
    if kind in ("vanishing", "kept", "exploding"):  # the bound is reached
        np.testing.assert_allclose(layer.reach.mean, bound, rtol=1e-9)
        assert layer.reach.rate == pytest.approx(radius, rel=1e-9)
    if kind == "transient":
        assert layer.reach.mean.argmax() > 2
        assert layer.reach.mean[-1] < layer.reach.mean[0]


def last_linear_state(network, inputs):
    """h_s = W x_s + b + U h_(s-1) + b' from h = 0 before the first word, in NumPy."""
    inward, onward, *biases = (weight.numpy() for weight in network.layers[0].parameters())
    h = np.zeros(WIDTH)
    for x in network.embedding.numpy()[inputs]:
        h = inward @ x + onward @ h + sum(biases)
    return h


@pytest.mark.parametrize("radius", [0.8, 1.0, 1.25])
def test_gradients_of_the_linear_cell_vanish_or_explode_at_the_spectral_radius(corpus, ids, radius):
    """|(U^T)^t g_s| with g_s from states and softmax in NumPy; U is drawn, and not normal."""
    how = small(cell="rnn-linear", n_layers=1, tied=False, **DRY)
    model = wvt.neural.fresh_model(corpus.vocabulary, how, seed=4, spectral_radius=radius)
    network = model.scorer.network.double()
    steps = 60
    found = wvt.neural.diagnose(model, ids, steps=steps, positions=1).layers[0]
    matrix, output = network.layers[0].state_weight.numpy(), network.output.numpy()
    assert np.linalg.norm(matrix, 2) > 1.2 * radius  # the bound alone would not tell
    state = last_linear_state(network, ids[-2 * steps - 2 : -1])
    scores = output @ state + network.bias.numpy()
    scores[1] = -np.inf  # <s> is never predicted
    errors = np.exp(scores - scores.max())
    errors /= errors.sum()
    errors[ids[-1]] -= 1
    g, lengths = errors @ output, []
    for _ in range(steps + 1):
        lengths.append(np.linalg.norm(g))
        g = g @ matrix
    np.testing.assert_allclose(found.reach.mean, lengths, rtol=1e-9)
    assert found.reach.rate == pytest.approx(radius, rel=5e-3)
    assert found.prediction.asymptotic == pytest.approx(radius, rel=1e-6)
    for spectrum in (found.jacobian.radius, found.jacobian.largest):
        assert spectrum.least == spectrum.greatest  # one Jacobian everywhere: U


def test_relus_that_are_all_on_are_linear(corpus, ids):
    """With weights above 0 all states are, and the network is linear while it reads."""
    model = large(corpus, cell="rnn-relu", n_layers=1, tied=False)
    for weight in model.scorer.network.parameters():
        weight.abs_()
    matrix = model.scorer.network.layers[0].state_weight
    matrix.mul_(1.05 / spectral_radius(matrix))
    found = wvt.neural.diagnose(model, ids, steps=30, positions=9, jacobians=2).layers[0]
    unrolled = Unrolled(model.scorer.network)
    places = spread(60, len(ids) - 1, 9)
    (trace,) = next(iter(unrolled.traces(ids, places, 30, 30)))
    x = trace.h[-1].requires_grad_()
    loss = unrolled._losses(x, torch.from_numpy(ids[places].astype(np.int64))).sum()
    (g,) = torch.autograd.grad(loss, x)
    curves = []
    for _ in range(31):
        curves.append(g.norm(dim=1).mean().item())
        g = g @ matrix
    np.testing.assert_allclose(found.reach.mean, curves, rtol=1e-10)
    assert found.reach.rate == pytest.approx(1.05, rel=1e-6)
    assert found.reach.half_life == math.inf
    assert found.gate("h").below == 0


def test_cells_of_known_gates_keep_what_they_are_told(corpus, ids):
    """Without recurrent weights, forget gates of 0.9 let 0.9^t through, and nothing else."""
    model = large(corpus, cell="lstm", n_layers=1, tied=False)
    layer = model.scorer.network.layers[0]
    layer.state_weight.zero_()
    layer.state_bias.zero_()
    layer.input_weight[WIDTH : 2 * WIDTH] = 0
    layer.input_bias[WIDTH : 2 * WIDTH] = math.log(9)
    found = wvt.neural.diagnose(model, ids, steps=50, positions=5, jacobians=4).layers[0]
    expected = 0.9 ** np.arange(51)
    np.testing.assert_allclose(found.kept, expected, rtol=1e-9)
    assert found.gate("forget").mean == pytest.approx(0.9)
    c = found.reach.parts["c"]
    assert c[0] == 0  # it has no later step to go on to
    np.testing.assert_allclose(c[1:] / c[1], expected[:-1], rtol=1e-9)
    np.testing.assert_allclose(found.reach.parts["h"][1:], 0, atol=1e-15)
    assert found.reach.rate == pytest.approx(0.9)
    assert found.reach.half_life == pytest.approx(math.log(0.5) / math.log(0.9))
    # (h, c) -> (., f c): c's column has f and d h / d c = o (1 - tanh(c)^2) f.
    assert found.jacobian.radius.greatest == pytest.approx(0.9)
    assert 0.9 < found.jacobian.largest.least < 0.9 * math.sqrt(2)
    assert found.jacobian.smallest.greatest == pytest.approx(0)


def reach(mean):
    mean = np.array(mean, np.float64)
    return Reach(mean, mean, np.tile(mean, (5, 1)), {"h": mean})


def test_how_far_it_reaches():
    halves = reach(0.5 ** np.arange(11))
    assert halves.steps_to(0.5) == 1
    assert halves.steps_to(0.01) == 7
    assert halves.steps_to(1e-9) is None
    assert halves.rate == pytest.approx(0.5)
    assert halves.half_life == pytest.approx(1)
    assert reach([1, 0.2, 0.9, 0.3, 0.1]).steps_to(0.5) == 3  # for good
    assert reach([1.0, 2.0, 4.0]).steps_to(0.5) is None
    assert reach([1.0, 2.0, 4.0]).rate == pytest.approx(2)
    assert reach([1.0, 0.0, 0.0]).rate == 0
    assert reach([1.0, 0.0, 0.0]).half_life == 0
    assert reach([0.0, 0.0, 0.0]).steps_to(0.5) == 0


def test_a_trained_model(corpus, ids):
    model = train(corpus, small(**DRY), short(), threads=1)
    found = wvt.neural.diagnose(
        model, ids, steps=20, positions=10, jacobians=3, name="mine", threads=1
    )
    assert (found.name, found.cell, found.steps, found.n_positions) == ("mine", "lstm", 20, 10)
    assert [layer.layer for layer in found.layers] == [1, 2]
    epochs = model.facts["epochs"]
    assert [each["gradient_norm"] for each in found.training] == [
        each["gradient_norm"] for each in epochs
    ]
    assert found.clipped == pytest.approx(sum(each["clipped"] for each in epochs) / 2)
    assert "|positions:10|warmup:20|steps:20|" in found.signature
    for layer in found.layers:
        assert [each.name for each in layer.saturation] == [
            "input",
            "forget",
            "candidate",
            "output",
            "h",
        ]
        assert [each.name for each in layer.matrices] == ["input", "forget", "candidate", "output"]
        assert all(sum(each.histogram) == pytest.approx(1) for each in layer.saturation)
        assert layer.prediction.of == "step Jacobian"
        assert layer.prediction.bound == layer.jacobian.typical_largest
        assert (layer.reach.quantiles[0] <= layer.reach.quantiles[-1]).all()
    plain = json.loads(json.dumps(found.as_dict()))
    assert len(plain["layers"][1]["gradient_norm"]["mean"]) == 21
    assert list(plain["layers"][0]["gradient_norm"]["quantiles"]) == [
        "0.1",
        "0.25",
        "0.5",
        "0.75",
        "0.9",
    ]
    again = wvt.neural.diagnose(
        model, ids, steps=20, positions=10, jacobians=3, name="mine", threads=1
    )
    assert again.as_dict() == found.as_dict()
    assert np.array_equal(model.token_logprobs(ids), model.token_logprobs(ids))


def test_all_that_a_short_text_has(corpus, ids):
    model = large(corpus, cell="gru")
    found = wvt.neural.diagnose(model, ids[:13], steps=12)
    assert found.n_positions == 1
    assert "|warmup:0|" in found.signature
    assert wvt.neural.diagnose(model, ids[:30], steps=12).n_positions == 30 - 12 - 8
    with pytest.raises(EmptyResultError, match="the text has 12 tokens; looking 12 steps back"):
        wvt.neural.diagnose(model, ids[:12], steps=12)
    assert spread(3, 7, 9).tolist() == [3, 4, 5, 6, 7]
    assert spread(0, 9, 4).tolist() == [0, 3, 6, 9]
    assert spread(0, 9, 1).tolist() == [9]


@pytest.mark.parametrize("radius", [0.0, 0.5, 1.0, 1.5])
def test_untrained_networks_of_a_spectral_radius(corpus, ids, radius):
    how = small(cell="rnn-tanh", **DRY)
    model = wvt.neural.fresh_model(corpus.vocabulary, how, seed=4, spectral_radius=radius)
    for layer in model.scorer.network.layers:
        assert spectral_radius(layer.state_weight.double()) == pytest.approx(radius, abs=1e-6)
    assert f"spectral_radius:{radius}" in model.signature
    assert wvt.neural.diagnose(model, ids, steps=5, positions=4).training == ()
    plain = wvt.neural.fresh_model(corpus.vocabulary, how, seed=4)
    assert torch.equal(plain.scorer.network.embedding, model.scorer.network.embedding)
    assert np.exp(model.next_logprobs([])).sum() == pytest.approx(1)


def test_what_makes_no_sense_is_refused(corpus, ids):
    model = large(corpus)
    for settings, message in (
        ({"steps": 1}, "steps is 1; it must be 2 or more"),
        ({"positions": 0}, "positions is 0"),
        ({"jacobians": 0}, "jacobians is 0"),
    ):
        with pytest.raises(SettingError, match=message):
            wvt.neural.diagnose(model, ids, **settings)
    with pytest.raises(SettingError, match="the vocabulary of the model has"):
        wvt.neural.diagnose(model, ids + 999)
    ngram = wvt.train_ngram_model(corpus, 2, wvt.lm.WittenBell())
    with pytest.raises(SettingError, match="it is a NgramModel, which has no recurrent layers"):
        wvt.neural.diagnose(ngram, ids, name="it")
    for how in ({"context": "sentence"}, {"context": "sentence", "direction": "backward"}):
        alone = train(corpus, small(**how, **DRY), short(epochs=1))
        with pytest.raises(SettingError, match="it reads each sentence by itself, so that no gra"):
            wvt.neural.diagnose(alone, ids, name="it")
    model.settings["cell"] = "transformer"
    with pytest.raises(SettingError, match="the model is a transformer, which has no recurrent"):
        wvt.neural.diagnose(model, ids)
    with pytest.raises(SettingError, match="a spectral radius is for simple networks"):
        wvt.neural.fresh_model(corpus.vocabulary, small(cell="gru"), spectral_radius=1.0)
    with pytest.raises(SettingError, match="spectral_radius is -1"):
        wvt.neural.fresh_model(corpus.vocabulary, small(cell="rnn-relu"), spectral_radius=-1.0)


@pytest.mark.parametrize("how", [{}, {"tied": False, "residual": True}])
def test_losses_of_an_adaptive_softmax(corpus, ids, how):
    """d L_s / d h_s by automatic differentiation, with the layer as torch computes it."""
    model = large(corpus, n_layers=1, softmax="adaptive", cutoffs=[5, 9], **how)
    network = model.scorer.network
    found = wvt.neural.diagnose(model, ids, steps=20, positions=len(ids), jacobians=1)
    places = spread(20 + 20, len(ids) - 1, len(ids))
    x, _ = network.read(torch.from_numpy(np.append(2, ids[:-1]))[:, None], network.begin(1))
    h = x[places, 0].requires_grad_()
    targets = torch.from_numpy(ids[places].astype(np.int64))
    with torch.enable_grad():
        logs = network.adaptive.logprobs(h, network.embedding, network.bias)
        loss = -logs.gather(1, targets[:, None]).sum()
    (slopes,) = torch.autograd.grad(loss, h)
    assert found.layers[0].reach.mean[0] == pytest.approx(
        float(slopes.norm(dim=1).mean()), rel=1e-3
    )


def test_what_explodes_out_of_range_is_a_sentence(corpus, ids):
    model = large(corpus, cell="rnn-relu", n_layers=1)
    for weight in model.scorer.network.parameters():
        weight.abs_().mul_(1e3)
    with pytest.raises(WordvecError, match="it: its states, or the gradients 200 steps back, are"):
        wvt.neural.diagnose(model, ids, steps=200, positions=3, name="it")


def test_strange_notes_of_training_are_ignored(corpus, ids):
    for epochs in (3, [7, {"clipped": 0.5}, {"clipped": "x", "gradient_norm": 1.0}], None):
        model = large(corpus)
        model.facts["epochs"] = epochs
        found = wvt.neural.diagnose(model, ids, steps=4, positions=2, jacobians=1)
        assert found.training == ()
        assert found.clipped is None


def test_weights_stay_as_they_are(corpus, ids):
    model = large(corpus, cell="lstm")
    before = {name: each.clone() for name, each in model.scorer.network.state_dict().items()}
    wvt.neural.diagnose(model, ids, steps=5, positions=3)
    for name, each in model.scorer.network.state_dict().items():
        assert torch.equal(each, before[name])
        assert not each.requires_grad
    assert double(model.scorer.network.layers[0]).blocks["forget"].shape == (WIDTH, WIDTH)
