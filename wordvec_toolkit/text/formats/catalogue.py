"""The formats of text files, and which of them a file is.

To add one, write how it is recognised by its first 64 KiB and how it is read, and a record here;
another package adds its own to `TEXT_FORMATS`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...runtime.catalogue import Catalogue
from . import annotated, markup, prose, records, subtitles, tables, wikiextractor
from .head import Head, Reading, without_marks


@dataclass(frozen=True)
class TextFormat:
    """A format of text files.

    Attributes
    ----------
    title : str
        As messages and manifests show it.
    recognises : callable
        Tells by the beginning of a file whether it is in this format.
    read : callable
        Turns blocks of a file into blocks of text, in which a newline ends a line and
        `DOCUMENT_END` a document.
    takes : str
        The setting that says which part is the text: ``column``, ``element`` or ``jsonl_field``.
    has_documents : bool
        Whether the format itself says what a document is; then a document is the line of the
        layout "documents".
    """

    title: str
    recognises: Callable[[Head], bool]
    read: Callable[[Iterable[str], Reading], Iterator[str]]
    takes: str = ""
    has_documents: bool = False


def read_plain(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield text as it is."""
    return map(without_marks, blocks)


#: In the order in which they are asked.
TEXT_FORMATS: Catalogue[TextFormat] = Catalogue("format of text")

for _name, _format in {
    "jsonl": TextFormat(
        "JSON lines", records.is_json_lines, records.read_json_lines, "jsonl_field", True
    ),
    "json": TextFormat(
        "a JSON array", records.is_json_array, records.read_json_array, "jsonl_field", True
    ),
    "conllu": TextFormat("CoNLL-U", annotated.is_conllu, annotated.read_annotated, "column", True),
    "vertical": TextFormat(
        "vertical text", annotated.is_vertical, annotated.read_annotated, "column", True
    ),
    "marked": TextFormat("marked sentences", prose.is_marked, prose.read_marked),
    "wikiextractor": TextFormat(
        "WikiExtractor documents",
        wikiextractor.is_doc_lines,
        wikiextractor.read_doc_lines,
        "",
        True,
    ),
    "html": TextFormat("HTML", markup.is_html, markup.read_html, "element", True),
    "xml": TextFormat("XML", markup.is_xml, markup.read_xml, "element", True),
    "subtitles": TextFormat("subtitles", subtitles.is_subtitles, subtitles.read_subtitles),
    "table": TextFormat("a table", tables.is_table, tables.read_table, "column", True),
    "gutenberg": TextFormat("Project Gutenberg", prose.is_gutenberg, prose.read_gutenberg),
    "wrapped": TextFormat("wrapped prose", prose.is_wrapped, prose.read_wrapped),
    "plain": TextFormat("text", lambda head: True, read_plain),
}.items():
    TEXT_FORMATS.add(_name, _format)
