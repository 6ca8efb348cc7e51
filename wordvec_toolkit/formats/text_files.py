"""Read text files of vectors: a line for each word, the word and then its numbers.

With a first line of two integers, the numbers of words and of dimensions, it is word2vec's format
and fastText's ``.vec``; without, it is GloVe's.  White space is spaces and tabs.  A word may hold
spaces itself: the last numbers of a line are the vector, and the text before them is the word.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from .._kernels.numbers import parse_rows
from ..embeddings.vectors import WordVectors
from ..errors import FormatError
from ..runtime.parallel import map_stream, n_threads
from ..text.reading import ByteReader, LineBlock, line_blocks, shown
from .collecting import Collector, decode_word, decode_words
from .opening import DIM_LIMIT, Reading, open_vector_file

BLANK = b" \t\r\n"
BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TOKEN = re.compile(rb"[^ \t]+")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NONFINITE = re.compile(rb"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_NO_WORD = cast("re.Match[bytes]", re.match(b"", b""))
_CONTROLS = frozenset(range(32)) - frozenset(BLANK)
_SAMPLE = 100  # lines that decide on the number of dimensions where there is no header


@dataclass(frozen=True)
class _Rows:
    words: list[str]
    values: np.ndarray
    n_invalid: int


class _LineError(Exception):
    """A line is not a word and `dim` numbers."""

    def __init__(self, found: str, expected: str, advice: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.advice = found, expected, advice


def is_number(token: bytes) -> bool:
    """Return whether a token is a decimal number, NaN or infinity."""
    return bool(_NUMBER.fullmatch(token) or _NONFINITE.fullmatch(token))


def n_last_numbers(line: bytes) -> int:
    """Return how many of the last tokens of a line are numbers, the first token not counted."""
    n = 0
    for token in reversed(_TOKEN.findall(line.strip(BLANK))[1:]):
        if not is_number(token):
            break
        n += 1
    return n


def read_header(line: bytes) -> tuple[int, int] | None:
    """Return the two integers of a first line of word2vec's formats, None if it is not one."""
    fields = line.removeprefix(BOM).split()
    if len(fields) != 2 or not all(field.isdigit() and len(field) <= 18 for field in fields):
        return None
    return int(fields[0]), int(fields[1])


def is_text_row(data: bytes, dim: int) -> bool:
    """Return whether what follows a header is text rather than raw numbers."""
    data = data.lstrip(BLANK)
    line, newline, _ = data.partition(b"\n")
    if not data:
        return True
    tokens = line.split()
    if not newline:
        tokens = tokens[:-1]  # perhaps cut off
    numbers = tokens[-dim:] if newline else tokens[1:]
    if numbers and all(is_number(token) for token in numbers):
        return True
    # A damaged line of text, to be named as such, or raw numbers?
    if newline and _CONTROLS.isdisjoint(line) and _is_utf8(line):
        return True
    return 2 * sum(map(is_number, tokens[1:])) > len(tokens) - 1 > 0


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def advice_on(line: bytes) -> str:
    """Return what to do about numbers that are written in another way."""
    if len(re.findall(rb"(?:^|[ \t])[+-]?\d+,\d+(?=[ \t\r\n]|$)", line)) > 1:
        return "the numbers have decimal commas; write points, for instance: tr , . < IN > OUT"
    if len(re.findall(rb",[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=,|\s|$)", line)) > 1:
        return (
            "the numbers have commas between them, as in CSV; write spaces and remove the "
            "header, for instance: tr , ' ' < IN > OUT"
        )
    return ""


def check_header(path: Path, n_words: int, dim: int) -> None:
    """Refuse sizes that no vectors have."""
    if n_words == 0 or dim == 0 or dim > DIM_LIMIT:
        raise FormatError(
            path,
            f"a header of {n_words:,} words and {dim:,} dimensions",
            f"at least 1 word, and 1 to {DIM_LIMIT:,} dimensions",
            line=1,
        )


def refuse_utf16(reader: ByteReader) -> None:
    """Refuse text that is not UTF-8 by its first bytes."""
    if reader.peek(2) in UTF16:
        raise FormatError(
            reader.path,
            "UTF-16 or UTF-32 text",
            "UTF-8",
            advice="convert it, for instance: iconv -f UTF-16 -t UTF-8 IN > OUT",
        )


