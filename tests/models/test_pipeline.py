import os
import shutil

import numpy as np
import pytest
from workspaces import STEPS, built, contents, reused

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.models.loading import load
from wordvec_toolkit.models.ppmi import build_ppmi, build_svd


def test_a_second_run_does_nothing_again(corpus):
    first = built(corpus)
    assert first.path == corpus.with_suffix(".wvt")
    assert reused(first) == []
    before = contents(first.path)
    assert reused(built(corpus)) == list(STEPS)
    assert contents(first.path) == before


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"min_count": 2}, []),
        ({"window": 2}, ["corpus"]),
        ({"cds": 0.75}, ["corpus", "counts"]),
        ({"dim": 10}, ["corpus", "counts", "ppmi"]),
        ({"threads": 1}, list(STEPS)),
    ],
)
def test_a_change_rebuilds_only_what_depends_on_it(corpus, change, kept):
    built(corpus)
    assert reused(built(corpus, **change)) == kept


def test_changed_text_is_read_again_and_touched_text_is_not(corpus):
    built(corpus)
    os.utime(corpus, ns=(1, 1))
    assert reused(built(corpus)) == list(STEPS)
    corpus.write_text(corpus.read_text().replace("boat", "raft"))
    assert reused(built(corpus)) == []


def test_two_runs_and_any_number_of_threads_give_the_same_bytes(corpus, tmp_path):
    folders = []
    for i, threads in enumerate((1, 2, 1, 5)):
        folder = tmp_path / f"run{i}.wvt"
        built(corpus, output=folder, threads=threads, subsample=0.01)
        folders.append(contents(folder))
    assert len(folders[0]) == 5 + 5 + 5 + 3  # files of the four bundles
    assert all(folder == folders[0] for folder in folders)


def test_the_workspace_itself_is_a_corpus(corpus):
    workspace = built(corpus).path
    corpus.unlink()
    assert reused(build_ppmi(str(workspace), window=3)) == ["corpus"]
    assert reused(build_ppmi(str(workspace) + "/", window=3)) == list(STEPS)
    with pytest.raises(SettingError, match="min_count cannot change"):
        build_ppmi(str(workspace), min_count=3)


def test_load_opens_every_kind(corpus):
    workspace = built(corpus).path
    assert isinstance(wvt.load(workspace), wvt.WordVectors)
    assert not wvt.load(workspace).is_sparse
    assert wvt.load(workspace / "ppmi").is_sparse
    assert isinstance(wvt.load(workspace / "counts"), wvt.counts.Cooccurrence)
    assert isinstance(wvt.load(workspace / "corpus"), wvt.EncodedCorpus)
    assert wvt.load(workspace / "corpus").words(0, 3) == ["the", "harbour", "wakes"]


def test_the_pipeline_is_the_library(corpus):
    workspace = built(corpus).path
    encoded = wvt.encode_corpus(str(corpus), min_count=1)
    counts = wvt.count_cooccurrences(encoded)
    weighted = wvt.ppmi(counts)
    vectors = wvt.svd_vectors(weighted)
    assert np.array_equal(wvt.load(workspace / "corpus").ids, encoded.ids)
    assert (wvt.load(workspace / "counts").matrix != counts.matrix).nnz == 0
    assert (wvt.load(workspace / "ppmi").matrix != weighted.matrix).nnz == 0
    assert wvt.load(workspace / "svd").matrix.tobytes() == vectors.matrix.tobytes()


def test_words_with_tabs_and_backslashes_come_back(tmp_path):
    text = tmp_path / "odd.txt"
    text.write_text("a\tb c\\d a\tb c\\d\n" * 3)
    built(text, tokenizer=r"regex:\S\s\S|\S+", text_format="plain", min_count=1, svd=False)
    words = load(tmp_path / "odd.wvt" / "ppmi").words
    assert set(words) == {"a\tb", "c\\d"}


def test_settings_are_checked_before_reading(corpus):
    with pytest.raises(SettingError, match="no setting windo"):
        built(corpus, windo=3)


def test_manifests_tell_where_things_come_from(corpus):
    workspace = built(corpus).path
    counts = open_bundle(workspace / "counts")
    assert counts.manifest["inputs"] == {"corpus": open_bundle(workspace / "corpus").digest}
    sources = open_bundle(workspace / "corpus").facts["sources"]
    assert sources[0]["name"] == "harbour.txt"
    assert str(corpus.parent) not in (workspace / "corpus" / "manifest.json").read_text()


def test_text_that_changes_while_it_is_read_is_read_again(corpus, monkeypatch):
    from wordvec_toolkit.models import pipeline

    honest = pipeline.choose_checked

    def rewrite(*arguments):
        corpus.write_text("other words here and other words there\n" * 9)
        return honest(*arguments)

    monkeypatch.setattr(pipeline, "choose_checked", rewrite)
    built(corpus)
    monkeypatch.undo()
    assert reused(built(corpus)) == []
    assert "other" in load(corpus.with_suffix(".wvt"))


