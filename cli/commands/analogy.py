"""``wvt analogy``."""

from typing import Literal

import click

from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table


@click.command("analogy")
@options.model_argument
@click.argument("a")
@click.argument("b")
@click.argument("c")
@options.n_option
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul"]),
    default="3cosadd",
    show_default=True,
    help="What to maximise (Levy and Goldberg 2014).",
)
@options.among_option
@options.json_option
def command(
    model: str,
    a: str,
    b: str,
    c: str,
    n: int,
    method: Literal["3cosadd", "3cosmul"],
    among: int | None,
    as_json: bool,
) -> None:
    """Answer: A is to B as C is to what?

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.

    \b
    Examples:
      wvt analogy corpus.wvt man king woman
      wvt analogy corpus.wvt germany berlin france --method 3cosmul
    """

    vectors = open_vectors(model)
    answers = vectors.analogy(a, b, c, n, method, among)
    if as_json:
        print_json([{"word": answer.word, "score": answer.similarity} for answer in answers])
        return
    rows = [
        (str(rank), answer.word, f"{answer.similarity:.4f}")
        for rank, answer in enumerate(answers, 1)
    ]
    print_table(("rank", "answer", "score"), rows)
