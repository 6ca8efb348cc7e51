"""The commands of a study, in the order in which they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from ..models.catalogue import MODELS, ModelKind
from ..models.kinds.neural import NETWORK
from ..models.kinds.ngram import NGRAM
from ..text.tokenizers import names_function
from .folder import StudyFolder
from .settings import StudySettings, as_arguments, of_role

#: Options of reading text that decide what its documents are, which the split takes, too.
_OF_FILES = ("layout", "errors", "field")
_MOST_EPOCHS = 100


@dataclass(frozen=True)
class Step:
    """A ``wvt`` command.

    Attributes
    ----------
    name : str
        Of the model that it makes, or of what it measures.
    section : str
        Its options' section in the settings, by which its cost is foretold, too.
    arguments : tuple of str
        What follows ``wvt``.  It is run with ``--json`` besides.
    needs : tuple of str
        Steps whose results it reads.
    makes : Path or None
        The bundle; None where the result is what it prints.
    goes_on : bool
        Whether a killed run is taken up where it was.
    options : dict
        Those of `arguments` that decide what it costs.
    """

    name: str
    section: str
    arguments: tuple[str, ...]
    needs: tuple[str, ...] = ()
    makes: Path | None = None
    goes_on: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Texts:
    """The texts of a study, as its commands name them.

    Attributes
    ----------
    train : tuple of str
        Files, or a workspace.
    valid, test : str
        "" if there are none.
    sample : str
        What language models learn from, where the whole is too much; "" if it is not.
    n_words : int
        Of the training text, by white space; 0 if not known.
    n_sample_words : int
        Of what language models learn from.
    n_test_words : int
    """

    train: tuple[str, ...]
    valid: str = ""
    test: str = ""
    sample: str = ""
    n_words: int = 0
    n_sample_words: int = 0
    n_test_words: int = 0


def split_step(settings: StudySettings, folder: StudyFolder) -> Step:
    """Return the step that parts the corpus into what is learnt and what is foretold."""
    options = {k: v for k, v in settings.section("text").items() if k in _OF_FILES}
    options |= {"seed": settings.seed, **settings.section("split")}
    for part, given in (("valid", settings.valid), ("test", settings.test)):
        if given:
            options[part] = 0
    arguments = ("split", *settings.corpus, "-o", str(folder.text), "--force")
    return Step("split", "split", (*arguments, *as_arguments(options, "split")))


class Steps:
    """The steps of a study whose texts are known.

    Parameters
    ----------
    settings : StudySettings
    folder : StudyFolder
    texts : Texts
    workspace : path, optional
        One that is there already, in which the models are built.
    """

    def __init__(
        self,
        settings: StudySettings,
        folder: StudyFolder,
        texts: Texts,
        workspace: Path | None = None,
    ) -> None:
        self.settings, self.texts = settings, texts
        self.vectors = workspace or folder.train
        self.lm = folder.lm if texts.sample else self.vectors
        self._reading = as_arguments(settings.section("text"), "text")
        self._is_given = workspace is not None
        # What reads text for a model calls a function only if it is named there.
        cut = str(settings.section("text").get("tokenizer", ""))
        self._cut = ("--tokenizer", cut) if names_function(cut) else ()

    def path(self, model: str) -> Path:
        """Return the bundle of a model."""
        kind = MODELS[model]
        of = self.vectors if kind.role == "vectors" else self.lm
        return of / kind.bundle_for(self.settings.section(model))

    def builds(self) -> list[Step]:
        """Return the steps that make the models, and those that they want."""
        wanted = set(self.settings.chosen)
        while more := {other for name in wanted for other in MODELS[name].builds_on} - wanted:
            wanted |= more
        return [self._build(name) for name in MODELS if name in wanted]

    def _build(self, name: str) -> Step:
        settings, kind = self.settings, MODELS[name]
        options: dict[str, Any] = {"seed": settings.seed} if kind.is_random else {}
        for other in kind.inherits:
            options |= settings.section(other)
        is_of_all = kind.role == "vectors" and kind.is_random
        options |= settings.of_vectors(name) if is_of_all else settings.section(name)
        if kind.least_words and "epochs" not in settings.given_for(name):
            options["epochs"] = max(options["epochs"], self._epochs(kind.least_words))
        arguments, needs = self._arguments(kind)
        typed = (*arguments, *kind.command[1:], *as_arguments(options, name))
        return Step(name, name, typed, needs, self.path(name), kind.resumes, options)

    def _epochs(self, least_words: float) -> int:
        """Return how often a small text has to be read, at least."""
        return min(_MOST_EPOCHS, ceil(least_words / max(self.texts.n_words, 1)))

    def _arguments(self, kind: ModelKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the command of a model but for its options, and the steps that it needs."""
        command, texts = kind.command[0], self.texts
        has_held_out = kind.held_out != "none" and texts.valid
        held_out = ("--held-out", texts.valid) if has_held_out else ()
        cut = self._cut if held_out else ()
        if kind.source == "models":
            models = (str(self.path(part)) for part in kind.builds_on)
            return (command, *models, *held_out, *self._cut), kind.builds_on
        if kind.role == "vectors":
            if kind.builds_on or self._is_given:
                return (command, str(self.vectors)), kind.builds_on
            return (command, *texts.train, "-o", str(self.vectors), *self._reading), ("split",)
        readers = [name for name in of_role("vectors", MODELS) if not MODELS[name].builds_on][:1]
        has_vectors = bool(of_role("vectors", self.settings.chosen))
        if not self._is_given and (self.lm != self.vectors or not has_vectors):
            # The first reads the text; the others find it read.
            text = (texts.sample,) if texts.sample else texts.train
            return (command, *text, "-o", str(self.lm), *self._lm_reading(), *held_out), ("split",)
        needs = tuple(readers) if has_vectors else ("split",)
        return (command, str(self.lm), *held_out, *cut), needs

    def _reading_of(self, *names: str) -> tuple[str, ...]:
        """Return some of the options by which the text is read."""
        given = self.settings.section("text")
        return as_arguments({name: given[name] for name in names if name in given}, "text")

    def _lm_reading(self) -> tuple[str, ...]:
        """Return how language models read: as vectors do, whose commands have other defaults."""
        reading = {"tokenizer": "words", "min-count": 5, **self.settings.section("text")}
        return as_arguments(reading, "text")

    def measurements(self, models: Sequence[str], words: Sequence[str]) -> list[Step]:
        """Return the steps that measure models that are there.

        Parameters
        ----------
        models : sequence of str
        words : sequence of str
            Whose neighbours are shown.
        """
        settings = self.settings
        vectors, lms = of_role("vectors", list(models)), of_role("language model", list(models))
        steps: list[Step] = []

        def add(name: str, section: str, *arguments: str, needs: Sequence[str]) -> None:
            options = settings.section(section)
            typed = (*arguments, *as_arguments(options, section))
            steps.append(Step(name, section, typed, tuple(needs), options=options))

        paths = [str(self.path(name)) for name in vectors]
        texts = self.texts
        of_lms = (texts.sample,) if texts.sample else texts.train  # what language models learn from
        if models:
            reading = () if self._is_given else self._reading
            add(
                "profile",
                "profile",
                "profile",
                *(texts.train if vectors else of_lms),
                *reading,
                needs=models[:1],
            )
            if vectors and lms and texts.sample:
                add("profile-lm", "profile", "profile", texts.sample, *reading, needs=lms[:1])
        for section, tests in (
            ("eval-similarity", settings.similarity),
            ("eval-analogy", settings.analogy),
        ):
            for number, test in enumerate(tests if vectors else (), 1):
                add(
                    f"{section.removeprefix('eval-')}-{number}",
                    section,
                    section,
                    *paths,
                    "--dataset",
                    test,
                    needs=vectors,
                )
        if lms and texts.test:
            # In a workspace, words outside of the vocabulary cannot be told from each other.
            read_again = not self._is_given and len(of_lms) == 1
            how = self._reading_of("tokenizer", "layout") if read_again else self._cut
            held_out = (texts.test, texts.valid) if texts.valid else (texts.test,)
            add(
                "leaks",
                "leaks",
                "check-split",
                of_lms[0] if read_again else str(self.lm),
                *held_out,
                *how,
                needs=lms[:1],
            )
        if lms and texts.test:
            ngrams = [name for name in lms if MODELS[name].holds is NGRAM]
            seen = ("--by-seen", str(self.path(ngrams[0]))) if ngrams else ()
            add(
                "perplexity",
                "eval-perplexity",
                "eval-perplexity",
                *(str(self.path(name)) for name in lms),
                "--dataset",
                texts.test,
                "--by-frequency",
                *seen,
                *self._cut,
                needs=lms,
            )
        for name in vectors if words else ():
            add(
                f"neighbors-{name}",
                "neighbors",
                "neighbors",
                str(self.path(name)),
                *words,
                needs=[name],
            )
        # The sparse vectors that others are made from are shown only if they are alone.
        shown = [name for name in vectors if MODELS[name].builds_on] or vectors
        for name in shown:
            add(f"map-{name}", "map", "plot", "map", str(self.path(name)), needs=[name])
        curved = [name for name in models if MODELS[name].holds.training is not None]
        if curved:
            add(
                "curves",
                "curves",
                "plot",
                "curves",
                *(str(self.path(name)) for name in curved),
                needs=curved,
            )
        networks = [name for name in lms if MODELS[name].holds is NETWORK]
        if networks and texts.test:
            add(
                "gradients",
                "diagnose",
                "diagnose",
                *(str(self.path(name)) for name in networks),
                "--dataset",
                texts.test,
                "--fresh",
                "rnn-tanh",
                *self._cut,
                needs=networks,
            )
        return steps
