"""Figures as elements of a page: matplotlib's SVG without what pages do not need or allow.

Colours become variables of the page's style, so that they go with light and dark; style attributes,
which the page's policy forbids, become attributes of their own; texts stay texts, in the page's
font; ``title`` elements hold what is shown where the pointer rests.
"""

import hashlib
import re
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup

from .labels import visible
from .look import COLORS, FORMATS, HINTS, INK, PAPER, RULE, SOFT

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

_THEME = {PAPER: "--paper", INK: "--ink", SOFT: "--soft", RULE: "--rule"} | {
    color: f"--s{n}" for n, color in enumerate(COLORS)
}
_KEPT = ("id", "clip-path", "d", "x", "y", "width", "height", "transform", "href", "viewBox")
_DRAWN = ("use", "path", "text", "line")
_LINKS = ("href", "clip-path")
_LONG = re.compile(r"-?\d+\.\d+")
_LINK = re.compile(r"#([^)]+)")


def inline_svg(canvas: "Canvas", label: str, kind: str) -> Markup:
    """Return a figure of matplotlib as an SVG element; ids repeat only where figures do.

    Parameters
    ----------
    label : str
        What it shows, for those who do not see it.
    kind : str
        Its classes.
    """
    import matplotlib

    canvas.patch.set_visible(False)
    hints: dict[str, tuple[str, ...]] = {}
    for artist in canvas.findobj():
        artist.set_rasterized(False)
        if texts := HINTS.get(artist):
            artist.set_gid(f"hints{len(hints)}")
            hints[f"hints{len(hints)}"] = texts
    stream = BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        canvas.savefig(stream, format="svg", metadata=FORMATS[".svg"], facecolor="none")
    root = ElementTree.fromstring(stream.getvalue())
    digest = hashlib.sha256(stream.getvalue() + label.encode("utf-8", "replace")).hexdigest()[:8]
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    for group in list(root.iter("g")):
        _add_hints(group, hints.get(group.get("id", ""), ()))
    _simplify(root)
    names: dict[str, str] = {}  # of what is referred to -> unique within the page
    links = [
        (element, name) for element in root.iter() for name in _LINKS if name in element.attrib
    ]
    for element, name in links:
        for link in _LINK.findall(element.attrib[name]):
            names.setdefault(link, f"{digest}-{len(names)}")
        element.set(name, _LINK.sub(lambda m: f"#{names[m[1]]}", element.attrib[name]))
    for element in root.iter():
        if unique := names.get(element.attrib.pop("id", "")):
            element.set("id", unique)
    root.attrib = {
        "class": kind,
        "role": "img",
        "aria-label": visible(label),
        "viewBox": root.attrib["viewBox"],
        "xmlns": "http://www.w3.org/2000/svg",
    }
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _add_hints(group: ElementTree.Element, hints: tuple[str, ...]) -> None:
    """Give a title to each thing that a group draws, in the order of drawing."""
    if not hints:
        return
    defined = {
        id(item) for part in group.iter() if part.tag.endswith("defs") for item in part.iter()
    }
    drawn = [
        item
        for item in group.iter()
        if item.tag.rpartition("}")[2] in _DRAWN and id(item) not in defined
    ]
    for item, hint in zip(drawn, hints):
        ElementTree.SubElement(item, "title").text = visible(hint)


def _simplify(element: ElementTree.Element) -> None:
    """Remove what a page does not need; shorten numbers; turn styles into attributes."""
    style = dict(
        part.strip().split(": ", 1) for part in element.get("style", "").split(";") if ": " in part
    )
    kept = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    kept = {name: _short(value) for name, value in kept.items() if name in _KEPT}
    for name, value in style.items():
        if name in ("fill", "stroke") and value in _THEME:
            value = f"var({_THEME[value]}, {value})"
        if name != "font-family":
            kept[name] = _short(value.removesuffix("px"))
    if element.tag == "g":
        kept.pop("id", "")
    if kept.get("transform", "").startswith("rotate(-0 "):
        del kept["transform"]
    element.attrib = kept
    element.text = (element.text or "").strip() or None
    element.tail = None
    children: list[ElementTree.Element] = []
    for child in element:
        if child.tag in ("metadata", "style"):
            continue
        _simplify(child)
        if child.tag == "g" and not child.attrib:
            children += child
        elif len(child) or child.tag != "defs":
            children.append(child)
    element[:] = [child for child in children if not _is_invisible(child)]


def _is_invisible(element: ElementTree.Element) -> bool:
    return element.get("fill") == "none" and "stroke" not in element.attrib


def _short(text: str) -> str:
    """Return a text with its numbers to a hundredth of a point."""
    text = _LONG.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), text)
    return " ".join(text.split())
