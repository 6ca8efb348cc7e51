"""The workspace: a folder with one bundle for each step, and what is still valid in it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..bundles.reading import (
    REPLACED,
    Bundle,
    file_sha256,
    is_bundle,
    is_closed,
    is_replaceable,
    is_stray,
    open_bundle,
)
from ..bundles.writing import LOCK, BundleWriter, held, new_bundle
from ..errors import FormatError, NewerVersionError, SettingError, WordvecError
from ..registry.store import fetched_path
from ..runtime.disk import write_whole
from ..text.files import Source

SUFFIX = ".wvt"
_OURS = ".wvt-"  # begins the names of all hidden files of ours
_SOURCES = ".wvt-sources.json"
#: Bundles of word vectors, in the order in which a workspace offers them, and what makes them.
VECTOR_BUNDLES = {
    "svd": "build-ppmi",
    "svd-two-views": "build-svd",
    "ppmi": "build-ppmi",
    "glove": "build-glove",
    "sgns": "build-word2vec",
    "cbow": "build-word2vec",
    "fasttext": "build-fasttext",
}
#: The same for language models.
LANGUAGE_MODEL_BUNDLES = {
    "mixture-all": "mix",
    "mixture": "build-ngram-lm",
    "ngram": "build-ngram-lm",
    "lstm": "build-lstm-lm",
}
#: Kind of the bundles that hold vectors from elsewhere, or from finished ones.
VECTORS = "vectors"


def check_replaceable(target: Path) -> None:
    """Refuse to put vectors where a bundle stands that is a step of a workspace.

    Raises
    ------
    SettingError
        If its kind says that a builder has made it.
    """
    if not is_bundle(target):
        return
    try:
        kind = open_bundle(target).kind
    except FormatError:
        return  # damaged: `new_bundle` decides
    if kind != VECTORS:
        raise SettingError(
            f"{target} is a bundle of {kind}, which another command has made; choose another place"
        )


def is_workspace(path: str | Path) -> bool:
    """Tell whether `path` is a folder that holds bundles."""
    folder = Path(path)
    return (
        folder.is_dir()
        and not is_bundle(folder)
        and any(is_bundle(entry) for entry in folder.iterdir() if entry.is_dir())
    )


def find_vectors(path: str | Path) -> Path:
    """Return the bundle or file of word vectors that `path` means.

    Itself; of a workspace, its best; or vectors that ``wvt fetch`` has got by that name.

    Raises
    ------
    FormatError
        If there is none.
    """
    folder = Path(path)
    if is_bundle(folder) or folder.is_file():
        return folder
    if (found := _best(folder, VECTOR_BUNDLES, "vectors")) is not None:
        return found
    if not folder.exists():
        fetched = fetched_path(str(path))
        if fetched is not None:
            return fetched
        raise FormatError(
            folder,
            "nothing",
            "a bundle, a workspace or a vector file",
            advice="make one with wvt build-ppmi",
        )
    raise FormatError(
        folder,
        "no word vectors",
        f"a bundle, or a workspace with one of {', '.join(VECTOR_BUNDLES)}",
        advice="make them with wvt build-ppmi",
    )


def find_language_model(path: str | Path) -> Path:
    """Return the bundle or file of a language model that `path` means.

    Itself; of a workspace, its best.

    Raises
    ------
    FormatError
        If there is none.
    """
    folder = Path(path)
    if is_bundle(folder) or folder.is_file():
        return folder
    if (found := _best(folder, LANGUAGE_MODEL_BUNDLES, "a language model")) is not None:
        return found
    raise FormatError(
        folder,
        "no language model" if folder.exists() else "nothing",
        f"a bundle, a workspace with one of {', '.join(LANGUAGE_MODEL_BUNDLES)}, or an ARPA file",
        advice="make one with wvt build-ngram-lm",
    )


def _best(folder: Path, bundles: dict[str, str], what: str) -> Path | None:
    """Return the first of `bundles` that the workspace has.

    Raises
    ------
    FormatError
        If what it was made from has changed since.
    """
    for name, maker in bundles.items():
        if not Workspace(folder).has(name):
            continue
        if Workspace(folder).is_stale(name):  # an error if it is damaged: no other takes its place
            if bundles is LANGUAGE_MODEL_BUNDLES:
                advice = _advice_on_stale_model(folder, name)
            else:
                advice = f"run wvt {maker} again, or name {folder / name} itself"
            raise FormatError(
                folder / name,
                f"{what} made from what has changed since",
                f"{what} of this workspace as it is now",
                advice=advice,
            )
        return folder / name
    return None


def _advice_on_stale_model(folder: Path, name: str) -> str:
    """Say what can be had instead: a mixture of models that have changed does not open."""
    again = f"build {name} again with the options it had"
    others = [other for other in LANGUAGE_MODEL_BUNDLES if other != name]
    if not name.startswith("mixture"):
        return f"{again}, or name {folder / name} itself"
    good = [other for other in others if is_bundle(folder / other)]
    good = [other for other in good if not Workspace(folder).is_stale(other)]
    return f"{again}, or name {folder / good[0]}" if good else again


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
        """Tell whether there is a bundle of this name, be it damaged or closed to this user."""
        return is_bundle(self.path / name) or is_closed(self.path / name)

    def is_same(self, corpus: list[str]) -> bool:
        """Tell whether the corpus that was given is this workspace itself."""
        return (
            len(corpus) == 1
            and is_workspace(corpus[0])
            and Path(corpus[0]).resolve() == self.path.resolve()
        )

    def _is_ours(self) -> bool:
        """Tell whether there is nothing in the folder, or a bundle, or a trace of a run."""
        names = [name for name in os.listdir(self.path) if not is_stray(name)]
        return all(name.startswith(_OURS) for name in names) or any(
            is_replaceable(self.path / name.removeprefix(REPLACED)) for name in names
        )

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
                f"{self.path} holds other files; a workspace wants a folder of its own: choose "
                "another -o"
            )
        made = False
        try:
            with held(self.path, "workspace", "another wvt is writing to"):
                made = not existed
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
        self, name: str, kind: str, settings: dict[str, Any], inputs: dict[str, str]
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
        settings: dict[str, Any],
        inputs: dict[str, str],
        fill: Callable[[BundleWriter], None],
    ) -> Bundle:
        """Write the bundle `name`; `fill` writes its files."""
        with new_bundle(self.path / name, kind, settings, inputs) as writer:
            fill(writer)
        return open_bundle(self.path / name, kind)

    def is_stale(self, name: str) -> bool:
        """Tell whether a bundle was made from another bundle than the one that is here now.

        What it was made from may be missing: vectors can be used on their own.
        """
        inputs = open_bundle(self.path / name).manifest["inputs"]
        return any(
            self._has_changed(other, digest)
            for other, digest in inputs.items()
            if other == os.path.basename(other) and other != name
        )

    def hangs_on(self, name: str, renewed: set[str]) -> bool:
        """Tell whether a bundle is stale, and one of `renewed` is among what it was made from."""
        try:
            return self.is_stale(name) and self.is_made_from(name, renewed)
        except FormatError:
            return False

    def is_made_from(self, name: str, others: set[str]) -> bool:
        """Tell whether one of `others` is among what a bundle was made from, near or far."""
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

        The note stands outside of the bundles: it holds paths and times, which are of no interest
        to others and would make bundles of the same text differ.
        """
        notes = {
            _key(source): [source.size, source.changed_ns, source.sha256]
            for source in sources
            if not source.is_stream
        }
        if notes and notes != self._sources():
            write_whole(self.path / _SOURCES, json.dumps(notes).encode())

    def _sources(self) -> dict[str, list[Any]]:
        try:
            notes = json.loads((self.path / _SOURCES).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return notes if isinstance(notes, dict) else {}


def _key(source: Source) -> str:
    return str(source.path.absolute()) if source.path is not None else ""
