"""``wvt build-ibm1``."""

import time

import click

from ...text.settings import PairSettings
from ...translation.settings import WordTableSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-ibm1")
@options.pairs_argument
@options.workspace_option
@options.settings_options(WordTableSettings)
@options.held_out_pairs_option
@options.settings_options(PairSettings)
@options.variant_option("ibm1-NAME")
@options.json_option
def command(
    pairs: tuple[str, ...],
    output: str | None,
    name: str,
    held_out: tuple[str, ...],
    as_json: bool,
    **settings: object,
) -> None:
    """Count word-for-word translations: IBM model 1, by EM.

    PAIRS as for wvt build-seq2seq.  The count-based baseline of encoder-decoders: each target word
    comes from one source word, whatever the order.

    \b
    Examples:
      wvt build-ibm1 train.de train.en -o de-en.wvt --min-count 2
      wvt eval-translation de-en.wvt/ibm1 --dataset test.de --dataset test.en
    """
    started = time.perf_counter()
    from ...models.translation import build_ibm1

    with TerminalProgress() as progress:
        workspace = build_ibm1(
            list(pairs),
            output,
            held_out=list(held_out) or None,
            name=name,
            progress=progress,
            **options.only_given(**settings),
        )
    following = ["wvt translate MODEL TEXT", "wvt eval-translation MODEL --dataset PAIRS"]
    print_steps(workspace, started, as_json, following)
