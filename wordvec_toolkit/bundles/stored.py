"""Objects that are stored as bundles."""

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from .reading import Bundle, open_bundle
from .writing import BundleWriter, new_bundle

if TYPE_CHECKING:
    from typing_extensions import Self


class Readable:
    """Base of what is read from bundles of the kind `KIND`."""

    KIND: ClassVar[str]

    @classmethod
    def load(cls, path: str | Path) -> "Self":
        """Open a bundle; its large arrays stay on the disk until they are used.

        Raises
        ------
        FormatError
            If it is a bundle of another kind, or damaged.
        """
        return cls.from_bundle(open_bundle(path, cls.KIND))

    @classmethod
    @abstractmethod
    def from_bundle(cls, bundle: Bundle) -> "Self":
        """Read an opened bundle; see `load`."""


class Stored(Readable):
    """Base of what is written as a bundle, too, with the settings that made it."""

    settings: dict[str, object]

    @abstractmethod
    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""

    def save(self, path: str | Path) -> None:
        """Write a bundle of its own, which `load` opens."""
        with new_bundle(path, self.KIND, self.settings) as writer:
            self.write(writer)
