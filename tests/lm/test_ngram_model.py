"""Back-off models: scores, distributions, bundles, and files that lie."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow_ngrams as slow
from sentences import (
    N_WORDS,
    encoded,
    histories,
    random_sentences,
    some_sentences,
    stream,
    vocabulary,
)
from signing import sign

from wordvec_toolkit import WordvecError, train_ngram_model
from wordvec_toolkit.errors import FormatError
from wordvec_toolkit.lm import KneserNey, NgramModel, prune_model
from wordvec_toolkit.lm.ngram.discounts import FALLBACK

METHOD = KneserNey(discounts=FALLBACK)
ARRAYS = ("bases", "words", "children", "logprobs", "backoffs")


def model_of(sentences, order=3, prune=()):
    return train_ngram_model(encoded(sentences), order, METHOD, prune=prune)


@pytest.mark.kernel
@given(some_sentences, some_sentences, st.integers(1, 6), st.booleans())
def test_scores_agree_with_a_slow_lookup(sentences, others, order, pruned):
    model = model_of(sentences, order)
    if pruned:
        model = prune_model(model, 1e-2)
    table = slow.Table(model)
    ids = stream(others + sentences)
    logprobs, orders = model.score(ids)
    assert logprobs.dtype == np.float64 and orders.dtype == np.int8
    for at, (word, history) in enumerate(zip(ids.tolist(), histories(ids))):
        expected = table.prob(word, history)
        assert math.exp(logprobs[at]) == pytest.approx(expected, rel=1e-12)
        assert orders[at] == table.seen_order(word, history)
        assert model.next_logprobs(ids[:at])[word] == pytest.approx(logprobs[at], rel=1e-12)
    assert model.token_logprobs(ids).tobytes() == logprobs.tobytes()


def test_sentences_do_not_look_over_their_ends():
    model = model_of(random_sentences(1))
    one = stream([[3, 4, 5]])
    two = model.token_logprobs(np.concatenate([stream([[6, 3]]), one]))
    assert two[3:].tolist() == model.token_logprobs(one).tolist()
    assert model.token_logprobs(np.empty(0, np.int32)).shape == (0,)


def test_ids_outside_the_vocabulary_are_refused():
    model = model_of([[3, 4]])
    for ids in ([N_WORDS], [3, -1], [10**9]):
        for score in (model.token_logprobs, model.next_logprobs):
            with pytest.raises(WordvecError, match="encode the text"):
                score(np.array(ids))


def test_the_context_is_the_end_of_the_sentence():
    model = model_of([[3, 4]], 4)
    for history, context in [
        ([], [1]),
        ([3], [1, 3]),
        ([3, 4, 5, 6], [4, 5, 6]),
        ([3, 2], [1]),
        ([3, 2, 4], [1, 4]),
    ]:
        assert model.context(np.array(history, np.int32)).tolist() == context


def test_tables_that_do_not_fit_together_are_refused():
    model = model_of([[3, 4]])
    for name in ("logprobs", "backoffs"):
        arrays = {"logprobs": model.logprobs, "backoffs": model.backoffs}
        arrays[name] = arrays[name][:-1]
        with pytest.raises(WordvecError, match="fit together"):
            NgramModel(model.vocabulary, model.trie, **arrays)
    with pytest.raises(WordvecError, match="fit together"):
        NgramModel(vocabulary(5), model.trie, model.logprobs, model.backoffs)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_a_bundle_comes_back(order, tmp_path):
    model = model_of(random_sentences(2), order, (0, 1)[:order])
    model.save(tmp_path / "model")
    loaded = NgramModel.load(tmp_path / "model")
    ids = stream(random_sentences(3))
    assert loaded.token_logprobs(ids).tobytes() == model.token_logprobs(ids).tobytes()
    assert loaded.vocabulary == model.vocabulary
    assert loaded.settings == model.settings
    assert loaded.signature == model.signature


def _arrays(model):
    trie = model.trie
    return {
        "bases": trie.bases,
        "words": trie.words,
        "children": trie.children,
        "logprobs": model.logprobs,
        "backoffs": model.backoffs,
    }


def _replace(path, name, array):
    """Put another array into a bundle, with a manifest that agrees."""
    np.save(path / f"{name}.npy", array)
    sign(path)


def _use(path):
    """Do with a bundle what one does; only errors of ours may come out."""
    try:
        model = NgramModel.load(path)
        model.token_logprobs(stream(random_sentences(5, 30)))
        for history in ([], [3], [3, 4], [7, 7, 7], [0, 5, 2]):
            model.next_logprobs(np.array(history, np.int32))
        model.trie.find([3, 4, 5])
        model.trie.is_sorted()
        prune_model(model, 1e-4)
    except WordvecError:
        return False
    return True


HOSTILE = {
    "negative": lambda a, rng: np.full_like(a, -(10**9)),
    "huge": lambda a, rng: np.full_like(a, 2**31 - 1),
    "reversed": lambda a, rng: a[::-1].copy(),
    "shuffled": lambda a, rng: rng.permutation(a),
    "noise": lambda a, rng: rng.integers(-(2**31), 2**31 - 1, len(a)).astype(a.dtype),
    "nearby": lambda a, rng: (a + rng.integers(-2, 3, len(a))).astype(a.dtype),
    "inside": lambda a, rng: rng.integers(0, max(1, int(a[-1])), len(a)).astype(a.dtype),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_arrays_that_lie_do_no_harm(name, kind, tmp_path):
    model = model_of(random_sentences(4))
    model.save(tmp_path / "model")
    good = _arrays(model)[name]
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        for round_ in range(4):
            changed = HOSTILE[kind](np.nan_to_num(good), rng)
            if round_ and name in ("bases", "children"):  # what is checked at once is left right
                for place in model.trie.bases[:-1] if name == "children" else (0, -1):
                    if place < len(changed):
                        changed[place] = good[place]
                changed[-1] = good[-1]
            _replace(tmp_path / "model", name, changed)
            _use(tmp_path / "model")


def test_swapped_and_truncated_arrays_are_refused(tmp_path):
    model = model_of(random_sentences(4))
    for name in ARRAYS:
        model.save(tmp_path / "model")
        _replace(tmp_path / "model", name, _arrays(model)[name][:-1])
        with pytest.raises(FormatError):
            NgramModel.load(tmp_path / "model")
    for one, other in [("words", "children"), ("logprobs", "backoffs"), ("bases", "logprobs")]:
        model.save(tmp_path / "model")
        _replace(tmp_path / "model", one, _arrays(model)[other])
        _replace(tmp_path / "model", other, _arrays(model)[one])
        with pytest.raises(FormatError):
            NgramModel.load(tmp_path / "model")
    model.save(tmp_path / "model")
    (tmp_path / "model" / "words.npy").write_bytes(b"\x93NUMPY nonsense")
    with pytest.raises(FormatError):
        NgramModel.load(tmp_path / "model")


@pytest.mark.parametrize("factor", [-1, 0, 2, "x", None, float("nan"), 1e400])
def test_facts_that_lie_do_no_harm(factor):
    model = NgramModel(
        (good := model_of([[3, 4]])).vocabulary,
        good.trie,
        good.logprobs,
        good.backoffs,
        {},
        {"unseen_backoff": factor, "normalized": "?"},
    )
    assert model.unseen_backoff == 0.0
    assert model.is_normalized
