"""Commands that build kinds of models, made from their records."""

import time

import click

from ...models.catalogue import MODELS, ModelKind
from ...runtime.settings import Settings
from . import options
from .progress import TerminalProgress
from .steps import print_steps


def build_commands() -> dict[str, ModelKind]:
    """Return the kinds of models that text is turned into, by their commands."""
    return {
        model.command[0]: model for model in reversed(MODELS.values()) if model.source == "text"
    }


def build_command(
    name: str, help: str = "", variants: str = "BUNDLE-NAME", more: tuple[type[Settings], ...] = ()
) -> click.Command:
    """Return the command that builds a kind of model.

    Parameters
    ----------
    name : str
        Of the command.
    help : str
        What it says of itself, where its record does not say enough.
    variants : str
        What the bundles of a variant are called.
    more : tuple of types of Settings
        Those that tell apart several kinds of models that the command builds.
    """
    model = build_commands()[name]
    budgets = (
        [options.memory_option, options.engine_options] if model.family == "count-based" else []
    )

    @options.corpus_argument
    @options.workspace_option
    @options.settings_options(*more, *model.settings())
    @options.variant_option(variants)
    @options.combined(*budgets)
    @options.json_option
    def command(
        corpus: tuple[str, ...], output: str | None, as_json: bool, **settings: object
    ) -> None:
        started = time.perf_counter()
        given = {name: value for name, value in settings.items() if value not in (None, "")}
        with TerminalProgress() as progress:
            workspace = model.build(list(corpus), output, progress=progress, **given)
        print_steps(workspace, started, as_json)

    command.__doc__ = help or (
        f"Build {model.title}.\n\nCORPUS: text as for wvt build-ppmi, or a workspace, whose tokens "
        "and vocabulary are used unchanged."
    )
    return click.command(name)(command)
