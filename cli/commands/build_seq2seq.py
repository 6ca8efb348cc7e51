"""``wvt build-seq2seq``."""

import time

import click

from ...neural.seq2seq.presets import PRESETS
from ...neural.seq2seq.settings import Seq2SeqSettings, Seq2SeqTraining
from ...text.settings import PairSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_epochs, print_steps


@click.command("build-seq2seq")
@options.pairs_argument
@options.workspace_option
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="Settings that go together: textbook (additions), attention (Luong et al. 2015), gnmt (Wu "
    "et al. 2016), transformer (Vaswani et al. 2017).  Other options override them.",
)
@options.settings_options(Seq2SeqSettings, Seq2SeqTraining)
@options.held_out_pairs_option
@options.settings_options(PairSettings)
@options.variant_option("seq2seq-NAME")
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of threads; the same number gives the same bits.  [default: all processors, one "
    "for small networks]",
)
@options.json_option
def command(
    pairs: tuple[str, ...],
    output: str | None,
    name: str,
    preset: str | None,
    held_out: tuple[str, ...],
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Train an encoder-decoder on pairs of sentences.

    PAIRS: one file with source and target on each line, a tab or _ between them; two files, line
    by line; or a workspace that has pairs.  Needs PyTorch: pip install -e ".[neural]".  Interrupted
    or killed, the same command continues.

    \b
    Examples:
      wvt build-seq2seq addition.txt --tokenizer chars --preset textbook
      wvt build-seq2seq date.txt --tokenizer chars --attention dot --epochs 3
      wvt build-seq2seq train.de train.en -o de-en.wvt --min-count 2 --preset transformer \\
        --held-out val.de --held-out val.en
      wvt build-seq2seq de-en.wvt --preset attention --name lstm
    """
    started = time.perf_counter()
    from ...models.translation import build_seq2seq

    with TerminalProgress() as progress:
        workspace = build_seq2seq(
            list(pairs),
            output,
            preset=preset,
            held_out=list(held_out) or None,
            name=name,
            threads=threads,
            progress=progress,
            **options.only_given(**settings),
        )
    following = ["wvt translate MODEL TEXT", "wvt eval-translation MODEL --dataset PAIRS"]
    print_steps(workspace, started, as_json, following)
    if not as_json:
        print_epochs(workspace.steps[-1].bundle)
