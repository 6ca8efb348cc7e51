"""The steps of a study, in the order in which they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TypeAlias

from ..models.catalogue import MODELS, ModelKind
from ..models.kinds.neural import NETWORK
from ..models.kinds.ngram import NGRAM
from ..text.settings import FileSettings
from ..text.tokenizers import must_be_named
from .folder import StudyFolder
from .measurements import MEASUREMENTS
from .options import as_arguments, keywords_of, spellings
from .settings import StudySettings, counted_vectors, of_role

#: Options of reading text that decide what its documents are, which the split takes, too.
_OF_FILES = {"layout", *spellings(FileSettings)}
_MOST_EPOCHS = 100
#: Inputs that a command takes without an option.
_PLACED = ("corpus", "models", "model", "train", "texts", "words")
#: Value of an input: a path or another name, several of them, or a switch.
Input: TypeAlias = str | bool | Sequence[str]


@dataclass(frozen=True)
class Step:
    """Step of a study, run in a process of its own.

    Attributes
    ----------
    name : str
        Of the model that it builds, or of what it measures.
    section : str
        That of its options in the settings.
    arguments : tuple of str
        What follows ``wvt`` in the command that does the same; none for what needs no doing.
    inputs : dict
        What it reads and where it writes: keywords of what builds or measures.
    settings : dict
        The other keywords.
    needs : tuple of str
        Steps whose results it reads.
    makes : Path or None
        The bundle; None where it has a result.
    resumes : bool
        Whether a killed run is taken up where it was.
    """

    name: str
    section: str
    arguments: tuple[str, ...] = ()
    inputs: Mapping[str, Input] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    makes: Path | None = None
    resumes: bool = False


def make_step(
    name: str,
    section: str,
    command: Sequence[str],
    inputs: Mapping[str, Input],
    options: Mapping[str, object],
    needs: tuple[str, ...] = (),
    makes: Path | None = None,
    resumes: bool = False,
) -> Step:
    """Return a step with the command that does the same.

    Parameters
    ----------
    command : sequence of str
        What names the command, then options without which it would do something else.
    inputs : dict
        Those that are "" or None are skipped.
    options : dict
        As they are spelled in the section.
    needs, makes, resumes
        See `Step`.
    """
    inputs = {key: value for key, value in inputs.items() if value not in ("", None)}
    names = [word for word in command if not word.startswith("-")][
        : 2 if command[0] == "plot" else 1
    ]
    placed = [inputs[key] for key in inputs if key in _PLACED]
    words = [
        word for one in placed for word in ((str(one),) if isinstance(one, (str, bool)) else one)
    ]
    others = {
        key: value for key, value in inputs.items() if key not in (*_PLACED, "output", "shown_as")
    }
    output = ("-o", inputs["output"]) if "output" in inputs else ()
    fixed = command[len(names) :]
    typed = (*names, *words, *output, *as_arguments(others), *fixed, *as_arguments(options))
    return Step(name, section, typed, inputs, keywords_of(section, options), needs, makes, resumes)


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
    parts : tuple of str
        Those of the texts that the study has written itself.
    are_lines : bool
        Whether these are read as plain lines whatever they look like: the corpus was in another
        format.
    """

    train: tuple[str, ...]
    valid: str = ""
    test: str = ""
    sample: str = ""
    n_words: int = 0
    n_sample_words: int = 0
    n_test_words: int = 0
    parts: tuple[str, ...] = ()
    are_lines: bool = False


