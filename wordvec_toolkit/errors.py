"""Errors: each message is one sentence with what was seen, what was expected, what to try."""

from os import PathLike
from pathlib import Path


class WordvecError(Exception):
    """Base of every error that the toolkit raises on purpose."""


class SettingError(WordvecError, ValueError):
    """A setting is outside what makes sense."""


class EmptyResultError(WordvecError):
    """Nothing is left after a threshold; the message names the threshold."""


class UnknownWordError(WordvecError, KeyError):
    """A word is not in the vocabulary, or in what `where` names."""

    def __init__(
        self, word: str, suggestions: list[str] | None = None, where: str = "the vocabulary"
    ) -> None:
        message = f"the word {word!r} is not in {where}"
        if suggestions:
            message += "; did you mean " + " or ".join(suggestions) + "?"
        super().__init__(message)
        self.word = word

    def __str__(self) -> str:  # KeyError would print the repr
        return str(self.args[0])


class FormatError(WordvecError):
    """A file is not what it should be."""

    def __init__(
        self, path: str | Path, found: str, expected: str, line: int | None = None, advice: str = ""
    ) -> None:
        where = f"{path}, line {line}" if line is not None else str(path)
        message = f"{where}: found {found}, expected {expected}"
        super().__init__(message + (f"; {advice}" if advice else ""))
        self.path = Path(path)
        self.line = line
        self.expected = expected
        self.found = found


class ExhaustedError(WordvecError):
    """The system has too little left of something, memory or open files; nothing is damaged."""


class DivergedError(WordvecError):
    """Training has diverged: values are no longer finite."""


class NewerVersionError(FormatError):
    """A bundle was written by a newer version of the toolkit; it is not to be overwritten."""


class MissingExtraError(WordvecError, ImportError):
    """An optional package is not installed."""

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed; {install_line(extra)}"
        )


def install_line(extra: str) -> str:
    """Return how to install what an extra needs."""
    return f'in a clone of the toolkit, try: pip install -e ".[{extra}]"'


#: What returns the objects that functions take.
_RETURNED_BY = {
    "Cooccurrence": "count_cooccurrences(corpus)",
    "EncodedCorpus": "encode_corpus(path)",
    "LanguageModel": "load_language_model(path)",
    "NgramModel": "load_language_model(path)",
    "PerplexityResult": "evaluate_perplexity(model, path)",
    "WordVectors": "load_vectors(path)",
}


def expect(
    name: str, value: object, kind: type | tuple[type, ...], expected: str | None = None
) -> None:
    """Refuse an argument that is of another type; `expected` may be omitted for our own types.

    Raises
    ------
    SettingError
    """
    if not isinstance(value, kind):
        shown = repr(value) if isinstance(value, (str, bytes, int, float, type(None))) else ""
        what = shown[:40] or f"a value of type {type(value).__name__}"
        if expected is None:
            wanted = (kind[0] if isinstance(kind, tuple) else kind).__name__
            expected = f"{wanted}, such as {_RETURNED_BY[wanted]} returns"
        raise SettingError(f"{name} is {what}; expected {expected}")


def expect_path(name: str, value: object) -> None:
    """Refuse an argument that is no path.

    Raises
    ------
    SettingError
    """
    expect(name, value, (str, PathLike), "a path")


def sentence_of(error: Exception) -> str:
    """Return what to tell the user of an error that ends a command or a step of a study."""
    if isinstance(error, WordvecError):
        return str(error)
    if isinstance(error, MemoryError):
        asked = f" ({error})" if str(error) else ""
        return (
            f"not enough memory{asked}; try a larger --min-count, a smaller --max-size or a "
            "smaller --dim"
        )
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or error}{where}; the finished bundles are kept"
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return "no more threads can be started; raise the limits on memory and processes (ulimit)"
    return f"internal error, {type(error).__name__}: {error}; wvt -v shows where (please report it)"
