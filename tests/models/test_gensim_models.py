import shutil

import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import FormatError, SettingError
from wordvec_toolkit.models.word_vectors import build_fasttext, build_word2vec

FAST = {"dim": 8, "epochs": 1}


@pytest.fixture
def corpus(tmp_path, harbour):
    path = tmp_path / "harbour.txt"
    shutil.copy(harbour, path)
    return str(path)


def built(corpus, build=build_word2vec, **settings):
    return build(corpus, **{"min_count": 1, **FAST, **settings})


def contents(workspace):
    return {
        path.relative_to(workspace.path): path.read_bytes()
        for path in workspace.path.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_each_has_its_bundle_over_one_vocabulary(corpus):
    first = built(corpus)
    workspace = str(first.path)
    built(workspace, method="cbow")
    built(workspace, build_fasttext)
    wvt.build_ppmi(workspace, dim=8)
    vectors = ["cbow", "fasttext", "ppmi", "sgns", "svd"]
    assert first.names() == sorted(["corpus", "counts", *vectors])
    assert len({wvt.load(first.path / name).words for name in vectors}) == 1


def test_a_second_run_does_nothing_again(corpus):
    before = contents(built(corpus))
    again = built(corpus)
    assert [step.reused for step in again.steps] == [True, True]
    assert contents(again) == before


@pytest.mark.parametrize(
    ("change", "reused"),
    [
        ({"window": 2}, [True, False]),
        ({"threads": 2}, [True, False]),
        ({"min_count": 2}, [False, False]),
        ({"threads": 1}, [True, True]),
    ],
)
def test_a_change_rebuilds_only_what_depends_on_it(corpus, change, reused):
    built(corpus)
    assert [step.reused for step in built(corpus, **change).steps] == reused


@pytest.mark.parametrize("build", [build_word2vec, build_fasttext])
def test_two_runs_give_the_same_bytes(corpus, tmp_path, build):
    first = built(corpus, build, output=tmp_path / "a.wvt")
    second = built(corpus, build, output=tmp_path / "b.wvt", threads=1)
    assert contents(first) == contents(second)


def test_variants_share_a_workspace(corpus):
    workspace = built(corpus)
    built(corpus, name="hs", negative=0)
    built(corpus, build_fasttext, name="short", max_n=3)
    assert workspace.names() == ["corpus", "fasttext-short", "sgns", "sgns-hs"]


@pytest.mark.parametrize("build", [build_word2vec, build_fasttext])
def test_a_workspace_with_neural_vectors_alone_opens(corpus, build):
    pipeline = built(corpus, build)
    assert wvt.load(pipeline.path).dim == 8


def test_stale_vectors_are_refused_with_their_own_command(corpus):
    workspace = built(corpus)
    wvt.build_ppmi(corpus, min_count=2, svd=False)
    shutil.rmtree(workspace.path / "ppmi")
    with pytest.raises(FormatError, match="wvt build-word2vec"):
        wvt.load(workspace.path)


def test_the_manifest_says_whether_it_can_be_repeated(corpus):
    heard = []

    class Talk:
        def start(self, *_): ...
        def advance(self, _): ...
        def finish(self, _): ...
        def note(self, message):
            heard.append(message)

    facts = built(corpus, progress=Talk()).steps[-1].bundle.facts
    assert facts["reproducible"] is True
    assert heard == []
    built(corpus, progress=Talk(), threads=2)
    bundle = open_bundle(f"{corpus[:-4]}.wvt/sgns")
    assert bundle.facts["reproducible"] is False
    assert heard == ["2 threads race: these vectors are not reproducible, with any seed"]


def test_a_slip_is_refused_before_anything_is_made(corpus, tmp_path):
    for training in ({"epochs": 0}, {"layer": "sum", "negative": 0}, {"size": 3}):
        with pytest.raises(SettingError):
            build_word2vec(corpus, **training)
    assert [path.name for path in tmp_path.iterdir()] == ["harbour.txt"]
