"""WordNet in a study: a row of its own, scored on pairs of words alone."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from tiny_wordnet import write_wordnet

from wordvec_toolkit import evaluate_similarity, load_vectors
from wordvec_toolkit.lexicon import retrofit
from wordvec_toolkit.models import load_thesaurus
from wordvec_toolkit.models.catalogue import MODELS
from wordvec_toolkit.study import StudySettings, run_study

WORDS = ("dog", "cat", "puppy", "animal", "car", "machine", "entity")


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """The cache, as ``wvt fetch wordnet`` would leave it."""
    place = write_wordnet(tmp_path / "cache" / "wordnet")
    (place / "record.json").write_text(
        json.dumps({"name": "wordnet", "bytes": (place / "data.noun").stat().st_size})
    )
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))


def test_it_is_part_of_a_study_once_it_is_fetched(tmp_path, monkeypatch, request):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    settings = StudySettings(("lee",))
    assert "wordnet" not in settings.chosen
    request.getfixturevalue("fetched")
    assert "wordnet" in settings.chosen
    assert "wordnet" not in StudySettings(("lee",), "quick").chosen
    assert settings.chosen.index("retrofitted") == 1 + settings.chosen.index("wordnet")
    assert {"wordnet", "retrofitted"} <= {*StudySettings(("lee",), language="en").chosen}
    assert not {"wordnet", "retrofitted"} & {*StudySettings(("lee",), language="ko").chosen}
    named = StudySettings(("lee",), models=("wordnet",), language="ko")
    assert named.chosen == ["wordnet"]
    assert {MODELS[name].family for name in ("wordnet", "retrofitted")} == {"lexical"}


@pytest.mark.slow
def test_it_has_a_row_with_its_score(tmp_path, fetched):
    text, pairs = tmp_path / "text.txt", tmp_path / "pairs.tsv"
    lines = [f"the {a} saw the {b} near a {c}\n" for a, b, c in combinations(WORDS * 2, 3)]
    text.write_text("\n".join(lines))
    rows = [f"{a}\t{b}\t{n % 10}" for n, (a, b) in enumerate(combinations(WORDS, 2))]
    pairs.write_text("\n".join(rows))
    settings = StudySettings(
        (str(text),),
        "quick",
        models=("ppmi", "wordnet", "retrofitted"),
        similarity=(str(pairs),),
        analogy=(),
        options={"svd": {"dim": 3}, "map": {"words": 6, "method": "pca"}},
    )
    report = run_study(settings, tmp_path / "study")
    row = next(row for row in report.models if row.name == "wordnet")
    assert (row.title, row.kind, row.family, row.status) == (
        "WordNet",
        "thesaurus",
        "lexical",
        "done",
    )
    score = next(score for score in report.scores if score.model == "wordnet")
    assert score.n == len(rows)
    assert score.signature.get("uses") == "lexicon"
    assert any("uses a lexicon" in note for note in report.notes)
    pairs_of_models = {frozenset((each.first, each.second)) for each in report.differences}
    assert frozenset(("ppmi", "wordnet")) in pairs_of_models
    page = (tmp_path / "study" / "report.html").read_text()
    assert "lexical" in page and "uses a lexicon" in page
    row = next(row for row in report.models if row.name == "combination")
    assert (row.title, row.family) == ("PPMI + WordNet", "lexical")
    together = next(score for score in report.scores if score.model == "combination")
    assert together.n == len(rows)
    assert together.signature.get("by") == "linear-combination"
    assert together.signature.get("uses") == "lexicon"
    assert frozenset(("ppmi", "combination")) in pairs_of_models
    assert any("not scored with them" in note for note in report.notes)
    step = next(step for step in report.steps if step.name == "similarity-1")
    assert "--combine" in step.command
    row = next(row for row in report.models if row.name == "retrofitted")
    assert (row.title, row.family) == ("Retrofitted PPMI-SVD", "lexical")
    assert "retrofit" in row.command and "--relations hypernyms" in row.command
    assert frozenset(("ppmi", "retrofitted")) in pairs_of_models
    changed = next(score for score in report.scores if score.model == "retrofitted")
    assert changed.signature.get("uses") == "lexicon"
    workspace = Path(row.path).parent
    vectors, thesaurus = load_vectors(workspace / "svd"), load_thesaurus(workspace)
    same = retrofit(vectors, thesaurus, relations="hypernyms")
    assert changed.spearman == evaluate_similarity(same, pairs).spearman
    again = run_study(settings, tmp_path / "study")
    assert again.scores == report.scores
