"""Write bundles all or nothing, and clear what a crash has left of them.

A bundle is written to a temporary folder next to its place, flushed to the disk, then renamed, so
that a crash leaves the old bundle or the new one (between two renames, the old one under a hidden
name, where `wordvec_toolkit.bundles.reading` finds it and from which `recover` brings it back).
"""

import errno
import io
import math
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import DTypeLike

from ..errors import WordvecError
from ..runtime.disk import (
    TEMPORARY,
    advice_on,
    flush_folder,
    moving,
    new_file,
    new_folder,
    remove_dead,
)
from ..runtime.file_arrays import pieces_of
from .manifests import FORMAT, FORMAT_VERSION, MANIFEST, render
from .reading import Bundle, file_sha256
from .recognising import REPLACED, is_bundle, is_replaceable, is_stray

_OWN_NAME = re.escape(TEMPORARY) + r".+-\d+(-[0-9a-f]{8})?"  # as `new_folder` makes it
_SUFFIXES = (".npy", ".safetensors", ".tsv", ".txt", ".json")
_OF_TASKS = (".run", ".rows", ".block", ".terms", ".cells")  # endings of what engines exchange
#: Name of the file by which a folder is held.
LOCK = ".wvt-lock"


class BundleWriter:
    """Collects the files of a bundle in its temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: dict[str, object] = {}
        #: File -> the bytes that it must have; None where the caller writes it.
        self._sizes: dict[str, int | None] = {}
        self._shapes: dict[str, dict[str, object]] = {}

    def array(self, name: str, array: np.ndarray) -> None:
        """Write ``name.npy``."""
        self._write_array(name, array.dtype, array.shape, pieces_of(array))

    def array_chunks(
        self,
        name: str,
        dtype: DTypeLike,
        n: int,
        chunks: Iterable[np.ndarray],
        dim: int | None = None,
    ) -> None:
        """Write ``name.npy`` of length `n` from consecutive pieces, never whole in memory.

        Pieces are vectors, or with `dim` rows of `dim` columns.
        """
        shape = (n,) if dim is None else (n, dim)
        self._write_array(name, np.dtype(dtype), shape, chunks)

    def _write_array(
        self, name: str, dtype: np.dtype, shape: tuple[int, ...], chunks: Iterable[np.ndarray]
    ) -> None:
        """Write the header, then each piece as bytes: NumPy's own writer loses late errors."""
        written = 0
        header = _header(dtype, shape)
        with self._new(f"{name}.npy") as stream:
            stream.write(header)
            for chunk in chunks:
                if chunk.shape[1:] != shape[1:]:
                    raise ValueError(f"{name}: a piece of shape {chunk.shape} for {shape}")
                piece = np.ascontiguousarray(chunk, dtype=dtype)
                stream.write(piece.reshape(-1).view(np.uint8).data)
                written += len(piece)
            if written != shape[0]:
                raise ValueError(f"{name}: {written} items written, {shape[0]} announced")
            self._sizes[f"{name}.npy"] = len(header) + math.prod(shape) * dtype.itemsize
        self._shapes[f"{name}.npy"] = {"dtype": dtype.name, "shape": list(shape)}

    @contextmanager
    def growing_array(self, name: str, dtype: DTypeLike) -> Iterator[Callable[[np.ndarray], None]]:
        """Write ``name.npy`` from pieces, of which it is not known before how long they are."""
        dtype, n = np.dtype(dtype), 0
        with self._new(f"{name}.npy") as stream:
            begin = len(_header(dtype, (0,)))
            stream.write(bytes(begin))

            def append(piece: np.ndarray) -> None:
                nonlocal n
                stream.write(np.ascontiguousarray(piece, dtype).view(np.uint8).data)
                n += len(piece)

            yield append
            header = _header(dtype, (n,))
            if len(header) != begin:
                raise ValueError(f"{name}: a header of {len(header)} bytes in place of {begin}")
            stream.seek(0)
            stream.write(header)
            stream.seek(0, io.SEEK_END)
            self._sizes[f"{name}.npy"] = begin + n * dtype.itemsize
        self._shapes[f"{name}.npy"] = {"dtype": dtype.name, "shape": [n]}

    def text(self, name: str, lines: Iterable[str]) -> None:
        """Write a UTF-8 text file; each of `lines` gets its line end."""
        with self._new(name) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
            text.writelines(line + "\n" for line in lines)
            text.flush()
            self._sizes[name] = stream.tell()
            text.detach()

    def data(self, name: str, data: bytes) -> None:
        """Write a file as it is."""
        with self._new(name) as stream:
            stream.write(data)
        self._sizes[name] = len(data)

    def file(self, name: str) -> Path:
        """Return the path of a file that the caller writes, minding all errors."""
        self._sizes[name] = None
        return self.folder / name

    @contextmanager
    def _new(self, name: str) -> Iterator[BinaryIO]:
        self._sizes[name] = None
        with new_file(self.folder / name) as stream:
            yield stream

    def close(self, kind: str, settings: dict[str, object], inputs: dict[str, str]) -> None:
        """Check and hash the files, and write the manifest, with which the bundle is complete."""
        names = sorted(self._sizes)
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
        for name, entry in files.items():
            if self._sizes[name] not in (None, entry["bytes"]):
                raise OSError(
                    errno.EIO, f"{entry['bytes']:,} of {self._sizes[name]:,} bytes of {name}"
                )
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
        with new_file(self.folder / MANIFEST) as stream:
            stream.write(render(manifest))
        flush_folder(self.folder)


