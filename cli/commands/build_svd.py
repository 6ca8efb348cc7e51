"""``wvt build-svd``."""

import time
from typing import Literal

import click

from ...embeddings.settings import FactorisingSettings
from ...errors import SettingError
from ...text.settings import TextSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-svd")
@options.corpus_argument
@options.workspace_option
@click.option(
    "--recipe",
    metavar="NAME",
    help="Join several views of the text: two-views (a wide window, and a short one with left and "
    "right contexts apart).",
)
@click.option(
    "--view",
    "views",
    multiple=True,
    metavar="SETTINGS",
    help="View of the text: settings of counting and weighing as key=value,key=value, and "
    "weight=; repeat it for each view.",
)
@click.option(
    "--join",
    type=click.Choice(["after", "before"]),
    help="Join views after the SVD of each, or their PPMI matrices before one SVD.  "
    "[default: after]",
)
@options.settings_options(FactorisingSettings, TextSettings)
@options.variant_option("svd-NAME")
@options.threads_option
@options.memory_option
@options.engine_options
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    recipe: str | None,
    views: tuple[str, ...],
    join: Literal["after", "before"] | None,
    name: str,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Factorise PPMI matrices: of a workspace, a bundle in it, or of several views of a text.

    CORPUS: a workspace with PPMI, one of its bundles, or, with --recipe or --view, a workspace or
    text as for wvt build-ppmi.

    \b
    Examples:
      wvt build-svd corpus.wvt --dim 100 --name d100
      wvt build-svd corpus.wvt/ppmi-wide --eig 0 --name wide
      wvt build-svd corpus.txt --recipe two-views
      wvt build-svd corpus.wvt --view window=10 --view window=1,direction=split,weight=0.5
    """
    started = time.perf_counter()
    from ...models.ppmi import build_svd
    from ...models.recipes import parse_view
    from ...models.views import build_views
    from ...text.files import is_text

    asked = options.only_given(**settings)
    text = options.given(settings, TextSettings)
    if recipe and views:
        raise SettingError("give --recipe or --view, not both")
    with TerminalProgress() as progress:
        if recipe or views:
            chosen = recipe or [parse_view(view, n) for n, view in enumerate(views, 1)]
            workspace = build_views(
                list(corpus),
                chosen,
                output,
                join=join or "after",
                name=name,
                threads=threads,
                progress=progress,
                **asked,
            )
        else:
            if len(corpus) > 1 or output or text or is_text(corpus[0]):
                raise SettingError(
                    "without --recipe or --view, build-svd takes one workspace or bundle; for text "
                    "use wvt build-ppmi"
                )
            if join is not None:
                raise SettingError("--join needs views; give --recipe or --view")
            workspace = build_svd(corpus[0], name=name, threads=threads, progress=progress, **asked)
    print_steps(workspace, started, as_json)
