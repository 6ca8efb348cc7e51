"""``wvt build-ppmi``."""

import time
from functools import partial

import click

from ...counts.settings import CountingSettings
from ...embeddings.settings import FactorisingSettings, WeighingSettings
from ...text.settings import TextSettings
from ..shared import options
from ..shared.plans import plan_option, print_plan
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-ppmi")
@options.corpus_argument
@options.workspace_option
@click.option(
    "--dim",
    type=click.IntRange(min=0),
    metavar="N",
    help="Dimensions of the SVD vectors; 0: no SVD.  [default: 300, or the rank if smaller]",
)
@options.settings_options(
    TextSettings, CountingSettings, WeighingSettings, FactorisingSettings, without=["dim"]
)
@options.variant_option("counts-NAME, ppmi-NAME, svd-NAME")
@plan_option
@options.threads_option
@options.memory_option
@options.engine_options
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    dim: int | None,
    name: str,
    plan: bool,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Turn text into counts, PPMI and SVD vectors.

    CORPUS: text files of any format (see --format; also .gz, .bz2, .xz, .zst), folders, globs,
    - for standard input, lee for the news corpus that comes with gensim, or a workspace that has
    text already.  Makes a workspace, a folder with one bundle for each step; steps whose settings
    and text have not changed are not done again.

    \b
    Examples:
      wvt build-ppmi lee
      wvt build-ppmi novel.txt --layout paragraphs --min-count 2 --dim 100
      wvt build-ppmi news/ -o news.wvt --tokenizer nltk --window 10
      xzcat big.txt.xz | wvt build-ppmi - -o big.wvt --min-count 10
      wvt build-ppmi wikipedia/ --plan --memory 8G
      wvt build-ppmi wikipedia/ --scheduler tcp://10.0.0.1:8786
    """
    started = time.perf_counter()
    from ...models.ppmi import build_ppmi

    if dim:
        settings["dim"] = dim
    if plan:
        from ...models.prediction import predict_ppmi

        asked = options.only_given(**settings)
        factorising = FactorisingSettings.among(asked) if dim != 0 else None
        parts = (TextSettings.among(asked), CountingSettings.among(asked), factorising, output)
        print_plan(partial(predict_ppmi, list(corpus), *parts, threads=threads), as_json)
        return
    with TerminalProgress() as progress:
        workspace = build_ppmi(
            list(corpus),
            output,
            svd=dim != 0,
            name=name,
            threads=threads,
            progress=progress,
            **options.only_given(**settings),
        )
    print_steps(workspace, started, as_json)
