"""A transformer's layer against attention written out position by position."""

import math

import numpy as np
import pytest
import torch
from recurrent_models import DRY, StopError, bits, kept, short, small, talk, train

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent.network import new_layer
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings

pytestmark = pytest.mark.torch

HOW = {"cell": "transformer", "hidden_dim": 8, "n_heads": 2, "span": 4}


def layer(span=4, dtype=torch.float64):
    how = NetworkSettings(**{**HOW, "span": span}, n_layers=2)
    made = new_layer(how, 8, 8)
    made.draw(torch.Generator().manual_seed(3), how)
    with torch.no_grad():
        for parameter in made.parameters():
            noise = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(4))
            parameter += 0.5 * noise
    return made.to(dtype)


def slow(made, x):
    """Return what a layer makes of one column (T, width), position by position."""

    def norm(row, scale, shift):
        return (row - row.mean()) / torch.sqrt(row.var(correction=0) + 1e-5) * scale + shift

    normal = torch.stack([norm(row, made.attention_norm, made.attention_shift) for row in x])
    queries, keys, values = (normal @ made.asked.T + made.asked_bias).split(8, dim=1)
    out = []
    for i, row in enumerate(x):
        heads = []
        for head in range(2):
            part = slice(4 * head, 4 * head + 4)
            slope = 2 ** (-8 * (head + 1) / 2)
            seen = range(max(0, i - made.span + 1), i + 1)
            scores = [
                queries[i, part] @ keys[j, part] / math.sqrt(4) - slope * (i - j) for j in seen
            ]
            shares = torch.softmax(torch.stack(scores), 0)
            heads.append(sum(share * values[j, part] for share, j in zip(shares, seen)))
        row = row + torch.cat(heads) @ made.answered.T + made.answered_bias
        wide = norm(row, made.feed_norm, made.feed_shift) @ made.wide.T + made.wide_bias
        gelu = wide * (1 + torch.erf(wide / math.sqrt(2))) / 2
        out.append(row + gelu @ made.narrow.T + made.narrow_bias)
    return torch.stack(out)


@pytest.mark.parametrize("span", [1, 2, 4, 50])
def test_attention_is_that_of_single_positions(span):
    made = layer(span)
    x = torch.randn(11, 3, 8, generator=torch.Generator().manual_seed(5)).double()
    whole, _ = made(x, made.begin(3))
    for column in range(3):
        torch.testing.assert_close(whole[:, column], slow(made, x[:, column]))
    for cuts in ([4, 11], [1, 2, 3, 11], range(1, 12)):
        states, parts, begin = made.begin(3), [], 0
        for end in cuts:
            part, states = made(x[begin:end], states)
            parts.append(part)
            begin = end
        torch.testing.assert_close(torch.cat(parts), whole)


def test_no_gradient_goes_through_the_state():
    made = layer()
    x = torch.randn(6, 1, 8, generator=torch.Generator().manual_seed(5)).double()
    first = x[:3].clone().requires_grad_()
    _, state = made(first, made.begin(1))
    assert all(part.shape[0] == 3 for part in state)
    out, _ = made(x[3:], tuple(part.detach() for part in state))
    out.sum().backward()
    assert first.grad is None


def test_a_reset_state_is_not_attended_to():
    made = layer()
    x = torch.randn(8, 2, 8, generator=torch.Generator().manual_seed(5)).double()
    _, state = made(x[:5], made.begin(2))
    keep = torch.tensor([1.0, 0.0]).view(1, 2, 1)
    out, _ = made(x[5:], tuple(part * keep for part in state))
    whole, _ = made(x, made.begin(2))
    fresh, _ = made(x[5:], made.begin(2))
    torch.testing.assert_close(out[:, 0], whole[5:, 0])
    torch.testing.assert_close(out[:, 1], fresh[:, 1])


def test_it_learns_and_goes_on_to_the_same_bits(tmp_path):
    corpus = talk()
    ids = corpus_stream(corpus)
    how = small(**{**HOW, "hidden_dim": 16}, **DRY)
    training = short(epochs=4, clip=1.0, reset=0.1)
    model = train(corpus, how, training, ids)
    assert model.facts["epochs"][-1]["held_out_perplexity"] < 4
    with pytest.raises(StopError):
        train(corpus, how, training, ids, on_step=kept(tmp_path / "state", 50))
    rest = train(corpus, how, training, ids, state=open_bundle(tmp_path / "state"))
    assert bits(rest) == bits(model)
    assert "cell:transformer|" in model.signature
    assert "|n_heads:2|span:4|" in model.signature
    model.save(tmp_path / "m")
    again = type(model).load(tmp_path / "m")
    assert again.token_logprobs(ids).tobytes() == model.token_logprobs(ids).tobytes()


@pytest.mark.parametrize("context", ["text", "sentence"])
def test_a_stream_scores_as_its_tokens_one_by_one(context):
    corpus = talk()
    ids = corpus_stream(corpus)[:40]
    model = train(corpus, small(**HOW, context=context, **DRY), short(epochs=1, clip=1.0))
    steps = [model.next_logprobs(ids[:at]) for at in range(len(ids))]
    assert np.exp(steps).sum(axis=1) == pytest.approx(np.ones(len(ids)), abs=1e-12)
    one_by_one = np.array([step[token] for step, token in zip(steps, ids)])
    assert model.token_logprobs(ids) == pytest.approx(one_by_one, abs=1e-5)
