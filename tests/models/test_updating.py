import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import contents

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.models.glove import build_glove
from wordvec_toolkit.models.ppmi import build_ppmi
from wordvec_toolkit.models.updating import update_workspace
from wordvec_toolkit.workspace.folder import Workspace

# Documents of sentences; some words stay below the thresholds, cross them, or leave.
WORDS = ["a", "b", "c", "d", "e", "f", "g", "<unk>", "<s>", "h\\i"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
DOCUMENTS = st.lists(st.lists(SENTENCES, min_size=1, max_size=3), min_size=1, max_size=5)
SETTINGS = st.fixed_dictionaries(
    {
        "min_count": st.integers(1, 3),
        "max_size": st.sampled_from([None, 3]),
        "window": st.integers(1, 3),
        "direction": st.sampled_from(["both", "left", "split"]),
        "within": st.sampled_from(["sentence", "document"]),
        "oov": st.sampled_from(["drop", "keep"]),
        "max_contexts": st.sampled_from([2, 100_000]),
        "subsample": st.sampled_from([None, None, 0.3]),
        "keep": st.sampled_from([(), ("e", "g")]),
    }
)
TEXT = {"tokenizer": "whitespace", "svd": False, "threads": 2}
IN_TURN = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(path, documents):
    path.write_text("\n\n".join("\n".join(map(" ".join, one)) for one in documents) + "\n")
    return path


def arrays(workspace, names=("corpus", "counts", "ppmi")):
    """All bytes of bundles but for their manifests, and the facts of those."""
    found = {
        name: data
        for name, data in contents(workspace).items()
        if name.parts[0] in names and name.name != "manifest.json"
    }
    facts = {}
    for name in names:
        facts[name] = open_bundle(workspace / name).facts
        facts[name].pop("sources", None)
        facts[name].pop("n_removed_documents", None)
    return found, facts


@pytest.fixture
def fresh(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("w")


@IN_TURN
@given(DOCUMENTS, DOCUMENTS, SETTINGS, st.data())
def test_an_update_equals_a_rebuild(fresh, first, second, how, data):
    folder = fresh()
    old, new = write(folder / "old.txt", first), write(folder / "new.txt", second)
    try:
        build_ppmi(old, folder / "w.wvt", **how, **TEXT)
        both = build_ppmi([old, new], folder / "both.wvt", **how, **TEXT).path
    except WordvecError:  # nothing is left of one of them
        return
    update_workspace(folder / "w.wvt", [new])
    assert arrays(folder / "w.wvt") == arrays(both)
    digests = [open_bundle(place / "ppmi").digest for place in (folder / "w.wvt", both)]
    assert digests[0] == digests[1]
    # A second one reads no old text again.
    old.unlink()
    documents = [*first, *second]
    chosen = data.draw(st.sets(st.integers(1, len(documents)), min_size=1))
    rest = [one for number, one in enumerate(documents, 1) if number not in chosen]
    try:
        left = build_ppmi(write(folder / "l.txt", rest), folder / "l.wvt", **how, **TEXT).path
    except WordvecError:
        before = contents(folder / "w.wvt")
        with pytest.raises(WordvecError):
            update_workspace(folder / "w.wvt", remove=map(str, chosen))
        assert contents(folder / "w.wvt") == before
        return
    update_workspace(folder / "w.wvt", remove=map(str, chosen))
    assert arrays(folder / "w.wvt") == arrays(left)
    assert not Workspace(folder / "w.wvt").is_stale("ppmi")


def test_what_cannot_be_updated_says_why(tmp_path):
    old = write(tmp_path / "old.txt", [[["a", "b", "c"]], [["a", "b"]]])
    place = tmp_path / "old.wvt"
    build_ppmi(old, min_count=1, **TEXT)
    with pytest.raises(WordvecError, match="nothing to change"):
        update_workspace(place)
    with pytest.raises(WordvecError, match="there is no document 3; the text has documents 1 to 2"):
        update_workspace(place, remove=["3"])
    with pytest.raises(WordvecError, match="old.txt is part of the text"):
        update_workspace(place, [old])
    with pytest.raises(WordvecError, match="is no workspace"):
        update_workspace(tmp_path, remove=["1"])
    build_glove(place, max_contexts=None, window=2, epochs=1, dim=2)
    write(old, [[["a", "b"]]])
    with pytest.raises(WordvecError, match="is not the text that"):
        update_workspace(place, remove=["1"])
    old.unlink()
    with pytest.raises(WordvecError, match="not there any more.*--text"):
        update_workspace(place, remove=["1"])
    again = write(tmp_path / "again.txt", [[["a", "b", "c"]], [["a", "b"]]])
    built = update_workspace(place, remove=["1"], sources=[again])
    assert [step.name for step in built.steps] == [
        *("corpus", "rare-words", "counts", "ppmi", "counts-glove")
    ]
    assert built.left_stale() == ["glove", "glove-state"]


def test_a_killed_update_leaves_all_or_nothing(tmp_path):
    documents = [[["a", "b", "c"]], [["a", "b", "d"]], [["a", "c"]]]
    build_ppmi(write(tmp_path / "old.txt", documents), min_count=1, **TEXT)
    workspace = Workspace(tmp_path / "old.wvt")
    before = contents(workspace.path)
    with pytest.raises(RuntimeError), workspace.lock(), workspace.staged() as place:
        (place / "corpus").mkdir()
        raise RuntimeError
    with workspace.lock():
        assert contents(workspace.path) == before
    update_workspace(workspace.path, remove=["2"])
    after = contents(workspace.path)
    # Killed after the decision, while bundles were being moved.
    other = build_ppmi(tmp_path / "old.txt", tmp_path / "o.wvt", min_count=1, **TEXT).path
    (other / ".wvt-update").mkdir()
    for name in ("counts", "ppmi", "rare-words"):
        (workspace.path / name).rename(other / ".wvt-update" / name)
    (other / "corpus").rename(other / "old")
    (workspace.path / "corpus").rename(other / "corpus")
    with Workspace(other).lock():
        found = contents(other)
    assert {name: found[name] for name in after} == after
    assert not (other / ".wvt-update").exists()


def test_document_ranges_and_numbers(tmp_path):
    documents = [[[word, "x"]] for word in "abcdef"]
    build_ppmi(write(tmp_path / "old.txt", documents), min_count=1, **TEXT)
    built = update_workspace(tmp_path / "old.wvt", remove=["2-4", "6"])
    ids = open_bundle(built.path / "corpus").array("ids")
    assert len(ids) == 4 and len(np.unique(ids)) == 3


def test_documents_with_names(tmp_path):
    def wiki(name, *titles):
        documents = [
            f'<doc id="{i}" url="u" title="{title}">\n{title}\n\nthe {title} sails.\n\n</doc>\n'
            for i, title in enumerate(titles)
        ]
        (tmp_path / name).write_text("".join(documents))
        return tmp_path / name

    how = {"min_count": 1, "svd": False}
    old, new = wiki("wiki_00", "ship", "boat", "raft"), wiki("wiki_01", "ferry")
    build_ppmi(old, tmp_path / "w.wvt", **how)
    both = build_ppmi([old, new], tmp_path / "both.wvt", **how).path
    update_workspace(tmp_path / "w.wvt", [new])
    assert arrays(tmp_path / "w.wvt") == arrays(both)
    update_workspace(tmp_path / "w.wvt", remove=["boat"])
    left = build_ppmi([wiki("l", "ship", "raft", "ferry")], tmp_path / "l.wvt", **how).path
    assert arrays(tmp_path / "w.wvt") == arrays(left)
    with pytest.raises(WordvecError, match="there is no document 'canoe'; give a name, or a num"):
        update_workspace(tmp_path / "w.wvt", remove=["canoe"])
