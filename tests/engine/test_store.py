"""Copies of files in a store: whole, or of the bytes that are needed."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from wordvec_toolkit.engine.store import Store, forget

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
