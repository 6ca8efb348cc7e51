"""XML and HTML: the text of their elements."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from html.entities import html5
from html.parser import HTMLParser
from xml.parsers import expat

from . import prose
from .head import (
    DOCUMENT_END,
    LONGEST,
    LONGEST_NAME,
    Head,
    Reading,
    name_in,
    shortened,
    without_marks,
)

_XML = re.compile(r"<\?xml\s|<!DOCTYPE\s|<!--", re.I)
_HTML = re.compile(r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype html|<html[\s>])", re.I | re.S)
_ELEMENT = re.compile(r"<[A-Za-z_][\w:.-]*(\s+[\w:.-]+\s*=\s*(\"[^\"<]*\"|'[^'<]*'))*\s*/?>")
CLOSING = re.compile(r"</([A-Za-z][\w:.-]*)\s*>")
_TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements that hold a paragraph, a line or a sentence; a boundary of one ends a line.
_HOLDERS = _names(
    """p l s ab u sentence para paragraph line v verse item seg utterance post li td th dd dt head
    title h1 h2 h3 h4 h5 h6 speaker stage note label opener closer salute signed dateline byline
    trailer doctitle titlepart argument castitem speech blockquote pre caption figcaption"""
)
_BLOCKS = _HOLDERS | _names(
    """text body front back group div div1 div2 div3 div4 div5 div6 div7 lg sp list row table tr ul
    ol dl br hr quote epigraph section article main nav aside header footer address form"""
)
_TOKENS = _names("w pc c tok token word lb pb cb")
_ASIDE = _names("teiheader cesheader metadata script style template svg")
_DOCUMENTS = _names("tei tei.2 doc document article page record story")
#: Elements that hold the title of a document, in their parents.
_TITLES = (["head", "title"], ["titlestmt", "title"])
#: Of HTML: what needs no end, and what has none.
_UNCLOSED = _names("p li td th tr dt dd")
_VOID = _names("br hr img meta link input area base col embed source track wbr")


def is_html(head: Head) -> bool:
    """Return whether a text is HTML."""
    return bool(_HTML.match(head.start))


def is_xml(head: Head) -> bool:
    """Return whether a text says that it is XML, or begins well-formed and has an end tag."""
    if _XML.match(head.start):
        return True
    root = _ELEMENT.match(head.start)
    if root is None or root[0].startswith(("<s>", "<unk>")):
        return False
    names = Counter(CLOSING.findall(head.text))
    if not names or set(names) == {"s"}:
        return False
    try:
        expat.ParserCreate().Parse(head.start, head.is_whole)
    except expat.ExpatError:
        return False
    return True


def is_mediawiki(head: Head) -> bool:
    """Return whether a text is a dump of MediaWiki."""
    return bool(re.match(r"(<\?xml[^>]*>\s*)?<mediawiki\b", head.start))


def is_tagged(head: Head) -> bool:
    """Return whether a fifth of the lines have tags, though they are neither XML nor HTML."""
    lines = head.filled
    n_tagged = sum(
        any(tag.startswith("</") or " " in tag or tag == line.strip() for tag in tags)
        for line in lines
        if (tags := [tag for tag in _TAG.findall(line) if tag not in ("<s>", "</s>", "<unk>")])
    )
    return n_tagged >= 0.2 * len(lines) and n_tagged > 0


class _Builder:
    """Takes elements and text, and makes lines of them.

    Parameters
    ----------
    elements : set of str
        Those that each hold a sentence; none: all text, in lines that end where a block does.
    name_document : callable
        See `Reading.name_document`.
    """

    def __init__(
        self,
        elements: frozenset[str],
        name_document: Callable[[object], None] = lambda name: None,
        is_html: bool = False,
    ) -> None:
        self.elements = elements
        self._name_document = name_document
        self._names: list[object] = [""]  # of the documents that are open
        self._title = ""  # in the head of the current document
        self.found: Counter[str] = Counter()
        self._is_html = is_html
        self._open: list[str] = []
        self._depth = 0  # within elements that were asked for
        self._aside = 0  # within what is no text
        self._parts: list[str] = []
        self._length = 0
        self._notes: list[list[str]] = []  # texts that a note interrupts
        self._later: list[str] = []  # lines of such notes
        self.is_licence: bool | None = None  # of Project Gutenberg; None: there is none
        self.is_known = False  # whether text is in an element that holds some
        self.lines: list[str] = []

    def start(self, name: str, named: Mapping[str, object]) -> None:
        name = name.rpartition(":")[2].lower()
        if self._is_html and name in _UNCLOSED and self._open and self._open[-1] == name:
            self.end(name)
        if not (self._is_html and name in _VOID):
            self._open.append(name)
        if name in _DOCUMENTS:
            self._names.append(name_in(named))
        is_aside = name in _ASIDE or (self._is_html and name == "head")
        self._aside += is_aside
        if self.elements:
            if name in self.elements:
                self._depth += 1
                if self._depth == 1:
                    self._parts.clear()
        elif name == "note" and not self._is_html:
            self._notes.append(self._parts)
            self._parts = []
        elif name in _BLOCKS:
            self._end_line()
        if name in _TOKENS or (self._depth and name in _BLOCKS):
            self._parts.append(" ")

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2].lower()
        if name not in self._open:
            return
        while (closed := self._open.pop()) != name:
            self._close(closed)
        self._close(name)

    def _close(self, name: str) -> None:
        if name in _ASIDE or (self._is_html and name == "head"):
            self._aside -= 1
        if name in _TOKENS or (self._depth and name in _BLOCKS):
            self._parts.append(" ")
        if self.elements:
            if name in self.elements:
                self._depth -= 1
                if self._depth == 0:
                    self._end_line()
        elif name == "note" and self._notes:
            n_lines = len(self.lines)
            self._end_line()
            self._parts = self._notes.pop()
            if "".join(self._parts).strip():
                self._later += self.lines[n_lines:]
                del self.lines[n_lines:]
        elif name in _BLOCKS:
            self._end_line()
        if name in _DOCUMENTS and self._open:
            self._end_line()
            self.lines.append(DOCUMENT_END)
            self._end_document(self._names.pop())
        elif name in _DOCUMENTS:
            self._names[0] = self._names.pop()

    def _end_document(self, name: object) -> None:
        self._name_document(name or self._title)
        self._title = ""

    def text(self, data: str) -> None:
        if self._open[-2:] in _TITLES and len(self._title) < LONGEST_NAME:
            self._title += data
        if self.is_licence is not None:
            if (at_start := prose.START.search(data)) or prose.END.search(data):
                self.is_licence = not at_start
                return
            if self.is_licence:
                return
        if self._aside or (self.elements and not self._depth):
            return
        if self._open and data.strip():
            self.found[self._open[-1]] += 1
            self.is_known = self.is_known or not _HOLDERS.isdisjoint(self._open)
        self._parts.append(data)
        self._length += len(data)
        if self._length > LONGEST:
            raise ValueError(f"more than {LONGEST >> 20} MiB of text in one element")

    def _end_line(self) -> None:
        line = without_marks(" ".join("".join(self._parts).split()))
        if line:
            self.lines.append(line + "\n")
            if not self._notes:
                self.lines += self._later
                self._later.clear()
        self._parts.clear()
        self._length = 0

    def taken(self) -> str:
        """Return the lines that are ready."""
        lines, self.lines = "".join(self.lines), []
        return lines

    def finished(self) -> str:
        self._end_line()
        self._end_document(self._names[0])
        return self.taken()


def _elements(reading: Reading) -> frozenset[str]:
    names = (reading.element or "").replace(",", " ").lower().split()
    return frozenset(name.strip("<>").rpartition(":")[2] for name in names)


def read_xml(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the text of XML, a line for each paragraph or for each element that was asked for.

    Entities that a file declares are refused, as they can stand for gigabytes, and nothing that
    lies outside of the file is read.
    """
    elements = _elements(reading)
    if not elements:
        _check_known(reading)
    builder = _Builder(elements, reading.name_document)
    parser = _parser(builder, reading)
    try:
        for block in blocks:
            parser.Parse(block, False)
            yield builder.taken()
        parser.Parse("", True)
    except expat.ExpatError as error:
        raise reading.error(
            f"what is not well-formed XML ({expat.ErrorString(error.code)})",
            "XML",
            error.lineno,
            "correct it, or read it with --format html, which forgives more, or --format plain",
        ) from None
    except ValueError as error:
        raise reading.error(str(error), "XML", parser.CurrentLineNumber) from None
    yield builder.finished()
    _tell(builder, reading, "XML")


