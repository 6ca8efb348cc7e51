"""Bundles and files under fault: small versions of ``benchmarks/faults.py``, and single cases."""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from signing import read_manifest, sign

from wordvec_toolkit.bundles import manifests, reading
from wordvec_toolkit.bundles.checks import are_offsets, are_within, can_be_added
from wordvec_toolkit.bundles.manifests import render
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.bundles.recognising import is_bundle, is_replaceable
from wordvec_toolkit.bundles.writing import copy_bundle, new_bundle, recover
from wordvec_toolkit.errors import ExhaustedError, FormatError, WordvecError
from wordvec_toolkit.runtime import disk
from wordvec_toolkit.text.file_writing import new_files, write_files
from wordvec_toolkit.text.files import find_sources
from wordvec_toolkit.workspace.folder import Workspace

ROOT = Path(__file__).parents[2]
posix_only = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


def save(path, version=0, n=5):
    with new_bundle(path, "test", {"version": version}) as writer:
        writer.array("numbers", np.full(n, version, np.int32))
        writer.text("words.txt", [f"w{version}"] * n)
    return path


def leftovers(folder):
    return [
        path.name for path in folder.iterdir() if path.name.startswith((".wvt-new", ".wvt-old"))
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kinds", "trials"),
    [
        (["flips", "manifests", "numbers"], 200),  # kernels are compiled with checks of bounds
        (["writes"], 8),
        (["loads"], 300),
        (["saves"], 20),
        (["kills"], 4),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
@posix_only
def test_small_trials(kinds, trials, tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    if "flips" in kinds:
        environment["NUMBA_CACHE_DIR"] = str(tmp_path / "numba")
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "faults.py"), *kinds, "--trials", str(trials)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype="<i8").reshape(2, 3),
        np.arange(6.0, dtype="<f4")[::2],
        np.empty(0, np.int32),
        np.empty((0, 4), np.float32),
        np.asfortranarray(np.arange(6, dtype="<i4").reshape(2, 3)),
        np.array([True, False]),
    ],
)
def test_arrays_are_the_bytes_that_numpy_writes(tmp_path, array):
    with new_bundle(tmp_path / "b", "test", {}) as writer:
        writer.array("x", array)
    np.save(tmp_path / "x.npy", np.ascontiguousarray(array))
    assert (tmp_path / "b" / "x.npy").read_bytes() == (tmp_path / "x.npy").read_bytes()
    found = open_bundle(tmp_path / "b").array("x", ndim=array.ndim)
    assert np.array_equal(found, array)


@pytest.mark.parametrize("call", ["fsync", "fstat"])
@pytest.mark.parametrize("after", range(5))
def test_an_error_while_writing_leaves_the_old_bundle(tmp_path, monkeypatch, call, after):
    save(tmp_path / "b")
    real, left = getattr(os, call), [after]

    def failing(descriptor):
        left[0] -= 1
        if left[0] == -1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor)

    monkeypatch.setattr(disk.os, call, failing)
    try:
        save(tmp_path / "b", 1)
        failed = False
    except WordvecError as error:
        assert call == "fstat" or "No space left" in str(error)
        failed = True
    monkeypatch.undo()
    bundle = open_bundle(tmp_path / "b")
    assert bundle.verify() == []
    assert bundle.settings == {"version": 0 if failed else 1}
    assert not leftovers(tmp_path)


def test_a_file_that_is_shorter_than_what_was_written_is_an_error(tmp_path):
    with pytest.raises(WordvecError, match="bytes"), new_bundle(tmp_path / "b", "t", {}) as writer:
        writer.array("numbers", np.arange(100))
        os.truncate(writer.folder / "numbers.npy", 300)
    assert not (tmp_path / "b").exists()


