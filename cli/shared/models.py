"""Open the models that a command is given, with progress where it takes a while."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import printable
from .progress import TerminalProgress

if TYPE_CHECKING:
    from ...embeddings.vectors import WordVectors
    from ...lexicon.measures import ThesaurusMeasure
    from ...lm.language_model import LanguageModel
    from ...lm.prompts import Prompt
    from ...lm.sentence_model import SentenceModel


def open_vectors(model: str | Path) -> "WordVectors":
    """Open a workspace's vectors, a bundle or a vector file; files are read with progress."""
    from ...models.finding import find_vectors
    from ...models.loading import load_vectors

    say_which(model, find_vectors(model))
    if not Path(model).is_file():
        return load_vectors(model)  # a memory map: nothing to wait for
    state = Path(model).stat()
    return _read_vectors(str(Path(model).absolute()), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)  # test sets are in the language of its words; then it is scored
def _read_vectors(path: str, changed: int, size: int) -> "WordVectors":
    from ...models.loading import load_vectors

    with TerminalProgress() as progress:
        return load_vectors(path, progress)


def say_which(model: str | Path, chosen: Path) -> None:
    """Name on stderr the model of a workspace that is used."""
    if chosen != Path(model):
        click.echo(f"using {printable(str(chosen))}", err=True)


def open_each(models: Iterable[str | Path]) -> Iterator[tuple[str, "WordVectors"]]:
    """Open one after the other, each once, with the path of the bundle or file that it is."""
    from ...models.finding import find_vectors

    for path in dict.fromkeys(str(find_vectors(model)) for model in models):
        yield path, open_vectors(path)


def open_pair_models(
    models: Iterable[str | Path],
) -> "Iterator[tuple[str, WordVectors | ThesaurusMeasure]]":
    """Open vectors and measures on thesauri, each once; see `open_each`."""
    from ...models.finding import find_vectors
    from ...models.thesaurus import load_measure

    seen = set()
    for model in map(str, models):
        measure = load_measure(model)
        path = model if measure is not None else str(find_vectors(model))
        if path not in seen:
            seen.add(path)
            yield path, measure or open_vectors(path)


def open_language_model(model: str | Path) -> "LanguageModel":
    """Open a workspace's language model, a bundle or an ARPA file."""
    from ...models.finding import find_language_model
    from ...models.loading import load_language_model

    say_which(model, find_language_model(model))
    if not Path(model).is_file():
        return load_language_model(model)  # a memory map: nothing to wait for
    with TerminalProgress() as progress:
        return load_language_model(model, progress)


def open_scorable(
    models: Iterable[str | Path],
) -> "Iterator[tuple[str, LanguageModel | SentenceModel]]":
    """Open what has a perplexity, each once, with the path of the bundle or file that it is."""
    from ...models.finding import find_language_model
    from ...models.loading import load_scorable

    for path in dict.fromkeys(str(find_language_model(model)) for model in models):
        with TerminalProgress() as progress:
            model = load_scorable(path, progress)
        yield path, model


def say_unknown(prompt: "Prompt") -> None:
    """Name on stderr the words of a prompt that the model does not know."""
    if prompt.unknown_words:
        words = ", ".join(printable(word) for word in prompt.unknown_words)
        click.echo(f"note: not in the model's vocabulary, read as <unk>: {words}", err=True)
