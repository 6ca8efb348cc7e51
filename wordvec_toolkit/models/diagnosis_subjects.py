"""Subjects of a diagnosis: recurrent models, trained and untrained, each with its text."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import EmptyResultError, FormatError, SettingError
from ..lm.reading import read_text
from ..lm.streams import corpus_stream
from ..neural.recurrent.cells import CELLS, recurrent_cells, simple_cells
from ..neural.recurrent.diagnosis.diagnose import checked_recurrent
from ..neural.recurrent.diagnosis.fresh import fresh_model
from ..neural.recurrent.model import NeuralModel
from ..neural.recurrent.settings import NetworkSettings
from ..runtime.progress import SILENT, Progress
from ..text.blocks import RECOGNISED
from ..text.corpus import EncodedCorpus
from ..text.encoding import encode_corpus
from ..text.settings import FileSettings, LanguageModelText
from ..text.vocabulary import Vocabulary
from ..workspace.folder import is_workspace
from .catalogue import offered_bundles
from .finding import find_language_model, first_bundle
from .kinds.neural import NETWORK
from .loading import open_model
from .ngram import READING

_CORPUS = "corpus"


@dataclass(frozen=True)
class Subject:
    """A model, what to call it, and the text for it to read: ids of its vocabulary."""

    name: str
    model: NeuralModel
    ids: np.ndarray


@dataclass(frozen=True)
class FreshNetworks:
    """Networks as they are before training.

    Attributes
    ----------
    cells : tuple of str
    settings : dict
        Keywords of `NetworkSettings`; those not given are as in the first trained model.
    spectral_radii : tuple of float
        Of the recurrent matrices of simple networks, one network for each; none: as drawn.
    seed : int
    """

    cells: tuple[str, ...]
    settings: dict[str, object] = field(default_factory=dict)
    spectral_radii: tuple[float, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        for cell in self.cells:
            if cell not in recurrent_cells():
                raise SettingError(
                    f"the untrained network is {cell[:40]!r}; "
                    f"expected {', '.join(recurrent_cells())}"
                )
        if self.spectral_radii and not set(self.cells) & set(simple_cells()):
            raise SettingError(
                f"a spectral radius is for {' and '.join(simple_cells())}, whose one recurrent "
                "matrix has it; name one of them, or omit the spectral radius"
            )


def find_subjects(
    models: Sequence[str | Path],
    text: Sequence[str] = (),
    fresh: FreshNetworks | None = None,
    tokenizer: str | None = None,
    threads: int | None = None,
    progress: Progress = SILENT,
    files: FileSettings = RECOGNISED,
) -> list[Subject]:
    """Open recurrent models, make untrained ones, and read the text for each as its own was read.

    Parameters
    ----------
    models : sequence of paths
        Bundles, or workspaces with one; with untrained networks, workspaces of text alone, too.
    text : sequence of str
        Files and the like, see `encode_corpus`; none: the text of the workspace.
    fresh : FreshNetworks, optional
        They take their words from the first model or workspace, else from the text.
    tokenizer : str, optional
        In place of that of the models' own text.
    files : FileSettings
        How the files of the text are read.

    Raises
    ------
    SettingError
        If nothing is given that has words, or a model is no recurrent network.
    FormatError
        If there is no such model, or it is damaged.
    EmptyResultError
        If the text has no tokens.
    MissingExtraError
        If PyTorch is not installed.
    """
    from ..neural.recurrent import door  # noqa: F401  (asked for before anything is read)

    if not models and not (fresh and text):
        raise SettingError(
            "no model is given; name one, or untrained networks (--fresh) with a text (--dataset)"
        )
    if "-" in text and len(set(models)) > 1:
        raise SettingError(
            "standard input can be read only once; for several models give the text as a file"
        )
    reading = _Reading(list(text), tokenizer, threads, progress, files)
    subjects: list[Subject] = []
    first: _Ground | None = None
    for place in dict.fromkeys(_place(Path(path), fresh is not None) for path in models):
        if place.name == _CORPUS:
            first = first or reading.of_corpus(place)
            continue
        model = _opened(place)
        ids = reading.of_model(model, place)
        subjects.append(Subject(str(place), model, ids))
        first = first or _Ground(
            model.vocabulary, NetworkSettings.among(model.settings), model.settings.get("text"), ids
        )
    if fresh is not None:
        subjects += _fresh_subjects(fresh, first or reading.by_itself())
    for subject in subjects:
        if len(subject.ids) == 0:
            raise EmptyResultError("the text holds no tokens; expected UTF-8 text with words in it")
    return subjects


def _place(path: Path, with_fresh: bool) -> Path:
    """Return the bundle that a path means: a model, or else a corpus for untrained ones to read."""
    if not is_workspace(path):
        return find_language_model(path)
    offered = offered_bundles("language model")
    networks = [name for name, model in offered.items() if model.holds is NETWORK]
    if (found := first_bundle(path, networks)) is not None:
        return found
    if with_fresh and is_bundle(path / _CORPUS):
        return path / _CORPUS
    raise FormatError(
        path,
        "no recurrent model",
        f"a workspace with {' or '.join(networks)}, or the bundle of a model",
        advice="make one with wvt build-neural-lm, or look at untrained ones (--fresh)",
    )


def _opened(place: Path) -> NeuralModel:
    if place.is_file():
        raise FormatError(place, "a file", "a bundle of wvt build-neural-lm")
    return checked_recurrent(open_model(open_bundle(place)), str(place))


@dataclass(frozen=True)
class _Ground:
    """The setting of untrained networks: vocabulary, text and sizes."""

    vocabulary: Vocabulary
    architecture: NetworkSettings
    reading: object
    ids: np.ndarray


@dataclass(frozen=True)
class _Reading:
    """The text that is asked for, as different models read it."""

    text: list[str]
    tokenizer: str | None
    threads: int | None
    progress: Progress
    files: FileSettings

    def of_model(self, model: NeuralModel, place: Path) -> np.ndarray:
        if self.text:
            stream = read_text(
                model,
                self.text,
                self.tokenizer,
                **self.files.keywords(),
                threads=self.threads,
                progress=self.progress,
            )
            return stream.ids
        own = place.parent / _CORPUS
        if is_bundle(own):
            corpus = EncodedCorpus.load(own)
            if corpus.vocabulary.words == model.vocabulary.words:
                return corpus_stream(corpus)
        raise SettingError(f"no text was found next to {place}; give one (--dataset)")

    def of_corpus(self, place: Path) -> _Ground:
        bundle = open_bundle(place)
        corpus = EncodedCorpus.from_bundle(bundle)
        how = {key: bundle.settings[key] for key in READING if key in bundle.settings}
        if not self.text:
            return _Ground(corpus.vocabulary, NetworkSettings(), how, corpus_stream(corpus))
        # A model of these words reads it as they were read.
        reader = fresh_model(corpus.vocabulary, NetworkSettings(hidden_dim=1))
        reader.settings["text"] = how
        return _Ground(corpus.vocabulary, NetworkSettings(), how, self.of_model(reader, place))

    def by_itself(self) -> _Ground:
        settings = {**LanguageModelText().keywords(), **self.files.keywords()}
        if self.tokenizer is not None:
            settings["tokenizer"] = self.tokenizer
        corpus = encode_corpus(self.text, threads=self.threads, progress=self.progress, **settings)
        return _Ground(corpus.vocabulary, NetworkSettings(), None, corpus_stream(corpus))


def _fresh_subjects(fresh: FreshNetworks, ground: _Ground) -> list[Subject]:
    settings = dict(fresh.settings)
    if "hidden_dim" in settings:
        settings.setdefault("embedding_dim", None)
    subjects = []
    for cell in fresh.cells:
        changes: dict[str, Any] = {**settings, "cell": cell}
        how = replace(ground.architecture, **changes)
        radii: Sequence[float | None] = (None,)
        if fresh.spectral_radii and CELLS[cell].is_simple:
            radii = fresh.spectral_radii
        for radius in radii:
            model = fresh_model(ground.vocabulary, how, fresh.seed, radius)
            said = "untrained" if radius is None else f"radius {radius:g}"
            subjects.append(Subject(f"{cell}, {said}", model, ground.ids))
    return subjects
