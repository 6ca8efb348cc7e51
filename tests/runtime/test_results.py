"""Results as data, as a line, as a table; signatures as sacrebleu has them."""

import json
import math
import sys
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from sample_reports import full_report

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings import Neighbor
from wordvec_toolkit.errors import MissingExtraError, SettingError, WordvecError
from wordvec_toolkit.report.data import Report
from wordvec_toolkit.runtime.plain_json import as_json
from wordvec_toolkit.runtime.results import Column, Result, Results, items
from wordvec_toolkit.runtime.rows import Rows
from wordvec_toolkit.runtime.signatures import Signature


@dataclass(frozen=True, repr=False)
class Part(Result):
    COLUMNS: ClassVar = (Column("name", "part", "text"), Column("share", "share", "percent", 1))

    name: str
    share: float | None


@dataclass(frozen=True, repr=False, kw_only=True)
class Made(Result):
    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("value", "value"),
        Column("interval", "95 % interval", "interval", 2),
        Column("p", "p", "p"),
        Column("gain", "gain", "signed"),
        Column("n", "items", "whole"),
        Column("unknown", "unknown"),
    )
    DERIVED: ClassVar = ("double",)

    model: str = ""
    value: float
    interval: tuple[float, float]
    p: float = 0.5
    gain: float = 0.0
    n: int
    unknown: float | None = None
    kind: Literal["a", "b"] = "a"
    is_good: bool = True
    parts: tuple[Part, ...] = ()
    facts: dict[str, Any]
    scores: "np.ndarray" = items()
    ids: "np.ndarray | None" = items("int32")
    signature: Signature

    @property
    def double(self) -> float:
        return 2 * self.value


def made(**changes: Any) -> Made:
    known = {
        "model": "<svd>",
        "value": 0.48712,
        "interval": (0.391, 0.5712),
        "n": 203,
        "parts": (Part("one", 0.25), Part("two", None)),
        "facts": {"a": [1, None, {"b": "c"}]},
        "scores": np.array([0.1, math.nan, 0.3]),
        "ids": np.array([3, 2], np.int32),
        "signature": Signature.of("made", n=203),
    }
    return Made(**(known | changes))


def test_data_goes_there_and_back():
    one = made(value=math.inf)
    again = Made.from_dict(one.as_dict())
    assert again.as_dict() == one.as_dict() | {
        "scores": pytest.approx([0.1, math.nan, 0.3], nan_ok=True)
    }
    assert again.parts == one.parts and again.value == math.inf
    assert again.scores.dtype == np.float64 and again.ids.dtype == np.int32
    assert isinstance(again.signature, Signature)
    through = Made.from_dict(json.loads(as_json(one.as_dict())))
    assert math.isnan(through.value) and through.parts == one.parts  # JSON has no infinity
    assert through.interval == one.interval
    np.testing.assert_array_equal(through.scores, one.scores)
    assert one.as_dict()["double"] == math.inf
    assert Made.from_dict(replace(one, ids=None).as_dict()).ids is None


def test_without_items_a_result_says_what_it_lacks():
    few = Made.from_dict(made().as_dict(items=False))
    assert few == made() != made(n=202)
    assert "scores" not in few.as_dict()
    with pytest.raises(WordvecError, match="this Made was read without scores"):
        _ = few.scores
    assert not hasattr(few, "nonsense")
    assert few.replaced(model="other").model == "other"
    with pytest.raises(TypeError, match="nonsense is not a field"):
        few.replaced(nonsense=1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"more": 1}, "'more' is not a key of a Made; expected model, value"),
        ({"value": None, "n": None}, "n of a Made is 'None'"),
        ({"value": "0.5"}, "value of a Made is '0.5'"),
        ({"value": True}, "value of a Made is 'True'"),
        ({"n": 1.5}, "n of a Made"),
        ({"kind": "c"}, "kind of a Made is 'c'"),
        ({"interval": [1.0]}, "interval of a Made"),
        ({"is_good": 1}, "is_good of a Made"),
        ({"parts": [{"name": "x"}]}, "the data of a Part has no 'share'"),
        ({"parts": [3]}, "'3' is not the data of a Part"),
        ({"facts": []}, "facts of a Made"),
        ({"scores": ["a"]}, "scores of a Made"),
        ({"signature": 3}, "signature of a Made"),
    ],
)
def test_other_data_is_refused_in_a_sentence(changes, said):
    with pytest.raises(SettingError, match=said) as caught:
        Made.from_dict(made().as_dict() | changes)
    assert "\n" not in str(caught.value)
    data = made().as_dict()
    del data["value"]
    with pytest.raises(SettingError, match="the data of a Made has no 'value'"):
        Made.from_dict(data)


def test_a_line_and_a_table():
    assert repr(made()) == (
        "Made(model <svd>, value 0.487, 95 % interval 0.39 to 0.57, p 0.5000, gain +0.000, "
        "items 203)"
    )
    page = made()._repr_html_()
    assert "<td>&lt;svd&gt;</td><td>0.487</td><td>0.39 to 0.57</td>" in page
    assert "<th>95 % interval</th>" in page and "<small>made|n:203</small>" in page
    assert "<svd>" not in page
    assert "<td>\u22121e\u221204</td>" in made().replaced(gain=-1e-4)._repr_html_()


