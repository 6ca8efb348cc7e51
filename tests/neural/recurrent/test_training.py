import dataclasses
import math

import numpy as np
import pytest
import torch
from recurrent_models import DRY, WET, StopError, bits, kept, short, small, talk, train

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.errors import DivergedError, EmptyResultError, FormatError
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent.cells import recurrent_cells
from wordvec_toolkit.neural.recurrent.checkpoint import write_checkpoint
from wordvec_toolkit.neural.recurrent.epochs import Trainer
from wordvec_toolkit.neural.recurrent.network import Network
from wordvec_toolkit.neural.recurrent.scoring import cross_entropy

pytestmark = pytest.mark.torch

SGD = {"optimizer": "sgd", "learning_rate": 2.0}


@pytest.fixture(scope="module")
def held_out():
    return corpus_stream(talk(40, seed=6))


@pytest.mark.parametrize("cell", sorted({*recurrent_cells()} - {"rnn-linear"}))
def test_it_learns(corpus, held_out, cell):
    training = short(epochs=10, clip=1.0)
    model = train(corpus, small(cell=cell, hidden_dim=16, n_layers=1, **DRY), training, held_out)
    share = np.bincount(held_out) / len(held_out)
    alone = math.exp(-(share[share > 0] * np.log(share[share > 0])).sum())
    reached = evaluate_perplexity(model, held_out).perplexity
    assert reached < alone / 3
    best = model.facts["epochs"][model.facts["best_epoch"] - 1]
    assert best["held_out_perplexity"] == pytest.approx(reached, rel=1e-5)
    assert best["loss"] == pytest.approx(math.log(best["perplexity"]))


def test_states_of_a_linear_network_explode_in_training(corpus, held_out):
    """Nothing bounds them, and back-propagation over 5 steps does not see the explosion."""
    how = small(cell="rnn-linear", hidden_dim=16, n_layers=1, **DRY)
    with pytest.raises(DivergedError, match="training has diverged in epoch 1"):
        train(corpus, how, short(epochs=10, clip=1.0), held_out)


def test_a_step_of_sgd_by_hand(corpus):
    """New weights are the old ones less learning rate times gradient, cut to the clip's length."""
    stream = corpus_stream(corpus)
    training = short(clip=0.01, weight_decay=0.0, **SGD)
    trainer = Trainer(len(corpus.vocabulary), small(**DRY), training, stream, None)
    before = {name: each.clone() for name, each in trainer.network.state_dict().items()}
    trainer.step()
    twin = Network(len(corpus.vocabulary), small(**DRY))
    twin.load_state_dict(before)
    length = len(stream) // 4
    targets = torch.from_numpy(stream[: 4 * length].reshape(4, length).T[:5].astype(np.int64))
    first = [2, *(int(stream[length * column - 1]) for column in (1, 2, 3))]
    inputs = torch.cat([torch.tensor([first]), targets[:-1]])
    x, _ = twin.read(inputs, twin.begin(4))
    (cross_entropy(twin, x, targets) / 20).backward()
    norm = math.sqrt(sum(float((each.grad**2).sum()) for each in twin.parameters()))
    assert trainer.tally.norms == pytest.approx(norm, rel=1e-5)
    assert trainer.tally.n_clipped == 1
    for name, parameter in twin.named_parameters():
        expected = before[name] - 2.0 * 0.01 / norm * parameter.grad
        torch.testing.assert_close(trainer.network.state_dict()[name], expected)


@pytest.mark.parametrize(("reset", "fewest", "most"), [(0.0, 0, 0), (1.0, 4, 4), (0.5, 1, 3)])
def test_some_columns_are_reset(corpus, reset, fewest, most):
    training = short(reset=reset)
    trainer = Trainer(len(corpus.vocabulary), small(**DRY), training, corpus_stream(corpus), None)
    trainer.step()
    states = trainer._begun(torch.Generator().manual_seed(2))
    begun = [
        [bool((part[0, column] == 0).all()) for column in range(4)]
        for state in states
        for part in state
    ]
    assert len(begun) == 4  # h and c of two layers, all alike
    assert all(each == begun[0] for each in begun)
    assert fewest <= sum(begun[0]) <= most


def test_the_seed_decides_all(corpus):
    first, again = train(corpus), train(corpus)
    assert bits(again) == bits(first)
    assert again.facts == first.facts
    assert bits(train(corpus, training=short(seed=8))) != bits(first)
    torch.manual_seed(3)
    state = torch.get_rng_state()
    assert bits(train(corpus)) == bits(first)
    assert torch.equal(torch.get_rng_state(), state)  # nobody else's draws are disturbed


@pytest.fixture(scope="module", params=[{}, SGD], ids=["adamw", "sgd"])
def undisturbed(request, corpus, held_out):
    """How three epochs are trained, and the model that they give in one go."""
    training = short(epochs=3, **request.param)
    return training, train(corpus, None, training, held_out)


