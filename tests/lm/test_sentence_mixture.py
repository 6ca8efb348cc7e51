"""Mixtures of sentences, here of n-gram models; those of both directions need PyTorch."""

import numpy as np
import pytest
from language_models import trained

from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.lm.mixed.components import save_beside
from wordvec_toolkit.lm.mixed.sentence_mixture import KIND, SentenceMixture, fit_sentence_mixture
from wordvec_toolkit.lm.sentence_model import sentence_logprobs
from wordvec_toolkit.models.loading import load_scorable


@pytest.fixture
def models(harbour):
    return [trained(harbour, "words", order) for order in (1, 3)]


IDS = np.array([5, 6, 7, 2, 8, 9, 2, 2, 10, 11, 12, 13, 5, 2], np.int32)


def test_it_mixes_sentences_not_words(models):
    mixture = fit_sentence_mixture(models, IDS)
    own = np.array([sentence_logprobs(each, IDS) for each in models])
    assert own.shape == (2, 4)
    assert own[0][1] == pytest.approx(models[0].token_logprobs(IDS)[4:7].sum())
    assert np.exp(mixture.sentence_logprobs(IDS)) == pytest.approx(mixture.weights @ np.exp(own))
    best = max(
        SentenceMixture(models, np.array([w, 1 - w])).sentence_logprobs(IDS).sum()
        for w in np.linspace(0, 1, 101)
    )
    assert mixture.sentence_logprobs(IDS).sum() >= best - 1e-3


def test_long_sentences_do_not_underflow(models):
    ids = np.append(np.full(3000, 9, np.int32), np.int32(2))
    mixture = fit_sentence_mixture(models, ids)
    assert np.isfinite(mixture.sentence_logprobs(ids)).all()
    assert mixture.sentence_logprobs(ids) < -3000


def test_bundles_open_with_those_of_their_components(models, tmp_path):
    mixture = fit_sentence_mixture(models, IDS)
    for name, model in zip("ab", models):
        model.save(tmp_path / name)
    parts = {"0": tmp_path / "a", "1": tmp_path / "b"}
    save_beside(tmp_path / "pair", KIND, {}, parts, mixture.write)
    again = load_scorable(tmp_path / "pair")
    assert again.sentence_logprobs(IDS) == pytest.approx(mixture.sentence_logprobs(IDS))
    models[0].save(tmp_path / "b")
    with pytest.raises(FormatError, match="b built again since"):
        load_scorable(tmp_path / "pair")


def test_what_cannot_be_mixed(models):
    with pytest.raises(SettingError, match="at least one component"):
        SentenceMixture([], np.ones(0))
    with pytest.raises(WordvecError, match="sum to 1"):
        SentenceMixture(models, np.array([0.5, 0.6]))
    with pytest.raises(WordvecError, match="2 components need as many weights"):
        SentenceMixture(models, np.ones(1))
