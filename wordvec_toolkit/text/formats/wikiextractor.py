"""WikiExtractor's documents: ``<doc ...>``, lines, ``</doc>``."""

import html
import re
from collections.abc import Iterable, Iterator

from .head import Head, Reading, as_document, attributes, name_in
from .markup import CLOSING

_DOC = re.compile(r"<doc(?:\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*)?>")


def is_doc_lines(head: Head) -> bool:
    """Return whether a text is what WikiExtractor writes."""
    if not _DOC.match(head.start):
        return False
    others = [name for name in CLOSING.findall(head.text) if name != "doc"]
    return "</doc>" in head.text and len(others) <= 0.1 * len(head.filled)


def read_doc_lines(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield each document of WikiExtractor without its tags."""
    reading.note("read as documents of WikiExtractor (--format plain reads the tags, too)")
    waiting: list[str] | None = None
    opening, name = "", ""
    n_open = 0
    for number, line in reading.lines(blocks):
        if opening or line.startswith("<doc"):
            opening += (" " if opening else "") + line
            if (tag := _DOC.match(opening)) or opening.endswith(">"):
                if waiting is not None:
                    raise reading.error("<doc> within a document", "</doc> before it", number)
                rest = opening[tag.end() :] if tag else ""
                named = attributes(tag[0] if tag else opening)
                name = named.get("title") or str(name_in(named))
                waiting, opening, n_open = [rest], "", 0
            elif (n_open := n_open + 1) > 100:
                raise reading.error("a tag <doc of over 100 lines", "its end, >", number)
            if opening or not (waiting and "</doc>" in waiting[-1]):
                continue
            line = waiting.pop()
            waiting = waiting or []
        if waiting is None:
            if line.strip():
                raise reading.error(repr(line[:40]), "<doc ...>, which begins a document", number)
            continue
        text, end, _ = line.partition("</doc>")
        waiting.append(html.unescape(text))
        if end:
            reading.name_document(name)
            yield as_document("\n".join(waiting))
            waiting = None
    if waiting is not None or opening:
        raise reading.error("the end of the file", "</doc>")
