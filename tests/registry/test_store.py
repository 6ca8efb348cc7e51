import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest
from downloads import DATA, Heard, left_over, sha256

from wordvec_toolkit.errors import MissingExtraError, WordvecError
from wordvec_toolkit.registry import download, store
from wordvec_toolkit.registry.store import fetch, fetched_path


def test_a_file_comes_once(server, thing, cache):
    heard = Heard()
    fetched = fetch("thing", progress=heard)
    assert fetched.path == cache / "thing" / "thing.txt"
    assert fetched.path.read_bytes() == DATA
    assert (fetched.is_new, fetched.trust) == (True, "published")
    assert fetched.sha256 == sha256(DATA)
    assert heard.total == heard.done == len(DATA)
    assert left_over(cache) == ["record.json", "thing.txt"]
    again = fetch("thing")
    assert not again.is_new
    assert again.path == fetched.path
    assert again.sha256 == fetched.sha256
    assert len(server.seen) == 1
    assert fetched_path("thing") == fetched.path


def test_a_file_that_was_changed_here_is_fetched_again(server, thing):
    fetched = fetch("thing")
    fetched.path.write_bytes(b"x" * len(DATA))
    heard = Heard()
    assert fetch("thing", progress=heard).is_new
    assert "not as it was fetched" in heard.notes[0]
    assert fetched.path.read_bytes() == DATA
    fetched.path.write_bytes(b"short")
    assert fetched_path("thing") is None


def test_another_folder(server, thing, tmp_path, cache):
    fetched = fetch("thing", to=tmp_path / "elsewhere")
    assert fetched.path == tmp_path / "elsewhere" / "thing" / "thing.txt"
    assert fetched_path("thing") is None
    assert not cache.exists()


def test_a_broken_download_goes_on(server, thing, cache):
    server.steps = ["cut", "file"]
    heard = Heard()
    assert fetch("thing", progress=heard).path.read_bytes() == DATA
    assert server.seen == [None, f"bytes={len(DATA) // 2}-"]
    assert heard.done == heard.total == len(DATA)
    assert any("trying again" in note for note in heard.notes)


def test_a_download_that_keeps_breaking_goes_on_the_next_time(server, thing, cache):
    server.steps = ["cut", 503]
    with pytest.raises(WordvecError, match="503.*524,288 bytes that have come are kept"):
        fetch("thing")
    assert left_over(cache) == ["download.part", "download.part.json"]
    server.steps, server.seen = ["file"], []
    assert fetch("thing").path.read_bytes() == DATA
    assert server.seen == [f"bytes={len(DATA) // 2}-"]
    assert left_over(cache) == ["record.json", "thing.txt"]


@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.parametrize("kind", ["no ranges", "wrong range"])
def test_servers_that_cannot_continue_send_it_again(server, thing, kind, is_published):
    if not is_published:
        thing(digest=None)
    server.steps = ["cut", kind, "file"]
    assert fetch("thing").path.read_bytes() == DATA


@pytest.mark.parametrize("is_published", [True, False])
def test_a_file_that_changed_meanwhile_starts_again(server, thing, is_published):
    if not is_published:
        thing(digest=None)
    server.steps = ["cut", 503]
    with pytest.raises(WordvecError):
        fetch("thing")
    server.data, server.tag, server.steps = DATA[::-1], '"two"', ["file"]
    if is_published:
        thing()
    assert fetch("thing").path.read_bytes() == DATA[::-1]


def test_without_a_version_only_the_hash_tells(server, thing):
    server.tag = ""
    server.steps = ["cut", 503]
    with pytest.raises(WordvecError):
        fetch("thing")
    server.data, server.steps, server.seen = DATA[::-1], ["file"], []
    thing()
    heard = Heard()
    assert fetch("thing", progress=heard).path.read_bytes() == DATA[::-1]
    assert server.seen == [f"bytes={len(DATA) // 2}-", None]
    assert "beginning again" in heard.notes[-1]


def test_without_version_and_hash_nothing_is_put_together(server, thing):
    thing(digest=None)
    server.tag = ""
    server.steps = ["cut", "file"]
    assert fetch("thing").path.read_bytes() == DATA
    assert server.seen == [None, None]


def test_more_was_kept_than_there_is(server, thing, cache):
    server.steps = ["cut", 503]
    with pytest.raises(WordvecError):
        fetch("thing")
    (cache / "thing" / "download.part").write_bytes(DATA + b"more")
    server.steps = ["file"]
    assert fetch("thing").path.read_bytes() == DATA


