"""Files that are no text to read: what they are, and what to do."""

import re

from ...errors import FormatError
from . import markup, records
from .head import Head, with_keywords

_BINARIES = (
    (b"%PDF", "a PDF file", "save its text, for instance: pdftotext IN.pdf OUT.txt"),
    (b"{\\rtf", "an RTF file", "save it as text in UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or Hangul file", "save it as text in UTF-8"),
    (b"HWP Document File", "a Hangul (HWP) file", "save it as text in UTF-8"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"\x1f\x9d", "a file packed by compress (.Z)", "unpack it first"),
    (b"\x04\x22\x4d\x18", "a file packed by lz4", "unpack it first"),
    (b"PAR1", "a Parquet file", "omit the format (--format)"),
    (b"ARROW1", "an Arrow file", "omit the format (--format)"),
    (b"SQLite format 3", "an SQLite database", "write its text as lines or JSON lines"),
    (b"\x93NUMPY", "a NumPy array", "give the text itself"),
    (b"mmap lm http://kheafield.com/code", "a binary model of KenLM", "give the text itself"),
    (b"Trie Language Model", "a binary model of CMU Sphinx", "give the text itself"),
    (b"blmt", "a binary model of IRSTLM", "give the text itself"),
    (b"\x80\x02", "a Python pickle", "give the text itself"),
    (b"\x80\x03", "a Python pickle", "give the text itself"),
    (b"\x80\x04", "a Python pickle", "give the text itself"),
    (b"(dp", "a Python pickle", "give the text itself"),
    (b"(lp", "a Python pickle", "give the text itself"),
    (b"\x89PNG", "an image", "give text"),
    (b"\xff\xd8\xff", "an image", "give text"),
    (b"\x7fELF", "a program", "give text"),
)
_ZIPPED = (
    (b"word/", "a Word file (.docx)", "save it as text in UTF-8"),
    (b"application/epub+zip", "an EPUB book", "save it as text in UTF-8"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", "save it as text in UTF-8"),
    (b"application/hwp+zip", "a Hangul file (.hwpx)", "save it as text in UTF-8"),
    (b"xl/", "an Excel file (.xlsx)", "save the sheet as CSV"),
    (b"[Content_Types].xml", "a Word or Excel file", "save it as text in UTF-8"),
)
_ROW = re.compile(r"\S+((?:[ \t]+[-+]?\d*\.?\d+(?:e[-+]?\d+)?)+)\s*")


def refuse_binary(head: bytes, name: str) -> None:
    """Refuse a file that is known and no text.

    Raises
    ------
    FormatError
    """
    found = next(
        ((what, advice) for magic, what, advice in _BINARIES if head.startswith(magic)), None
    )
    if head.startswith(b"PK\x03\x04"):
        inside = head[:4096]
        found = next(
            ((what, advice) for part, what, advice in _ZIPPED if part in inside),
            ("a ZIP archive", "unpack it first"),
        )
    if head[257:262] == b"ustar":
        found = "a tar archive", "unpack it first"
    if found is not None:
        raise FormatError(name, found[0], "text", advice=found[1])


def refuse_foreign(head: Head, name: str) -> None:
    """Refuse text that is no prose, and say what makes it some.

    Raises
    ------
    FormatError
    """
    found = advice = ""
    as_it_is = "--format plain reads its lines as they are"
    if records.is_json_object(head):
        found = "a JSON object that goes over several lines"
        advice = "write an object on each line, or an array, for instance: jq -c '.NAME[]' IN"
    elif any(line.strip() == "\\data\\" for line in head.filled[:200]):
        found, advice = "an ARPA file", "give the text itself"
    elif head.start.startswith("[Script Info]"):
        found, advice = "SubStation subtitles", f"save them as SubRip (.srt); {as_it_is}"
    elif re.match(r"\\documentclass|\\begin\{document\}", head.start):
        found, advice = "a LaTeX file", f"make it text first, with detex or pandoc; {as_it_is}"
    elif _is_trees(head):
        found, advice = "bracketed trees", f"write their leaves, a sentence on a line; {as_it_is}"
    elif _is_vectors(head):
        found, advice = "word vectors", f"give the text itself; {as_it_is}"
    elif markup.is_tagged(head):
        found = "text with tags that is not well-formed XML"
        advice = f"--format html drops the tags; {as_it_is}"
    if found:
        raise FormatError(name, found, "text", advice=with_keywords(advice))


def _is_vectors(head: Head) -> bool:
    """Return whether lines are a word and numbers, two with a header, else three or more."""
    lines = head.filled[:50]
    has_header = bool(lines) and re.fullmatch(r"\d+ \d+\s*", lines[0]) is not None
    rows = [_ROW.fullmatch(line) for line in lines[has_header:]]
    widths = {len(row[1].split()) if row else 0 for row in rows}
    return len(rows) > 1 and len(widths) == 1 and widths.pop() >= 3 - has_header


def _is_trees(head: Head) -> bool:
    lines = head.filled[:200]
    tree = re.compile(r"\s*\(\s*(\(|[A-Z-]+[ )])")
    return (
        bool(lines)
        and all(tree.match(line) or line.strip() == ")" for line in lines)
        and (head.text[:4096].count("(") > len(lines[:50]))
    )
