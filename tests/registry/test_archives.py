import gzip
import io
import os
import stat
import tarfile
import zipfile

import pytest
from downloads import left_over

from wordvec_toolkit.errors import FormatError
from wordvec_toolkit.registry.store import fetch


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(*members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def tar_info(name, size=0, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, link
    return info


def test_archives(server, thing, cache):
    content = {
        "in/a.txt": b"a\tb\t1\n",
        "in/b.txt": b"second",
        "../../evil.txt": b"!",
        "/evil": b"!",
    }
    packed = tarred(*((tar_info(name, len(data)), data) for name, data in content.items()))
    for data in (zipped(**content), packed):
        server.data = data
        thing(members=("in/a.txt", "in/b.txt"))
        fetched = fetch("thing")
        assert fetched.path.name == "a.txt"
        assert fetched.path.read_bytes() == content["in/a.txt"]
        assert fetched.path.with_name("b.txt").read_bytes() == b"second"
        assert left_over(cache) == ["a.txt", "b.txt", "record.json"]
        assert not fetch("thing").is_new
        fetched.path.with_name("b.txt").unlink()
        assert fetch("thing").is_new
        (cache / "thing" / "record.json").unlink()


def test_members_that_fit_a_pattern_are_joined(server, thing, cache):
    content = {
        "in/b.txt": b"second\n",
        "in/a.txt": b"first\n",
        "other/in/c.txt": b"!",
        "in/d": b"!",
    }
    packed = tarred(*((tar_info(name, len(data)), data) for name, data in content.items()))
    for data in (zipped(**content), packed):
        server.data = data
        thing(members=("in/*.txt",))
        fetched = fetch("thing")
        assert fetched.path.name == "thing.txt"
        assert fetched.path.read_bytes() == b"first\nsecond\n"
        (cache / "thing" / "record.json").unlink()
    thing(members=("none/*.txt",))
    with pytest.raises(FormatError, match="no file none"):
        fetch("thing")


def test_gzip(server, thing):
    server.data = gzip.compress(b"a\tb\t1\n")
    thing(addresses=(server.address + ".gz",))
    assert fetch("thing").path.name == "thing.txt"
    assert fetch("thing").path.read_bytes() == b"a\tb\t1\n"


def hostile_archives():
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    good = zipped(**{"a.txt": b"text" * 1000})
    ill_named = zipped(**{"a.txt": b"text", "\xe9.txt": b""})
    return {
        "names not UTF-8": ill_named.replace("\xe9.txt".encode(), b"\xff\xff.txt"),
        "empty": b"",
        "no archive": b"<html>log in first</html>",
        "without it": zipped(**{"b.txt": b""}),
        "traversal": zipped(**{"../a.txt": b"x"}),
        "zip link": file.getvalue(),
        "zip folder": zipped(**{"a.txt/": b""}),
        "cut": good[: len(good) // 2],
        "bit": good[:45] + bytes([good[45] ^ 255]) + good[46:],
        "bomb": zipped(**{"a.txt": bytes(50 << 20)}),
        "tar link": tarred((tar_info("a.txt", 0, tarfile.SYMTYPE, "/etc/passwd"), b"")),
        "tar hard link": tarred((tar_info("a.txt", 0, tarfile.LNKTYPE, "/etc/passwd"), b"")),
        "tar device": tarred((tar_info("a.txt", 0, tarfile.CHRTYPE), b"")),
        "tar cut": tarred((tar_info("a.txt", 5000), os.urandom(5000)))[:2000],
        "encrypted": good[:6] + b"\x01" + good[7:],
    }


@pytest.mark.parametrize("name", hostile_archives())
def test_hostile_archives(server, thing, cache, name):
    server.data = hostile_archives()[name]
    if name == "encrypted":  # the flag is in the directory, too
        place = server.data.index(b"PK\x01\x02") + 8
        server.data = server.data[:place] + b"\x01" + server.data[place + 1 :]
    thing(members=("a.txt",))
    with pytest.raises(FormatError):
        fetch("thing")
    assert left_over(cache) == []


def test_what_a_killed_run_has_left_is_cleared(server, thing, cache):
    server.data = zipped(**{"a.txt": b"text"})
    thing(members=("a.txt",))
    place = cache / "thing"
    place.mkdir(parents=True)
    (place / "tmpab3_x9qz").write_bytes(b"of pooch")
    (place / "notes").write_bytes(b"mine")
    (place / "a.txt.new").symlink_to(cache / "victim")
    fetch("thing")
    assert left_over(cache) == ["a.txt", "notes", "record.json"]
    assert not (cache / "victim").exists()


def test_tables(server, thing):
    server.data = ',category,word\n0,fish,carp\n1,"big, fish",pike\n'.encode("utf-8-sig")
    thing(kind="categories", columns=("word", "category"))
    assert fetch("thing").path.name == "thing.txt"
    assert fetch("thing").path.read_text() == "carp\tfish\npike\tbig, fish\n"
    server.data = b",type,w1,w2,w3,target\n0,A,a,b,c,d\n1,B,i,j,k,l\n2,A,e,f,g,h\n"
    thing(kind="analogy", columns=("type", "w1", "w2", "w3", "target"))
    path = fetch("thing", to="elsewhere").path
    assert path.read_text() == ": A\na\tb\tc\td\ne\tf\tg\th\n: B\ni\tj\tk\tl\n"
    for data in (b"other,table\n1,2\n", b"type,w1,w2,w3,target\nA,a\n", b"\xff\xfe"):
        server.data = data
        thing(kind="analogy", columns=("type", "w1", "w2", "w3", "target"))
        with pytest.raises(FormatError, match="with the columns type, w1"):
            fetch("thing", to="another")
