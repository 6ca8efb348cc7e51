"""Single figures as files."""

import logging
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.plot import figure_of, profile_corpus, write_plot
from wordvec_toolkit.report.data import Curve, HeatMap, LearningCurves, WordMap
from wordvec_toolkit.report.labels import place_labels, shortened, text_width
from wordvec_toolkit.report.look import FORMATS
from wordvec_toolkit.text import encode_text

MAGIC = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF", ".html": b"<!"}


def word_map(n=60, words=None):
    rng = np.random.default_rng(n)
    words = words or [f"word{place}" for place in range(n)]
    x, y = (tuple(rng.random(n).tolist()) for _ in range(2))
    return WordMap("m", "PCA", tuple(words), x, y, tuple(range(n, 0, -1)), "map|made-up", 0.5)


def heat_map(n=5):
    rng = np.random.default_rng(n)
    cosines = np.tanh(rng.standard_normal((n, n)))
    cosines = (cosines + cosines.T) / 2
    np.fill_diagonal(cosines, 1)
    words = tuple(f"word{place}" for place in range(n))
    return HeatMap("m", words, tuple(map(tuple, cosines.tolist())), "heat-map|made-up")


def curves(model="lstm", size=100.0, best=2.0):
    x = (1.0, 2.0, 3.0)
    training = Curve("training", x, (3 * size, size, None))
    return LearningCurves(
        model, "epoch", "perplexity", (training, Curve("held-out", x, (2 * size, size, size))), best
    )


def profile():
    text = "\n".join(f"the {'a ' * (n % 7)} word{n % 40}" for n in range(300))
    return profile_corpus(encode_text(text), "made-up")


ALL = {"map": word_map(), "heat": heat_map(), "curves": curves(), "profile": profile()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("suffix", [*FORMATS, ".html"])
def test_the_same_numbers_give_the_same_bytes(tmp_path, kind, suffix):
    path = tmp_path / f"a{suffix}"
    assert write_plot(ALL[kind], path) == ""
    first = path.read_bytes()
    assert first.startswith(MAGIC[suffix])
    import matplotlib

    with matplotlib.rc_context({"font.size": 30, "font.family": "serif"}):
        write_plot([ALL[kind]], path, overwrite=True)  # whatever the user's own style
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    "plot",
    [
        word_map(1),
        word_map(2),
        replace(word_map(3), kept=None, counts=(0, 0, 0)),
        replace(word_map(3), x=(1.0, 1.0, 1.0), y=(2.0, 2.0, 2.0)),
        word_map(4, ["$x^{", "a\tb\n", "", "w" * 300]),
        word_map(2, ["한국어", "\U0010fffd"]),
        heat_map(2),
        heat_map(17),
        heat_map(130),
        replace(heat_map(2), words=("$a$", "\\frac{")),
        curves(size=1e-3),
        curves(best=None),
        [curves(), curves("b", 110), curves("c", 1e6)],
        [curves(f"m{n}") for n in range(9)],
        LearningCurves("m", "epoch", "loss", (Curve("training", (1.0,), (None,)),)),
        profile_corpus(encode_text("one")),
    ],
    ids=lambda plot: type(plot).__name__,
)
def test_odd_figures_are_drawn(tmp_path, plot, recwarn):
    write_plot(plot, tmp_path / "a.svg")
    write_plot(plot, tmp_path / "a.html")
    assert not [str(each.message) for each in recwarn]


def labels(plot, highlight=()):
    return [text.get_text() for text in figure_of(plot, highlight).draw().axes[0].texts]


def test_marked_words_are_named_before_all():
    crowd = replace(word_map(300), x=(0.0, 1.0) + (0.5,) * 298, y=(0.0, 1.0) + (0.5,) * 298)
    assert "word299" not in labels(crowd)
    assert labels(crowd, ["word299"])[0] == "word299"
    spread = labels(word_map(300))
    assert "word0" in spread
    assert 40 < len(spread) < 300


def test_what_is_drawn_of_curves_and_profiles():
    figure = figure_of([curves("a"), curves("b", 120), curves("c", 1e5)])
    assert [[sample.name for sample in panel.key] for panel in figure.panels] == [
        ["a, training", "a, held-out", "b, training", "b, held-out"],
        ["training", "held-out"],
    ]
    first = figure.draw().axes[0]
    np.testing.assert_array_equal(first.lines[0].get_ydata(), [300, 100, np.nan])
    found = profile()
    left, right = figure_of(found).draw().axes
    assert left.get_xscale() == left.get_yscale() == "log"
    np.testing.assert_array_equal(left.collections[0].get_offsets()[:, 1], found.counts)
    np.testing.assert_array_equal(right.lines[0].get_ydata(), found.types)
    law = found.heaps_scale * np.array(found.tokens) ** found.heaps_exponent
    np.testing.assert_allclose(right.lines[1].get_ydata(), law)


