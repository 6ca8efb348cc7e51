import json

import numpy as np
import pytest
from signing import sign

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.embeddings import combine
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.models.recipes import WEIGHTED_VIEWS

SMALL = {"dim": 8, "sweeps": 3}


def bits(workspace, name="weighted"):
    return (workspace / name / "vectors.npy").read_bytes()


def steps(built):
    return {step.name: step.reused for step in built.steps}


class Killed(BaseException):
    pass


class Watching:
    """Progress that kills the build after some half-sweeps, and keeps the notes."""

    def __init__(self, kill_after=None):
        self.left, self.notes = kill_after, []

    def start(self, task, total, unit):
        self.is_counting = task == "weighted factorisation" and self.left is not None

    def advance(self, amount):
        if self.is_counting:
            self.left -= amount
            if self.left < 0:
                raise Killed

    def finish(self, result): ...

    def note(self, message):
        self.notes.append(message)


def test_build_weighted_reuses_counts_and_opens(tmp_path, corpus):
    built = wvt.build_ppmi(corpus, min_count=2, dim=8)
    made = wvt.build_weighted(built.path, dim=8)
    assert [(step.name, step.reused) for step in made.steps] == [
        ("corpus", True),
        ("counts", True),
        ("weighted", False),
    ]
    vectors = wvt.load_vectors(built.path / "weighted")
    assert vectors.settings["confidence"] == 3.0 and vectors.matrix.shape[1] == 8
    assert all(step.reused for step in wvt.build_weighted(built.path, dim=8).steps)
    manifest = json.loads((built.path / "weighted" / "manifest.json").read_text())
    assert set(manifest["inputs"]) == {"counts"}
    assert len(wvt.plot.learning_curves(built.path / "weighted").curves[0].y) == 3


@pytest.mark.parametrize("views", ["one", "two"])
def test_a_killed_build_goes_on_after_its_last_sweep_to_the_same_bits(harbour, tmp_path, views):
    whole, cut = tmp_path / "whole.wvt", tmp_path / "cut.wvt"
    result = {"one": "weighted", "two": "weighted-two-views"}[views]
    wvt.build_weighted(str(harbour), whole, views=views, threads=1, **SMALL)
    with pytest.raises(Killed):
        wvt.build_weighted(str(harbour), cut, views=views, progress=Watching(5), **SMALL)
    state = {"one": "weighted-state", "two": "weighted-state-wide"}[views]
    assert len(open_bundle(cut / state).facts["losses"]) == 2
    assert not (cut / result).exists()
    watching = Watching()
    wvt.build_weighted(str(cut), views=views, progress=watching, **SMALL)
    assert watching.notes == ["continuing after sweep 2"]
    assert bits(cut, result) == bits(whole, result)


def test_more_sweeps_continue_and_fewer_start_again(harbour, tmp_path):
    wvt.build_weighted(str(harbour), tmp_path / "a.wvt", dim=8, sweeps=2)
    watching = Watching()
    wvt.build_weighted(str(tmp_path / "a.wvt"), progress=watching, dim=8, sweeps=4)
    assert watching.notes == ["continuing after sweep 2"]
    wvt.build_weighted(str(harbour), tmp_path / "b.wvt", dim=8, sweeps=4)
    assert bits(tmp_path / "a.wvt") == bits(tmp_path / "b.wvt")
    fewer = wvt.build_weighted(str(tmp_path / "a.wvt"), dim=8, sweeps=1)
    assert len(fewer.steps[-1].bundle.facts["losses"]) == 2


@pytest.mark.parametrize(
    ("array", "value"), [("words", np.nan), ("contexts", np.inf), ("contexts", None)]
)
def test_a_state_that_cannot_be_is_not_believed(harbour, tmp_path, array, value):
    wvt.build_weighted(str(harbour), tmp_path / "a.wvt", **SMALL)
    path = tmp_path / "a.wvt" / "weighted-state" / f"{array}.npy"
    values = np.load(path)
    if value is None:
        values = values[:, :3]
    else:
        values[0, 0] = value
    np.save(path, values)
    sign(path.parent)
    watching = Watching()
    wvt.build_weighted(str(tmp_path / "a.wvt"), progress=watching, dim=8, sweeps=4)
    assert "starting again" in watching.notes[0]
    wvt.build_weighted(str(harbour), tmp_path / "b.wvt", dim=8, sweeps=4)
    assert bits(tmp_path / "a.wvt") == bits(tmp_path / "b.wvt")


def test_two_views_are_each_factorised_and_joined(harbour, tmp_path):
    first = wvt.build_weighted(str(harbour), tmp_path / "a.wvt", views="two", **SMALL)
    names = ["corpus"]
    for view in WEIGHTED_VIEWS:
        names += [f"counts-{view.name}", f"weighted-{view.name}"]
    assert steps(first) == dict.fromkeys([*names, "weighted-two-views"], False)
    assert all(steps(wvt.build_weighted(str(tmp_path / "a.wvt"), views="two", **SMALL)).values())
    parts = [wvt.load(tmp_path / "a.wvt" / f"weighted-{view.name}") for view in WEIGHTED_VIEWS]
    for part, view in zip(parts, WEIGHTED_VIEWS):
        assert view.factorised.items() <= part.settings.items()
    joined = wvt.load(tmp_path / "a.wvt" / "weighted-two-views")
    expected = combine(
        parts,
        weights=[view.weight for view in WEIGHTED_VIEWS],
        dim=8,
        eig=joined.settings["joined_eig"],
    )
    np.testing.assert_array_equal(joined.matrix, expected.matrix)
    assert joined.settings["views"] == [view.name for view in WEIGHTED_VIEWS]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 4}, "window cannot be chosen for two views"),
        ({"add_context": True}, "add_context is not for two views"),
        ({"context_weight": 0.0}, "context_weight is not for two views"),
        ({"name": "wide"}, "what one of the two views is called"),
        ({"name": "state-a"}, "begin with state"),
    ],
)
def test_what_two_views_cannot_have_is_refused_before_anything_is_made(
    harbour, tmp_path, settings, message
):
    with pytest.raises(SettingError, match=message):
        wvt.build_weighted(str(harbour), tmp_path / "a.wvt", views="two", **settings)
    assert not (tmp_path / "a.wvt").exists()
