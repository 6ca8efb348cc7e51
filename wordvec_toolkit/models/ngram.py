"""The builder of n-gram language models."""

from pathlib import Path
from typing import Any

import numpy as np

from ..bundles.reading import is_bundle, open_bundle
from ..bundles.writing import BundleWriter
from ..errors import EmptyResultError, FormatError, SettingError
from ..lm.ngram import model as ngram_model
from ..lm.ngram.methods import as_smoothing
from ..lm.ngram.training import model_settings, train_ngram_model
from ..lm.streams import corpus_stream
from ..runtime.progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from ..text.streams import encode_stream
from ..text.tokenizers import check_function
from ..workspace.folder import Workspace, is_workspace
from .catalogue import BUNDLES
from .opening import open_workspace, workspace_path
from .pipeline import Pipeline, with_defaults

#: How text is read for language models, where that differs from `encode_corpus`: as KenLM does.
TEXT = {"tokenizer": "whitespace", "min_count": 1}
#: Settings of the corpus that a model keeps, to read other texts the same way.
READING = ("tokenizer", "lowercase", "normalize", "layout")


def build_ngram_lm(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    text: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    held_out: str | None = None,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Train an n-gram model on text, or on the text that a workspace has.

    Makes the bundle ``ngram``.

    Parameters
    ----------
    corpus : str or list of str
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default beside the corpus, with the suffix ``.wvt``.
    text, training : dict, optional
        Keywords of `encode_corpus` (here by default words between white space, all of them kept)
        and of `train_ngram_model`.
    held_out : str, optional
        Text for methods of smoothing that fit parameters on it; refused by others.
    name : str
        Makes a second variant beside the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.
    """
    training = with_defaults(train_ngram_model, training or {})
    settings = model_settings(**training)  # refuses what makes no sense
    method = as_smoothing(training["smoothing"])
    if held_out is not None and not method.uses_held_out:
        raise SettingError(
            f"{method.name} fits nothing to held-out text; leave it out (held_out, --held-out), or "
            "ask for a mixture (such as --cache) or --discount-fallback held-out"
        )
    if not is_text_of_workspace(corpus, output):
        text = {**TEXT, **(text or {})}
        if output is None:
            check_that_nothing_else_goes(corpus, text)
    with open_workspace(corpus, output, text, name, threads, progress) as (pipeline, encoded):
        reading = {key: encoded.settings[key] for key in READING if key in encoded.settings}
        if held_out is not None:
            training["held_out"] = read_held_out(
                held_out,
                EncodedCorpus.from_bundle(encoded),
                reading,
                threads,
                progress,
                (text or {}).get("tokenizer"),
            )
            settings = model_settings(**training)
        settings["text"] = reading

        def fill(writer: BundleWriter) -> None:
            model = train_ngram_model(
                EncodedCorpus.from_bundle(encoded), **training, threads=threads, progress=progress
            )
            progress.start("writing", None, "")
            model.write(writer)
            progress.finish("")

        inputs = {encoded.path.name: encoded.digest}
        pipeline.step(pipeline.named("ngram"), ngram_model.KIND, settings, inputs, fill)
    return pipeline


def check_that_nothing_else_goes(corpus: str | list[str], text: dict[str, Any]) -> None:
    """Refuse to read a text another way in a workspace where vectors hang on how it was read."""
    corpus = [corpus] if isinstance(corpus, str) else list(corpus)
    workspace = Workspace(workspace_path(corpus, None))
    if not is_bundle(workspace.path / "corpus"):
        return
    before = open_bundle(workspace.path / "corpus").settings
    changed = [f"{key} {before.get(key)}" for key in TEXT if text[key] != before.get(key)]
    others = [name for name in workspace.names() if _is_of_use(workspace, name)]
    if changed and others:
        raise SettingError(
            f"{workspace.path} holds this text, read with {', '.join(changed)}, and "
            f"{', '.join(others)} are made from that; give {workspace.path} in place of the text "
            "to use its words, or another place for this reading of it (-o)"
        )


def _is_of_use(workspace: Workspace, name: str) -> bool:
    """Tell whether a bundle is made from the corpus as it is, and is no language model."""
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
    reading: dict[str, Any],
    threads: int | None,
    progress: Progress,
    tokenizer: str | None = None,
) -> np.ndarray:
    """Read text to fit to, as the corpus was read; say so if it is that corpus.

    Parameters
    ----------
    tokenizer : str, optional
        The one that the user has named; a function is called only if it is this one.

    Raises
    ------
    SettingError
        If the corpus names a function as its tokenizer, and the user has not.
    EmptyResultError
        If it holds no tokens.
    """
    check_function(str(reading.get("tokenizer", "")), "the corpus", tokenizer)
    stream = encode_stream(
        held_out, corpus.vocabulary, **reading, threads=threads, progress=progress
    )
    if len(stream) == 0:
        raise EmptyResultError(
            f"{held_out} holds no tokens; expected held-out text with words in it"
        )
    if np.array_equal(stream.ids, corpus_stream(corpus)):
        progress.note(
            f"{held_out} is the training text itself: what is fitted to it trusts what it has seen "
            "far too much; give text that the model has not seen"
        )
    return stream.ids


def is_text_of_workspace(corpus: str | list[str], output: str | Path | None) -> bool:
    """Tell whether the corpus is a workspace, whose text is taken as it is."""
    only = corpus if isinstance(corpus, str) else corpus[0] if len(corpus) == 1 else ""
    return bool(only) and is_workspace(only)