def _header(dtype: np.dtype, shape: tuple[int, ...]) -> bytes:
    """Return how a ``.npy`` file begins: 128 bytes, whatever the length of a vector."""
    stream = io.BytesIO()
    described = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False}
    np.lib.format.write_array_header_1_0(stream, {**described, "shape": shape})
    return stream.getvalue()


@contextmanager
def new_bundle(
    path: str | Path, kind: str, settings: dict[str, object], inputs: dict[str, str] | None = None
) -> Iterator[BundleWriter]:
    """Write a bundle in a ``with`` block; it takes its place only if the block succeeds.

    Parameters
    ----------
    path : path
        Path of the bundle; an existing one is replaced.
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
    with _complaining(f"cannot write {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with moving(target.parent):
            _check_target(target)
        recover(target.parent)
        with new_folder(target, TEMPORARY) as temporary:
            writer = BundleWriter(temporary)
            yield writer
            writer.close(kind, settings, inputs or {})
            with moving(target.parent):
                _check_target(target)
                _replace(temporary, target)


def replace_bundle(new: Path, target: Path) -> None:
    """Move a finished bundle to where there is another, or none."""
    with _complaining(f"cannot write {target}"), moving(target.parent):
        _check_target(target)
        _replace(new, target)


def _check_target(target: Path) -> None:
    if not is_replaceable(target) and target.exists() and not _is_empty(target):
        raise WordvecError(
            f"{target} exists and holds files that wvt did not make; move them away, or choose "
            "another place or name"
        )


@contextmanager
def _complaining(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Errors of other libraries' writers have no number.
        reason = error.strerror or f"the disk seems full ({error})"
        raise WordvecError(f"{what}: {reason}; {advice_on(error)} with -o") from error


def copy_bundle(source: Bundle, path: str | Path) -> None:
    """Copy a bundle to where there is none; its digest stays the same.

    Raises
    ------
    WordvecError
        If something else is there, or the folder cannot be written.
    """
    target = Path(path)
    if target.exists():
        raise WordvecError(f"{target} exists; move it away, or choose another place")
    with _complaining(f"cannot copy {source.path} to {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with new_folder(target, TEMPORARY) as temporary:
            for name, blocks in source.blocks():
                with new_file(temporary / name) as stream:
                    stream.writelines(blocks)
            flush_folder(temporary)
            with moving(target.parent):
                _replace(temporary, target)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


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
    flush_folder(target.parent)


def _is_unfinished(folder: Path) -> bool:
    """Return whether a folder holds only what `BundleWriter` and tasks write."""
    names = {name for name in os.listdir(folder) if not is_stray(name)}
    return all(name.endswith(_SUFFIXES + _OF_TASKS) and (folder / name).is_file() for name in names)


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
        if (folder / LOCK).is_symlink():
            raise WordvecError(f"{folder / LOCK} is a link, which wvt did not make; remove it")
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise WordvecError(f"{busy} {folder}; wait for it, or choose another -o") from None
    except OSError as error:
        raise WordvecError(
            f"cannot write to {folder}: {error.strerror or error}; correct its permissions or "
            "choose another place with -o"
        ) from None
    try:
        recover(folder)
        yield
    finally:
        lock.release()


def recover(folder: Path) -> None:
    """Clear what killed runs left in `folder`, and nothing of a writer that may be alive."""
    names = [name for name in os.listdir(folder) if name.startswith((TEMPORARY, REPLACED))]
    if not names:
        return
    with moving(folder):
        for entry in (folder / name for name in names):
            if entry.is_symlink() or not entry.is_dir():
                continue
            if entry.name.startswith(TEMPORARY):
                if re.fullmatch(_OWN_NAME, entry.name):
                    remove_dead(entry, _is_unfinished)
                continue
            target = folder / entry.name[len(REPLACED) :]
            if not target.exists() and is_bundle(entry):
                os.rename(entry, target)
            elif _is_unfinished(entry):
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
