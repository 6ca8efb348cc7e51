"""``wvt fetch``."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..shared import options
from ..shared.output import print_json, print_table, size
from ..shared.progress import TerminalProgress

_USE = {
    "corpus": "wvt build-ppmi {0}",
    "similarity": "wvt eval-similarity MODEL --dataset {0}",
    "analogy": "wvt eval-analogy MODEL --dataset {0}",
}


@click.command("fetch")
@click.argument("name", required=False)
@click.option("--info", "show_info", is_flag=True, help="Show licence and citation; fetch nothing.")
@click.option(
    "--to",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Put it there.  [default: $WVT_CACHE, or the user's cache, where it is found by name]",
)
@click.option("--from", "address", metavar="ADDRESS", help="Take it from a mirror (http, https).")
@options.json_option
def command(
    name: str | None, show_info: bool, to: str | None, address: str | None, as_json: bool
) -> None:
    """Fetch a public corpus, test set or file of vectors, or list what there is.

    The path of the file goes to standard output.  What comes is checked against the published
    hash; where there is none, against that of the first download.  A download that broke off goes
    on from there.  Needs the extra fetch.

    \b
    Examples:
      wvt fetch
      wvt fetch men
      wvt fetch men --info
      wvt fetch text8 && wvt build-ppmi text8 -o text8.wvt
    """
    from ...errors import SettingError
    from ...registry.listing import find_entry
    from ...registry.store import fetch

    if name is None:
        if show_info or to or address:
            raise SettingError("a name is missing; wvt fetch alone lists what there is")
        _list(as_json)
        return
    if show_info:
        _describe(_facts(find_entry(name)), as_json)
        return
    with TerminalProgress(compiles=False) as progress:
        fetched = fetch(name, to, address, progress=progress)
        entry = fetched.entry
        if fetched.trust == "none":
            progress.note(
                f"no hash of {name} is published; that of this first download is recorded, and "
                "later ones will be compared with it"
            )
        if fetched.is_new:
            progress.note(f"licence: {entry.licence}; wvt fetch {name} --info shows what to cite")
            if to is None and entry.kind in _USE:
                progress.note(f"use it as  {_USE[entry.kind].format(name)}")
    if as_json:
        print_json({**asdict(fetched), "entry": name, "path": str(fetched.path)})
    else:
        click.echo(str(fetched.path))


def _list(as_json: bool) -> None:
    from ...registry.listing import registry

    described = [_facts(entry) for entry in registry().values()]
    if as_json:
        print_json(described)
        return
    rows = [
        (
            fact["name"],
            fact["kind"],
            fact["language"],
            size(fact["size"]) if fact["size"] else "?" if fact["addresses"] else "",
            fact["licence"].partition(" (")[0],
            "yes" if fact["is_here"] else "" if fact["addresses"] else "by hand",
        )
        for fact in described
    ]
    print_table(("name", "kind", "language", "size", "licence", "here"), rows)


def _facts(entry: Any) -> dict[str, Any]:
    from ...registry.store import fetched_path, is_here

    path: Path | None = fetched_path(entry.name)
    return {**asdict(entry), "is_here": is_here(entry), "path": str(path) if path else None}


def _describe(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    how = "comes with gensim" if facts["gensim_file"] else facts["how"]
    digest = facts["digest"] or ("none published" if facts["addresses"] else "")
    print_table(
        ("what", "value"),
        [
            ("name", facts["name"]),
            ("kind", facts["kind"]),
            ("title", facts["title"]),
            ("language", facts["language"]),
            ("licence", facts["licence"]),
            ("address", "  ".join(facts["addresses"]) or how),
            ("size", size(facts["size"]) if facts["size"] else ""),
            ("hash", digest),
            ("source", facts["source"]),
            ("here", facts["path"] or ("yes" if facts["is_here"] else "no")),
        ],
    )
    click.echo(f"\n{facts['citation']}")
