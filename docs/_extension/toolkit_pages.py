"""Pages that come from the code, and from Markdown files of the repository outside of docs/."""

import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import click
from sphinx.application import Sphinx

import wordvec_toolkit
from wordvec_toolkit.cli.main import SECTIONS, wvt
from wordvec_toolkit.runtime.settings import (
    Settings,
    declaration,
    help_of,
    limits,
    plain_type,
    shown_default,
    type_name,
)

DOCS = Path(__file__).parent.parent
ROOT = DOCS.parent
#: File of the repository -> its page.  They are copied at each build.
COPIED = {
    "benchmarks/README.md": "generated/benchmarks.md",
    "corpora/README.md": "generated/corpora.md",
    "CHANGELOG.md": "generated/changes.md",
    "CONTRIBUTING.md": "generated/contributing.md",
}
PACKAGES = (
    *(
        "text",
        "counts",
        "embeddings",
        "lexicon",
        "lm",
        "neural",
        "translation",
        "models",
        "evaluation",
        "plot",
        "report",
    ),
    *("study", "estimators", "errors"),
)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")


def linked(text: str, file: Path, page: Path) -> str:
    """Return the Markdown of `file` as `page` shows it: links within the repository lead to pages.

    A link to a file that has no page becomes the name of the file.
    """

    def rewritten(found: re.Match[str]) -> str:
        image, title, target, anchor = found.groups()
        if not target or "://" in target:
            return found[0]
        goal = (file.parent / target).resolve()
        inside = goal.relative_to(ROOT).as_posix() if goal.is_relative_to(ROOT) else ""
        if inside in COPIED:
            goal = DOCS / COPIED[inside]
        elif inside in ("README.md", "docs/README.md"):
            goal = DOCS / "index.md"
        elif not goal.is_relative_to(DOCS):
            return title if title.startswith("`") else f"{title} (`{inside}`)"
        path = Path(os.path.relpath(goal, page.parent)).as_posix()
        return f"{image}[{title}]({path}{anchor or ''})"

    return _LINK.sub(rewritten, text)


def _on_source_read(app: Sphinx, name: str, source: list[str]) -> None:
    path = app.env.doc2path(name)
    if path.suffix == ".md":
        source[0] = linked(source[0], Path(path), Path(path))


def _write(page: Path, text: str) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)
    if not page.exists() or page.read_text("utf-8") != text:
        page.write_text(text, "utf-8")


def _settings() -> Iterator[tuple[str, type[Settings]]]:
    """Yield the settings of every step, by module; those of a test or a plugin are not there."""
    for module in pkgutil.walk_packages(wordvec_toolkit.__path__, "wordvec_toolkit."):
        if not re.search(r"\.(_kernels|cli)\b", module.name):
            importlib.import_module(module.name)
    pending, seen = [Settings], set()
    while pending:
        for kind in pending.pop().__subclasses__():
            if kind not in seen and kind.__module__.startswith("wordvec_toolkit."):
                seen.add(kind)
                pending.append(kind)
    for kind in sorted(seen, key=lambda kind: (kind.__module__, kind.__qualname__)):
        if importlib.import_module(kind.__module__).__dict__.get(kind.__name__) is kind:
            yield kind.__module__, kind


def _cell(text: str) -> str:
    return re.sub(r"([|<>*])", r"\\\1", " ".join(text.split()))


def settings_page() -> str:
    """Return the reference of settings: a table for each class, in the order of their modules."""
    parts = []
    for module, kind in _settings():
        if not kind.names():
            continue
        summary = (kind.__doc__ or "").strip().split("\n\n")[0]
        parts.append(f"## {kind.__name__}\n\n`{module}.{kind.__name__}`: {_cell(summary)}\n")
        parts.append(
            "| keyword | option | type | default | meaning |\n| --- | --- | --- | --- | --- |"
        )
        for name in kind.names():
            item = kind.declared(name)
            declared = declaration(item)
            option = declared.option or "--" + name.replace("_", "-")
            numeric = plain_type(item.type)[0] in (int, float)
            kind_of = type_name(item.type)
            if numeric and limits(declared) != "a number":
                kind_of += f" {limits(declared)}"
            parts.append(
                f"| `{name}` | `{_cell(option)}` | {_cell(kind_of)} | {_cell(shown_default(item))} "
                f"| {_cell(help_of(declared))} |"
            )
        parts.append("")
    return "\n".join(
        [
            "# Settings\n",
            "Each setting is declared once, with its type, limits, default and one line of help. "
            "The options of commands, the keywords of functions, the checks, the settings files of "
            "`wvt compare` and the manifests of bundles follow from it. This page is made from the "
            "declarations.\n",
            *parts,
        ]
    )


