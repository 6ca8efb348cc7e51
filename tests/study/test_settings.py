import dataclasses
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit import build_ppmi
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.models.catalogue import LEVELS, MODELS
from wordvec_toolkit.runtime.progress import SILENT
from wordvec_toolkit.study.folder import StudyFolder
from wordvec_toolkit.study.measurements import MEASUREMENTS
from wordvec_toolkit.study.options import as_arguments, keywords_of
from wordvec_toolkit.study.settings import (
    StudySettings,
    read_settings,
    sections,
    with_options,
    write_settings,
)
from wordvec_toolkit.study.steps import Steps, Texts

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
SEEDS = st.integers(0, 2**31 - 1)
#: Options of some sections, and what they may be.
OPTIONS = {
    "text": {"min-count": st.integers(1, 99), "normalize": st.sampled_from(("NFC", "none"))},
    "svd": {"dim": st.integers(1, 999), "eig": st.floats(0, 1)},
    "glove": {"epochs": st.integers(1, 99), "add-context": st.booleans()},
    "ngram": {"order": st.integers(1, 10), "prune": st.just("0,1")},
    "cache": {"classes": st.just([60, 100])},
    "map": {"words": st.integers(1, 99), "method": st.sampled_from(("pca", "tsne"))},
    "neighbors": {"match": TEXTS, "among": st.integers(1, 9)},
    "eval-perplexity": {"seed": SEEDS},
}


@given(
    st.lists(TEXTS.map("x".__add__), min_size=1, max_size=3),
    st.sampled_from(sorted(LEVELS)),
    st.lists(st.sampled_from(sorted(MODELS)), unique=True),
    SEEDS,
    st.fixed_dictionaries(
        {},
        optional={name: st.fixed_dictionaries({}, optional=own) for name, own in OPTIONS.items()},
    ),
)
def test_what_is_written_is_read_again(tmp_path_factory, corpus, level, models, seed, options):
    settings = StudySettings(
        tuple(corpus), level, tuple(models), seed=seed, words=('a"b\\', "\u4e2d\n"), options=options
    )
    path = tmp_path_factory.mktemp("s") / "settings.toml"
    path.write_text(write_settings(settings), encoding="utf-8", newline="")
    again = StudySettings(**read_settings(path))
    assert dataclasses.replace(again, options={}) == dataclasses.replace(settings, options={})
    assert {name: again.section(name) for name in sections()} == {
        name: settings.section(name) for name in sections()
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("corpus = 3", "a list of strings"),
        ("corpus = [1]", "a list of strings"),
        ("seed = true", "a whole number"),
        ("level = 1", "text"),
        ("color = 'red'", "a setting 'color'"),
        ("corpus = ", "no TOML"),
        (b"\xff\xfe", "no TOML"),
    ],
)
def test_files_that_are_no_settings(write, text, message):
    with pytest.raises(FormatError, match=message):
        read_settings(write("s.toml", text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(WordvecError, match="cannot read"):
        read_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"level": "slow"}, "level is 'slow'"),
        ({"models": ("svd", "elmo")}, "models has 'elmo'"),
        ({"options": {"elmo": {}}}, "options for 'elmo'"),
        ({"seed": -1}, "seed is -1"),
        ({"language": "Korean"}, "a code, such as en or ko"),
    ],
)
def test_settings_that_make_no_sense(settings, message):
    with pytest.raises(SettingError, match=message):
        StudySettings(("lee",), **settings)


def test_one_string_is_a_list_of_one(write):
    assert read_settings(write("s.toml", "corpus = 'a b.txt'"))["corpus"] == ("a b.txt",)


def test_models_are_built_in_the_order_of_the_catalogue():
    usual = StudySettings(("lee",)).chosen
    only_full = ("two-views", "weighted", "weighted-two-views")
    at_hand = [name for name, model in MODELS.items() if model.is_at_hand()]
    assert usual == [name for name in at_hand if name not in only_full]
    assert StudySettings(("lee",), "full").chosen == at_hand
    assert StudySettings(("lee",), models=("lstm", "svd")).chosen == ["svd", "lstm"]


def test_a_large_text_is_compared_with_weighted_views():
    usual = StudySettings(("lee",))
    assert usual.for_text(9_999_999) is usual
    added = set(usual.for_text(10_000_000).chosen) - set(usual.chosen)
    assert added == {"weighted-two-views"}
    for other in (StudySettings(("lee",), "quick"), StudySettings(("lee",), models=("svd",))):
        assert other.for_text(10_000_000) is other


