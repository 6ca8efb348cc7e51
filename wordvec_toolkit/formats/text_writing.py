"""Write text files of vectors, on several threads."""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import numpy as np

from .._kernels.numbers import NUMBER_SIZE, format_rows
from ..errors import WordvecError
from ..runtime.parallel import map_stream, n_threads
from .opening import Content
from .text_files import is_number

_ADVICE = "write a bundle or .safetensors instead"


def check_word(word: str, header: bool) -> None:
    """Refuse a word that could not be read back from a line of text.

    Raises
    ------
    WordvecError
        Saying why.
    """
    tokens = word.split(" ")
    if "" in (tokens[0], tokens[-1]) or any(char in word for char in "\t\n\r"):
        raise WordvecError(
            f"the word {word!r} begins or ends in white space or holds a tab or a line end, which "
            f"text files of vectors cannot; {_ADVICE}"
        )
    if len(tokens) == 1:
        return
    encoded = [token.encode() for token in tokens[1:]]
    decimal = all(is_number(token) and not token.isdigit() for token in encoded if token)
    if decimal or (not header and is_number(encoded[-1])):
        raise WordvecError(
            f"the word {word!r} ends in text that looks like a number of its vector; {_ADVICE}"
        )


def format_lines(
    words: Sequence[bytes], values: np.ndarray, precision: int | None, separator: str
) -> bytes:
    """Return lines of a word and its numbers; without words (an empty sequence) numbers alone."""
    values = np.ascontiguousarray(values, np.float32)
    out = np.empty(values.size * NUMBER_SIZE, np.uint8)
    ends = np.empty(len(values), np.int64)
    format_rows(values, ord(separator), precision or 0, out, ends)
    text = out[: max(ends[-1], -1 - ends[-1])].tobytes()
    lines = []
    start = 0
    for place, end in enumerate(ends.tolist()):
        if end < 0:
            end = -1 - end
            row = b"".join(f"{separator}{_slowly(v, precision)}".encode() for v in values[place])
        else:
            row = text[start:end]
        lines.append(words[place] + row if words else row[1:])
        start = end
    return b"\n".join(lines) + b"\n"


def _slowly(value: np.float32, precision: int | None) -> str:
    return str(value) if precision is None else f"{value:.{precision}g}"


def write_text_vectors(stream: IO[bytes], content: Content, header: bool) -> None:
    """Write word2vec's text format (with a header) or GloVe's (without).

    Raises
    ------
    WordvecError
        If a word could not be read back.
    """
    words = content.words
    for word in words:
        check_word(word, header)
    if header:
        stream.write(f"{len(words)} {content.dim}\n".encode())
    elif words[0].startswith("\N{BYTE ORDER MARK}"):
        stream.write("\N{BYTE ORDER MARK}".encode())  # a reader takes the first one off

    def lines(item: tuple[list[bytes], np.ndarray]) -> bytes:
        return format_lines(*item, content.precision, " ")

    blocks = _with_words(words, content.blocks)
    for text in map_stream(lines, blocks, n_threads(content.threads)):
        stream.write(text)


def write_numbers(stream: IO[bytes], content: Content) -> None:
    """Write rows of numbers with tabs between them."""

    def lines(block: np.ndarray) -> bytes:
        return format_lines((), block, content.precision, "\t")

    for text in map_stream(lines, content.blocks, n_threads(content.threads)):
        stream.write(text)


def _with_words(
    words: Sequence[str], blocks: Iterable[np.ndarray]
) -> Iterator[tuple[list[bytes], np.ndarray]]:
    first = 0
    for block in blocks:
        yield [word.encode() for word in words[first : first + len(block)]], block
        first += len(block)
