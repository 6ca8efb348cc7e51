"""The report in Korean: its fixed words alone, the same bytes each time."""

import re

import pytest

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.report.data import ModelRow, NeighborTable, Report
from wordvec_toolkit.report.html import render_report, write_report_html
from wordvec_toolkit.report.translations import catalogue, translated
from wordvec_toolkit.study.settings import StudySettings, read_settings, write_settings

WORDS = (("time", 0.9), ("<b>best</b>", 0.8), ("model", 0.7))


@pytest.fixture(scope="module")
def report():
    row = ModelRow("svd", "PPMI-SVD", "vectors", "count-based", "x.wvt/svd", "done", "", "wvt x")
    neighbors = NeighborTable("family", 3, {"svd": WORDS})
    return Report("서울.txt", "wvt compare", "", {}, "", models=(row,), neighbors=(neighbors,))


@pytest.fixture(scope="module")
def pages(report):
    return render_report(report), render_report(report, "ko")


def test_headings_columns_and_conclusions_are_korean(pages):
    english, korean = pages
    assert '<html lang="ko"' in korean and '<html lang="en"' in english
    for text in ("결론", "모든 모형", "가까운 단어", "계수 기반", "부록", "단어 벡터를 평가하지"):
        assert text in korean and text not in english
    assert "Malgun Gothic" in korean


def test_words_of_the_corpus_commands_and_programs_stay(pages):
    english, korean = pages
    for kind in ("script", "style", "bdi", "code"):
        parts = [re.findall(rf"<{kind}\b.*?</{kind}>", page, re.DOTALL) for page in pages]
        assert parts[0] == parts[1] and (parts[0] or kind == "code")
    assert "<bdi>time</bdi>" in korean and "&lt;b&gt;best" in korean
    tags = [re.sub(r'(aria-label|title|placeholder|lang)="[^"]*"', "", page) for page in pages]
    assert re.findall(r"<[^>]*>", tags[0]) == re.findall(r"<[^>]*>", tags[1])


def test_the_same_report_gives_the_same_bytes(report, pages, tmp_path):
    write_report_html(report, tmp_path / "a.html", language="ko")
    assert (tmp_path / "a.html").read_text("utf-8") == pages[1]
    with pytest.raises(SettingError, match="en or ko"):
        write_report_html(report, tmp_path / "b.html", language="fi")


def test_every_entry_has_its_placeholders():
    for english, korean in catalogue("ko").items():
        n = len(re.findall(r"\{n?\}", english))
        places = sorted(map(int, re.findall(r"\{(\d+)\}", korean)))
        assert places == list(range(n)), english
        assert english == english.strip() and not english.endswith("."), english
        assert re.search("[가-힣]", korean), korean


@pytest.mark.parametrize(
    "english, korean",
    [
        ("54 of 353 pairs covered (15.3 %)", "353쌍 중 54쌍 포함 (15.3 %)"),
        (
            "No significant difference from svd; significantly better than 2 others.",
            "유의한 차이가 없는 모형: svd; 유의하게 뒤진 모형: 다른 2개.",
        ),
        ("a.txt: svd is best", "a.txt: 최고: svd"),
        ("Intervals are 95 %. Nobody knows this.", "구간은 95 %입니다. Nobody knows this."),
        ("svd on others", "svd on others"),
    ],
)
def test_sentences(english, korean):
    assert translated(english, "ko") == korean


def test_a_study_keeps_its_language(tmp_path):
    settings = StudySettings(("lee",), report_language="ko")
    (tmp_path / "study.toml").write_text(write_settings(settings), "utf-8")
    assert StudySettings(**read_settings(tmp_path / "study.toml")) == settings
    with pytest.raises(SettingError, match="report_language is 'xx'"):
        StudySettings(("lee",), report_language="xx")
