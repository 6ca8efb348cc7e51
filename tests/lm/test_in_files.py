"""Models that are counted and estimated in files, where memory is too little for them."""

import errno
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import encoded, random_sentences, some_sentences, stream

from wordvec_toolkit import WordvecError, build_ngram_lm, count_ngrams, load, train_ngram_model
from wordvec_toolkit.counts import ngram_counting, trie
from wordvec_toolkit.lm import KneserNey, parse_smoothing
from wordvec_toolkit.lm.ngram import adjusting, estimation, room, sweeps
from wordvec_toolkit.lm.ngram.methods import METHODS
from wordvec_toolkit.runtime import file_arrays, memory
from wordvec_toolkit.runtime.memory import within_memory

FALLBACK = (0.5, 1.0, 1.5)
HELD_OUT = stream(random_sentences(7, 20))


@pytest.fixture
def tiny():
    with pytest.MonkeyPatch.context() as patch:
        make_tiny(patch)
        yield patch


def make_tiny(patch):
    """Let small texts take many parts, windows, and ranges of far n-grams."""
    patch.setattr(memory, "_LEAST", 1)
    for module in (room, sweeps):
        patch.setattr(module, "FLOOR", 0)
    patch.setattr(room, "_BYTES_A_WORD", 0)
    patch.setattr(sweeps, "BLOCK", 4)
    patch.setattr(sweeps, "_LEAST", 1)
    patch.setattr(trie, "_AT_ONCE", 4)
    patch.setattr(file_arrays, "_AT_ONCE", 64)
    patch.setattr(ngram_counting, "_RANGES", 3)


def assert_same(one, other):
    arrays = [
        (model.trie.bases, model.trie.words, model.trie.children, model.logprobs, model.backoffs)
        for model in (one, other)
    ]
    for mine, theirs in zip(*arrays):
        assert mine.dtype == theirs.dtype and mine.tobytes() == theirs.tobytes()
    assert one.facts == other.facts and one.settings == other.settings


@settings(max_examples=40)
@given(
    some_sentences,
    st.integers(1, 5),
    st.integers(1, 3000),
    st.booleans(),
    st.sampled_from([(), (0, 1), (0, 0, 1, 2)]),
    st.integers(1, 2),
)
def test_any_budget_gives_the_same_bytes(sentences, order, budget, as_kenlm, prune, threads):
    corpus = encoded(sentences)
    smoothing = KneserNey(FALLBACK, as_kenlm=as_kenlm)
    options = {"order": order, "smoothing": smoothing, "prune": prune[:order], "threads": threads}
    whole = train_ngram_model(corpus, **options)
    with pytest.MonkeyPatch.context() as patch:
        make_tiny(patch)
        with within_memory(budget):
            assert_same(train_ngram_model(corpus, **options), whole)


@pytest.mark.parametrize("order", range(1, 6))
@pytest.mark.parametrize("prune", [(), (0, 0, 1)])
def test_a_longer_text_in_many_ranges(order, prune, tiny):
    corpus = encoded(random_sentences(order, 120, 20), 20)
    smoothing = KneserNey(FALLBACK)
    options = {"order": order, "smoothing": smoothing, "prune": prune[:order]}
    whole = train_ngram_model(corpus, **options)
    ranges, kept = [], sweeps.far_ranges
    tiny.setattr(estimation, "far_ranges", lambda *call: ranges.append(kept(*call)) or ranges[-1])
    for budget in (2000, 20_000):
        with within_memory(budget):
            assert_same(train_ngram_model(corpus, **options), whole)
    assert order < 3 or max(map(len, ranges)) > 2


