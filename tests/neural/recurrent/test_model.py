import json

import numpy as np
import pytest
import torch
from language_models import trained
from recurrent_models import DRY, WET, short, small, train
from signing import read_manifest, sign

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.neural.recurrent import scoring
from wordvec_toolkit.neural.recurrent.cells import recurrent_cells
from wordvec_toolkit.neural.recurrent.memory import enough_memory
from wordvec_toolkit.neural.recurrent.model import NeuralModel
from wordvec_toolkit.neural.recurrent.training import train_neural_lm

pytestmark = pytest.mark.torch


def made(corpus, **settings):
    return train(corpus, small(**{**DRY, **settings}), short(epochs=1), threads=1)


@pytest.fixture(scope="module")
def model(corpus):
    return made(corpus)


@pytest.mark.parametrize(
    "settings", [*({"cell": cell} for cell in recurrent_cells()), {"tied": False, **WET}]
)
def test_a_stream_scores_as_its_tokens_one_by_one(corpus, ids, settings):
    model = made(corpus, **settings)
    steps = [model.next_logprobs(ids[:at]) for at in range(len(ids))]
    assert np.exp(steps).sum(axis=1) == pytest.approx(np.ones(len(ids)), abs=1e-12)
    assert (np.array(steps)[:, 1] == -np.inf).all()
    one_by_one = np.array([step[token] for step, token in zip(steps, ids)])
    assert model.token_logprobs(ids) == pytest.approx(one_by_one, abs=1e-5)
    assert model.token_logprobs(ids).dtype == np.float64


def test_sentences_are_read_as_the_first_of_a_text(model, ids):
    ends = np.flatnonzero(ids == 2) + 1
    sentences = np.split(ids, ends)
    alone = np.concatenate([model.token_logprobs(sentence) for sentence in sentences])
    assert model.isolated_logprobs(ids) == pytest.approx(alone, abs=1e-5)
    assert np.abs(model.token_logprobs(ids) - alone).max() > 1e-4  # which the state changes


def test_pieces_do_not_show(model, ids, monkeypatch):
    whole = model.token_logprobs(ids)
    monkeypatch.setattr(scoring, "_CHUNK", 7)
    monkeypatch.setattr(scoring, "_LOGITS", 3 * len(model.vocabulary))
    assert model.token_logprobs(ids) == pytest.approx(whole, abs=1e-5)
    assert model.token_logprobs(ids[:0]).shape == (0,)
    out = np.ones((9, len(model.vocabulary)))
    model.add_distributions(ids, 12, 21, 0.5, out)
    expected = [1 + 0.5 * np.exp(model.next_logprobs(ids[:at])) for at in range(12, 21)]
    assert out == pytest.approx(np.array(expected), abs=1e-6)


def test_a_stream_can_be_asked_for_piece_by_piece(corpus, model, ids, monkeypatch):
    monkeypatch.setattr(scoring, "_CHUNK", 8)
    n = len(model.vocabulary)
    whole, pieces = np.zeros((60, n)), np.zeros((60, n))
    model.add_distributions(ids, 0, 60, 1.0, whole)
    other = ids[::-1].copy()
    for first in (*range(0, 60, 10), 20, 0):
        rows = np.zeros((10, n))
        model.add_distributions(ids, first, first + 10, 1.0, rows)
        pieces[first : first + 10] = rows
        model.add_distributions(other, first, first + 10, 1.0, rows)
    assert pieces == pytest.approx(whole, abs=1e-7)
    read = []
    monkeypatch.setattr(
        model.scorer.network,
        "read",
        lambda given, states: (
            read.append(len(given))
            or type(model.scorer.network).read(model.scorer.network, given, states)
        ),
    )
    model.add_distributions(ids, 40, 50, 1.0, whole[:10])
    model.add_distributions(ids, 50, 60, 1.0, whole[:10])
    assert sum(read) == 50 + 20


def test_what_was_asked_before_does_not_show(corpus, model, ids):
    fresh = NeuralModel(corpus.vocabulary, scoring.Scorer(model.scorer.network))
    expected = fresh.next_logprobs(ids[:50]).tobytes()
    for before in ([], ids[:20], ids[:49], ids[:50], ids[:51], ids[5:50]):
        model.next_logprobs(before)
        assert model.next_logprobs(ids[:50]).tobytes() == expected


def test_a_bundle_gives_the_same_bits(corpus, model, ids, tmp_path):
    model.save(tmp_path / "m.wvt" / "lstm")
    for path in ("m.wvt/lstm", "m.wvt"):
        again = wvt.load_language_model(tmp_path / path)
        assert again.token_logprobs(ids).tobytes() == model.token_logprobs(ids).tobytes()
        assert again.signature == model.signature
        assert again.facts == {**model.facts, "n_specials": 3}
        assert again.vocabulary == corpus.vocabulary
    assert isinstance(wvt.load(tmp_path / "m.wvt" / "lstm"), NeuralModel)
    assert sorted(path.name for path in (tmp_path / "m.wvt" / "lstm").iterdir()) == [
        "manifest.json",
        "vocabulary.tsv",
        "weights.safetensors",
    ]
    from safetensors.torch import load_file

    peer = load_file(tmp_path / "m.wvt" / "lstm" / "weights.safetensors")
    assert torch.equal(peer["embedding"], model.scorer.network.embedding)


