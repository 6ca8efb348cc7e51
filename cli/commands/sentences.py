"""``wvt sentences``."""

import shlex
import time

import click

from ...embeddings.settings import SentenceSettings
from ...errors import SettingError
from ...text.settings import FileSettings
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress
from ..shared.steps import say_done


@click.command("sentences")
@options.model_argument
@click.argument("file", type=click.Path())
@click.option("-o", "--output", type=click.Path(), help="Bundle for the vectors of the sentences.")
@click.option(
    "--query",
    "queries",
    multiple=True,
    metavar="TEXT",
    help="Text to show the nearest sentences of.",
)
@options.n_option
@click.option(
    "--tokenizer",
    metavar="NAME",
    help="As in build-ppmi.  [default: that of the workspace's text, else words]",
)
@options.settings_options(SentenceSettings, FileSettings)
@options.json_option
def command(
    model: str,
    file: str,
    output: str | None,
    queries: tuple[str, ...],
    n: int,
    tokenizer: str | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Make vectors of the sentences in FILE (one a line), and find those nearest to a query.

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.  Saved
    sentences are vectors like any others; each is called by its number and its beginning.

    \b
    Examples:
      wvt sentences corpus.wvt lines.txt --query "storm at sea" -n 5
      wvt sentences corpus.wvt/svd lines.txt.gz -o corpus.wvt/sentences --weighting idf
    """
    if output is None and not queries:
        raise SettingError("no output is chosen; give --query TEXT, or -o to save the vectors")
    started = time.perf_counter()
    from ...embeddings.sentence_vectors import read_sentences, sentence_vectors
    from ...models.derived import check_output, save_derived, tokenizer_of

    if output is not None:
        check_output(output, [model])
    asked = options.given(settings, SentenceSettings)
    files = options.given(settings, FileSettings)
    vectors = open_vectors(model)
    with TerminalProgress(compiles=False) as progress:
        sentences = read_sentences(file, progress=progress, **files)
    made = sentence_vectors(vectors, sentences, tokenizer_of(model, tokenizer), **asked)
    if output is not None:
        save_derived(made.as_vectors(), output, [model])
    found = {query: made.nearest(query, n) for query in queries}
    counts = {
        "sentences": len(made),
        "without_vector": made.n_without,
        "tokens": int(made.n_tokens.sum()),
        "known_tokens": int(made.n_known.sum()),
    }
    if as_json:
        nearest = {
            query: [
                {"number": item.place + 1, "sentence": item.sentence, "cosine": item.similarity}
                for item in items
            ]
            for query, items in found.items()
        }
        print_json({"path": output, **counts, "nearest": nearest})
        return
    rows = [
        (query, str(rank), f"{item.similarity:.4f}", str(item.place + 1), item.sentence)
        for query, items in found.items()
        for rank, item in enumerate(items, 1)
    ]
    if rows:
        print_table(("query", "rank", "cosine", "number", "sentence"), rows)
    click.echo(
        f"{counts['sentences']:,} sentences, {counts['without_vector']:,} without a vector; "
        f"{counts['known_tokens']:,} of {counts['tokens']:,} tokens known",
        err=True,
    )
    if output is not None:
        seconds = time.perf_counter() - started
        say_done(output, f"{seconds:.1f} s", f"wvt info {shlex.quote(str(output))}")