def test_options_go_over_those_of_the_level():
    settings = StudySettings(("lee",), "quick", options={"skip-gram": {"epochs": 7}})
    assert settings.section("skip-gram") == {"dim": 100, "epochs": 7}
    more = with_options(settings, {"skip-gram": {"dim": 50}, "text": {"min-count": 2}})
    assert more.section("skip-gram") == {"dim": 50, "epochs": 7}
    assert more.section("text") == {"min-count": 2, "layout": "documents"}  # a line of Lee
    assert more.options["text"] == {"min-count": 2}
    assert with_options(settings, {"text": {"layout": "sentences"}}).section("text") == {
        "layout": "sentences"
    }
    assert StudySettings(("lee", "other.txt")).section("text") == {}


def test_what_is_given_for_all_vectors_goes_over_the_level():
    settings = StudySettings(("lee",), "quick", options={"vectors": {"dim": 50}})
    assert settings.of_vectors("cbow") == {"dim": 50, "epochs": 3}
    own = with_options(settings, {"cbow": {"dim": 20}})
    assert own.of_vectors("cbow")["dim"] == 20


def test_settings_that_are_read_again_are_not_more_than_was_given(tmp_path):
    settings = StudySettings(("lee",), "quick", options={"cbow": {"dim": 50}})
    path = tmp_path / "settings.toml"
    path.write_text(write_settings(settings), encoding="utf-8")
    assert StudySettings(**read_settings(path)) == settings
    assert "# epochs = 3" in path.read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lstm": {"min_count": 2}}, "min-count is given for lstm alone"),
        ({"cache": {"order": 3}}, "order is 3 for cache and None for ngram"),
        ({"cache": {"order": 3}, "ngram": {"order": 4}}, "give it for ngram"),
    ],
)
def test_models_that_share_something_cannot_disagree_on_it(options, message):
    with pytest.raises(SettingError, match=message):
        StudySettings(("lee",), options=options)
    StudySettings(("lee",), models=("cache",), options={"cache": {"order": 3}})


def test_options_as_one_types_them():
    options = {"min_count": 2, "tied": False, "cache": True, "classes": "60,100", "prune": [0, 1]}
    assert as_arguments(options) == (
        "--min-count",
        "2",
        "--no-tied",
        "--cache",
        "--classes",
        "60,100",
        "--prune",
        "0,1",
    )
    assert as_arguments({"method": ["3cosadd", "3cosmul"]}) == (
        "--method",
        "3cosadd",
        "--method",
        "3cosmul",
    )


def test_options_as_keywords():
    assert keywords_of("cache", {"classes": "60,100", "no-lowercase": True, "field": "body"}) == {
        "classes": (60, 100),
        "lowercase": False,
        "jsonl_field": "body",
    }
    assert keywords_of("cbow", {"workers": 2}) == {"threads": 2}
    assert keywords_of("lstm", {"hidden_dim": 9}) == keywords_of("lstm", {"hidden-dim": 9})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"glove": {"dim": {"b": 1}}}, "glove: dim is {'b': 1}; expected a whole number"),
        ({"svd": {"dims": 3}}, "svd has no setting dims; did you mean dim?"),
        ({"svd": {"dim": 0}}, "svd: dim is 0; it must be"),
        ({"vectors": {"dim": "many"}}, "dim is 'many'; expected a whole number"),
        ({"vectors": {"window": 3}}, "svd has no setting window"),
        ({"text": {"min-count": -3}}, "text: min_count is -3; it must be at least 1"),
        ({"ngram": {"prune": "a,b"}}, "prune is 'a,b'; expected numbers with commas"),
        ({"lstm": {"preset": "huge"}}, "preset is 'huge'; expected one of small"),
        ({"mix": {"window": 9}}, "window is a setting of neural_cache"),
    ],
)
def test_options_that_nothing_takes_are_refused_at_once(options, message):
    with pytest.raises(SettingError, match=message):
        StudySettings(("lee",), options=options)


def test_epochs_that_rise_with_small_texts_do_so_in_a_study_that_is_repeated(write):
    first = StudySettings(("lee",), "quick", options={"cbow": {"epochs": 3}})
    again = StudySettings(**read_settings(write("s.toml", write_settings(first))))
    texts = Texts(("x",), n_words=54_494)
    of_first, of_again = (
        Steps(settings, StudyFolder("a.study"), texts).builds() for settings in (first, again)
    )
    assert of_first == of_again
    epochs = {step.name: step.settings.get("epochs") for step in of_again}
    assert epochs["cbow"] == 3 and epochs["skip-gram"] == 56


