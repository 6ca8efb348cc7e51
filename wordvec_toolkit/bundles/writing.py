"""Write bundles all or nothing, and clear what a crash has left of them.

A bundle is written to a temporary folder beside its place, flushed to the disk, then renamed, so
that a crash leaves the old bundle or the new one (between two renames, the old one under a hidden
name, where `wordvec_toolkit.bundles.reading` finds it and from which `recover` brings it back).
"""

import json
import os
import platform
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import WordvecError
from .reading import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    REPLACED,
    Bundle,
    file_sha256,
    is_bundle,
    is_of_arrays,
)

_TEMPORARY = ".wvt-new-"
#: Name of the file by which a folder is held.
LOCK = ".wvt-lock"


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

    def array_chunks(
        self, name: str, dtype: Any, n: int, chunks: Iterable[np.ndarray], dim: int | None = None
    ) -> None:
        """Write ``name.npy`` of length `n` from consecutive pieces, never whole in memory.

        Pieces are vectors, or with `dim` rows of so many columns.
        """
        shape = (n,) if dim is None else (n, dim)
        path = self._add(f"{name}.npy")
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
        written = 0
        with open(path, "wb") as stream:
            np.lib.format.write_array_header_1_0(stream, header)
            for chunk in chunks:
                stream.write(np.ascontiguousarray(chunk, dtype=dtype).data)
                written += len(chunk)
                if chunk.shape[1:] != shape[1:]:
                    raise ValueError(f"{name}: a piece of shape {chunk.shape} for {shape}")
        if written != n:
            raise ValueError(f"{name}: {written} items written, {n} announced")
        self._describe(name, np.dtype(dtype), shape)

    def text(self, name: str, lines: Iterable[str]) -> None:
        """Write a UTF-8 text file; each of `lines` gets its line end."""
        path = self._add(name)
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(line + "\n" for line in lines)

    def file(self, name: str) -> Path:
        """Return the path of a file that the caller writes."""
        return self._add(name)

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
    path: str | Path, kind: str, settings: dict[str, Any], inputs: dict[str, str] | None = None
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
    if target.is_symlink():
        target = target.resolve()
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
        # NumPy's own error where a disk is full has no number, only bytes requested and written.
        reason = error.strerror or f"the disk seems full ({error})"
        raise WordvecError(
            f"cannot write {target}: {reason}; free some room, mend its permissions, or choose "
            "another place with -o"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def copy_bundle(source: Bundle, path: str | Path) -> None:
    """Copy a bundle to where there is none; its digest stays the same.

    Raises
    ------
    WordvecError
        If something else stands there, or the folder cannot be written.
    """
    target = Path(path)
    if target.exists():
        raise WordvecError(f"{target} exists; move it away, or choose another place")
    temporary = target.parent / f"{_TEMPORARY}{target.name}-{os.getpid()}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
        for name in (*source.manifest["files"], MANIFEST):
            shutil.copyfile(
                source.file(name) if name != MANIFEST else source.path / name, temporary / name
            )
        _replace(temporary, target)
    except OSError as error:
        raise WordvecError(
            f"cannot copy {source.path} to {target}: {error.strerror or error}; free some room, or "
            "choose another place with -o"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


def _replace(new: Path, target: Path) -> None:
    if target.exists():
        old = target.parent / f"{REPLACED}{target.name}"
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


def _is_unfinished(folder: Path) -> bool:
    return is_of_arrays(set(os.listdir(folder)) - {MANIFEST})


@contextmanager
def held(folder: Path, kind: str, busy: str, inside: Sequence[str] = ()) -> Iterator[None]:
    """Hold a folder against other processes, and clear what a killed run left in it.

    Parameters
    ----------
    folder : Path
        Made, with the folders `inside`, if it is not there.
    kind : str
        What it is, as ``workspace``.
    busy : str
        What another process does that holds it, as ``another wvt is writing to``.

    Raises
    ------
    WordvecError
        If another process holds it, it is a file, or it cannot be written.
    """
    from filelock import FileLock, Timeout

    if folder.exists() and not folder.is_dir():
        raise WordvecError(f"{folder} is a file; a {kind} is a folder: choose another -o")
    try:
        for place in (folder, *(folder / name for name in inside)):
            place.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise WordvecError(f"{busy} {folder}; wait for it, or choose another -o") from None
    except OSError as error:
        raise WordvecError(
            f"cannot write to {folder}: {error.strerror or error}; mend its permissions or "
            "choose another place with -o"
        ) from None
    try:
        recover(folder)
        yield
    finally:
        lock.release()


def recover(folder: Path) -> None:
    """Clear what a killed run left in `folder`; call it only while holding the folder's lock."""
    for entry in folder.iterdir():
        if entry.is_symlink() or not entry.is_dir():
            continue
        if entry.name.startswith(REPLACED) and is_bundle(entry):
            target = folder / entry.name[len(REPLACED) :]
            if target.exists():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                os.rename(entry, target)
        elif entry.name.startswith(_TEMPORARY) and _is_unfinished(entry):
            shutil.rmtree(entry, ignore_errors=True)


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
