"""Common parts of the kinds of ``wvt plot``."""

import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ...errors import SettingError
from . import options
from .output import print_json, printable, short_names
from .steps import say_done

if TYPE_CHECKING:
    from ...report.figure_page import Plot

F = TypeVar("F", bound=Callable[..., object])
_ARGUMENTS = "wordvec_toolkit.plot.arguments"


class PlotGroup(click.Group):
    """Remembers its command, for a page to show."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_ARGUMENTS] = list(args)
        return super().parse_args(ctx, args)


def plot_options(command: F) -> F:
    """Add the options of every kind of figure."""
    for option in (
        options.json_option,
        click.option("--force", is_flag=True, help="Overwrite the file."),
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False),
            metavar="FILE",
            help="Figure file: FILE.html (opens in any browser, no network needed), "
            ".png, .svg or .pdf.",
        ),
    ):
        command = option(command)
    return command


def check_output(output: str | None, force: bool, as_json: bool) -> None:
    """Refuse, before the long work, a figure that cannot be written, or that nobody asked for."""
    if output is None:
        if not as_json:
            raise SettingError(
                "no output is chosen; give -o FILE.html (or .png, .svg, .pdf) for the figure, or "
                "--json for its numbers"
            )
        return
    from ...report.plots import check_plot

    check_plot(output, force)


def finish(
    plots: "Sequence[Plot]",
    output: str | None,
    force: bool,
    as_json: bool,
    started: float,
    highlight: Sequence[str] = (),
    one: bool = False,
) -> None:
    """Write the figure, print its numbers if asked for, and say what was made.

    `one`: the numbers are those of one figure, and no list.
    """
    if output is not None:
        from ...report.plots import write_plot

        arguments = click.get_current_context().meta.get(_ARGUMENTS, [])
        command = shlex.join(["wvt", "plot", *arguments])
        note = write_plot(list(plots), output, highlight, force, printable(command))
        if note:
            click.echo(f"note: {note}", err=True)
        say_done(printable(output), f"{time.perf_counter() - started:.1f} s", *_next(output))
    if as_json:
        print_json(plots[0].as_dict() if one else [plot.as_dict() for plot in plots])


def _next(output: str) -> list[str]:
    from ...report.page import is_page

    if is_page(output):
        return [f"open {shlex.quote(printable(output))} in a browser"]
    return [
        f"-o {shlex.quote(printable(str(Path(output).with_suffix('.html'))))} makes a page of it"
    ]


def model_names(paths: Iterable[str | Path]) -> dict[str, str]:
    """Return what to call models in a figure: a file, or a bundle with its workspace.

    Those of one name get as much of their paths as tells them apart.
    """
    names = {str(path): _model_name(Path(path)) for path in paths}
    for name in [name for name, n in Counter(names.values()).items() if n > 1]:
        twins = {path: str(Path(path).resolve()) for path, other in names.items() if other == name}
        shown = short_names(list(twins.values()))
        names |= {path: printable(shown[place]) for path, place in twins.items()}
    return names


def _model_name(path: Path) -> str:
    if path.is_file() or not path.resolve().parent.name.endswith(".wvt"):
        return printable(path.name)
    return printable(f"{path.resolve().parent.name}/{path.name}")