def test_an_array_that_an_older_version_cut_short_is_made_again(tmp_path):
    """Its manifest, without a digest, has the size and the hash of what was left."""
    save(tmp_path / "b", n=100)
    os.truncate(tmp_path / "b" / "numbers.npy", 300)
    manifest = read_manifest(tmp_path / "b")
    del manifest[manifests.CHECKSUM]
    manifest["files"]["numbers.npy"].update(
        bytes=300, sha256=reading.file_sha256(tmp_path / "b" / "numbers.npy")
    )
    (tmp_path / "b" / "manifest.json").write_text(json.dumps(manifest))
    bundle = open_bundle(tmp_path / "b", "test")
    assert not bundle.is_whole()
    assert "no whole array" in bundle.verify()[0]
    assert Workspace(tmp_path).fresh("b", "test", {"version": 0}, {}) is None


def test_manifests_of_earlier_versions_open(tmp_path):
    save(tmp_path / "b")
    manifest = read_manifest(tmp_path / "b")
    assert list(manifest)[-1] == manifests.CHECKSUM
    del manifest[manifests.CHECKSUM]
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (tmp_path / "b" / "manifest.json").write_text(text)
    assert Workspace(tmp_path).fresh("b", "test", {"version": 0}, {}) is not None
    assert open_bundle(tmp_path / "b").verify() == []
    (tmp_path / "b" / "manifest.json").write_bytes(render(manifest))
    assert open_bundle(tmp_path / "b").verify() == []


def test_a_changed_manifest_is_refused(tmp_path):
    save(tmp_path / "b")
    path = tmp_path / "b" / "manifest.json"
    whole = path.read_bytes()
    for old, new in ((b'"version": 0', b'"version": 7'), (b"manifest_sha", b"manifest_shb")):
        path.write_bytes(whole.replace(old, new))
        with pytest.raises(FormatError, match="has changed"):
            open_bundle(tmp_path / "b")
        assert Workspace(tmp_path).names() == ["b"]


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "._vectors.npy"])
def test_stray_files_are_ignored(tmp_path, name):
    save(tmp_path / "w" / "b")
    (tmp_path / "w" / "b" / name).write_bytes(b"\0\0")
    assert open_bundle(tmp_path / "w" / "b").strays() == [name]
    assert Workspace(tmp_path / "w").names() == ["b"]
    save(tmp_path / "w" / "b", 1)  # may be replaced
    assert open_bundle(tmp_path / "w" / "b").settings == {"version": 1}


def test_files_of_the_users_own_are_read_past_and_kept(tmp_path):
    save(tmp_path / "b")
    (tmp_path / "b" / "notes.txt").write_text("mine")
    assert is_bundle(tmp_path / "b") and not is_replaceable(tmp_path / "b")
    assert open_bundle(tmp_path / "b").strays() == ["notes.txt"]
    with pytest.raises(WordvecError, match="did not make"):
        save(tmp_path / "b", 1)
    assert (tmp_path / "b" / "notes.txt").read_text() == "mine"


def test_somebody_elses_damaged_manifest_makes_no_bundle_to_replace(tmp_path):
    (tmp_path / "manifest.json").write_text("{")
    np.save(tmp_path / "data.npy", np.arange(3))
    assert not is_replaceable(tmp_path)


@posix_only
@pytest.mark.parametrize("mode", [0, 0o444, 0o111])
def test_a_bundle_that_this_user_may_not_read_is_not_absent(mode):
    uid = os.geteuid()
    with tempfile.TemporaryDirectory() as temporary:
        os.chmod(temporary, 0o755)
        bundle = save(Path(temporary, "b"))
        bundle.chmod(mode)
        try:
            if uid == 0:
                os.seteuid(65534)
            assert Workspace(temporary).names() == ["b"]
            with pytest.raises(FormatError, match="cannot be .*Permission denied"):
                open_bundle(bundle)
        finally:
            os.seteuid(uid)
            bundle.chmod(0o755)


@posix_only
@pytest.mark.parametrize("name", ["manifest.json", "numbers.npy"])
def test_a_pipe_in_the_place_of_a_file_does_not_hang(tmp_path, name):
    save(tmp_path / "b")
    (tmp_path / "b" / name).unlink()
    os.mkfifo(tmp_path / "b" / name)
    is_bundle(tmp_path / "b")
    with pytest.raises(FormatError, match="not a file"):
        open_bundle(tmp_path / "b").array("numbers")


