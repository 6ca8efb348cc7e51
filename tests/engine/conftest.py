"""What the tests of engines share."""

import json

import pytest

from wordvec_toolkit.engine import local, tasks


@pytest.fixture
def functions(monkeypatch):
    """Functions of the orders that threads and processes do."""
    found, do = [], local.Threads.do

    def note(engine, order):
        found.append(json.loads(order)["function"])
        return do(engine, order)

    monkeypatch.setattr(local.Threads, "do", note)
    return found


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A folder that serves as a store; no other is shared."""
    pytest.importorskip("fsspec")
    monkeypatch.setattr(tasks, "_await", lambda path: pytest.fail(f"{path} is not shared"))
    folder = tmp_path / "bucket"
    folder.mkdir()
    return folder
