"""The commands of a study, in the order in which they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from ..text.tokenizers import names_function
from .folder import StudyFolder
from .models import MODELS, of_kind
from .settings import StudySettings, as_arguments

#: Options of reading text that decide what its documents are, which the split takes, too.
_OF_FILES = ("layout", "errors", "field")
#: Words that a model has to have read, all epochs together, before it is worth comparing.  On
#: 54,000 words of news, the Spearman of skip-gram on WordSim-353 is -.35 after 5 epochs, .22
#: after 60.
_LEAST_WORDS = {"glove": 5e6, "skip-gram": 3e6, "cbow": 3e6, "fasttext": 2e6}
_MOST_EPOCHS = 100
#: Models whose commands take up what a killed run has left: an epoch, or the text as it was read.
_GOING_ON = ("ppmi", "glove", "ngram", "cache", "lstm")
#: Models whose bundles tell how training went.
_CURVED = ("glove", "skip-gram", "cbow", "lstm")


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
        of = self.vectors if MODELS[model].kind == "vectors" else self.lm
        return of / MODELS[model].bundle

    def builds(self) -> list[Step]:
        """Return the steps that make the models, and those that they want."""
        chosen = self.settings.chosen
        wanted = ["ppmi", *chosen] if of_kind("vectors", chosen) else chosen
        if "mix" in chosen:
            wanted = [*wanted, *(name for name in ("cache", "lstm") if name not in chosen)]
        return [self._build(name) for name in MODELS if name in wanted]

    def _build(self, name: str) -> Step:
        settings = self.settings
        if MODELS[name].kind == "vectors":
            arguments, needs = self._vector_arguments(name)
            options = settings.section(name)
            if name != "ppmi":  # which draws nothing by lot, and has a dimension for each word
                options = {"seed": settings.seed, **settings.of_vectors(name)}
        else:
            arguments, needs = self._lm_arguments(name)
            options = {"seed": settings.seed} if name == "lstm" else {}
            if name == "cache":  # it is made of the n-grams, which it would make anew otherwise
                options |= settings.section("ngram")
            options |= settings.section(name)
        if name in _LEAST_WORDS and "epochs" not in settings.given_for(name):
            options["epochs"] = max(options["epochs"], self._epochs(name))
        typed = (*arguments, *MODELS[name].command[1:], *as_arguments(options, name))
        return Step(name, name, typed, needs, self.path(name), name in _GOING_ON, options)

    def _epochs(self, model: str) -> int:
        """Return how often a small text has to be read, at least."""
        return min(_MOST_EPOCHS, ceil(_LEAST_WORDS[model] / max(self.texts.n_words, 1)))

    def _vector_arguments(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        command = MODELS[name].command[0]
        if name != "ppmi" or self._is_given:
            return (command, str(self.vectors)), () if name == "ppmi" else ("ppmi",)
        return (command, *self.texts.train, "-o", str(self.vectors), *self._reading), ("split",)

    def _lm_arguments(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        command = MODELS[name].command[0]
        held_out = ("--held-out", self.texts.valid) if self.texts.valid else ()
        if name == "mix":
            parts = ("cache", "lstm")
            return (
                command,
                *(str(self.path(part)) for part in parts),
                *held_out,
                *self._cut,
            ), parts
        held_out = held_out if name != "ngram" else ()
        if not self._is_given and (
            self.lm != self.vectors or not of_kind("vectors", self.settings.chosen)
        ):
            # The first reads the text; the others find it read.
            text = (self.texts.sample,) if self.texts.sample else self.texts.train
            return (command, *text, "-o", str(self.lm), *self._lm_reading(), *held_out), ("split",)
        needs = ("ppmi",) if of_kind("vectors", self.settings.chosen) else ("split",)
        return (command, str(self.lm), *held_out, *(self._cut if held_out else ())), needs

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
        vectors, lms = of_kind("vectors", list(models)), of_kind("language model", list(models))
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
            seen = ("--by-seen", str(self.path("ngram"))) if "ngram" in lms else ()
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
        for name in vectors if vectors == ["ppmi"] else [n for n in vectors if n != "ppmi"]:
            add(f"map-{name}", "map", "plot", "map", str(self.path(name)), needs=[name])
        curved = [name for name in _CURVED if name in models]
        if curved:
            add(
                "curves",
                "curves",
                "plot",
                "curves",
                *(str(self.path(name)) for name in curved),
                needs=curved,
            )
        if "lstm" in lms and texts.test:
            add(
                "gradients",
                "diagnose",
                "diagnose",
                str(self.path("lstm")),
                "--dataset",
                texts.test,
                "--fresh",
                "rnn-tanh",
                *self._cut,
                needs=["lstm"],
            )
        return steps
