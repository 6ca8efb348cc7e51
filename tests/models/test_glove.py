import numpy as np
import pytest
from signing import sign

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.embeddings import glove as glove_module
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.models.glove import build_glove

SMALL = {"dim": 8, "epochs": 3}


def bits(workspace, name="glove"):
    return (workspace / name / "vectors.npy").read_bytes()


def steps(pipeline):
    return {step.name: step.reused for step in pipeline.steps}


def test_vectors_are_made_reused_and_continued(harbour, tmp_path):
    first = build_glove(str(harbour), tmp_path / "a.wvt", **SMALL)
    assert steps(first) == {"corpus": False, "counts-glove": False, "glove": False}
    again = build_glove(str(tmp_path / "a.wvt"), **SMALL)
    assert all(steps(again).values())
    more = build_glove(str(tmp_path / "a.wvt"), **{**SMALL, "epochs": 5})
    assert steps(more) == {"corpus": True, "counts-glove": True, "glove": False}
    build_glove(str(harbour), tmp_path / "b.wvt", **{**SMALL, "epochs": 5}, threads=1)
    assert bits(tmp_path / "a.wvt") == bits(tmp_path / "b.wvt")
    fewer = build_glove(str(tmp_path / "a.wvt"), **{**SMALL, "epochs": 2})
    assert fewer.steps[-1].bundle.facts["n_epochs"] == 2


def test_a_killed_run_goes_on_to_the_same_bits(harbour, tmp_path, monkeypatch):
    build_glove(str(harbour), tmp_path / "whole.wvt", **{**SMALL, "epochs": 4})
    monkeypatch.setattr("wordvec_toolkit.models.glove._SECONDS_BETWEEN_STATES", -1.0)

    class Killed(BaseException):
        pass

    class Killer:
        def start(self, task, total, unit):
            if task.startswith("GloVe, epoch 3"):
                raise Killed

        def advance(self, amount): ...

        def finish(self, result): ...

        def note(self, message): ...

    with pytest.raises(Killed):
        build_glove(str(harbour), tmp_path / "cut.wvt", **{**SMALL, "epochs": 4}, progress=Killer())
    assert open_bundle(tmp_path / "cut.wvt" / "glove-state").facts["n_epochs"] == 2
    assert not (tmp_path / "cut.wvt" / "glove").exists()
    notes = []
    Killer.start = lambda *_: None
    Killer.note = lambda _, message: notes.append(message)
    build_glove(str(tmp_path / "cut.wvt"), **{**SMALL, "epochs": 4}, progress=Killer())
    assert notes == ["continuing after epoch 2"]
    assert bits(tmp_path / "cut.wvt") == bits(tmp_path / "whole.wvt")


def test_a_tolerance_given_later_stops_where_a_run_in_one_go_does(harbour, tmp_path):
    settled = {**SMALL, "epochs": 9, "tolerance": 0.3}
    build_glove(str(harbour), tmp_path / "once.wvt", **settled)
    assert open_bundle(tmp_path / "once.wvt" / "glove").facts["n_epochs"] < 9
    build_glove(str(harbour), tmp_path / "later.wvt", **{**SMALL, "epochs": 9})
    build_glove(str(tmp_path / "later.wvt"), **settled)
    assert bits(tmp_path / "later.wvt") == bits(tmp_path / "once.wvt")


def test_a_damaged_state_is_not_believed(harbour, tmp_path):
    build_glove(str(harbour), tmp_path / "a.wvt", **SMALL)
    np.save(tmp_path / "a.wvt" / "glove-state" / "words.npy", np.zeros((2, 2), np.float32))
    sign(tmp_path / "a.wvt" / "glove-state")
    build_glove(str(tmp_path / "a.wvt"), **{**SMALL, "epochs": 4})
    build_glove(str(harbour), tmp_path / "b.wvt", **{**SMALL, "epochs": 4})
    assert bits(tmp_path / "a.wvt") == bits(tmp_path / "b.wvt")


def test_variants_share_a_workspace(harbour, tmp_path):
    build_glove(str(harbour), tmp_path / "a.wvt", **SMALL)
    variant = build_glove(str(tmp_path / "a.wvt"), window=3, **SMALL, name="near")
    assert list(steps(variant)) == ["corpus", "counts-glove-near", "glove-near"]
    near, far = (WordVectors.load(tmp_path / "a.wvt" / name) for name in ("glove-near", "glove"))
    assert near.words == far.words
    assert not np.allclose(near.matrix, far.matrix)
    assert open_bundle(tmp_path / "a.wvt" / "glove").kind == glove_module.KIND


def test_split_contexts_are_refused_before_anything_is_made(harbour, tmp_path):
    with pytest.raises(SettingError, match="one context column"):
        build_glove(str(harbour), tmp_path / "a.wvt", direction="split")
    assert not (tmp_path / "a.wvt").exists()


@pytest.mark.parametrize(
    ("array", "value"), [("words", np.nan), ("contexts_squares", 0), ("words_biases", np.inf)]
)
def test_an_impossible_state_is_ignored(harbour, tmp_path, array, value):
    build_glove(str(harbour), tmp_path / "a.wvt", **SMALL)
    values = np.load(tmp_path / "a.wvt" / "glove-state" / f"{array}.npy")
    values[0, 0] = value
    np.save(tmp_path / "a.wvt" / "glove-state" / f"{array}.npy", values)
    sign(tmp_path / "a.wvt" / "glove-state")
    build_glove(str(tmp_path / "a.wvt"), **{**SMALL, "epochs": 4})
    build_glove(str(harbour), tmp_path / "b.wvt", **{**SMALL, "epochs": 4})
    assert bits(tmp_path / "a.wvt") == bits(tmp_path / "b.wvt")


@pytest.mark.parametrize("name", ["state", "state-near"])
def test_a_variant_cannot_take_the_name_of_a_state(harbour, tmp_path, name):
    with pytest.raises(SettingError, match="begin with state"):
        build_glove(str(harbour), tmp_path / "a.wvt", **SMALL, name=name)
    assert not (tmp_path / "a.wvt").exists()


def test_a_run_that_settled_can_be_continued(harbour, tmp_path):
    settled = build_glove(
        str(harbour), tmp_path / "a.wvt", **{**SMALL, "epochs": 50, "tolerance": 0.9}
    )
    done = settled.steps[-1].bundle.facts["n_epochs"]
    assert done < 50
    assert open_bundle(tmp_path / "a.wvt" / "glove-state").facts["n_epochs"] == done