def test_verify_goes_on_after_a_file_that_cannot_be_read(tmp_path, monkeypatch):
    save(tmp_path / "b")
    (tmp_path / "b" / "words.txt").write_text("x" * 15)
    bundle = open_bundle(tmp_path / "b")
    real = bundle._files.blocks

    def failing(name):
        if name == "numbers.npy":
            raise OSError(errno.EIO, "Input/output error")
        return real(name)

    monkeypatch.setattr(bundle._files, "blocks", failing)
    problems = bundle.verify()
    assert problems[0] == "numbers.npy cannot be read: Input/output error"
    assert "words.txt has changed" in problems[1]


@posix_only
def test_a_lack_of_descriptors_is_no_damage_and_no_absence(tmp_path):
    import resource

    save(tmp_path / "b")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = 1 + max(int(name) for name in os.listdir("/dev/fd"))
    taken = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit + 2, hard))
        with pytest.raises(WordvecError, match=r"too many files are open.*ulimit -n") as caught:
            for _ in range(300):
                taken.append(open_bundle(tmp_path / "b"))
        assert isinstance(caught.value, ExhaustedError)
        with pytest.raises(WordvecError, match="too many files are open"):
            for _ in range(300):
                taken.append(os.open(tmp_path, os.O_RDONLY))
                is_bundle(tmp_path / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in taken:
            if isinstance(descriptor, int):
                os.close(descriptor)
    assert is_bundle(tmp_path / "b")


@pytest.mark.parametrize("raw", [b"", b"{", b"\0" * 900])
def test_a_manifest_that_is_empty_or_zeros_makes_no_bundle_vanish(tmp_path, raw):
    """A crash can leave a file of zeros, or none of its bytes."""
    for number, (name, text) in enumerate([("vocabulary.tsv", "a\t1"), ("signature.txt", "x")]):
        with new_bundle(tmp_path / f"b{number}", "test", {}) as writer:
            writer.array("numbers", np.arange(3))
            writer.text(name, [text])
        (tmp_path / f"b{number}" / "manifest.json").write_bytes(raw)
    assert Workspace(tmp_path).names() == ["b0", "b1"]


@posix_only
def test_an_opened_bundle_stays_what_it_was(tmp_path):
    bundle = open_bundle(save(tmp_path / "b"))
    save(tmp_path / "b", 1, n=9)
    assert bundle.array("numbers").tolist() == [0] * 5
    assert bundle.read("words.txt") == b"w0\n" * 5
    assert bundle.verify() == []
    copy_bundle(bundle, tmp_path / "c")
    assert open_bundle(tmp_path / "c").digest == bundle.digest
    assert open_bundle(tmp_path / "c").verify() == []


def test_recovery_leaves_a_living_writer_alone(tmp_path):
    with new_bundle(tmp_path / "b", "test", {}) as writer:
        writer.array("numbers", np.arange(3))
        recover(tmp_path)
        assert (writer.folder / "numbers.npy").exists()
        (tmp_path / ".wvt-new-photos").mkdir()
        (tmp_path / ".wvt-new-photos" / "1.png").write_bytes(b"")
    assert open_bundle(tmp_path / "b").verify() == []
    assert leftovers(tmp_path) == [".wvt-new-photos"]


@posix_only
def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path):
    code = (
        "import os, sys, numpy as np\n"
        "from wordvec_toolkit.bundles.writing import new_bundle\n"
        "from wordvec_toolkit.text.file_writing import new_files\n"
        "from pathlib import Path\n"
        "with new_bundle(sys.argv[1] + '/b', 'test', {}) as writer:\n"
        "    writer.array('numbers', np.arange(3))\n"
        "    with new_files([Path(sys.argv[1], 'a.txt')], False):\n"
        "        os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(leftovers(tmp_path)) == 2
    (tmp_path / ".wvt-old-b").mkdir()  # without a manifest: it was being removed
    (tmp_path / ".wvt-old-b" / "numbers.npy").write_bytes(b"")
    save(tmp_path / "b")
    write_files({tmp_path / "a.txt": lambda stream: stream.write(b"x")}, False)
    assert leftovers(tmp_path) == []


def test_two_threads_can_save_at_one_place(tmp_path):
    errors = []

    def work(version):
        for _ in range(10):
            try:
                save(tmp_path / "b", version)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert open_bundle(tmp_path / "b").verify() == []


def test_several_files_are_never_old_next_to_new(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in ("train.txt", "valid.txt", "test.txt")]
    for path in paths:
        path.write_text("old")
    real, left = os.replace, [3]  # the first renames a note of what is to be done

    def killed(*arguments):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt), new_files(paths, overwrite=True) as streams:
        for stream in streams:
            stream.write(b"new")
    assert {path.read_text() for path in paths if path.exists()} == {"new"}
    monkeypatch.undo()
    assert not paths[0].exists()
    find_sources([str(paths[0])])
    assert [path.read_text() for path in paths] == ["new"] * 3
    assert sorted(tmp_path.iterdir()) == sorted(paths)


