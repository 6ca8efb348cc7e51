"""The builder of n-gram language models."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bundles.reading import open_bundle
from ..bundles.writing import BundleWriter
from ..counts.ngram_tasks import count_ngrams_on_engine
from ..counts.ngrams import NgramCounts
from ..engine.choosing import current_engine
from ..errors import EmptyResultError, FormatError, NewerVersionError, SettingError
from ..lm.ngram import model as ngram_model
from ..lm.ngram.methods import as_smoothing
from ..lm.ngram.room import check_training
from ..lm.ngram.training import model_settings, train_ngram_model
from ..lm.settings import NgramSettings
from ..lm.streams import corpus_stream
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.files import Corpus, as_items, is_tokens
from ..text.settings import FileSettings, LanguageModelText
from ..text.streams import encode_stream
from ..text.tokenizers import Cutting, check_named, make_tokenizer
from ..workspace.folder import Workspace, is_workspace
from .catalogue import BUNDLES
from .opening import open_workspace, workspace_path
from .pipeline import BuiltWorkspace

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildNgramLmKeywords

#: Settings of the corpus that a model keeps, to read other texts the same way.
READING = ("tokenizer", "lowercase", "normalize", "layout")


@takes(LanguageModelText, NgramSettings)
def build_ngram_lm(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    held_out: str | None = None,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildNgramLmKeywords]",
) -> BuiltWorkspace:
    """Train an n-gram model on text, or on the text that a workspace has.

    Makes the bundle ``ngram``.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default next to the corpus, with the suffix ``.wvt``.
    held_out : str, optional
        Text for methods of smoothing that fit parameters on it; refused by others.
    name : str
        Makes a variant next to the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.
    """
    progress = as_progress(progress)
    chosen = NgramSettings.among(settings)
    described = model_settings(chosen)  # refuses what makes no sense
    method = as_smoothing(chosen.smoothing)
    if held_out is not None and not method.uses_held_out:
        raise SettingError(
            f"{method.name} fits nothing to held-out text; omit it (held_out, --held-out), or "
            "choose a mixture (such as cache, --cache) or discount_fallback held-out "
            "(--discount-fallback held-out)"
        )
    check_that_nothing_else_goes(corpus, output, settings)
    with open_workspace(corpus, output, settings, name, threads, progress, LanguageModelText) as (
        pipeline,
        encoded,
    ):
        reading = {key: encoded.settings[key] for key in READING if key in encoded.settings}
        ids = None
        if held_out is not None:
            ids = read_held_out(
                held_out, EncodedCorpus.from_bundle(encoded), reading, threads, progress, settings
            )
            described = model_settings(chosen, ids)
        described["text"] = reading

        def fill(writer: BundleWriter) -> None:
            text = EncodedCorpus.from_bundle(encoded)

            def counts() -> EncodedCorpus | NgramCounts:
                if (engine := current_engine()) is None:
                    return text
                check_training(text, chosen, threads)
                return count_ngrams_on_engine(engine, encoded, chosen.order, threads, progress)

            # Nothing else holds the counts, so that they are gone when the model is written.
            model = train_ngram_model(
                counts(), **chosen.keywords(), held_out=ids, threads=threads, progress=progress
            )
            progress.start("writing", None, "")
            model.write(writer)
            progress.finish("")

        inputs = {encoded.path.name: encoded.digest}
        pipeline.step(pipeline.named("ngram"), ngram_model.KIND, described, inputs, fill)
    return pipeline.workspace


def check_that_nothing_else_goes(
    corpus: Corpus, output: str | Path | None, given: Mapping[str, object]
) -> None:
    """Refuse to read a text another way in a workspace where vectors depend on how it was read."""
    if output is not None or is_tokens(corpus):
        return
    items = as_items(corpus)
    if len(items) == 1 and is_workspace(items[0]):
        return  # its text is taken as it is
    workspace = Workspace(workspace_path(items, None))
    try:
        before = open_bundle(workspace.path / "corpus").settings
    except NewerVersionError:
        raise
    except FormatError:
        return  # none, or one that is damaged and will be made again
    chosen = LanguageModelText.among(given)
    text = {"tokenizer": make_tokenizer(chosen.tokenizer).name, "min_count": chosen.min_count}
    changed = [f"{key} {before.get(key)}" for key in text if text[key] != before.get(key)]
    others = [name for name in workspace.names() if _is_of_use(workspace, name)]
    if changed and others:
        raise SettingError(
            f"{workspace.path} holds this text, read with {', '.join(changed)}, and "
            f"{', '.join(others)} are made from that; give {workspace.path} in place of the text "
            "to use its words, or another place for this reading of it (-o)"
        )


def _is_of_use(workspace: Workspace, name: str) -> bool:
    """Return whether a bundle is made from the corpus as it is, and is no language model."""
    try:
        kind = open_bundle(workspace.path / name).kind
        is_current = workspace.is_made_from(name, {"corpus"}) and not workspace.is_stale(name)
    except FormatError:
        return False
    is_model = kind in BUNDLES and BUNDLES[kind].holds in ("language model", "sentence model")
    return is_current and not is_model


def read_held_out(
    held_out: str,
    corpus: EncodedCorpus,
    reading: Mapping[str, Any],
    threads: int | None,
    progress: Progress,
    given: Mapping[str, Any],
) -> np.ndarray:
    """Read text to fit to, as the corpus was read; say so if it is that corpus.

    Parameters
    ----------
    given : dict
        What the user has set: of how files are read (`FileSettings`), and a tokenizer; a function
        is called only if it is this one.

    Raises
    ------
    SettingError
        If the corpus names a function as its tokenizer, and the user has not.
    EmptyResultError
        If it holds no tokens.
    """
    tokenizer: Cutting | None = given.get("tokenizer")
    named = tokenizer if tokenizer is None else make_tokenizer(tokenizer).name
    check_named(str(reading.get("tokenizer", "")), "the corpus", named)
    files = FileSettings.among(given).keywords()
    stream = encode_stream(
        held_out, corpus.vocabulary, **reading, **files, threads=threads, progress=progress
    )
    if len(stream) == 0:
        raise EmptyResultError(
            f"{held_out} holds no tokens; expected held-out text with words in it"
        )
    if np.array_equal(stream.ids, corpus_stream(corpus)):
        progress.note(
            f"{held_out} is the training text itself: parameters fitted to it would overfit; give "
            "text that the model has not seen"
        )
    return stream.ids
