"""Encode text: files, a string, documents in memory, lists of tokens."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import TYPE_CHECKING

from ..errors import EmptyResultError, SettingError, expect
from ..runtime.parallel import n_threads
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .blocks import DOCUMENT_END, TOKEN_END, Damage
from .corpus import EncodedCorpus
from .files import Corpus, as_items, find_sources, is_tokens
from .numbering import Encoder, collect, read_into
from .settings import FileSettings, Layout, TextSettings
from .tokenizers import Cutting, given_tokens, make_tokenizer
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import EncodeCorpusKeywords, EncodeDocumentsKeywords, EncodeTextKeywords

_BLOCK_LENGTH = 1 << 20  # characters fed at a time
_MARKS = str.maketrans({DOCUMENT_END: " ", TOKEN_END: " "})
_MARKS_AND_LINE_ENDS = str.maketrans({DOCUMENT_END: " ", TOKEN_END: " ", "\n": " "})

Document = str | Sequence[str]


@takes(TextSettings)
def encode_corpus(
    corpus: Corpus,
    *,
    vocabulary: Vocabulary | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[EncodeCorpusKeywords]",
) -> EncodedCorpus:
    """Read text files into an `EncodedCorpus` in memory.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Files, folders, globs, ``-`` for standard input, ``lee``, or what ``wvt fetch`` got.  Lists
        of tokens are encoded as `encode_documents` does.
    vocabulary : Vocabulary, optional
        With specials, of another corpus: its words get its ids, all others become ``<unk>``, and
        `min_count`, `max_size` and `keep` do nothing.  Counts over one vocabulary can be added.

    Raises
    ------
    WordvecError
        If the text cannot be read, or nothing is left of it.
    """
    progress = as_progress(progress)
    chosen = TextSettings.among(settings)
    if is_tokens(corpus):
        return encode_documents(
            corpus,
            min_count=chosen.min_count,
            max_size=chosen.max_size,
            keep=chosen.keep,
            vocabulary=vocabulary,
            threads=threads,
        )
    tokenizer = make_tokenizer(chosen.tokenizer, chosen.lowercase, chosen.normalize)
    sources = find_sources(as_items(corpus))
    with (
        tempfile.TemporaryFile() as spool,
        Encoder(tokenizer, chosen.layout, spool, n_threads(threads)) as encoder,
    ):
        damage = read_into(encoder, sources, chosen, progress)
        return collect(encoder, chosen, vocabulary, sources, damage)


#: Of a single string, few words of which occur often.
_StringSettings = TextSettings.with_defaults(min_count=1)


@takes(_StringSettings, only=("tokenizer", "layout", "min_count", "max_size", "keep"))
def encode_text(
    text: str, *, vocabulary: Vocabulary | None = None, **settings: "Unpack[EncodeTextKeywords]"
) -> EncodedCorpus:
    """Encode a string; see `encode_corpus`."""
    expect("text", text, str, "a str")
    chosen = _StringSettings.among(settings)
    tokenizer = make_tokenizer(chosen.tokenizer)
    with tempfile.TemporaryFile() as spool, Encoder(tokenizer, chosen.layout, spool) as encoder:
        encoder.feed(text + DOCUMENT_END)
        encoder.finish()
        return collect(encoder, chosen, vocabulary, [], Damage())


def tokenize(text: str, tokenizer: Cutting = "words") -> list[str]:
    """Return the tokens of a text.

    >>> tokenize("Don’t stop, Großmutter!")
    ["don't", 'stop', 'großmutter']
    """
    expect("text", text, str, "a str")
    try:
        corpus = encode_text(text.replace("\x1e", " "), tokenizer=tokenizer)
    except EmptyResultError:
        return []
    return corpus.words()


#: Settings of text that is in memory.
IN_MEMORY = tuple(name for name in TextSettings.names() if name not in FileSettings.names())


@takes(TextSettings, only=IN_MEMORY)
def encode_documents(
    documents: Iterable[Document],
    *,
    vocabulary: Vocabulary | None = None,
    threads: int | None = None,
    **settings: "Unpack[EncodeDocumentsKeywords]",
) -> EncodedCorpus:
    """Encode texts, or lists of tokens, each a document of its own.

    Parameters
    ----------
    documents : iterable of str, or iterable of sequences of str
        A sequence of tokens is one sentence, and its tokens are taken as they are: `tokenizer`,
        `layout`, `lowercase` and `normalize` do nothing.
    vocabulary : Vocabulary, optional
        See `encode_corpus`.

    Raises
    ------
    SettingError
        If the documents are not what they should be.
    EmptyResultError
        If nothing is left of them.
    """
    chosen = TextSettings.among(settings)
    texts, as_tokens = _texts(documents, chosen.layout)
    if as_tokens:
        tokenizer = given_tokens()
    else:
        tokenizer = make_tokenizer(chosen.tokenizer, chosen.lowercase, chosen.normalize)
    with (
        tempfile.TemporaryFile() as spool,
        Encoder(tokenizer, chosen.layout, spool, n_threads(threads)) as encoder,
    ):
        for block in _blocks(texts):
            encoder.feed(block)
        encoder.finish()
        return collect(encoder, chosen, vocabulary, [], Damage())


def _texts(documents: Iterable[Document], layout: Layout) -> tuple[Iterator[str], bool]:
    """Return the documents as text with no marks of ours in it, and whether they were tokens."""
    if isinstance(documents, (Mapping, Set)) or hasattr(documents, "columns"):
        raise SettingError(
            f"the documents are a {type(documents).__name__}; expected an iterable of texts or of "
            "lists of tokens in their order, such as a list or one column of a table"
        )
    if isinstance(documents, (str, bytes)):
        raise SettingError(
            f"the documents are one {type(documents).__name__}; expected an iterable of texts or "
            "of lists of tokens, such as [text]"
        )
    try:
        items = iter(documents)
    except TypeError:
        raise SettingError(
            f"the documents are {type(documents).__name__}; expected an iterable of texts or of "
            "lists of tokens"
        ) from None
    try:
        first = next(items)
    except StopIteration:
        raise EmptyResultError("there are no documents; expected at least one") from None
    as_tokens = not isinstance(first, str)
    marks = _MARKS_AND_LINE_ENDS if layout == "documents" else _MARKS

    def texts() -> Iterator[str]:
        for place, item in enumerate(chain([first], items)):
            if as_tokens:
                yield joined_tokens(item, place)
            elif isinstance(item, str):
                yield item.translate(marks)
            else:
                raise SettingError(
                    f"document {place} is {type(item).__name__}; expected str, as the first is"
                )

    return texts(), as_tokens


def joined_tokens(item: object, place: int) -> str:
    """Return tokens as text, each with a `TOKEN_END` behind it."""
    if isinstance(item, (str, bytes)) or not hasattr(item, "__iter__"):
        raise SettingError(
            f"document {place} is {type(item).__name__}; expected a str or a list of tokens, all "
            "documents alike"
        )
    tokens = list(item)
    try:
        text = TOKEN_END.join(tokens)
    except TypeError:
        wrong = next(token for token in tokens if not isinstance(token, str))
        raise SettingError(
            f"document {place} holds {type(wrong).__name__}; expected str tokens only"
        ) from None
    if "\n" in text or DOCUMENT_END in text or text.count(TOKEN_END) >= max(1, len(tokens)):
        text = TOKEN_END.join(token.translate(_MARKS_AND_LINE_ENDS) for token in tokens)
    return text + TOKEN_END


def _blocks(texts: Iterator[str]) -> Iterator[str]:
    """Join documents, each with its end, into blocks long enough to be worth a call."""
    waiting: list[str] = []
    length = 0
    for text in texts:
        waiting += [text, DOCUMENT_END]
        length += len(text) + 1
        if length >= _BLOCK_LENGTH:
            yield "".join(waiting)
            waiting, length = [], 0
    yield "".join(waiting)
