import pytest

from wordvec_toolkit import memory
from wordvec_toolkit.study.models import MODELS
from wordvec_toolkit.study.prediction import Sizes, n_words_kept, predict


def sizes(n_tokens):
    n = n_words_kept(n_tokens)
    return Sizes(n_tokens, n, n_tokens, n, n_tokens // 20, 6)


@pytest.mark.parametrize("name", [*MODELS, "split", "eval-perplexity", "map", "profile"])
def test_more_text_costs_more_and_nothing_costs_nothing(name):
    small, large = (predict(name, {}, sizes(n)) for n in (10**4, 10**8))
    assert 0 < small.seconds <= large.seconds and 0 < small.memory <= large.memory


@pytest.mark.parametrize("name", ["glove", "skip-gram", "cbow", "fasttext", "lstm"])
def test_epochs_and_width_cost(name):
    known = sizes(10**6)
    width = "hidden-dim" if name == "lstm" else "dim"
    few, many, wide = (
        predict(name, options, known).seconds
        for options in (
            {"epochs": 1, width: 100},
            {"epochs": 9, width: 100},
            {"epochs": 1, width: 900},
        )
    )
    assert few < many and few < wide


def test_size_of_a_vocabulary():
    # The news items, and English Wikipedia at two thresholds.
    for n_tokens, min_count, seen in ((54_000, 5, 1_670), (17_000_107, 10, 54_825)):
        assert 0.6 * seen < n_words_kept(n_tokens, min_count) < 1.6 * seen
    assert n_words_kept(10**7, 5, 1000) == 1003
    assert n_words_kept(0) >= 0


def test_memory_is_told_in_bytes():
    free = memory.available_memory()
    assert free is None or 10**8 < free < 10**14


def test_where_the_system_does_not_tell(monkeypatch):
    monkeypatch.setattr(memory.Path, "read_text", lambda *_, **__: "nothing of use")
    monkeypatch.setattr(memory.os, "sysconf", lambda name: {"SC_PAGE_SIZE": 4096}.get(name, 1000))
    assert memory.available_memory() == 4096 * 1000
