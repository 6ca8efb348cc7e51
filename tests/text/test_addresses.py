"""Text at an address, and text in columns of Parquet and Arrow files."""

import gzip
import http.server
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.models.opening import workspace_path
from wordvec_toolkit.models.pipeline import BuiltWorkspace
from wordvec_toolkit.models.translation import build_ibm1
from wordvec_toolkit.runtime.addresses import name_of, shown
from wordvec_toolkit.text import addresses
from wordvec_toolkit.text.encoding import encode_corpus
from wordvec_toolkit.text.files import find_sources

TEXT = "the cat sat on the mat\nthe dog sat\n\na third line of the text\n" * 50


def tokens(corpus: object, **settings: object) -> list[str]:
    return encode_corpus(corpus, min_count=1, tokenizer="whitespace", **settings).words()


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves files and the rest of files; breaks the first `n_broken` answers off.

    `habit`: what it does otherwise than a good server.
    """

    n_broken = 0
    habit = ""

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        if self.habit == "no head":
            self.send_error(405)
        else:
            self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = Path(self.translate_path(self.path))
        if self.habit.startswith("file://"):
            self.send_response(302)
            self.send_header("Location", self.habit)
            self.end_headers()
            return
        if path.is_dir():
            super().do_GET()
            return
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        wanted = self.headers.get("Range", "") if self.habit != "no ranges" else ""
        first = int(wanted.removeprefix("bytes=").removesuffix("-") or 0)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        part = data[first:]
        n_sent = 0 if self.habit == "says nothing" else len(part) // 2
        if self.habit == "packs":
            part = gzip.compress(part)
            self.send_header("Content-Encoding", "gzip")
        if self.habit == "pieces":
            self.protocol_version = "HTTP/1.1"
            self.send_header("Transfer-Encoding", "chunked")
            part = b"%x\r\n%b\r\n0\r\n\r\n" % (len(part), part)
        elif self.habit != "no length":
            n = len(part) + (7 if self.habit == "boasts" and self.command == "HEAD" else 0)
            self.send_header("Content-Length", str(n))
        self.send_header("ETag", f'"{len(data)}"')
        self.end_headers()
        if self.command == "HEAD":
            return
        if Server.n_broken > 0:
            Server.n_broken -= 1
            part = part[:n_sent]
        self.wfile.write(part)
        if self.habit == "no ranges":
            time.sleep(0.2)  # so that some is read before the connection ends


@pytest.fixture
def served(tmp_path, monkeypatch):
    pytest.importorskip("aiohttp")
    pytest.importorskip("fsspec")
    (tmp_path / "served").mkdir()
    handler = partial(Server, directory=str(tmp_path / "served"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(addresses, "_PAUSE", 0.01)
    monkeypatch.setattr(Server, "habit", "")
    monkeypatch.setattr(Server, "n_broken", 0)
    yield tmp_path / "served", f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def memory():
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()


@pytest.mark.parametrize("n_broken", [0, 2])
def test_text_at_an_address_is_that_of_the_file(served, n_broken):
    folder, address = served
    (folder / "a.txt").write_text(TEXT)
    (folder / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    for name in ("a.txt", "a.txt.gz"):
        Server.n_broken = n_broken
        corpus = encode_corpus(address + name + "?key=secret", min_count=1)
        here = encode_corpus(str(folder / name), min_count=1)
        assert (corpus.ids == here.ids).all()
        assert corpus.facts["sources"] == here.facts["sources"]  # neither place nor key


@pytest.mark.parametrize("habit", ["no head", "no ranges", "packs", "pieces"])
def test_servers_of_other_habits_give_the_same_text(served, monkeypatch, habit):
    folder, address = served
    (folder / "a.txt").write_text(TEXT)
    monkeypatch.setattr(Server, "habit", habit)
    assert tokens(address + "a.txt") == tokens(str(folder / "a.txt"))


@pytest.mark.parametrize(
    ("habit", "n_broken", "sentence"),
    [
        ("says nothing", 99, "cannot read http://127.*a.txt: .*0 of 610000 bytes"),
        ("no ranges", 1, "a.txt: the connection broke after .* bytes, and the server cannot go on"),
        ("no length", 0, "a.txt: the server does not say where it ends.*download it"),
        ("boasts", 0, "a.txt ended after 610,000 bytes, of 610,007"),
        ("file:///etc/passwd", 0, "cannot read http://127.*a.txt: .*file:///etc/passwd"),
    ],
)
def test_failing_servers_end_in_one_sentence(served, monkeypatch, habit, n_broken, sentence):
    folder, address = served
    (folder / "a.txt").write_text(TEXT * 200)
    monkeypatch.setattr(Server, "habit", habit)
    monkeypatch.setattr(Server, "n_broken", n_broken)
    with pytest.raises(WordvecError, match=sentence) as raised:
        tokens(address + "a.txt?key=secret")
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_page_that_lists_files_takes_a_pattern(served):
    folder, address = served
    for name in ("b 2.txt", "b1.txt", "c.csv"):
        (folder / name).write_text(f"from {name}\n")
    assert [source.name for source in find_sources([address + "b*.txt"])] == ["b 2.txt", "b1.txt"]
    with pytest.raises(EmptyResultError, match="no files at http"):
        find_sources([address + "*.gz"])


def test_a_missing_address_is_one_sentence(served):
    with pytest.raises(WordvecError, match=r"nothing at http://127.*none.txt; check"):
        find_sources([served[1] + "none.txt"])
    with pytest.raises(WordvecError, match="cannot read http://127.0.0.1:9/x"):
        find_sources(["http://127.0.0.1:9/x"])
    with pytest.raises(WordvecError, match="cannot read nonsense://x"):
        find_sources(["nonsense://x"])


def test_a_missing_package_is_named(monkeypatch):
    pytest.importorskip("fsspec")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(WordvecError, match=r"s3://bucket/a.txt .* s3fs .*pip"):
        find_sources(["s3://bucket/a.txt"])


def test_folders_and_globs_are_read_in_order(memory):
    for name in ("b/2.txt", "b/1.txt", "b/.hidden", "a.txt"):
        memory.pipe(f"/text/{name}", f"from {name}\n".encode())
    assert [source.name for source in find_sources(["memory://text"])] == [
        *("a.txt", "b/1.txt", "b/2.txt")
    ]
    assert tokens("memory://text/b/*.txt") == ["from", "b/1.txt", "from", "b/2.txt"]
    with pytest.raises(EmptyResultError, match="no files"):
        find_sources(["memory://text/*.csv"])


def test_a_file_that_changes_while_it_is_read_is_refused(memory):
    memory.pipe("/a.txt", TEXT.encode())
    (source,) = find_sources(["memory://a.txt"])
    assert source.open_remote is not None
    with source.open_remote() as stream:
        stream.read(100)
        memory.pipe("/a.txt", TEXT.encode() + b"more")
        with pytest.raises(WordvecError, match="changed while it was read"):
            stream.read()


def test_names_and_workspaces_of_addresses():
    assert name_of("https://me:word@host/a/b%20c.txt.gz?x=1") == "b c.txt.gz"
    assert shown("https://me:word@host/a?key=1") == "https://host/a"
    assert workspace_path(["s3://bucket/corpus.txt.zst"], None) == Path("corpus.wvt")
    with pytest.raises(WordvecError, match="give the path of the workspace"):
        workspace_path(["s3://bucket/*.txt"], None)


def _write(path: Path, kind: str, columns: dict[str, list[object]]) -> None:
    pa = pytest.importorskip("pyarrow")
    ipc = pytest.importorskip("pyarrow.ipc")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table(columns)
    if kind == "parquet":
        parquet.write_table(table, path, row_group_size=2)
    else:
        new = ipc.new_file if kind == "arrow" else ipc.new_stream
        with new(str(path), table.schema) as writer:
            writer.write_table(table, max_chunksize=2)


ROWS = {"id": [7, 8, 9], "text": ["one two\n\nthree", None, "four"], "other": ["x", "y", "z"]}


@pytest.mark.parametrize("kind", ["parquet", "arrow", "stream"])
def test_columns_of_text_are_read_as_documents(tmp_path, kind):
    path = tmp_path / "a.bin"
    _write(path, kind, ROWS)
    corpus = encode_corpus(str(path), min_count=1)
    assert corpus.words() == ["one", "two", "three", "four"]
    assert corpus.documents.tolist() == [0, 3, 4]
    assert list(corpus.names) == ["7", "9"]
    assert tokens(str(path), column="other") == ["x", "y", "z"]
    assert corpus.facts["sources"][0]["bytes"] == path.stat().st_size
    with pytest.raises(SettingError, match="columns of text text, other"):
        tokens(str(path), column="id")


def test_parquet_at_an_address(memory, tmp_path):
    _write(tmp_path / "a.parquet", "parquet", ROWS)
    memory.pipe("/a.parquet", (tmp_path / "a.parquet").read_bytes())
    assert tokens("memory://a.parquet") == tokens(str(tmp_path / "a.parquet"))


def test_damaged_or_doubtful_columnar_files_are_refused(tmp_path):
    path = tmp_path / "a.parquet"
    _write(path, "parquet", {"a": ["x"], "b": ["y"]})
    with pytest.raises(FormatError, match="columns of text a, b.*--column a"):
        tokens(str(path))
    data = path.read_bytes()
    for cut in (5, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:cut])
        with pytest.raises(FormatError, match="damaged or cut off"):
            tokens(str(path), column="a")
    path.write_bytes(gzip.compress(data))
    with pytest.raises(FormatError, match="compressed.*unpack it"):
        tokens(str(path), column="a")


def test_pairs_at_an_address_are_those_of_the_files(memory, tmp_path):
    for name, text in {"a.en": "one two\nthree\n" * 30, "a.de": "eins zwei\ndrei\n" * 30}.items():
        memory.pipe(f"/pairs/{name}", text.encode())
        (tmp_path / name).write_text(text)

    def built(output: str, *pairs: str, **more: object) -> BuiltWorkspace:
        return build_ibm1(list(pairs), tmp_path / output, iterations=2, **more)

    there = "memory://pairs/a.en", "memory://pairs/a.de"
    here = str(tmp_path / "a.en"), str(tmp_path / "a.de")
    for held_out in ({}, {"held_out": there}):
        found = built("there.wvt", *there, **held_out)
        expected = built("here.wvt", *here, **dict.fromkeys(held_out, here))
        for step, other in zip(found.steps, expected.steps):
            assert step.bundle.digest == other.bundle.digest and not step.reused
        assert all(step.reused for step in built("there.wvt", *there, **held_out).steps)
    memory.pipe("/pairs/a.en", b"one two\nfour\n" * 30)
    assert not any(step.reused for step in built("there.wvt", *there).steps)
