"""Call tokenizers that are written in Python.

A function is called in the order of the text, one call at a time, because many analysers keep their
line in an object.  One whose tokens of a line depend on that line alone may have either of two
attributes: ``tokenize_lines``, a function from a list of lines to a list of their tokens, and
``for_thread``, a function without arguments that returns another such function, for use by one
thread while others use theirs.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import WordvecError
from ..runtime.disk import write_whole
from .formats.head import DOCUMENT_END, TOKEN_END

_MARKS = re.compile(r"[\n\x1e\x1f]")
#: Variable that names the folder of `keeping_tokens`, also for the processes that it starts.
_KEPT = "WVT_KEPT_TOKENS"


@contextmanager
def keeping_tokens() -> Iterator[None]:
    """Keep what `cut_once` returns, so that steps that read the same text tokenise it once."""
    with TemporaryDirectory(prefix="wvt-tokens-") as folder:
        os.environ[_KEPT] = folder
        try:
            yield
        finally:
            os.environ.pop(_KEPT, None)


def cut_once(function: Callable[[str], Iterable[str]], name: str, text: str) -> str:
    """Return what `cut_text` does, for a function whose tokens depend on the text alone."""
    folder = os.environ.get(_KEPT)
    if not folder:
        return cut_text(function, name, text)
    digest = sha256(f"{name}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
    place = Path(folder, digest)
    if place.is_file():
        return place.read_bytes().decode("utf-8", "surrogatepass")
    cut = cut_text(function, name, text)
    write_whole(place, cut.encode("utf-8", "surrogatepass"))
    return cut


def cut_text(function: Callable[[str], Iterable[str]], name: str, text: str) -> str:
    """Return a text with a `TOKEN_END` behind each token of the tokenizer `name`.

    Raises
    ------
    WordvecError
        If the function fails, or returns anything but lists of str.
    """
    # Document ends come alone at the end of a text, so they never reach a function.
    lines = [re.split(f"({DOCUMENT_END})", line) for line in text.split("\n")]
    cut = iter(_cut(function, name, [part for line in lines for part in line if part.strip()]))
    return "\n".join(
        "".join(
            TOKEN_END.join(next(cut)) + TOKEN_END
            if part.strip()
            else DOCUMENT_END * (part == DOCUMENT_END)
            for part in line
        )
        for line in lines
    )


def _cut(function: Callable[[str], Iterable[str]], name: str, lines: list[str]) -> list[list[str]]:
    whole = getattr(function, "tokenize_lines", None)
    if whole is None:
        return [_checked(function, name, line) for line in lines]
    try:
        cut = list(whole(list(lines)))
        if len(cut) != len(lines):
            raise TypeError(f"it returned {len(cut)} lists for {len(lines)} lines")
    except (Exception, SystemExit) as error:
        raise _failure(name, "lines", error) from error
    return [_checked(partial(_given, own), name, line) for line, own in zip(lines, cut)]


def _checked(function: Callable[[str], Iterable[str]], name: str, line: str) -> list[str]:
    try:
        tokens = function(line)
        if isinstance(tokens, str):
            raise TypeError("it returned a str, not a list of str")
        tokens = list(tokens)
        if not all(isinstance(token, str) for token in tokens):
            raise TypeError("not all it returned is str")
    except (Exception, SystemExit) as error:
        raise _failure(name, repr(line[:40]), error) from error
    return [_MARKS.sub(" ", token) for token in tokens if token]


def _failure(name: str, given: str, error: BaseException) -> WordvecError:
    return WordvecError(
        f"the tokenizer {name} failed on {given}: {type(error).__name__}: {error}; expected a "
        "function from a line to a list of str"
    )


def _given(tokens: Iterable[str], line: str) -> Iterable[str]:
    return tokens
