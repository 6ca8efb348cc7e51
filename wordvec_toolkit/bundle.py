"""Bundles: folders of ``.npy`` arrays and readable text with a manifest, written all or nothing.

A bundle is written to a temporary folder beside its place, flushed to the disk, then renamed, so
that a crash leaves the old bundle or the new one (between two renames, the old one under a hidden
name from which `recover` brings it back).  Nothing in it is pickled, arrays open as
memory maps, and what the manifest says is checked before it is believed.
"""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import FormatError, NewerVersionError, WordvecError

FORMAT = "wordvec_toolkit bundle"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
# What bundles are made of.  A folder with anything else in it is not ours to replace.
_KNOWN_FILES = {
    "vocabulary.tsv",
    *(f"{name}.npy" for name in ("ids", "sentences", "documents")),
    *(f"{name}.npy" for name in ("indptr", "indices", "data", "vectors")),
}
_MANIFEST_LIMIT = 16 << 20  # bytes; a manifest is a few kilobytes
_TEMPORARY = ".wvt-new-"
_REPLACED = ".wvt-old-"


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
        if (dtype and array.dtype.str.lstrip("<=|") not in dtype.split("|")) or array.ndim != ndim:
            raise FormatError(
                path, f"{array.dtype} in {array.ndim} dimensions", f"{dtype} in {ndim}"
            )
        return array

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
    """Tell whether `path` is a bundle, be it damaged: its files are all of kinds that we write."""
    try:
        names = set(os.listdir(_standing(Path(path))))
    except OSError:
        return False
    return bool(names) and names <= _files_of_ours(_standing(Path(path)))


def _files_of_ours(folder: Path) -> set[str]:
    """Return the names of files that a bundle in `folder` may hold."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes()[:_MANIFEST_LIMIT])
    except (OSError, ValueError, RecursionError):
        return {MANIFEST, *_KNOWN_FILES}
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return set()  # somebody else's manifest
    files = manifest.get("files")
    return {MANIFEST, *_KNOWN_FILES, *(files if isinstance(files, dict) else ())}


def _standing(path: Path) -> Path:
    """Return `path`, or where a crash while it was being replaced has left the old bundle."""
    old = path.parent / f"{_REPLACED}{path.name}"
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


class BundleWriter:
    """Collects the files of a bundle in its temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: dict[str, Any] = {}
        self._names: list[str] = []
        self._shapes: dict[str, dict[str, Any]] = {}

    def array(self, name: str, array: np.ndarray) -> None:
        """Write ``name.npy``."""
        path = self._add(f"{name}.npy")
        with open(path, "wb") as stream:
            np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
        self._describe(name, array.dtype, array.shape)

    def array_chunks(self, name: str, dtype: Any, n: int, chunks: Iterable[np.ndarray]) -> None:
        """Write ``name.npy`` of length `n` from consecutive pieces, never whole in memory."""
        path = self._add(f"{name}.npy")
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": (n,)}
        written = 0
        with open(path, "wb") as stream:
            np.lib.format.write_array_header_1_0(stream, header)
            for chunk in chunks:
                stream.write(np.ascontiguousarray(chunk, dtype=dtype).data)
                written += len(chunk)
        if written != n:
            raise ValueError(f"{name}: {written} items written, {n} announced")
        self._describe(name, np.dtype(dtype), (n,))

    def text(self, name: str, lines: Iterable[str]) -> None:
        """Write a UTF-8 text file; each of `lines` gets its line end."""
        path = self._add(name)
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(line + "\n" for line in lines)

    def _add(self, name: str) -> Path:
        self._names.append(name)
        return self.folder / name

    def _describe(self, name: str, dtype: np.dtype, shape: tuple[int, ...]) -> None:
        self._shapes[f"{name}.npy"] = {"dtype": dtype.name, "shape": list(shape)}

    def close(self, kind: str, settings: dict[str, Any], inputs: dict[str, str]) -> None:
        """Hash and flush the files and write the manifest."""
        names = sorted(self._names)
        with ThreadPoolExecutor(2) as pool:
            digests = list(pool.map(lambda name: _hash_and_flush(self.folder / name), names))
        files = {
            name: {
                "bytes": (self.folder / name).stat().st_size,
                "sha256": digest,
                **self._shapes.get(name, {}),
            }
            for name, digest in zip(names, digests)
        }
        manifest = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "kind": kind,
            "settings": settings,
            "facts": self.facts,
            "inputs": inputs,
            "files": files,
            "made_with": made_with(),
        }
        path = self.folder / MANIFEST
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            json.dump(manifest, stream, indent=1, ensure_ascii=False)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())


@contextmanager
def new_bundle(
    path: str | Path,
    kind: str,
    settings: dict[str, Any],
    inputs: dict[str, str] | None = None,
) -> Iterator[BundleWriter]:
    """Write a bundle in a ``with`` block; it takes its place only if the block succeeds.

    Parameters
    ----------
    path : path
        Where the bundle will stand; one that is there is replaced.
    kind : str
        What the bundle holds, for instance ``"ppmi"``.
    settings : dict
        Everything the result depends on besides its inputs; JSON values.
    inputs : dict, optional
        Digests of the bundles that this one is made from.

    Raises
    ------
    WordvecError
        If the folder cannot be written or the disk is full; the old bundle is still there.
    """
    target = Path(path)
    if target.exists() and not is_bundle(target) and not (target.is_dir() and _is_empty(target)):
        raise WordvecError(
            f"{target} exists and holds files that wvt did not make; move them away, or choose "
            "another place or name"
        )
    temporary = target.parent / f"{_TEMPORARY}{target.name}-{os.getpid()}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        writer = BundleWriter(temporary)
        yield writer
        writer.close(kind, settings, inputs or {})
        _replace(temporary, target)
    except OSError as error:
        raise WordvecError(
            f"cannot write {target}: {error.strerror or error}; free some room, mend its "
            "permissions, or choose another place with -o"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


def _replace(new: Path, target: Path) -> None:
    if target.exists():
        old = target.parent / f"{_REPLACED}{target.name}"
        shutil.rmtree(old, ignore_errors=True)
        os.rename(target, old)
        try:
            os.rename(new, target)
        except OSError:
            os.rename(old, target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.rename(new, target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def recover(folder: Path) -> None:
    """Clear what a killed run left in `folder`; call it only while holding the folder's lock."""
    for entry in folder.iterdir():
        if entry.is_symlink() or not entry.is_dir():
            continue
        if entry.name.startswith(_REPLACED) and is_bundle(entry):
            target = folder / entry.name[len(_REPLACED) :]
            if target.exists():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                os.rename(entry, target)
        elif entry.name.startswith(_TEMPORARY) and (_is_empty(entry) or is_bundle(entry)):
            shutil.rmtree(entry, ignore_errors=True)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _hash_and_flush(path: Path) -> str:
    with open(path, "rb+") as stream:
        os.fsync(stream.fileno())
    return file_sha256(path)


def made_with() -> dict[str, str]:
    """Return the versions that a result may depend on."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": platform.python_version()}  # its Unicode tables define words
    for package in ("wordvec_toolkit", "numpy", "scipy", "numba"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions
