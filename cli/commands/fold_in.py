"""``wvt fold-in``."""

import time

import click

from ..shared import options
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress
from ..shared.steps import say_done


@click.command("fold-in")
@options.model_argument
@click.argument("corpus", nargs=-1)
@options.output_option
@click.option(
    "--min-count",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Minimum number of occurrences of a new word in the text.",
)
@options.threads_option
@options.memory_option
@options.json_option
def command(
    model: str,
    corpus: tuple[str, ...],
    output: str,
    min_count: int,
    threads: int | None,
    as_json: bool,
) -> None:
    """Add words outside the vocabulary to SVD vectors, without factorising again.

    MODEL is a workspace or a bundle of SVD vectors in one.  CORPUS is text with the words; by
    default the text of the workspace, whose rare words are added.  A word is placed by its
    contexts, as the words of the vocabulary are; these keep their vectors.

    \b
    Examples:
      wvt fold-in corpus.wvt -o corpus.wvt/svd-rare --min-count 3
      wvt fold-in corpus.wvt new.txt -o with-new
    """
    started = time.perf_counter()
    from ...models.derived import check_output, save_derived
    from ...models.folding import fold_in_words

    check_output(output, [model])
    with TerminalProgress() as progress:
        result = fold_in_words(
            model, corpus, min_count=min_count, threads=threads, progress=progress
        )
    save_derived(result, output, [model])
    n_new, n_without = result.facts["n_folded_in"], result.facts["n_without_vector"]
    if as_json:
        print_json({"path": output, "words": len(result), "new": n_new, "without": n_without})
        return
    print_table(
        ("bundle", "words", "new", "new words without a vector"),
        [(output, f"{len(result):,}", f"{n_new:,}", f"{n_without:,}")],
    )
    say_done(output, f"{time.perf_counter() - started:.1f} s", f"wvt neighbors {output} WORD")
