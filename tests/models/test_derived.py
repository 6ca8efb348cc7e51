import shutil

import numpy as np
import pytest
from signing import read_manifest, sign

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.embeddings.postprocessing import center
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.models.derived import check_output, save_derived, tokenizer_of
from wordvec_toolkit.models.loading import load_vectors
from wordvec_toolkit.workspace.folder import Workspace


@pytest.fixture
def workspace(harbour, tmp_path):
    wvt.build_ppmi(str(harbour), tmp_path / "h.wvt", min_count=1, dim=10)
    return tmp_path / "h.wvt"


def test_the_manifest_says_what_it_came_from(workspace, tmp_path):
    made = center(load_vectors(workspace))
    save_derived(made, workspace / "c", [workspace])
    digest = open_bundle(workspace / "svd").digest
    assert open_bundle(workspace / "c").manifest["inputs"] == {"svd": digest}
    assert wvt.load(workspace / "c").settings["postprocessing"] == [{"step": "center"}]
    np.testing.assert_array_equal(wvt.load(workspace / "c").matrix, made.matrix)
    save_derived(made, tmp_path / "far" / "c", [workspace / "svd", workspace / "ppmi"])
    inputs = open_bundle(tmp_path / "far" / "c").manifest["inputs"]
    assert list(inputs) == ["vectors 1", "vectors 2"]
    assert str(tmp_path) not in (tmp_path / "far" / "c" / "manifest.json").read_text()


def test_it_is_stale_when_the_vectors_have_changed(workspace):
    save_derived(center(load_vectors(workspace)), workspace / "c", [workspace])
    assert not Workspace(workspace).is_stale("c")
    wvt.build_svd(workspace, dim=5)
    assert Workspace(workspace).is_stale("c")
    assert "centred" not in Workspace(workspace).names()


def test_places_where_something_else_stands(workspace, tmp_path):
    vectors = load_vectors(workspace)
    with pytest.raises(SettingError, match="is a workspace"):
        save_derived(vectors, workspace, [workspace])
    with pytest.raises(SettingError, match="made from"):
        save_derived(vectors, workspace / "svd", [workspace])
    with pytest.raises(SettingError, match="bundle of ppmi"):
        save_derived(vectors, workspace / "ppmi", [workspace])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(WordvecError, match="did not make"):
        save_derived(vectors, tmp_path / "mine", [workspace])
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"
    save_derived(vectors, workspace / "c", [workspace])
    check_output(workspace / "c", [workspace])  # may be made again
    with Workspace(workspace).lock(), pytest.raises(WordvecError, match="another wvt is writing"):
        save_derived(vectors, workspace / "d", [workspace])


def test_the_tokenizer_is_the_workspaces(workspace, tmp_path):
    assert tokenizer_of(workspace).lowercase
    assert tokenizer_of(workspace / "ppmi").name == "words"
    assert tokenizer_of(workspace, "whitespace").name == "whitespace"
    shutil.copytree(workspace / "svd", tmp_path / "alone")
    assert not tokenizer_of(tmp_path / "alone").lowercase
    manifest = read_manifest(workspace / "corpus")
    manifest["settings"]["tokenizer"] = "os:system"
    sign(workspace / "corpus", manifest)
    with pytest.raises(SettingError, match="if you trust it"):
        tokenizer_of(workspace / "svd")
    assert tokenizer_of(workspace / "svd", "os:system").lowercase  # as the text's
    manifest["settings"]["tokenizer"] = 3
    sign(workspace / "corpus", manifest)
    with pytest.raises(SettingError, match="which is damage; build it again"):
        tokenizer_of(workspace / "svd")
