"""The report in Korean: its fixed words alone, the same bytes each time."""

import ast
import dataclasses
import html
import json
import re
from pathlib import Path

import pytest
from sample_reports import full_report

import wordvec_toolkit.study.notes
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.models import kinds
from wordvec_toolkit.report.data import ModelRow, NeighborTable, Report
from wordvec_toolkit.report.html import render_report, write_report_html
from wordvec_toolkit.report.translations import catalogue, translated
from wordvec_toolkit.study.settings import StudySettings, read_settings, write_settings

#: Words that no text of a Korean page has, but for names of models and words of the corpus.
ENGLISH = re.compile(
    r"\b(the|of|is|are|and|an|in|to|with|without|by|for|from|that|which|its?|not|on|at|was|were|as|or|"
    r"than|this|these|all|each|has|have|no|words?|models?|tokens?|lines?|more|better|best)\b",
    re.IGNORECASE,
)
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
    for text in ("결론", "모든 모델", "가까운 단어", "빈도 기반", "부록", "단어 벡터를 평가하지"):
        assert text in korean and text not in english
    assert "Malgun Gothic" in korean


def test_words_of_the_corpus_commands_and_programs_stay(pages):
    english, korean = pages
    for kind in ("script", "style", "bdi", "code"):
        parts = [re.findall(rf"<{kind}\b.*?</{kind}>", page, re.DOTALL) for page in pages]
        assert parts[0] == parts[1] and (parts[0] or kind == "code")
    assert "<bdi>time</bdi>" in korean and "&lt;b&gt;best" in korean
    tags = [
        re.sub(r' (aria-label|title|placeholder|lang|data-words)="[^"]*"', "", page)
        for page in pages
    ]
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
        ("54 of 353 pairs covered (15.3 %)", "353쌍 중 54쌍이 어휘에 있음 (15.3 %)"),
        (
            "No significant difference from svd; significantly better than 2 others.",
            "유의한 차이가 없는 모델: svd; 다른 2개보다 유의하게 나음.",
        ),
        ("a.txt: svd is best", "a.txt: 최고: svd"),
        (
            "Intervals are 95 %. Nobody knows this.",
            "구간은 모두 95 % 신뢰구간입니다. Nobody knows this.",
        ),
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


def texts_of(page):
    """Yield what a reader of a page sees or hears, without code, words and values of settings."""
    kept = r"<(script|style|bdi|code|dl class=.settings.)\b.*?</(script|style|bdi|code|dl)>"
    shown = re.sub(kept, "", page, flags=re.DOTALL)
    shown = re.sub(r"<svg [^>]*still.*?</svg>", "", shown, flags=re.DOTALL)  # words of the corpus
    yield from re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', shown)
    yield from re.sub(r"<[^>]*>", "\n", shown).splitlines()
    for said in re.findall(r'"said":"((?:[^"\\]|\\.)*)"', page):
        yield json.loads(f'"{said}"')


def test_no_english_is_left_in_a_full_page():
    report = full_report(40)
    named = {row.name: f"M{n}" for n, row in enumerate(report.models)}
    reasons = ("the disk is full", "it needs svd, which is not available")
    report = dataclasses.replace(
        report,
        title="Lee",
        models=tuple(
            dataclasses.replace(row, title=named[row.name], reason=row.reason and reasons[n % 2])
            for n, row in enumerate(report.models)
        ),
        learning=tuple(
            dataclasses.replace(each, y_label=each.y_label.replace(" a cell", ""))
            for each in report.learning
        ),
        warnings=(),
        notes=(),
    )
    page = render_report(report, "ko")
    left = [text for text in map(html.unescape, texts_of(page)) if ENGLISH.search(text)]
    assert left == []


def sentences_of(path):
    """Yield the texts of a module that are sentences, with 7 for what changes."""
    tree = ast.parse(Path(path).read_text("utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docs = [node.body[0] for node in ast.walk(tree) if isinstance(node, documented)]
    skipped = {node.value for node in docs if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
            yield "".join(map(text_of, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value


def text_of(part):
    if isinstance(part, ast.Constant):
        return part.value
    name = getattr(part.value, "id", getattr(part.value, "attr", "7"))
    is_added = isinstance(part.value, ast.IfExp) or name == "undecided"
    return "" if is_added else {"unit": "line", "name": "test"}.get(name, "7")


@pytest.mark.parametrize(
    "path",
    [wordvec_toolkit.study.notes.__file__, *sorted(Path(kinds.__file__).parent.glob("*.py"))],
    ids=lambda path: Path(path).stem,
)
def test_notes_have_a_translation(path):
    found = [text.strip() for text in sentences_of(path)]
    notes = [text for text in found if text.endswith(".") and " " in text]
    assert [text for text in notes if ENGLISH.search(translated(text, "ko"))] == []


@pytest.mark.parametrize(
    "english",
    [
        "PPMI and svd have the best word vectors, without a significant difference.",
        "Which word vectors are best depends on the test: PPMI on ws and svd on sl.",
        "PPMI is the only model of word vectors, above chance, with 200 of 353 pairs covered.",
        "This corpus is too small to rank word vectors: 54 of 353 pairs covered; LSTM is the only "
        "language model, of perplexity 120.0.",
        "On the 54 pairs of ws that are covered, PPMI is significantly better than the other one.",
        "No significant difference from A, B, C and 2 more; 1 not tested.",
        "LSTM has the lowest perplexity, without a significant difference from A and B.",
        "LSTM needs the package torch, which is not installed; pip install torch",
        "Do not judge word vectors by these scores. More text, a smaller --min-count or a test set "
        "of words from this domain (--similarity FILE) would cover more.",
    ],
)
def test_conclusions_have_a_translation(english):
    assert not ENGLISH.search(translated(english, "ko"))


def test_options_in_sentences_stay_code():
    warning = "Do not quote it as a comparison of methods. A smaller --min-count keeps more words."
    report = dataclasses.replace(full_report(40), warnings=(warning,))
    page = render_report(report, "ko")
    assert "<li>방법을 비교한 결과로 인용하지 마십시오. <code>--min-count</code>를 낮추면" in page


def test_scripts_speak_korean(pages):
    english, korean = pages
    assert "data-words=" not in english
    words = json.loads(html.unescape(re.search('data-words="([^"]*)"', korean)[1]))
    assert {"copied", "as the system", "{} words"} <= words.keys()
    assert all(re.search("[가-힣]", said) for said in words.values())
    assert all(text.count("{}") == said.count("{0}") for text, said in words.items())
