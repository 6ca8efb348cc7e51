"""Text as one stream of ids over a given vocabulary, for language models."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, cast

import numpy as np

from ..runtime.parallel import n_threads
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .blocks import DOCUMENT_END, Damage
from .encoding import joined_tokens
from .files import Corpus, as_items, find_sources, is_tokens
from .numbering import Encoder, read_into, reserved_facts
from .settings import FileSettings, Layout, Normalize
from .tokenizers import SPACE_TOKEN, Cutting, Tokenizer, given_tokens, make_tokenizer
from .vocabulary import EOS, SPECIALS, Vocabulary
from .wordtable import WordTable

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import EncodeStreamKeywords

#: Names of files, or sentences as lists of tokens.
TextLike = Union[str, Path, Iterable[str | Path], Iterable[Sequence[str]]]


@dataclass(frozen=True, eq=False)
class TextStream:
    """A text in the ids of a vocabulary that may not know all of its words.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    ids : int32 array (n,)
        Sentences in the order of the text, each with an ``</s>`` (2) at its end; 0, ``<unk>``, is
        a word that is not in the vocabulary.
    n_characters : int
        Code points of all tokens as the text has them, and one more for what ends each of them, a
        space or the end of the sentence; of text in characters, for the ends of sentences alone.
    n_bytes : int
        The same in bytes of UTF-8: of the tokens as the tokenizer leaves them (lower-cased and
        normalised where it does so; unknown words as they are written), and one for the space or
        the line end after each.  Of text in characters the mark of a space counts as the one byte
        of the space.
    tokenizer : str
        Its name.
    unknown_places : int64 array
        Where the unknown words are in `ids`.
    unknown_ids : int32 array
        Which of `unknown_words` is there.
    documents : int64 array (n_documents + 1,)
        Offsets: document i has the sentences ``documents[i]`` to ``documents[i + 1] - 1``.
    facts : dict
        Sources, and what had to be repaired.
    """

    vocabulary: Vocabulary
    ids: np.ndarray
    n_characters: int
    n_bytes: int
    tokenizer: str
    unknown_places: np.ndarray
    unknown_ids: np.ndarray
    documents: np.ndarray
    facts: dict[str, Any]
    _table: WordTable
    _table_places: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def ends(self) -> np.ndarray:
        """Place of each sentence's ``</s>``."""
        return np.flatnonzero(self.ids == EOS)

    @cached_property
    def unknown_words(self) -> tuple[str, ...]:
        """Spelling of the unknown words."""
        return tuple(self._table.word(place) for place in self._table_places.tolist())

    @property
    def n_words(self) -> int:
        """Tokens, those of sentence ends among them; of text in characters, those between
        spaces, and sentence ends."""
        if self.tokenizer != "chars":
            return len(self.ids)
        n_spaces = 0
        if (space := self.vocabulary.ids.get(SPACE_TOKEN)) is not None:
            n_spaces = int(np.count_nonzero(self.ids == space))
        return n_spaces + 2 * len(self.ends)

    @cached_property
    def starts(self) -> np.ndarray:
        """Start of each sentence that has an ``</s>``."""
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1] + 1])[: len(self.ends)]

    @property
    def n_written_unk(self) -> int:
        """Number of unknown words that the text itself writes ``<unk>``."""
        return int(self.facts.get("n_written_unk", 0))

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the tokens ``first:last`` as the text has them."""
        first, last, _ = slice(first, last).indices(len(self.ids))
        names = self.vocabulary.words
        found = [names[token] for token in self.ids[first:last].tolist()]
        low, high = np.searchsorted(self.unknown_places, [first, max(first, last)])
        for place, word in zip(self.unknown_places[low:high], self.unknown_ids[low:high]):
            found[place - first] = self.unknown_words[word]
        return found


@takes(FileSettings)
def encode_stream(
    corpus: TextLike,
    vocabulary: Vocabulary,
    tokenizer: Cutting = "whitespace",
    layout: Layout = "sentences",
    lowercase: bool | None = None,
    normalize: Normalize = "NFC",
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[EncodeStreamKeywords]",
) -> TextStream:
    """Read text files, or sentences that are tokens already, as a stream of ids.

    Blank lines are no sentences.  What the text itself writes as ``<s>`` or ``</s>`` is an unknown
    word.

    Parameters
    ----------
    corpus : str, Path, iterable of these, or iterable of sequences of str
        As in `encode_corpus`; the files follow one another.  A sequence of tokens is a sentence;
        its tokens are taken as they are, and all sentences are one document.
    vocabulary : Vocabulary
        With specials.
    tokenizer, layout, lowercase, normalize
        As in `encode_corpus`; they should be those of the text that the vocabulary is from.

    Raises
    ------
    WordvecError
        If the text cannot be read.
    """
    progress = as_progress(progress)
    if isinstance(corpus, Iterable) and not hasattr(corpus, "__getitem__"):
        corpus = cast(TextLike, list(corpus))  # from a generator
    given = cast(Corpus, corpus)
    if is_tokens(given):
        lines = [joined_tokens(item, place) for place, item in enumerate(given)]
        return _string_stream("\n".join(lines), vocabulary, given_tokens())
    tokenizer = make_tokenizer(tokenizer, lowercase, normalize)
    sources = find_sources(as_items(given))
    with (
        tempfile.TemporaryFile() as spool,
        Encoder(tokenizer, layout, spool, n_threads(threads)) as encoder,
    ):
        damage = read_into(encoder, sources, FileSettings.among(settings), progress)
        facts = {"sources": [source.facts() for source in sources]}
        return _stream(encoder, vocabulary, tokenizer, damage, facts)


def encode_string(
    text: str,
    vocabulary: Vocabulary,
    tokenizer: Cutting = "whitespace",
    lowercase: bool | None = None,
    normalize: Normalize = "NFC",
) -> TextStream:
    """Encode a string in which each line is a sentence; the last one goes on.

    For what a language model is to continue: there is no ``</s>`` after the last line, unless it is
    empty.
    """
    tokenizer = make_tokenizer(tokenizer, lowercase, normalize)
    stream = _string_stream(text.replace("\x1e", " ").replace("\x1f", " "), vocabulary, tokenizer)
    is_open = len(stream) > 0 and not text.endswith("\n")
    ids = stream.ids[:-1] if is_open else stream.ids
    if is_open and tokenizer.name == "chars" and text[-1:].isspace():
        # The tokenizer drops white space at the end of a line, and this line has not ended.
        ids = np.append(ids, np.int32(vocabulary.ids.get(SPACE_TOKEN, 0)))
    return replace(stream, ids=ids)


def _string_stream(text: str, vocabulary: Vocabulary, tokenizer: Tokenizer) -> TextStream:
    with tempfile.TemporaryFile() as spool, Encoder(tokenizer, "sentences", spool) as encoder:
        encoder.feed(text + DOCUMENT_END)
        encoder.finish()
        return _stream(encoder, vocabulary, tokenizer, Damage(), {})


def _stream(
    encoder: Encoder,
    vocabulary: Vocabulary,
    tokenizer: Tokenizer,
    damage: Damage,
    facts: dict[str, Any],
) -> TextStream:
    table = encoder.match_vocabulary(vocabulary)
    written = table.find(SPECIALS[0].encode())
    sentences, documents = encoder.offsets()
    ids = with_ends(np.concatenate([np.empty(0, np.int32), *encoder.final_ids()]), sentences)
    places = np.flatnonzero(ids < 0)
    distinct, which = np.unique(-1 - ids[places], return_inverse=True)
    ids[places] = 0
    facts |= {
        "n_written_unk": table.count(written) if written >= 0 else 0,
        "n_invalid_sequences": damage.n_invalid,
        "n_nul_bytes": damage.n_nul,
        **reserved_facts(encoder),
    }
    n_ends, n_bytes = encoder.n_tokens, table.n_bytes
    if tokenizer.name == "chars":
        n_ends = len(ids) - encoder.n_tokens
        if (space := table.find(SPACE_TOKEN.encode())) >= 0:
            n_bytes -= table.count(space) * (len(SPACE_TOKEN.encode()) - 1)
    return TextStream(
        vocabulary,
        ids,
        table.n_characters + n_ends,
        n_bytes + n_ends,
        tokenizer.name,
        places,
        which.astype(np.int32),
        np.searchsorted(sentences, documents),
        facts,
        table,
        distinct,
    )


def with_ends(ids: np.ndarray, sentences: np.ndarray) -> np.ndarray:
    """Put ``</s>`` after each sentence.

    Parameters
    ----------
    ids : int32 array (n,)
    sentences : int64 array (n_sentences + 1,)
        Where each begins, and where the last one ends.

    Returns
    -------
    int32 array (n + n_sentences,)
    """
    return np.insert(ids, sentences[1:], np.int32(EOS))
