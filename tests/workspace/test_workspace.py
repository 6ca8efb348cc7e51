import os
import shutil

import numpy as np
import pytest
from signing import sign
from workspaces import STEPS, built, contents, reused

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.models.loading import load
from wordvec_toolkit.models.opening import workspace_path
from wordvec_toolkit.models.ppmi import build_ppmi, build_svd
from wordvec_toolkit.workspace.folder import Workspace


def test_variants_share_a_workspace(corpus):
    workspace = built(corpus)
    built(corpus, window=2, name="narrow")
    build_svd(workspace.path / "ppmi-narrow", dim=7, name="tiny")
    assert workspace.names() == [
        "corpus",
        "counts",
        "counts-narrow",
        "ppmi",
        "ppmi-narrow",
        "svd",
        "svd-narrow",
        "svd-tiny",
    ]
    assert load(workspace.path / "svd-tiny").dim == 7


def test_a_damaged_bundle_is_built_again(corpus):
    workspace = built(corpus).path
    before = contents(workspace)
    (workspace / "counts" / "data.npy").write_bytes(b"x")
    again = built(corpus)
    assert reused(again) == ["corpus", "ppmi", "svd"]
    assert contents(workspace) == before


def test_a_newer_bundle_is_not_overwritten(corpus):
    workspace = built(corpus).path
    manifest = workspace / "counts" / "manifest.json"
    newer = manifest.read_text().replace('"format_version": 1', '"format_version": 2')
    manifest.write_text(newer)
    with pytest.raises(FormatError, match="upgrade"):
        built(corpus)
    assert manifest.read_text() == newer


