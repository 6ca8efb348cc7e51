"""Settings of reading, splitting and comparing text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import SettingError
from ..runtime.settings import Settings, random_seed, setting
from .choices import Errors as Errors
from .choices import Layout as Layout
from .choices import Normalize as Normalize

if TYPE_CHECKING:
    from .tokenizers import Tokenizer

_LINE = (
    "What a line is: a sentence (a blank line ends a document), a document, or a piece of a "
    "document that ends at a blank line."
)


def _formats() -> Iterable[str]:
    from .formats.catalogue import TEXT_FORMATS

    return TEXT_FORMATS


@dataclass(frozen=True)
class FileSettings(Settings):
    """Settings of reading files as text."""

    errors: Errors = setting("replace", "Treatment of bytes that are not in the encoding.")
    jsonl_field: str | None = setting(
        None,
        "Read JSON; this field (a.b: within another) holds the text of a document.",
        option="--field",
        metavar="NAME",
        shown="text",
    )
    encoding: str | None = setting(
        None,
        "Encoding of the text: cp949, latin-1, utf-16, ...",
        metavar="NAME",
        shown="UTF-8, or what XML and HTML declare",
        is_optional=True,
    )
    text_format: str | None = setting(
        None,
        "Format of the text; plain takes each line as it is: NAMES.",
        choices=_formats,
        option="--format",
        metavar="NAME",
        shown="recognised by its first 64 KiB",
        is_optional=True,
    )
    column: str | None = setting(
        None,
        "Column that holds the text, by name or number; of annotated text also two, form/upos.",
        metavar="NAME",
        shown="text of tables, form of annotated text",
        is_optional=True,
    )
    element: str | None = setting(
        None,
        "Elements of XML or HTML that each hold a sentence, with commas.",
        metavar="NAMES",
        shown="paragraphs and the like",
        is_optional=True,
    )

    def check(self) -> None:
        from .encodings import codec_name

        if self.encoding is not None and codec_name(self.encoding) is None:
            raise SettingError(
                f"encoding is {self.encoding!r}; expected one that Python knows, such as utf-8, "
                "cp949, latin-1, cp1252, utf-16, shift_jis"
            )


@dataclass(frozen=True)
class _TokenSettings(Settings):
    # ``words``: runs of letters, marks, digits and underscores, with apostrophes and hyphens kept
    # between them; each Chinese character or Hiragana letter by itself.  A function takes a line
    # and returns its tokens.
    tokenizer: "str | Tokenizer | Callable[[str], Iterable[str]]" = setting(
        "words",
        "words | words:tr | whitespace | chars | nltk | kiwi | sudachi | jieba (with :lemmas, or "
        "parts of speech such as kiwi:N,V) | regex:PATTERN | module:function.",
        metavar="NAME",
    )
    layout: Layout = setting("sentences", _LINE)
    # Rarer words become ``<unk>``.
    min_count: int = setting(5, "Minimum frequency of a word of the vocabulary.", low=1)
    max_size: int | None = setting(
        None, "Maximum vocabulary size: the most frequent words.", low=1, shown="no limit"
    )
    keep: tuple[str, ...] = setting(
        (), "Words to keep whatever their frequency; a file, one word a line.", shown="none"
    )
    lowercase: bool | None = setting(None, "Lower-case the text.", shown="yes for words, else no")
    normalize: Normalize = setting("NFC", "Unicode normal form.")


@dataclass(frozen=True)
class TextSettings(FileSettings, _TokenSettings):
    """Settings of tokens and vocabulary."""

    def check(self) -> None:
        super().check()
        if "/" in (self.column or "") and self.tokenizer in ("words", "chars", "nltk"):
            raise SettingError(
                f"tokenizer {self.tokenizer} would split what column {self.column} joins; give "
                "tokenizer whitespace with it"
            )


#: For language models, as KenLM reads text: words between white space, all of them.
LanguageModelText = TextSettings.with_defaults(tokenizer="whitespace", min_count=1)


@dataclass(frozen=True)
class _PartSettings(Settings):
    valid: float = setting(
        0.05, "Share of the words in the validation text.", low=0, below=1, metavar="SHARE"
    )
    test: float = setting(
        0.05, "Share of the words in the test text.", low=0, below=1, metavar="SHARE"
    )
    most: int = setting(
        100_000, "Maximum number of words in validation and in test text.", low=1, metavar="N"
    )
    # Of units drawn at random, for what learns slowly.
    sample: int | None = setting(
        None,
        "Also write at most N words of the training text to sample.txt, if it has more.",
        low=1,
        metavar="N",
        shown="none",
    )
    seed: int = random_seed(2**64 - 1)
    layout: Layout = setting("sentences", _LINE)


@dataclass(frozen=True)
class SplitSettings(FileSettings, _PartSettings):
    """Settings of splitting a text into training, validation and test text."""

    def check(self) -> None:
        super().check()
        if self.valid + self.test >= 1:
            total = self.valid + self.test
            raise SettingError(f"valid and test are {total:g} together; expected less than 1")


@dataclass(frozen=True)
class _SharedSettings(Settings):
    # Shorter sentences recur by chance.
    min_length: int = setting(
        8, "Minimum length of a shared sentence, in tokens.", low=1, metavar="N"
    )
    tokenizer: str | None = setting(
        None,
        "Tokenizer of the texts.",
        metavar="NAME",
        shown="as the workspace's own text; words for text",
    )
    layout: Layout | None = setting(
        None, "What a line is.", shown="as the workspace's own text; sentences for text"
    )


@dataclass(frozen=True)
class SharingSettings(FileSettings, _SharedSettings):
    """Settings of comparing a test text with the training text."""


@dataclass(frozen=True)
class PairFileSettings(Settings):
    """Settings of reading files of pairs of sentences."""

    separator: str | None = setting(
        None,
        "What is between source and target on a line of one file.",
        metavar="TEXT",
        shown="a tab; _ where no line has one",
    )
    swap: bool = setting(False, "Exchange source and target.")
    encoding: str | None = setting(None, "Encoding of the files.", metavar="NAME", shown="UTF-8")
    errors: Errors = setting("replace", "Treatment of bytes that are not in the encoding.")

    def check(self) -> None:
        FileSettings(encoding=self.encoding)
        if self.separator == "":
            raise SettingError("separator is empty; give the text between source and target")


@dataclass(frozen=True)
class PairSettings(PairFileSettings):
    """Settings of pairs of sentences: tokens and two vocabularies."""

    tokenizer: str = setting(
        "whitespace",
        "whitespace | subwords | chars | words | nltk | regex:PATTERN; subwords are tokens between "
        "white space, split by byte-pair encoding.",
        metavar="NAME",
    )
    target_tokenizer: str | None = setting(
        None, "Tokenizer of the targets.", metavar="NAME", shown="as the sources"
    )
    merges: int = setting(8000, "Number of merges of byte-pair encoding.", low=1, high=1_000_000)
    lowercase: bool | None = setting(None, "Lower-case the text.", shown="yes for words, else no")
    normalize: Normalize = setting("NFC", "Unicode normal form.")
    min_count: int = setting(1, "Minimum frequency of a token of a vocabulary.", low=1)
    max_size: int | None = setting(
        None, "Maximum size of each vocabulary.", low=1, shown="no limit"
    )
    max_length: int = setting(250, "Maximum length of a side, in tokens.", low=1, high=65_536)
    skip: bool = setting(
        False, "Skip pairs with an empty side or more than the maximum length; default: refuse."
    )
    valid: float = setting(
        0.05,
        "Share of the pairs kept as held-out text where none is given; pairs with one source stay "
        "together.",
        low=0,
        below=1,
        metavar="SHARE",
    )
