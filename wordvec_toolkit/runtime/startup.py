"""Spare the command what it would wait for and not use."""

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType

_FILES = 4096
_WANTS_BLAS = "numba.np.arraymath"
_BLAS = "scipy.linalg.cython_blas"


class _WithoutBlas(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Has Numba fill its tables as where there is no BLAS.

    The first kernel has Numba look for one, and for that import the whole of scipy.linalg, 0.2 s
    (``benchmarks/startup.py``).  In Numba (0.60 to 0.68), convolutions alone depend on the
    answer, and only for speed.  Everything else finds BLAS as ever, and a Numba that does not ask
    for it in this place is left alone.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _WANTS_BLAS:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None and _BLAS not in sys.modules:
            self._loader = spec.loader
            spec.loader = self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[_BLAS] = None  # type: ignore[assignment]  # importing it is an ImportError now
        try:
            self._loader.exec_module(module)
        finally:
            del sys.modules[_BLAS]
            module.__loader__ = self._loader  # whoever asks later sees nothing of this
            if module.__spec__ is not None:
                module.__spec__.loader = self._loader


def prepare() -> None:
    """Do this once, before a command runs."""
    sys.meta_path.insert(0, _WithoutBlas())
    _allow_files()


def _allow_files() -> None:
    """Let a command open many models, each of whose arrays is an open file, where it may."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
