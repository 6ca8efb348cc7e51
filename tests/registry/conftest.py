"""What the tests of downloads share."""

import pytest
from downloads import Server, sha256

from wordvec_toolkit.registry import download
from wordvec_toolkit.registry.entries import Entry
from wordvec_toolkit.registry.listing import registry


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "PAUSE", 0.0)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


@pytest.fixture
def thing(server, monkeypatch):
    """Put an entry called thing into the registry; returns a function that changes it."""

    def put(**changes):
        facts = {
            "name": "thing",
            "kind": "similarity",
            "title": "a thing",
            "language": "none",
            "licence": "CC0",
            "citation": "@misc{thing,\n}",
            "source": "this test",
            "addresses": (server.address,),
            "digest": f"sha256:{sha256(server.data)}",
        }
        entry = Entry(**{**facts, **changes})
        monkeypatch.setitem(registry(), "thing", entry)
        return entry

    put()
    return put


@pytest.fixture(autouse=True)
def in_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
