"""``wvt info``."""

import json
from pathlib import Path
from typing import Any

import click

from ...bundles.reading import Bundle, open_bundle
from ...bundles.recognising import is_bundle
from ...errors import FormatError, NewerVersionError
from ...runtime.sizes import size
from ...workspace.folder import Workspace
from ..shared import options
from ..shared.output import print_json, print_table


@click.command("info")
@click.argument("path", type=click.Path())
@options.json_option
def command(path: str, as_json: bool) -> None:
    """Show what a workspace or a bundle holds and how it was made, or what a file of vectors
    or an ARPA file is.

    \b
    Examples:
      wvt info corpus.wvt
      wvt info corpus.wvt/svd --json
      wvt info vectors.bin
    """
    if Path(path).is_file():
        _show_file(path, as_json)
        return
    if is_bundle(path):
        bundle = open_bundle(path)
        if as_json:
            print_json({"path": path, "digest": bundle.digest, **bundle.manifest})
        else:
            print_table(("property", "value"), _lines(bundle))
        return
    workspace = Workspace(path)
    if not workspace.names():
        found = "nothing" if not Path(path).exists() else "no bundles"
        raise FormatError(path, found, "a workspace or a bundle made by wvt")
    described = {name: _describe(workspace, name) for name in workspace.names()}
    if as_json:
        print_json(described)
        return
    rows = [
        (
            name,
            str(entry.get("kind", "?")),
            size(sum(file["bytes"] for file in entry.get("files", {}).values())),
            entry["state"],
            _settings(entry.get("settings", {})),
        )
        for name, entry in described.items()
    ]
    print_table(("bundle", "kind", "size", "state", "settings"), rows)


def _show_file(path: str, as_json: bool) -> None:
    from ...formats.catalogue import FORMATS, describe
    from ...lm.arpa.file import is_arpa
    from ...lm.arpa.reading import describe_arpa

    if is_arpa(path):
        described = {"format": "arpa", **describe_arpa(path)}
        if as_json:
            print_json({"path": path, **described})
            return
        rows = [("format", "arpa: n-gram language model"), ("bytes", f"{described['bytes']:,}")]
        for order, count in enumerate(described["claimed_ngrams"], 1):
            rows.append((f"claimed {order}-grams", f"{count:,}"))
        print_table(("property", "value"), rows)
        return
    described = describe(path)
    if as_json:
        print_json({"path": path, **described})
        return
    rows = [("format", f"{described['format']}: {FORMATS[described['format']].title}")]
    rows += [(key, f"{value:,}") for key, value in described.items() if key != "format"]
    print_table(("property", "value"), rows)


def _describe(workspace: Workspace, name: str) -> dict[str, Any]:
    try:
        bundle = open_bundle(workspace.path / name)
        state = "stale" if workspace.is_stale(name) else "current"
    except NewerVersionError as error:
        return {"state": f"newer: {error}"}
    except FormatError as error:
        return {"state": f"damaged: {error}"}
    if strays := bundle.strays():
        state += f"; other files in it: {', '.join(strays)}"
    if not bundle.is_whole():
        state = "damaged: wvt verify names the files"
    return {"state": state, "digest": bundle.digest, **bundle.manifest}


def _settings(settings: dict[str, object]) -> str:
    flat: dict[str, object] = {}
    for key, value in settings.items():
        inner = value if isinstance(value, dict) else {}
        flat.update({f"{key}.{name}": part for name, part in inner.items()} or {key: value})
    return " ".join(
        f"{key}={_short(value)}" for key, value in flat.items() if value is not None and value != []
    )


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _flat(name: str, value: object, depth: int = 4) -> list[tuple[str, str]]:
    """Give what is nested lines of its own, and what is not set none; `[1.5, 2.0]` is a value."""
    if isinstance(value, dict) and depth:
        items = list(value.items())
    elif (
        isinstance(value, list)
        and value
        and depth
        and all(isinstance(item, list) for item in value)
    ):
        items = [(str(number), item) for number, item in enumerate(value, 1)]
    else:
        return [] if value is None or value == [] else [(name, _short(value))]
    return [row for key, item in items for row in _flat(f"{name}.{key}", item, depth - 1)]


def _lines(bundle: Bundle) -> list[tuple[str, str]]:
    rows = [("kind", bundle.kind), ("digest", bundle.digest)]
    for title in ("settings", "facts", "inputs", "made_with"):
        rows += _flat(title, bundle.manifest[title])
    for name, entry in bundle.manifest["files"].items():
        shape = f", {entry['dtype']} {entry['shape']}" if "shape" in entry else ""
        rows.append((f"file {name}", size(entry["bytes"]) + shape))
    rows += [("not of the bundle", name) for name in bundle.strays()]
    return rows
