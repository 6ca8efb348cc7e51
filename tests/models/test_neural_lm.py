import json
import shutil

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import DivergedError, SettingError
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.models import resuming
from wordvec_toolkit.models.neural_lm import build_neural_lm
from wordvec_toolkit.models.ngram import build_ngram_lm

pytestmark = pytest.mark.torch
TINY = {"hidden_dim": 8, "n_layers": 1}
SHORT = {"epochs": 2, "batch_size": 4, "bptt": 10, "learning_rate": 1e-2}


class Talk:
    """Hears what is said, and interrupts training after some tokens of an epoch."""

    def __init__(self, tokens=float("inf"), epoch="epoch"):
        self.tokens, self.epoch, self.left, self.notes = tokens, epoch, 0.0, []

    def start(self, task, *_):
        self.left = self.tokens if self.epoch in task else float("inf")

    def advance(self, amount):
        self.left -= amount
        if self.left < 0:
            raise KeyboardInterrupt

    def status(self, _): ...

    def finish(self, _): ...

    def note(self, message):
        self.notes.append(message)


def built(corpus, **settings):
    settings = {"tokenizer": "words", **TINY, **SHORT, **settings}
    return build_neural_lm(str(corpus), **settings, threads=1)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_workspace_has_it_next_to_the_n_grams(corpus, write):
    held_out = write("valid.txt", "the sea was calm\n" * 20)
    workspace = built(corpus, held_out=held_out)
    assert workspace.names() == ["corpus", "lstm"]
    model = wvt.load_language_model(workspace.path)
    reached = evaluate_perplexity(model, held_out).perplexity
    best = model.facts["epochs"][model.facts["best_epoch"] - 1]
    # Looked at in what training computes in, bfloat16 on some machines; evaluated in float32.
    assert best["held_out_perplexity"] == pytest.approx(reached, rel=1e-3)
    assert model.settings["text"]["tokenizer"] == "words"
    assert "held_out_share" not in model.settings
    again = built(corpus, held_out=held_out)
    assert [step.reused for step in again.steps] == [True, True]
    other = built(workspace.path, held_out=held_out, seed=1)
    assert [step.reused for step in other.steps] == [True, False]


def test_a_twentieth_is_kept_out(corpus):
    (_, step) = built(corpus).steps
    n_words = wvt.load(step.bundle.path.parent / "corpus").facts["n_tokens"]
    assert step.bundle.settings["held_out_share"] == 0.05
    n_held_out = int(step.bundle.settings["held_out"].split()[0])
    assert n_held_out == pytest.approx(0.05 * n_words, rel=0.5)
    assert step.bundle.facts["n_trained_tokens"] < 1.2 * n_words - n_held_out


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_an_interrupted_run_goes_on_to_the_same_bytes(corpus, tmp_path, monkeypatch, seconds):
    monkeypatch.setattr(resuming, "_SECONDS_BETWEEN_STATES", seconds)
    monkeypatch.setattr(resuming, "_MOST_OF_TIME", float("inf"))
    settings = {"weight_dropout": 0.2, "epochs": 3}
    whole = built(corpus, output=tmp_path / "whole.wvt", **settings)
    n = whole.steps[-1].bundle.facts["n_trained_tokens"]
    cut = tmp_path / "cut.wvt"
    for epoch in ("epoch 2", "epoch 3"):
        with pytest.raises(KeyboardInterrupt):
            built(corpus, output=cut, progress=Talk(0.6 * n, epoch), **settings)
        names = sorted(path.name for path in cut.iterdir() if path.name[0] != ".")
        assert names == ["corpus", "lstm-state"]
    assert wvt.load_language_model(cut / "lstm-state").signature.startswith("neural|cell:lstm|")
    talk = Talk()
    built(corpus, output=cut, progress=talk, **settings)
    assert talk.notes == [f"continuing after epoch 2 from {cut / 'lstm-state'}"]
    assert contents(cut / "lstm") == contents(tmp_path / "whole.wvt" / "lstm")
    assert not (cut / "lstm-state").exists()


def test_a_damaged_state_is_said_and_left(corpus, tmp_path):
    whole = built(corpus, output=tmp_path / "whole.wvt")
    n = whole.steps[-1].bundle.facts["n_trained_tokens"]
    cut = tmp_path / "cut.wvt"
    with pytest.raises(KeyboardInterrupt):
        built(corpus, output=cut, progress=Talk(0.5 * n, "epoch 2"))
    path = cut / "lstm-state" / "training.safetensors"
    content = bytearray(path.read_bytes())
    content[:8] = b"\xff" * 8
    path.write_bytes(content)
    talk = Talk()
    built(corpus, output=cut, progress=talk)
    assert talk.notes[1].startswith("starting again: ")
    assert contents(cut / "lstm") == contents(tmp_path / "whole.wvt" / "lstm")


def test_divergence_keeps_the_last_good_model(corpus, tmp_path, monkeypatch):
    cut = tmp_path / "cut.wvt"
    from wordvec_toolkit.neural.recurrent import epochs

    step = epochs.Trainer.step

    def poisoned(self):
        if len(self.epochs) == 1 and self.tally.n_steps == 3:
            with epochs.torch.no_grad():
                self.network.bias += float("nan")
        step(self)

    monkeypatch.setattr(epochs.Trainer, "step", poisoned)
    with pytest.raises(DivergedError, match="in epoch 2, step 4: the loss is nan") as caught:
        built(corpus, output=cut)
    assert str(caught.value).endswith(f"; {cut / 'lstm-state'} keeps the model as it was before")
    model = wvt.load_language_model(cut / "lstm-state")
    assert np.isfinite(model.token_logprobs(np.array([5, 6, 2]))).all()


