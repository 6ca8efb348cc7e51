"""``wvt compare-seq2seq``."""

import shlex
import time

import click

from ...neural.seq2seq.settings import Seq2SeqSettings, Seq2SeqTraining
from ...study.ladder_settings import OWN, LadderSettings
from ...text.settings import PairSettings
from ..shared import options
from ..shared.comparisons import print_comparisons
from ..shared.output import print_json, print_rows, printable
from ..shared.progress import TerminalProgress
from ..shared.steps import say_done


@click.command("compare-seq2seq")
@options.pairs_argument
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False),
    help="Folder of the models and the report.",
)
@options.settings_options(LadderSettings, without=("models",))
@click.option("--models", metavar="NAMES", help=LadderSettings.help_of_models())
@click.option(
    "--test-pairs",
    multiple=True,
    metavar="PAIRS",
    help="Test pairs: a file, or twice for a file of sources and one of targets.  [default: a "
    "share of the pairs, see --test]",
)
@options.settings_options(Seq2SeqSettings, without=OWN)
@options.settings_options(Seq2SeqTraining, without=("seed",))
@options.settings_options(PairSettings)
@options.signature_option
@options.json_option
def command(
    pairs: tuple[str, ...],
    output: str,
    models: str | None,
    test_pairs: tuple[str, ...],
    as_json: bool,
    **settings: object,
) -> None:
    """Train encoder-decoders on the same pairs, each with one more part, and compare them.

    PAIRS as for wvt build-seq2seq.  Models: plain, reversed, peeky (and reversed), attention,
    bidirectional (with attention), transformer; each with several seeds.  The folder gets
    report.html: scores with their spread over the seeds, learning curves, and attention of sample
    pairs.  Interrupted, the same command continues.

    \b
    Examples:
      wvt compare-seq2seq addition.txt --tokenizer chars --hidden-dim 128 -o addition.study
      wvt compare-seq2seq date.txt --tokenizer chars --epochs 5 --seeds 2 -o dates.study \\
        --models plain,attention,transformer
    """
    started = time.perf_counter()
    from ...study.ladder import compare_seq2seq

    context = click.get_current_context()
    given = options.only_given(**settings)
    if models is not None:
        given["models"] = tuple(name for name in models.split(",") if name)
    if test_pairs:
        given["test_pairs"] = list(test_pairs)
    said = shlex.join(["wvt", str(context.info_name), *pairs, "-o", output])
    with TerminalProgress() as progress:
        found = compare_seq2seq(
            list(pairs), output, progress=progress, command=printable(said), **given
        )
    if as_json:
        print_json(found.as_dict())
        return
    print_rows((), [((), rung) for rung in found.rungs])
    print_comparisons(found.comparisons)
    took = f"{time.perf_counter() - started:.1f} s"
    say_done(f"{output}/report.html", took, f"open {shlex.quote(output)}/report.html in a browser")
