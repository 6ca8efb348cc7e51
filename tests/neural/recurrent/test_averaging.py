"""Averaged SGD; numpy's mean over the weights of all steps is the oracle."""

import numpy as np
import pytest
from recurrent_models import DRY, WET, StopError, bits, kept, short, small, train

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.neural.recurrent.averaging import is_time_to_average

pytestmark = pytest.mark.torch

ASGD = {"optimizer": "asgd", "learning_rate": 2.0, "averaging_after": 1}


@pytest.mark.parametrize(
    ("perplexities", "n_epochs", "expected"),
    [
        ([9.0], 0, False),
        ([9.0, 8.0], 0, False),
        ([9.0, 9.5], 0, True),
        ([9.0, 9.5], 1, False),
        ([9.0, 9.5, 9.2], 1, True),
        ([9.0, 8.0, 8.5], 1, False),  # better than what is more than one epoch back
        ([9.0, 8.0, 8.5, 8.6], 1, True),
        ([None, None], 3, False),
        ([None, None, None], 3, True),
    ],
)
def test_when_averaging_begins(perplexities, n_epochs, expected):
    assert is_time_to_average(perplexities, n_epochs) == expected


def test_the_model_is_the_mean_of_all_steps_since(corpus):
    seen = []

    def look(trainer):
        if len(trainer.epochs) > 1 or (len(trainer.epochs) == 1 and trainer.tally.n_steps):
            seen.append(trainer.network.bias.detach().numpy().copy())

    model = train(corpus, small(**DRY), short(epochs=3, **ASGD), on_step=look)
    mean = np.mean(seen, axis=0, dtype=np.float64)
    np.testing.assert_allclose(model.scorer.network.bias.numpy(), mean, atol=1e-5)
    assert not np.allclose(seen[-1], mean, atol=1e-3)
    assert model.settings["optimizer"] == "asgd"


@pytest.mark.slow
def test_averaging_begins_where_held_out_text_says_so_and_is_what_is_kept(corpus):
    held_out = np.full(60, corpus.vocabulary.id("ran"), np.int32)  # predicted worse and worse
    trainers = []
    training = short(epochs=12, patience=4, **ASGD)
    model = train(corpus, small(**DRY), training, held_out, on_step=trainers.append)
    trainer = trainers[-1]
    perplexities = [epoch["held_out_perplexity"] for epoch in model.facts["epochs"]]
    first = next(n for n in range(1, 13) if is_time_to_average(perplexities[:n], 1))
    assert trainer.average.n == trainer.n_steps * (len(perplexities) - first)
    assert model.facts["best_epoch"] == np.argmin(perplexities) + 1


def test_patience_begins_where_averaging_does(corpus):
    held_out = np.full(60, corpus.vocabulary.id("ran"), np.int32)  # predicted worse and worse
    training = short(epochs=12, patience=1, **{**ASGD, "averaging_after": 3})
    trainers = []
    model = train(corpus, small(**DRY), training, held_out, on_step=trainers.append)
    perplexities = [epoch["held_out_perplexity"] for epoch in model.facts["epochs"]]
    n = len(perplexities)
    first = next(at for at in range(1, n + 1) if is_time_to_average(perplexities[:at], 3))
    assert np.argmin(perplexities[:first]) + 1 < first  # has waited too long already
    assert trainers[-1].average.n >= trainers[-1].n_steps
    assert n == max(first, np.argmin(perplexities) + 1) + 1


@pytest.mark.slow
@pytest.mark.parametrize("has_held_out", [False, True])
@pytest.mark.parametrize("stop_at", [37, 38, 39, 60, 80, 114])
def test_a_killed_run_goes_on_to_the_same_bits(corpus, tmp_path, stop_at, has_held_out):
    held_out = np.full(60, corpus.vocabulary.id("ran"), np.int32) if has_held_out else None
    training = short(epochs=4, patience=0, **ASGD)
    whole = train(corpus, small(**WET), training, held_out)
    with pytest.raises(StopError):
        train(corpus, small(**WET), training, held_out, on_step=kept(tmp_path / "state", stop_at))
    state = open_bundle(tmp_path / "state")
    assert has_held_out or state.facts.get("n_averaged") == stop_at - 37
    rest = train(corpus, small(**WET), training, held_out, state=state)
    assert bits(rest) == bits(whole)
    assert rest.facts == whole.facts
