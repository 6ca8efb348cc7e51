import json
import pickle

import numpy as np
import pytest
from signing import sign

from wordvec_toolkit.bundles.manifests import render
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.bundles.recognising import is_bundle
from wordvec_toolkit.bundles.writing import new_bundle, recover
from wordvec_toolkit.errors import FormatError, WordvecError


@pytest.fixture
def bundle(tmp_path):
    with new_bundle(tmp_path / "b", "test", {"a": 1}, {"x": "0"}) as writer:
        writer.array("numbers", np.arange(5, dtype=np.int32))
        writer.text("words.txt", ["one", "two"])
        writer.facts["n"] = 5
    return tmp_path / "b"


def test_what_is_written_is_read(bundle):
    opened = open_bundle(bundle, "test")
    assert opened.settings == {"a": 1}
    assert opened.facts == {"n": 5}
    assert opened.array("numbers", "i4").tolist() == [0, 1, 2, 3, 4]
    assert opened.verify() == []
    assert sorted(p.name for p in bundle.iterdir()) == ["manifest.json", "numbers.npy", "words.txt"]


def test_chunks_are_written_without_being_joined(tmp_path):
    with new_bundle(tmp_path / "b", "test", {}) as writer:
        writer.array_chunks("n", "<i4", 5, iter([np.array([1, 2]), np.array([3, 4, 5])]))
        writer.array_chunks("rows", "<f4", 3, iter([np.ones((2, 2)), np.zeros((1, 2))]), 2)
    assert open_bundle(tmp_path / "b").array("n", "i4").tolist() == [1, 2, 3, 4, 5]
    assert open_bundle(tmp_path / "b").array("rows", "f4", 2).tolist() == [[1, 1], [1, 1], [0, 0]]
    with pytest.raises(ValueError, match="piece"), new_bundle(tmp_path / "c", "test", {}) as writer:
        writer.array_chunks("rows", "<f4", 3, iter([np.ones((3, 1))]), 2)


def test_a_failed_write_leaves_the_old_bundle(bundle):
    before = open_bundle(bundle).digest
    with pytest.raises(RuntimeError), new_bundle(bundle, "test", {}) as writer:
        writer.text("words.txt", ["other"])
        raise RuntimeError
    assert open_bundle(bundle).digest == before
    assert [p.name for p in bundle.parent.iterdir()] == ["b"]


def test_recovery_after_a_crash_between_the_renames(bundle):
    digest = open_bundle(bundle).digest
    bundle.rename(bundle.parent / ".wvt-old-b")
    (bundle.parent / ".wvt-new-b-123").mkdir()
    recover(bundle.parent)
    assert open_bundle(bundle).digest == digest
    assert [p.name for p in bundle.parent.iterdir()] == ["b"]


def test_a_folder_that_is_no_bundle_is_not_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(WordvecError, match="did not make"), new_bundle(tmp_path / "mine", "t", {}):
        pass
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"


def _edit(bundle, **changes):
    manifest = json.loads((bundle / "manifest.json").read_text()) | changes
    (bundle / "manifest.json").write_bytes(render(manifest))


def test_damage_is_found(bundle):
    (bundle / "words.txt").write_text("one\ntwx\n")
    (bundle / "numbers.npy").write_bytes(b"short")
    problems = open_bundle(bundle).verify()
    assert len(problems) == 2
    assert "sha256" in problems[1]
    with pytest.raises(FormatError, match="has 5 bytes, expected 148"):
        open_bundle(bundle).array("numbers", "i4")
    (bundle / "numbers.npy").unlink()
    assert any("missing" in problem for problem in open_bundle(bundle).verify())


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"format": "x"}', "\xff"])
def test_damaged_manifests(bundle, text):
    (bundle / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(FormatError):
        open_bundle(bundle)


@pytest.mark.parametrize(
    "changes",
    [
        {"format_version": 2},
        {"format_version": "1"},
        {"kind": 3},
        {"settings": []},
        {"made_with": None},
        {"files": {"../../etc/passwd": {"bytes": 1, "sha256": ""}}},
        {"files": {"..": {"bytes": 1, "sha256": ""}}},
        {"files": {"a.npy": {"bytes": "1", "sha256": ""}}},
    ],
)
def test_manifests_that_say_what_they_should_not(bundle, changes):
    _edit(bundle, **changes)
    with pytest.raises(FormatError):
        open_bundle(bundle)


def test_a_newer_version_says_how_to_go_on(bundle):
    _edit(bundle, format_version=2, made_with={"wordvec_toolkit": "9.9"})
    with pytest.raises(FormatError, match=r"wordvec_toolkit 9\.9.*upgrade"):
        open_bundle(bundle)


def test_a_header_is_not_believed(bundle):
    header = b"{'descr': '<i4', 'fortran_order': False, 'shape': (1000000000000,), }"
    header += b" " * (118 - len(header) - 1) + b"\n"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    (bundle / "numbers.npy").write_bytes(data)
    sign(bundle)
    with pytest.raises(FormatError, match="cannot be opened"):
        open_bundle(bundle).array("numbers", "i4")


def test_nothing_is_unpickled(bundle, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    trap = np.empty(1, object)
    trap[0] = Trap()
    with open(bundle / "numbers.npy", "wb") as stream:
        np.lib.format.write_array(stream, trap, allow_pickle=True)
    sign(bundle)
    with pytest.raises(FormatError):
        open_bundle(bundle).array("numbers")
    (bundle / "numbers.npy").write_bytes(pickle.dumps(Trap()))
    sign(bundle)
    with pytest.raises(FormatError):
        open_bundle(bundle).array("numbers")
    assert not (tmp_path / "sprung").exists()


def test_wrong_dtype_or_shape_is_refused(bundle):
    with pytest.raises(FormatError, match="int32"):
        open_bundle(bundle).array("numbers", "f4")
    with pytest.raises(FormatError):
        open_bundle(bundle).array("numbers", "i4", ndim=2)
    with pytest.raises(FormatError, match="without other"):
        open_bundle(bundle).array("other")


def test_arrays_of_others_are_no_bundle(tmp_path):
    (tmp_path / "res").mkdir()
    np.save(tmp_path / "res" / "data.npy", np.arange(3))
    assert not is_bundle(tmp_path / "res")
    with pytest.raises(WordvecError, match="did not make"), new_bundle(tmp_path / "res", "t", {}):
        pass
    assert np.load(tmp_path / "res" / "data.npy").tolist() == [0, 1, 2]


def test_is_bundle(bundle, tmp_path):
    assert is_bundle(bundle)
    assert not is_bundle(tmp_path)
    with pytest.raises(FormatError, match="check the path"):
        open_bundle(tmp_path / "none")
    with pytest.raises(FormatError, match="a bundle of test.*one of svd"):
        open_bundle(bundle, "svd")


@pytest.mark.parametrize(
    ("words", "other", "expected"),
    [
        ("the\t3\n", "vectors.npy", True),
        ("the\t3\n", "weights.safetensors", True),
        ("the\t3\n", "thesis.txt", False),
        ("name\tage\n", "vectors.npy", False),
        (None, "vectors.npy", False),
    ],
)
def test_a_bundle_that_lost_its_manifest(tmp_path, words, other, expected):
    (tmp_path / other).write_bytes(b"")
    if words is not None:
        (tmp_path / "vocabulary.tsv").write_text(words)
    assert is_bundle(tmp_path) is expected
