"""Encoder-decoders: padding, batches, masks, gradients, search."""

import copy

import numpy as np
import pytest
import torch
from pairs import NETWORKS, additions, encoded, trained, untrained

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.neural.seq2seq.attention import Attention, masked_softmax
from wordvec_toolkit.neural.seq2seq.batches import PairText, padded, planned
from wordvec_toolkit.neural.seq2seq.decoding import _highest, decode
from wordvec_toolkit.neural.seq2seq.diagnosis import gradient_reach
from wordvec_toolkit.neural.seq2seq.memory import turned
from wordvec_toolkit.neural.seq2seq.presets import PRESETS
from wordvec_toolkit.neural.seq2seq.settings import Seq2SeqSettings, Seq2SeqTraining
from wordvec_toolkit.text.sides import Ragged
from wordvec_toolkit.text.vocabulary import BOS, EOS
from wordvec_toolkit.translation.settings import DecodingSettings

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module", params=NETWORKS)
def model(request):
    return untrained(**NETWORKS[request.param])


def rows(sides, n):
    return [side.row(place) for side in sides for place in range(n)]


def test_padding_and_batching_change_no_number(model):
    sources, targets = encoded().train
    together = model.target_logprobs(sources, targets)
    for place in range(6):
        own = (Ragged.of([side.row(place)]) for side in (sources, targets))
        np.testing.assert_allclose(
            model.target_logprobs(*own)[0], together[place], rtol=1e-6, atol=1e-6
        )


def test_probabilities_sum_to_one_and_none_is_of_the_beginning(model):
    ids, lengths = padded([encoded().train[0].row(place) for place in range(3)])
    memory = model.network.encode(ids, lengths)
    x, weights, _ = model.network.decode(torch.full((2, 3), BOS), memory, None, None, True)
    shares = torch.softmax(model.network.decoder.logits(x), dim=-1)
    assert torch.allclose(shares.sum(-1), torch.ones(2, 3, dtype=shares.dtype))
    assert (shares[..., BOS] == 0).all()
    if weights is not None:
        assert torch.allclose(weights.sum(-1).double(), torch.ones(2, 3, dtype=torch.float64))
        for column, length in enumerate(lengths.tolist()):
            assert (weights[:, column, length:] == 0).all()


def test_no_token_sees_those_after_it(model):
    sources, targets = encoded().train
    memory = model.network.encode(*padded([sources.row(0)]))
    ids = torch.tensor([[BOS, 5, 6, 7]]).T
    other = ids.clone()
    other[2:] = 4
    x, y = (model.network.decode(each, memory)[0] for each in (ids, other))
    assert torch.equal(x[:2], y[:2])
    assert not torch.allclose(x[2:], y[2:])


def test_step_by_step_is_all_at_once(model):
    memory = model.network.encode(*padded([encoded().train[0].row(place) for place in range(2)]))
    ids = torch.tensor([[BOS, 5, 6, 7], [BOS, 7, 4, 4]]).T
    whole, attention, _ = model.network.decode(ids, memory, None, None, True)
    states, steps, seen = None, [], []
    for step in ids:
        x, weights, states = model.network.decode(step[None], memory, states, None, True)
        steps.append(x)
        seen.append(weights)
    torch.testing.assert_close(torch.cat(steps), whole, rtol=1e-9, atol=1e-9)
    if attention is not None:
        torch.testing.assert_close(torch.cat(seen), attention, rtol=1e-5, atol=1e-7)


def test_a_beam_of_one_is_greedy_and_its_score_that_of_forced_decoding(model):
    sources = [encoded().train[0].row(place) for place in range(5)]
    greedy = model.decode(sources, DecodingSettings(max_output=6))
    # A beam of two that may keep one hypothesis is the same search written differently.
    for one, source in zip(greedy, sources):
        (alone,) = model.decode([source], DecodingSettings(max_output=6))
        assert alone.ids.tolist() == one.ids.tolist()
        assert alone.logprob == pytest.approx(one.logprob)
        if one.is_whole and len(one.ids):
            forced = model.target_logprobs(Ragged.of([source]), Ragged.of([one.ids]))[0]
            assert forced.sum() == pytest.approx(one.logprob)
    beams = model.decode(sources, DecodingSettings(beam=4, length_penalty=0, max_output=6))
    for one, source in zip(beams, sources):
        assert EOS not in one.ids
        if one.is_whole and len(one.ids):
            forced = model.target_logprobs(Ragged.of([source]), Ragged.of([one.ids]))[0]
            assert forced.sum() == pytest.approx(one.logprob)


