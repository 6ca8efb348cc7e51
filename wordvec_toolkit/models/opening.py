"""Workspace of a builder: locked, with its text read."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import has_magic
from pathlib import Path

from ..bundles.reading import Bundle
from ..errors import SettingError, WordvecError
from ..runtime.addresses import is_address, name_of
from ..runtime.memory import within_memory
from ..runtime.progress import Progress
from ..text.files import (
    NAMED_CORPORA,
    STDIN,
    Corpus,
    as_items,
    find_sources,
    is_tokens,
    unpacked_name,
)
from ..text.settings import TextSettings
from ..workspace.folder import SUFFIX, is_workspace
from .pipeline import BuiltWorkspace, Pipeline


@contextmanager
def open_workspace(
    corpus: Corpus,
    output: str | Path | None,
    given: Mapping[str, object],
    name: str,
    threads: int | None,
    progress: Progress,
    reading: type[TextSettings] = TextSettings,
) -> Iterator[tuple[Pipeline, Bundle]]:
    """Hold the workspace of a corpus for writing; `given` holds the keywords of `reading`.

    Yields
    ------
    Pipeline, Bundle
        The pipeline of the variant `name`, and what its first step has made: the encoded text.
    """
    with tempfile.TemporaryDirectory(prefix="wvt-") as folder:
        if is_tokens(corpus):
            if output is None:
                raise SettingError("lists of tokens have no path; give the path of the workspace")
            corpus = _written(corpus, Path(folder))
            given = {**given, "tokenizer": "whitespace", "lowercase": False, "normalize": "none"}
        items = as_items(corpus)
        workspace = BuiltWorkspace(workspace_path(items, output))
        pipeline = Pipeline(workspace, threads, progress, checked_name(name))
        reading.among(given)
        if not workspace.is_same(items):
            find_sources(items)  # before a folder is made for nothing
        with workspace.lock(), within_memory(None, workspace.path):
            yield pipeline, pipeline.corpus(items, given, reading)


def _written(documents: Sequence[Sequence[str]], folder: Path) -> Path:
    """Write lists of tokens as lines of a file."""
    path = folder / "tokens.txt"
    with open(path, "w", encoding="utf-8") as stream:
        for place, tokens in enumerate(documents):
            line = " ".join(tokens)
            if line.split() != list(tokens):
                raise SettingError(f"list {place} of the corpus has a token with white space in it")
            stream.write(line + "\n\n")  # a document each
    return path


def workspace_path(corpus: list[str], output: str | Path | None) -> Path:
    """Return the path of the workspace of a corpus.

    `output` if given; the corpus itself if it is a workspace; else next to it, named after it.

    Raises
    ------
    WordvecError
        If it has to be named.
    """
    if output is not None:
        if not str(output):
            raise WordvecError("an empty name was given for the workspace")
        return Path(output)
    is_glob = len(corpus) == 1 and has_magic(name_of(corpus[0])) and not Path(corpus[0]).exists()
    if len(corpus) != 1 or corpus[0] == STDIN or is_glob:
        raise WordvecError("give the path of the workspace (-o), for instance -o my-corpus.wvt")
    if is_address(corpus[0]):
        return Path(Path(unpacked_name(name_of(corpus[0]))).stem + SUFFIX)
    only = Path(corpus[0])
    if is_workspace(only):
        return only
    if corpus[0] in NAMED_CORPORA and not only.exists():
        return Path(corpus[0] + SUFFIX)
    name = only.name if only.name not in ("", "..") else only.resolve().name
    name = unpacked_name(name)
    stem = name if only.is_dir() else Path(name).stem
    return only.with_name(stem + SUFFIX) if only.name else only.resolve().parent / (stem + SUFFIX)


def checked_name(name: str) -> str:
    """Return the name of a variant if it can be part of a folder's name."""
    if not re.fullmatch(r"(\w[\w.-]*)?", name) or len(name) > 80:
        raise SettingError(
            f"name is {name[:80]!r}; it may hold up to 80 letters, digits, '_', '-' and '.'"
        )
    return name
