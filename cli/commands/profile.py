"""``wvt profile``."""

import shlex
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingError
from ...text.settings import TextSettings
from ..shared import options
from ..shared.output import print_json, print_table, printable
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...report.data import CorpusProfile


@click.command("profile")
@options.corpus_argument
@options.settings_options(TextSettings)
@options.reading_threads_option
@options.json_option
def command(corpus: tuple[str, ...], threads: int | None, as_json: bool, **settings: Any) -> None:
    """Show what kind of text it is: tokens, types, words seen once, Zipf's and Heaps' laws.

    CORPUS: as in wvt build-ppmi, text or a workspace.  Text is read whole: the types and their
    growth are those of all words, and --min-count, --max-size and --keep say which of them to call
    the vocabulary.  A workspace knows the words of its vocabulary alone, so that there the growth
    is theirs, and Heaps' law is left out.

    \b
    Examples:
      wvt profile lee
      wvt profile corpus.txt --tokenizer whitespace --min-count 10
      wvt profile corpus.wvt --json
    """
    started = time.perf_counter()
    found = read_profile(corpus, settings, threads)
    if as_json:
        print_json(asdict(found))
        return
    print_table(("what", "value"), _rows(found))
    source = shlex.join(corpus)
    click.echo(f"{found.name}: read in {time.perf_counter() - started:.1f} s", err=True)
    click.echo(f"next: wvt plot zipf {source} -o zipf.html", err=True)
    if not found.all_types:
        click.echo(
            "note: the points and the growth are those of the vocabulary; give the text itself to "
            "see all types",
            err=True,
        )


def read_profile(
    corpus: Sequence[str], settings: dict[str, Any], threads: int | None
) -> "CorpusProfile":
    """Profile text or a workspace; `settings` are those of `TextSettings`."""
    from ...bundles.reading import is_bundle
    from ...report.profiles import profile_corpus
    from ...text.corpus import EncodedCorpus
    from ...text.encoding import encode_corpus
    from ...workspace.folder import is_workspace

    asked = options.only_given(**settings)
    if len(corpus) == 1 and (is_workspace(corpus[0]) or is_bundle(corpus[0])):
        if asked:
            raise SettingError(
                f"{', '.join(sorted(asked))} cannot change without reading the text again; give "
                f"the text in place of {corpus[0]}"
            )
        place = Path(corpus[0]) if is_bundle(corpus[0]) else Path(corpus[0]) / "corpus"
        return profile_corpus(EncodedCorpus.load(place), _name(corpus))
    reading = {name: asked.pop(name) for name in list(asked) if name not in _CHOOSING}
    choosing = {name: asked.get(name, getattr(TextSettings, name)) for name in _CHOOSING}
    with TerminalProgress() as progress:
        encoded = encode_corpus(
            list(corpus), min_count=1, threads=threads, progress=progress, **reading
        )
    return profile_corpus(encoded, _name(corpus), **choosing)


_CHOOSING = ("min_count", "max_size", "keep")


def _name(corpus: Sequence[str]) -> str:
    """Return what to call a corpus: the name of its file or folder, without the way there."""
    names = [Path(path).name or path for path in corpus]
    name = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    return printable(name)


def _rows(found: "CorpusProfile") -> list[tuple[str, str]]:
    def count(value: int | None) -> str:
        return "not known" if value is None else f"{value:,}"

    rows = [("tokens", count(found.n_tokens)), ("types", count(found.n_types))]
    once = count(found.n_once)
    if found.n_once is not None and found.n_types:
        once += f" ({found.n_once / found.n_types:.1%} of the types)"
    rows += [
        ("types seen once", once),
        ("sentences", count(found.n_sentences)),
        ("documents", count(found.n_documents)),
        ("words of the vocabulary", count(found.n_words)),
        ("tokens outside of it", f"{found.oov_rate:.2%}"),
    ]
    zipf, heaps = found.zipf_exponent, found.heaps_exponent
    missing = "too little text" if found.all_types else "needs all types, not a vocabulary"
    return [
        *rows,
        ("Zipf: count ~ rank^-a, a", "too little text" if zipf is None else f"{zipf:.3f}"),
        ("Heaps: types ~ tokens^b, b", missing if heaps is None else f"{heaps:.3f}"),
    ]
