"""Sentences by themselves; what single ones give is the oracle of padded batches."""

import numpy as np
import pytest
import torch
from recurrent_models import DRY, WET, StopError, bits, kept, short, small, talk, train

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.lm.language_model import EOS
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent import sentence_batches as sentences
from wordvec_toolkit.neural.recurrent.network import Network
from wordvec_toolkit.neural.recurrent.scoring import Scorer, cross_entropy, mean_loss
from wordvec_toolkit.neural.recurrent.sentence_batches import (
    SentenceText,
    last_sentence,
    reversed_sentences,
    sentence_starts,
)

pytestmark = pytest.mark.torch

ALONE = {"context": "sentence"}
MIXED = np.array([3, 4, 5, 2, 2, 6, 2, 7, 8, 9, 3, 4, 5, 2, 3, 2], np.int32)


def network(**settings):
    made = Network(13, small(**ALONE, **settings))
    made.draw(torch.Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter *= 5
    return made


def split(ids):
    starts = sentence_starts(ids).tolist()
    return [ids[first:last] for first, last in zip(starts, starts[1:])]


def test_sentences_end_at_their_ends():
    assert sentence_starts(MIXED).tolist() == [0, 4, 5, 7, 14, 16]
    assert sentence_starts(MIXED[:-1]).tolist() == [0, 4, 5, 7, 14, 15]
    assert sentence_starts(MIXED[:0]).tolist() == [0]
    assert last_sentence(MIXED[:6]).tolist() == [6]
    assert last_sentence(MIXED[:5]).tolist() == []


def test_words_are_reversed_in_each_sentence():
    assert reversed_sentences(MIXED).tolist() == [5, 4, 3, 2, 2, 6, 2, 5, 4, 3, 9, 8, 7, 2, 3, 2]
    assert reversed_sentences(MIXED[:0]).tolist() == []
    with pytest.raises(SettingError, match="the last sentence has no end"):
        reversed_sentences(MIXED[:-1])


@pytest.mark.parametrize("bptt", [3, 4, 100])
def test_the_loss_of_padded_batches_is_that_of_single_sentences(bptt):
    net = network()
    text = SentenceText(MIXED, 2, bptt, seed=3)
    total, n, states = 0.0, 0, []
    for step in range(text.n_steps):
        piece = text.piece(0, step)
        if piece.begins:
            states = net.begin(2)
        assert piece.inputs.shape[0] <= bptt
        x, states = net.read(piece.inputs, states)
        x, targets = piece.real(x)
        total += float(cross_entropy(net, x, targets).detach())
        n += targets.numel()
    alone = 0.0
    for sentence in split(MIXED):
        inputs = torch.tensor([EOS, *sentence[:-1].tolist()])[:, None]
        x, _ = net.read(inputs, net.begin(1))
        alone += float(cross_entropy(net, x, torch.from_numpy(sentence)[:, None]).detach())
    assert n == len(MIXED) == text.n_tokens
    assert total == pytest.approx(alone, rel=1e-6)
    assert mean_loss(net, MIXED) == pytest.approx(alone / n, rel=1e-6)


def test_gradients_of_what_pads_are_zero():
    net = network()
    piece = SentenceText(MIXED[:7], 4, 9, seed=0).piece(0, 0)
    x, _ = net.read(piece.inputs, net.begin(4))
    real, targets = piece.real(x)
    (slope,) = torch.autograd.grad(cross_entropy(net, real, targets), x)
    assert (slope[~piece.mask] == 0).all()
    assert (slope[piece.mask] != 0).any(dim=1).all()
    assert piece.mask.sum(dim=0).tolist() == [1, 2, 4, 0]


def test_each_epoch_has_its_order_and_every_token():
    ids = corpus_stream(talk(50))
    text = SentenceText(ids, 4, 5, seed=1)

    def epoch(number, text=text):
        pieces = [text.piece(number, step) for step in range(text.n_steps)]
        return [piece.targets[piece.mask].tolist() for piece in pieces]

    first, second = epoch(0), epoch(1)
    assert first != second
    for each in (first, second):
        assert sorted(sum(each, [])) == sorted(ids.tolist())
    assert epoch(0, SentenceText(ids, 4, 5, seed=1)) == first
    assert epoch(0, SentenceText(ids, 4, 5, seed=2)) != first


def test_sentences_score_as_each_alone(ids, monkeypatch):
    scorer = Scorer(network())
    alone = np.concatenate([scorer.token_logprobs(each) for each in split(ids)])
    assert scorer.token_logprobs(ids) == pytest.approx(alone, abs=1e-5)
    steps = [scorer.next_logprobs(ids[:at]) for at in range(len(ids))]
    one_by_one = np.array([step[token] for step, token in zip(steps, ids)])
    assert alone == pytest.approx(one_by_one, abs=1e-5)
    monkeypatch.setattr(sentences, "_COLUMNS", 3)
    monkeypatch.setattr(sentences, "_STEPS", 2)
    assert scorer.token_logprobs(ids) == pytest.approx(alone, abs=1e-5)
    assert scorer.token_logprobs(ids[:-3]) == pytest.approx(alone[:-3], abs=1e-5)
    out = np.ones((9, 13))
    scorer.add_distributions(ids, 12, 21, 0.5, out)
    assert out == pytest.approx(1 + 0.5 * np.exp(steps[12:21]), abs=1e-6)
    assert np.exp(steps).sum(axis=1) == pytest.approx(np.ones(len(ids)), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("stop_at", [1, 2, 31, 61, 62, 80])
def test_a_killed_run_goes_on_to_the_same_bits(corpus, ids, tmp_path, stop_at):
    how, training = small(**ALONE, **WET), short(epochs=2, bptt=3)
    whole = train(corpus, how, training, ids)
    with pytest.raises(StopError):
        train(corpus, how, training, ids, on_step=kept(tmp_path / "state", stop_at))
    rest = train(corpus, how, training, ids, state=open_bundle(tmp_path / "state"))
    assert bits(rest) == bits(whole)
    assert rest.facts == whole.facts


def test_it_learns_what_a_sentence_holds(corpus):
    ids = corpus_stream(corpus)
    how, training = (
        small(**ALONE, **DRY, hidden_dim=16, n_layers=1),
        short(epochs=6, bptt=20, learning_rate=2e-2, clip=1.0),
    )
    model = train(corpus, how, training, ids)
    reached = model.facts["epochs"][-1]["held_out_perplexity"]
    assert reached < 2
    assert reached == pytest.approx(np.exp(-model.token_logprobs(ids).mean()), rel=1e-5)
    assert "|context:sentence|" in model.signature
    assert model.facts["n_trained_tokens"] == len(ids)
    swapped = np.concatenate(split(ids)[::-1])
    ours, theirs = model.token_logprobs(ids).sum(), model.token_logprobs(swapped).sum()
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_too_few_sentences(corpus):
    with pytest.raises(EmptyResultError, match="has 120 sentences; a batch takes 121"):
        train(corpus, small(**ALONE), short(batch_size=121))
