"""``wvt align``."""

import shlex
import time

import click

from ...embeddings.settings import AligningSettings
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table
from ..shared.steps import example_word, say_done


@click.command("align")
@options.model_argument
@click.argument("onto", type=click.Path())
@click.option("-o", "--output", type=click.Path(), help="Bundle for the rotated vectors of MODEL.")
@options.settings_options(AligningSettings)
@click.option(
    "--changed",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Number of words that moved most to show.",
)
@click.option(
    "--among",
    type=click.IntRange(min=1),
    metavar="N",
    help="Search among the N words most frequent in both.  [default: all]",
)
@options.json_option
def command(
    model: str,
    onto: str,
    output: str | None,
    changed: int,
    among: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Rotate MODEL into the space of ONTO (Procrustes), and show the words that moved most.

    Both are workspaces (SVD vectors are used), bundles or files of dense vectors with the
    same number of dimensions, for instance of two periods.  The vectors of rare words move by
    chance: use --among.

    \b
    Examples:
      wvt align 1990s.wvt 1850s.wvt --changed 30 --among 5000
      wvt align 1990s.wvt 1850s.wvt -o 1990s.wvt/onto-1850s --anchors stable.txt
    """
    started = time.perf_counter()
    from ...embeddings.alignment import align
    from ...models.derived import check_output, save_derived

    if output is not None:
        check_output(output, [model, onto])
    asked = options.only_given(**settings)
    found = align(open_vectors(model), open_vectors(onto), **asked)
    if output is not None:
        save_derived(found.vectors, output, [model, onto])
    moved = found.changed(changed, among)
    if as_json:
        print_json(
            {
                "path": output,
                "fit": found.fit,
                "n_anchors": found.n_anchors,
                "n_shared": len(found.words),
                "changed": [change._asdict() for change in moved],
            }
        )
        return
    rows = [
        (change.word, f"{change.cosine:.4f}", str(change.occurrences), str(change.occurrences_onto))
        for change in moved
    ]
    print_table(("word", "cosine", "count", "count onto"), rows)
    click.echo(
        f"fit: mean cosine {found.fit:.4f} of {found.n_anchors:,} anchors; "
        f"{len(found.words):,} words are shared",
        err=True,
    )
    if found.n_anchors < found.rotation.shape[0]:
        click.echo(
            "note: there are fewer anchors than dimensions, so the rotation is not unique", err=True
        )
    seconds = f"{time.perf_counter() - started:.1f} s"
    if output is not None:
        word = example_word(found.words)
        say_done(output, seconds, shlex.join(["wvt", "neighbors", str(output), word]))
    elif moved:
        say_done(model, seconds, shlex.join(["wvt", "neighbors", str(model), moved[0].word]))
