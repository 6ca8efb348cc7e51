"""Plain text that needs a second look: wrapped prose, Gutenberg's licence, marks of sentences."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .head import Head, Reading, without_marks

START = re.compile(
    r"\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG|\*END\*? ?THE SMALL PRINT", re.I
)
END = re.compile(
    r"\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG|END OF (?:THE |THIS )?PROJECT GUTENBERG", re.I
)
SKIPPED = "Project Gutenberg's head and foot are skipped (--format plain reads them, too)"
_MARKS = (("<s>", "</s>"), ("<S>", "</S>"), ("<bos>", "<eos>"), ("<BOS>", "<EOS>"))
_WIDEST = 200  # characters of a line
_FEWEST = 12  # lines that are as full as they can be
#: What a line may lack of the width, as a share of it; the least share of such full lines; and the
#: least width: of text wrapped by a program, and of text wrapped by hand.
_FULL = ((0.03, 0.85, 30), (0.1, 0.95, 55))
_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


@dataclass(frozen=True)
class Wrapping:
    """Layout of wrapped prose.

    Attributes
    ----------
    width : int
        Characters of the longest lines.
    is_indented : bool
        Whether an indented line begins a paragraph.
    """

    width: int
    is_indented: bool


def is_gutenberg(head: Head) -> bool:
    """Return whether a text begins with the licence of Project Gutenberg."""
    return bool(START.search(head.text))


def is_wrapped(head: Head) -> bool:
    """Return whether a text is prose wrapped at a fixed width."""
    return find_wrapping(head) is not None


@lru_cache(maxsize=4)
def find_wrapping(head: Head) -> Wrapping | None:
    """Return how a text is wrapped: nearly all lines could not take the next line's first word.

    That holds for no text whose line ends mean something, as verse or a sentence on each line.
    """
    begin = START.search(head.text)
    lines = head.lines if begin is None else head.text[begin.end() :].split("\n")[1:]
    if begin is not None:
        lines = [line for line in lines if not END.search(line)]
    pairs = [
        (line.rstrip(), after.strip())
        for line, after in zip(lines, lines[1:])
        if line.strip() and after.strip()
    ]
    n_indented = sum(after[:1].isspace() for line, after in zip(lines, lines[1:]) if line.strip())
    is_indented = 0 < n_indented < 0.5 * len(pairs)
    if is_indented:
        pairs = [
            (line.rstrip(), after.strip())
            for line, after in zip(lines, lines[1:])
            if line.strip() and after.strip() and not after[:1].isspace()
        ]
    if _has_as_many_words(line for line, _ in pairs):
        return None
    for size in (len, _columns):
        lengths = Counter(size(line) for line, _ in pairs)
        if not lengths:
            return None
        # A few lines may be longer: a heading, an address of a page.
        width = sorted(lengths.elements())[int(0.98 * (lengths.total() - 1))]
        filled = [size(line) + 1 + size(_first_word(after)) for line, after in pairs]
        for slack, share, narrowest in _FULL:
            n_full = sum(length > width * (1 - slack) for length in filled)
            if narrowest <= width <= _WIDEST and n_full >= max(_FEWEST, share * len(pairs)):
                return Wrapping(width, is_indented)
    return None


def _has_as_many_words(lines: Iterable[str]) -> bool:
    """Tell whether nearly all lines have the same number of words: tokens in lots of N."""
    numbers = Counter(len(line.split()) for line in lines)
    number, count = max(numbers.items(), key=lambda item: item[1], default=(0, 0))
    return number > 3 and count >= 0.9 * numbers.total()


def _columns(text: str) -> int:
    """Return how wide a text is where Chinese, Japanese and Korean characters take two columns."""
    return len(text) + sum("\u1100" <= character <= "\uffdc" for character in text)


def _first_word(line: str) -> str:
    """Return what cannot be parted at the beginning of a line."""
    if "\u3040" <= line[:1] <= "\u9fff":
        return line[:1]  # Chinese and Japanese break anywhere
    word = line.split(maxsplit=1)[0]
    first, hyphen, _ = word.partition("-")
    return first + hyphen if first else word


def read_wrapped(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield paragraphs as lines: they end at a blank or before an indented line."""
    wrapping = find_wrapping(reading.head) or Wrapping(70, False)
    reading.note(
        f"prose wrapped at {wrapping.width} characters: read as paragraphs (--format plain reads "
        "each line as a sentence)"
    )
    known = Counter(_WORD.findall(reading.head.text))
    ends = [_HYPHEN.search(line.rstrip()) for line in reading.head.filled]
    is_hyphenated = sum(map(bool, ends)) >= 0.04 * len(ends)
    lines = (line for _, line in reading.lines(blocks))
    paragraph = ""
    for line in lines:
        text = line.strip()
        if not text or (wrapping.is_indented and line[:1].isspace()):
            if paragraph:
                yield without_marks(paragraph + "\n")
            paragraph = text
            if not text:
                yield "\n"
        elif paragraph:
            paragraph = _joined(paragraph, text, known, is_hyphenated)
        else:
            paragraph = text
    if paragraph:
        yield without_marks(paragraph + "\n")


