"""``wvt convert``."""

import shlex
import time
from pathlib import Path
from typing import Literal

import click

from ...errors import SettingError
from ...formats.catalogue import FORMATS, shown_suffixes, written
from ...runtime.sizes import size
from ..shared import options
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress
from ..shared.steps import example_word, say_done


@click.command("convert")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option(
    "--format",
    "format_",
    type=click.Choice(("bundle", "arpa", *written())),
    help="Format of OUT.  [default: by its name: bundle for .wvt or no suffix, "
    f"arpa for .arpa and .lm, {', '.join(shown_suffixes())}]",
)
@click.option(
    "--from",
    "from_format",
    type=click.Choice(("arpa", *FORMATS)),
    help="Format of IN.  [default: recognised by its content]",
)
@options.among_option
@click.option(
    "--precision",
    type=click.IntRange(1, 9),
    metavar="N",
    help="Significant digits in text.  [default: as many as keep every bit]",
)
@click.option("--dense", is_flag=True, help="Write large sparse vectors with all their zeros.")
@click.option(
    "--errors",
    type=click.Choice(("replace", "strict", "ignore")),
    default="replace",
    show_default=True,
    help="Treatment of words that are not UTF-8.",
)
@click.option(
    "--nonfinite",
    type=click.Choice(("refuse", "keep")),
    default="refuse",
    show_default=True,
    help="Treatment of vectors with NaN or infinity.",
)
@click.option(
    "--lenient",
    is_flag=True,
    help="Repair errors of ARPA files: log probabilities just above 0, n-grams without history.",
)
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@options.threads_option
@options.json_option
def command(
    source: str,
    target: str,
    format_: str | None,
    from_format: str | None,
    among: int | None,
    precision: int | None,
    dense: bool,
    errors: Literal["strict", "replace", "ignore"],
    nonfinite: Literal["refuse", "keep"],
    lenient: bool,
    force: bool,
    threads: int | None,
    as_json: bool,
) -> None:
    """Convert word vectors from any format to any other, and language models to and from ARPA.

    IN is a workspace (its SVD vectors are used), a bundle of vectors, or a vector file, known by
    its content: word2vec text or binary, GloVe text, fastText .vec or .bin, safetensors, vectors
    for the Embedding Projector; also compressed (.gz, .bz2, .xz, .zst).  OUT is a bundle or a
    file.  An n-gram model, too, can be IN: its bundle, its workspace where OUT is an ARPA file, or
    an ARPA file.

    \b
    Examples:
      wvt convert glove.6B.300d.txt glove.wvt
      wvt convert corpus.wvt vectors.txt --among 50000 --precision 6
      wvt convert GoogleNews-vectors-negative300.bin.gz news.safetensors
      wvt convert corpus.wvt/svd projector.tsv --among 10000
      wvt convert corpus.wvt/ngram model.arpa.gz
      wvt convert model.arpa model.wvt
    """
    started = time.perf_counter()
    from ...models.model_files import holds_model
    from ...models.vector_files import convert_vectors

    if holds_model(source, target, format_, from_format):
        if among is not None or precision is not None or dense:
            raise SettingError("among, precision and dense apply to vectors only; omit them")
        _convert_model(source, target, format_, lenient, force, threads, as_json)
        return
    if lenient:
        raise SettingError("lenient applies to ARPA files only; omit it")
    with TerminalProgress() as progress:
        vectors, written = convert_vectors(
            source,
            target,
            format_,
            from_format,
            among=among,
            precision=precision,
            dense=dense,
            errors=errors,
            nonfinite=nonfinite,
            overwrite=force,
            threads=threads,
            progress=progress,
        )
    files = [{"path": str(path), "bytes": _n_bytes(path)} for path in written]
    if as_json:
        print_json(
            {"words": len(vectors), "dim": vectors.dim, "facts": vectors.facts, "files": files}
        )
        return
    rows = [
        (str(path), f"{len(vectors):,}", str(vectors.dim), size(_n_bytes(path))) for path in written
    ]
    print_table(("file", "words", "dimensions", "size"), rows)
    seconds = time.perf_counter() - started
    word = example_word(vectors.words)
    say_done(target, f"{seconds:.1f} s", f"wvt neighbors {shlex.quote(target)} {word}")


def _convert_model(
    source: str,
    target: str,
    format_: str | None,
    lenient: bool,
    force: bool,
    threads: int | None,
    as_json: bool,
) -> None:
    started = time.perf_counter()
    from ...models.model_files import convert_model

    with TerminalProgress() as progress:
        model, written = convert_model(
            source,
            target,
            format_,
            lenient=lenient,
            overwrite=force,
            threads=threads,
            progress=progress,
        )
    n_bytes = _n_bytes(written)
    if as_json:
        print_json(
            {
                "order": model.order,
                "words": len(model.vocabulary),
                "n_ngrams": model.trie.sizes,
                "files": [{"path": str(written), "bytes": n_bytes}],
            }
        )
        return
    row = (str(written), str(model.order), f"{len(model.vocabulary):,}", f"{len(model.trie):,}")
    print_table(("file", "order", "words", "n-grams", "size"), [(*row, size(float(n_bytes)))])
    seconds = time.perf_counter() - started
    following = f"wvt eval-perplexity {shlex.quote(target)} --dataset TEXT"
    say_done(target, f"{seconds:.1f} s", following)


def _n_bytes(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir())
    return path.stat().st_size