_SPLIT = """
import os, sys
from pathlib import Path
from wordvec_toolkit.runtime import disk
from wordvec_toolkit.text import file_writing
left = int(sys.argv[2])
def counted(call):
    def killed(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return call(*arguments, **options)
    return killed
for owner, names in ((os, ("replace", "unlink", "fsync")), (file_writing.Path, ("unlink",))):
    for name in names:
        setattr(owner, name, counted(getattr(owner, name)))
paths = [Path(sys.argv[1], f"{name}.txt") for name in ("train", "valid", "test")]
with file_writing.new_files(paths, overwrite=True) as streams:
    for stream in streams:
        stream.write(b"new")
print(left)
"""


@posix_only
def test_several_files_are_all_old_or_all_new_after_a_kill_at_any_call(tmp_path):
    paths = [tmp_path / f"{name}.txt" for name in ("train", "valid", "test")]
    command = [sys.executable, "-c", _SPLIT, str(tmp_path)]
    found = set()
    for left in range(100):
        for path in paths:
            path.write_text("old")
        done = subprocess.run([*command, str(left)], capture_output=True, text=True, check=False)
        there = {path.read_text() for path in paths if path.exists()}
        assert len(there) < 2  # a reader that knows nothing of us sees no mixture
        if left % 2:
            sources = find_sources([str(path) for path in paths])
        else:
            sources = find_sources([str(tmp_path)])
        assert [source.path for source in sources] == (paths if left % 2 else sorted(paths))
        found.add(tuple(path.read_text() for path in paths))
        if done.returncode == 0:
            break
        assert done.returncode == 9, done.stderr
    assert found == {("old",) * 3, ("new",) * 3}
    with new_files(paths, overwrite=True) as streams:
        for stream in streams:
            stream.write(b"last")
    assert sorted(tmp_path.iterdir()) == sorted(paths)


@posix_only
def test_a_note_of_moves_from_somebody_else_moves_only_what_is_ours(tmp_path):
    folder, victim = tmp_path / "folder", tmp_path / "victim"
    folder.mkdir()
    victim.write_text("mine")
    (folder / "a.txt").write_text("old")
    (folder / ".wvt-new-1-0123abcd-a.txt").symlink_to(victim)
    note = folder / ".wvt-moves-x"
    for noted in (
        {"../victim": "a.txt"},
        {".wvt-new-1-0123abcd-a.txt": "a.txt"},
        {".wvt-new-1-0123abcd-a.txt": "../victim"},
        {"a.txt": "b.txt"},
        {".wvt-new-1-": ""},
        {".wvt-new-1-a.txt": ["a.txt"]},
        ["a.txt"],
        None,
    ):
        note.write_text(json.dumps(noted))
        find_sources([str(folder)])
        assert not note.exists()
    note.write_text("[" * 9000)
    find_sources([str(folder)])
    os.mkfifo(note)
    find_sources([str(folder)])
    assert victim.read_text() == "mine" and (folder / "a.txt").read_text() == "old"


