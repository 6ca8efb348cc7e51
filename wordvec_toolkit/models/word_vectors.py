"""The builders of word2vec and fastText vectors."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..bundles.reading import Bundle
from ..embeddings.vectors import WordVectors
from ..neural.word_vectors import fasttext, word2vec
from ..neural.word_vectors.fasttext import train_fasttext
from ..neural.word_vectors.settings import FasttextSettings, GensimSettings, Word2vecSettings
from ..neural.word_vectors.word2vec import train_word2vec
from ..runtime.parallel import n_threads
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.files import Corpus
from ..text.settings import TextSettings
from .opening import open_workspace
from .pipeline import BuiltWorkspace, Pipeline

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildFasttextKeywords, BuildWord2vecKeywords

#: Method -> the bundle of its vectors.
BUNDLE_OF = {"skip-gram": "sgns", "cbow": "cbow"}
_LONG = 10_000_000  # tokens, epochs counted: some half a minute


@takes(TextSettings, Word2vecSettings)
def build_word2vec(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    name: str = "",
    progress: ProgressLike = None,
    **settings: "Unpack[BuildWord2vecKeywords]",
) -> BuiltWorkspace:
    """Train word2vec on text or on the text of a workspace: its bundle ``sgns`` or ``cbow``.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default next to the corpus, with the suffix ``.wvt``.
    name : str
        Makes a variant next to the first.

    Returns
    -------
    Workspace
        Its `steps` tell what was done.
    """
    progress = as_progress(progress)
    chosen = Word2vecSettings.among(settings)
    bundle = BUNDLE_OF[chosen.method]
    with open_workspace(corpus, output, settings, name, None, progress) as (pipeline, encoded):
        _train(pipeline, encoded, bundle, word2vec.KIND, train_word2vec, chosen)
    return pipeline.workspace


@takes(TextSettings, FasttextSettings)
def build_fasttext(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    name: str = "",
    progress: ProgressLike = None,
    **settings: "Unpack[BuildFasttextKeywords]",
) -> BuiltWorkspace:
    """Train fastText on text or on the text of a workspace: its bundle ``fasttext``.

    Parameters
    ----------
    corpus, output, name
        See `build_word2vec`.
    """
    progress = as_progress(progress)
    chosen = FasttextSettings.among(settings)
    with open_workspace(corpus, output, settings, name, None, progress) as (pipeline, encoded):
        _train(pipeline, encoded, "fasttext", fasttext.KIND, train_fasttext, chosen)
    return pipeline.workspace


def _train(
    pipeline: Pipeline,
    encoded: Bundle,
    bundle: str,
    kind: str,
    train: Callable[..., WordVectors],
    chosen: GensimSettings,
) -> None:
    def make() -> WordVectors:
        corpus = EncodedCorpus.from_bundle(encoded)
        if hint := _hint(chosen.threads, len(corpus) * chosen.epochs):
            pipeline.progress.note(hint)
        return train(corpus, **chosen.keywords(), progress=pipeline.progress)

    pipeline.made(bundle, kind, chosen, encoded, make)


def _hint(threads: int, n_tokens: int) -> str:
    """Return a note on the number of threads, or nothing."""
    if threads > 1:
        return f"{threads} threads race: these vectors are not reproducible, with any seed"
    if n_threads(None) > 1 and n_tokens > _LONG:
        return (
            f"one thread, so that every run gives the same bits; --threads {n_threads(None)} is "
            "faster, and not reproducible"
        )
    return ""
