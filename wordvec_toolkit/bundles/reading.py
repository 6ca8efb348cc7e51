"""Bundles: folders of ``.npy`` arrays and readable text with a manifest.

Nothing in them is pickled, arrays open as memory maps, and what a manifest or a header says is
checked before it is believed.  `wordvec_toolkit.bundles.writing` makes them.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FormatError, NewerVersionError, WordvecError

FORMAT = "wordvec_toolkit bundle"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
#: The words that arrays are of, a line each: word, tab, count.
WORDS = "vocabulary.tsv"
_ARRAYS = (".npy", ".safetensors")
_MANIFEST_LIMIT = 16 << 20  # bytes; a manifest is a few kilobytes
REPLACED = ".wvt-old-"


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk, opened."""

    path: Path
    manifest: dict[str, Any]
    digest: str

    @property
    def kind(self) -> str:
        return str(self.manifest["kind"])

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.manifest["settings"])

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.manifest["facts"])

    @contextmanager
    def reading(self, expected: str, advice: str = "build it again") -> Iterator[None]:
        """Say of what is refused here, or cannot be made, that the bundle is damaged.

        Raises
        ------
        FormatError
            In place of another error about what the files hold.
        """
        try:
            yield
        except FormatError:
            raise
        except (WordvecError, LookupError, TypeError) as error:
            found = f"damage ({error})"
            raise FormatError(self.path, found, expected, advice=advice) from None

    def file(self, name: str) -> Path:
        """Return the path of a file that the manifest lists."""
        if name not in self.manifest["files"]:
            raise FormatError(
                self.path, f"a bundle without {name}", f"one that a {self.kind} bundle holds"
            )
        if not (self.path / name).is_file():
            raise FormatError(self.path, f"no {name}", "a whole bundle", advice="build it again")
        return self.path / name

    def array(self, name: str, dtype: str | None = None, ndim: int = 1) -> np.ndarray:
        """Open ``name.npy`` as a read-only memory map.

        Raises
        ------
        FormatError
            If the file is damaged, or is not of `dtype` (any of those joined by ``|``) and `ndim`.
        """
        path = self.file(f"{name}.npy")
        try:
            array = np.lib.format.open_memmap(path, mode="r")
        except Exception as error:  # a hostile header can make NumPy raise almost anything
            raise FormatError(
                path,
                f"an array that cannot be opened ({type(error).__name__}: {str(error)[:80]})",
                "a .npy file as the manifest describes it",
                advice="build the bundle again",
            ) from None
        entry = self.manifest["files"][f"{name}.npy"]
        if entry.get("shape") != list(array.shape) or entry.get("dtype") != array.dtype.name:
            raise FormatError(
                path,
                f"{array.dtype} {list(array.shape)}",
                f"{entry.get('dtype')} {entry.get('shape')} as the manifest says",
                advice="build the bundle again",
            )
        if (dtype and array.dtype.str.lstrip("<=|") not in dtype.split("|")) or array.ndim != ndim:
            raise FormatError(
                path, f"{array.dtype} in {array.ndim} dimensions", f"{dtype} in {ndim}"
            )
        return array

    def is_whole(self) -> bool:
        """Tell whether all files that the manifest lists are there, with their sizes."""
        paths = {self.path / name: entry for name, entry in self.manifest["files"].items()}
        return all(
            path.is_file() and path.stat().st_size == entry["bytes"]
            for path, entry in paths.items()
        )

    def verify(self) -> list[str]:
        """Hash every file and return what does not agree with the manifest, a sentence each."""
        problems = [] if self.manifest["files"] else ["the manifest lists no files"]
        for name, expected in self.manifest["files"].items():
            path = self.path / name
            if not path.is_file():
                problems.append(f"{name} is missing")
            elif path.stat().st_size != expected["bytes"]:
                problems.append(
                    f"{name} has {path.stat().st_size} bytes, expected {expected['bytes']}"
                )
            elif file_sha256(path) != expected["sha256"]:
                problems.append(f"{name} has changed: its sha256 is not the manifest's")
        return problems


