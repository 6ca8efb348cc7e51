"""The adaptive softmax; torch's own is one oracle, its log probabilities the other."""

import numpy as np
import pytest
import torch
from recurrent_models import DRY, short, small, talk, train

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm.language_model import BOS
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent.adaptive import (
    AdaptiveSoftmax,
    checked_cutoffs,
    default_cutoffs,
)
from wordvec_toolkit.text.corpus import EncodedCorpus
from wordvec_toolkit.text.vocabulary import Vocabulary

pytestmark = pytest.mark.torch

N_WORDS, WIDTH, CUTOFFS = 40, 16, [6, 15]


def made(tied=True):
    softmax = AdaptiveSoftmax(N_WORDS, WIDTH, CUTOFFS, tied)
    generator = torch.Generator().manual_seed(1)
    softmax.draw(generator, 1.0)
    embedding = torch.empty(N_WORDS, WIDTH).normal_(generator=generator)
    bias = torch.empty(N_WORDS).normal_(generator=generator)
    return softmax, embedding, bias


@pytest.mark.parametrize("tied", [True, False])
def test_it_is_that_of_torch_but_for_the_sentence_start(tied):
    softmax, embedding, bias = made(tied)
    bias = torch.zeros_like(bias)
    peer = torch.nn.AdaptiveLogSoftmaxWithLoss(WIDTH, N_WORDS, CUTOFFS, div_value=4.0)
    head = embedding[:6] if tied else softmax.head
    with torch.no_grad():
        peer.head.weight.copy_(torch.cat([head, softmax.groups]))
        for tail, projection, words in zip(peer.tail, softmax.projections, softmax.words):
            tail[0].weight.copy_(projection)
            tail[1].weight.copy_(words)
    x = torch.randn(9, WIDTH, generator=torch.Generator().manual_seed(2))
    expected = peer.log_prob(x)
    rest = torch.log1p(-expected[:, BOS].exp())
    found = softmax.logprobs(x, embedding, bias)
    assert (found[:, BOS] == -torch.inf).all()
    expected = expected - rest[:, None]
    keep = torch.arange(N_WORDS) != BOS
    torch.testing.assert_close(found[:, :6][:, keep[:6]], expected[:, :6][:, keep[:6]])
    assert found.exp().sum(dim=1).tolist() == pytest.approx([1] * 9, abs=1e-5)
    within = found[:, 6:] - found[:, 6:].logsumexp(1, keepdim=True)
    torch.testing.assert_close(within, expected[:, 6:] - expected[:, 6:].logsumexp(1, keepdim=True))


def test_the_loss_is_that_of_the_log_probabilities():
    softmax, embedding, bias = made()
    x = torch.randn(50, WIDTH, generator=torch.Generator().manual_seed(3))
    draw = np.random.default_rng(4)
    for low, high in ((2, N_WORDS), (2, 6), (15, N_WORDS)):
        targets = torch.from_numpy(draw.integers(low, high, 50).astype(np.int32))
        rows = softmax.logprobs(x, embedding, bias)
        expected = -float(rows.gather(1, targets.long()[:, None]).sum().detach())
        loss = softmax.loss(x, targets, embedding, bias)
        assert float(loss.detach()) == pytest.approx(expected, rel=1e-6)


def test_where_groups_begin():
    assert default_cutoffs(60_000) == [4000, 12_000]
    assert checked_cutoffs(None, 13) == [4, 5]
    assert checked_cutoffs((20, 30), 31) == [20, 30]
    for wrong in ((30, 20), (20, 31), (20, 20)):
        with pytest.raises(SettingError, match="they must rise, and end below the 31 words"):
            checked_cutoffs(wrong, 31)
    with pytest.raises(SettingError, match="or use the full softmax"):
        checked_cutoffs(None, 5)


def test_it_learns_and_its_distributions_sum_to_one(tmp_path):
    corpus = talk()
    ids = corpus_stream(corpus)
    how = small(softmax="adaptive", cutoffs=(6, 9), hidden_dim=16, n_layers=1, **DRY)
    model = train(corpus, how, short(epochs=4, learning_rate=2e-2, clip=1.0), ids)
    reached = model.facts["epochs"][-1]["held_out_perplexity"]
    assert reached < 4
    assert reached == pytest.approx(np.exp(-model.token_logprobs(ids).mean()), rel=0.01)
    for at in (0, 1, 5):
        row = model.next_logprobs(ids[:at])
        assert np.exp(row).sum() == pytest.approx(1, abs=1e-12)
        assert row[BOS] == -np.inf
        assert model.token_logprobs(ids)[at] == pytest.approx(row[ids[at]], abs=1e-5)
    model.save(tmp_path / "lstm")
    again = type(model).load(tmp_path / "lstm")
    assert again.token_logprobs(ids).tobytes() == model.token_logprobs(ids).tobytes()
    assert "|softmax:adaptive|cutoffs:[6, 9]|" in model.signature
    shapes = {name: tuple(each.shape) for name, each in model.scorer.network.state_dict().items()}
    assert "output" not in shapes
    assert "adaptive.head" not in shapes  # tied
    assert shapes["adaptive.words.0"] == (3, 4)
    assert shapes["adaptive.words.1"] == (4, 1)


def test_ids_must_be_ordered_by_frequency():
    corpus = talk()
    old = corpus.vocabulary
    turned = Vocabulary(old.words, np.append(old.counts[:3], old.counts[3:][::-1]), 3)
    other = EncodedCorpus(turned, corpus.ids, corpus.sentences, corpus.documents)
    with pytest.raises(SettingError, match="are not ordered by count"):
        train(other, small(softmax="adaptive"))
