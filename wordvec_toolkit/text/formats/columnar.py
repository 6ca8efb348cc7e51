"""Text in a column of Parquet and Arrow files; a row is a document."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from ...errors import SettingError
from ...runtime.extras import require
from .head import NAMES, Reading, as_document, name_in, shortened

if TYPE_CHECKING:
    import pyarrow as pa

_TITLES = {
    b"PAR1": "Parquet",
    b"ARROW1": "an Arrow file",
    b"\xff\xff\xff\xff": "an Arrow stream",  # as datasets keep them
}
_ROWS = 1024  # that are read at a time

Batches = Callable[[list[str]], "Iterable[pa.RecordBatch]"]


def columnar_title(head: bytes) -> str | None:
    """Return which of these formats a file is in, if it is in one."""
    return next((title for magic, title in _TITLES.items() if head.startswith(magic)), None)


def read_columnar(stream: BinaryIO, title: str, reading: Reading) -> Iterator[str]:
    """Yield the texts of one column as documents, a batch of rows at a time.

    Raises
    ------
    FormatError
        If the file is damaged, or which column holds the text is not clear.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", f"reading {title}", "cluster")
    try:
        schema, batches = _opened(stream, title)
        text = _text_column(schema, reading)
        names = [
            name
            for name in schema.names
            if name.lower() in NAMES and (_is_text(schema.field(name).type) or _is_id(schema, name))
        ]
        reading.note(f"read as {title}: column {text} of each row is a document")
        for batch in batches(list(dict.fromkeys([text, *names]))):
            rows = batch.to_pydict()
            for place, value in enumerate(rows[text]):
                reading.name_document(name_in({name: rows[name][place] for name in names}))
                rows[text][place] = as_document(value or "")
            yield "".join(rows[text])
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise reading.error(
            f"{title} that is damaged or cut off ({str(error).splitlines()[0][:120]})",
            "a whole file",
            advice="download or write it again",
        ) from None


def _opened(stream: BinaryIO, title: str) -> "tuple[pa.Schema, Batches]":
    if title == "Parquet":
        parquet = require("pyarrow.parquet", f"reading {title}", "cluster")
        file = parquet.ParquetFile(stream)
        return file.schema_arrow, lambda columns: file.iter_batches(_ROWS, columns=columns)
    ipc = require("pyarrow.ipc", f"reading {title}", "cluster")
    if title == "an Arrow stream":
        reader = ipc.open_stream(stream)
        return reader.schema, lambda columns: (batch.select(columns) for batch in reader)
    whole = ipc.open_file(stream)
    return whole.schema, lambda columns: (
        whole.get_batch(number).select(columns) for number in range(whole.num_record_batches)
    )


def _is_text(kind: "pa.DataType") -> bool:
    """Return whether values of a type become Python strings."""
    import pyarrow.types as types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)


def _is_id(schema: "pa.Schema", name: str) -> bool:
    import pyarrow.types as types

    return bool(types.is_integer(schema.field(name).type))


def _text_column(schema: "pa.Schema", reading: Reading) -> str:
    texts = [field.name for field in schema if _is_text(field.type)]
    wanted = reading.column or reading.field
    if wanted is not None:
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(schema.names):
            wanted = schema.names[int(wanted) - 1]
        if wanted in texts and schema.names.count(wanted) == 1:
            return wanted
        raise SettingError(
            f"column is {wanted!r}; {reading.name} has the columns of text {shortened(texts)}"
        )
    called = [name for name in texts if name.lower() == "text"] or texts
    if len(called) == 1 and schema.names.count(called[0]) == 1:
        return called[0]
    found = f"the columns of text {shortened(texts)}" if texts else "no column of text"
    advice = f"name one, perhaps --column {texts[0]}" if texts else "write the text as lines"
    raise reading.error(found, "one column of text, or one called text", advice=advice)