def is_bundle(path: str | Path) -> bool:
    """Tell whether `path` is a bundle of ours, even if its manifest is damaged or lost.

    It has our manifest and only the files listed there; or no readable manifest, and only arrays
    beside their words.
    """
    folder = _standing(Path(path))
    try:
        names = set(os.listdir(folder)) - {MANIFEST}
    except OSError:
        return False
    try:
        with open(folder / MANIFEST, "rb") as stream:
            manifest = json.loads(stream.read(_MANIFEST_LIMIT))
    except (OSError, ValueError, RecursionError):
        return len(names) > 1 and is_of_arrays(names) and _has_words(folder)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return False  # somebody else's manifest
    files = manifest.get("files")
    return names <= set(files) if isinstance(files, dict) else is_of_arrays(names)


def is_of_arrays(names: Iterable[str]) -> bool:
    """Tell whether files of these names are what bundles consist of, besides the manifest."""
    return all(name == WORDS or name.endswith(_ARRAYS) for name in names)


def _has_words(folder: Path) -> bool:
    try:
        with open(folder / WORDS, "rb") as stream:
            return re.fullmatch(rb"[^\t]+\t\d+\n", stream.readline(1 << 16)) is not None
    except OSError:
        return False


def _standing(path: Path) -> Path:
    """Return `path`, or where a crash while it was being replaced has left the old bundle."""
    old = path.parent / f"{REPLACED}{path.name}"
    return old if not path.exists() and old.is_dir() else path


def open_bundle(path: str | Path, kind: str | None = None) -> Bundle:
    """Read and check the manifest of the bundle at `path`.

    Raises
    ------
    FormatError
        If there is no manifest, or it is damaged, newer than this version, or of another kind.
    """
    folder = _standing(Path(path))
    manifest_path = folder / MANIFEST
    if not manifest_path.is_file():
        if not folder.exists():
            raise FormatError(folder, "nothing", "a bundle", advice="check the path")
        raise FormatError(folder, f"no {MANIFEST}", "a bundle made by wvt")
    if manifest_path.stat().st_size > _MANIFEST_LIMIT:
        raise FormatError(manifest_path, "a manifest of over 16 MiB", "a few kilobytes")
    raw = manifest_path.read_bytes()
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        raise FormatError(
            manifest_path, "damaged JSON", "a manifest", advice="build the bundle again"
        ) from None
    _check_manifest(manifest_path, manifest)
    if kind is not None and manifest["kind"] != kind:
        raise FormatError(folder, f"a bundle of {manifest['kind']}", f"one of {kind}")
    return Bundle(folder, manifest, hashlib.sha256(raw).hexdigest())


def _check_manifest(path: Path, manifest: Any) -> None:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise FormatError(path, "another kind of JSON", f'"format": "{FORMAT}"')
    version = manifest.get("format_version")
    made_with = manifest.get("made_with")
    writer = made_with.get("wordvec_toolkit") if isinstance(made_with, dict) else None
    if not isinstance(version, int) or version > FORMAT_VERSION:
        error = NewerVersionError if isinstance(version, int) else FormatError
        raise error(
            path,
            f"format version {version} (written by wordvec_toolkit {writer or 'unknown'})",
            f"version {FORMAT_VERSION} or older",
            advice="upgrade: pip install --upgrade wordvec-toolkit; or build it again elsewhere",
        )
    for key, type_ in (
        ("kind", str),
        ("settings", dict),
        ("facts", dict),
        ("inputs", dict),
        ("files", dict),
        ("made_with", dict),
    ):
        if not isinstance(manifest.get(key), type_):
            raise FormatError(path, f"no {key}", "a whole manifest", advice="build it again")
    for name, entry in manifest["files"].items():
        plain = name == os.path.basename(name) and name not in ("", ".", "..") and len(name) < 200
        if (
            not plain
            or not isinstance(entry, dict)
            or not isinstance(entry.get("bytes"), int)
            or not 0 <= entry["bytes"] < 2**63
            or not isinstance(entry.get("sha256"), str)
            or ("shape" in entry) != ("dtype" in entry)
        ):
            raise FormatError(path, f"a bad entry for file {name!r}", "name, bytes and sha256")


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
