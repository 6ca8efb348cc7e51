"""Open whatever a bundle or a file holds.

What opens one kind is imported when one is there: a language model is open before the vectors'
modules would be read.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Union

from .bundle import open_bundle
from .errors import FormatError
from .progress import SILENT, Progress
from .text.files import Source, open_source
from .workspace import LANGUAGE_MODEL_BUNDLES, find_language_model, find_vectors, is_workspace

if TYPE_CHECKING:
    from .counts.cooccurrence import Cooccurrence
    from .counts.ngrams import NgramCounts
    from .embeddings.vectors import WordVectors
    from .lm.language_model import LanguageModel
    from .text.corpus import EncodedCorpus

#: Kind of a bundle -> the class that opens it (with `from_bundle`); all others hold vectors.
_CLASSES = {
    "corpus": "text.corpus:EncodedCorpus",
    "counts": "counts.cooccurrence:Cooccurrence",
    "ngram-counts": "counts.ngrams:NgramCounts",
}
_LANGUAGE_MODELS = {
    "ngram": "lm.ngram_model:NgramModel",
    "factored": "lm.factored:FactoredModel",
    "soft": "lm.soft:SoftModel",
    "adapted": "lm.adapted:AdaptedModel",
    "mixture": "lm.mixture:Mixture",
}
_ARPA_HEAD = 1 << 16  # bytes; comments may stand before its first line


def load(
    path: str | Path,
) -> Union["WordVectors", "Cooccurrence", "NgramCounts", "EncodedCorpus", "LanguageModel"]:
    """Open what a bundle or a file holds; of a workspace, its SVD or other vectors.

    Parameters
    ----------
    path : path
        For instance ``corpus.wvt/svd``, ``corpus.wvt/counts``, ``corpus.wvt``, ``glove.txt``
        (see `read_vectors` for what files can be), ``corpus.wvt/ngram`` or ``model.arpa``.

    Returns
    -------
    WordVectors, Cooccurrence, NgramCounts, EncodedCorpus or LanguageModel
        By the bundle's kind.  Large arrays stay on the disk until they are used.  A workspace
        without vectors gives its language model.

    Raises
    ------
    FormatError
        If it is no such bundle or file, damaged, or of a newer version.
    """
    try:
        found = find_vectors(path)
    except FormatError:
        names = LANGUAGE_MODEL_BUNDLES
        if is_workspace(path) and any((Path(path) / name).is_dir() for name in names):
            return load_language_model(path)
        raise
    if found.is_file():
        return load_language_model(found) if _is_arpa(found) else load_vectors(found)
    bundle = open_bundle(found)
    if bundle.kind in _LANGUAGE_MODELS:
        return load_language_model(found)
    if bundle.kind in _CLASSES:
        return _class(_CLASSES[bundle.kind]).from_bundle(bundle)
    return load_vectors(found)


def load_vectors(path: str | Path, progress: Progress = SILENT) -> "WordVectors":
    """Open word vectors: a bundle of them, a workspace's, or a vector file of any format.

    Raises
    ------
    FormatError
        If there are none, or they are damaged.
    """
    from .embeddings.vectors import WordVectors
    from .vector_files import read_vectors

    found = find_vectors(path)
    return read_vectors(found, progress=progress) if found.is_file() else WordVectors.load(found)


def load_language_model(path: str | Path, progress: Progress = SILENT) -> "LanguageModel":
    """Open a language model: a bundle of one, a workspace's best, or an ARPA file.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    found = find_language_model(path)
    if found.is_file():
        if not _is_arpa(found):
            raise FormatError(
                found,
                "a file without \\data\\, which begins an ARPA file",
                "a language model: a bundle, a workspace or an ARPA file",
                advice="make one with wvt build-ngram-lm; text to score goes behind --dataset",
            )
        return importlib.import_module(".lm.arpa", __package__).read_arpa(found)
    bundle = open_bundle(found)
    if bundle.kind not in _LANGUAGE_MODELS:
        raise FormatError(
            found, f"a bundle of {bundle.kind}", f"one of {' or '.join(_LANGUAGE_MODELS)}",
            advice="make one with wvt build-ngram-lm",
        )  # fmt: skip
    return _class(_LANGUAGE_MODELS[bundle.kind]).from_bundle(bundle)


def _class(place: str):  # type: ignore[no-untyped-def]
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f".{module}", __package__), name)


def _is_arpa(path: Path) -> bool:
    with open_source(Source(path, path.name)) as stream:
        head = stream.read(_ARPA_HEAD)
    return any(line.strip() == b"\\data\\" for line in head.splitlines())
