"""Figures of made-up numbers; no network is needed, nor PyTorch."""

import subprocess
import sys

import numpy as np
import pytest

from wordvec_toolkit.errors import EmptyResultError, SettingError, WordvecError
from wordvec_toolkit.neural.recurrent.diagnosis.results import (
    Diagnosis,
    JacobianSpectrum,
    LayerDiagnosis,
    Prediction,
    Reach,
    Spread,
)
from wordvec_toolkit.plot import figure_of
from wordvec_toolkit.report.diagnosis_figure import diagnosis_figure, write_diagnosis_figure
from wordvec_toolkit.report.look import FORMATS

STEPS = 30


def layer(number, rate, start=2.0):
    mean = start * rate ** np.arange(STEPS + 1.0)
    quantiles = np.stack([mean * factor for factor in (0.5, 0.8, 1, 1.2, 1.5)])
    one = Spread(rate, rate, rate)
    return LayerDiagnosis(
        number,
        4,
        Reach(mean, mean, quantiles, {"h": mean}),
        Prediction("recurrent matrix", rate * 1.1, rate),
        JacobianSpectrum(one, one, one, one, rate, rate),
        (),
        (),
    )


def diagnosis(name, *rates, cell="gru"):
    layers = tuple(layer(number, rate) for number, rate in enumerate(rates, 1))
    return Diagnosis(name, cell, 4, 100, layers, (), 1000, 9, STEPS, "diagnosis|made-up")


@pytest.fixture
def some():
    return [
        diagnosis("vanishing", 0.9, 0.5),
        diagnosis("kept", 0.7, 1.0),
        diagnosis("exploding", 1.0, 1.3),
        diagnosis("an LSTM " * 9, 0.8, 0.95, cell="lstm"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_numbers_give_the_same_bytes(some, tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    write_diagnosis_figure(some, path)
    first = path.read_bytes()
    magic = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[suffix]
    assert first.startswith(magic)
    import matplotlib

    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "svg.fonttype": "none"}):
        write_diagnosis_figure(some, path, overwrite=True)  # whatever the user's own style
        assert matplotlib.rcParams["font.size"] == 30
    assert path.read_bytes() == first
    if suffix == ".svg":  # matplotlib numbers what it draws: a new process, too
        code = (
            "import sys; sys.path[:0] = sys.argv[2:]; from test_diagnosis_figure import *; "
            "write_diagnosis_figure(some.__wrapped__(), sys.argv[1])"
        )
        other = tmp_path / "b.svg"
        here = str(__import__("pathlib").Path(__file__).parent)
        subprocess.run([sys.executable, "-c", code, str(other), here], check=True)
        assert other.read_bytes() == first
        assert b"date" not in first.lower()


def drawn_lines(figure):
    axes = figure.draw().axes[0]
    return axes, [line for line in axes.lines if len(line.get_xdata()) == STEPS + 1]


def test_what_is_drawn(some):
    figure = diagnosis_figure([each.as_dict() for each in some])
    axes, drawn = drawn_lines(figure)
    assert axes.get_yscale() == "log"
    assert axes.get_xlim() == (0, STEPS)
    assert len(drawn) == 3 * len(some)  # bound, spectral radius, measured
    for place, rate in enumerate((0.5, 1.0, 1.3, 0.95)):
        bound, radius, measured = (each.get_ydata() for each in drawn[3 * place : 3 * place + 3])
        np.testing.assert_allclose(measured, rate ** np.arange(STEPS + 1.0))
        np.testing.assert_allclose(radius, rate ** np.arange(STEPS + 1.0))
        np.testing.assert_allclose(bound, (1.1 * rate) ** np.arange(STEPS + 1.0))
    assert len({line.get_color() for line in drawn}) == len(some)
    low, high = axes.get_ylim()
    assert low < 0.5**STEPS
    assert high > 1.3**STEPS
    said = [sample.name for sample in figure.panels[0].key]
    assert said[:3] == [
        "vanishing: half-life: 1 step, 1 %: 7 steps",
        "kept: half-life: > 30 steps",
        "exploding: grows 1.3-fold per step",
    ]
    assert said[3].startswith("an LSTM an LSTM")
    assert "…: half-life: " in said[3]
    assert len(said) == 4 + 4  # and what is solid, shaded, dashed and dotted
    _, others = drawn_lines(diagnosis_figure([each.as_dict() for each in some], layer=1))
    np.testing.assert_allclose(others[-1].get_ydata()[-1], 0.8**STEPS)


def test_numbers_at_the_edge_are_drawn(tmp_path):
    """Nothing, too much, one network, and more of them than colours."""
    gone = diagnosis("gone", 0.0)
    write_diagnosis_figure([gone], tmp_path / "a.png")
    write_diagnosis_figure([diagnosis("much", 1e9), gone], tmp_path / "b.png")
    write_diagnosis_figure([diagnosis(str(n), 0.9) for n in range(9)], tmp_path / "c.svg")


def test_what_cannot_be_written_is_refused(some, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"mine")
    with pytest.raises(WordvecError, match=r"a\.png exists; choose another name"):
        write_diagnosis_figure(some, path)
    assert path.read_bytes() == b"mine"
    for name in ("a.jpg", "a", "a.svg.gz"):
        with pytest.raises(SettingError, match=r"ends in \.png, \.svg, \.pdf"):
            write_diagnosis_figure(some, tmp_path / name)
    with pytest.raises(EmptyResultError, match="nothing to draw"):
        diagnosis_figure([]).draw()
    with pytest.raises(SettingError, match="layer is 3; vanishing has layers 1 to 2"):
        write_diagnosis_figure(some, tmp_path / "b.png", layer=3)
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


def test_a_diagnosis_or_several_have_a_figure(some, tmp_path):
    figure = figure_of(some)
    assert repr(figure) == "Figure('How far back the gradient of the loss reaches', 1 panel)"
    assert figure.words == diagnosis_figure([each.as_dict() for each in some]).words
    assert len(figure_of(some[0]).words) < len(figure.words)
    figure.save(tmp_path / "reach.svg")
    assert "exploding" in (tmp_path / "reach.svg").read_text("utf-8")
    with pytest.raises(WordvecError, match="reach.svg"):
        figure.save(tmp_path / "reach.svg")
