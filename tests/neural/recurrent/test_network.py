"""torch's own layers are one oracle, finite differences the other."""

import numpy as np
import pytest
import torch
from recurrent_models import DRY, WET, small

from wordvec_toolkit.lm.language_model import BOS
from wordvec_toolkit.neural.recurrent.batches import columns, windows
from wordvec_toolkit.neural.recurrent.cells import recurrent_cells
from wordvec_toolkit.neural.recurrent.dropping import Dropping
from wordvec_toolkit.neural.recurrent.network import Network, new_layer
from wordvec_toolkit.neural.recurrent.scoring import cross_entropy
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings

pytestmark = pytest.mark.torch

N_WORDS = 11
PEERS = {
    "lstm": torch.nn.LSTM,
    "gru": torch.nn.GRU,
    "rnn-tanh": torch.nn.RNN,
    "rnn-relu": lambda *sizes: torch.nn.RNN(*sizes, nonlinearity="relu"),
}


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def network(dtype=torch.float32, **settings):
    made = Network(N_WORDS, small(**settings))
    made.draw(seeded())
    return made.to(dtype)


def some_ids(*shape, seed=1):
    return torch.from_numpy(np.random.default_rng(seed).integers(2, N_WORDS, shape))


@pytest.mark.parametrize("cell", PEERS)
def test_a_layer_is_that_of_torch(cell):
    how = NetworkSettings(cell=cell, forget_bias=1.0)
    layer, peer = new_layer(how, 5, 8), PEERS[cell](5, 8)
    layer.draw(seeded(), how)
    weights = (peer.weight_ih_l0, peer.weight_hh_l0, peer.bias_ih_l0, peer.bias_hh_l0)
    with torch.no_grad():
        for theirs, ours in zip(weights, layer.parameters()):
            theirs.copy_(ours)
    x = torch.randn(7, 3, 5, generator=seeded(1))
    out, state = layer(x, layer.begin(3))
    expected, last = peer(x)
    assert torch.equal(out, expected)
    for ours, theirs in zip(state, last if cell == "lstm" else (last,)):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize(
    "settings",
    [
        *({"cell": cell, **WET} for cell in recurrent_cells()),
        {"tied": False, **DRY},
        {"embedding_dim": 5, "locked": False, **WET},
        {"residual": True, "n_layers": 3, **WET},
        {"cell": "transformer", "n_heads": 2, "span": 4, **WET, "weight_dropout": 0.0},
        {"softmax": "adaptive", "cutoffs": (5, 8), **DRY},
        {"softmax": "adaptive", "cutoffs": (5, 8), "tied": False, "cell": "gru", **WET},
    ],
)
def test_gradients_are_finite_differences(settings):
    net = network(torch.float64, **settings)
    ids, targets = some_ids(6, 3), some_ids(6, 3, seed=2)

    def loss():
        x, _ = net.read(ids, net.begin(3), seeded(9))
        return cross_entropy(net, x, targets) / targets.numel()

    loss().backward()
    draw = np.random.default_rng(3)
    for name, parameter in net.named_parameters():
        way = torch.from_numpy(draw.standard_normal(tuple(parameter.shape)))
        slope = float((parameter.grad * way).sum())
        sides = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                parameter += step * way
                sides.append(float(loss()))
                parameter -= step * way
        assert slope == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-5, abs=1e-8), name
        assert slope != 0, name


@pytest.mark.parametrize("cell", recurrent_cells())
def test_the_state_goes_on_from_window_to_window(cell):
    net = network(cell=cell).eval()
    ids = some_ids(20, 2)
    whole, _ = net.read(ids, net.begin(2))
    states, parts = net.begin(2), []
    for window in windows(20, 7):
        x, states = net.read(ids[window], states)
        parts.append(x)
    torch.testing.assert_close(torch.cat(parts), whole, rtol=0, atol=1e-6)


def test_the_sentence_start_is_never_predicted():
    net = network()
    x, _ = net.read(some_ids(4, 2), net.begin(2))
    probs = torch.softmax(net.logits(x), -1)
    assert (probs[..., BOS] == 0).all()
    cross_entropy(net, x, some_ids(4, 2)).backward()
    assert all(torch.isfinite(parameter.grad).all() for parameter in net.parameters())
    assert net.bias.grad[BOS] == 0


def test_weights_are_as_many_as_the_equations_have():
    def count(**settings):
        return sum(each.numel() for each in network(**settings).parameters())

    layer = 4 * (8 * 8 + 8 * 8 + 8 + 8)
    assert count() == N_WORDS * 8 + 2 * layer + N_WORDS
    assert count(tied=False) == count() + N_WORDS * 8
    assert count(cell="gru") == N_WORDS * 9 + 2 * layer * 3 // 4


def test_forget_gates_begin_open():
    net = network(forget_bias=1.5)
    assert net.layers[0].input_bias.view(4, 8).tolist() == [[0] * 8, [1.5] * 8, [0] * 8, [0] * 8]


def test_locked_masks_are_those_of_all_steps():
    ones = torch.ones(50, 40, 8)
    locked = Dropping(small(), seeded()).numbers(ones, 0.4)
    assert torch.equal(locked, locked[:1].expand_as(locked))
    loose = Dropping(small(locked=False), seeded()).numbers(ones, 0.4)
    assert not torch.equal(loose, loose[:1].expand_as(loose))
    assert float((loose == 0).float().mean()) == pytest.approx(0.4, abs=0.02)
    assert sorted(set(loose.flatten().tolist())) == pytest.approx([0, 1 / 0.6], rel=1e-4)


def test_embedding_dropout_drops_words_wherever_they_stand():
    net = network(n_layers=1, **{**DRY, "embedding_dropout": 0.5})
    ids = torch.arange(N_WORDS).repeat(2)[:, None]
    seen = []
    net.layers[0].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    net.read(ids, net.begin(1), seeded())
    dropped = (seen[0][:, 0] == 0).all(dim=1)
    assert 0 < dropped.sum() < 2 * N_WORDS
    assert torch.equal(dropped[:N_WORDS], dropped[N_WORDS:])


def test_nothing_is_dropped_without_a_generator():
    net = network(**WET)
    ids = some_ids(6, 2)
    first, _ = net.read(ids, net.begin(2))
    assert torch.equal(first, net.read(ids, net.begin(2))[0])
    assert not torch.equal(first, net.read(ids, net.begin(2), seeded())[0])


def test_columns_are_runs_of_the_stream():
    inputs, targets = columns(np.array([5, 6, 2, 7, 8, 9, 3], np.int32), 2)
    assert targets.tolist() == [[5, 7], [6, 8], [2, 9]]
    assert inputs.tolist() == [[2, 2], [5, 7], [6, 8]]
    assert [(window.start, window.stop) for window in windows(8, 3)] == [(0, 3), (3, 6), (6, 8)]
