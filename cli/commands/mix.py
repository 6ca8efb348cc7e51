"""``wvt mix``."""

import time

import click

from ...models.settings import EnsembleSettings
from ...text.settings import FileSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps, print_weights


@click.command("mix")
@options.models_argument
@click.option(
    "--held-out",
    required=True,
    metavar="TEXT",
    help="Held-out text to fit the weights to, similar to the test text and seen by no model.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="Folder for the mixture and copies of its models.  [default: the models' workspace]",
)
@click.option(
    "--name",
    default="all",
    show_default=True,
    metavar="NAME",
    help="Name of the mixture: mixture-NAME.",
)
@options.settings_options(EnsembleSettings, FileSettings)
@options.model_tokenizer_option
@options.reading_threads_option
@options.json_option
def command(
    models: tuple[str, ...],
    held_out: str,
    output: str | None,
    name: str,
    tokenizer: str | None,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Mix language models of any kind, count-based and neural, by weights for each.

    MODELS are bundles, workspaces or ARPA files over one vocabulary: models of one workspace share
    theirs.  The weights are those under which the held-out text is the most probable.

    \b
    Examples:
      wvt mix corpus.wvt/ngram corpus.wvt/lstm --held-out valid.txt
      wvt mix corpus.wvt/mixture corpus.wvt/lstm --held-out valid.txt --neural-cache
      wvt mix a.wvt/ngram b.wvt/lstm --held-out valid.txt -o both.wvt
    """
    started = time.perf_counter()
    from ...models.ensemble import mix_models

    with TerminalProgress() as progress:
        workspace = mix_models(
            models,
            held_out,
            output,
            name=name,
            tokenizer=tokenizer,
            threads=threads,
            progress=progress,
            **options.only_given(**settings),
        )
    following = ("wvt eval-perplexity MODEL --dataset TEXT", "wvt generate MODEL")
    print_steps(workspace, started, as_json, following)
    if not as_json:
        print_weights(workspace.steps[-1].bundle)
