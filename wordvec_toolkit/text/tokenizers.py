"""Tokenizers.

``words``, ``whitespace`` and ``chars`` are tables that give each code point a class; a kernel cuts
the text by them.  ``nltk``, ``regex:...`` and ``module:function`` are Python functions from one
line of text to its tokens; see `cutting` for how they are called.
"""

import importlib
import inspect
import re
import shlex
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import cast, get_args

import numpy as np

from .._kernels import tokens as kernels
from ..errors import SettingError
from .analysers import ANALYSERS, analyser_of, names_analyser
from .choices import Normalize
from .cutting import cut_once, cut_text
from .formats.head import TOKEN_END
from .patterns import can_run_away

#: How the ``chars`` tokenizer shows white space within a line (as SentencePiece does).
SPACE_TOKEN = "\N{LOWER ONE EIGHTH BLOCK}"

_NOTED = ("tokenizer", "lowercase", "normalize")
_TURKISH = "words:tr"  # lower-cases I and İ as Turkish and Azerbaijani do
_WORDS = ("words", _TURKISH)
# Beyond this point only variation selectors, tags and private use remain.
_TABLE_SIZE = 0x40000
_SPACES = re.compile(r"[^\S\n\x1e]+")
_AROUND_LINE_ENDS = re.compile(f"{SPACE_TOKEN}?([\n\x1e]){SPACE_TOKEN}?")
_QUOTES_AND_HYPHENS = {
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",  # the apostrophe of typeset text
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{SOFT HYPHEN}": "",  # a hint for the typesetter
}
_JOINERS = "'-\N{MIDDLE DOT}\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


_ONE_CALL = RLock()  # also where threads of the user's own read texts by one function


@dataclass(frozen=True)
class Tokenizer:
    """A way to tokenise text.

    Attributes
    ----------
    name : str
        As the user spelled it; part of the settings of all that is built from the tokens.
    lowercase : bool
        Lower-case the text first.
    normalize : {"NFC", "NFKC", "none"}
        Unicode normal form that the text is brought to.
    classes : uint8 array
        Class of each code point, for the kernel.
    function : callable or None
        Tokens of one line, for tokenizers written in Python.
    lock : lock or None
        Held while the function is called; None where it belongs to one thread.
    """

    name: str
    lowercase: bool
    normalize: Normalize
    classes: np.ndarray
    function: Callable[[str], Iterable[str]] | None = None
    lock: AbstractContextManager[object] | None = _ONE_CALL

    def normalized(self, text: str) -> str:
        """Return `text` in the form in which its words will be counted."""
        if self.lowercase:
            if self.name == _TURKISH:
                text = text.replace("İ", "i").replace("I", "ı")
            text = text.lower()
        if not text.isascii():
            if self.name in _WORDS:
                for char, plain in _QUOTES_AND_HYPHENS.items():
                    text = text.replace(char, plain)
            if self.normalize != "none":
                # After lower(), which can leave decomposed letters behind.
                text = unicodedata.normalize(self.normalize, text)
        return text

    def prepare(self, text: str, in_line: bool) -> str:
        """Return a block of text for the kernel: normalised, and tokenised if in Python.

        Parameters
        ----------
        in_line : bool
            Whether the block goes on with a line that another block began.
        """
        text = self.normalized(text)
        if self.name == "chars":
            text = _AROUND_LINE_ENDS.sub(r"\1", _SPACES.sub(SPACE_TOKEN, text))
            return text if in_line else text.removeprefix(SPACE_TOKEN)
        if self.function is None:
            return text
        with self.lock or nullcontext():
            cut = cut_once if names_analyser(self.name) else cut_text
            return cut(self.function, self.name, text)

    @property
    def in_order(self) -> bool:
        """Whether texts are given to `prepare` in their order, by one thread."""
        return self.function is not None and not hasattr(self.function, "for_thread")

    def for_thread(self) -> "Tokenizer":
        """Return a tokenizer that one thread uses next to others with theirs."""
        if self.function is None or self.in_order:
            return self
        function = self.function.for_thread()  # type: ignore[attr-defined]
        return replace(self, function=function, lock=None)

    def source_file(self) -> Path | None:
        """Return the file that a tokenizer of the user's own is written in."""
        if self.function is None or not names_function(self.name):
            return None
        try:
            found = inspect.getsourcefile(inspect.unwrap(self.function))
        except TypeError:  # built in
            return None
        return Path(found) if found and Path(found).is_file() else None


#: What a tokenizer is given as: by name, made, or a function from a line to its tokens.
Cutting = str | Tokenizer | Callable[[str], Iterable[str]]