def _joined(before: str, line: str, known: Counter[str], is_hyphenated: bool) -> str:
    """Join two lines, and the word that a hyphen parts.

    The hyphen goes where the text has the word without it, or is hyphenated by and large and does
    not have the word with it.
    """
    hyphen = _HYPHEN.search(before)
    if hyphen is None or not line[:1].isalpha():
        is_dense = "\u3040" <= before[-1] <= "\u9fff" and "\u3040" <= line[0] <= "\u9fff"
        return before + line if is_dense or before.endswith(("--", "—")) else f"{before} {line}"
    rest = _WORD.match(line)
    start, end = hyphen[1], rest[0] if rest else ""
    is_soft = before.endswith("\u00ad")
    whole = known[start + end] + known[(start + end).lower()]
    parted = known[f"{start}-{end}"] + known[f"{start}-{end}".lower()]
    goes = is_soft or (line[0].islower() and (whole > parted or (is_hyphenated and not parted)))
    return (before[:-1] if goes else before) + line


def read_gutenberg(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the text between the head and the foot of Project Gutenberg."""
    reading.note(SKIPPED)
    inside = _between(blocks, reading)
    if is_wrapped(reading.head):
        yield from read_wrapped(inside, reading)
    else:
        yield from map(without_marks, inside)


def _between(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    state, waiting = "head", []
    for _, line in reading.lines(blocks):
        if state == "head":
            state = "text" if START.search(line) else "head"
        elif END.search(line) and len(line) < 200:
            break
        else:
            waiting.append(line + "\n")
            if len(waiting) > 1000:
                yield "".join(waiting)
                waiting = []
    yield "".join(waiting)


def is_marked(head: Head) -> bool:
    """Return whether all sentences of a text are between marks such as ``<s>`` and ``</s>``."""
    return _find_marks(head) is not None


def _find_marks(head: Head) -> tuple[str, str] | None:
    for begin, end in _MARKS:
        n_open, n_closed = head.text.count(begin), head.text.count(end)
        if not n_closed:
            continue
        if n_open == 0:  # an end alone, on each line
            lines = head.filled
            if sum(line.rstrip().endswith(end) for line in lines) >= 0.98 * len(lines):
                return begin, end
            continue
        outside = re.sub(rf"{begin}.*?({end}|$)", "", head.text, flags=re.S)
        if head.start.startswith(begin) and abs(n_open - n_closed) <= 1 and not outside.strip():
            return begin, end
    return None


def read_marked(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the text between the marks, a line each; blank lines stay."""
    begin, end = _find_marks(reading.head) or _MARKS[0]
    reading.note(
        f"{begin} and {end} are read as the marks of sentences, not as words (--format plain: as "
        "words)"
    )
    by_line = begin not in reading.head.text
    waiting: list[str] = []
    is_open = False
    for _, line in reading.lines(blocks):
        if not line.strip() and not is_open:
            yield "\n"
            continue
        for place, part in enumerate(re.split(f"({begin}|{end})", line)):
            if place % 2:
                is_open = part == begin
            elif part.strip():
                waiting.append(part.strip())
            if (place % 2 and not is_open) and waiting:
                yield without_marks(" ".join(waiting) + "\n")
                waiting = []
        if waiting and (by_line or not is_open):
            yield without_marks(" ".join(waiting) + "\n")
            waiting = []
    if waiting:
        yield without_marks(" ".join(waiting) + "\n")


def is_verse(head: Head) -> bool:
    """Return whether a text looks like verse: short lines in stanzas, with capital letters."""
    lines = head.filled
    if len(lines) < 20:
        return False
    n_blank = sum(not line.strip() for line in head.lines)
    lengths = sorted(len(line.strip()) for line in lines)
    capital = sum(line.strip()[0].isupper() for line in lines)
    closed = sum(line.rstrip().endswith((".", "!", "?", '"', "”", "’")) for line in lines)
    return (
        2 <= len(lines) / max(n_blank, 1) <= 40
        and 15 <= lengths[len(lines) // 2] <= 60
        and lengths[int(0.95 * len(lines))] <= 80
        and capital >= 0.8 * len(lines)
        and closed <= 0.5 * len(lines)
    )
