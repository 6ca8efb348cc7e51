"""Minimal pairs in a study: measured by the library, gathered, shown."""

import json

import numpy as np
from language_models import trained

from wordvec_toolkit.evaluation.minimal_pair_results import _BLIMP, MinimalPairsResult, PairGroup
from wordvec_toolkit.models.catalogue import MODELS
from wordvec_toolkit.registry.listing import find_entry
from wordvec_toolkit.report.data import ModelRow, Report
from wordvec_toolkit.report.html import render_report
from wordvec_toolkit.report.sections.language import minimal_pair_section
from wordvec_toolkit.runtime.progress import SILENT
from wordvec_toolkit.runtime.signatures import Signature
from wordvec_toolkit.study import languages
from wordvec_toolkit.study.findings import findings_of
from wordvec_toolkit.study.measurements import MEASUREMENTS
from wordvec_toolkit.study.settings import StudySettings, read_settings, write_settings

PAIRS = "phenomenon\tgood\tbad\n" + "order\ta b\tb a\norder\ta b a b\tb b a a\nends\ta\tb\n" * 3


def test_scores_reach_the_report(write, tmp_path):
    text, pairs = write("text.txt", "a b a b\na b\na b a\n"), write("pairs.tsv", PAIRS)
    paths = [str(tmp_path / name) for name in ("ngram", "mixture")]
    for path, order in zip(paths, (3, 2)):
        trained(text, "whitespace", order).save(path)
    data = MEASUREMENTS["eval-minimal-pairs"].measure(models=paths, dataset=pairs, progress=SILENT)
    names = {"ngram": "ngram", "mixture": "cache"}
    found = findings_of({"minimal-pairs-1": json.loads(json.dumps(data))}, names)
    assert [each.model for each in found.minimal_pairs] == ["ngram", "cache"]
    assert [each.measure for each in found.comparisons] == ["accuracy"]
    rows = tuple(
        ModelRow(
            name, MODELS[name].title, "language model", MODELS[name].family, "", "done", "", ""
        )
        for name in names.values()
    )
    report = Report(
        "t",
        "wvt",
        "",
        {},
        "2026-01-01T00:00:00+00:00",
        models=rows,
        minimal_pairs=found.minimal_pairs,
        differences=found.comparisons,
    )
    again = Report.from_dict(json.loads(report.as_json()))
    assert again.as_json() == report.as_json()
    page = render_report(report)
    assert "Grammatical sentences" in page and "Accuracy by phenomenon of pairs.tsv" in page


def test_settings_name_sets(tmp_path):
    settings = StudySettings(("lee",), minimal_pairs=("blimp",))
    path = tmp_path / "study.toml"
    path.write_text(write_settings(settings))
    assert StudySettings(**read_settings(path)) == settings


def test_blimp_is_part_of_a_study_of_english_once_it_is_fetched(tmp_path, monkeypatch, write):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    english = write("en.txt", "the cat sat on the mat and the dog saw it\n" * 20)
    kinds = {"minimal_pairs"}
    assert languages.tests_for((english,), kinds=kinds) == ({}, "")
    place = tmp_path / "cache" / "blimp"
    place.mkdir(parents=True)
    (place / find_entry("blimp").files[0]).write_text("{}\n")
    (place / "record.json").write_text('{"name": "blimp", "bytes": 3}')
    assert languages.tests_for((english,), kinds=kinds) == ({"minimal_pairs": ("blimp",)}, "")
    assert languages.tests_for((english,), "Korean", kinds) == ({}, "")


def test_published_figures_are_rows_of_the_whole_of_blimp():
    groups = tuple(PairGroup(name=name, accuracy=0.5, n=1) for name in _BLIMP if name != "overall")
    result = MinimalPairsResult(
        model="ngram",
        dataset="blimp",
        sha256="",
        accuracy=0.5,
        n=67_000,
        phenomena=groups,
        signature=Signature.of("accuracy"),
        margins=np.zeros(0),
        known=np.zeros(0, bool),
        groups=np.zeros(0, np.int64),
    )
    section = minimal_pair_section(Report("t", "wvt", "", {}, "", minimal_pairs=(result,)))
    table = section.blocks[0].groups[0].rows
    assert [[cell.text for cell in row[:3]] for row in table[1:]] == [
        ["5-gram (Warstadt et al. 2020)", "published", "0.612"],
        ["LSTM (Warstadt et al. 2020)", "published", "0.698"],
    ]