def _parser(builder: _Builder, reading: Reading) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text

    def refuse(name: str, *_: object) -> None:
        raise reading.error(
            f"a declaration of the entity {name[:40]}",
            "XML that declares none, as entities can stand for gigabytes or other files",
            parser.CurrentLineNumber,
            "have another program expand it (xmllint --noent, for files you trust)",
        )

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:  # of a declaration elsewhere, as in XHTML
            builder.text(html5.get(f"{name};", f"&{name};"))

    parser.EntityDeclHandler = refuse
    parser.SkippedEntityHandler = skipped
    parser.UseForeignDTD(True)  # so that unknown entities are told, not refused
    parser.ExternalEntityRefHandler = lambda *_: 1
    return parser


def _check_known(reading: Reading) -> None:
    """Refuse XML none of whose first elements is known to hold text."""
    if is_mediawiki(reading.head):
        raise reading.error(
            "a dump of MediaWiki", "text", advice="extract its text first, with WikiExtractor"
        )
    builder = _Builder(frozenset())
    parser = _parser(builder, reading)
    with suppress(expat.ExpatError, ValueError):  # told when the whole is read
        parser.Parse(reading.head.start, False)
    if not builder.found or builder.is_known:
        return
    names = [name for name, _ in builder.found.most_common()]
    raise reading.error(
        f"XML with text in the elements {shortened(names)}",
        "paragraphs or sentences such as <p>, <l> or <s>",
        advice=f"name those that each hold a sentence, perhaps --element {names[0]}",
    )


def _tell(builder: _Builder, reading: Reading, title: str) -> None:
    names = [name for name, _ in builder.found.most_common(6)]
    if not builder.found:
        raise reading.error(
            f"no text in elements {', '.join(sorted(builder.elements))}"
            if builder.elements
            else "elements without text",
            title,
            advice="name others with --element",
        )
    reading.note(
        f"read as {title}: text of the elements {', '.join(names)} (--element names those that "
        "each hold a sentence)"
    )


class _Html(HTMLParser):
    def __init__(self, builder: _Builder) -> None:
        super().__init__(convert_charrefs=True)
        self._builder = builder

    def handle_data(self, data: str) -> None:
        self._builder.text(data)

    def handle_endtag(self, tag: str) -> None:
        self._builder.end(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, dict(attrs))
        if tag not in _VOID:
            self._builder.end(tag)


def read_html(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the text of HTML, a line for each paragraph or for each element that was asked for."""
    builder = _Builder(_elements(reading), reading.name_document, is_html=True)
    if prose.is_gutenberg(reading.head):
        builder.is_licence = True
        reading.note(prose.SKIPPED)
    parser = _Html(builder)
    try:
        for block in blocks:
            parser.feed(block)
            yield builder.taken()
        parser.close()
    except ValueError as error:
        raise reading.error(str(error), "HTML") from None
    yield builder.finished()
    _tell(builder, reading, "HTML")
