"""Catalogues: records by name, which another package can add to.

A catalogue holds what the toolkit offers of one sort: kinds of models, association measures, file
formats, recurrent cells.  A package adds its own by a module in the namespace package
``wordvec_toolkit_plugins`` that calls `Catalogue.add`; such modules are imported before a
catalogue is first read.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Generic, TypeVar

from ..errors import SettingError

PLUGINS = "wordvec_toolkit_plugins"

Record = TypeVar("Record")


class Catalogue(Generic[Record]):
    """Records by name, in the order in which they were added.

    Parameters
    ----------
    what : str
        What a record is, for messages: ``association measure``.
    fill : callable, optional
        Called once, before the first look, to add the records of the toolkit itself.
    """

    def __init__(self, what: str, fill: Callable[[], None] | None = None) -> None:
        self.what = what
        self._fill = fill
        self._records: dict[str, Record] = {}

    def add(self, name: str, record: Record) -> Record:
        """Add a record and return it.

        Raises
        ------
        SettingError
            If the name is taken.
        """
        if name in self._own():
            raise SettingError(f"there are two {self.what}s called {name!r}; rename one of them")
        self._records[name] = record
        return record

    def _own(self) -> dict[str, Record]:
        if self._fill is not None:
            fill, self._fill = self._fill, None
            fill()
        return self._records

    def _all(self) -> dict[str, Record]:
        self._own()  # before those of plugins, which may look at them
        load_plugins()
        return self._records

    def __getitem__(self, name: str) -> Record:
        """Return the record called `name`.

        Raises
        ------
        SettingError
            With the names that there are, the nearest first, if there is none.
        """
        records = self._all()
        if name not in records:
            near = get_close_matches(str(name), records, n=1)
            advice = f"; did you mean {near[0]}?" if near else ""
            raise SettingError(
                f"{str(name)[:40]!r} is no {self.what}; expected {', '.join(records)}{advice}"
            )
        return records[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def values(self) -> list[Record]:
        """Return all records."""
        return list(self._all().values())

    def items(self) -> list[tuple[str, Record]]:
        """Return all names with their records."""
        return list(self._all().items())


_are_loaded = False


def load_plugins() -> None:
    """Import the modules of the namespace package for plugins, once.

    Raises
    ------
    SettingError
        If one of them cannot be imported.
    """
    global _are_loaded
    if _are_loaded:
        return
    _are_loaded = True  # before the modules, which read catalogues themselves
    try:
        package = importlib.import_module(PLUGINS)
    except ModuleNotFoundError:
        return
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        name = f"{PLUGINS}.{module.name}"
        try:
            importlib.import_module(name)
        except Exception as error:  # whatever the module does
            raise SettingError(
                f"the plugin {name} cannot be loaded ({type(error).__name__}: {error}); correct it "
                "or uninstall it"
            ) from error
