r"""Turn the bytes of files into blocks of clean text of bounded size.

In the text that leaves this module a newline ends a line, U+001E ends a document, U+001F ends a
token of a tokenizer written in Python, and none of them comes from the user's text by accident.
All files of text are read here, whatever their encoding and format.
"""

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import IO, BinaryIO, cast, get_args

from ..errors import FormatError, SettingError
from ..runtime.memory import spool_folder
from .choices import Errors as Errors
from .encodings import (
    HEAD_SIZE,
    REPLACEMENTS,
    Transcoded,
    advice_for,
    check_encoding,
    declared_encoding,
    guess_encoding,
    option_for,
    refuse_replaced,
    undecodable,
)
from .files import Source, open_plain, open_source, unpacked_name
from .formats.catalogue import TEXT_FORMATS, TextFormat
from .formats.columnar import columnar_title, read_columnar
from .formats.foreign import refuse_binary, refuse_foreign
from .formats.head import DOCUMENT_END as DOCUMENT_END
from .formats.head import LONGEST, Head, Reading
from .formats.head import TOKEN_END as TOKEN_END
from .formats.head import Damage as Damage
from .formats.prose import is_verse
from .settings import FileSettings, Layout

BLOCK_SIZE = 1 << 22  # bytes; what is held in memory at a time, however long a line is

ERRORS: tuple[str, ...] = get_args(Errors)

_BOM = codecs.BOM_UTF8
#: Everything recognised.
RECOGNISED: FileSettings = FileSettings()


def read_blocks(
    source: Source,
    settings: FileSettings = RECOGNISED,
    damage: Damage | None = None,
    layout: Layout = "sentences",
) -> Iterator[str]:
    """Yield the text of one file in blocks, cut at line ends where lines are short enough.

    A line longer than a block (4 MiB) is cut at a space, or anywhere if there is none.

    Parameters
    ----------
    settings : FileSettings
        Encoding and format, where they are not to be recognised, and what the text is in the
        format; what to do with bytes that are not in the encoding: put U+FFFD, refuse, or leave
        them out.  NUL bytes mean that the file is no text and are refused except with "ignore".
    damage : Damage
        Receives the counts of what was repaired, and notes.
    layout : {"sentences", "documents", "paragraphs"}
        Where lines are documents, a document of the format is a line.

    Raises
    ------
    FormatError
        On what `errors` refuses, on more than 1 % of replaced characters, and on files that are no
        text or not as their format has it.
    """
    damage = Damage() if damage is None else damage
    with open_source(source) as stream:
        raw = _Headed(stream)
        if (title := columnar_title(raw.head)) and settings.text_format is None:
            yield from _read_columnar(raw, source, title, settings, damage, layout)
            return
        name, known, reading, decoder = _recognised(raw, source, settings, damage, layout)
        source.format = TEXT_FORMATS[name].title
        longest = None if name in ("plain", "xml", "html", "json") else LONGEST
        blocks = map(decoder.decode, _cut(decoder.utf8(raw), source.name, longest))
        texts = known.read(blocks, reading)
        waiting = ""  # the end of a document goes with its last block
        for text in texts:
            if layout == "documents" and known.has_documents:
                text = text.replace("\n", " ")
            if waiting:
                yield waiting
            waiting = text
        decoder.finish()
    yield waiting + DOCUMENT_END


def recognise_format(source: Source, settings: FileSettings, layout: Layout) -> str:
    """Return the title of the format in which a file is read."""
    copy = replace(source)  # which is what counts bytes
    with open_source(copy) as stream:
        raw = _Headed(stream)
        if (title := columnar_title(raw.head)) and settings.text_format is None:
            return title
        name, *_ = _recognised(raw, copy, settings, Damage(), layout)
    return TEXT_FORMATS[name].title