def changed(path, change):
    manifest = read_manifest(path)
    manifest["settings"].update(change)
    sign(path, manifest)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell": "perceptron"}, "settings of no network"),
        ({"cell": "transformer", "n_heads": 3}, "settings of no network"),
        ({"cell": "transformer"}, "no tensor|a tensor"),
        ({"softmax": "adaptive"}, "no tensor 'adaptive"),
        ({"softmax": "adaptive", "cutoffs": [4, 400]}, "settings of no network"),
        ({"softmax": "adaptive", "cutoffs": "4"}, "settings of no network"),
        ({"hidden_dim": "8"}, "settings of no network"),
        ({"hidden_dim": 60_000}, "of shape"),
        ({"n_layers": 3}, "no tensor 'layers.2"),
        ({"n_layers": 1}, "a tensor 'layers.1"),
        ({"tied": False}, "no tensor 'output'"),
    ],
)
def test_settings_that_the_weights_do_not_fit(model, tmp_path, change, message):
    model.save(tmp_path / "lstm")
    changed(tmp_path / "lstm", change)
    with pytest.raises(FormatError, match=message):
        wvt.load_language_model(tmp_path / "lstm")


def test_damaged_weights(model, tmp_path):
    model.save(tmp_path / "lstm")
    path = tmp_path / "lstm" / "weights.safetensors"
    whole = path.read_bytes()
    for content in (b"", whole[:40], whole[:-8], b"\xff" * 100, whole[:8] + b"[]" + whole[10:]):
        path.write_bytes(content)
        sign(path.parent)
        with pytest.raises(FormatError, match="a safetensors file; train it again"):
            wvt.load_language_model(tmp_path / "lstm")
    path.write_bytes(whole[:-4] + np.float32(np.nan).tobytes())
    sign(path.parent)
    with pytest.raises(FormatError, match="numbers in .* that are not finite"):
        wvt.load_language_model(tmp_path / "lstm")
    n = int.from_bytes(whole[:8], "little")
    for other, size in (("F64", 8), ("I32", 4), ("BF16", 2), ("F8_E4M3", 1)):  # and sizes that fit
        header, end = json.loads(whole[8 : 8 + n]), 0
        for entry in header.values():
            begin, end = end, end + size * int(np.prod(entry["shape"]))
            entry.update(dtype=other, data_offsets=[begin, end])
        text = json.dumps(header).encode()
        path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(end))
        sign(path.parent)
        with pytest.raises(FormatError, match=f"as {other}, expected float32"):
            wvt.load_language_model(tmp_path / "lstm")
    path.write_bytes(whole[: 8 + n] + np.full((len(whole) - 8 - n) // 4, 3e38, "<f4").tobytes())
    sign(path.parent)
    vast = wvt.load_language_model(tmp_path / "lstm")
    for score in (vast.token_logprobs, vast.next_logprobs):
        with pytest.raises(WordvecError, match="probabilities are no numbers; train it again"):
            score(np.array([5, 6, 2]))
    path.unlink()
    with pytest.raises(FormatError, match=r"weights\.safetensors is missing"):
        wvt.load_language_model(tmp_path / "lstm")


def test_a_full_disk(model, tmp_path, monkeypatch):
    import safetensors

    def full(*_):
        raise safetensors.SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("safetensors.numpy.save_file", full)
    with pytest.raises(WordvecError, match=r"cannot write .*lstm: the disk seems full .*28"):
        model.save(tmp_path / "lstm")
    assert not any(tmp_path.iterdir())


def test_networks_that_no_memory_holds(corpus, monkeypatch):
    def vast(*_):
        torch.empty(2**50)

    for module in ("epochs", "network"):
        monkeypatch.setattr(f"wordvec_toolkit.neural.recurrent.{module}.Network", vast)
    with pytest.raises(WordvecError, match="not enough memory for the network"):
        train_neural_lm(corpus, **short().keywords())
    with pytest.raises(WordvecError, match="not enough memory for the network"):
        wvt.neural.fresh_model(corpus.vocabulary)
    with pytest.raises(RuntimeError, match="other"), enough_memory():
        raise RuntimeError("other")


def test_it_mixes_with_n_grams(tmp_path, corpus, model, ids):
    ngram = wvt.train_ngram_model(corpus, 3, wvt.lm.KneserNey(discount_fallback=(0.5, 1.0, 1.5)))
    cache = wvt.lm.CacheModel(corpus.vocabulary, 1, 100.0)
    mixture = wvt.lm.fit_mixture([ngram, model, cache], ids)
    assert np.exp(mixture.next_logprobs(ids[:9])).sum() == pytest.approx(1, abs=1e-9)
    both = mixture.token_logprobs(ids).mean()
    assert both >= max(each.token_logprobs(ids).mean() for each in (ngram, model)) - 1e-6
    ngram.save(tmp_path / "ngram")
    model.save(tmp_path / "lstm")
    mixture.save(tmp_path / "mixture", [tmp_path / "ngram", tmp_path / "lstm"])
    again = wvt.load_language_model(tmp_path / "mixture")
    assert again.token_logprobs(ids).tobytes() == mixture.token_logprobs(ids).tobytes()


def test_other_vocabularies_are_refused(model, corpus, harbour):
    other = trained(harbour, "words", 2)
    with pytest.raises(SettingError, match="different vocabularies"):
        wvt.lm.fit_mixture([other, model], np.array([3, 2], np.int32))
    with pytest.raises(SettingError, match="the vocabulary"):
        model.token_logprobs(np.array([len(corpus.vocabulary)]))
    with pytest.raises(SettingError, match="always takes a history"):
        wvt.next_words(model, [3], bos=False)


def test_sentences_are_drawn(model):
    drawn = wvt.sample(model, 5, seed=1, max_tokens=30)
    assert [each.words for each in drawn] == [
        each.words for each in wvt.sample(model, 5, seed=1, max_tokens=30)
    ]
    ids = np.array(drawn[0].ids)
    assert drawn[0].logprob == pytest.approx(model.token_logprobs(ids).sum(), abs=1e-4)
    assert wvt.next_words(model, [], 3).total == pytest.approx(1)
