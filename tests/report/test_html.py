"""The HTML report as text: complete, well-formed, escaped, and the same bytes each time."""

import base64
import csv
import hashlib
import io
import json
import math
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from sample_reports import (
    HOSTILE,
    broken_report,
    diagnosis,
    empty_report,
    full_report,
    heat_map,
    profile,
    word_map,
)

from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.report.charts import (
    Interval,
    Line,
    interval_panel,
    line_panel,
    round_numbers,
    tick_text,
)
from wordvec_toolkit.report.curve_figures import learning_figure
from wordvec_toolkit.report.diagnosis_figure import diagnosis_figure
from wordvec_toolkit.report.figure_page import figure_of, render_figure_page, write_figure_page
from wordvec_toolkit.report.html import render_report, report_sections, write_report_html
from wordvec_toolkit.report.page import embedded_json, page_bytes
from wordvec_toolkit.report.sections.numbers import duration, fixed, moment, probability, size

VOID = {"meta", "link", "input", "br", "img", "wbr"}


class Page(HTMLParser):
    """A page taken apart; elements that are not closed, or closed twice, are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.parts: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)
        else:
            self.parts.append(data)

    def values(self, wanted):
        return [value for _, name, value in self.attributes if name == wanted]

    @property
    def text(self):
        return " ".join("".join(self.parts).split())


REPORTS = {"full": full_report, "broken": broken_report, "empty": empty_report}


@pytest.fixture(scope="module")
def full():
    return Page(render_report(full_report()))


@pytest.mark.parametrize("name", REPORTS)
def test_pages_are_well_formed_and_alone(name):
    text = render_report(REPORTS[name]())
    page = Page(text)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for link in page.values("href"):
        assert link.startswith(("data:,", "data:text/csv;charset=utf-8;base64,")) or link[1:] in ids
    for wanted in page.values("aria-labelledby"):
        assert wanted in ids
    assert page.values("src") == []
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"]
    for place in re.findall(r"https?://[^\"'\s<]*", text):
        assert place == "http://www.w3.org/2000/svg", place
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert all(link in ids for link in re.findall(r"url\(#([^)]*)\)", text))
    assert page_bytes(text) == page_bytes(render_report(REPORTS[name]()))


SECTIONS = {
    "full": (
        "summary scores headline differences perplexity neighbors map learning gradients corpus",
        "terms score-tables paired perplexity-table bands costs split notes models settings "
        "signatures commands",
    ),
    "broken": (
        "summary scores headline perplexity neighbors map learning gradients corpus",
        "terms score-tables paired perplexity-table bands models signatures",
    ),
    "empty": ("summary", ""),
}


@pytest.mark.parametrize("name", REPORTS)
def test_sections_without_content_are_omitted_and_provenance_is_folded(name):
    sections = report_sections(REPORTS[name]())
    shown, folded = SECTIONS[name]
    assert [each.id for each in sections if not each.folded] == shown.split()
    assert [each.id for each in sections if each.folded] == folded.split()
    page = Page(render_report(REPORTS[name]()))
    for each in sections:
        assert each.blocks, each.id
        assert each.id in page.values("id")
        assert (f"#{each.id}" in page.values("href")) is not each.folded
    assert ("#appendix" in page.values("href")) is bool(folded)
    if name == "empty":
        assert "This report has no models yet." in page.text


def csv_files(page):
    """Return the CSV files of a page: name -> rows."""
    links = [a for a in page.values("href") if a.startswith("data:text/csv")]
    texts = [base64.b64decode(a.partition("base64,")[2]).decode() for a in links]
    names = [each.removesuffix(".csv") for each in page.values("download")]
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in zip(names, texts)}


def test_every_table_comes_as_csv_in_full_precision(full):
    report = full_report()
    assert len(full.values("download")) == full.tags["table"]
    files = csv_files(full)
    assert set(files) == {
        "word-vectors",
        "language-models",
        "neighbors",
        "corpus",
        "similarity",
        "analogies",
        "differences",
        "perplexity",
        "perplexity-bands",
        "split",
        "versions",
        "signatures",
    }
    rows = files["similarity"]
    wanted = [each for each in report.scores if each.measure == "spearman"]
    assert [float(row["low"]) for row in rows] == [each.low for each in wanted]
    assert [row["model"] for row in rows] == [each.model for each in wanted]
    (found,) = (r for r in files["perplexity"] if r["model"] == "cache")
    assert float(found["perplexity"]) == 187.26 and float(found["interval_high"]) == 200.38
    assert {row["parameters"] for row in files["word-vectors"]} >= {"930000", "930001"}
    assert [float(row["difference"]) for row in files["differences"]] == [
        each.difference for each in report.differences
    ]


def numbers_of(report):
    """Every number of the report as the page has to show it."""
    for each in report.scores:
        yield from (fixed(each.value), f"[{fixed(each.low)}, {fixed(each.high)}]")
        yield from (fixed(each.chance_level), f"{each.n:,}", f"{each.n_oov:,}", each.signature)
    for each in report.perplexities:
        yield from (f"{v:,.2f}" for v in (each.perplexity, each.low, each.perplexity_without_oov))
        yield from (f"{each.bits_per_token:.3f}", f"{each.n_tokens:,}", each.signature)
        yield "–" if math.isnan(each.bits_per_byte) else f"{each.bits_per_byte:.4f}"
    for each in report.bands:
        yield from (each.label, f"{each.n:,}", f"{each.perplexity:,.2f}", f"{each.high:,.2f}]")
    for each in report.differences:
        yield from (f"{each.difference:+.3f}".replace("-", "−"), probability(each.p_value))
        yield from (probability(each.p_holm), f"[{fixed(each.low)}, {fixed(each.high)}]")
        yield from (each.signature, f"{each.n:,}")
    for each in report.models:
        yield from (each.title, each.command, each.signature, each.reason, each.family)
        yield from (duration(each.cost.seconds), size(each.cost.peak_bytes))
        yield size(each.cost.size_bytes)
        yield from (str(value) for value in each.settings.values() if not isinstance(value, dict))
        if each.n_parameters is not None:
            yield f"{each.n_parameters:,}"
    for each in report.steps:
        yield from (each.command, each.reason, duration(each.cost.seconds))
    for each in report.split:
        yield from (each.sha256, f"{each.n_words:,}", f"{each.n_lines:,}", each.path)
    for each in report.neighbors:
        for words in each.neighbors.values():
            yield from (fixed(cosine) for _, cosine in words)
    found = report.profile
    yield from (f"{v:,}" for v in (found.n_tokens, found.n_words, found.n_types, found.n_once))
    yield from (f"{found.n_sentences:,}", f"{found.n_documents:,}", "12.34 %", "1.037", "0.512")
    yield from (*report.versions, *report.versions.values(), *report.notes, report.title)
    yield from (report.command, "22 November 2026, 01:43 UTC")


def test_every_number_of_the_report_is_shown(full):
    for wanted in numbers_of(full_report()):
        assert " ".join(wanted.split()) in full.text, wanted
    assert full_report().settings in "".join(full.parts)


def test_words_are_text_and_nothing_else(full):
    assert full.tags["script"] == 2  # the map's data, and the page's own
    assert full.tags["img"] == full.tags["b"] == full.tags["i"] == 0
    text = render_report(full_report())
    assert "<script>alert" not in text
    assert "{{ 7 * 7 }}" in text
    for word in HOSTILE:
        if word.isprintable() and word.strip():
            assert " ".join(word.split()) in full.text, word
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)
    assert b"\xed\xa0" not in page_bytes(text)


def test_data_of_maps_is_safe_and_whole(full):
    data = json.loads(full.raw["script"][0])
    assert [each["model"] for each in data["maps"]] == ["PPMI-SVD", "skip-gram"]
    assert len(data["lists"]) == 1  # both have the same words, which are there once
    words = data["lists"][0]["words"]
    assert words[0] == HOSTILE[0]
    assert data["lists"][0]["counts"] == list(word_map("svd").counts)
    for each in data["maps"]:
        assert len(each["x"]) == len(each["y"]) == len(words)
        assert 0 <= min(*each["x"], *each["y"]) < max(*each["x"], *each["y"]) == 65535
    raw = str(embedded_json(["</script><!--", "\u2028&"]))
    assert not set(raw) & set("<>&\u2028")
    assert json.loads(raw) == ["</script><!--", "\u2028&"]
    with pytest.raises(ValueError):
        embedded_json([math.nan])


def test_places_on_the_map_keep_their_shape():
    found = word_map("svd")
    data = json.loads(Page(render_figure_page("m", found)).raw["script"][0])["maps"][0]
    i, j, k = 3, 50, 200
    wanted = math.dist((found.x[i], found.y[i]), (found.x[j], found.y[j])) / math.dist(
        (found.x[i], found.y[i]), (found.x[k], found.y[k])
    )
    x, y = data["x"], data["y"]
    seen = math.dist((x[i], y[i]), (x[j], y[j])) / math.dist((x[i], y[i]), (x[k], y[k]))
    assert seen == pytest.approx(wanted, rel=1e-3)
    assert (y[i] > y[j]) == (found.y[i] > found.y[j])


def test_the_policy_lets_in_only_what_the_page_was_written_with(full):
    policy = next(v for v in full.values("content") if "default-src" in v)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind, text in (("script", full.raw["script"][-1]), ("style", full.raw["style"][0])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
        assert "</" not in text
        assert "<!--" not in text


def test_tables_have_captions_and_numbers_at_the_right(full):
    assert full.tags["table"] == full.tags["caption"] > 8
    assert full.tags["figure"] == full.tags["figcaption"] > 6
    assert full.values("class").count("number") > 100
    labels = [value for tag, name, value in full.attributes if (tag, name) == ("svg", "aria-label")]
    assert len(labels) >= 10
    assert all(labels)


def test_what_is_not_there_keeps_its_row_and_reason(full):
    for wanted in (
        "failed: <script>alert(3)</script> the disk is full",
        "refused: it needs 9 GB of memory",
        "missing: it needs PyTorch",
    ):
        assert full.text.count(wanted) >= 2  # in the table of all models, and where it is made
        reason = wanted.partition(": ")[2]
        assert full.text.index(reason) < full.text.index("Intervals are 95 %")  # in the card


@pytest.mark.slow
def test_writing(tmp_path):
    path = tmp_path / "report.html"
    write_report_html(full_report(), path)
    first = path.read_bytes()
    write_report_html(full_report(), path)
    assert path.read_bytes() == first
    assert len(first) < 400_000
    with pytest.raises(WordvecError, match="exists"):
        write_report_html(full_report(), path, overwrite=False)
    with pytest.raises(SettingError, match=r"ends in \.html"):
        write_report_html(full_report(), tmp_path / "report.htm.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_page_for_each_kind_of_figure(tmp_path):
    for n, content in enumerate(
        (
            word_map("svd"),
            [word_map("svd"), word_map("glove", seed=4)],
            heat_map(),
            heat_map(16),
            full_report().learning,
            profile(),
            diagnosis_figure(full_report().gradients),
        )
    ):
        path = tmp_path / f"{n}.html"
        write_figure_page(path, "A <figure>", content, caption="how", command="wvt plot <x>")
        page = Page(path.read_text(encoding="utf-8"))
        assert page.tags["svg"] >= 1
        assert "A <figure>" in page.text
        assert "wvt plot <x>" in page.text
    foreign = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    page = Page(render_figure_page("x", foreign))
    assert page.tags["script"] == 1
    assert base64.b64decode(page.values("src")[0].split(",")[1]).decode() == foreign
    with pytest.raises(WordvecError, match="exists"):
        write_figure_page(tmp_path / "0.html", "x", heat_map())


def test_lines_are_drawn_where_their_numbers_are():
    lines = [Line("a", (1, 10, 100), (1e-4, 1e-2, 1)), Line("b", (1, 100), (1, 1), 1)]
    chart = str(line_panel("t", "l", lines, "x", "y", log_x=True, log_y=True).svg)
    path = re.search(r'<path d="M ([^"]*)"[^>]* fill="none" stroke="var\(--s0', chart).group(1)
    (x0, y0), (x1, y1), (x2, y2) = (map(float, p.split()) for p in path.split("L"))
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.05)
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.05)
    assert "stroke-dasharray" in chart  # distinct in print
    assert "<title>a: 10, 0.01</title>" in chart
    gaps = [Line("", (1, 2, 3, 4, 5), (1, None, 3, math.nan, 5))]
    chart = str(line_panel("t", "l", gaps, "x", "y").svg)
    assert re.findall(r"<title>([^<]*)</title>", chart) == ["1, 1", "3, 3", "5, 5"]


def test_measured_curves_are_solid_as_their_key_says():
    for curves in (full_report().learning, [replace(c, model="x") for c in full_report().learning]):
        for panel in learning_figure(curves).panels:
            assert "stroke-dasharray" not in str(panel.svg)


def test_one_minus_sign_is_used(full):
    shown = re.sub(r"wvt [^<]*", "", full.text)
    assert "−0.175" in shown
    assert not re.search(r"(?<![\w.)-])-\d", re.sub(r"\S*\|\S*", "", shown))


def test_intervals_are_drawn_where_their_numbers_are():
    rows = [("first", [Interval("first", 1.0, 0.5, 3.0)]), ("second", [Interval("second", 2.0)])]
    panel = interval_panel("t", "l", rows, "x", chance=0.25)
    chart = str(panel.svg)
    marks = re.findall(r'<use [^>]*x="([\d.]+)"[^>]*><title>(\w+): ', chart)
    places = {name: float(x) for x, name in marks}
    whisker = re.search(r'<path d="M ([\d.]+) ([\d.]+) L ([\d.]+) \2"[^>]*--s0', chart)
    low, high = (float(whisker[n]) for n in (1, 3))
    unit = (high - low) / 2.5
    assert places["second"] - places["first"] == pytest.approx(unit, abs=0.05)
    assert places["first"] - low == pytest.approx(0.5 * unit, abs=0.05)
    titles = re.findall(r"<title>([^<]*)</title>", chart)
    assert "first: 1.000 [0.500, 3.000]" in titles
    assert "second: 2.000" in titles
    assert "chance: 0.25" in titles and ">chance</text>" in chart
    assert ">2.000</text>" in chart  # the number itself, at the right


def test_charts_of_nothing_and_of_too_much():
    nan = math.nan
    for values in (
        (),
        (nan,),
        (None, None),
        (0.0, 0.0),
        (1e300, 1e-300),
        (-5.0, 5.0),
        (math.inf, 1),
    ):
        x = tuple(float(n) for n in range(len(values)))
        low = values[0] if values else None
        rows = [("a", [Interval("a", low, low, low)]), ("b", [])]
        for log in (False, True):
            lines = [Line("a", x, values)]
            for panel in (
                line_panel("t", "l", lines, "x", "y", log_x=log, log_y=log),
                interval_panel("t", "l", rows, "x", log=log, chance=low),
            ):
                chart = str(panel.svg)
                Page(chart)
                assert not re.search(r"\b(nan|inf)\b", chart)
    assert not diagnosis_figure([]).panels
    assert not diagnosis_figure([{}, {"layers": [{"gradient_norm": {"mean": [None]}}]}]).panels
    figure = diagnosis_figure([diagnosis("exploding", 1e6), diagnosis("gone", 1e-9)])
    assert "nan" not in str(figure.panels[0].svg)


def test_axes_and_their_numbers():
    assert round_numbers(0, 10, False) == [0, 2, 4, 6, 8, 10]
    assert round_numbers(0.01, 0.26, False) == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.25])
    assert round_numbers(1, 1e6, True) == [1, 100, 10_000, 1_000_000]
    assert round_numbers(1, 20, True) == [1, 3, 10]
    assert round_numbers(170, 260, True) == [180, 200, 220, 240, 260]
    wanted = {0.0: "0", 0.25: "0.25", 1000.0: "1,000", -2.5: "−2.5", 1e6: "10⁶", 2e-5: "2·10⁻⁵"}
    assert {value: tick_text(value) for value in wanted} == wanted


def test_figures_show_themselves_in_notebooks():
    text = heat_map()._repr_html_()
    assert text == figure_of(heat_map())._repr_html_()
    page = Page(text)
    assert page.tags["svg"] == 1
    assert "Cosine similarity: svd" in page.text
    assert "background:#ffffff" in text
    assert "#0072b2" in text  # where the page's colours are not defined


def test_how_numbers_are_written():
    assert [duration(v) for v in (None, 1.25, 99.96, 245.2, 3720.0)] == [
        "–",
        "1.2 s",
        "100.0 s",
        "4 min 05 s",
        "1 h 02 min",
    ]
    assert [size(v) for v in (None, 0, 999, 1_000_000, 12_345_678_901)] == [
        "–",
        "0 B",
        "999 B",
        "1 MB",
        "12.3 GB",
    ]
    assert [fixed(v) for v in (None, math.nan, math.inf, -0.0001, -1234.5)] == [
        "–",
        "not a number",
        "∞",
        "0.000",
        "−1,234.500",
    ]
    assert [probability(v) for v in (0.0004, 0.0496, math.nan)] == ["< 0.001", "0.050", "–"]
    assert moment("2026-11-22T01:43:39Z") == "22 November 2026, 01:43 UTC"
    assert moment("yesterday") == "yesterday"