def test_another_address_does_not_go_on_from_the_first(server, thing):
    server.steps = ["cut", 404]
    with pytest.raises(WordvecError):
        fetch("thing")
    server.steps, server.seen = ["file"], []
    assert fetch("thing", address=server.address + "?mirror").path.read_bytes() == DATA
    assert server.seen == [None]


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"address": 5}', "\x00"])
def test_a_damaged_note_is_ignored(server, thing, cache, note):
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "download.part").write_bytes(b"rubbish")
    (cache / "thing" / "download.part.json").write_text(note)
    (cache / "thing" / "record.json").write_text(note)
    assert fetch("thing").path.read_bytes() == DATA


def test_a_wrong_hash_is_refused(server, thing, cache):
    thing(digest="sha256:" + "0" * 64)
    with pytest.raises(WordvecError, match=f"found the hash {sha256(DATA)}, expected sha256:0000"):
        fetch("thing")
    assert left_over(cache) == []
    assert fetched_path("thing") is None


@pytest.mark.parametrize("algorithm", ["md5", "sha1"])
def test_other_hashes(server, thing, algorithm):
    thing(digest=f"{algorithm}:{hashlib.new(algorithm, DATA).hexdigest()}")
    assert fetch("thing").trust == "published"
    thing(digest=f"{algorithm}:{hashlib.new(algorithm, b'').hexdigest()}")
    with pytest.raises(WordvecError, match="expected " + algorithm):
        fetch("thing", to="elsewhere")


def test_the_first_download_is_trusted_and_later_ones_compared(server, thing, cache, tmp_path):
    thing(digest=None)
    first = fetch("thing")
    assert first.trust == "none"
    assert fetch("thing").trust == "first"
    first.path.unlink()
    assert fetch("thing").trust == "first"
    first.path.unlink()
    server.data = DATA[::-1]
    for to in (None, tmp_path / "elsewhere"):
        with pytest.raises(WordvecError, match=r"of the first download.*delete .*record\.json"):
            fetch("thing", to=to)
    assert not first.path.exists()
    (cache / "thing" / "record.json").unlink()
    assert fetch("thing").trust == "none"


def test_a_download_left_by_a_crash_is_not_taken_unchecked(server, thing, cache):
    for changes in ({"digest": None}, {}):
        thing(**changes)
        (cache / "thing").mkdir(parents=True, exist_ok=True)
        (cache / "thing" / "record.json").unlink(missing_ok=True)
        (cache / "thing" / "download").write_bytes(b"rubbish")
        assert fetch("thing").path.read_bytes() == DATA


def test_the_next_address_is_tried(server, thing):
    thing(addresses=("http://127.0.0.1:1/thing.txt", server.address))
    heard = Heard()
    fetched = fetch("thing", progress=heard)
    assert fetched.address == server.address
    assert "trying the next address" in heard.notes[-1]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (404, "answers 404 Not Found.*--from"),
        (403, "answers 403"),
        (500, "answers 500"),
        ("to file:///etc/passwd", "not on the web"),
        ("to ftp://127.0.0.1/x", "not on the web"),
        ("to /again", "in a circle"),
        ("gzip", "sends gzip"),
        ("too long", "broke|failed"),
        ("too short", "found the hash"),
        ("huge", "needs 1,000,000,000,000,000 bytes"),
        ("cut without length", "found the hash"),
        (302, "302|expected"),
        (204, "answers 204"),
        (206, "answers 206"),
        (416, "answers 416"),
    ],
)
def test_what_servers_do_wrong(server, thing, cache, step, words):
    server.steps = [step]
    with pytest.raises(WordvecError, match=words) as caught:
        fetch("thing")
    assert "\n" not in str(caught.value)
    assert not (cache / "thing" / "thing.txt").exists()
    server.steps = ["file"]
    assert fetch("thing").path.read_bytes() == DATA


def test_a_file_of_unknown_length(server, thing):
    server.steps = ["no length"]
    assert fetch("thing").path.read_bytes() == DATA


def test_another_size_than_published_is_refused_before_it_comes(server, thing, cache):
    thing(size=len(DATA) + 1)
    with pytest.raises(WordvecError, match="announces 1,048,576 bytes, expected 1,048,577"):
        fetch("thing")
    assert not (cache / "thing" / "download.part").exists()
    thing(size=1000)
    server.steps = ["no length"]
    with pytest.raises(WordvecError, match="more than the 1,000 bytes expected"):
        fetch("thing")
    assert not (cache / "thing" / "download.part").exists()


