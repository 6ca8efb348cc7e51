"""The documents do not fall behind the code."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest
from test_architecture import LAYERS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    path
    for path in {*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("docs/**/*.md")}
    if not {"generated", "_build"} & set(path.parts)  # made from the others
)


@pytest.mark.parametrize(
    "module",
    [
        "wordvec_toolkit.text.encoding",
        "wordvec_toolkit.counts.weights",
        "wordvec_toolkit.estimators",
    ],
)
def test_examples_in_docstrings(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_public_names_can_be_imported_and_are_documented():
    import wordvec_toolkit

    for name in wordvec_toolkit.__all__:
        assert name == "__version__" or getattr(wordvec_toolkit, name).__doc__, name
    assert set(dir(wordvec_toolkit)) == set(wordvec_toolkit.__all__)
    with pytest.raises(AttributeError):
        _ = wordvec_toolkit.nonsense
    with pytest.raises(AttributeError, match="it is now wordvec_toolkit.run_study"):
        _ = wordvec_toolkit.compare


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere_and_modules_exist(document):
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), target
    for name in set(re.findall(r"\bwordvec_toolkit(?:\.\w+)+", text)):
        assert _exists(name), name
    if document.is_relative_to(ROOT / "docs") or document.name == "CONTRIBUTING.md":
        # Files and folders in backquotes: from the top, from the package, or a module's own name.
        for path in set(re.findall(r"`((?:\w+/)*(?:\w+\.py|\w+/))`", text)):
            tops = (ROOT, ROOT / "wordvec_toolkit")
            if "xyz" in path:
                continue  # a file to be written
            own = "/" not in path and any((ROOT / "wordvec_toolkit").rglob(path))
            assert own or any((top / path).exists() for top in tops), path


def _exists(name):
    """Return whether a dotted name is a module, or a name in one."""
    module, _, attribute = name.rpartition(".")
    parent = importlib.import_module(module)
    if hasattr(parent, attribute):
        return True
    return hasattr(parent, "__path__") and importlib.util.find_spec(name) is not None


def test_every_benchmark_is_described():
    described = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    for script in (ROOT / "benchmarks").glob("*.py"):
        if not script.name.startswith("_"):
            assert script.name in described, script.name


def test_the_drawing_shows_the_layers():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn, layer = {}, 0
    for line in re.search(r"```text\n(.*?)```", text, re.DOTALL)[1].splitlines():
        layer = int(line[:2].strip() or layer)
        drawn |= dict.fromkeys(re.findall(r"\w+(?!\w*/)", line[2:]), layer)
    assert drawn == LAYERS
