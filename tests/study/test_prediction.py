import pytest

from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.models.catalogue import MODELS
from wordvec_toolkit.models.costs import Sizes, n_words_kept
from wordvec_toolkit.runtime import memory
from wordvec_toolkit.study.options import record_of


def sizes(n_tokens):
    n = n_words_kept(n_tokens)
    return Sizes(n_tokens, n, n_tokens, n, n_tokens // 20, 6)


@pytest.mark.parametrize("name", [*MODELS, "split", "eval-perplexity", "map", "profile"])
def test_more_text_costs_more_and_nothing_costs_nothing(name):
    small, large = (record_of(name).cost({}, sizes(n)) for n in (10**4, 10**8))
    assert 0 < small.seconds <= large.seconds and 0 < small.memory <= large.memory


@pytest.mark.parametrize("name", ["glove", "skip-gram", "cbow", "fasttext", "lstm"])
def test_epochs_and_width_cost(name):
    known = sizes(10**6)
    width = "hidden_dim" if name == "lstm" else "dim"
    few, many, wide = (
        record_of(name).cost(options, known).seconds
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
    assert memory._of_the_machine() == 4096 * 1000


#: Seconds and bytes that steps took on two cores, of the news items and of English Wikipedia.
LEE = Sizes(54_391, 1_671, 54_391, 1_671, 2_959, 6)
WIKIPEDIA = Sizes(16_900_222, 54_825, 999_970, 7_100, 49_961, 6)


@pytest.mark.parametrize(
    ("section", "options", "of", "seconds", "memory"),
    [
        ("glove", {"dim": 300, "epochs": 92}, LEE, 5.7, 183e6),
        ("skip-gram", {"dim": 300, "epochs": 56}, LEE, 10.5, 184e6),
        ("fasttext", {"dim": 300, "epochs": 37}, LEE, 16.0, 241e6),
        ("lstm", {"preset": "small"}, LEE, 54.4, 494e6),
        ("map", {"words": 2000}, LEE, 8.0, 252e6),
        ("ppmi", {}, WIKIPEDIA, 5.6, 651e6),
        ("svd", {"dim": 100}, WIKIPEDIA, 5.2, 654e6),
        ("glove", {"dim": 100, "epochs": 15}, WIKIPEDIA, 38.2, 1056e6),
        ("skip-gram", {"dim": 100, "epochs": 3}, WIKIPEDIA, 233.8, 329e6),
        ("cbow", {"dim": 100, "epochs": 3}, WIKIPEDIA, 78.8, 329e6),
        ("fasttext", {"dim": 100, "epochs": 1}, WIKIPEDIA, 137.8, 486e6),
        ("lstm", {"preset": "small", "epochs": 5}, WIKIPEDIA, 392.9, 604e6),
        ("mix", {}, WIKIPEDIA, 8.7, 574e6),
        ("eval-perplexity", {}, WIKIPEDIA, 12.9, 591e6),
        ("eval-analogy", {}, WIKIPEDIA, 10.5, 995e6),
    ],
)
def test_measurements_agree_with_predictions(section, options, of, seconds, memory):
    found = record_of(section).cost(options, of)
    assert seconds / 2 < found.seconds < 2 * seconds
    assert memory / 2 < found.memory < 2 * memory


def test_a_container_has_less_than_the_machine(monkeypatch):
    monkeypatch.setattr(memory, "_of_the_machine", lambda: 10**10)
    texts = {
        "cgroup": "0::/user.slice/job\n",
        "memory.max": "3000\n",
        "memory.current": "2000\n",
        "memory.stat": "anon 1500\ninactive_file 500\n",
    }

    def read(path, *_, **__):
        if path.name not in texts:
            raise FileNotFoundError(path)
        return texts[path.name]

    monkeypatch.setattr(memory.Path, "read_text", read)
    assert memory.available_memory() == 1500
    texts["memory.max"] = "max\n"
    monkeypatch.setattr(memory, "_of_the_container", lambda: None)
    assert memory.available_memory() == 10**10


def test_limits_of_all_control_groups_above_count(monkeypatch, tmp_path):
    inner = tmp_path / "user.slice" / "job"
    inner.mkdir(parents=True)
    for folder, limit in ((tmp_path / "user.slice", 900), (inner, 3000)):
        (folder / "memory.max").write_text(f"{limit}\n")
        (folder / "memory.current").write_text("400\n")
        (folder / "memory.stat").write_text("anon 1\ninactive_file 100\n")
    groups = memory.Path("/proc/self/cgroup")
    read = memory.Path.read_text
    monkeypatch.setattr(memory, "_ROOT", tmp_path)
    monkeypatch.setattr(
        memory.Path,
        "read_text",
        lambda path, *a, **k: "0::/user.slice/job\n" if path == groups else read(path, *a, **k),
    )
    assert memory._of_the_container() == 600
    monkeypatch.setattr(memory, "_of_the_machine", lambda: 10**10)
    memory.check_room(600, "this", "no")
    with pytest.raises(
        WordvecError, match="this needs about 601 B of memory, and 600 B .*; take less"
    ):
        memory.check_room(601, "this", "take less")
