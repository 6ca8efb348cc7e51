"""Self-contained HTML pages: style and scripts inside, nothing loaded from anywhere.

Words of a corpus are hostile text.  Everything that a template shows is escaped by Jinja2 unless
it is `Markup`, and a content security policy lets nothing run or load but what the page was
written with.
"""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import IO

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..errors import SettingError
from ..text.file_writing import write_files
from .labels import visible

#: What the name of a page ends in.
PAGES = (".html", ".htm")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")
_TEMPLATES = Path(__file__).with_name("templates")
_STYLES = ("page.css", "tables.css", "map.css", "print.css")
_SCRIPTS = ("page.js", "map_points.js", "map_view.js", "map.js")


def render_page(template: str, title: str, **values: object) -> str:
    """Return a page made from one of the templates.

    Parameters
    ----------
    template : str
        ``report.html`` or ``figure.html``.
    title : str
    **values
        What the template shows.
    """
    style = _joined(_STYLES)
    script = '"use strict";\n(() => {\n' + _joined(_SCRIPTS) + "})();\n"
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template(template)
    return page.render(
        title=title, policy=policy, style=Markup(style), script=Markup(script), **values
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else visible_lines(value),
    )
    environment.filters["options"] = _options
    return environment


def _options(text: str) -> Markup:
    """Return a text whose options are code, which no line end divides."""
    parts = OPTION.split(visible_lines(text))
    shown = (
        Markup("<code>{}</code>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts)
    )
    return Markup("").join(shown)


def visible_lines(value: object) -> str:
    """Return a text with signs for its control characters; line ends stay."""
    return "\n".join(visible(line) for line in str(value).split("\n"))


@cache
def _joined(names: tuple[str, ...]) -> str:
    # Newlines as HTML's parser leaves them, or the digests would not agree.
    texts = [(_TEMPLATES / name).read_text(encoding="utf-8") for name in names]
    return "\n".join(text.replace("\r\n", "\n") for text in texts)


def _digest(text: str) -> str:
    """Return what a content security policy knows an inline style or script by."""
    raw = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(raw).decode('ascii')}"


def embedded_json(data: object) -> Markup:
    """Return JSON that is safe within a script element, whatever words it holds."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029\x7f":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def is_page(path: str | Path) -> bool:
    """Return whether a file is a page, by its name."""
    return Path(path).suffix.lower() in PAGES


def check_page_name(path: str | Path) -> None:
    """Refuse a page whose name does not end in .html or .htm."""
    if not is_page(path):
        raise SettingError(f"the page is {str(path)!r}; expected a name that ends in .html")


def write_page(text: str, path: str | Path, overwrite: bool = False) -> None:
    """Write the text of a page to a file, whole or not at all.

    Raises
    ------
    WordvecError
        If there is such a file already and `overwrite` was not asked for, or it cannot be written.
    """

    def fill(stream: IO[bytes]) -> None:
        stream.write(page_bytes(text))

    write_files({Path(path): fill}, overwrite)


def page_bytes(text: str) -> bytes:
    """Return a page as it is on disk; what Unicode has no place for becomes a question mark."""
    return text.encode("utf-8", "replace")