def test_a_failure_leaves_no_folder_behind(tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    with pytest.raises(EmptyResultError):
        built(empty)
    assert not (tmp_path / "empty.wvt").exists()


def test_a_failure_leaves_the_finished_bundles(corpus):
    workspace = built(corpus, svd=False)
    with pytest.raises(SettingError):
        built(corpus, dim=100_000)
    assert workspace.names() == ["corpus", "counts", "ppmi"]


def test_one_writer_at_a_time(corpus):
    workspace = built(corpus)
    with (
        Workspace(workspace.path).lock(),
        pytest.raises(WordvecError, match="another wvt is writing"),
    ):
        built(corpus)


def test_hostile_arrays_are_refused(corpus):
    workspace = built(corpus).path
    indices = np.load(workspace / "ppmi" / "indices.npy")
    indices[3] = 10**6
    np.save(workspace / "ppmi" / "indices.npy", indices)
    with pytest.raises(FormatError, match="no sparse matrix"):
        load(workspace / "ppmi")
    ids = np.load(workspace / "corpus" / "ids.npy")
    ids[0] = -7
    np.save(workspace / "corpus" / "ids.npy", ids)
    with pytest.raises(FormatError, match="outside its vocabulary"):
        load(workspace / "corpus")
    (workspace / "svd" / "vocabulary.tsv").write_text("the\t3\n")
    sign(workspace / "svd")
    with pytest.raises(FormatError, match="one for each of 1 words"):
        load(workspace / "svd")


def test_where_the_workspace_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(workspace_path(["x/corpus.txt.xz"], None)) == "x/corpus.wvt"
    assert str(workspace_path(["lee"], None)) == "lee.wvt"
    assert str(workspace_path(["a.txt"], "o.wvt")) == "o.wvt"
    for needs_a_name in (["-"], ["a", "b"], ["*.txt"]):
        with pytest.raises(WordvecError, match="-o"):
            workspace_path(needs_a_name, None)


def test_stale_vectors_are_not_served(corpus):
    workspace = built(corpus)
    built(corpus, min_count=2, svd=False)
    with pytest.raises(FormatError, match="changed since"):
        load(workspace.path)
    assert load(workspace.path / "svd").dim > 0  # named, they are used as they are
    built(corpus, min_count=2)
    assert not workspace.is_stale("svd")
    build_ppmi(str(workspace.path), window=2, svd=False)
    assert workspace.is_stale("svd")


def test_a_folder_with_a_workspace_in_it_is_read_without_it(tmp_path, harbour):
    shutil.copy(harbour, tmp_path / "a.txt")
    built(tmp_path / "a.txt")
    again = built(tmp_path, output=tmp_path / "all.wvt")
    assert [source["name"] for source in again.steps[0].bundle.facts["sources"]] == ["a.txt"]


def contents_of_all(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "names",
    [
        ["thesis.tex"],
        ["svd/manifest.json", "svd/thesis.tex"],
        ["svd/thesis.tex"],
        ["svd/manifest.json"],
        ["svd/vectors.npy"],
        [".lock", "photos/1.png"],
        [".old-stuff/precious", ".wvt-new-photos/1.png"],
    ],
)
def test_a_folder_with_other_files_is_no_place_for_a_workspace(corpus, tmp_path, names):
    home = tmp_path / "home"
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text('{"name": "web app"}')
    before = contents_of_all(home)
    with pytest.raises(WordvecError, match="its own folder"):
        built(corpus, output=home)
    assert contents_of_all(home) == before


def test_files_of_the_users_own_in_a_workspace_are_left_alone(corpus):
    workspace = built(corpus).path
    (workspace / "svd" / "notes.txt").write_text("mine")
    (workspace / ".wvt-new-photos").mkdir()
    (workspace / ".wvt-new-photos" / "1.png").write_text("mine")
    with pytest.raises(WordvecError, match="holds files that wvt did not make"):
        built(corpus, window=3)
    assert (workspace / "svd" / "notes.txt").read_text() == "mine"
    assert (workspace / ".wvt-new-photos" / "1.png").read_text() == "mine"


@pytest.mark.parametrize("damage", ["missing", "{"])
@pytest.mark.parametrize("name", STEPS)
def test_a_damaged_manifest_does_not_prevent_its_repair(corpus, name, damage):
    workspace = built(corpus).path
    before = contents(workspace)
    manifest = workspace / name / "manifest.json"
    if damage == "missing":
        manifest.unlink()
    else:
        manifest.write_text(damage)
    assert name not in reused(built(corpus))
    assert contents(workspace) == before


def test_readers_find_the_old_bundle_after_a_crash_between_the_renames(corpus):
    workspace = built(corpus).path
    digest = open_bundle(workspace / "svd").digest
    (workspace / "svd").rename(workspace / ".wvt-old-svd")
    assert not load(workspace).is_sparse
    assert open_bundle(workspace / "svd").digest == digest
    assert reused(built(corpus)) == list(STEPS)
    assert not (workspace / ".wvt-old-svd").exists()


def test_links_in_a_workspace_lead_nowhere(corpus, tmp_path):
    workspace = built(corpus).path
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in (".wvt-sources.json",):
        (workspace / name).unlink(missing_ok=True)
        (workspace / name).symlink_to(victim)
    built(corpus, min_count=2)
    assert victim.read_text() == "mine"


def test_what_others_put_into_a_new_folder_survives_a_failed_run(corpus, monkeypatch):
    from wordvec_toolkit.models import pipeline

    workspace = corpus.with_suffix(".wvt")

    def fail(*_):
        (workspace / "notes.txt").write_text("mine")
        raise WordvecError("no")

    monkeypatch.setattr(pipeline, "choose_checked", fail)
    with pytest.raises(WordvecError, match="no"):
        built(corpus)
    assert [path.name for path in workspace.iterdir()] == ["notes.txt"]


def test_a_bundle_that_is_a_link_is_read_and_not_replaced(corpus, tmp_path):
    """A workspace can be from anybody; what its links lead to may be somebody's own."""
    workspace = built(corpus).path
    elsewhere = tmp_path / "elsewhere"
    (workspace / "svd").rename(elsewhere)
    (workspace / "svd").symlink_to(elsewhere)
    assert load(workspace).dim > 0
    before = open_bundle(elsewhere).digest
    with pytest.raises(WordvecError, match="is a link, and what it leads to would be replaced"):
        built(corpus, window=2)
    assert open_bundle(elsewhere).digest == before
    (workspace / "svd").unlink()
    assert "svd" not in reused(built(corpus, window=2))


@pytest.mark.skipif(os.name != "posix", reason="no pipes")
@pytest.mark.parametrize("kind", ["pipe", "nested", "link"])
def test_what_stands_for_our_notes_does_not_hang(corpus, tmp_path, kind):
    workspace = built(corpus).path
    notes = workspace / ".wvt-sources.json"
    notes.unlink()
    if kind == "pipe":
        os.mkfifo(notes)
    elif kind == "nested":
        notes.write_text("[" * 100_000)
    else:
        (tmp_path / "victim").write_text("mine")
        notes.symlink_to(tmp_path / "victim")
    assert "svd" in reused(built(corpus))
    assert notes.is_file() and not notes.is_symlink()
    if kind == "link":
        assert (tmp_path / "victim").read_text() == "mine"


@pytest.mark.parametrize("name", ["../x", "a/b", "a b", "\0"])
def test_names_of_variants_stay_within_the_workspace(corpus, name):
    with pytest.raises(SettingError, match="name is"):
        built(corpus, name=name)
