from types import SimpleNamespace

import numpy as np
import pytest

from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.counts.ngram_counting import count_ngrams
from wordvec_toolkit.counts.settings import CountingSettings
from wordvec_toolkit.embeddings.settings import FactorisingSettings
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.lm.ngram import room
from wordvec_toolkit.lm.settings import NgramSettings
from wordvec_toolkit.models import text_samples
from wordvec_toolkit.models.ngram_prediction import predict_ngram_lm
from wordvec_toolkit.models.prediction import predict_ppmi
from wordvec_toolkit.runtime import memory
from wordvec_toolkit.runtime.memory import within_memory
from wordvec_toolkit.text import blocks
from wordvec_toolkit.text.encoding import encode_corpus
from wordvec_toolkit.text.settings import LanguageModelText, TextSettings


@pytest.fixture(scope="module")
def zipfian(tmp_path_factory):
    """Files of words by Zipf's law, 60,000 tokens."""
    folder = tmp_path_factory.mktemp("zipfian")
    draw = np.random.default_rng(1)
    for name in "abcd":
        ranks = draw.zipf(1.3, 15_000)
        lines = (" ".join(f"w{n}" for n in ranks[i : i + 12]) for i in range(0, 15_000, 12))
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return folder


def test_a_sample_predicts_the_whole(zipfian, monkeypatch):
    text, counting = TextSettings(min_count=3), CountingSettings(window=2)
    whole = encode_corpus(zipfian, min_count=3)
    cells = count_cooccurrences(whole, window=2).n_cells
    every = predict_ppmi(zipfian, text, counting, FactorisingSettings(dim=20), threads=1)
    assert every.share == 1
    assert (every.n_tokens, every.n_types) == (len(whole), whole.facts["n_types"])
    assert (every.n_words, every.n_cells) == (whole.facts["n_words"], cells)
    assert [step.step for step in every.steps] == ["corpus", "counts", "ppmi", "svd"]
    assert str(every.steps[1].holds) == f"{cells:,} cells, in memory"
    assert every.problem == "" and every.seconds > 0 and every.disk > 12 * cells
    monkeypatch.setattr(text_samples, "SAMPLE", 60_000)
    monkeypatch.setattr(text_samples, "_MOST_FILES", 2)
    part = predict_ppmi(zipfian, text, counting, None, threads=1)
    assert 0.1 < part.share < 0.9 and len(part.steps) == 3
    assert part.n_tokens == pytest.approx(len(whole), rel=0.1)
    assert part.n_words == pytest.approx(every.n_words, rel=0.3)
    assert part.n_cells == pytest.approx(cells, rel=0.3)


@pytest.mark.parametrize("n_lines", [1, 2])
def test_a_text_of_one_line_or_two_is_predicted(zipfian, tmp_path, monkeypatch, n_lines):
    tokens = [word for name in "abcd" for word in (zipfian / f"{name}.txt").read_text().split()]
    text = tmp_path / "text8"
    text.write_text("".join(" ".join(tokens[at::n_lines]) + "\n" for at in range(n_lines)))
    sizes = count_ngrams(encode_corpus(text, "whitespace", min_count=1), 3).trie.sizes
    cells = count_cooccurrences(encode_corpus(text), window=2).n_cells
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 10_000)
    # The first samples end within the first line, of a file that is read ahead to its end.
    for sample, least in ((20_000, 0.05), (100_000, 0.25), (1 << 20, 0.99)):
        monkeypatch.setattr(text_samples, "SAMPLE", sample)
        asked = LanguageModelText(min_count=1), NgramSettings(order=3)
        found = predict_ngram_lm(text, *asked, threads=1)
        assert all(least < n / size < 1.01 for n, size in zip(found.n_ngrams[1:], sizes[1:]))
        found = predict_ppmi(text, TextSettings(), CountingSettings(window=2), threads=1)
        assert least < found.n_cells / cells < 1.01


def test_half_of_a_sample_ends_with_a_sentence_near_the_middle():
    assert text_samples._middle(np.array([0, 40, 60, 90]), 100) == 60
    assert text_samples._middle(np.array([0, 90]), 100) == 50
    assert text_samples._middle(np.array([0]), 100) == 50


def test_what_does_not_fit_is_told_with_what_would(zipfian, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_LEAST", 1)
    with within_memory("64M"):
        huge = FactorisingSettings(dim=300, basis=200_000)
        found = predict_ppmi(zipfian, TextSettings(min_count=1), CountingSettings(), huge)
    assert "needs about" in found.problem and "choose a smaller dim or basis" in found.problem
    free = SimpleNamespace(free=10**5)
    monkeypatch.setattr(memory.shutil, "disk_usage", lambda folder: free)
    output = tmp_path / "new" / "x.wvt"
    with within_memory("500K"):
        found = predict_ppmi(zipfian, TextSettings(), CountingSettings(), None, output, threads=1)
    assert found.problem.startswith("the build needs about ")
    assert f" of disk, and 100.0 kB are free in {tmp_path}" in found.problem
    assert f"{tmp_path}; choose fewer contexts (max_contexts, --max-contexts)" in found.problem
    assert found.steps[1].holds.endswith(" cells, in 2 parts, on disk")
    assert found.disk < found.most_disk < 3 * found.disk
    with pytest.raises(SettingError, match="files on this machine"):
        predict_ppmi("-", TextSettings(), CountingSettings())
    (tmp_path / "small.txt").write_text("too small\n")
    with pytest.raises(EmptyResultError, match="too small for a prediction"):
        predict_ppmi(tmp_path / "small.txt", TextSettings(), CountingSettings())


def test_ngrams_of_the_whole_are_predicted(zipfian, tmp_path, monkeypatch):
    text = LanguageModelText(min_count=2)
    sizes = count_ngrams(encode_corpus(zipfian, "whitespace", min_count=2), 3).trie.sizes
    every = predict_ngram_lm(zipfian, text, NgramSettings(order=3), threads=1)
    assert every.share == 1 and every.problem == "" and every.in_memory
    assert every.n_ngrams[1:] == sizes[1:] and every.n_ngrams[0] == every.n_words
    assert [step.step for step in every.steps] == ["corpus", "ngram"]
    assert every.steps[1].holds.startswith(f"{sum(every.n_ngrams):,} n-grams (")
    assert every.steps[1].holds.endswith("in memory") and every.seconds > 0
    monkeypatch.setattr(text_samples, "SAMPLE", 60_000)
    part = predict_ngram_lm(zipfian, text, NgramSettings(order=3), threads=1)
    assert part.n_ngrams == pytest.approx(every.n_ngrams, rel=0.3)
    monkeypatch.setattr(memory, "_LEAST", 1)
    monkeypatch.setattr(room, "FLOOR", 0)
    with within_memory("1M"):
        files = predict_ngram_lm(zipfian, text, NgramSettings(order=3), threads=1)
        assert not files.in_memory and files.problem == ""
        assert files.steps[1].temporary > files.steps[1].disk / 2
        free = SimpleNamespace(free=10**5)
        monkeypatch.setattr(memory.shutil, "disk_usage", lambda folder: free)
        full = predict_ngram_lm(zipfian, text, NgramSettings(order=3), tmp_path / "x.wvt")
    assert (
        "order 3" in full.problem
        and f"of disk, and 100.0 kB are free in {tmp_path}" in full.problem
    )
