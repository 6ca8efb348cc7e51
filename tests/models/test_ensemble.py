import shutil

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.bundles.writing import copy_bundle
from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.lm.mixed.mixture import fit_mixture
from wordvec_toolkit.lm.reading import read_text
from wordvec_toolkit.models import ensemble as mixing
from wordvec_toolkit.models.ensemble import mix_models
from wordvec_toolkit.models.ngram import build_ngram_lm


@pytest.fixture
def workspace(corpus):
    """Two n-gram models in harbour.wvt."""
    for name, smoothing in (("", "witten-bell"), ("two", "add-k:0.1")):
        training = {"smoothing": smoothing, "order": 2 if name else 3}
        build_ngram_lm(str(corpus), tokenizer="words", **training, name=name)
    return corpus.with_suffix(".wvt")


@pytest.fixture
def held_out(write):
    lines = ["the sea was calm", "a boat came in", "the old man said nothing of the sea"]
    return write("valid.txt", "\n".join(lines * 5))


def test_weights_and_perplexities(workspace, held_out):
    pipeline = mix_models([workspace / "ngram", workspace / "ngram-two"], held_out)
    assert [step.name for step in pipeline.steps] == ["mixture-all"]
    facts = pipeline.steps[0].bundle.facts
    models = [wvt.load(workspace / name) for name in ("ngram", "ngram-two")]
    ids = read_text(models[0], held_out).ids
    assert facts["mean_weights"] == fit_mixture(models, ids).facts["mean_weights"]
    found = [evaluate_perplexity(model, ids).perplexity for model in models]
    assert facts["component_perplexities"] == pytest.approx(found)
    mixture = wvt.load_language_model(workspace)  # the workspace's best now
    reached = evaluate_perplexity(mixture, held_out).perplexity  # read as they read
    assert facts["held_out_perplexity"] == pytest.approx(reached)
    assert reached < min(found)
    again = mix_models([workspace / "ngram", workspace / "ngram-two"], held_out)
    assert again.steps[0].reused
    more = mix_models(
        [workspace / "mixture-all", workspace / "ngram"], held_out, cache=True, name="more"
    )
    assert len(more.steps[0].bundle.facts["mean_weights"]) == 5
    with pytest.raises(SettingError, match="mixture-more consists of it; choose another name"):
        mix_models([workspace / "mixture-more", workspace / "ngram"], held_out)


def test_each_model_reads_the_text_once(workspace, held_out, monkeypatch):
    calls = []
    score = wvt.lm.NgramModel.token_logprobs
    monkeypatch.setattr(
        wvt.lm.NgramModel,
        "token_logprobs",
        lambda self, ids: calls.append(self) or score(self, ids),
    )
    mix_models([workspace / "ngram", workspace / "ngram-two"], held_out)
    assert len(calls) == len(set(map(id, calls))) == 2


def test_a_folder_of_copies(workspace, held_out, tmp_path):
    shutil.copytree(workspace / "ngram-two", tmp_path / "elsewhere" / "ngram-two")
    shutil.rmtree(workspace / "ngram-two")
    models = [workspace / "ngram", tmp_path / "elsewhere" / "ngram-two"]
    with pytest.raises(SettingError, match="are in several folders; give -o"):
        mix_models(models, held_out)
    mix_models(models, held_out, tmp_path / "both")
    digest = open_bundle(workspace / "ngram").digest
    assert open_bundle(tmp_path / "both" / "ngram").digest == digest
    assert open_bundle(tmp_path / "both" / "ngram").verify() == []
    assert mix_models(models, held_out, tmp_path / "both").steps[0].reused
    # A mixture is copied with all its components.
    inner = tmp_path / "both" / "mixture-all"
    mix_models([inner], held_out, tmp_path / "third", cache=True, name="x")
    shutil.rmtree(tmp_path / "both")
    assert "mixture(mixture(ngram|" in wvt.load(tmp_path / "third" / "mixture-x").signature
    build_ngram_lm(str(workspace), smoothing="add-k:2", order=2, name="")
    # A model of a name that is taken keeps its own, with as much of its path as is needed.
    other = open_bundle(workspace / "ngram").digest
    called = f"{workspace.stem}-ngram"
    for _ in range(2):
        mix_models([workspace / "ngram"], held_out, tmp_path / "third", cache=True)
        assert open_bundle(tmp_path / "third" / "ngram").digest == digest
        assert open_bundle(tmp_path / "third" / called).digest == other
    assert called in open_bundle(tmp_path / "third" / "mixture-all").manifest["inputs"]
    mix_models([workspace / "ngram", models[1]], held_out, tmp_path / "more")
    with pytest.raises(SettingError, match="has another ngram than .* of which mixture-all cons"):
        mix_models([tmp_path / "more" / "mixture-all"], held_out, tmp_path / "third", cache=True)