def _read_columnar(
    raw: "_Headed",
    source: Source,
    title: str,
    settings: FileSettings,
    damage: Damage,
    layout: Layout,
) -> Iterator[str]:
    """Yield the text of a file that is read here and there, not from its beginning to its end."""
    for setting in ("encoding", "element"):
        if getattr(settings, setting) is not None:
            raise SettingError(f"{source.name} is {title}, which has no {setting}; omit it")
    source.format = title
    reading = Reading(
        source.name, Head(source.name, ""), damage, settings.jsonl_field, settings.column
    )
    with ExitStack() as stack:
        stream: BinaryIO
        if source.is_stream:  # it is read once, and kept as long as it is needed
            spool = tempfile.TemporaryFile(dir=spool_folder())
            stream = cast(BinaryIO, stack.enter_context(spool))
        else:
            stream = stack.enter_context(open_plain(replace(source)))
        while data := raw.read(BLOCK_SIZE):  # which counts and hashes the bytes
            if source.is_stream:
                stream.write(data)
        stream.seek(0)
        if columnar_title(stream.read(8)) is None:
            raise FormatError(source.name, f"{title}, compressed", "text", advice="unpack it first")
        stream.seek(0)
        for text in read_columnar(stream, title, reading):
            yield text.replace("\n", " ") if layout == "documents" else text


def _recognised(
    raw: "_Headed", source: Source, settings: FileSettings, damage: Damage, layout: Layout
) -> tuple[str, TextFormat, Reading, "_Decoder"]:
    """Decode the beginning of a file, and find its format."""
    refuse_binary(raw.head, source.name)
    encoding = declared_encoding(raw.head)
    if encoding is None and not raw.head.startswith(_BOM):
        encoding = settings.encoding
    if encoding in ("utf-8", "utf_8_sig"):
        encoding = None
    if encoding is None:
        check_encoding(raw.head, source.name, settings.errors)
    decoder = _Decoder(source.name, encoding, settings.errors, damage)
    text = codecs.getincrementaldecoder(encoding or "utf-8")("replace").decode(raw.head)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head = Head(unpacked_name(source.name), text, raw.is_whole)
    reading = Reading(
        source.name, head, damage, settings.jsonl_field, settings.column, settings.element
    )
    name = settings.text_format or _format_of(head, source.name, settings, layout)
    known = TEXT_FORMATS[name]
    _check_taken(known, settings, source.name)
    if (
        settings.text_format is None
        and layout == "sentences"
        and name == "plain"
        and is_verse(head)
    ):
        reading.note(
            "looks like verse: each line is read as a sentence (--layout paragraphs reads stanzas "
            "as sentences)"
        )
    return name, known, reading, decoder


def _format_of(head: Head, name: str, settings: FileSettings, layout: Layout) -> str:
    if settings.jsonl_field is not None:
        return "json" if TEXT_FORMATS["json"].recognises(head) else "jsonl"
    for found, known in TEXT_FORMATS.items():
        if found == "table":
            refuse_foreign(head, name)
        if found == "wrapped" and layout != "sentences":
            continue  # where lines are documents, or space
        if known.recognises(head):
            return found
    return "plain"


def _check_taken(known: TextFormat, settings: FileSettings, name: str) -> None:
    """Refuse settings that say where the text is in formats that have no such place."""
    for setting, option in (("column", "--column"), ("element", "--element")):
        if getattr(settings, setting) is not None and known.takes != setting:
            takers = [key for key, one in TEXT_FORMATS.items() if one.takes == setting]
            raise SettingError(
                f"{name} is read as {known.title}, which has no {setting}; omit {option}, or name "
                f"its format with --format ({', '.join(takers)})"
            )


