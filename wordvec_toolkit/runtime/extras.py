"""Packages that are imported late or may be missing."""

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

from ..errors import MissingExtraError, WordvecError


def require(package: str, purpose: str, extra: str) -> ModuleType:
    """Import `package`, or say what it is for and how to install it.

    Raises
    ------
    MissingExtraError
        If the package is not installed.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package.split(".")[0]:
            raise
        raise MissingExtraError(package, purpose, extra) from None


def is_installed(package: str) -> bool:
    """Return whether `package` can be imported."""
    return importlib.util.find_spec(package) is not None


def gensim_data(name: str) -> Path:
    """Return the path of a file among gensim's test data, without importing gensim."""
    spec = importlib.util.find_spec("gensim")
    if spec is None or spec.origin is None:
        raise WordvecError(f"{name} comes with the package gensim, which is not installed")
    path = Path(spec.origin).parent / "test" / "test_data" / name
    if not path.is_file():
        raise WordvecError(
            f"the installed gensim lacks {path.name}; give a file of your own instead"
        )
    return path
