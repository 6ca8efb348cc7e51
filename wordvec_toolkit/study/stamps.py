"""Stamps that change when the input of a step changes."""

import glob
from contextlib import suppress
from pathlib import Path

from ..bundles.manifests import MANIFEST
from ..bundles.reading import file_sha256
from ..bundles.recognising import is_bundle
from ..errors import WordvecError
from ..text.files import find_sources
from ..text.tokenizers import make_tokenizer
from ..workspace.folder import is_workspace

#: Size and time of change, and the digest of a file that had them.
_hashed: dict[str, tuple[tuple[int, int], str]] = {}


def stamp_of(argument: str, name: str = "", is_ours: bool = False) -> object:
    """Return what changes where a thing changes that an argument names; None if it names none.

    Parameters
    ----------
    name : str
        Of what it is an argument.
    is_ours : bool
        Whether the study has made it: then a file is identified by its content, as it moves with
        the study, and a bundle by the step that made it.

    Returns
    -------
    what JSON can hold
        Of a file its size and time of change; of a folder or a pattern those of all its files; of a
        bundle or a workspace a digest.
    """
    with suppress(OSError, ValueError, WordvecError):
        path = Path(argument)
        if is_ours:
            return _sha256(path) if path.is_file() else None
        if is_bundle(path):
            return _sha256(path / MANIFEST)
        if is_workspace(path):
            # What is built in it is read by way of steps; they read what it was built from.
            text = path / "corpus" / MANIFEST
            return _sha256(text) if text.is_file() else None
        if path.is_file():
            return _of_file(path)
        if path.is_dir() or glob.has_magic(argument):
            sources = find_sources([argument])
            return [[source.name, *_of_file(source.path)] for source in sources if source.path]
        if name == "tokenizer" and ":" in argument:
            code = make_tokenizer(argument).source_file()
            return _sha256(Path(code)) if code is not None else None
    return None


def _of_file(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _sha256(path: Path) -> str:
    """Return the digest of a file, from memory if its size and time of change are the same."""
    status = path.stat()
    seen = (status.st_size, status.st_mtime_ns)
    known = _hashed.get(str(path.absolute()))
    if known is None or known[0] != seen:
        known = _hashed[str(path.absolute())] = (seen, file_sha256(path))
    return known[1]
