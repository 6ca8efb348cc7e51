"""Settings: one declaration, from which checks, keywords and options follow."""

import inspect
import pkgutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from typing import Literal

import keyword_stub
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.counts.settings import CountingSettings, GloveCounting
from wordvec_toolkit.embeddings.settings import FactorisingSettings, MapSettings, WeighingSettings
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.evaluation.settings import (
    ClusteringSettings,
    DrawingSettings,
    ResamplingSettings,
)
from wordvec_toolkit.lm.settings import MixtureSettings, NgramSettings, SamplingSettings
from wordvec_toolkit.neural.recurrent.settings import DiagnosisSettings
from wordvec_toolkit.neural.word_vectors.settings import FasttextSettings, Word2vecSettings
from wordvec_toolkit.runtime.settings import Settings, setting, takes
from wordvec_toolkit.text.settings import LanguageModelText, SplitSettings, TextSettings


@dataclass(frozen=True)
class Brewing(Settings):
    """How tea is made."""

    leaf: Literal["green", "black"] = setting("black", "Kind of tea.")
    minutes: float = setting(3, "Minutes in the pot.", above=0, high=10, example="3")
    cups: int | None = setting(None, "Number of cups.", low=1, shown="one each")
    milk: bool = setting(False, "Add milk.")
    guests: tuple[str, ...] = setting((), "Names of the guests.")

    def check(self):
        if self.leaf == "green" and self.milk:
            raise SettingError("milk is not for green tea")


