"""``wvt generate``."""

import math

import click

from ...lm.settings import SamplingSettings
from ..shared import options
from ..shared.models import open_language_model, say_unknown
from ..shared.output import print_json, printable


@click.command("generate")
@options.model_argument
@click.argument("prompt", default="")
@click.option(
    "-n", "n", type=click.IntRange(min=1), default=5, show_default=True, help="Number of sentences."
)
@options.settings_options(SamplingSettings)
@options.model_tokenizer_option
@options.json_option
def command(
    model: str, prompt: str, n: int, tokenizer: str | None, as_json: bool, **settings: object
) -> None:
    """Draw sentences from a language model, one a line; with a PROMPT, its continuations.

    MODEL is a workspace (its mixture is used, else its n-gram model, else its recurrent one), a
    bundle of a language model, or an ARPA file.  A sentence that was stopped at --max-tokens ends
    in "...".

    \b
    Examples:
      wvt generate corpus.wvt
      wvt generate corpus.wvt "the price of" -n 3 --seed 7
      wvt generate model.arpa --temperature 0.7 --top-k 40
    """
    from ...lm.prompts import read_prompt
    from ...lm.sampling import sample

    opened = open_language_model(model)
    start = read_prompt(opened, prompt, tokenizer)
    say_unknown(start)
    samples = sample(opened, n, prompt=start, **options.only_given(**settings))
    texts = [drawn.text if drawn.is_finished else f"{drawn.text} ..." for drawn in samples]
    if as_json:
        print_json(
            [
                {
                    "text": text,
                    "words": list(drawn.words),
                    "is_finished": drawn.is_finished,
                    "log10_prob": drawn.logprob / math.log(10),
                }
                for text, drawn in zip(texts, samples)
            ]
        )
        return
    for text in texts:
        click.echo(printable(text))