def test_arpa_files(held_out, tmp_path, workspace):
    model = wvt.load(workspace / "ngram")
    wvt.lm.write_arpa(model, tmp_path / "one.arpa")
    with pytest.raises(SettingError, match="one.arpa is a file; give -o"):
        mix_models([tmp_path / "one.arpa", workspace / "ngram"], held_out)
    mix_models([tmp_path / "one.arpa"], held_out, tmp_path / "out", cache=True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.name[0] != ".") == [
        "mixture-all",
        "one",
    ]
    with pytest.raises(FormatError, match="behind --held-out"):
        mix_models([held_out, tmp_path / "one.arpa"], held_out, tmp_path / "out2")


def test_refusals(workspace, held_out, corpus, write, monkeypatch):
    class Notes:
        said = []

        def note(self, message):
            self.said.append(message)

        def __getattr__(self, _):
            return lambda *_: None

    both = [workspace / "ngram", workspace / "ngram-two"]
    with pytest.raises(SettingError, match="takes two models or more"):
        mix_models([workspace, workspace / "ngram"], held_out)
    with pytest.raises(EmptyResultError, match="holds no tokens"):
        mix_models(both, write("empty.txt", "\n"))
    with pytest.raises(SettingError, match="no recurrent model among them"):
        mix_models(both, held_out, neural_cache=True)
    with monkeypatch.context() as patch:
        patch.setattr(mixing, "open_model", lambda bundle: object())
        with pytest.raises(SettingError, match="cannot be mixed word by word"):
            mix_models(both, held_out)
    with pytest.raises(SettingError, match="needs a name"):
        mix_models(both, held_out, name="")
    mix_models(both, str(corpus), progress=Notes())
    assert any("is the training text itself" in note for note in Notes.said)
    build_ngram_lm(held_out, smoothing="witten-bell", order=2, name="v")
    with pytest.raises(SettingError, match="build them in one workspace, which shares its voc"):
        mix_models(
            [both[0], held_out.replace(".txt", ".wvt/ngram-v")], held_out, workspace.parent / "new"
        )


def test_a_copy_does_not_replace(workspace, tmp_path):
    bundle = open_bundle(workspace / "ngram")
    (tmp_path / "there").mkdir()
    with pytest.raises(WordvecError, match="there exists"):
        copy_bundle(bundle, tmp_path / "there")
    (workspace / "ngram" / "words.npy").unlink()
    with pytest.raises(WordvecError, match="words.npy"):
        copy_bundle(open_bundle(workspace / "ngram"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
@pytest.mark.torch
def test_recurrent_models_with_caches(workspace, held_out):
    wvt.build_neural_lm(
        str(workspace), hidden_dim=8, n_layers=1, epochs=1, batch_size=4, bptt=10, threads=1
    )
    models = [workspace / "ngram", workspace / "lstm"]
    more = {"cache": True, "neural_cache": True, "window": 50, "dynamic": "sgd", "segment": 40}
    pipeline = mix_models(models, held_out, **more)
    names = ["lstm-dynamic", "lstm-dynamic-neural-cache", "mixture-all"]
    assert [step.name for step in pipeline.steps] == names
    facts = pipeline.steps[-1].bundle.facts
    assert len(facts["mean_weights"]) == 5
    assert np.sum(facts["mean_weights"]) == pytest.approx(1)
    mixture = wvt.load_language_model(workspace)
    reached = evaluate_perplexity(mixture, held_out).perplexity
    assert facts["held_out_perplexity"] == pytest.approx(reached, rel=1e-5)
    ids = read_text(mixture, held_out).ids[:9]
    steps = [mixture.next_logprobs(ids[:at])[token] for at, token in enumerate(ids)]
    assert mixture.token_logprobs(ids) == pytest.approx(steps, abs=1e-5)
    assert np.exp(mixture.next_logprobs(ids)).sum() == pytest.approx(1, abs=1e-9)
    again = mix_models(models, held_out, **more)
    assert all(step.reused for step in again.steps)


def test_files_of_one_name_are_two_models(held_out, tmp_path, workspace):
    for folder, order in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        build_ngram_lm(str(workspace), order=order, name=folder)
        model = wvt.load(workspace / f"ngram-{folder}")
        wvt.lm.write_arpa(model, tmp_path / folder / "lm.arpa")
    files = [tmp_path / "a" / "lm.arpa", tmp_path / "b" / "lm.arpa"]
    out = tmp_path / "both"
    mix_models(files, held_out, out)
    assert [model.order for model in wvt.load(out / "mixture-all").components] == [1, 2]
    before = {path: path.read_bytes() for path in out.rglob("*") if path.name == "manifest.json"}
    mix_models(files[::-1], held_out, out, name="turned")
    assert [model.order for model in wvt.load(out / "mixture-turned").components] == [2, 1]
    assert {path: path.read_bytes() for path in before} == before
    # A changed file does not replace a component of the mixture.
    shutil.copy(files[1], files[0])
    with pytest.raises(SettingError, match="the same model"):
        mix_models(files, held_out, out, name="same")
    mix_models(files[:1], held_out, out, name="new", cache=True)
    assert {path: path.read_bytes() for path in before} == before