@takes(Brewing)
def brew(pot, *, stir=True, **settings):
    """Make tea.

    Parameters
    ----------
    pot : str

    Returns
    -------
    Brewing
    """
    return pot, stir, Brewing.among(settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"leaf": "white"}, "leaf is 'white'; expected one of green, black"),
        ({"minutes": 0}, "minutes is 0; it must be above 0 and at most 10, such as 3"),
        ({"minutes": float("nan")}, "minutes is nan"),
        ({"minutes": "3"}, "minutes is '3'; expected a number"),
        ({"minutes": True}, "minutes is True; expected a number"),
        ({"cups": 1.5}, "cups is 1.5; expected a whole number"),
        ({"cups": 0}, "cups is 0; it must be at least 1"),
        ({"milk": 1}, "milk is 1; expected true or false"),
        ({"guests": "Ann"}, "guests is 'Ann'; expected a list of words"),
        ({"guests": [1]}, "expected a list of words"),
        ({"leaf": "green", "milk": True}, "milk is not for green tea"),
        ({"leaf": None}, "leaf is None"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(settings, message):
    for make in (Brewing.from_dict, Brewing.among):
        with pytest.raises(SettingError, match=message):
            make(settings)
    with pytest.raises(SettingError, match=message):
        brew("pot", **settings)


def test_values_are_what_a_manifest_holds():
    chosen = Brewing(minutes=4, guests=["Ann", "Bo"])
    assert (chosen.minutes, chosen.guests) == (4.0, ("Ann", "Bo"))
    assert isinstance(chosen.minutes, float)
    assert list(chosen.as_dict().items()) == [
        ("leaf", "black"),
        ("minutes", 4.0),
        ("cups", None),
        ("milk", False),
        ("guests", ["Ann", "Bo"]),
    ]
    assert Brewing.from_dict(chosen.as_dict()) == Brewing(**chosen.keywords()) == chosen


def test_an_unknown_keyword_is_refused_with_the_nearest():
    with pytest.raises(SettingError, match="Brewing has no setting minute; did you mean minutes?"):
        Brewing.from_dict({"minute": 3})
    with pytest.raises(SettingError, match="brew has no setting sugar; expected pot, leaf, min"):
        brew("pot", sugar=2)
    assert Brewing.among({"sugar": 2}) == Brewing()


def test_a_function_shows_its_settings():
    assert str(inspect.signature(brew)) == (
        "(pot, leaf: Literal['green', 'black'] = 'black', minutes: float = 3, "
        "cups: int | None = None, milk: bool = False, guests: tuple[str, ...] = (), *, stir=True)"
    )
    doc = inspect.getdoc(brew).split("Returns")[0]
    assert "pot : str\nleaf : {'green', 'black'}, default black\n    Kind of tea.\n" in doc
    assert "cups : int, default one each\n    Number of cups.\n" in doc
    assert brew("pot", "green", stir=False) == ("pot", False, Brewing("green"))
    with pytest.raises(TypeError, match="multiple values"):
        brew("pot", "green", leaf="green")


def test_other_defaults_are_a_class_of_their_own():
    strong = Brewing.with_defaults(minutes=6.0)
    assert strong().minutes == 6
    assert strong.among({"cups": 2}).cups == 2
    assert isinstance(strong(), Brewing)
    with pytest.raises(SettingError, match="minutes is 11"):
        strong(minutes=11)
    assert (GloveCounting().window, GloveCounting().weighting) == (10, "harmonic")
    assert (LanguageModelText().tokenizer, LanguageModelText().min_count) == ("whitespace", 1)


def test_manifests_keep_their_keys_and_their_order():
    assert list(Word2vecSettings().as_dict()) == [
        "method",
        "dim",
        "window",
        "weighting",
        "within",
        "negative",
        "ns_exponent",
        "subsample",
        "epochs",
        "learning_rate",
        "final_learning_rate",
        "layer",
        "seed",
        "workers",
    ]
    assert list(FasttextSettings().as_dict())[4:9] == [
        "within",
        "min_n",
        "max_n",
        "bucket",
        "negative",
    ]
    assert CountingSettings(subsampling="clean", seed=5).as_dict()["seed"] == 0
    assert CountingSettings(subsample=0.1, seed=5).as_dict()["seed"] == 5


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (CountingSettings, {"window": 23, "weighting": "harmonic"}, "exact up to 22"),
        (CountingSettings, {"subsample": 1.0}, "above 0 and below 1, such as 1e-4"),
        (CountingSettings, {"seed": 2**63}, r"seed is .*from 0 to 2\*\*63 - 1"),
        (WeighingSettings, {"measure": "dice", "shift": 2}, "dice has no such setting"),
        (WeighingSettings, {"measure": "ppni"}, "expected one of ppmi, pmi"),
        (FactorisingSettings, {"dim": 9, "basis": 20}, "basis is 20; it must be at least 25"),
        (TextSettings, {"min_count": 0}, "min_count is 0; it must be at least 1"),
        (SplitSettings, {"valid": 0.5, "test": 0.5}, "together; expected less than 1"),
        (NgramSettings, {"order": 11}, "order is 11; it must be from 1 to 10"),
        (MixtureSettings, {"classes": (5, 5)}, "each number may occur once"),
        (Word2vecSettings, {"layer": "sum", "negative": 0}, "hierarchical softmax"),
        (FasttextSettings, {"min_n": 4, "max_n": 3}, "max_n is 3, below min_n"),
    ],
)
def test_steps_refuse_what_makes_no_sense(kind, settings, message):
    with pytest.raises(SettingError, match=message):
        kind(**settings)


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        (SamplingSettings, "sample"),
        (MapSettings, "map_words"),
        (ResamplingSettings, "evaluate_similarity"),
        (ResamplingSettings, "evaluate_analogies"),
        (ResamplingSettings, "evaluate_perplexity"),
        (ClusteringSettings, "evaluate_categories"),
        (DrawingSettings, "wordvec_toolkit.evaluation.category_sets:odd_one_out_of"),
        (DiagnosisSettings, "diagnose"),
    ],
)
def test_defaults_shown_are_those_of_functions_with_keywords_of_their_own(kind, function):
    found = pkgutil.resolve_name(function) if ":" in function else getattr(wvt, function)
    parameters = inspect.signature(found).parameters
    for name in set(kind.names()) & set(parameters):
        assert parameters[name].default == kind.declared(name).default, name


def test_the_stub_for_type_checkers_is_up_to_date():
    assert keyword_stub.STUB.read_text() == keyword_stub.stub(), "run python tests/keyword_stub.py"


@pytest.mark.slow
def test_a_type_checker_knows_the_keywords(tmp_path):
    pytest.importorskip("mypy")
    program = """
        from wordvec_toolkit.embeddings.ppmi import ppmi
        from wordvec_toolkit.models.ppmi import build_ppmi
        from wordvec_toolkit.counts.cooccurrence import Cooccurrence

        def f(counts: Cooccurrence) -> None:
            ppmi(counts, cds=0.75)
            build_ppmi("x.txt", dim=3, window=5, min_count=1, keep=["a"], tokenizer=str.split)
            ppmi(3, nonsense=True)
            build_ppmi("x.txt", windw=5)
            build_ppmi("x.txt", weighting="linear")
    """
    (tmp_path / "program.py").write_text(textwrap.dedent(program))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports=silent", str(tmp_path / "program.py")],
        cwd=keyword_stub.ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.split("error: ")[1] for line in done.stdout.splitlines() if "error: " in line]
    assert [line.split()[0] for line in lines] == [
        "Unexpected",
        "Argument",
        "Unexpected",
        "Argument",
    ]
    assert '"nonsense" for "ppmi"' in lines[0]
    assert '"windw" for "build_ppmi"' in lines[2]