def test_a_wide_beam_finds_the_best_of_all(model):
    (source,) = rows(encoded().train[:1], 1)
    n_words, limit = len(model.target.vocabulary), 2
    others = [word for word in range(n_words) if word not in (BOS, EOS)]
    candidates = [[], *([word] for word in others)]
    forced = model.target_logprobs(
        Ragged.of([source] * len(candidates)),
        Ragged.of([np.array(c, np.int32) for c in candidates]),
    )
    best = max(range(len(candidates)), key=lambda at: forced[at].sum())
    how = DecodingSettings(beam=200, length_penalty=0, max_output=limit)
    (found,) = model.decode([source], how)
    if len(found.ids) < limit:
        assert found.ids.tolist() == candidates[best]
        assert found.logprob == pytest.approx(forced[best].sum())


@pytest.mark.parametrize("n", [1, 3, 6, 20])
def test_the_highest_numbers_are_those_that_a_sort_finds(n):
    numbers = np.array([1.0, -np.inf, 3.0, 1.0, 1.0, 0.0, 3.0, -np.inf])
    assert _highest(numbers, n).tolist() == np.argsort(-numbers, kind="stable")[:n].tolist()


def test_gradients_are_finite_differences(model):
    network = copy.deepcopy(model.network).requires_grad_(True)
    sources, targets = encoded().train
    batch = PairText(sources, targets, 4, 0).chosen(planned(sources, targets, 4)[3])

    def loss():
        return network.loss(*network.read(batch), smoothing=0.1)

    loss().backward()
    for name, weight in network.named_parameters():
        slope = weight.grad.flatten()
        place = int(slope.abs().argmax())
        flat, step = weight.detach().view(-1), 1e-6
        with torch.no_grad():
            flat[place] += step
            more = float(loss())
            flat[place] -= 2 * step
            less = float(loss())
            flat[place] += step
        assert (more - less) / (2 * step) == pytest.approx(float(slope[place]), rel=2e-4), name


def test_attention_is_that_of_the_formulas():
    draw = torch.Generator().manual_seed(1)
    queries, outputs = (torch.randn(n, 1, 4, generator=draw) for n in (2, 3))
    for kind in ("dot", "general", "additive"):
        attention = Attention(kind, 4)
        attention.draw(draw)
        contexts, weights = attention(queries, attention.keys(outputs), outputs, None)
        q, h = queries[:, 0], outputs[:, 0]
        if kind == "dot":
            scores = q @ h.T
        elif kind == "general":
            scores = q @ attention.key_weight @ h.T
        else:
            asked, known = q @ attention.query_weight.T, h @ attention.key_weight.T
            scores = torch.tanh(asked[:, None] + known[None]) @ attention.score[0]
        expected = torch.softmax(scores, dim=-1)
        torch.testing.assert_close(weights[:, 0], expected)
        torch.testing.assert_close(contexts[:, 0], expected @ h)
    shares = masked_softmax(torch.zeros(1, 3), torch.tensor([[False, False, True]]))
    assert shares.tolist() == [[0.5, 0.5, 0]]


def test_columns_are_turned_within_their_lengths():
    x = torch.tensor([[1, 4], [2, 5], [3, 0]])
    assert turned(x, torch.tensor([3, 2])).T.tolist() == [[3, 2, 1], [5, 4, 0]]


def test_each_pair_is_in_one_batch_and_its_padding_masked():
    sources, targets = encoded().train
    text = PairText(sources, targets, 7, 2)
    seen = []
    for step in range(text.n_steps):
        batch = text.batch(0, step)
        lengths = batch.lengths.tolist()
        assert lengths == sorted(lengths, reverse=True)
        for column, length in enumerate(lengths):
            n = int(batch.mask[:, column].sum())
            target = batch.targets[:n, column].tolist()
            assert target[-1] == EOS and batch.inputs[:n, column].tolist() == [BOS, *target[:-1]]
            seen.append((tuple(batch.sources[:length, column].tolist()), tuple(target[:-1])))
    expected = [
        (tuple(sources.row(at).tolist()), tuple(targets.row(at).tolist()))
        for at in range(len(sources))
    ]
    assert sorted(seen) == sorted(expected)


def test_scheduled_sampling_without_a_share_is_teacher_forcing():
    network = untrained(attention="dot", dropout=0.2).network
    sources, targets = encoded().train
    batch = PairText(sources, targets, 4, 0).batch(0, 0)
    read = [
        network.read(batch, torch.Generator().manual_seed(1), sampled)[0]
        for sampled in (1e-12, 1.0)
    ]
    plain = untrained(attention="dot").network.read(batch)[0]
    assert read[0].shape == plain.shape and not torch.allclose(read[0], read[1])


