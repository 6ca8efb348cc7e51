"""``wvt build-neural-lm``."""

import time

import click

from ...neural.recurrent.presets import PRESETS
from ...neural.recurrent.settings import NetworkSettings, TrainingSettings
from ...text.settings import LanguageModelText
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_epochs, print_steps


@click.command("build-neural-lm")
@options.corpus_argument
@options.workspace_option
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="Settings that go together: small (2 x 200), medium (2 x 650) or large (2 x 1500) after "
    "Zaremba et al. 2014 with tied words and locked dropout; awd (3 x 1150) after Merity et al. "
    "2018.  Other options override them.",
)
@options.settings_options(NetworkSettings, TrainingSettings)
@click.option(
    "--held-out",
    metavar="TEXT",
    help="Text that decides which epoch is the best and when to stop.  [default: a twentieth of "
    "the sentences, kept out]",
)
@click.option(
    "--bidirectional",
    is_flag=True,
    help="Train a model of each direction on single sentences, and mix what they give whole "
    "sentences (lstm, lstm-backward, lstm-pair).",
)
@options.settings_options(LanguageModelText)
@options.variant_option("lstm-NAME, gru-NAME, ...")
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of threads; the same number gives the same bits.  [default: all processors, one "
    "in a small text]",
)
@options.json_option
def command(
    corpus: tuple[str, ...],
    output: str | None,
    name: str,
    preset: str | None,
    held_out: str | None,
    bidirectional: bool,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Train a neural language model, by default an LSTM of two layers.

    CORPUS: a workspace, whose tokens and vocabulary are used unchanged; or text as for wvt
    build-ngram-lm.  Needs PyTorch: pip install -e ".[neural]".  Interrupted or killed,
    the same command continues.  The bundle has the name of the cell: lstm, gru, rnn-tanh,
    rnn-relu, rnn-linear or transformer.

    \b
    Examples:
      wvt build-neural-lm corpus.txt --held-out valid.txt
      wvt build-neural-lm corpus.wvt --preset small --epochs 6
      wvt build-neural-lm corpus.wvt --cell gru
      wvt build-neural-lm corpus.wvt --bidirectional --name both
      wvt build-neural-lm corpus.txt --tokenizer chars --batch-size 16 --bptt 64 \\
        --input-dropout 0 --output-dropout .1 --embedding-dropout 0
    """
    started = time.perf_counter()
    from ...models.neural_lm import build_neural_lm

    # The former name of the command, build-lstm-lm, calls all bundles lstm.
    is_former = click.get_current_context().info_name == "build-lstm-lm"
    with TerminalProgress() as progress:
        workspace = build_neural_lm(
            list(corpus),
            output,
            preset=preset,
            held_out=held_out,
            bidirectional=bidirectional,
            bundle="lstm" if is_former else None,
            name=name,
            threads=threads,
            progress=progress,
            **options.only_given(**settings),
        )
    following = ["wvt eval-perplexity MODEL --dataset TEXT"]
    trained = [step.bundle for step in workspace.steps if "epochs" in step.bundle.facts]
    if len(trained) == 1 and trained[0].settings["direction"] == "forward":
        following.append("wvt generate MODEL")
    print_steps(workspace, started, as_json, following)
    if not as_json:
        for bundle in trained:
            print_epochs(bundle, f" of {bundle.path.name}" if len(trained) > 1 else "")