class _Headed:
    """A stream whose first 64 KiB are known before they are read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        head = b""
        while len(head) < HEAD_SIZE and (data := stream.read(HEAD_SIZE - len(head))):
            head += data
        self.head = self._rest = head
        self.is_whole = len(head) < HEAD_SIZE

    def read(self, size: int) -> bytes:
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
            return data + self._stream.read(size - len(data)) if len(data) < size else data
        return self._stream.read(size)


def _cut(stream: "Transcoded | _Headed", name: str, longest: int | None) -> Iterator[bytes]:
    """Yield the bytes in pieces that end at a line end, else a space, else a character.

    With `longest`, lines stay whole, and a longer one is refused.
    """
    rest = b""
    at_start = True
    n_lines = 0
    while data := stream.read(BLOCK_SIZE):
        block = rest + data if rest else data
        if at_start and len(block) >= len(_BOM):
            block = block.removeprefix(_BOM)
            at_start = False
        cut = block.rfind(b"\n") + 1
        if not cut and longest is None:
            cut = block.rfind(b" ") + 1 or _character_boundary(block)
        rest = block[cut:]
        n_lines += block.count(b"\n")
        if longest is not None and len(rest) > longest:
            raise FormatError(
                name,
                f"more than {longest >> 20} MiB",
                "a line for each document",
                line=n_lines + 1,
                advice="put each document on a line of its own",
            )
        if cut:
            yield block[:cut]
    if rest:
        yield rest


def _character_boundary(block: bytes) -> int:
    """Return the last place where no UTF-8 sequence (and no \\r\\n) is cut in two."""
    if block.endswith(b"\r"):
        return len(block) - 1
    for back in range(1, min(4, len(block)) + 1):
        byte = block[-back]
        if byte & 0xC0 != 0x80:  # the first byte of a character
            width = 1 if byte < 0xC0 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) if width <= back else len(block) - back
    return len(block)


class _Decoder:
    """Decodes the bytes of one file and counts what is not in its encoding.

    Parameters
    ----------
    encoding : str or None
        None: UTF-8.
    """

    def __init__(self, name: str, encoding: str | None, errors: Errors, damage: Damage) -> None:
        if errors not in ERRORS:
            raise SettingError(f"errors is {errors!r}; expected one of {', '.join(ERRORS)}")
        self._name, self._encoding, self._errors, self._damage = name, encoding, errors, damage
        self._first_line = 1
        self._n_invalid = self._n_characters = 0
        self._sample = b""  # of what is not UTF-8

    def utf8(self, stream: "_Headed") -> "Transcoded | _Headed":
        """Return the bytes of a stream in UTF-8; what is not is left to `decode`."""
        if self._encoding is None:
            return stream
        handler = "strict" if self._errors == "strict" else REPLACEMENTS[self._errors].name
        return Transcoded(stream, self._name, self._encoding, handler, self._count)

    def _count(self, n_invalid: int) -> None:
        if n_invalid:
            self._n_invalid += n_invalid
            self._damage.n_invalid += n_invalid
            self._damage.files.add(self._name)

    def finish(self) -> None:
        """Refuse a file of which too much has been replaced."""
        if self._errors == "replace":
            refuse_replaced(
                self._name, self._n_invalid, self._n_characters, self._sample, self._encoding
            )

    def decode(self, raw: bytes) -> str:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            sample = raw[max(0, error.start - (HEAD_SIZE >> 1)) :][:HEAD_SIZE]
            if self._errors == "strict":
                advice = (
                    f"{advice_for(sample)}; errors replace or ignore (--errors) replaces "
                    "or drops them"
                )
                raise undecodable(self._name, error, self._first_line, advice) from None
            if not self._sample:
                self._sample = sample
                if guess := guess_encoding(sample):
                    self._damage.advice = f"if it is {guess}, {option_for(guess)}"
            replacement = REPLACEMENTS[self._errors]
            seen = replacement.n
            text = raw.decode("utf-8", replacement.name)
            self._count(replacement.n - seen)
        self._n_characters += len(text)
        if "\0" in text:
            if self._errors != "ignore":
                guess = guess_encoding(raw[:HEAD_SIZE])
                raise FormatError(
                    self._name,
                    "a NUL byte, so probably a binary or UTF-16 file",
                    "UTF-8 text",
                    line=self._first_line + text.count("\n", 0, text.index("\0")),
                    advice=option_for(guess)
                    if guess
                    else "convert it to UTF-8, omit it, or drop such bytes (errors ignore, "
                    "--errors)",
                )
            self._damage.n_nul += text.count("\0")
            self._damage.files.add(self._name)
            text = text.replace("\0", "")
        self._first_line += raw.count(b"\n")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text
