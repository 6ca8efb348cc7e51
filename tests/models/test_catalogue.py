"""The records of the kinds of models, which everything that deals with models reads."""

import dataclasses
import re
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import FormatError, SettingError
from wordvec_toolkit.models import kinds
from wordvec_toolkit.models.catalogue import (
    BUNDLES,
    LEVELS,
    MODELS,
    BundleKind,
    ModelKind,
    add_model,
    called,
    describe,
    offered_bundles,
)
from wordvec_toolkit.text.vocabulary import Vocabulary

SVD = MODELS["svd"]


def test_a_kind_that_lacks_something_is_refused_with_what_it_lacks():
    given = {item.name: getattr(SVD, item.name) for item in dataclasses.fields(ModelKind)}
    for name in ("title", "family", "bundles", "build", "cost", "resumes", "least_words"):
        with pytest.raises(TypeError, match=f"'{name}'"):
            ModelKind(**{key: value for key, value in given.items() if key != name})
    with pytest.raises(TypeError, match="'training'"):
        BundleKind(kind="x", holds="vectors", open=id, describe=str, n_parameters=id)
    for name, bad in (
        ("family", "counted"),
        ("role", "language model"),
        ("levels", ("slow",)),
        ("title", ""),
    ):
        with pytest.raises(SettingError, match="svd"):
            dataclasses.replace(SVD, **{name: bad})
    with pytest.raises(SettingError, match="two kinds of model called 'svd'"):
        add_model(SVD)


def test_what_records_name_exists():
    for path in Path(kinds.__file__).parent.glob("*.py"):
        for place in re.findall(r'late\(f?"([^"{]*)"\)', path.read_text("utf-8")):
            module, _, name = place.partition(":")
            assert callable(attrgetter(name)(import_module(f"wordvec_toolkit.{module}"))), place


def test_models_follow_what_they_are_built_on():
    seen = set()
    for name, model in MODELS.items():
        assert {*model.builds_on, *model.inherits} <= seen, name
        seen.add(name)
        assert model.holds is BUNDLES[model.holds.kind]
        assert all(isinstance(model.options(level, {}), dict) for level in LEVELS)
    names = [name for model in MODELS.values() for name in model.bundles()]
    assert len(names) == len(set(names))


def test_a_workspace_offers_the_best_first():
    assert list(offered_bundles("vectors"))[:3] == ["svd", "svd-two-views", "ppmi"]
    assert list(offered_bundles("language model"))[:4] == [
        "mixture-all",
        "mixture",
        "ngram",
        "lstm",
    ]
    assert "gru" in offered_bundles("language model")


@pytest.fixture
def toy(monkeypatch):
    """Vectors of a kind of one's own."""
    for catalogue in (BUNDLES, MODELS):
        len(catalogue)  # filled
        monkeypatch.setattr(catalogue, "_records", dict(catalogue._records))
    bundle = dataclasses.replace(SVD.holds, kind="toy-kind", describe=lambda bundle: "a toy")
    kind = dataclasses.replace(
        SVD, name="toy", title="Toy", holds=bundle, bundles=called("toys"), offered=99
    )
    add_model(kind)
    return kind


def test_a_kind_from_elsewhere_is_found_and_opened(tmp_path, toy):
    vectors = WordVectors(
        Vocabulary(["a", "b"], np.array([2, 1])), np.eye(2, dtype=np.float32), {}, {}
    )
    vectors.save(tmp_path / "x.wvt" / "toys", "toy-kind")
    found = wvt.load(tmp_path / "x.wvt")
    assert isinstance(found, WordVectors) and found.vocabulary.words == ("a", "b")
    assert describe(open_bundle(tmp_path / "x.wvt" / "toys")) == "a toy"
    with pytest.raises(FormatError, match="no language model"):
        wvt.load_language_model(tmp_path / "x.wvt")


def test_a_kind_that_nobody_knows_is_refused(tmp_path):
    vectors = WordVectors(Vocabulary(["a"], np.array([1])), np.eye(1, dtype=np.float32), {}, {})
    vectors.save(tmp_path / "strange", "strange")
    for load in (wvt.load, wvt.load_language_model):
        with pytest.raises(FormatError, match="a bundle of strange"):
            load(tmp_path / "strange")
    assert describe(open_bundle(tmp_path / "strange")) == "strange"