def test_arrays_in_memory_take_one_sweep_whatever_the_budget(tiny):
    counts = count_ngrams(encoded(random_sentences(1, 120, 20), 20), 4)
    ranges, kept = [], sweeps.far_ranges
    for module in (adjusting, estimation):
        tiny.setattr(module, "far_ranges", lambda *call: ranges.append(kept(*call)) or ranges[-1])
    with within_memory(1):
        estimation.estimate(replace(counts, links=None), KneserNey(FALLBACK))
    assert len(ranges) == 2 + 3 + 3 and set(map(len, ranges)) == {2}


def test_a_machine_short_of_memory_takes_ranges_of_32_mib(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 100_000_000)
    n = 10_000_000
    assert sweeps.far_ranges(slice(0, n), lambda place: 8 * place, True) == [0, 2**22, 2**23, n]


@pytest.mark.parametrize("name", METHODS)
def test_all_methods_of_smoothing(name, tiny):
    corpus = encoded(random_sentences(3, 100))
    takes_fallback = name in ("kneser-ney", "kneser-ney-1", "absolute")
    smoothing = parse_smoothing(name, "held-out" if takes_fallback else None)
    options = {"order": 4, "smoothing": smoothing, "held_out": HELD_OUT, "prune": (0, 0, 1)}
    whole = train_ngram_model(corpus, **options)
    with within_memory(2000):
        assert_same(train_ngram_model(corpus, **options), whole)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    rng = np.random.default_rng(1)
    lines = (" ".join(f"w{id}" for id in rng.zipf(1.5, 12).clip(0, 200)) for _ in range(400))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_bundles_have_the_same_bytes_and_nothing_is_left(text, tmp_path, tiny):
    places = [tmp_path / "whole.wvt", tmp_path / "files.wvt"]
    asked = {"order": 3, "smoothing": KneserNey(FALLBACK)}
    build_ngram_lm(text, places[0], **asked)
    with within_memory(50_000):
        build_ngram_lm(text, places[1], **asked)
    one, other = (sorted(path.name for path in place.iterdir()) for place in places)
    assert one == other
    for path in (places[0] / "ngram").iterdir():
        assert path.read_bytes() == (places[1] / "ngram" / path.name).read_bytes()
    assert_same(load(places[0] / "ngram"), load(places[1] / "ngram"))


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="nothing is reserved here")
def test_a_full_disk_is_one_sentence_and_nothing_is_left(text, tmp_path, tiny):
    def fail(descriptor, first, n_bytes):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    tiny.setattr(os, "posix_fallocate", fail)
    place = tmp_path / "model.wvt"
    with within_memory(50_000), pytest.raises(WordvecError) as caught:
        build_ngram_lm(text, place, order=3, smoothing=KneserNey(FALLBACK))
    assert "No space left on device" in str(caught.value) and "\n" not in str(caught.value)
    assert {path.name for path in place.iterdir() if path.is_dir()} == {"corpus"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes can be forked")
def test_a_killed_run_leaves_nothing_to_the_next(text, tmp_path, tiny):
    place = tmp_path / "model.wvt"
    with within_memory(50_000):
        if (child := os.fork()) == 0:
            tiny.setattr(ngram_counting, "tree_of_files", lambda ranges: os._exit(9))
            build_ngram_lm(text, place, order=3, smoothing=KneserNey(FALLBACK), threads=1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert any("runs" in path.name for path in place.iterdir())
        build_ngram_lm(text, place, order=3, smoothing=KneserNey(FALLBACK), threads=1)
    assert {path.name for path in place.iterdir() if path.is_dir()} == {"corpus", "ngram"}


@pytest.mark.parametrize("number", [None, errno.EOPNOTSUPP])
def test_without_a_way_to_reserve_files_are_written(number, tiny):
    def fail(descriptor, first, n_bytes):
        raise OSError(number, "not here")

    if number is None:
        tiny.delattr(os, "posix_fallocate", raising=False)
    else:
        tiny.setattr(os, "posix_fallocate", fail, raising=False)
    array = file_arrays.new_array(100, np.float64, in_file=True)
    assert array.tolist() == [0.0] * 100