def test_label_smoothing_is_a_mean_over_words():
    model = untrained()
    sources, targets = encoded().train
    x, own = model.network.read(PairText(sources, targets, 4, 0).batch(0, 0))
    logprobs = torch.log_softmax(model.network.decoder.logits(x), dim=-1)[:, 0]
    kept = [word for word in range(logprobs.shape[1]) if word != BOS]
    expected = -(
        0.9 * logprobs[torch.arange(len(own)), own[:, 0].long()].sum()
        + 0.1 * logprobs[:, kept].mean(dim=1).sum()
    )
    assert float(model.network.loss(x, own, 0.1)) == pytest.approx(float(expected))


def test_bfloat16_has_the_loss_and_gradient_of_float32():
    network = untrained(**NETWORKS["transformer"]).network.float().requires_grad_(True)
    batch = PairText(*encoded().train, 4, 0).batch(0, 0)
    losses, slopes = [], []
    for dtype in (None, torch.bfloat16):
        network.dtype = dtype
        loss = network.loss(*network.read(batch), 0.1)
        losses.append(float(loss.detach()))
        slopes.append(torch.autograd.grad(loss, network.decoder.layers[0].feed.wide)[0])
    assert losses[1] == pytest.approx(losses[0], rel=0.01)
    assert torch.linalg.norm(slopes[1] - slopes[0]) < 0.2 * torch.linalg.norm(slopes[0])


def test_a_network_learns_to_copy():
    pairs = additions(100)
    pairs = type(pairs)(pairs.targets, pairs.targets)
    data = encoded(pairs, pairs)
    model = trained(data, hidden_dim=16, epochs=20, attention="dot", learning_rate=3e-2)
    assert model.facts["epochs"][-1]["held_out_exact"] > 0.9
    (found,) = decode(model.network, [data.source.ids("37")], DecodingSettings())
    assert model.target.text(map(model.target.vocabulary.word, found.ids.tolist())) == "37"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"attention_at": "input"}, "there is no attention"),
        ({"cell": "transformer", "peeky": True}, "peeky is a setting of recurrent"),
        ({"n_heads": 2}, "n_heads is a setting of the cell transformer"),
        ({"bidirectional": "all", "hidden_dim": 7}, "hidden_dim 7 is odd"),
        ({"tied": True, "embedding_dim": 3}, "a tied softmax is as wide as the embedding"),
        ({"cell": "transformer", "hidden_dim": 6, "n_heads": 4}, "cannot be shared among 4"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(settings, message):
    with pytest.raises(SettingError, match=message):
        Seq2SeqSettings(**settings)


def test_gradients_reach_inputs_as_finite_differences_say(model):
    pairs = additions(3)
    found = gradient_reach(model, pairs, 1)
    assert found.n == 1 and found.first_to_last > 0
    network = copy.deepcopy(model.network)
    source = model.source.ids(pairs.sources[0])
    target = model.target.ids(pairs.targets[0])
    vectors = network.encoder.word_vectors
    # Each position gets a word of its own.
    vectors.data = vectors.data[torch.from_numpy(source).long()].clone()
    ids = np.arange(len(source), dtype=np.int32)
    fixed = type(model)(model.source, model.target, network, {}, {})

    def loss(output):
        rows = fixed.target_logprobs(Ragged.of([ids]), Ragged.of([target]))
        return -rows[0][output]

    for output, place in ((0, 0), (len(target), len(source) - 1)):
        slope = []
        for at in range(vectors.shape[1]):
            values = []
            for step in (1e-5, -1e-5):
                vectors.data[place, at] += step
                values.append(loss(output))
                vectors.data[place, at] -= step
            slope.append((values[0] - values[1]) / 2e-5)
        assert found.norms[output][place] == pytest.approx(np.linalg.norm(slope), rel=1e-4)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_settings_that_fit_together(name):
    given = PRESETS[name].settings
    architecture, training = Seq2SeqSettings.among(given), Seq2SeqTraining.among(given)
    known = {*Seq2SeqSettings.names(), *Seq2SeqTraining.names()}
    assert set(given) <= known and architecture.layers.n_layers == architecture.n_layers
    batch_size = training.suited(architecture, 10_000).batch_size
    assert batch_size == given.get("batch_size", 128)
