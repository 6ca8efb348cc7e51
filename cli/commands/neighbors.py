"""``wvt neighbors``."""

import sys

import click

from ...errors import SettingError
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table


@click.command("neighbors")
@options.model_argument
@click.argument("words", nargs=-1, required=True)
@options.n_option
@options.among_option
@options.only_option
@click.option(
    "--match", metavar="REGEX", help="Only words in which this regular expression is found."
)
@click.option(
    "--sum", "as_sum", is_flag=True, help="The words nearest to the sum of all WORDS together."
)
@click.option(
    "--minus", multiple=True, metavar="WORD", help="Word to subtract from the sum; may be repeated."
)
@options.threads_option
@options.json_option
def command(
    model: str,
    words: tuple[str, ...],
    n: int,
    among: int | None,
    only: list[str] | None,
    match: str | None,
    as_sum: bool,
    minus: tuple[str, ...],
    threads: int | None,
    as_json: bool,
) -> None:
    """Show the words nearest to each of WORDS by cosine; - reads words from standard input.

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.

    \b
    Examples:
      wvt neighbors corpus.wvt war peace
      wvt neighbors corpus.wvt/ppmi war -n 20 --among 10000
      wvt neighbors corpus.wvt war --match 'ing$'
      wvt neighbors corpus.wvt king woman --minus man
      wvt neighbors corpus.wvt - --only verbs.txt --json < words.txt
    """
    if words == ("-",):
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        words = tuple(dict.fromkeys(text.split()))
        if not words:
            raise SettingError("no words on standard input; expected words with space between them")
    vectors = open_vectors(model)
    if as_sum or minus:
        name = " ".join([*words, *(f"-{word}" for word in minus)])
        found = {name: vectors.nearest_sum(words, minus, n, among, only, match, threads)}
    else:
        answers = vectors.nearest_each(words, n, among, only, match, threads)
        found = dict(zip(words, answers))
    if as_json:
        print_json({word: [item._asdict() for item in items] for word, items in found.items()})
        return
    rows = [
        (word, str(rank), item.word, f"{item.similarity:.4f}")
        for word, items in found.items()
        for rank, item in enumerate(items, 1)
    ]
    print_table(("word", "rank", "neighbor", "cosine"), rows)
