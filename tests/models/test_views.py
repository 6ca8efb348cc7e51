import numpy as np
import pytest

from wordvec_toolkit import load
from wordvec_toolkit.embeddings import combine
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.models.recipes import RECIPES, View, parse_view
from wordvec_toolkit.models.views import build_views

SMALL = {"dim": 10}


def steps(pipeline):
    return {step.name: step.reused for step in pipeline.steps}


def test_a_recipe_makes_each_view_and_joins_them(harbour, tmp_path):
    first = build_views(str(harbour), output=tmp_path / "a.wvt", **SMALL)
    names = ["corpus"]
    for view in RECIPES["two-views"]:
        names += [f"counts-{view.name}", f"ppmi-{view.name}", f"svd-{view.name}"]
    assert steps(first) == dict.fromkeys([*names, "svd-two-views"], False)
    again = build_views(str(tmp_path / "a.wvt"), **SMALL)
    assert all(steps(again).values())
    parts = [load(tmp_path / "a.wvt" / f"svd-{view.name}") for view in RECIPES["two-views"]]
    joined = load(tmp_path / "a.wvt")  # the workspace has no other dense vectors
    np.testing.assert_array_equal(joined.matrix, combine(parts, dim=10).matrix)


def test_views_of_ones_own_joined_before_the_svd(harbour, tmp_path):
    views = [parse_view("window=4", 1), parse_view("window=1, direction=split, weight=0.5", 2)]
    made = build_views(str(harbour), views, tmp_path / "a.wvt", join="before", **SMALL, name="mine")
    assert list(steps(made)) == [
        "corpus",
        "counts-view1",
        "ppmi-view1",
        "counts-view2",
        "ppmi-view2",
        "svd-mine",
    ]
    assert made.steps[-1].bundle.settings["weights"] == [1.0, 0.5]
    assert load(tmp_path / "a.wvt" / "svd-mine").dim == 10


def test_a_recipe_subsamples_nothing_of_a_text_of_a_few_words(write, tmp_path):
    text = write("a.txt", "the sea and the ship and the fog\n" * 3)
    made = build_views(text, output=tmp_path / "a.wvt", min_count=1)
    counted = made.steps[1].bundle
    assert (counted.path.name, counted.settings["subsample"]) == ("counts-wide", None)
    assert len(load(tmp_path / "a.wvt")) == 5


def test_views_are_read_from_text():
    view = parse_view(
        "window=2,direction=split,subsample=1e-4,cds=0.75,negative=yes,weight=2,dim=9", 3
    )
    assert view == View(
        "view3",
        {
            "window": 2,
            "direction": "split",
            "subsample": 1e-4,
            "cds": 0.75,
            "negative": True,
            "dim": 9,
        },
        2.0,
    )
    assert parse_view("", 1) == View("view1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("windows=2", "no setting of a view"),
        ("window", "no setting of a view"),
        ("window=two", "window is 'two'; expected a whole number"),
        ("subsample=few", "subsample is 'few'; expected a number"),
        ("dim=9.5", "dim is '9.5'; expected a whole number"),
        ("restarts=0.5", "expected a whole number"),
        ("basis=1e3", "expected a whole number"),
        ("weight=", "weight is ''; expected a number"),
        ("negative=1", "expected yes or no"),
        ("seed=1", "no setting of a view"),
        ("window=2, window=3", "window twice"),
    ],
)
def test_views_that_cannot_be_read_are_refused(text, message):
    with pytest.raises(SettingError, match=message):
        parse_view(text, 1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"views": "three-views"}, "no recipe three-views"),
        ({"views": []}, "two or more"),
        ({"join": "never"}, "after or before"),
        ({"add_context": True}, "add_context"),
        ({"views": [View("a"), View("b", {"window": 0})]}, "window is 0"),
        ({"views": [View("a"), View("b", {"cds": 2})]}, "cds is 2"),
        (
            {"join": "before", "views": [View("a"), View("b", {"eig": 0.0})]},
            "SVD settings of their own",
        ),
        ({"views": [View("a"), View("b", {"eig": 0.0})], "join": "before"}, "SVD sett"),
        ({"name": "wide"}, "called wide, near and what joins them wide"),
        ({"views": [View("a"), View("a", {"window": 2})]}, "a name of its own"),
        (
            {"views": [View("a"), parse_view("direction=split,add_context=yes", 2)]},
            "one context co",
        ),
    ],
)
def test_slips_are_refused_before_anything_is_made(harbour, tmp_path, settings, message):
    with pytest.raises(SettingError, match=message):
        build_views(str(harbour), output=tmp_path / "a.wvt", **settings)
    assert not (tmp_path / "a.wvt").exists()


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ({"weight": 0.0}, "weight is 0"),
        ({"weight": float("nan")}, "weight is nan"),
        ({"settings": {"windw": 3}}, "did you mean window"),
        ({"settings": {"seed": 3}}, "the view b has no setting seed"),
    ],
)
def test_a_view_that_makes_no_sense_is_refused(view, message):
    with pytest.raises(SettingError, match=message):
        View("b", **view)


def test_a_recipe_can_be_joined_before_the_svd(harbour, tmp_path):
    made = build_views(str(harbour), output=tmp_path / "a.wvt", join="before", **SMALL)
    assert [step.name for step in made.steps][-2:] == ["ppmi-near", "svd-two-views"]