def test_how_a_file_is_read_is_part_of_what_it_is(tmp_path):
    text = tmp_path / "d.txt"
    text.write_text('{"text": "some words and some more words"}\n' * 5)
    plain = {"output": tmp_path / "d.wvt", "svd": False, "text_format": "plain"}
    built(text, **plain)
    lines = text.rename(tmp_path / "d.jsonl")
    again = built(lines, output=tmp_path / "d.wvt", svd=False)
    assert reused(again) == []
    assert "text" not in load(tmp_path / "d.wvt" / "ppmi")


def test_a_changed_tokenizer_of_the_users_own_reads_the_text_again(corpus, tmp_path, monkeypatch):
    module = tmp_path / "my_tokens.py"
    module.write_text("def cut(line):\n    return line.split()\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings = {"tokenizer": "my_tokens:cut", "svd": False}
    assert reused(built(corpus, **settings)) == []
    assert reused(built(corpus, **settings)) == ["corpus", "counts", "ppmi"]
    assert "The" in load(corpus.with_suffix(".wvt") / "ppmi")
    module.write_text("def cut(line):\n    return line.lower().split()\n")
    assert reused(built(corpus, **settings)) == []
    words = load(corpus.with_suffix(".wvt") / "ppmi").words
    assert "the" in words
    assert "The" not in words


def test_a_pipe_is_read_once(tmp_path, harbour):
    import threading

    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for _ in range(2):
        writer = threading.Thread(target=fifo.write_bytes, args=(harbour.read_bytes(),))
        writer.start()
        pipeline = built(fifo, output=tmp_path / "f.wvt", svd=False)
        writer.join()
        assert pipeline.steps[0].bundle.facts["n_tokens"] > 300


def test_file_names_that_are_not_utf8(tmp_path, harbour):
    path = os.path.join(os.fsencode(tmp_path), b"bad\xff.txt")
    with open(path, "wb") as stream:
        stream.write(harbour.read_bytes())
    pipeline = built(os.fsdecode(path), output=tmp_path / "b.wvt", svd=False)
    assert "bad" in pipeline.steps[0].bundle.facts["sources"][0]["name"]


def test_a_variant_is_factorised_into_a_variant(corpus):
    workspace = built(corpus).path
    digest = open_bundle(workspace / "svd").digest
    built(corpus, window=2, name="wide", svd=False)
    build_svd(workspace / "ppmi-wide")
    assert open_bundle(workspace / "svd").digest == digest
    assert open_bundle(workspace / "svd-wide").manifest["inputs"].keys() == {"ppmi-wide"}


def test_split_columns_cannot_add_context_and_this_is_said_first(corpus):
    with pytest.raises(SettingError, match="split"):
        built(corpus, direction="split", add_context=True)
    assert not corpus.with_suffix(".wvt").exists()


def test_settings_that_change_nothing_change_no_bundle(corpus):
    built(corpus)
    again = built(corpus, subsampling="clean", cds=1)
    assert reused(again) == list(STEPS)


def test_a_bundle_is_not_text(corpus):
    workspace = built(corpus).path
    with pytest.raises(WordvecError, match="not text"):
        built(workspace / "corpus")


def test_a_seed_matters_only_where_something_is_drawn(corpus):
    built(corpus)
    again = built(corpus, seed=5)
    assert reused(again) == ["corpus", "counts", "ppmi"]
    assert reused(built(corpus, subsample=0.1)) == ["corpus"]
    assert reused(built(corpus, subsample=0.1, seed=5)) == ["corpus"]


def test_ids_are_checked_whoever_made_them():
    vocabulary = wvt.text.encode_text("a b c").vocabulary
    ends = np.array([0, 3])
    for ids in ([0, 1, 10**8], [0, -1, 2]):
        with pytest.raises(WordvecError, match="outside its vocabulary"):
            wvt.EncodedCorpus(vocabulary, np.array(ids, np.int32), ends, ends)
    with pytest.raises(WordvecError, match="ascend"):
        wvt.EncodedCorpus(vocabulary, np.zeros(3, np.int32), np.array([0, 4]), ends)


def test_a_text_that_does_not_fit_the_disk_is_refused_before_it_is_read(tmp_path, monkeypatch):
    text = tmp_path / "text.txt"
    text.write_text("some words\n" * 100)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=500))
    with pytest.raises(
        WordvecError, match=r"reading [\d.]+ k?B of text needs about [\d.]+ k?B of disk"
    ):
        build_ppmi(text, svd=False)
    assert not (tmp_path / "text.wvt").exists()
