"""A kind of vectors from another package, from ``wvt --help`` to the report of a study."""

import json

import pytest
from plugins import Plugin

TOY = '''
"""Vectors whose numbers are the letters of a word."""

from dataclasses import dataclass

from wordvec_toolkit.models.catalogue import BundleKind, ModelKind, add_model, at_levels, called
from wordvec_toolkit.models.costs import Estimate
from wordvec_toolkit.models.kinds.vectors import n_of_table, open_vectors
from wordvec_toolkit.runtime.settings import Settings, setting


@dataclass(frozen=True)
class ToySettings(Settings):
    dim: int = setting(4, "Number of letters.", low=1, high=9)
    scale: float = setting(1.0, "Factor of all vectors.", above=0)


def build(corpus, output=None, *, tokenizer=None, progress=None, **settings):
    import numpy as np

    from wordvec_toolkit.embeddings.vectors import WordVectors
    from wordvec_toolkit.models.opening import open_workspace
    from wordvec_toolkit.text.corpus import EncodedCorpus

    chosen = ToySettings.among(settings)

    def fill(writer):
        words = EncodedCorpus.from_bundle(encoded).vocabulary.without_specials()
        rows = [[ord(c) * chosen.scale for c in f"{w:_<9}"[: chosen.dim]] for w in words.words]
        facts = {"dim": chosen.dim}
        WordVectors(words, np.array(rows, np.float32), chosen.as_dict(), facts).write(writer)

    with open_workspace(corpus, output, {}, "", None, progress) as (pipeline, encoded):
        inputs = {encoded.path.name: encoded.digest}
        pipeline.step("letters", "letters", chosen.as_dict(), inputs, fill)
    return pipeline.workspace


add_model(
    ModelKind(
        name="letters",
        title="Letters",
        role="vectors",
        family="lexical",
        holds=BundleKind(
            kind="letters",
            holds="vectors",
            open=open_vectors,
            describe=lambda bundle: f"{bundle.facts['dim']} letters",
            n_parameters=n_of_table,
            training=None,
        ),
        bundles=called("letters"),
        offered=50,
        build=build,
        settings=lambda: (ToySettings,),
        command=("build-letters",),
        builds_on=("ppmi",),
        is_random=False,
        resumes=False,
        least_words=0,
        options=at_levels(quick={"dim": 2}, standard={}, full={}),
        cost=lambda settings, sizes: Estimate(1, 1e8),
    )
)
'''


@pytest.mark.slow
def test_a_kind_of_vectors_of_another_package(tmp_path):
    plugin = Plugin(tmp_path, TOY)
    wvt = plugin.wvt
    assert "build-letters" in wvt("--help")
    shown = wvt("build-letters", "--help")
    assert "--dim INTEGER Number of letters." in shown and "Factor of all vectors." in shown
    assert "Models, of ppmi" in wvt("compare", "--help") and "letters" in wvt("compare", "--help")
    wvt("build-ppmi", "lee", "-o", "a.wvt", "--dim", "0")
    assert "letters 3 letters" in wvt("build-letters", "a.wvt", "--dim", "3")
    assert "dim is 0" in plugin.failing("build-letters", "a.wvt", "--dim", "0")
    assert "letters" in wvt("info", "a.wvt")
    nearest = json.loads(wvt("neighbors", "a.wvt/letters", "government", "--json"))
    assert nearest["government"][0]["similarity"] > 0.99
    wvt("compare", "lee", "-o", "a.study", "--quick", "--models", "letters", "--min-count", "20")
    report = json.loads((tmp_path / "a.study" / "report.json").read_text())
    row = next(row for row in report["models"] if row["name"] == "letters")
    assert (row["title"], row["family"], row["status"]) == ("Letters", "lexical", "done")
    assert row["settings"]["dim"] == 2 and row["n_parameters"] > 0
    assert any(score["model"] == "letters" for score in report["scores"])
    assert "Letters" in (tmp_path / "a.study" / "report.html").read_text("utf-8")


def test_a_kind_that_lacks_something_is_refused_by_name(tmp_path):
    said = Plugin(tmp_path, TOY.replace('        family="lexical",\n', "")).failing("info", "a.wvt")
    assert "toy cannot be loaded" in said and "'family'" in said