def __getattr__(name: str) -> click.Command:
    """Return a command of ``wvt`` as an attribute of this module, for sphinx-click."""
    command = wvt.get_command(click.Context(wvt), name)
    if command is None:
        raise AttributeError(name)
    return command


def command_pages() -> Iterator[tuple[str, str]]:
    """Yield the pages of the command reference: one for each command, and their list."""
    index = [
        "# Commands\n",
        "Every command has `--help` with examples, and `--json`. Tables are drawn on a terminal "
        "and tab-separated in a pipe. Data go to stdout, progress and messages to stderr. The exit "
        "status is 0 (done), 1 (failed) or 2 (wrong usage).\n",
    ]
    for section, commands in SECTIONS.items():
        index += [f"## {section}\n", "| command | |\n| --- | --- |"]
        index += [f"| [{name}]({name}.rst) | {line} |" for name, line in commands.items()]
        index += ["", "```{toctree}", ":hidden:", "", *commands, "```", ""]
        for name in commands:
            text = f".. click:: toolkit_pages:{name}\n   :prog: wvt {name}\n   :nested: full\n"
            yield f"generated/commands/{name}.rst", text
    yield "generated/commands/index.md", "\n".join(index)


def api_pages() -> Iterator[tuple[str, str]]:
    """Yield the pages of the API reference: the top of the package, and each of its packages."""
    for package in ("", *PACKAGES):
        module = f"wordvec_toolkit.{package}".rstrip(".")
        there = importlib.import_module(module)
        names = [
            name
            for name in getattr(there, "__all__", None) or _own(there)
            if name not in (*PACKAGES, "__version__")
        ]
        kinds: dict[str, list[str]] = {"Functions": [], "Classes": [], "Errors": []}
        elsewhere = []  # classes that the page of the top describes
        for name in sorted(names, key=str.lower):
            value = getattr(there, name)
            if (
                package not in ("", "errors")
                and isinstance(value, type)
                and name in wordvec_toolkit.__all__
            ):
                elsewhere.append(f":class:`wordvec_toolkit.{name}`")
                continue
            is_error = isinstance(value, type) and issubclass(value, Exception)
            which = "Errors" if is_error else "Classes" if isinstance(value, type) else "Functions"
            kinds[which].append(name)
        summary = (there.__doc__ or "").strip().split("\n\n")[0].replace("`", "``")
        title = module
        lines = [title, "=" * len(title), "", summary, "", f".. currentmodule:: {module}", ""]
        if elsewhere:
            lines += [f"Also here: {', '.join(elsewhere)}.", ""]
        for kind, listed in kinds.items():
            if listed:
                lines += [kind, "-" * len(kind), "", ".. autosummary::", "   :toctree: objects", ""]
                lines += [f"   {name}" for name in listed] + [""]
        yield f"generated/api/{package or 'top'}.rst", "\n".join(lines)


def _own(module: object) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and name[0] != "_"
    ]


def _on_inited(app: Sphinx, config: object) -> None:
    for file, name in COPIED.items():
        page = DOCS / name
        _write(page, linked((ROOT / file).read_text("utf-8"), ROOT / file, page))
    _write(DOCS / "generated" / "settings.md", settings_page())
    for name, text in (*command_pages(), *api_pages()):
        _write(DOCS / name, text)


def _on_description(app: Sphinx, context: click.Context, lines: list[str]) -> None:
    """Show examples as code: the lines after "Examples:" that sphinx-click keeps as they are."""
    start = next((i for i, line in enumerate(lines) if line.startswith("| Example")), None)
    if start is None:
        return
    end = start + 1
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    shown = [f"   {line[1:].strip()}" for line in lines[start + 1 : end]]
    lines[start:end] = [".. code-block:: console", "", *shown, ""]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what makes the pages."""
    app.connect("config-inited", _on_inited)  # before documents are looked for
    app.connect("source-read", _on_source_read)
    app.connect("sphinx-click-process-description", _on_description)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
