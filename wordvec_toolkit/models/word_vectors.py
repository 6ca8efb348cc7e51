"""The builders of learnt vectors: what ``wvt build-word2vec`` and ``build-fasttext`` call."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..embeddings.vectors import WordVectors
from ..neural.word_vectors import fasttext, word2vec
from ..neural.word_vectors.fasttext import train_fasttext
from ..neural.word_vectors.word2vec import train_word2vec
from ..runtime.parallel import n_threads
from ..runtime.progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from .opening import open_workspace
from .pipeline import Pipeline, with_defaults

#: Method -> the bundle that word2vec vectors stand in.
BUNDLE_OF = {"skip-gram": "sgns", "cbow": "cbow"}
_LONG = 10_000_000  # tokens, epochs counted: some half a minute


def build_word2vec(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    text: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Train word2vec on text or on the text of a workspace: its bundle ``sgns`` or ``cbow``.

    Parameters
    ----------
    corpus : str or list of str
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default beside the corpus, with the suffix ``.wvt``.
    text, training : dict, optional
        Keywords of `encode_corpus` and `train_word2vec`.
    name : str
        Makes a second variant beside the first.
    threads : int, optional
        For reading the text; training has the keyword `workers`.

    Returns
    -------
    Pipeline
        Its `steps` tell what was done.
    """
    settings = with_defaults(train_word2vec, training or {})
    word2vec.check_settings(settings)
    bundle = BUNDLE_OF[settings["method"]]
    with open_workspace(corpus, output, text, name, threads, progress) as (pipeline, encoded):
        _train(pipeline, encoded, bundle, word2vec.KIND, train_word2vec, settings)
    return pipeline


def build_fasttext(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    text: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Train fastText on text or on the text of a workspace: its bundle ``fasttext``.

    Parameters
    ----------
    training : dict, optional
        Keywords of `train_fasttext`.
    corpus, output, text, name, threads
        See `build_word2vec`.
    """
    settings = with_defaults(train_fasttext, training or {})
    fasttext.check_settings(settings)
    with open_workspace(corpus, output, text, name, threads, progress) as (pipeline, encoded):
        _train(pipeline, encoded, "fasttext", fasttext.KIND, train_fasttext, settings)
    return pipeline


def _train(
    pipeline: Pipeline,
    encoded: Bundle,
    bundle: str,
    kind: str,
    train: Callable[..., WordVectors],
    settings: dict[str, Any],
) -> None:
    def fill(writer: BundleWriter) -> None:
        corpus = EncodedCorpus.from_bundle(encoded)
        if hint := _hint(settings["workers"], len(corpus) * settings["epochs"]):
            pipeline.progress.note(hint)
        train(corpus, **settings, progress=pipeline.progress).write(writer)

    inputs = {encoded.path.name: encoded.digest}
    pipeline.step(pipeline.named(bundle), kind, settings, inputs, fill)


def _hint(workers: int, n_tokens: int) -> str:
    """Return what the user should know of the number of workers, or nothing."""
    if workers > 1:
        return f"{workers} workers race: these vectors are not reproducible, with any seed"
    if n_threads(None) > 1 and n_tokens > _LONG:
        return (
            f"one worker, so that every run gives the same bits; --workers {n_threads(None)} is "
            "faster, and not reproducible"
        )
    return ""