def make_tokenizer(
    name: Cutting = "words", lowercase: bool | None = None, normalize: Normalize = "NFC"
) -> Tokenizer:
    """Build the tokenizer called `name`.

    Parameters
    ----------
    name : str, Tokenizer or callable
        A tokenizer is returned as it is; a function takes a line and returns its tokens.
        ``words``: runs of letters, marks, digits and underscores, with apostrophes and hyphens
        kept between them; each Chinese character or Hiragana letter by itself.
        ``words:tr``: the same, with the lower case of Turkish and Azerbaijani.
        ``whitespace``: anything between white space.
        ``chars``: every character; white space within a line is the token "▁".
        ``nltk``: NLTK's Treebank word tokenizer.
        ``kiwi``, ``sudachi``, ``jieba``: see `analysers`.
        ``regex:PATTERN``: every match (the first group, if there is one).
        ``module:function``: your function from a line to a list of tokens.
    lowercase : bool, optional
        Default: yes for ``words``, no for the others.
    normalize : {"NFC", "NFKC", "none"}
        Unicode normal form.

    Raises
    ------
    SettingError
        If there is no such tokenizer, or its pattern or function is not usable.
    """
    if isinstance(name, Tokenizer):
        return name
    if normalize not in (choices := get_args(Normalize)):
        raise SettingError(f"normalize is {normalize!r}; expected {', '.join(choices)}")
    function: Callable[[str], Iterable[str]] | None = None
    if not isinstance(name, str):
        if not callable(name):
            raise SettingError(f"tokenizer is {name!r}; expected a name or a function")
        classes, function, name = _classes("tokens"), name, _spelled(name)
    elif name in (*_WORDS, "whitespace", "chars"):
        classes = _classes(name.removesuffix(":tr"))
    else:
        classes = _classes("tokens")
        function = _function(name)
    if lowercase is None:
        lowercase = name in _WORDS
    return Tokenizer(name, lowercase, normalize, classes, function)


def _spelled(function: Callable[[str], Iterable[str]]) -> str:
    parts = (getattr(function, name, "?") for name in ("__module__", "__qualname__"))
    return ":".join(map(str, parts))


def check_importable(tokenizer: Tokenizer) -> None:
    """Refuse a function that a manifest cannot name.

    Raises
    ------
    SettingError
        If importing the module of the function does not find it there.
    """
    if tokenizer.function is None or not names_function(tokenizer.name):
        return
    module, _, name = tokenizer.name.partition(":")
    if module == "__main__" or not name.isidentifier():
        raise SettingError(
            f"the tokenizer {tokenizer.name} cannot be imported again when other text is read; "
            "define it in a module (a file that can be imported)"
        )
    _function(tokenizer.name)


def given_tokens() -> Tokenizer:
    """Return the tokenizer of text that is tokens already, each with a `TOKEN_END` behind it."""
    return Tokenizer("tokens", False, "none", _classes("tokens"))


