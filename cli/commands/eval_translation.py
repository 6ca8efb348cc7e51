"""``wvt eval-translation``."""

import click

from ...evaluation.settings import TranslationScoring
from ...text.settings import PairFileSettings
from ...translation.settings import DecodingSettings
from ..shared import options
from ..shared.comparisons import compared, print_all, print_comparisons, print_scores
from ..shared.progress import TerminalProgress


@click.command("eval-translation")
@options.models_argument
@click.option(
    "--dataset",
    multiple=True,
    required=True,
    metavar="PAIRS",
    help="Pairs to score: one file, or the option twice for a file of sources and one of targets.",
)
@options.settings_options(PairFileSettings, DecodingSettings, TranslationScoring)
@click.option(
    "--copy", is_flag=True, help="Also score the sources themselves as translations (a baseline)."
)
@options.compare_option
@options.signature_option
@options.json_option
def command(
    models: tuple[str, ...],
    dataset: tuple[str, ...],
    copy: bool,
    compare: bool,
    as_json: bool,
    **settings: object,
) -> None:
    """Score translations against references.

    MODELS are workspaces or bundles of wvt build-seq2seq.  Prints the share that is exact, the
    perplexity of the references, and with sacrebleu (pip install -e ".[translation]") BLEU with an
    interval, chrF and TER; --signature says how.  Two or more models are compared on the same
    pairs.

    \b
    Examples:
      wvt eval-translation addition.wvt --dataset test.txt
      wvt eval-translation de-en.wvt/seq2seq de-en.wvt/seq2seq-lstm --dataset test.de \\
        --dataset test.en --beam 5 --signature
    """
    from ...evaluation.translation import evaluate_translation, score_translations
    from ...models.translation import find_translation_model, load_translation_model
    from ...text.pairs import read_pairs

    reading = options.given(settings, PairFileSettings)
    decoding, scoring = (
        options.given(settings, each) for each in (DecodingSettings, TranslationScoring)
    )
    pairs = read_pairs(list(dataset), **reading)
    results = []
    opened = None
    for path in dict.fromkeys(map(find_translation_model, models)):
        opened = load_translation_model(path)
        with TerminalProgress() as progress:
            result = evaluate_translation(opened, pairs, progress=progress, **decoding, **scoring)
        results.append(result.replaced(model=str(path)))
        if result.n_cut:
            click.echo(
                f"note: {path}: {result.n_cut:,} translations end at the maximum length "
                "(--max-output)",
                err=True,
            )
    if copy and opened is not None:
        copied = score_translations(list(pairs.sources), pairs, target=opened.target, **scoring)
        results.append(copied.replaced(model="copy"))
    if any(result.bleu_statistics is None for result in results):
        click.echo(
            'note: no BLEU, chrF and TER without sacrebleu; pip install -e ".[translation]"',
            err=True,
        )
    drawing = options.only_given(resamples=settings["resamples"], seed=settings["seed"])
    comparisons = compared(results, compare, **drawing)
    if as_json:
        print_all(results, comparisons, items=False)
        return
    print_scores(results)
    print_comparisons(comparisons)