HOSTILE = [
    ("[split]\noutput = '/x'", "no setting output"),
    ("[split]\n_output = '/x'", "no setting -output"),
    ("[svd]\nno-force = true", "no setting force"),
    ("[map]\n'output=/x' = true", "no setting output=/x"),
    ("[map]\n'-o' = '/x'", "no setting -o"),
    ("[diagnose]\nfigure = '/x.html'", "no setting figure"),
    ("[svd]\ndim = [[1]]", "expected a whole number"),
    ("[svd]\ndim = 2026-01-01", "expected a whole number"),
    ('[svd]\nview = "a\\u0000"', "no setting view"),
    ("corpus = '--output=/x'", "write ./--output=/x"),
    ("test = '--force'", "read as an option"),
    ("words = ['--json']", "read as an option"),
    ('valid = "a\\u0000b"', "without NUL"),
]


@pytest.mark.parametrize(("text", "message"), HOSTILE)
def test_a_file_of_another_writes_nowhere_but_in_the_study(write, text, message):
    with pytest.raises(SettingError, match=message):
        StudySettings(**{"corpus": ("lee",), **read_settings(write("s.toml", text))})


def test_a_value_that_looks_like_an_option_stays_a_value():
    assert as_arguments({"tied": "--output=/x"}) == ("--tied=--output=/x",)
    assert as_arguments({"shift": -1.5, "prune": [-1, 0]}) == ("--shift=-1.5", "--prune=-1,0")


@pytest.mark.parametrize("section", ["text", "svd", "eval-perplexity", "diagnose"])
def test_a_function_is_called_only_if_the_user_names_it(write, section):
    path = write("s.toml", f"[{section}]\ntokenizer = 'os:system'")
    for named in (None, "os:popen") if section != "text" else (None,):
        with pytest.raises(SettingError, match="trust it, name it with --tokenizer os:system"):
            read_settings(path, named)
    assert read_settings(path, "os:system")["options"][section] == {"tokenizer": "os:system"}
    assert read_settings(write("t.toml", "[text]\ntokenizer = 'regex:a:b'"))["options"]


def test_a_tokenizer_that_is_named_goes_before_that_of_the_file(write):
    path = write("s.toml", "[text]\ntokenizer = 'os:system'")
    assert read_settings(path, "words")["options"] == {"text": {"tokenizer": "words"}}


@pytest.mark.parametrize("kind", ["similarity", "analogy"])
def test_test_sets_of_one_name_are_distinguished(kind):
    with pytest.raises(SettingError, match=f"{kind} has a/pairs.tsv more than once"):
        StudySettings(("x",), **{kind: ("a/pairs.tsv", "./a/pairs.tsv")})
    sets = ("d/a/pairs.tsv", "d/b/pairs.tsv", "d/other.tsv")
    settings = StudySettings(("x",), **{kind: sets})
    steps = Steps(settings, StudyFolder("a.study"), Texts(("x.txt",)))
    found = [s for s in steps.measurements(["svd"], ()) if s.section == f"eval-{kind}"]
    assert [s.inputs.get("shown_as") for s in found] == ["a/pairs.tsv", "b/pairs.tsv", None]
    for step, path in zip(found, sets):
        assert path in step.arguments and "a/pairs.tsv" not in step.arguments


def test_scores_have_the_names_that_tell_test_sets_apart(write, tmp_path):
    corpus = write("c.txt", "a b c d\nb c d a c\n" * 5)
    build_ppmi(corpus, min_count=1, dim=2, output=tmp_path / "c.wvt")
    pairs, questions = write("pairs.tsv", "a\tb\t1\nb\tc\t2\nc\td\t3\n"), write("q", "a b c d\n")
    for kind, path in (("similarity", pairs), ("analogy", questions)):
        measure = MEASUREMENTS[f"eval-{kind}"].measure
        inputs = {"models": [str(tmp_path / "c.wvt" / "svd")], "dataset": path}
        names = {"x/pairs.tsv": {"shown_as": "x/pairs.tsv"}, os.path.basename(path): {}}
        for name, shown in names.items():
            found = measure(**inputs, **shown, progress=SILENT)
            assert {score["dataset"] for score in found["scores"]} == {name}
