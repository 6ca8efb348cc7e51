"""The floors of the house: imports go down only, and light things stay light."""

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "wordvec_toolkit"
#: Room -> floor.  A room of two names (``lm.ngram``) has a floor of its own within the first.
FLOORS = {
    "errors": 0,
    "_kernels": 0,
    "runtime": 1,
    "bundles": 2,
    "registry": 2,
    "text": 3,
    "counts": 4,
    "embeddings": 5,
    "lm": 5,
    "evaluation": 6,
    "formats": 6,
    "neural": 6,
    "estimators": 6,
    "workspace": 4,
    "models": 7,
    "report": 8,
    "study": 9,
    "cli": 10,
}


def _files() -> list[tuple[str, Path]]:
    inside = [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path)
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "__init__.py"
    ]
    return inside + [("cli", path) for path in (ROOT / "cli").rglob("*.py")]


def _imports(room: str, path: Path) -> set[str]:
    """Rooms of the package that a file imports or names in a string, wherever it stands in it."""
    inside = path.relative_to(PACKAGE if room != "cli" else ROOT)
    depth = len(inside.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= _named(node.value)
        if not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        if node.level < depth:
            continue  # within its own room
        assert node.level == depth, f"{path} imports from above the package"
        if node.module:
            found.add(node.module.split(".")[0])
        else:
            found.update(alias.name for alias in node.names)
    return found - {"__version__", room}


def _named(text: str) -> set[str]:
    """Rooms whose modules a string names: ``lm.model``, ``.lm.model:Model``, or a part of these."""
    place = re.match(r"\.*(wordvec_toolkit\.)?([a-z_]+(\.[a-z_]+)+)\.?(:[\w.]*)?\Z", text)
    if place is None:
        return set()
    first, *rest = place[2].split(".")
    is_module = first in FLOORS and (
        (PACKAGE / first / rest[0]).is_dir()
        or (PACKAGE / first / f"{rest[0]}.py").is_file()
        or (first == "cli" and (ROOT / first / rest[0]).exists())
        or (first == "cli" and (ROOT / first / f"{rest[0]}.py").is_file())
    )
    return {first} if is_module else set()


@pytest.mark.parametrize(
    ("text", "rooms"),
    [
        ("lm.ngram.model:NgramModel.from_bundle", {"lm"}),
        (".neural.recurrent.model:NeuralModel", {"neural"}),
        ("wordvec_toolkit.cli.main", {"cli"}),
        ("models.loading:", {"models"}),
        ("lm.sth", set()),
        ("text", set()),
        ("See lm.mixed for more.", set()),
    ],
)
def test_modules_in_strings_are_seen(text: str, rooms: set[str]) -> None:
    assert _named(text) == rooms


@pytest.mark.parametrize(
    ("room", "path"), _files(), ids=lambda value: str(getattr(value, "name", value))
)
def test_imports_go_down_only(room: str, path: Path) -> None:
    assert room in FLOORS, f"{room} has no floor"
    for other in _imports(room, path):
        assert FLOORS[other] < FLOORS[room], f"{path.name} of {room} imports {other}"


def test_kernels_import_nothing_of_the_package() -> None:
    for path in (PACKAGE / "_kernels").glob("*.py"):
        assert _imports("_kernels", path) == set()


def test_only_neural_may_name_gensim_or_torch() -> None:
    for room, path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            roots = {name.split(".")[0] for name in names}
            assert room == "neural" or not roots & {"gensim", "torch"}, path


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
        "CHANGELOG.md",
        "setup.cfg",
        "pyproject.toml",
        "constraints.txt",
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
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 600, path


def test_nothing_unpickles() -> None:
    for _, path in _files():
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text
        assert "allow_pickle=True" not in text
