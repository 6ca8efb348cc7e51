"""Encodings of text files: what a file declares, what it looks like, its bytes as UTF-8."""

import codecs
import re
from collections.abc import Callable
from typing import Protocol

from ..errors import FormatError

#: Bytes of a file by which its encoding and its format are recognised.
HEAD_SIZE = 1 << 16
#: Share of replaced characters above which text is refused.
MOST_REPLACED = 0.01

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_XML_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{2,40})[\"']")
_HTML_DECLARED = re.compile(rb"<meta[^>]{0,300}?\bcharset\s*=\s*[\"']?([\w.:-]{2,40})", re.I)
_ESCAPED = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$B", "iso2022_jp"), (b"\x1b$@", "iso2022_jp"))

#: The most frequent syllables of Korean, about half of running text.
_SYLLABLES = frozenset(
    "이다는의에을를은가고하한지로기사도서아나리어자시해대인스제그것들있수보안정부일전라습니요"
)
#: Letters and signs of the languages that Latin-1 is for, beyond ASCII.
_WESTERN = frozenset("äöüßÄÖÜéèêëÉÈÊàâáãåÀÁÂÃÅçÇñÑíîïìÍÎóôõòÓÔÕúûùÚÛæøœÆØŒ«»“”„‘’–—…€£§©®°·¡¿\xa0")


def codec_name(encoding: str) -> str | None:
    """Return the name of a codec for text in Python's spelling; None if there is none."""
    try:
        found = codecs.lookup(encoding)
        b"".decode(encoding)  # refuses codecs that are not for text
    except (LookupError, ValueError):
        return None
    return found.name


def declared_encoding(head: bytes) -> str | None:
    """Return the encoding that XML or HTML declares for itself; None for UTF-8 and for none."""
    if head.startswith(_UTF16) and not head.startswith(_UTF32):
        is_xml = head[2:].decode("utf-16-le" if head[0] == 0xFF else "utf-16-be", "replace")
        return "utf-16" if is_xml.lstrip().startswith("<?xml") else None
    start = head.removeprefix(codecs.BOM_UTF8)[:4096]
    found = _XML_DECLARED.match(start.lstrip()) or _HTML_DECLARED.search(start)
    name = codec_name(found[1].decode("ascii")) if found else None
    # Files are often made UTF-8 and go on declaring what they were.
    return None if name in (None, "utf-8", "ascii") or _is_utf8(head) else name


def _is_utf8(head: bytes) -> bool:
    """Return whether bytes are UTF-8, but for a last character that may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not head.isascii()


def check_encoding(head: bytes, name: str, errors: str) -> None:
    """Refuse a file whose beginning is no UTF-8, and name what it looks like.

    Raises
    ------
    FormatError
    """
    if head.startswith((*_UTF32, *_UTF16)):
        found = "UTF-32" if head.startswith(_UTF32) else "UTF-16"
        raise FormatError(name, f"{found} text", "UTF-8", advice=option_for(found.lower()))
    for escape, encoding in _ESCAPED:
        if escape in head:
            raise FormatError(name, f"{encoding} text", "UTF-8", advice=option_for(encoding))
    if errors != "replace" or b"\0" in head:
        return
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    refuse_replaced(name, text.count("\N{REPLACEMENT CHARACTER}"), len(text), head)


def refuse_replaced(
    name: str, n_replaced: int, n_characters: int, sample: bytes, encoding: str | None = None
) -> None:
    """Refuse text of which more than 1 % would be replaced characters.

    Parameters
    ----------
    sample : bytes
        Some of it, to guess its encoding.
    encoding : str or None
        Of what it is not; None: UTF-8.

    Raises
    ------
    FormatError
    """
    if n_replaced <= MOST_REPLACED * n_characters:
        return
    raise FormatError(
        name,
        f"text that is not {encoding or 'UTF-8'} ({n_replaced / n_characters:.0%} of its "
        "characters would be replaced)",
        f"{encoding or 'UTF-8'}",
        advice=advice_for(sample) if encoding is None else "give another encoding (--encoding)",
    )


def option_for(encoding: str) -> str:
    """Return the option that reads an encoding."""
    return f'read it with --encoding {encoding} (encoding="{encoding}")'


def advice_for(
    sample: bytes,
    without_guess: str = "name its encoding (--encoding), or drop such bytes (errors ignore, "
    "--errors)",
) -> str:
    """Return which option reads bytes that are not UTF-8."""
    guess = guess_encoding(sample)
    return without_guess if guess is None else f"it looks like {guess}: {option_for(guess)}"


def strictly_utf8(raw: bytes, name: str) -> str:
    """Return a whole file as text; name what it looks like where it is not UTF-8.

    Raises
    ------
    FormatError
    """
    check_encoding(raw, name, "strict")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sample = raw[max(0, error.start - (HEAD_SIZE >> 1)) :][:HEAD_SIZE]
        advice = advice_for(sample, "name its encoding with --encoding")
        raise undecodable(name, error, 1, advice) from None
    if "\0" in text:
        advice = advice_for(raw[:HEAD_SIZE], "convert it to UTF-8 text")
        found = "a NUL byte, so probably a binary or UTF-16 file"
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FormatError(name, found, "UTF-8 text", line=line, advice=advice)
    return text


def undecodable(name: str, error: UnicodeDecodeError, first_line: int, advice: str) -> FormatError:
    """Return the error for the first bytes that are not UTF-8."""
    found = f"bytes that are not UTF-8 ({error.object[error.start : error.end]!r})"
    line = first_line + error.object.count(b"\n", 0, error.start)
    return FormatError(name, found, "UTF-8", line=line, advice=advice)


def guess_encoding(sample: bytes) -> str | None:
    """Guess the encoding of text that is not UTF-8.

    Korean and Japanese are known by their most frequent characters, which takes a few words; the
    rest is left to charset-normalizer, which has a preference for Central European in short text.
    """
    if b"\0" in sample:
        return _guess_utf16(sample)
    if text := _decoded(sample, "cp949"):
        wide = [character for character in text if character > "\x7f"]
        hangul = [character for character in wide if "가" <= character <= "힣"]
        frequent = sum(character in _SYLLABLES for character in hangul)
        if hangul and len(hangul) >= 0.9 * len(wide) and frequent >= 0.15 * len(hangul):
            return "cp949"
    for encoding in ("euc_jp", "cp932"):
        wide = [one for one in _decoded(sample, encoding) if one > "\x7f"]
        kana = sum("ぁ" <= character <= "ヿ" for character in wide)
        if wide and kana >= 0.25 * len(wide):
            return "shift_jis" if encoding == "cp932" else "euc_jp"
    text = _decoded(sample, "cp1252")
    wide = [one for one in text if one > "\x7f"]
    is_western = sum(character in _WESTERN for character in wide) >= 0.95 * len(wide) > 0
    if is_western and sum(one.isascii() for one in text) > 0.6 * len(text):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:HEAD_SIZE]).best()
    guess = best.encoding if best is not None else None
    return None if guess is None or guess.startswith(("utf_", "ascii")) else guess


def _decoded(sample: bytes, encoding: str) -> str:
    """Return text in an encoding, "" if it is not; its last character may be cut off."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return ""