@pytest.mark.parametrize("stop_at", [1, 20, 37, 38, 74, 90])
def test_a_killed_run_goes_on_to_the_same_bits(corpus, held_out, tmp_path, undisturbed, stop_at):
    training, whole = undisturbed
    with pytest.raises(StopError):
        train(corpus, None, training, held_out, on_step=kept(tmp_path / "state", stop_at))
    state = open_bundle(tmp_path / "state")
    rest = train(corpus, None, training, held_out, state=state)
    assert bits(rest) == bits(whole)
    assert rest.facts == whole.facts


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["gru", "rnn-relu"])
def test_other_cells_go_on_too(corpus, tmp_path, cell):
    how = small(cell=cell, tied=False, **WET)
    whole = train(corpus, how)
    with pytest.raises(StopError):
        train(corpus, how, on_step=kept(tmp_path / "state", 9))
    assert bits(train(corpus, how, state=open_bundle(tmp_path / "state"))) == bits(whole)


def test_a_finished_run_is_not_done_again(corpus, held_out, tmp_path):
    states = []
    whole = train(corpus, None, None, held_out, on_step=states.append)
    with new_bundle(tmp_path / "state", "neural-lm-state", {}) as writer:
        write_checkpoint(states[-1], writer)
    again = train(
        corpus, None, None, held_out, state=open_bundle(tmp_path / "state"), on_step=pytest.fail
    )
    assert bits(again) == bits(whole)


def test_damaged_states_are_refused(corpus, tmp_path):
    with pytest.raises(StopError):
        train(corpus, on_step=kept(tmp_path / "state", 1))
    state = open_bundle(tmp_path / "state")
    for facts in (
        {"tally": {"n_steps": "1"}},
        {"tally": {**state.facts["tally"], "n_steps": 10**9}},
        {"tally": {**state.facts["tally"], "n_steps": 1.5}},
        {"epochs": [{"loss": 1.0}]},
        {"epochs": 3},
        {"learning_rate": "much"},
        {"learning_rate": float("nan")},
        {"learning_rate": 10**400},
        {"best_epoch": 2},
        {"best_epoch": float("inf")},
        {"tally": {**state.facts["tally"], "n_tokens": -1}},
        {"tally": {**state.facts["tally"], "n_tokens": 10**400}},
        {"n_averaged": 1},
    ):
        manifest = {**state.manifest, "facts": {**state.facts, **facts}}
        broken = dataclasses.replace(state, manifest=manifest)
        with pytest.raises(FormatError, match="damaged facts"):
            train(corpus, state=broken)
    with pytest.raises(FormatError, match="in place of"):
        train(corpus, small(hidden_dim=9, **WET), state=state)
    path = tmp_path / "state" / "training.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-50])
    with pytest.raises(FormatError, match=r"training\.safetensors has \d+ bytes, expected"):
        train(corpus, state=state)
    flipped = bytearray(whole)
    flipped[-3] ^= 1
    path.write_bytes(flipped)
    with pytest.raises(FormatError, match=r"training\.safetensors has changed"):
        train(corpus, state=state)


def test_it_stops_early_and_returns_the_best(corpus):
    """Held-out text of one word over and over is predicted worse and worse."""
    other = np.full(60, corpus.vocabulary.id("ran"), np.int32)
    training = short(epochs=30, patience=2, **SGD)
    model = train(corpus, small(**DRY), training, other)
    perplexities = [epoch["held_out_perplexity"] for epoch in model.facts["epochs"]]
    best = model.facts["best_epoch"]
    assert len(perplexities) == best + 2 < 30
    assert min(perplexities) == perplexities[best - 1]
    assert evaluate_perplexity(model, other).perplexity == pytest.approx(min(perplexities))
    rates = [epoch["learning_rate"] for epoch in model.facts["epochs"]]
    assert rates[best:] == [rates[best - 1], rates[best - 1] / 4]
    assert (
        len(train(corpus, small(**DRY), short(epochs=5, patience=0, **SGD), other).facts["epochs"])
        == 5
    )


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"optimizer": "sgd", "learning_rate": 1e4, "clip": 1e9}, "the loss is|gradient"),
        ({"learning_rate": 50.0}, "a guess among all words has 2.565"),
    ],
)
def test_divergence_is_one_sentence(corpus, settings, seen):
    with pytest.raises(DivergedError, match=seen) as caught:
        train(corpus, small(cell="rnn-relu", **DRY), short(epochs=9, **settings))
    assert "training has diverged in epoch" in str(caught.value)
    assert "--learning-rate" in str(caught.value)


def test_too_little_text(corpus):
    with pytest.raises(EmptyResultError, match="a batch of 40 columns and 35 steps takes 1,400"):
        train(corpus, training=short(batch_size=40, bptt=35))
    with pytest.raises(EmptyResultError, match="held-out text has no tokens"):
        train(corpus, held_out=np.empty(0, np.int32))


def test_progress_says_how_it_goes(corpus, held_out):
    heard = []

    class Talk:
        def start(self, *task):
            heard.append(task)

        def advance(self, amount):
            heard.append(amount)

        def status(self, text):
            heard.append(text)

        def finish(self, result):
            heard.append(result)

    train(corpus, None, short(epochs=1), held_out, progress=Talk())
    n = len(corpus_stream(corpus)) // 4 * 4
    assert heard[0] == ("lstm, epoch 1 of 1", n, "tokens")
    assert sum(each for each in heard if isinstance(each, int)) == n
    assert heard[-1].startswith("loss ")
    for part in ("perplexity", "gradient", "clipped", "held-out perplexity", "tokens/s"):
        assert part in heard[-1]
    assert heard[3].startswith("loss ")
