"""Morphological analysers as tokenizers: Kiwi (Korean), Sudachi (Japanese), jieba (Chinese).

``kiwi`` yields morphemes, ``kiwi:lemmas`` their dictionary forms, ``kiwi:N,V`` those alone whose
part of speech begins so; both can be combined.  Tokens without a letter or digit are dropped, as
the tokenizer ``words`` does; a blank within one becomes ``_``.  Lines are given to an analyser many
at a time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ..errors import MissingExtraError, SettingError
from ..runtime.extras import require
from ..runtime.parallel import n_threads

#: Form, dictionary form, part of speech.
Morpheme = tuple[str, str, str]
Analyse = Callable[[Iterable[str]], Iterator[list[Morpheme]]]
_LEMMAS = "lemmas"
_SUDACHI_LIMIT = 12_000  # characters; Sudachi takes 49,149 bytes of UTF-8 at a time


@dataclass(frozen=True)
class AnalyserKind:
    """An analyser that can be used by its name.

    Attributes
    ----------
    name, language : str
    package, extra : str
        What it needs, and the extra that installs it.
    open : callable
        Returns the analysis of lines; those of several calls may be used side by side.
    grammatical : tuple of str
        Beginnings of parts of speech (endings, particles, affixes) that a word which is looked up
        has besides its stem.
    has_lemmas : bool
    tags : str
        All parts of speech; "" if it is not known which there are.
    per_thread : bool
        Whether threads each open their own; otherwise the analyser has threads of its own, or none.
    """

    name: str
    language: str
    package: str
    extra: str
    open: Callable[[], Analyse]
    grammatical: tuple[str, ...] = ()
    has_lemmas: bool = True
    tags: str = ""
    per_thread: bool = False


@cache
def _open_kiwi() -> Analyse:
    analyser = require("kiwipiepy", "the tokenizer kiwi", "ko").Kiwi(num_workers=n_threads(None))

    def analyse(lines: Iterable[str]) -> Iterator[list[Morpheme]]:
        for tokens in analyser.tokenize(lines):
            yield [(token.form, token.lemma, token.tag) for token in tokens]

    return analyse


def _open_sudachi() -> Analyse:
    dictionary = _sudachi_dictionary()
    tokenizer = getattr(dictionary, "tokenizer", dictionary.create)()  # its name since 0.7

    def analyse(lines: Iterable[str]) -> Iterator[list[Morpheme]]:
        for line in lines:
            parts = (line[i : i + _SUDACHI_LIMIT] for i in range(0, len(line), _SUDACHI_LIMIT))
            yield [
                (one.surface(), one.dictionary_form(), one.part_of_speech()[0])
                for part in parts
                for one in tokenizer.tokenize(part)
            ]

    return analyse


@cache
def _sudachi_dictionary():  # type: ignore[no-untyped-def]
    require("sudachidict_core", "the tokenizer sudachi", "ja")
    return require("sudachipy", "the tokenizer sudachi", "ja").Dictionary()


@cache
def _open_jieba() -> Analyse:
    import logging
    from tempfile import TemporaryDirectory

    jieba = require("jieba", "the tokenizer jieba", "zh")
    posseg = require("jieba.posseg", "the tokenizer jieba", "zh")
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with TemporaryDirectory() as folder:  # it believes what it finds in the common one
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    tagger = posseg.POSTokenizer(tokenizer)

    def analyse(lines: Iterable[str]) -> Iterator[list[Morpheme]]:
        for line in lines:
            yield [(pair.word, pair.word, pair.flag) for pair in tagger.lcut(line)]

    return analyse


#: Parts of speech of Kiwi: those of the Sejong corpus, and its own of addresses and emoji.
_KIWI = (
    "NNG NNP NNB NR NP VV VA VX VCP VCN MM MAG MAJ IC JKS JKC JKG JKO JKB JKV JKQ JX JC EP EF EC "
    "ETN ETM XPN XSN XSV XSA XSM XR SF SP SS SSO SSC SE SO SW SL SH SN SB UN W_URL W_EMAIL "
    "W_HASHTAG W_MENTION W_SERIAL W_EMOJI Z_CODA Z_SIOT"
)
#: Name of a tokenizer -> the analyser.
ANALYSERS = {
    kind.name: kind
    for kind in (
        AnalyserKind(
            *("kiwi", "Korean", "kiwipiepy", "ko", _open_kiwi, ("E", "J", "X", "VCP")), tags=_KIWI
        ),
        AnalyserKind("sudachi", "Japanese", "sudachipy", "ja", _open_sudachi, per_thread=True),
        AnalyserKind("jieba", "Chinese", "jieba", "zh", _open_jieba, has_lemmas=False),
    )
}


class Analyser:
    """A tokenizer that calls an analyser; see `cutting` for how it is called.

    Parameters
    ----------
    kind : AnalyserKind
    lemmas : bool
        Dictionary forms in place of forms.
    tags : tuple of str
        Beginnings of the parts of speech that are kept; none: all.
    """

    def __init__(
        self, kind: AnalyserKind, lemmas: bool = False, tags: tuple[str, ...] = ()
    ) -> None:
        self.kind, self.lemmas, self.tags = kind, lemmas, tags
        self._analyse = kind.open()
        if kind.per_thread:
            self.for_thread = lambda: Analyser(kind, lemmas, tags)

    def __call__(self, line: str) -> list[str]:
        return self.tokenize_lines([line])[0]

    def tokenize_lines(self, lines: Iterable[str]) -> list[list[str]]:
        """Return the tokens of each line."""
        return [
            [
                morpheme[self.lemmas].replace(" ", "_")
                for morpheme in morphemes
                if any(map(str.isalnum, morpheme[0]))
                and (not self.tags or morpheme[2].startswith(self.tags))
            ]
            for morphemes in self._analyse(lines)
        ]

    def stem(self, word: str) -> str | None:
        """Return the only token of a word besides endings and particles, None if it has more."""
        tokens = [
            morpheme[self.lemmas].replace(" ", "_")
            for morpheme in next(self._analyse([word]))
            if not morpheme[2].startswith(self.kind.grammatical or ("\0",))
        ]
        return tokens[0] if len(tokens) == 1 else None


def names_analyser(name: str) -> bool:
    """Return whether a tokenizer's name is that of an analyser."""
    return name.partition(":")[0] in ANALYSERS