def test_how_columns_are_shown():
    assert Column("x", "x", "percent", 1).text(0.1234) == "12.3%"
    assert Column("x", "x", "p").text(0.00001) == "<0.0001"
    signed = Column("x", "x", "signed")
    assert [signed.text(v) for v in (0.25, -0.0001, 0.0)] == ["+0.250", "-1e-04", "+0.000"]
    assert Column("x", "x", digits=2).text(math.inf) == "inf"
    for value in (None, math.nan, (math.nan, 1.0)):
        assert Column("x", "x", "interval").text(value) == "-"


def test_a_frame_has_a_row_for_each_part():
    pandas = pytest.importorskip("pandas")
    frame = made().to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.loc[0, ["interval_low", "n"]].tolist() == [0.391, 203]


def test_without_pandas_the_extra_is_named(monkeypatch):
    assert made().records()[0]["interval_high"] == 0.5712
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r'-e "\.\[pandas\]"'):
        made().to_frame()


def test_signatures_are_text_with_parts():
    one = Signature.of("spearman", set="ws", oov_pairs="left-out", n=203)
    assert one == "spearman|set:ws|oov-pairs:left-out|n:203"
    assert one.get("oov-pairs") == "left-out" and one.get("seed", "none") == "none"
    assert one.add(n=3).get("n") == "203"  # the first
    assert one.before("oov-pairs").add("x") == "spearman|set:ws|x"
    assert one.version == "" and one.with_version().version == wvt.__version__
    assert one.with_version().with_version() == one.with_version()
    inner = Signature("perplexity|mixture(a|n:1, b)|n:9|text:a(b|c")
    assert inner.parts == (
        ("perplexity", ""),
        ("mixture(a|n", "1, b)"),
        ("n", "9"),
        ("text", "a(b|c"),
    )
    for text in ("", "|", "a|(b|", "a:b:c||d)"):
        taken_apart = Signature(text).parts
        assert "|".join(f"{k}:{v}" if v else k for k, v in taken_apart) == text


def test_a_report_goes_there_and_back():
    report = full_report()
    again = Report.from_dict(json.loads(report.as_json()))
    assert json.loads(again.as_json()) == json.loads(report.as_json())
    assert [type(each) for each in again.scores] == [type(each) for each in report.scores]
    assert repr(again) == "Report(title Lee <news> & “more”, made 2026-11-22T01:43:39+00:00)"
    assert "&lt;news&gt;" not in again._repr_html_() and "PPMI-SVD" in again._repr_html_()


def test_a_diagnosis_goes_there_and_back():
    from wordvec_toolkit.neural.recurrent.diagnosis import results as of

    mean = 2.0 * 0.5 ** np.arange(9.0)
    reach = of.Reach(mean, mean, np.tile(mean, (5, 1)), {"h": mean})
    spread = of.Spread(0.5, 0.4, 0.6)
    layer = of.LayerDiagnosis(
        1,
        4,
        reach,
        of.Prediction("recurrent matrix", 0.6, 0.5),
        of.JacobianSpectrum(spread, spread, spread, spread, 0.6, 0.5),
        (of.MatrixSpectrum("h", 0.6, 0.5),),
        (of.Saturation("h", 0.3, 0.1, 0.2, (0.1,) * 10),),
    )
    found = of.Diagnosis("x", "gru", 4, 9, (layer,), ({"clipped": 0.5},), 99, 3, 8, Signature("d"))
    data = json.loads(as_json(found.as_dict()))
    assert list(data["layers"][0]["gradient_norm"]["quantiles"]) == [
        "0.1",
        "0.25",
        "0.5",
        "0.75",
        "0.9",
    ]
    assert data["layers"][0]["steps_to_half"] == 1 and data["clipped"] == 0.5
    assert data["layers"][0]["prediction"]["curves"]["asymptotic"][2] == 0.25
    again = of.Diagnosis.from_dict(data)
    assert again.as_dict() == found.as_dict()
    np.testing.assert_array_equal(again.layers[0].reach.parts["h"], mean)
    assert again.layers[0].reach.half_life == pytest.approx(1)
    assert repr(again).startswith("Diagnosis(model x, cell gru, width 4, positions 3, clipped 50%")


def test_lists_of_answers_are_tables():
    found = Rows([Neighbor("<b>", 0.5), Neighbor("c", 0.25)])
    assert found == [("<b>", 0.5), ("c", 0.25)]
    assert found._repr_html_() == (
        "<table><tr><th>word</th><th>similarity</th></tr><tr><td>&lt;b&gt;</td><td>0.5000</td></tr>"
        "<tr><td>c</td><td>0.2500</td></tr></table>"
    )
    assert found.records()[1] == {"word": "c", "similarity": 0.25}
    assert Rows[Neighbor]()._repr_html_() == "<table><tr></tr></table>"


def test_tuples_of_results_are_tables():
    found = Results([made(), made()])
    assert found == (made(), made()) and isinstance(found, tuple)
    assert found._repr_html_().count("<td>&lt;svd&gt;</td>") == 2
    assert found.records() == made().records() * 2
    assert Results([])._repr_html_() == "<table><tr></tr></table>"