def split_step(settings: StudySettings, folder: StudyFolder) -> Step:
    """Return the step that splits the corpus into training, validation and test text."""
    options = {k: v for k, v in settings.section("text").items() if k in _OF_FILES}
    options |= {"seed": settings.seed, **settings.section("split")}
    given = (("valid", settings.valid), ("test", settings.test))
    for part, text in given:
        if text:
            options[part] = 0
    files = options.keys() & spellings(FileSettings)
    own = {f"{part}_text": text for part, text in given if text and files}
    inputs: dict[str, Input] = {
        "corpus": settings.corpus,
        "output": str(folder.text),
        **own,
        "force": True,
    }
    return make_step("split", "split", ("split",), inputs, options)


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
        given = settings.section("text")
        self._files = {key: given[key] for key in spellings(FileSettings) & given.keys()}
        self._reading = given
        if set(texts.train) <= set(texts.parts):
            others = {key: value for key, value in given.items() if key not in self._files}
            self._reading = {**others, **self._reading_of(texts.train[0])}
        self._is_given = workspace is not None
        # What reads text for a model uses a function, say, only if it is named there.
        tokenizer = str(self._reading.get("tokenizer", ""))
        self._named = tokenizer if must_be_named(tokenizer) else ""

    def _reading_of(self, text: str) -> dict[str, object]:
        """Return options of reading the file of a text."""
        if text not in self.texts.parts:
            return self._files
        return {"format": "plain"} if self.texts.are_lines else {}

    def path(self, model: str) -> Path:
        """Return the bundle of a model."""
        kind = MODELS[model]
        of = self.lm if kind.role == "language model" else self.vectors
        return of / kind.bundle_for(self.settings.section(model))

    def builds(self) -> list[Step]:
        """Return the steps that make the models, and those that they need."""
        wanted = set(self.settings.chosen)
        while more := {other for name in wanted for other in MODELS[name].builds_on} - wanted:
            wanted |= more
        return [self._build(name) for name in MODELS if name in wanted]

    def _build(self, name: str) -> Step:
        settings, kind = self.settings, MODELS[name]
        options = {"seed": settings.seed} if kind.is_random else {}
        for other in kind.inherits:
            options |= settings.section(other)
        is_of_all = kind.role == "vectors" and kind.is_random
        options |= settings.of_vectors(name) if is_of_all else settings.section(name)
        if kind.least_words and "epochs" not in settings.given_for(name):
            options["epochs"] = max(options["epochs"], self._epochs(kind.least_words))
        inputs, reading, needs = self._inputs(kind)
        return make_step(
            name,
            name,
            kind.command,
            inputs,
            {**reading, **options},
            needs=needs,
            makes=self.path(name),
            resumes=kind.resumes,
        )

    def _epochs(self, least_words: float) -> int:
        """Return how often a small text has to be read, at least."""
        return min(_MOST_EPOCHS, ceil(least_words / max(self.texts.n_words, 1)))

    def _inputs(
        self, kind: ModelKind
    ) -> tuple[dict[str, Input], Mapping[str, object], tuple[str, ...]]:
        """Return what a model is built from, how that text is read, and the steps it needs."""
        texts = self.texts
        held_out = texts.valid if kind.held_out != "none" else ""
        if kind.source == "models":
            models = tuple(str(self.path(part)) for part in kind.builds_on)
            inputs: dict[str, Input] = {
                "models": models,
                "held_out": held_out,
                "tokenizer": self._named,
            }
            return inputs, {}, kind.builds_on
        if kind.source == "lexicon":
            vectors, lexicon = (str(self.path(part)) for part in kind.builds_on)
            output = str(self.path(kind.name))
            return {"model": vectors, "lexicon": lexicon, "output": output}, {}, kind.builds_on
        if kind.role != "language model":
            if kind.builds_on or self._is_given:
                return {"corpus": (str(self.vectors),)}, {}, kind.builds_on
            inputs = {"corpus": texts.train, "output": str(self.vectors)}
            return inputs, self._reading, ("split",)
        readers = [name for name in of_role("vectors", MODELS) if not MODELS[name].builds_on][:1]
        has_vectors = bool(of_role("vectors", self.settings.chosen))
        if not self._is_given and (self.lm != self.vectors or not has_vectors):
            # The first reads the text; the others find it read.  They read as vectors do, whose
            # builders have other defaults.
            reading = {"tokenizer": "words", "min-count": 5, **self._reading}
            text = (texts.sample,) if texts.sample else texts.train
            inputs = {"corpus": text, "output": str(self.lm), "held_out": held_out}
            return inputs, reading, ("split",)
        needs = tuple(readers) if has_vectors else ("split",)
        inputs = {"corpus": (str(self.lm),), "held_out": held_out}
        return {**inputs, "tokenizer": self._named if held_out else ""}, {}, needs

    def measurements(self, models: Sequence[str], words: Sequence[str]) -> list[Step]:
        """Return the steps that measure models that are there.

        Parameters
        ----------
        models : sequence of str
        words : sequence of str
            Whose neighbours are shown.
        """
        settings, texts = self.settings, self.texts
        vectors, lms = of_role("vectors", models), of_role("language model", models)
        steps: list[Step] = []

        def add(
            name: str,
            section: str,
            needs: Sequence[str],
            reading: Mapping[str, object] | None = None,
            **inputs: Input,
        ) -> None:
            options = {**(reading or {}), **settings.section(section)}
            command = MEASUREMENTS[section].command
            steps.append(make_step(name, section, command, inputs, options, needs=tuple(needs)))

        paths = {name: str(self.path(name)) for name in models}
        of_lms = tuple(paths[name] for name in lms)
        for_lms = (texts.sample,) if texts.sample else texts.train
        if models:
            reading = {} if self._is_given else self._reading
            corpus = texts.train if vectors else for_lms
            add("profile", "profile", models[:1], reading, corpus=corpus)
            if vectors and lms and texts.sample:
                add("profile-lm", "profile", lms[:1], reading, corpus=(texts.sample,))
        thesauri = of_role("thesaurus", models)
        together: Input = True if thesauri and counted_vectors(models) else ""
        for kind, tests, scored, combine in (
            ("similarity", settings.similarity, [*vectors, *thesauri], together),
            ("analogy", settings.analogy, vectors, ""),
        ):
            twins = settings.twins(tests)
            for number, test in enumerate(tests if scored else (), 1):
                add(
                    f"{kind}-{number}",
                    f"eval-{kind}",
                    scored,
                    models=tuple(paths[name] for name in scored),
                    dataset=test,
                    shown_as=twins.get(test, ""),
                    combine=combine,
                )
        named = self._named
        if lms and texts.test:
            # In a workspace, words outside the vocabulary are not distinguished.
            read_again = not self._is_given and len(for_lms) == 1
            given = {name: self._reading.get(name, "") for name in ("tokenizer", "layout")}
            how = given if read_again else {"tokenizer": named}
            train = for_lms[0] if read_again else str(self.lm)
            held_out = (texts.test, texts.valid) if texts.valid else (texts.test,)
            ways = [self._reading_of(text) for text in (*for_lms[:read_again], *held_out)]
            files = ways[0] if all(way == ways[0] for way in ways) else {}
            add("leaks", "leaks", lms[:1], files, train=train, texts=held_out, **how)
            ngrams = [paths[name] for name in lms if MODELS[name].holds is NGRAM]
            add(
                "perplexity",
                "eval-perplexity",
                lms,
                self._reading_of(texts.test),
                models=of_lms,
                dataset=texts.test,
                by_frequency=True,
                by_seen=ngrams[0] if ngrams else "",
                tokenizer=named,
            )
        for number, test in enumerate(settings.minimal_pairs if lms else (), 1):
            add(
                f"minimal-pairs-{number}",
                "eval-minimal-pairs",
                lms,
                models=of_lms,
                dataset=test,
                tokenizer=named,
            )
        for name in vectors if words else ():
            add(f"neighbors-{name}", "neighbors", [name], model=paths[name], words=tuple(words))
        for name in vectors:
            add(f"map-{name}", "map", [name], models=(paths[name],))
        curved = [name for name in models if MODELS[name].holds.training is not None]
        if curved:
            add("curves", "curves", curved, models=tuple(paths[name] for name in curved))
        networks = [name for name in lms if MODELS[name].holds is NETWORK]
        if networks and texts.test:
            add(
                "gradients",
                "diagnose",
                networks,
                self._reading_of(texts.test),
                models=tuple(paths[name] for name in networks),
                dataset=texts.test,
                fresh="rnn-tanh",
                tokenizer=named,
            )
        return steps
