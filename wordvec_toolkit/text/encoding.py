"""Text to an `EncodedCorpus`: files, a string, or tokens."""

import tempfile
from typing import TYPE_CHECKING

from ..errors import EmptyResultError
from ..runtime.parallel import n_threads
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .blocks import DOCUMENT_END, Damage
from .corpus import EncodedCorpus
from .files import Corpus, as_items, find_sources, is_tokens
from .settings import TextSettings
from .tokenizers import Cutting, make_tokenizer
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import EncodeCorpusKeywords, EncodeTextKeywords

#: What a line is, for the kernel.
from .documents import encode_documents
from .encoder import Encoder, collect, read_into


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
        damage = read_into(encoder, sources, chosen.errors, chosen.jsonl_field, progress)
        return collect(encoder, chosen, vocabulary, sources, damage)


#: Of a single string, few words of which occur often.
_StringSettings = TextSettings.with_defaults(min_count=1)


@takes(_StringSettings, only=("tokenizer", "layout", "min_count", "max_size", "keep"))
def encode_text(
    text: str, *, vocabulary: Vocabulary | None = None, **settings: "Unpack[EncodeTextKeywords]"
) -> EncodedCorpus:
    """Encode a string; see `encode_corpus`."""
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
    try:
        corpus = encode_text(text.replace("\x1e", " "), tokenizer=tokenizer)
    except EmptyResultError:
        return []
    return corpus.words()
