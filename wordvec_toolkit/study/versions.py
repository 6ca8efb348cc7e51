"""The versions on which the numbers of a study depend."""

import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from .. import __version__

_PACKAGES = ("numpy", "scipy", "scikit-learn", "numba", "gensim", "torch")


def versions() -> dict[str, str]:
    """Return those of the toolkit, of Python, and of the packages that are installed."""
    found = {"wordvec-toolkit": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found
