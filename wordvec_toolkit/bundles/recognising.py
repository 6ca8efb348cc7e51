"""Recognition of bundles, also damaged ones, and their place during a replacement."""

import json
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TypeGuard

from ..runtime.disk import check_descriptors
from .manifests import FORMAT, KEYS, MANIFEST, MANIFEST_LIMIT

#: The words that arrays are of, a line each: word, tab, count.
WORDS = "vocabulary.tsv"
#: Texts of bundles: names of documents, both sides of pairs, a thesaurus, ...
_TEXTS = {
    *(WORDS, "signature.txt", "document_names.txt"),
    *("source.tsv", "target.tsv", "source-merges.txt", "target-merges.txt"),
    *("words.txt", "lemmas.txt", "glosses.txt", "exceptions.txt"),
}
_ARRAYS = (".npy", ".safetensors")
_BEGINNING = b'{\n "format": "wordvec_toolkit'
REPLACED = ".wvt-old-"
#: Files that systems leave in any folder.
_STRAY = {".DS_Store", ".directory", ".localized", "Thumbs.db", "ehthumbs.db", "desktop.ini"}
_STRAY_BEGINNINGS = ("._", ".nfs", ".fuse_hidden")
TRIES = 100  # of opening a bundle that is being replaced


def is_bundle(path: str | Path) -> bool:
    """Return whether `path` is a bundle of ours, even if it is damaged or holds other files, too.

    It has our manifest; or a damaged one or none, and only arrays (and their words).
    """
    for _ in range(TRIES):
        folder = standing(Path(path))
        before = identity(folder)
        if _claims_to_be_ours(folder):
            return True
        if before == identity(standing(Path(path))):
            return False  # and it was not being replaced meanwhile
    return False


def _claims_to_be_ours(folder: Path) -> bool:
    try:
        names = _names(folder)
        manifest = _parsed(folder)
        if not isinstance(manifest, bytes):
            return _is_ours(manifest)
        is_damaged = MANIFEST in os.listdir(folder) and bool(names) and is_of_arrays(names)
    except OSError as error:
        check_descriptors(error)
        return False
    return is_damaged or _was_ours(folder, names, manifest)


def is_replaceable(path: str | Path) -> bool:
    """Return whether `path` is a bundle of ours, and holds nothing that somebody else has made."""
    folder = standing(Path(path))
    try:
        names = _names(folder)
    except OSError:
        return False
    manifest = _parsed(folder)
    if isinstance(manifest, bytes):
        return _was_ours(folder, names, manifest) and is_of_arrays(names)
    files = manifest.get("files") if _is_ours(manifest) else None
    return _is_ours(manifest) and (
        names <= set(files) if isinstance(files, dict) else is_of_arrays(names)
    )


def _names(folder: Path) -> set[str]:
    return {name for name in os.listdir(folder) if not is_stray(name)} - {MANIFEST}


def _parsed(folder: Path) -> object:
    """Return what the manifest in a folder says; its bytes where that is no JSON."""
    raw = _manifest_of(folder)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw


def _was_ours(folder: Path, names: set[str], raw: bytes) -> bool:
    """Return whether a damaged manifest, or words and arrays without one, are from us."""
    lost = len(names) > 1 and is_of_arrays(names) and _has_words(folder)
    return lost or raw.startswith(_BEGINNING) or (b"wordvec_toolkit" in raw and b'"files"' in raw)


def is_closed(path: str | Path) -> bool:
    """Return whether `path` is a folder that this user may not look into."""
    try:
        effective = os.access in os.supports_effective_ids
        return bool(os.listdir(path)) and not os.access(path, os.X_OK, effective_ids=effective)
    except PermissionError:
        return True
    except OSError as error:
        check_descriptors(error)
        return False


def _manifest_of(folder: Path) -> bytes:
    """Return the manifest in a folder; nothing where it cannot be read."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(folder / MANIFEST, flags), "rb") as stream:
            is_file = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
            return stream.read(MANIFEST_LIMIT) if is_file else b""
    except OSError as error:
        check_descriptors(error)
        return b""


def _is_ours(manifest: object) -> TypeGuard[dict[str, object]]:
    """Return whether this is a manifest of ours, one of whose values may be damaged."""
    if not isinstance(manifest, dict):
        return False
    return manifest.get("format") == FORMAT or len(KEYS.keys() & manifest.keys()) >= 6


def is_stray(name: str) -> bool:
    """Return whether a system leaves files of this name in any folder."""
    return name in _STRAY or name.startswith(_STRAY_BEGINNINGS)


def is_of_arrays(names: Iterable[str]) -> bool:
    """Return whether files of these names are what bundles consist of, besides the manifest."""
    return all(name in _TEXTS or name.endswith(_ARRAYS) for name in names)


def _has_words(folder: Path) -> bool:
    try:
        with open(folder / WORDS, "rb") as stream:
            return re.fullmatch(rb"[^\t]+\t\d+\n", stream.readline(1 << 16)) is not None
    except OSError:
        return False


def standing(path: Path) -> Path:
    """Return `path`, or where a crash while it was being replaced has left the old bundle."""
    old = path.parent / f"{REPLACED}{path.name}"
    return old if not path.exists() and old.is_dir() else path


def identity(folder: Path) -> list[str | int]:
    """Return what tells one version of a bundle, and its place, from the next."""
    found: list[str | int] = [str(folder)]
    for path in (folder, folder / MANIFEST):
        try:
            status = os.stat(path)
            found += [status.st_dev, status.st_ino]
        except OSError as error:
            found.append(-(error.errno or 1))
    return found