def read_text_vectors(path: str | Path, reading: Reading, header: bool) -> WordVectors:
    """Read word2vec's text format (with a header) or GloVe's (without).

    Returns
    -------
    WordVectors
        float32, each the nearest to the double that is nearest to the decimal number.

    Raises
    ------
    FormatError
        If a line is not a word and its numbers, or their number is not what the header says.
    """
    with open_vector_file(path) as reader:
        refuse_utf16(reader)
        if reader.peek(3) == BOM:
            reader.skip(3)
        claimed = None
        if header:
            line = reader.peek_line()
            sizes = read_header(line)
            if sizes is None:
                raise FormatError(
                    reader.path,
                    repr(line[:40]),
                    "a header: the numbers of words and dimensions",
                    line=1,
                    advice="a file without one is read with the format glove",
                )
            claimed, dim = sizes
            check_header(reader.path, claimed, dim)
            reader.skip(len(line))
            _check_size(reader, claimed, dim)
        else:
            dim = guess_dim(reader)
        return _read_rows(reader, reading, dim, claimed)


def _check_size(reader: ByteReader, n_words: int, dim: int) -> None:
    least = n_words * 2 * dim  # a space and a digit for each number
    if reader.size is not None and least > reader.size:
        raise FormatError(
            reader.path,
            f"a header of {n_words:,} words and {dim:,} dimensions in a file of "
            f"{reader.size:,} bytes",
            f"at least {least:,} bytes",
            line=1,
            advice="the file is cut off or its header wrong; without its first line it is read "
            "as it is",
        )


def guess_dim(reader: ByteReader) -> int:
    """Return the most common number of numbers in the first lines of a file without a header.

    Raises
    ------
    FormatError
        If they are no vectors.
    """
    first = reader.peek_line()  # the lines may be long
    sample = reader.peek(max(1 << 16, 4 * len(first)))
    lines = sample.split(b"\n")
    whole = [line for line in (lines[:-1] or lines)[:_SAMPLE] if line.strip(BLANK)]
    found = Counter(n_last_numbers(line) for line in whole)
    dim = max(found, key=lambda n: found[n]) if found else 0  # of equals, the first line's
    if dim == 0:
        if not sample.strip(BLANK):
            raise FormatError(reader.path, "only white space", "words and their vectors")
        advice = advice_on(whole[-1]) if whole else ""
        expected = "lines of a word and its numbers"
        raise FormatError(reader.path, shown(first, 40), expected, line=1, advice=advice)
    if dim > DIM_LIMIT:
        check_header(reader.path, 1, dim)
    return dim


def _read_rows(reader: ByteReader, reading: Reading, dim: int, claimed: int | None) -> WordVectors:
    collector = Collector(reader, reading, "glove" if claimed is None else "word2vec")
    _collect(collector, line_blocks(reader, 1 if claimed is None else 2), dim, reading)
    n_words = len(collector.words)
    if claimed is not None and n_words > claimed and not collector.is_full:
        reading.progress.note(
            f"{reader.path} holds {n_words:,} vectors, its header says {claimed:,}; all are read"
        )
    if claimed is not None and n_words < claimed and not collector.is_full:
        raise FormatError(
            reader.path,
            f"{n_words:,} vectors",
            f"{claimed:,} as the header says",
            advice="the file is cut off or its header wrong; without its first line it is read "
            "as it is",
        )
    return collector.finish()


def _collect(collector: Collector, blocks: Iterable[LineBlock], dim: int, reading: Reading) -> None:
    """Read lines on all threads until their end, or until there are enough."""

    def read(block: LineBlock) -> _Rows:
        return _read_block(block, dim, collector.path, reading)

    for rows in map_stream(read, blocks, n_threads(reading.threads)):
        collector.add(rows.words, rows.values, rows.n_invalid)
        if collector.is_full:
            break


def read_matrix(reader: ByteReader, reading: Reading) -> np.ndarray:
    """Read lines of numbers without words: float32 (n_lines, n_numbers)."""
    dim = len(_TOKEN.findall(reader.peek_line().strip(BLANK)))
    check_header(reader.path, 1, dim)
    collector = Collector(reader, reading, "projector")
    # What reads words and numbers reads these, each line with a word put before it.
    blocks = (
        LineBlock(block.first_line, b"x\t%b\n" % block.data[:-1].replace(b"\n", b"\nx\t"))
        for block in line_blocks(reader, 1)
    )
    _collect(collector, blocks, dim, reading)
    return collector.join()


