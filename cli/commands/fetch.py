"""``wvt fetch``."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ...runtime.sizes import size
from ..shared import options
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...registry.entries import Entry

_USE = {
    "corpus": "wvt build-ppmi {0}",
    "similarity": "wvt eval-similarity MODEL --dataset {0}",
    "analogy": "wvt eval-analogy MODEL --dataset {0}",
    "thesaurus": "wvt build-thesaurus CORPUS",
    "minimal pairs": "wvt eval-minimal-pairs MODEL --dataset {0}",
}


@click.command("fetch")
@click.argument("name", required=False)
@click.option(
    "--info", "show_info", is_flag=True, help="Show licence and citation without a download."
)
@click.option(
    "--to",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Folder of the download.  [default: $WVT_CACHE, or the user's cache, where it is found "
    "by name]",
)
@click.option(
    "--from",
    "address",
    metavar="ADDRESS",
    help="Address of a mirror (http, https) to download from.",
)
@options.json_option
def command(
    name: str | None, show_info: bool, to: str | None, address: str | None, as_json: bool
) -> None:
    """Fetch a public corpus, test set, thesaurus or file of vectors, or list all of them.

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
            raise SettingError("a name is missing; wvt fetch without a name lists all")
        _list(as_json)
        return
    if show_info:
        _describe(find_entry(name), as_json)
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
                progress.note(f"use: {_USE[entry.kind].format(name)}")
    if as_json:
        print_json({**asdict(fetched), "entry": name, "path": str(fetched.path)})
    else:
        click.echo(str(fetched.path))


def _list(as_json: bool) -> None:
    from ...registry.listing import registry
    from ...registry.store import is_here

    entries = registry().values()
    if as_json:
        print_json([_facts(entry) for entry in entries])
        return
    rows = [
        (
            entry.name,
            entry.kind,
            entry.language,
            size(entry.size) if entry.size else "?" if entry.addresses else "",
            entry.licence.partition(" (")[0],
            "yes" if is_here(entry) else "" if entry.addresses else "by hand",
        )
        for entry in entries
    ]
    print_table(("name", "kind", "language", "size", "licence", "downloaded"), rows)


def _facts(entry: "Entry") -> dict[str, object]:
    from ...registry.store import fetched_path, is_here

    path = fetched_path(entry.name)
    return {**asdict(entry), "is_here": is_here(entry), "path": str(path) if path else None}


def _describe(entry: "Entry", as_json: bool) -> None:
    if as_json:
        print_json(_facts(entry))
        return
    from ...registry.store import fetched_path, is_here

    how = "comes with gensim" if entry.gensim_file else entry.how
    digest = entry.digest or ("none published" if entry.addresses else "")
    print_table(
        ("property", "value"),
        [
            ("name", entry.name),
            ("kind", entry.kind),
            ("title", entry.title),
            ("language", entry.language),
            ("licence", entry.licence),
            ("address", "  ".join(entry.addresses) or how),
            ("size", size(entry.size) if entry.size else ""),
            ("hash", digest),
            ("source", entry.source),
            ("downloaded", str(fetched_path(entry.name) or ("yes" if is_here(entry) else "no"))),
        ],
    )
    click.echo(f"\n{entry.citation}")
