"""The workspace: a folder with one bundle for each step, and what is still valid in it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..bundles.reading import Bundle, file_sha256, open_bundle
from ..bundles.recognising import REPLACED, is_bundle, is_closed, is_replaceable, is_stray
from ..bundles.writing import LOCK, BundleWriter, held, new_bundle, replace_bundle
from ..errors import FormatError, NewerVersionError, WordvecError
from ..runtime.disk import flush_folder, read_small, write_whole
from ..text.files import Source

SUFFIX = ".wvt"
_OURS = ".wvt-"  # begins the names of all hidden files of ours
_SOURCES = ".wvt-sources.json"
_STAGED, _DECIDED = ".wvt-update-new", ".wvt-update"


def is_workspace(path: str | Path) -> bool:
    """Return whether `path` is a folder that holds bundles."""
    folder = Path(path)
    return (
        folder.is_dir()
        and not is_bundle(folder)
        and any(is_bundle(entry) for entry in folder.iterdir() if entry.is_dir())
    )


class Workspace:
    """A folder of bundles.

    Parameters
    ----------
    path : path
        Made on the first write if it does not exist.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def names(self) -> list[str]:
        """Return the names of the bundles that are there, damaged or not, sorted."""
        if not self.path.is_dir():
            return []
        names = {name.removeprefix(REPLACED) for name in os.listdir(self.path)}
        return sorted(name for name in names if not name.startswith(".") and self.has(name))

    def has(self, name: str) -> bool:
        """Return whether there is a bundle of this name, even damaged or closed to this user."""
        return is_bundle(self.path / name) or is_closed(self.path / name)

    def is_same(self, corpus: list[str]) -> bool:
        """Return whether the corpus that was given is this workspace itself."""
        return (
            len(corpus) == 1
            and is_workspace(corpus[0])
            and Path(corpus[0]).resolve() == self.path.resolve()
        )

    def _is_ours(self) -> bool:
        """Return whether there is nothing in the folder, or a bundle, or a trace of a run."""
        names = [name for name in os.listdir(self.path) if not is_stray(name)]
        return all(name.startswith(_OURS) for name in names) or any(
            is_replaceable(self.path / name.removeprefix(REPLACED)) for name in names
        )

    @contextmanager
    def staged(self) -> Iterator[Path]:
        """Make bundles in a folder; when the block ends, all take their places here, or none.

        Hold `lock`.  A rename decides; what is then killed, the next `lock` finishes.
        """
        place = self.path / _STAGED
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        yield place
        flush_folder(place)
        os.rename(place, self.path / _DECIDED)
        self._finish()

    def _finish(self) -> None:
        """Put bundles in their places that were all made, and clear those that were not."""
        shutil.rmtree(self.path / _STAGED, ignore_errors=True)
        place = self.path / _DECIDED
        if not place.is_dir() or place.is_symlink():
            return
        for name in sorted(os.listdir(place)):
            if is_bundle(place / name):
                replace_bundle(place / name, self.path / name)
        shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace for writing, and clear what a killed run left behind.

        Raises
        ------
        WordvecError
            If another process holds it, or the folder cannot be written.
        """
        existed = self.path.is_dir()
        if existed and not self._is_ours():
            raise WordvecError(
                f"{self.path} holds other files; a workspace needs its own folder: choose "
                "another -o"
            )
        made = False
        try:
            with held(self.path, "workspace", "another wvt is writing to"):
                made = not existed
                self._finish()
                yield
        finally:
            if made and not self.names():
                self._remove_traces()

    def _remove_traces(self) -> None:
        """Remove the folder again, unless somebody has put something into it."""
        for name in (LOCK, _SOURCES):
            (self.path / name).unlink(missing_ok=True)
        with suppress(OSError):
            self.path.rmdir()

    def fresh(
        self, name: str, kind: str, settings: dict[str, object], inputs: dict[str, str]
    ) -> Bundle | None:
        """Return the bundle `name` if it was made with these settings from these inputs."""
        try:
            bundle = open_bundle(self.path / name, kind)
        except NewerVersionError:
            raise  # not ours to overwrite
        except FormatError:
            return None
        same = bundle.settings == settings and bundle.manifest["inputs"] == inputs
        return bundle if same and bundle.is_whole() else None

    def make(
        self,
        name: str,
        kind: str,
        settings: dict[str, object],
        inputs: dict[str, str],
        fill: Callable[[BundleWriter], None],
    ) -> Bundle:
        """Write the bundle `name`; `fill` writes its files.

        Raises
        ------
        WordvecError
            If it is a link: a workspace can be from anybody, and writes only inside of its folder.
        """
        if (self.path / name).is_symlink():
            raise WordvecError(
                f"{self.path / name} is a link, and what it leads to would be replaced; remove it"
            )
        with new_bundle(self.path / name, kind, settings, inputs) as writer:
            fill(writer)
        return open_bundle(self.path / name, kind)

    def is_stale(self, name: str) -> bool:
        """Return whether a bundle was made from another bundle than the one that is here now.

        What it was made from may be missing: vectors can be used on their own.
        """
        inputs = open_bundle(self.path / name).manifest["inputs"]
        return any(
            self._has_changed(other, digest)
            for other, digest in inputs.items()
            if other == os.path.basename(other) and other != name
        )

    def hangs_on(self, name: str, renewed: set[str]) -> bool:
        """Return whether a bundle is stale, and one of `renewed` is among what it was made from."""
        try:
            return self.is_stale(name) and self.is_made_from(name, renewed)
        except FormatError:
            return False

    def is_made_from(self, name: str, others: set[str]) -> bool:
        """Return whether one of `others` is among what a bundle was made from, near or far."""
        return bool(others & self._origins(name))

    def _origins(self, name: str) -> set[str]:
        """Return the names of the bundles here that a bundle was made from, near and far."""
        found: set[str] = set()
        queue = [name]
        while queue:
            inputs = open_bundle(self.path / queue.pop()).manifest["inputs"]
            near = {other for other in inputs if other == os.path.basename(other)} - found
            found |= near
            queue += [other for other in near if is_bundle(self.path / other)]
        return found

    def _has_changed(self, name: str, digest: str) -> bool:
        if not is_bundle(self.path / name):
            return False
        try:
            return open_bundle(self.path / name).digest != digest or self.is_stale(name)
        except FormatError:
            return False  # damaged: what was made from it before is not the worse for it

    def sha256(self, source: Source) -> str:
        """Return the sha256 of a file, from memory if its size and time of change are the same."""
        assert source.path is not None
        status = source.path.stat()
        source.size, source.changed_ns = status.st_size, status.st_mtime_ns
        seen = self._sources().get(_key(source))
        if isinstance(seen, list) and seen[:2] == [source.size, source.changed_ns]:
            return str(seen[-1])
        return file_sha256(source.path)

    def remember(self, sources: list[Source]) -> None:
        """Note the files that were read, so that they need not be hashed again.

        The note is outside of the bundles: it holds paths and times, which are of no interest
        to others and would make bundles of the same text differ.
        """
        notes = {
            _key(source): [source.size, source.changed_ns, source.sha256]
            for source in sources
            if not source.is_stream
        }
        if notes and notes != self._sources():
            write_whole(self.path / _SOURCES, json.dumps(notes).encode())

    def remembered(self) -> list[str]:
        """Return the paths of the files that were read last, in their order."""
        return [path for path in self._sources() if path]

    def _sources(self) -> dict[str, list[object]]:
        try:
            notes = json.loads(read_small(self.path / _SOURCES))
        except (OSError, ValueError, RecursionError):
            return {}
        return notes if isinstance(notes, dict) else {}


def _key(source: Source) -> str:
    return str(source.path.absolute()) if source.path is not None else ""
