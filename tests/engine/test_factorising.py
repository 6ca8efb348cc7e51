"""Weighing and factorising on engines makes the same bytes as on the machine of the command."""

import errno
import json
import os
import random
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from wordvec_toolkit.bundles.writing import TEMPORARY, recover
from wordvec_toolkit.embeddings import tasks as embedding_tasks
from wordvec_toolkit.embeddings.panels import (
    Panel,
    named_block,
    named_panel,
    named_terms,
    open_block,
    open_panel,
)
from wordvec_toolkit.engine import local, tasks
from wordvec_toolkit.engine.choosing import within_engine, within_store
from wordvec_toolkit.engine.store import Store
from wordvec_toolkit.errors import FormatError, WordvecError
from wordvec_toolkit.models.ppmi import build_ppmi

COUNTING = {"counts.tasks:count", "counts.tasks:add"}
SQUARE = {"dim": 20, "basis": 64, "restarts": 0}
#: The ways of multiplying: a symmetric matrix, with its transpose, and fewer columns than rows.
WAYS = {
    "symmetric": {"measure": "pmi", "transform": "log"},
    "transposed": {"direction": "left"},
    "tall": {"max_contexts": 1100},
    "scaled": {"emphasis": 0.1, "add_context": True},
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    path = tmp_path_factory.mktemp("factorising") / "lee.wvt"
    for name, settings in WAYS.items():
        build_ppmi("lee", path, name=name, min_count=4, **SQUARE, **settings)
    return path


@pytest.fixture
def made(workspace, monkeypatch):
    """Make PPMI and SVD in a variant of its own; return the files of both."""
    monkeypatch.setattr(embedding_tasks, "LEAST_CELLS", 1)

    def make(where: str | None, way: str) -> dict[str, bytes]:
        name = f"v{random.Random().getrandbits(60)}"
        with within_engine(where):
            build_ppmi(workspace, name=name, threads=1, **SQUARE, **WAYS[way])
        assert not [path for path in workspace.iterdir() if path.name.startswith(".wvt-new")]
        return _files(workspace, name)

    return make


def _files(workspace: Path, name: str) -> dict[str, bytes]:
    """Return all files but manifests, which name the bundle that was read."""
    return {
        f"{step}/{path.name}": path.read_bytes()
        for step in ("ppmi", "svd")
        for path in (workspace / f"{step}-{name}").iterdir()
        if path.name != "manifest.json"
    }


@pytest.mark.parametrize("way", WAYS)
def test_every_engine_makes_the_same_bytes(workspace, made, functions, way):
    assert made("threads:2", way) == _files(workspace, way)
    assert set(functions) == COUNTING | {
        f"embeddings.tasks:{name}"
        for name in ("weigh", "multiply", *(("normal", "add") if way == "tall" else ()))
    }


@pytest.mark.parametrize("way", ["symmetric", "tall"])
def test_a_process_that_is_killed_in_each_stage_is_replaced(workspace, made, monkeypatch, way):
    answer, killed = local._answer, set()

    def kill(worker, order):
        function = json.loads(order)["function"]
        if function not in killed:
            killed.add(function)
            worker.kill()
        return answer(worker, order)

    monkeypatch.setattr(local, "_answer", kill)
    assert made("processes:2", way) == _files(workspace, way)
    assert len(killed) == (6 if way == "tall" else 4)


@pytest.mark.parametrize("way", ["transposed", "tall"])
def test_workers_that_share_only_a_store_make_the_same_bytes(workspace, made, bucket, way):
    with within_store(f"file://{bucket}"):
        assert made("processes:2", way) == _files(workspace, way)
    assert not list(bucket.iterdir())


def test_workers_fetch_only_the_rows_of_parts_that_they_add(
    workspace, made, functions, tmp_path, monkeypatch
):
    """Each thread keeps its own copies here, as another machine does."""
    fsspec = pytest.importorskip("fsspec")
    own, main = threading.local(), threading.get_ident()
    in_pieces, whole, sizes = Counter(), set(), {}

    def scratch(_: str) -> tempfile.TemporaryDirectory:
        if not hasattr(own, "scratch"):
            own.scratch = tempfile.TemporaryDirectory(dir=tmp_path)
        return own.scratch

    system = fsspec.get_filesystem_class("file")
    cat_file, get_file = system.cat_file, system.get_file

    def note_piece(self, path, **piece):
        data = cat_file(self, path, **piece)
        in_pieces[Path(path).name] += len(data)
        return data

    def note_whole(self, path, target, **others):
        if threading.get_ident() != main:
            whole.add(Path(path).name)
        return get_file(self, path, target, **others)

    monkeypatch.setattr(tasks, "scratch", scratch)
    monkeypatch.setattr(system, "cat_file", note_piece)
    monkeypatch.setattr(system, "get_file", note_whole)
    put = Store.put

    def note_size(self, path, name):
        sizes[name] = path.stat().st_size
        put(self, path, name)

    monkeypatch.setattr(Store, "put", note_size)
    with within_store(f"file://{tmp_path}"):
        assert made("threads:2", "tall") == _files(workspace, "tall")
    assert "embeddings.tasks:add" in functions
    parts = {name: n for name, n in in_pieces.items() if name.endswith(".run")}
    assert parts and not whole & parts.keys()
    for name, n in parts.items():  # each row once, and a header for each thread
        assert n <= sizes[name] + 2 * 4096


@pytest.mark.slow
def test_a_dask_cluster_makes_the_same_bytes(workspace, made):
    pytest.importorskip("distributed")
    assert made("local:2", "tall") == _files(workspace, "tall")
    assert made("local:2", "symmetric") == _files(workspace, "symmetric")


def test_small_matrices_and_few_workers_stay_on_this_machine(
    workspace, made, functions, monkeypatch
):
    made("threads:1", "symmetric")
    monkeypatch.setattr(embedding_tasks, "LEAST_CELLS", 50_000_000)
    made("threads:2", "symmetric")
    assert set(functions) == COUNTING


@pytest.mark.skipif(sys.platform != "linux", reason="looks at maps in /proc")
@pytest.mark.parametrize("function", ["multiply", "normal"])
def test_no_file_stays_in_use_after_its_task(tmp_path, function):
    panel = Panel(np.array([0, 2, 3]), np.array([0, 3, 2], np.int32), np.ones(3, np.float32), 4)
    block = named_block(tmp_path, np.ones((4, 2), np.float32))
    inputs = [named_panel(tmp_path, panel), block]
    getattr(embedding_tasks, function)(tmp_path / "out", inputs, n_rows=4)
    assert str(tmp_path) not in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize("is_store", [False, True])
def test_only_what_is_on_this_disk_at_once_has_to_fit(
    workspace, made, tmp_path, monkeypatch, is_store
):
    pytest.importorskip("fsspec")
    checked = []
    monkeypatch.setattr(embedding_tasks, "check_disk", lambda n_bytes, *_: checked.append(n_bytes))
    with within_store(f"file://{tmp_path}" if is_store else None):
        made("threads:2", "symmetric")
    indptr = np.load(workspace / "ppmi-symmetric" / "indptr.npy")
    (n_bytes,), whole = checked, 8.0 * int(indptr[-1])
    if is_store:  # four panels or five
        assert whole / 6 < n_bytes < whole / 3
    else:
        assert n_bytes == whole


def test_a_full_disk_is_one_sentence(workspace, made, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.run")

    monkeypatch.setattr(embedding_tasks, "write_block", fail)
    with pytest.raises(WordvecError, match="No space left on device .in .*wvt.*free some room"):
        made("threads:2", "tall")
    assert not [path for path in workspace.iterdir() if path.name.startswith(".wvt-new")]


def test_panels_and_blocks_come_back_from_their_files(tmp_path):
    indptr, indices = np.array([5, 7, 7, 8]), np.array([0, 3, 2], np.int32)
    panel = Panel(indptr, indices, np.array([1, 2, 3], np.float32), 4)
    path = named_panel(tmp_path, panel)
    found = open_panel(path)
    np.testing.assert_array_equal(found.indptr, [0, 2, 2, 3])
    np.testing.assert_array_equal(found.indices, indices)
    np.testing.assert_array_equal(found.values, panel.values)
    assert found.n_columns == 4 and named_panel(tmp_path, panel) == path
    block = np.arange(6, dtype=np.float32).reshape(3, 2)
    path = named_block(tmp_path, block)
    np.testing.assert_array_equal(open_block(path, 3), block)
    with pytest.raises(FormatError, match="damaged file.*4 rows"):
        open_block(path, 4)


def test_panels_and_blocks_of_a_killed_command_are_removed(tmp_path):
    left = tmp_path / f"{TEMPORARY}runs-1-0123abcd"
    left.mkdir()
    named_panel(left, Panel(np.array([0, 1]), np.zeros(1, np.int32), np.ones(1, np.float32), 4))
    named_block(left, np.ones((4, 2), np.float32))
    named_terms(left, np.ones(4))
    recover(tmp_path)
    assert not left.exists()


@pytest.mark.parametrize("damage", ["column", "offset", "short", "size", "magic"])
def test_damaged_panels_are_refused(tmp_path, damage):
    indices = np.array([0, 3, 2], np.int32)
    panel = Panel(np.array([0, 2, 3]), indices, np.ones(3, np.float32), 4)
    path = named_panel(tmp_path, panel)
    words = np.fromfile(path, np.int64)
    if damage == "column":
        words[-1] = -1
    elif damage == "offset":
        words[5] = 9
    elif damage in ("size", "magic"):
        words[3 if damage == "size" else 0] += 1
    else:
        words = words[:-1]
    words.tofile(path)
    with pytest.raises(FormatError, match="damaged file.*run the command again"):
        open_panel(path)
