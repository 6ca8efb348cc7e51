"""``wvt next-word``."""

from dataclasses import asdict

import click

from ..shared import options
from ..shared.models import open_language_model, say_unknown
from ..shared.output import print_json, print_table


@click.command("next-word")
@options.model_argument
@click.argument("history", default="")
@options.n_option
@click.option(
    "--bos/--no-bos",
    default=True,
    show_default=True,
    help="Read the history as the beginning of a sentence, or as a part of one.",
)
@options.model_tokenizer_option
@options.json_option
def command(
    model: str, history: str, n: int, bos: bool, tokenizer: str | None, as_json: bool
) -> None:
    """Show the words that a language model expects after a HISTORY.

    MODEL is a workspace (its mixture is used, else its n-gram model, else its recurrent one), a
    bundle of a language model, or an ARPA file.  The last row holds what is left for all other
    words, so that the probabilities add up to 1; </s> is the end of the sentence, <unk> any unknown
    word.

    \b
    Examples:
      wvt next-word corpus.wvt
      wvt next-word corpus.wvt "the price of" -n 20
      wvt next-word model.arpa "price of" --no-bos --json
    """
    from ...lm.prediction import next_words
    from ...lm.prompts import read_prompt

    opened = open_language_model(model)
    prompt = read_prompt(opened, history, tokenizer)
    say_unknown(prompt)
    answer = next_words(opened, prompt, n, bos)
    if as_json:
        print_json(
            {
                "history": list(prompt.words),
                "unknown": list(prompt.unknown_words),
                "words": [{**asdict(word), "log10_prob": word.log10_prob} for word in answer.words],
                "n_others": answer.n_others,
                "probability_of_others": answer.probability_of_others,
            }
        )
        return
    rows = [
        (
            str(rank),
            word.word,
            f"{word.probability:.6g}",
            f"{word.log10_prob:.4f}",
            f"{word.cumulative:.4f}",
            "-" if word.order is None else str(word.order),
        )
        for rank, word in enumerate(answer.words, 1)
    ]
    if abs(answer.total - 1) > 1e-6:
        click.echo(
            f"note: the model's scores add up to {answer.total:.4f} after this history, not to 1",
            err=True,
        )
    rows.append(
        (
            "-",
            f"({answer.n_others:,} others)",
            f"{answer.probability_of_others:.6g}",
            "-",
            f"{answer.total:.4f}",
            "-",
        )
    )
    print_table(("rank", "word", "probability", "log10 prob", "cumulative", "order"), rows)