@posix_only
def test_temporary_files_are_not_written_through_links(tmp_path, monkeypatch):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    monkeypatch.setattr(disk.secrets, "token_hex", lambda n: "0" * 2 * n)
    link = tmp_path / f".wvt-new-{os.getpid()}-00000000-a.txt"
    link.symlink_to(victim)
    with pytest.raises(WordvecError, match="File exists"):
        write_files({tmp_path / "a.txt": lambda stream: stream.write(b"x")}, False)
    with pytest.raises(OSError, match="File exists"):
        disk.write_whole(tmp_path / "a.txt", b"x")
    assert victim.read_text() == "mine"
    (tmp_path / ".wvt-lock").symlink_to(victim)
    with pytest.raises(WordvecError, match="is a link"), Workspace(tmp_path / "w").lock():
        (tmp_path / "w" / ".wvt-lock").unlink()
        (tmp_path / "w" / ".wvt-lock").symlink_to(victim)
        with Workspace(tmp_path / "w").lock():
            pass
    assert victim.read_text() == "mine"


@posix_only
def test_a_link_to_nothing_is_not_written_through_unasked(tmp_path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere")
    for leave_same in (False, True):
        with (
            pytest.raises(WordvecError, match="exists"),
            new_files([tmp_path / "a.txt"], False, leave_same) as (stream,),
        ):
            stream.write(b"x")
    assert not (tmp_path / "elsewhere").exists()


def test_offsets_that_wrap_are_no_offsets():
    good = np.array([0, 2, 5, 9], np.int64)
    assert are_offsets(good, 3, 0, 9)
    assert not are_offsets(good, 2, 0, 9)
    for value in (2**62, 2**63 - 1, -(2**62), -(2**63), -1, 10):
        for place in range(4):
            bad = good.copy()
            bad[place] = value
            assert not are_offsets(bad, 3, 0, 9)
    large = np.arange(3 << 20)
    assert are_offsets(large, len(large) - 1, 0, len(large) - 1)
    large[1 << 20] = 0
    assert not are_offsets(large, len(large) - 1, 0, len(large) - 1)


def test_ranges_and_totals():
    values = np.arange(3 << 20, dtype=np.int32)
    assert are_within(values, 0, 3 << 20)
    assert not are_within(values, 0, (3 << 20) - 1)
    assert not are_within(values, 1, 3 << 20)
    assert are_within(values[:0], 5, 5)
    assert can_be_added(np.full(3, 2**60))
    assert not can_be_added(np.full(4, 2**60))


def test_shapes_of_manifests_are_checked(tmp_path):
    save(tmp_path / "b")
    manifest = read_manifest(tmp_path / "b")
    for shape in ([-1], ["5"], 5, [2**70], None):
        manifest["files"]["numbers.npy"]["shape"] = shape
        (tmp_path / "b" / "manifest.json").write_bytes(render(manifest))
        with pytest.raises(FormatError, match="bad entry"):
            open_bundle(tmp_path / "b")


def test_a_leftover_on_a_disk_without_locks_is_removed_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "hold", lambda descriptor: None)
    path = tmp_path / ".wvt-new-1-a.txt"
    path.write_text("x")
    disk.remove_dead(path)
    assert path.exists()
    os.utime(path, (time.time() - 90_000,) * 2)
    disk.remove_dead(path)
    assert not path.exists()


def test_signed_damage_is_damage(tmp_path):
    """The helper of the tests makes manifests that agree."""
    save(tmp_path / "b")
    np.save(tmp_path / "b" / "numbers.npy", np.arange(9))
    sign(tmp_path / "b")
    assert open_bundle(tmp_path / "b").verify() == []
    shutil.rmtree(tmp_path / "b")