def test_redirects_are_followed(server, thing):
    server.steps = [f"to {server.address}?moved", "file"]
    assert fetch("thing").path.read_bytes() == DATA
    assert fetch("thing").address == server.address


def test_silence(server, thing, monkeypatch):
    monkeypatch.setattr(download, "TRIES", 1)
    server.steps = ["silent"]
    with pytest.raises(WordvecError, match=r"no answer within 0\.2 seconds"):
        fetch("thing", timeout=0.2)
    server.steps = ["stall"]
    with pytest.raises(WordvecError, match=r"nothing came for 0\.2 seconds.*are kept"):
        fetch("thing", timeout=0.2)
    server.steps = ["file"]
    assert fetch("thing").path.read_bytes() == DATA


def test_nobody_there(thing):
    thing(addresses=("http://127.0.0.1:1/thing.txt",))
    with pytest.raises(WordvecError, match="refused"):
        fetch("thing")
    thing(addresses=("http://no-such-host.invalid/thing.txt",))
    with pytest.raises(WordvecError, match="connection failed"):
        fetch("thing")


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://host/x", "/etc/passwd", "", "http://", "https:///x", "http://[x"],
)
def test_only_the_web(thing, address):
    with pytest.raises(WordvecError, match="not one of http"):
        fetch("thing", address=address)


def test_https_is_not_left(thing):
    """The check itself; a server with a certificate would be much for it."""
    step = namedtuple("Step", "url")
    answer = namedtuple("Answer", "history url")([step("https://host/x")], "http://host/x")
    downloader = download.ResumingDownloader(Path("part"))
    with pytest.raises(WordvecError, match="from https to http"):
        downloader._check("https://host/x", answer, 0)


def test_no_room(server, thing, cache, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage(10**6, 10**6, 5))
    with pytest.raises(WordvecError, match="needs 1,048,576 bytes, and .* has 5"):
        fetch("thing")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_the_disk_fills_up(server, thing, cache, monkeypatch):
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "download.part").symlink_to("/dev/full")
    monkeypatch.setattr(download.ResumingDownloader, "discard", lambda self: None)
    with pytest.raises(WordvecError, match="No space left on device.*the same command continues"):
        fetch("thing")


def test_a_folder_that_cannot_be_used(server, thing, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WordvecError, match="cannot use the folder"):
        fetch("thing", to=tmp_path / "file")


def test_two_at_once(server, thing, cache):
    results, heard = [], [Heard(), Heard()]
    threads = [
        threading.Thread(target=lambda h=h: results.append(fetch("thing", progress=h)))
        for h in heard
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.is_new for result in results) == [False, True]
    assert len(server.seen) == 1


def test_what_is_not_fetched():
    assert fetch("lee").path.is_file()
    assert fetch("lee").trust == "gensim"
    with pytest.raises(WordvecError, match="LDC99T42"):
        fetch("ptb")
    with pytest.raises(WordvecError, match="there is no 'nothing'"):
        fetch("nothing")
    assert fetched_path("nothing") is fetched_path("lee") is None


def test_without_pooch(thing, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r'pip install -e "\.\[fetch\]"'):
        fetch("thing")
    monkeypatch.delenv("WVT_CACHE")
    monkeypatch.setattr(store.importlib.util, "find_spec", lambda name: None)
    assert store.cache_folder() is None
    assert fetched_path("thing") is None


def test_the_users_cache(monkeypatch):
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("WVT_CACHE")
    assert store.cache_folder() == Path(pooch.os_cache("wordvec_toolkit"))


def test_nothing_is_printed(server, thing, capfd):
    thing(digest=None)
    fetch("thing")
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_interrupted_and_begun_again(server, thing, cache):
    server.steps = ["drip"]
    code = (
        "import sys\n"
        "from wordvec_toolkit.registry.entries import Entry\n"
        "from wordvec_toolkit.registry.listing import registry\n"
        "from wordvec_toolkit.cli.main import main\n"
        f"registry()['thing'] = Entry('thing', 'corpus', 't', 'n', 'CC0', 'c', 's', "
        f"({server.address!r},), digest='sha256:{sha256(DATA)}')\n"
        "sys.argv = ['wvt', 'fetch', 'thing']\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    part = cache / "thing" / "download.part"
    deadline = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert "interrupted" in err
    kept = part.stat().st_size
    assert kept
    server.steps, server.seen = ["file"], []
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{cache / 'thing' / 'thing.txt'}\n"
    assert server.seen == [f"bytes={kept}-"]
    assert json.loads((cache / "thing" / "record.json").read_text())["sha256"] == sha256(DATA)
