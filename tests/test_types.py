"""What type checkers see of the public names."""

import ast
import importlib
from pathlib import Path

import pytest

import wordvec_toolkit as wvt

ROOT = Path(__file__).parent.parent
SNIPPET = """\
import wordvec_toolkit as wvt

vectors = wvt.load_vectors("corpus.wvt")
reveal_type(vectors)
reveal_type(wvt.load_language_model("corpus.wvt"))
reveal_type(wvt.encode_corpus("corpus.txt"))
reveal_type(wvt.lm.KneserNey)
reveal_type(wvt.plot.map_words(vectors, 100))
reveal_type(wvt.estimators.PPMITransformer())
reveal_type(wvt.__version__)
wvt.ppmi(3, nonsense=True)
wvt.nonsense
wvt.KneserNey
"""
EXPECTED = {
    4: 'Revealed type is "wordvec_toolkit.embeddings.vectors.WordVectors"',
    5: 'Revealed type is "wordvec_toolkit.lm.language_model.LanguageModel"',
    6: 'Revealed type is "wordvec_toolkit.text.corpus.EncodedCorpus"',
    7: "wordvec_toolkit.lm.ngram.kneser_ney.KneserNey",
    8: 'Revealed type is "wordvec_toolkit.report.data.WordMap"',
    9: 'Revealed type is "wordvec_toolkit.estimators.PPMITransformer"',
    10: 'Revealed type is "str"',
    11: 'Unexpected keyword argument "nonsense" for "ppmi"',
    12: 'Module has no attribute "nonsense"',
    13: 'Module has no attribute "KneserNey"',
}


@pytest.mark.slow
def test_mypy_sees_names_with_their_types(tmp_path, monkeypatch):
    api = pytest.importorskip("mypy.api")
    monkeypatch.chdir(ROOT)  # the package and the cache of a run of mypy over all of it
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET)
    output, errors, _ = api.run(["--config-file", "setup.cfg", str(snippet)])
    assert not errors
    for line, message in EXPECTED.items():
        lines = [text for text in output.splitlines() if f"snippet.py:{line}:" in text]
        assert any(message in text for text in lines), (line, output)


def test_mypy_sees_the_commands():
    assert (ROOT / "wordvec_toolkit" / "cli").resolve() == ROOT / "cli"


PACKAGES = [path.parent for path in sorted((ROOT / "wordvec_toolkit").glob("*/__init__.pyi"))]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_name_of_a_package_can_be_imported_and_is_documented(package):
    module = importlib.import_module(f"wordvec_toolkit.{package.name}")
    assert dir(module) == module.__all__
    for name in module.__all__:
        assert getattr(module, name).__doc__, name
    with pytest.raises(AttributeError):
        _ = module.nonsense


def test_names_stay_few_at_the_top():
    names = [name for name in wvt.__all__ if not isinstance(getattr(wvt, name), type(ast))]
    assert 20 <= len(names) <= 35


def test_names_that_moved_still_work():
    for package, names in wvt._MOVED.items():
        for name in names.split():
            with pytest.warns(DeprecationWarning, match=rf"wordvec_toolkit\.{package}\.{name}$"):
                found = getattr(wvt, name)
            assert found is getattr(getattr(wvt, package), name)
