"""JSON: a line or an item of an array for each document."""

import json
import re
from collections.abc import Iterable, Iterator

from .head import LONGEST, Head, Reading, as_document, name_in, shortened

_OBJECT = re.compile(r'\{\s*"(?:[^"\\\n]|\\.){0,200}"\s*:')
_ITEM = re.compile(r"\[\s*(?=[\[{\"])")
_SEPARATORS = re.compile(r"[\s,]*")
_SPACE = " \t\n\r"


def is_json_lines(head: Head) -> bool:
    """Return whether most lines are JSON objects; those that are not are refused by number."""
    name = head.name.lower()
    if name.endswith((".jsonl", ".ndjson")):
        return True
    if not _OBJECT.match(head.start):
        return False
    lines = head.filled[:20]
    if not lines:
        return True  # one object that is longer than the head
    return 2 * sum(_is_object(line) for line in lines) >= len(lines)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def is_json_object(head: Head) -> bool:
    """Return whether a text begins with a JSON object that goes over several lines."""
    return bool(_OBJECT.match(head.start)) and not is_json_lines(head)


def is_json_array(head: Head) -> bool:
    """Return whether a text is an array of objects, strings or arrays; "[1] a note" is none."""
    opening = _ITEM.match(head.start)
    if opening is None:
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(head.start, opening.end())
    except (ValueError, RecursionError):
        return not head.is_whole and bool(_OBJECT.match(head.start, opening.end()))
    rest = head.start[end:].lstrip()
    return rest.startswith(",") or (rest.startswith("]") and not rest[1:].strip())


def read_json_lines(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the text of each line, a JSON object with the field, as a document."""
    _tell(reading, "JSON lines")
    for block in _line_blocks(blocks, reading):
        texts = []
        for number, line in block:
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise reading.error(
                    f"a line that is not JSON ({error})", "a JSON object", number
                ) from None
            texts.append(_document(record, reading, number))
        yield "".join(texts)


def _line_blocks(blocks: Iterable[str], reading: Reading) -> Iterator[list[tuple[int, str]]]:
    """Yield numbered lines in lists, each of a block's size at most."""
    waiting: list[tuple[int, str]] = []
    size = 0
    for number, line in reading.lines(blocks):
        waiting.append((number, line))
        size += len(line)
        if size > 1 << 20:
            yield waiting
            waiting, size = [], 0
    yield waiting


def read_json_array(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the text of each item of an array: of objects that of the field, or strings."""
    _tell(reading, "a JSON array")
    decoder = json.JSONDecoder()
    buffer, line = "", 1
    is_open = False
    source = iter(blocks)
    is_done = False
    while not is_done:
        block = next(source, None)
        is_done = block is None
        buffer += block or ""
        at = 0
        if not is_open:
            at = buffer.index("[") + 1 if "[" in buffer else 0
            is_open = at > 0
        texts = []
        while is_open and (at := _SEPARATORS.match(buffer, at).end()) < len(buffer):  # type: ignore[union-attr]
            if buffer[at] == "]":
                if buffer[at + 1 :].strip():
                    raise reading.error(
                        "text after the array", "one array", line + buffer.count("\n", 0, at)
                    )
                break
            try:
                record, end = decoder.raw_decode(buffer, at)
            except (ValueError, RecursionError) as error:
                if is_done or len(buffer) - at > LONGEST or isinstance(error, RecursionError):
                    number = line + buffer.count("\n", 0, at)
                    raise reading.error(
                        f"an item that is not JSON ({error})", "a whole JSON array", number
                    ) from None
                break
            texts.append(_document(record, reading, line + buffer.count("\n", 0, at)))
            at = end
        line += buffer.count("\n", 0, at)
        buffer = buffer[at:]
        yield "".join(texts)
    if buffer.strip(_SPACE) != "]":
        raise reading.error("the end of the file", "a ] at the end of the array", line)


def _tell(reading: Reading, title: str) -> None:
    named = reading.head.name.lower().endswith((".jsonl", ".ndjson"))
    if reading.field is None and not named:
        reading.note(f"read as {title}: the field text of each record (--field takes another)")


def _document(record: object, reading: Reading, line: int) -> str:
    if isinstance(record, str) and reading.field is None:
        text: str | None = record
    else:
        text = _text(record, reading.field or "text")
    if text is None:
        raise _no_text(record, reading, line)
    fields = record if isinstance(record, dict) else {}
    reading.name_document(name_in(fields))
    # A lone surrogate (\ud800) is legal in JSON and in no UTF-8 text.
    return as_document(text.encode("utf-8", "replace").decode("utf-8"))


def _text(record: object, field: str) -> str | None:
    """Return the text in a field, or in one within others, such as ``body.text``."""
    values = [record]
    if not (isinstance(record, dict) and field in record):
        *parts, field = field.split(".")
        for part in parts:
            values = [one.get(part) for value in values for one in _each(value)]
    found = [one.get(field) for value in values for one in _each(value)]
    texts = [text for value in found for text in (value if isinstance(value, list) else [value])]
    strings = [text for text in texts if isinstance(text, str)]
    return "\n".join(strings) if found and len(strings) == len(texts) else None


def _each(value: object) -> list[dict[str, object]]:
    """Return the objects that a value is or, if it is an array, holds."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _no_text(record: object, reading: Reading, line: int) -> Exception:
    field = reading.field or "text"
    if not isinstance(record, dict):
        kind = "an array" if isinstance(record, list) else f"a {type(record).__name__}"
        return reading.error(kind, "a JSON object with a field for the text", line)
    longest = max(
        (name for name, value in record.items() if isinstance(value, str)),
        key=lambda name: len(record[name]),
        default=None,
    )
    nested = [name for name, value in record.items() if isinstance(value, (dict, list))]
    advice = "name the right one with --field"
    if longest is not None:
        advice += f", perhaps --field {longest[:40]}"
    elif nested:
        advice += f" (one within {nested[0][:40]} as --field {nested[0][:40]}.NAME)"
    return reading.error(
        f"no text in a field {field!r} (the record has {shortened(record)})",
        "a JSON object with that field",
        line,
        advice,
    )