@cache
def _classes(name: str) -> np.ndarray:
    if name == "words":
        classes = np.array([_word_class(chr(point)) for point in range(_TABLE_SIZE)], np.uint8)
        for char in _JOINERS:
            classes[ord(char)] = kernels.JOINER
    elif name == "tokens":
        classes = np.full(_TABLE_SIZE, kernels.WORD, np.uint8)
        classes[ord(TOKEN_END)] = kernels.OTHER
    else:
        inside = kernels.SINGLE if name == "chars" else kernels.WORD
        classes = np.full(_TABLE_SIZE, inside, np.uint8)
        points = np.arange(_TABLE_SIZE, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
        classes[[found.start() for found in re.finditer(r"\s", points)]] = kernels.SPACE
    classes[0x0A] = kernels.NEWLINE
    classes[0x1E] = kernels.DOCUMENT_END
    return classes


def _word_class(char: str) -> int:
    if char.isspace():
        return kernels.SPACE
    point = ord(char)
    # Scripts without spaces: CJK ideographs with their extensions, Hiragana (UAX #29 breaks them
    # apart too; Katakana runs stay words).
    if (
        0x3400 <= point <= 0x4DBF
        or 0x4E00 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x323AF
        or 0x3041 <= point <= 0x3096
        or point in (0x3005, 0x3007)
    ):
        return kernels.SINGLE
    category = unicodedata.category(char)
    if category[0] in "LN" or category == "Pc":
        return kernels.WORD
    if category[0] == "M":
        return kernels.MARK  # goes on with a word and begins none
    return kernels.OTHER


#: Modules of users' tokenizers, and when their files had changed last as they were imported.
_IMPORTED: dict[str, int] = {}


def _current_module(name: str) -> ModuleType:
    """Import a module, again if its file has changed since (in a notebook, say)."""
    module = importlib.import_module(name)
    path = getattr(module, "__file__", None)
    if path is None or not Path(path).is_file():
        return module
    changed = Path(path).stat().st_mtime_ns
    if _IMPORTED.get(name, changed) != changed:
        module = importlib.reload(module)
    _IMPORTED[name] = changed
    return module


def names_function(name: str) -> bool:
    """Return whether a tokenizer's name is that of a function (``module:function``)."""
    is_ours = name.startswith("regex:") or name == _TURKISH or names_analyser(name)
    return ":" in name and not is_ours


def must_be_named(name: str) -> bool:
    """Return whether a tokenizer is used only if the user names it, and not because a file does.

    A file can come from anywhere: ``os:system`` is a function of a line, and there are patterns
    that take for ever.
    """
    if name.startswith("regex:"):
        return can_run_away(name.removeprefix("regex:"))
    return names_function(name)


def check_named(name: str, whose: str, named: str | None) -> None:
    """Refuse a function or a pattern that a file names as its tokenizer and the user does not.

    Parameters
    ----------
    whose : str
        What names it, as an error says it.
    named : str, optional
        The tokenizer that the user names.

    Raises
    ------
    SettingError
        See `must_be_named`.
    """
    if name != named and must_be_named(name):
        kind = "function" if names_function(name) else "pattern (which may not terminate)"
        raise SettingError(
            f"{whose} names the {kind} {name[:80]} as its tokenizer; if you trust it, name it "
            f"with --tokenizer {shlex.quote(name[:80])}"
        )


def noted_tokenizer(
    noted: Mapping[str, object], whose: str, named: str | None = None, lowercase: bool | None = None
) -> Tokenizer:
    """Return the tokenizer of a text, as a file names it, or another that the user names.

    Parameters
    ----------
    noted : mapping
        Tokenizer, lowercase and normalize, in the settings of the file.
    whose : str
        What they are of, as an error says it.
    named : str, optional
        The tokenizer that the user names.
    lowercase : bool, optional
        For another tokenizer than that of the file; see `make_tokenizer`.

    Raises
    ------
    SettingError
        If it is not here, or the file's settings are damaged or name a function that the user
        does not.
    """
    used, is_lowercase, normalize = (noted.get(key) for key in _NOTED)
    if not (
        isinstance(used, str) and isinstance(is_lowercase, bool) and isinstance(normalize, str)
    ):
        raise SettingError(
            f"{whose} names the tokenizer {str(used)[:40]!r}, lowercase "
            f"{str(is_lowercase)[:40]}, normalize {str(normalize)[:40]!r}, which is damage; build "
            "it again"
        )
    form = cast(Normalize, normalize)  # `make_tokenizer` refuses others
    if named not in (None, used):
        return make_tokenizer(named, lowercase, form)
    check_named(used, whose, named)
    try:
        return make_tokenizer(used, is_lowercase, form)
    except SettingError as error:
        raise SettingError(
            f"the tokenizer of the text of {whose} is not installed: {error}; name another "
            "tokenizer (--tokenizer)"
        ) from None


def _function(name: str) -> Callable[[str], list[str]]:
    if names_analyser(name):
        return analyser_of(name)
    if name == "nltk":
        from nltk.tokenize import NLTKWordTokenizer

        tokenize: Callable[[str], list[str]] = NLTKWordTokenizer().tokenize
        return tokenize
    if name.startswith("regex:"):
        try:
            pattern = re.compile(name.removeprefix("regex:"))
        except (re.error, OverflowError, RecursionError) as error:
            raise SettingError(
                f"the tokenizer's pattern is not a regular expression: {error}"
            ) from None
        if pattern.groups > 1:
            raise SettingError(
                "the tokenizer's pattern has several groups; use (?:...) for all but one"
            )
        return pattern.findall
    module_name, _, function_name = name.partition(":")
    if not module_name or not function_name:
        raise SettingError(
            f"there is no tokenizer {name!r}; expected words, whitespace, chars, nltk, "
            f"{', '.join(ANALYSERS)}, regex:PATTERN or module:function"
        )
    here = str(Path.cwd())
    sys.path.append(here)  # a module in the current folder is found, and hides no other
    try:
        function = getattr(_current_module(module_name), function_name)
    except (Exception, SystemExit) as error:  # whatever the module does while it is imported
        raise SettingError(f"the tokenizer {name} cannot be imported: {error}") from error
    finally:
        sys.path.remove(here)
    if not callable(function):
        raise SettingError(f"the tokenizer {name} is not a function")
    found: Callable[[str], list[str]] = function
    return found