@cache
def analyser_of(name: str) -> Analyser:
    """Return the analyser that a tokenizer's name is of.

    Raises
    ------
    SettingError
        If what follows its name makes no sense.
    MissingExtraError
        If it is not installed.
    """
    first, _, options = name.partition(":")
    kind = ANALYSERS[first]
    parts = options.split(",") if options else []
    tags = tuple(part for part in parts if part != _LEMMAS)
    lemmas = _LEMMAS in parts
    if not all(tags) or (":" in name and not parts) or (lemmas and not kind.has_lemmas):
        raise SettingError(
            f"tokenizer is {name!r}; expected {first}"
            + (f", {first}:{_LEMMAS}" if kind.has_lemmas else "")
            + f", or {first}:TAG,TAG with beginnings of parts of speech"
        )
    for tag in tags if kind.tags else ():
        # Kiwi tells verbs apart by VV-I and VV-R.
        if not any(own.startswith(tag) or tag.startswith(f"{own}-") for own in kind.tags.split()):
            raise SettingError(
                f"tokenizer is {name!r}, and no part of speech of {first} begins with {tag}; "
                f"expected beginnings of {kind.tags}"
            )
    return Analyser(kind, lemmas, tags)


def stem_of(word: str, name: str) -> str | None:
    """Return the stem of a word by the analyser called `name`; None without one, or if it is not
    installed."""
    try:
        return analyser_of(name).stem(word)
    except (MissingExtraError, SettingError):
        return None