def test_what_is_drawn_of_cosines():
    found = heat_map(20)
    axes = figure_of(found).draw().axes[0]
    shades = axes.collections[0].get_facecolor()
    cosines = np.array(found.cosines).ravel()
    np.testing.assert_allclose(shades[:, 3], np.abs(cosines))
    assert len({tuple(shade[:3]) for shade in shades}) == 2
    assert (shades[cosines < 0, 0] > 0.5).all() and (shades[cosines > 0, 0] < 0.5).all()
    assert len(axes.collections[1].get_segments()) == (cosines < -0.005).sum()  # minus signs
    assert len(figure_of(heat_map(5)).draw().axes[0].texts) == 25  # the numbers themselves


def test_a_figure_of_matplotlib_can_be_worked_on(tmp_path):
    canvas = figure_of(heat_map()).draw()
    canvas.axes[0].set_title("mine")
    canvas.savefig(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(MAGIC[".png"])


def test_letters_that_no_font_has_are_named(tmp_path):
    from matplotlib.font_manager import fontManager

    from wordvec_toolkit.report.fonts import families_for

    assert families_for(["plain", "naïve Привет"]) == ([], "")
    letter = next(chr(point) for point in range(0x1D400, 0x1D800) if families_for([chr(point)])[0])
    families, missing = families_for(["a", letter])
    assert missing == ""
    assert len(families) == 1
    assert families[0] in {entry.name for entry in fontManager.ttflist}
    unknown = "\u1b83"  # Sundanese: no font of matplotlib's has it
    if families_for([unknown])[1]:
        level = logging.getLogger("matplotlib.font_manager").level
        said = write_plot(word_map(3, ["a", unknown, "b"]), tmp_path / "a.png")
        assert said.startswith(f"no installed font has the letters {unknown}: they are drawn as")
        assert logging.getLogger("matplotlib.font_manager").level == level


@given(
    st.lists(st.tuples(*[st.floats(0, 200)] * 2, st.floats(1, 60), st.floats(1, 20)), max_size=40)
)
def test_names_do_not_overlap(items):
    points = np.array([item[:2] for item in items]).reshape(-1, 2)
    sizes = np.array([item[2:] for item in items]).reshape(-1, 2)
    placed = place_labels(points, sizes, (0, 0, 200, 200), np.full(len(items), 2.0), 30)
    assert len(placed) <= 30
    boxes = [
        (left, low, left + sizes[n, 0], low + sizes[n, 1]) for n, (left, low) in placed.items()
    ]
    for number, box in enumerate(boxes):
        assert min(box[0], box[1]) >= 0
        assert max(box[2], box[3]) <= 200
        for other in boxes[:number]:
            apart = box[2] <= other[0] or other[2] <= box[0]
            assert apart or box[3] <= other[1] or other[3] <= box[1]
    if items and all(np.array(items[0])[:2] > 70) and all(np.array(items[0])[:2] < 130):
        assert 0 in placed


def test_names_are_shortened():
    assert shortened("word") == "word"
    long = shortened("n" * 99)
    assert long == "n" * 22 + "…"
    assert text_width(long) <= 15
    assert text_width(shortened("한" * 99)) <= 15
    assert shortened("a\tb\u202e") == "a␉b�"
    assert shortened("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e"


def test_what_cannot_be_written_is_refused(tmp_path):
    for name in ("a.jpg", "a", "a.html.gz"):
        with pytest.raises(SettingError, match=r"ends in \.html, \.png, \.svg, \.pdf"):
            write_plot(word_map(), tmp_path / name)
    path = tmp_path / "a.html"
    path.write_bytes(b"mine")
    with pytest.raises(WordvecError, match=r"a\.html exists; choose another name"):
        write_plot(word_map(), path)
    assert path.read_bytes() == b"mine"
    with pytest.raises(SettingError, match="nothing to draw"):
        write_plot([], tmp_path / "b.html")
    write_plot([word_map(), word_map(9)], tmp_path / "c.html")


def test_a_picture_shows_one_map(tmp_path):
    with pytest.raises(SettingError, match="2 figures for one file"):
        write_plot([word_map(), word_map()], tmp_path / "c.png")
