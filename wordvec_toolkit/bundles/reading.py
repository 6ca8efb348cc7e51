"""Bundles: folders of ``.npy`` arrays and readable text with a manifest.

Nothing in them is pickled, arrays open as memory maps, and what a manifest or a header says is
checked before it is believed.  `wordvec_toolkit.bundles.writing` makes them.

A bundle is opened as one version: `open_bundle` opens all its files at once, so that one that is
replaced meanwhile is read to its end as it was.  On opening, the manifest is checked against its
own digest, and files against their sizes, types and shapes; the values of arrays that kernels use
as indices are checked by those who read them.  Words and numbers alone are hashed by
`Bundle.verify` only.
"""

import hashlib
import io
import json
import math
import os
import stat
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ExhaustedError, FormatError, WordvecError
from ..runtime.disk import check_descriptors
from .manifests import MANIFEST, MANIFEST_LIMIT, check_digest, check_manifest
from .recognising import TRIES, identity, standing

_HEADER_LIMIT = 1 << 16  # bytes; that of an array is 128
_READ_AT_ONCE = 1 << 20  # bytes


class _Files:
    """The opened files of one version of a bundle, or the problem where one cannot be opened."""

    def __init__(self) -> None:
        self.opened: dict[str, int] = {}
        self.problems: dict[str, str] = {}
        self.raw = b""
        weakref.finalize(self, _close_all, self.opened)

    def read(self, name: str, first: int, n: int) -> bytes:
        """Return at most `n` bytes of a file from `first` on, fewer at its end alone."""
        descriptor = self.opened[name]
        if hasattr(os, "pread"):
            return os.pread(descriptor, n, first)
        os.lseek(descriptor, first, os.SEEK_SET)
        return os.read(descriptor, n)

    def problem(self, name: str, size: int) -> str:
        """Return what is wrong with a file that should have this size; "" if nothing is."""
        if name in self.problems:
            return self.problems[name]
        found = os.fstat(self.opened[name]).st_size
        return "" if found == size else f"has {found} bytes, expected {size}"

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        first = 0
        while block := self.read(name, first, _READ_AT_ONCE):
            yield block
            first += len(block)


