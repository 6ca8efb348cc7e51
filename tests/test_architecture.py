"""Layers of packages: imports go down only, and light things stay light."""

import ast
import configparser
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "wordvec_toolkit"
#: Package -> layer.  A package of two names (``lm.ngram``) has a layer within the first.
LAYERS = {
    "errors": 0,
    "_kernels": 0,
    "runtime": 1,
    "bundles": 2,
    "engine": 2,
    "registry": 2,
    "text": 3,
    "counts": 4,
    "embeddings": 5,
    "lm": 5,
    "evaluation": 6,
    "lexicon": 6,
    "translation": 5,
    "neural": 6,
    "estimators": 6,
    "workspace": 6,
    "formats": 7,
    "models": 8,
    "report": 9,
    "plot": 10,
    "study": 10,
    "cli": 11,
}


def _files() -> list[tuple[str, Path]]:
    inside = [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path)
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "__init__.py"
    ]
    return inside + [("cli", path) for path in (ROOT / "cli").rglob("*.py")]


@cache
def _modules() -> dict[str, Path]:
    """Full names of the modules of the package, ``cli`` where it is installed."""
    modules = {}
    for folder, prefix in ((PACKAGE, "wordvec_toolkit"), (ROOT / "cli", "wordvec_toolkit.cli")):
        for path in folder.rglob("*.py"):
            parts = (prefix, *path.relative_to(folder).with_suffix("").parts)
            modules[".".join(parts).removesuffix(".__init__")] = path
    return modules


def _from_string(text: object) -> str | None:
    """Module that a string names, as in ``.lm.ngram.model:NgramModel`` or ``wordvec_toolkit.cli``."""
    if not isinstance(text, str):
        return None
    match = re.fullmatch(r"\.*(?:wordvec_toolkit\.)?([a-z_]+(?:\.\w+)*)\.?(:[\w.]*)?", text)
    if match is None or not re.search(r"[.:]", text):
        return None  # a plain word
    for name in (match[1], match[1].rpartition(".")[0]):
        if f"wordvec_toolkit.{name}" in _modules():
            return f"wordvec_toolkit.{name}"
    return None


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("lm.ngram.model:NgramModel.from_bundle", "lm.ngram.model"),
        (".neural.recurrent.model:NeuralModel", "neural.recurrent.model"),
        ("wordvec_toolkit.cli.main", "cli.main"),
        ("models.loading:", "models.loading"),
        ("lm.sth", "lm"),
        ("text", None),
        ("See lm.mixed for more.", None),
    ],
)
def test_modules_in_strings_are_seen(text: str, module: str | None) -> None:
    assert _from_string(text) == (module and f"wordvec_toolkit.{module}")


@cache
def _imports(module: str, strings: bool = False) -> frozenset[str]:
    """Modules of the package that a module imports, at its top, in functions or for types alone.

    With `strings` also those that it names in strings.
    """
    path = _modules()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            assert parts, f"{path} imports from above the package"
            origin = ".".join([*parts, *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{origin}.{alias.name}"
                found.add(name if name in _modules() else origin)
        elif strings and isinstance(node, ast.Constant) and (name := _from_string(node.value)):
            found.add(name)
    return frozenset(found & _modules().keys() - {module, "wordvec_toolkit"})


def _package(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("module", sorted(set(_modules()) - {"wordvec_toolkit"}))
def test_imports_go_down_only(module: str) -> None:
    package = _package(module)
    assert package in LAYERS, f"{package} has no layer"
    for other in {_package(name) for name in _imports(module, strings=True)} - {package}:
        assert LAYERS[other] < LAYERS[package], f"{module}: {other}"


def _circles() -> list[set[str]]:
    """Sets of modules that import one another, by Tarjan's algorithm."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    circles = []

    def visit(module: str) -> None:
        index[module] = lowest[module] = len(index)
        stack.append(module)
        for other in sorted(_imports(module)):
            if other not in index:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], index[other])
        if lowest[module] == index[module]:
            start = stack.index(module)
            circle = set(stack[start:])
            del stack[start:]
            if len(circle) > 1:
                circles.append(circle)

    for module in sorted(_modules()):
        if module not in index:
            visit(module)
    return circles


def test_no_modules_import_in_a_circle() -> None:
    assert [sorted(circle) for circle in _circles()] == []


def test_kernels_import_nothing_of_the_package() -> None:
    for module in _modules():
        if _package(f"{module}.") == "_kernels":
            assert not {name for name in _imports(module) if _package(name) != "_kernels"}


def test_only_neural_may_name_gensim_or_torch() -> None:
    for package, path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            roots = {name.split(".")[0] for name in names}
            assert package == "neural" or not roots & {"gensim", "torch"}, path


def test_packages_list_matches_the_folders() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    there = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py")
    } | {
        ".".join(("wordvec_toolkit", *path.parent.relative_to(ROOT).parts))
        for path in (ROOT / "cli").rglob("__init__.py")
    }
    assert listed == there


def test_top_level_is_as_prescribed() -> None:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listing.stdout.splitlines()}
    visible = {name for name in top if not name.startswith(".")}
    assert visible <= {
        "README.md",
        "README.ko.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "LICENSE",
        "docs",
        "setup.cfg",
        "pyproject.toml",
        "constraints.txt",
        "constraints-lowest.txt",
        "wordvec_toolkit",
        "cli",
        "tests",
        "benchmarks",
        "corpora",
    }


@pytest.mark.parametrize("module", ["wordvec_toolkit", "wordvec_toolkit.cli.main"])
def test_light_imports_stay_light(module: str) -> None:
    heavy = "numpy,scipy,numba,gensim,nltk,torch,sklearn,rich,matplotlib"
    code = (
        f"import sys, {module}; "
        f"heavy = set('{heavy}'.split(',')) & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_module_is_overfull_or_a_drawer() -> None:
    for _, path in _files():
        assert path.name not in ("utils.py", "helpers.py", "misc.py", "common.py")
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_nothing_unpickles() -> None:
    for _, path in _files():
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text
        assert "allow_pickle=True" not in text


def test_any_is_rare() -> None:
    lines = [
        line
        for _, path in _files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bAny\b", line)
    ]
    assert len(lines) < 100