def _guess_utf16(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark by the places of the zeros of ASCII."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.01 * len(sample) or min(even, odd) > 0.2 * max(even, odd):
        return None
    guess = "utf-16-le" if odd > even else "utf-16-be"
    text = _decoded(sample[: len(sample) & ~1], guess)
    readable = sum(one.isprintable() or one.isspace() for one in text)
    return guess if text and readable >= 0.98 * len(text) else None


class Readable(Protocol):
    """Source of bytes."""

    def read(self, size: int, /) -> bytes: ...


class Replacement:
    """A handler of decoding errors that counts them."""

    def __init__(self, name: str, with_text: str) -> None:
        self.name = name
        self.with_text = with_text
        self.n = 0
        codecs.register_error(name, self)

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.n += 1
        return self.with_text, error.end


#: By the values of the setting `errors`.
REPLACEMENTS = {
    "replace": Replacement("wordvec_toolkit.replace", "\N{REPLACEMENT CHARACTER}"),
    "ignore": Replacement("wordvec_toolkit.ignore", ""),
}


class Transcoded:
    """Reads a stream of bytes in one encoding as UTF-8.

    Parameters
    ----------
    errors : str
        The name of a handler of decoding errors.
    count : callable
        Takes how many there were.
    """

    def __init__(
        self,
        stream: Readable,
        name: str,
        encoding: str,
        errors: str,
        count: Callable[[int], object],
    ) -> None:
        self._stream, self._name, self._encoding = stream, name, encoding
        self._count = count
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._n_lines = 0
        self._rest = b""
        self._is_done = False

    def read(self, size: int) -> bytes:
        """Return about `size` bytes, none at the end."""
        while len(self._rest) < size and not self._is_done:
            data = self._stream.read(size)
            self._is_done = not data
            seen = sum(one.n for one in REPLACEMENTS.values())
            try:
                text = self._decoder.decode(data, self._is_done)
            except UnicodeError as error:
                line = self._n_lines + 1
                if isinstance(error, UnicodeDecodeError):
                    before = error.object[: error.start].decode(self._encoding, "replace")
                    line += before.count("\n")
                raise FormatError(
                    self._name,
                    f"bytes that are not {self._encoding} ({error.reason})"
                    if isinstance(error, UnicodeDecodeError)
                    else f"bytes that are not {self._encoding} ({error})",
                    f"text in {self._encoding}",
                    line=line,
                    advice="give the right encoding (--encoding), or use errors replace or ignore "
                    "(--errors)",
                ) from None
            self._count(sum(one.n for one in REPLACEMENTS.values()) - seen)
            self._n_lines += text.count("\n")
            self._rest += text.encode("utf-8", "replace")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data