def _close_all(opened: dict[str, int]) -> None:
    for descriptor in opened.values():
        with suppress(OSError):
            os.close(descriptor)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk, opened.

    Attributes
    ----------
    path : Path
    manifest : dict
    digest : str
        The sha256 of the manifest, which has those of all files.
    """

    path: Path
    manifest: dict[str, Any]  # JSON, which `check_manifest` has seen
    digest: str
    _files: _Files = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"Bundle({str(self.path)!r}, {self.kind})"

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
        except (FormatError, ExhaustedError):
            raise
        except (WordvecError, LookupError, TypeError, ValueError, OverflowError) as error:
            found = f"damage ({error})"
            raise FormatError(self.path, found, expected, advice=advice) from None

    def file(self, name: str) -> Path:
        """Return the path of a file that the manifest lists, for messages; see `handle`."""
        if name not in self.manifest["files"]:
            raise FormatError(
                self.path, f"a bundle without {name}", f"one that a {self.kind} bundle holds"
            )
        if problem := self._files.problem(name, self.manifest["files"][name]["bytes"]):
            raise FormatError(
                self.path, f"damage ({name} {problem})", "a whole bundle", advice="build it again"
            )
        return self.path / name

    def handle(self, name: str) -> str:
        """Return a path by which the file can be opened that this version of the bundle has."""
        path = self.file(name)
        link = f"/proc/self/fd/{self._files.opened[name]}"
        return link if os.path.exists(link) else str(path)

    def read(self, name: str) -> bytes:
        """Return a file that the manifest lists."""
        path = self.file(name)
        try:
            return b"".join(self._files.blocks(name))
        except OSError as error:
            raise FormatError(
                path, f"a file that cannot be read ({error.strerror})", "a whole bundle"
            ) from None

    def array(self, name: str, dtype: str | None = None, ndim: int = 1) -> np.ndarray:
        """Open ``name.npy`` as a read-only memory map.

        Raises
        ------
        FormatError
            If the file is damaged, or is not of `dtype` (any of those joined by ``|``) and `ndim`.
        """
        path = self.file(f"{name}.npy")
        try:
            array = self._map(path.name)
        except Exception as error:  # a hostile header can make NumPy raise almost anything
            if isinstance(error, OSError):
                check_descriptors(error)
            raise FormatError(
                path,
                f"an array that cannot be opened ({type(error).__name__}: {str(error)[:80]})",
                "a .npy file as the manifest describes it",
                advice="build the bundle again",
            ) from None
        entry = self.manifest["files"][path.name]
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

    def bytes_of(self, name: str, first: int, last: int) -> dict[str, tuple[int, int]]:
        """Return the name of an array's file, and which bytes of it are ``first:last``."""
        array = self.array(name)
        offset = self._header(f"{name}.npy")[0]
        return {f"{name}.npy": (offset + first * array.itemsize, offset + last * array.itemsize)}

    def _map(self, name: str) -> np.ndarray:
        offset, dtype, shape, is_fortran = self._header(name)
        size = os.fstat(self._files.opened[name]).st_size
        if size != offset + math.prod(shape) * dtype.itemsize:
            raise ValueError(f"{size:,} bytes for {dtype} {list(shape)}")
        with os.fdopen(os.dup(self._files.opened[name]), "rb") as stream:
            return np.memmap(stream, dtype, "r", offset, shape, "F" if is_fortran else "C")

    def _header(self, name: str) -> tuple[int, np.dtype, tuple[int, ...], bool]:
        """Read where the numbers of an array begin, their type and shape, and their order."""
        header = io.BytesIO(self._files.read(name, 0, _HEADER_LIMIT))
        version = np.lib.format.read_magic(header)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, is_fortran, dtype = read(header)
        if dtype.hasobject or any(n < 0 for n in shape):
            raise ValueError("no array of numbers")
        return header.tell(), dtype, shape, is_fortran

    def blocks(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield the name of each file and its bytes, a block at a time; the manifest last."""
        for name in self.manifest["files"]:
            self.file(name)
            yield name, self._files.blocks(name)
        yield MANIFEST, iter([self._files.raw])

    def has_all_files(self) -> bool:
        """Return whether all files that the manifest lists could be opened."""
        return not self._files.problems

    def is_whole(self) -> bool:
        """Return whether all files exist, with the sizes of the manifest and the shapes."""
        return not any(self._light_problems().values())

    def strays(self) -> list[str]:
        """Return the names of files in the folder that the manifest does not list."""
        try:
            return sorted(set(os.listdir(self.path)) - {MANIFEST, *self.manifest["files"]})
        except OSError:
            return []

    def verify(self) -> list[str]:
        """Hash every file and return what does not agree with the manifest, a sentence each."""
        problems = [] if self.manifest["files"] else ["the manifest lists no files"]
        for name, problem in self._light_problems().items():
            if not problem:
                try:
                    if self._sha256(name) != self.manifest["files"][name]["sha256"]:
                        problem = "has changed: its sha256 is not the manifest's"
                except OSError as error:
                    problem = f"cannot be read: {error.strerror}"
            if problem:
                problems.append(f"{name} {problem}")
        return problems

    def _light_problems(self) -> dict[str, str]:
        """Return what is wrong with each file as far as sizes and shapes tell."""
        problems = {}
        for name, entry in self.manifest["files"].items():
            problem = self._files.problem(name, entry["bytes"])
            if not problem and "shape" in entry:
                try:
                    self._map(name)
                except Exception as error:
                    problem = f"is no whole array ({str(error)[:80]})"
            problems[name] = problem
        return problems

    def _sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        for block in self._files.blocks(name):
            digest.update(block)
        return digest.hexdigest()


def open_bundle(path: str | Path, kind: str | None = None) -> Bundle:
    """Open the bundle at `path` as it is now, and check its manifest.

    Raises
    ------
    FormatError
        If there is no manifest, or it is damaged, newer than this version, or of another kind.
    """
    for attempt in range(TRIES):
        folder = standing(Path(path))
        before = identity(folder)
        found: Bundle | FormatError
        try:
            found = _opened(folder)
        except FormatError as error:
            found = error
        is_settled = before == identity(standing(Path(path)))
        if isinstance(found, Bundle) and (is_settled or (_HAS_FOLDERS and found.has_all_files())):
            break
        if isinstance(found, FormatError) and is_settled:
            raise found
        time.sleep(0.0005 * attempt)  # it is being replaced
    else:
        raise FormatError(path, "a bundle that is replaced all the time", "an unchanged one")
    if kind is not None and found.kind != kind:
        raise FormatError(folder, f"a bundle of {found.kind}", f"one of {kind}")
    return found


_HAS_FOLDERS = os.open in os.supports_dir_fd


def _opened(folder: Path) -> Bundle:
    """Open a folder, and in it the manifest and all files that it lists."""
    try:
        place = os.open(folder, os.O_RDONLY) if _HAS_FOLDERS else None
    except FileNotFoundError:
        raise FormatError(folder, "nothing", "a bundle", advice="check the path") from None
    except OSError as error:
        check_descriptors(error)
        raise FormatError(
            folder,
            f"a folder that cannot be opened ({error.strerror})",
            "a bundle",
            advice="correct its permissions",
        ) from None
    files = _Files()
    try:
        manifest = _read_manifest(folder, place, files)
        for name in manifest["files"]:
            try:
                files.opened[name] = _open_inside(folder, place, name)
            except FileNotFoundError:
                files.problems[name] = "is missing"
            except OSError as error:
                check_descriptors(error)
                files.problems[name] = f"cannot be read: {error.strerror}"
    finally:
        if place is not None:
            os.close(place)
    return Bundle(folder, manifest, hashlib.sha256(files.raw).hexdigest(), files)


def _open_inside(folder: Path, place: int | None, name: str) -> int:
    """Open a file in a folder, and only if it is one: no waiting for the writer of a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if place is None:
        descriptor = os.open(folder / name, flags)
    else:
        descriptor = os.open(name, flags, dir_fd=place)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "it is not a file")
    return descriptor


def _read_manifest(folder: Path, place: int | None, files: _Files) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        descriptor = _open_inside(folder, place, MANIFEST)
    except FileNotFoundError:
        if place is None and not folder.exists():
            raise FormatError(folder, "nothing", "a bundle", advice="check the path") from None
        raise FormatError(folder, f"no {MANIFEST}", "a bundle made by wvt") from None
    except OSError as error:
        check_descriptors(error)
        raise FormatError(
            path, f"a manifest that cannot be read ({error.strerror})", "a bundle made by wvt"
        ) from None
    with open(descriptor, "rb") as stream:
        if os.fstat(descriptor).st_size > MANIFEST_LIMIT:
            raise FormatError(path, "a manifest of over 16 MiB", "a few kilobytes")
        files.raw = stream.read()
    try:
        manifest = json.loads(files.raw)
    except (ValueError, RecursionError):
        raise FormatError(
            path, "damaged JSON", "a manifest", advice="build the bundle again"
        ) from None
    check_manifest(path, manifest)
    check_digest(path, manifest, files.raw)
    return dict(manifest)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
