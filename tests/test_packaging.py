"""Versions and constraints agree in all files."""

import configparser
import re
from pathlib import Path

import wordvec_toolkit

ROOT = Path(__file__).parent.parent


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and ";" not in line)


def test_lowest_constraints_are_the_bounds_of_setup_cfg():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    bounds = setup["options"]["install_requires"]
    for extra in ("fetch", "pandas", "zstd"):
        bounds += setup["options.extras_require"][extra]
    lowest = _pins("constraints-lowest.txt")
    for package, bound in re.findall(r"^([\w-]+)>=([\d.]+)", bounds, re.MULTILINE):
        pinned = lowest[package]
        assert pinned.split(".")[: bound.count(".") + 1] == bound.split("."), package
        assert set(pinned.split(".")[bound.count(".") + 1 :]) <= {"0"}, package


def test_citation_and_changelog_name_the_version():
    version = wordvec_toolkit.__version__
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest[1] == version
    for readme in ("README.md", "README.ko.md"):
        assert f"(version {version})" in (ROOT / readme).read_text("utf-8")
