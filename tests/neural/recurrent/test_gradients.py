"""Torch's own layers and finite differences are the oracles."""

import math

import numpy as np
import pytest
import torch
from recurrent_models import large

from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent.cells import recurrent_cells
from wordvec_toolkit.neural.recurrent.diagnosis import gradients
from wordvec_toolkit.neural.recurrent.diagnosis.gradients import Unrolled

pytestmark = pytest.mark.torch

WIDTH = 8


@pytest.fixture(scope="module")
def ids(corpus):
    return corpus_stream(corpus)


def continued(network, tokens, layer, place, part=None, moved=None):
    """Read tokens by torch's own layers, the state of a layer at a place being put there.

    Returns the last layer's last output, and what was put there (h, of an LSTM h and c).
    """
    states = network.begin(1)
    put = None
    for at, token in enumerate(tokens):
        x = network.embedding[token].reshape(1, 1, -1)
        for number, each in enumerate(network.layers):
            y, state = each(x, states[number])
            state = (y, *state[1:])
            if number == layer and at == place:
                put = [one.detach().clone() for one in state]
                if part is not None:
                    put[part] += moved
                state = tuple(one.requires_grad_() for one in put)
            states[number] = state
            y = state[0]
            x = y + x if network.architecture.residual and y.shape == x.shape else y
    return x[-1], put


def loss_of(network, x, target):
    return torch.nn.functional.cross_entropy(network.logits(x), torch.tensor([target]))


NETWORKS = [
    *({"cell": cell} for cell in recurrent_cells()),
    {"cell": "lstm", "residual": True, "n_layers": 3, "tied": False},
    {"cell": "gru", "n_layers": 1, "tied": False, "embedding_dim": 5},
]


@pytest.mark.parametrize("settings", NETWORKS, ids=str)
def test_many_in_one_pass_are_as_one_by_one(corpus, ids, settings, monkeypatch):
    """A slow twin goes back from each position to each step by a backward pass of its own."""
    network = large(corpus, **settings).scorer.network
    steps, warmup, places = 4, 3, np.array([7, 11, 30])
    rows = list(Unrolled(network).traces(ids, places, steps, warmup))
    before = np.concatenate([[2], ids[:-1]])
    for column, place in enumerate(places.tolist()):
        tokens = before[place - steps - warmup : place + 1]
        for layer, trace in enumerate(rows[0]):
            for t in range(steps + 1):
                x, put = continued(network, tokens, layer, len(tokens) - 1 - t)
                loss = loss_of(network, x, int(ids[place]))
                grads = torch.autograd.grad(loss, put, allow_unused=True, materialize_grads=True)
                lengths = [float(each.norm()) for each in grads]
                assert trace.parts[:, t, column] == pytest.approx(lengths, rel=1e-9, abs=1e-15)
                assert trace.norms[t, column] == pytest.approx(math.hypot(*lengths), rel=1e-9)
    monkeypatch.setattr(gradients, "_NUMBERS", 1)  # a position at a time
    apart = list(Unrolled(network).traces(ids, places, steps, warmup))
    assert len(apart) == 3
    for layer, trace in enumerate(rows[0]):
        norms = np.concatenate([each[layer].norms for each in apart], axis=1)
        np.testing.assert_allclose(norms, trace.norms, rtol=1e-12)


@pytest.mark.parametrize("cell", recurrent_cells())
def test_finite_differences_agree(corpus, ids, cell):
    network = large(corpus, cell=cell, residual=True).scorer.network
    steps, warmup, place, shift = 3, 4, 20, 1e-5
    trace = next(iter(Unrolled(network).traces(ids, np.array([place]), steps, warmup)))
    tokens = np.concatenate([[2], ids[:-1]])[place - steps - warmup : place + 1]
    with torch.no_grad():
        for layer in range(2):
            for t in (0, 2):
                lengths = []
                for part in range(2 if cell == "lstm" else 1):
                    slopes = []
                    for unit in range(WIDTH):
                        moved = torch.zeros(WIDTH, dtype=torch.float64)
                        moved[unit] = shift
                        losses = [
                            float(
                                loss_of(
                                    network,
                                    continued(
                                        network,
                                        tokens,
                                        layer,
                                        len(tokens) - 1 - t,
                                        part,
                                        sign * moved,
                                    )[0],
                                    int(ids[place]),
                                )
                            )
                            for sign in (1, -1)
                        ]
                        slopes.append((losses[0] - losses[1]) / (2 * shift))
                    lengths.append(np.linalg.norm(slopes))
                assert trace[layer].parts[:, t, 0] == pytest.approx(lengths, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("cell", recurrent_cells())
def test_equations_and_jacobians_are_those_of_the_layers(corpus, ids, cell):
    """And the products of Jacobians are what comes back through the last layer."""
    network = large(corpus, cell=cell).scorer.network
    unrolled, inputs = Unrolled(network), torch.from_numpy(ids[:30].astype(np.int64)).view(10, 3)
    x, states = unrolled.read(inputs, unrolled.begin(3))
    expected, after = network.read(inputs, network.begin(3))
    torch.testing.assert_close(x, expected)
    for ours, theirs in zip(states, after):
        for part, other in zip(ours, theirs):
            torch.testing.assert_close(part, other[0])
    equations, layer = unrolled.layers[-1], network.layers[-1]
    values = torch.randn(1, 5, WIDTH, dtype=torch.float64, generator=torch.Generator())
    before = tuple(part[:1] for part in states[-1])
    jacobian = equations.jacobian(equations.drive(values[0, :1]), before)[0]

    def step(*parts):
        y, state = layer(values[:, :1], tuple(part[None] for part in parts))
        return torch.cat([y[0], *(part[0] for part in state[1:])], dim=1)

    blocks = torch.autograd.functional.jacobian(step, before)
    expected = torch.cat([block[0, :, 0] for block in blocks], dim=1)
    torch.testing.assert_close(jacobian, expected)

    place, steps = 40, 6
    trace = next(iter(unrolled.traces(ids, np.array([place]), steps, 5)))[-1]
    before = torch.from_numpy(np.concatenate([[2], ids[:-1]]).astype(np.int64))
    _, states = unrolled.read(before[place - 11 : place - steps, None], unrolled.begin(1))
    jacobians = []
    for token in before[place - steps : place + 1]:
        _, after = unrolled.read(token.view(1, 1), states)
        lower = after[-2][0]
        jacobians.append(equations.jacobian(equations.drive(lower), states[-1])[0])
        states = after
    x = states[-1][0].clone().requires_grad_()
    (g,) = torch.autograd.grad(loss_of(network, x, int(ids[place])), x)
    g = torch.cat([g[0], *(torch.zeros(WIDTH, dtype=g.dtype) for _ in states[-1][1:])])
    lengths = [float(g.norm())]
    for back in reversed(jacobians[1:]):
        g = g @ back
        lengths.append(float(g.norm()))
    assert trace.norms[:, 0] == pytest.approx(lengths, rel=1e-9)