def test_variants_and_slips(corpus, tmp_path):
    assert built(corpus, name="two", cell="gru").names() == ["corpus", "gru-two"]
    shutil.rmtree(tmp_path / "harbour.wvt")
    for slip, message in (
        ({"cell": "x"}, "cell is 'x'"),
        ({"layers": 2}, "has no setting layers; did you mean n_layers"),
        ({"bptt": 0}, "bptt is 0"),
        ({"name": "state-1"}, "reserved for checkpoints"),
        ({"name": "pair"}, "with backward and pair for the models of sentences"),
        ({"bidirectional": True, "direction": "backward"}, "has both directions"),
        ({"bidirectional": True, "context": "text"}, "has both directions"),
    ):
        with pytest.raises(SettingError, match=message):
            built(corpus, **slip)
    assert not (tmp_path / "harbour.wvt").exists()


def test_models_of_older_versions_are_reused_by_their_name(corpus, tmp_path):
    """Every cell's bundle was called lstm; unfinished ones are resumed as such, too."""
    older = built(corpus, cell="gru", bundle="lstm")
    assert older.names() == ["corpus", "lstm"]
    again = built(corpus, cell="gru")
    assert [(step.name, step.reused) for step in again.steps] == [("corpus", True), ("lstm", True)]
    assert built(corpus, cell="gru", seed=1).names() == ["corpus", "gru", "lstm"]
    cut = tmp_path / "cut.wvt"
    n = older.steps[-1].bundle.facts["n_trained_tokens"]
    with pytest.raises(KeyboardInterrupt):
        built(corpus, output=cut, cell="gru", bundle="lstm", progress=Talk(0.6 * n, "epoch 2"))
    talk = Talk()
    built(corpus, output=cut, cell="gru", progress=talk)
    assert talk.notes == [f"continuing after epoch 1 from {cut / 'lstm-state'}"]
    assert contents(cut / "lstm") == contents(older.path / "lstm")


def test_mixed_with_the_n_grams_of_the_workspace(corpus, write):
    built(corpus)
    fallback = wvt.lm.KneserNey(discount_fallback=(0.5, 1.0, 1.5))
    pipeline = build_ngram_lm(str(corpus.with_suffix(".wvt")), smoothing=fallback, order=3)
    path = pipeline.path
    models = [wvt.load_language_model(path / name) for name in ("ngram", "lstm")]
    ids = np.array([5, 6, 7, 2, 8, 9, 2], np.int32)
    wvt.lm.fit_mixture(models, ids).save(path / "mixture", [path / "ngram", path / "lstm"])
    mixture = wvt.load_language_model(path)
    assert np.exp(mixture.next_logprobs(ids)).sum() == pytest.approx(1, abs=1e-9)
    assert json.loads((path / "mixture" / "manifest.json").read_text())["inputs"].keys() == {
        "ngram",
        "lstm",
    }


def test_a_pair_goes_on_where_it_was_and_is_scored_by_sentence(corpus, tmp_path):
    whole = built(corpus, output=tmp_path / "whole.wvt", bidirectional=True, name="x")
    names = ["corpus", "lstm-x", "lstm-backward-x", "lstm-pair-x"]
    assert [step.name for step in whole.steps] == names
    cut = tmp_path / "cut.wvt"
    n = whole.steps[1].bundle.facts["n_trained_tokens"]
    with pytest.raises(KeyboardInterrupt):
        built(corpus, output=cut, bidirectional=True, name="x", progress=Talk(0.6 * n, "epoch 2"))
    done = built(corpus, output=cut, bidirectional=True, name="x")
    for name in names[1:]:
        assert contents(cut / name) == contents(tmp_path / "whole.wvt" / name)
    assert done.names() == sorted(names)
    again = built(corpus, output=cut, bidirectional=True, name="x")
    assert all(step.reused for step in again.steps)
    pair = wvt.load(cut / "lstm-pair-x")
    assert [each.settings["direction"] for each in pair.components] == ["forward", "backward"]
    assert pair.settings["text"] == pair.components[0].settings["text"]
    assert pair.facts["held_out_perplexity"] <= (1 + 1e-4) * min(
        step.bundle.facts["epochs"][step.bundle.facts["best_epoch"] - 1]["held_out_perplexity"]
        for step in whole.steps[1:3]
    )
    with pytest.raises(SettingError, match="cannot continue a text"):
        wvt.load_language_model(cut / "lstm-pair-x")


def test_a_killed_backward_model_can_be_looked_at(corpus, tmp_path):
    settings = {"context": "sentence", "direction": "backward"}
    cut = tmp_path / "cut.wvt"
    with pytest.raises(KeyboardInterrupt):
        built(corpus, output=cut, progress=Talk(20, "epoch 2"), **settings)
    assert wvt.load(cut / "lstm-state-backward").signature.startswith("neural|cell:lstm|")
    assert built(corpus, output=cut, **settings).names() == ["corpus", "lstm-backward"]