def _read_block(block: LineBlock, dim: int, path: Path, reading: Reading) -> _Rows:
    text = np.frombuffer(block.data, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    # A space and a digit for each number: so few lines are left that their rows take no more
    # room than twice the text.
    lines = np.flatnonzero(ends - starts >= 2 * dim)
    if len(lines) < len(starts):
        _check_short(block, np.flatnonzero(ends - starts < 2 * dim), starts, ends, dim, path)
    starts, ends = starts[lines], ends[lines]
    values = np.empty((len(lines), dim), np.float32)
    word_ends = np.empty(len(lines), np.int64)
    good = np.empty(len(lines), np.bool_)
    parse_rows(text, starts, ends, values, word_ends, good)
    kept = np.ones(len(lines), np.bool_)
    place = 0
    try:
        for place in np.flatnonzero(~good).tolist():
            line = block.data[starts[place] : ends[place]]
            if not line.strip(BLANK):
                kept[place] = False
                continue
            start, end = _read_line(line, dim, values[place], reading.nonfinite == "keep")
            starts[place], word_ends[place] = starts[place] + start, starts[place] + end
        starts, word_ends = starts[kept], word_ends[kept]
        words, n_invalid = decode_words(block.data, starts, word_ends, reading.errors)
    except _LineError as error:
        number = block.first_line + int(lines[place])
        raise FormatError(path, error.found, error.expected, number, error.advice) from None
    except UnicodeDecodeError:
        place = _first_invalid(block.data, starts, word_ends)
        raise FormatError(
            path,
            f"a word that is not UTF-8: {block.data[starts[place] : word_ends[place]]!r}",
            "UTF-8",
            line=block.first_line + int(lines[kept][place]),
            advice="convert the file, or read it with errors replace or ignore",
        ) from None
    return _Rows(words, values if kept.all() else values[kept], n_invalid)


def _first_invalid(data: bytes, starts: np.ndarray, ends: np.ndarray) -> int:
    places = zip(starts.tolist(), ends.tolist())
    return next(i for i, (a, b) in enumerate(places) if decode_word(data[a:b], "replace")[1])


def _check_short(
    block: LineBlock, short: np.ndarray, starts: np.ndarray, ends: np.ndarray, dim: int, path: Path
) -> None:
    """Refuse lines too short for `dim` numbers, but for blank ones."""
    for place in short[ends[short] > starts[short]].tolist():
        line = block.data[starts[place] : ends[place]]
        if line.strip(BLANK):
            number = block.first_line + place
            raise FormatError(path, _described(line), _expected(dim), number, advice_on(line))


def _described(line: bytes) -> str:
    n = n_last_numbers(line)
    return f"{n} number{'' if n == 1 else 's'} after {shown(line.strip(BLANK))}"


def _expected(dim: int) -> str:
    return f"a word and {dim} number{'' if dim == 1 else 's'}"


def _read_line(line: bytes, dim: int, values: np.ndarray, keep: bool) -> tuple[int, int]:
    """Read one line slowly; return where in it the word begins and ends.

    Raises
    ------
    _LineError
        If it is not a word and `dim` numbers.
    """
    tokens = list(_TOKEN.finditer(line.rstrip(BLANK)))
    if len(tokens) == dim and line[:1] in (b" ", b"\t"):
        tokens.insert(0, _NO_WORD)
    if len(tokens) <= dim:
        raise _LineError(_described(line), _expected(dim), advice_on(line))
    for column, token in enumerate(tokens[-dim:]):
        if not is_number(token[0]):
            found = f"{shown(token[0])} as number {column + 1}"
            raise _LineError(found, _expected(dim), advice_on(line))
    between = [token[0] for token in tokens[1:-dim]]
    if between and all(_NUMBER.fullmatch(token) and not token.isdigit() for token in between):
        raise _LineError(_described(line), _expected(dim))
    with np.errstate(over="ignore"):
        values[:] = [float(token[0]) for token in tokens[-dim:]]
    if not keep and not np.isfinite(values).all():
        raise _LineError(
            f"a component that is NaN or infinite, of {shown(tokens[0][0])}",
            "finite float32 numbers",
            "nonfinite keep reads such vectors unchanged",
        )
    return tokens[0].start(), tokens[-dim - 1].end()
