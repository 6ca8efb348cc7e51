"""``wvt verify``."""

import sys
from pathlib import Path

import click

from ...bundles.reading import open_bundle
from ...bundles.recognising import is_bundle
from ...errors import FormatError, NewerVersionError
from ...workspace.folder import Workspace
from ..shared import options
from ..shared.output import print_json, print_table


@click.command("verify")
@click.argument("path", type=click.Path())
@options.json_option
def command(path: str, as_json: bool) -> None:
    """Check every file of a workspace or bundle against its checksum; exit 1 if one differs.

    \b
    Examples:
      wvt verify corpus.wvt
      wvt verify corpus.wvt/svd --json
    """
    if is_bundle(path):
        folders = [Path(path)]
    else:
        workspace = Workspace(path)
        folders = [workspace.path / name for name in workspace.names()]
    if not folders:
        found = "nothing" if not Path(path).exists() else "no bundles"
        raise FormatError(path, found, "a workspace or a bundle made by wvt")
    problems: dict[str, list[str]] = {}
    newer: set[str] = set()
    for folder in folders:
        try:
            bundle = open_bundle(folder)
            problems[str(folder)] = bundle.verify()
        except NewerVersionError as error:
            problems[str(folder)] = [str(error)]
            newer.add(str(folder))
        except FormatError as error:
            problems[str(folder)] = [str(error)]
    if as_json:
        print_json({"good": not any(problems.values()), "problems": problems})
    else:
        rows = [
            (folder, problem)
            for folder, found_here in problems.items()
            for problem in found_here or ["good"]
        ]
        print_table(("bundle", "state"), rows)
    bad = [folder for folder, found_here in problems.items() if found_here and folder not in newer]
    if bad:
        click.echo(f"delete {', '.join(bad)} and run the same build again", err=True)
    if any(problems.values()):
        sys.exit(1)
