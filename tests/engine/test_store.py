"""Copies of files in a store, whole or in pieces, and removal of what is in it."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from wordvec_toolkit.bundles.writing import recover
from wordvec_toolkit.engine.choosing import new_store, within_store
from wordvec_toolkit.engine.store import Store, forget
from wordvec_toolkit.runtime.memory import within_memory

pytest.importorskip("fsspec")


def test_a_copy_holds_the_pieces_that_were_asked_for(tmp_path):
    (tmp_path / "bundle").mkdir()
    data = bytes(range(1, 251)) * 100
    for name in ("large", "small"):
        (tmp_path / "bundle" / name).write_bytes(data)
    store = Store(f"file://{tmp_path}/store")
    store.put(tmp_path / "bundle", "b")
    copy = store.get("b", tmp_path, {"large": (10_000, 10_100)})
    assert (copy / "small").read_bytes() == data
    found = (copy / "large").read_bytes()
    assert len(found) == len(data) and found[10_000:10_100] == data[10_000:10_100]
    assert found[:4096] == data[:4096] and not any(found[5_000:10_000] + found[10_100:])
    assert store.get("b", tmp_path, {"large": (24_000, 25_000)}) == copy
    assert (copy / "large").read_bytes()[24_000:] == data[24_000:]


def test_a_copy_in_pieces_is_never_taken_for_a_whole_one(tmp_path):
    data = bytes(range(1, 251)) * 100
    (tmp_path / "a.run").write_bytes(data)
    store, here = Store(f"file://{tmp_path}/store"), tmp_path / "here"
    here.mkdir()
    store.put(tmp_path / "a.run", "a.run")
    pieces = store.get("a.run", here, {"": (10_000, 10_100)}).read_bytes()
    assert pieces[10_000:10_100] == data[10_000:10_100] and not any(pieces[5_000:10_000])
    assert store.get("a.run", here).read_bytes() == data
    assert store.get("a.run", here, {"": (0, 10)}) == here / "a.run"
    forget(here, ["a.run"])
    assert not list(here.iterdir())


@pytest.mark.parametrize("is_folder", [False, True])
def test_threads_that_copy_the_same_in_pieces_keep_the_pieces_of_all(
    tmp_path, monkeypatch, is_folder
):
    data = bytes(range(1, 251)) * 200
    source, file = tmp_path / "a", "large" if is_folder else ""
    if is_folder:
        source.mkdir()
    (source / file).write_bytes(data)
    store, here = Store(f"file://{tmp_path}/store"), tmp_path / "here"
    here.mkdir()
    store.put(source, "a")
    copy, turns = Store._copy_file, iter(range(2))

    def slow(*args: object) -> None:
        turn = next(turns, 1)
        copy(*args)
        time.sleep(0.1 + 0.3 * turn)  # the first has filled its piece when the second is renamed

    monkeypatch.setattr(Store, "_copy_file", slow)
    ranges = [(10_000, 20_000), (20_000, 30_000)]
    with ThreadPoolExecutor(2) as pool:
        (found,) = set(pool.map(lambda piece: store.get("a", here, {file: piece}), ranges))
    assert (found / file).read_bytes()[10_000:30_000] == data[10_000:30_000]
    assert [path.name for path in here.iterdir()] == [found.name]


@pytest.fixture
def spool(tmp_path):
    (tmp_path / "spool").mkdir()
    with within_memory(None, tmp_path / "spool"), within_store(f"file://{tmp_path}/store"):
        yield tmp_path / "spool"


def test_a_folder_that_could_not_be_removed_is_removed_by_the_next_command(
    spool, tmp_path, monkeypatch
):
    (tmp_path / "a").write_bytes(b"a")
    with monkeypatch.context() as patch, new_store() as store:
        store.put(tmp_path / "a", "a")
        patch.setattr(Store, "clear", lambda _: False)
    (left,), (note,) = (tmp_path / "store").iterdir(), spool.iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "clear", lambda _: False)
        with new_store():
            pass
    assert left.exists() and note.exists()
    with new_store():
        assert not left.exists() and not note.exists()
    assert not list(spool.iterdir())


@pytest.mark.parametrize("is_written", [False, True])
def test_a_kill_before_the_note_has_its_name_leaves_nothing(spool, is_written):
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from wordvec_toolkit.engine import choosing\n"
        "from wordvec_toolkit.runtime.memory import within_memory\n"
        "owner, name = (Path, 'rename') if sys.argv[2:] else (choosing, '_place_of')\n"
        "setattr(owner, name, lambda *_: os._exit(9))\n"
        "with choosing.within_store('file:///nowhere'), within_memory(None, Path(sys.argv[1])):\n"
        "    with choosing.new_store(): pass"
    )
    command = [sys.executable, "-c", code, spool, *(["written"] if is_written else [])]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(list(spool.iterdir())) == 1
    recover(spool)  # as each command does
    assert not list(spool.iterdir())
