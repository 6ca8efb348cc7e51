"""Commands that build kinds of models which have none of their own."""

import time
from typing import Any

import click

from ...models.catalogue import MODELS, ModelKind
from . import options
from .progress import TerminalProgress
from .steps import print_steps


def build_commands() -> dict[str, ModelKind]:
    """Return the kinds of models that text is turned into, by their commands."""
    return {model.command[0]: model for model in MODELS.values() if model.source == "text"}


def build_command(model: ModelKind) -> click.Command:
    """Return the command that builds a kind of model, from its record."""

    @click.command(model.command[0])
    @options.corpus_argument
    @options.workspace_option
    @options.settings_options(*model.settings())
    @options.json_option
    def command(
        corpus: tuple[str, ...], output: str | None, as_json: bool, **settings: Any
    ) -> None:
        started = time.perf_counter()
        with TerminalProgress() as progress:
            workspace = model.build(
                corpus=list(corpus),
                output=output,
                progress=progress,
                **options.only_given(**settings),
            )
        print_steps(workspace, started, as_json)

    command.help = (
        f"Build {model.title}.\n\nCORPUS: text as for wvt build-ppmi, or a workspace, whose tokens "
        "and vocabulary are taken as they are."
    )
    return command
