"""The kinds of bundles and of models that there are, a record each.

All that lists, opens, builds, measures or shows models reads these records.  They are in
`wordvec_toolkit.models.kinds`; another package adds its own with `add_model` (see
`wordvec_toolkit.runtime.catalogue`).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from ..errors import SettingError
from ..runtime.catalogue import Catalogue
from ..runtime.late import named
from .costs import Estimate, Sizes

if TYPE_CHECKING:
    from ..bundles.reading import Bundle
    from ..counts.cooccurrence import Cooccurrence
    from ..counts.ngrams import NgramCounts
    from ..embeddings.vectors import WordVectors
    from ..lexicon.thesaurus import Thesaurus
    from ..lm.language_model import LanguageModel
    from ..lm.sentence_model import SentenceModel
    from ..runtime.settings import Settings
    from ..text.corpus import EncodedCorpus
    from ..text.sides import PairCorpus
    from ..translation.model import TranslationModel
    from .pipeline import BuiltWorkspace

    #: What a bundle can hold.
    Opened: TypeAlias = (
        WordVectors
        | Thesaurus
        | Cooccurrence
        | NgramCounts
        | EncodedCorpus
        | LanguageModel
        | SentenceModel
        | PairCorpus
        | TranslationModel
    )

Role = Literal["vectors", "thesaurus", "language model"]
Family = Literal["count-based", "neural", "lexical", "mixed"]
Level = Literal["quick", "standard", "full"]
#: What bundles hold: what has the role of a model, or a step on the way to one.
Contents = Literal[
    "vectors",
    "thesaurus",
    "language model",
    "sentence model",
    "translation model",
    "text",
    "pairs",
    "counts",
    "state",
]
HeldOut = Literal["none", "optional", "required"]
LEVELS: tuple[Level, ...] = get_args(Level)
#: What a manifest gives rise to that somebody has changed, or that another package has written.
_CHANGED = (LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Training:
    """Course of training, as noted in a bundle.

    Attributes
    ----------
    measure : str
        What the numbers are.
    values : dict
        Text that was measured -> a number for each epoch, None for what is not finite.
    best : int or None
        The epoch whose model was kept, from 1.
    """

    measure: str
    values: Mapping[str, tuple[float | None, ...]]
    best: int | None = None


def _same_title(title: str, settings: Mapping[str, object]) -> str:
    return title


def _always() -> bool:
    return True


def _no_note(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    return ""


def _check_choice(what: str, value: str, kind: object) -> None:
    if value not in get_args(kind):
        raise SettingError(f"{what} is {value!r}; expected {' or '.join(get_args(kind))}")


@dataclass(frozen=True, kw_only=True)
class BundleKind:
    """Record of a kind of bundles.

    Attributes
    ----------
    kind : str
        As the manifest has it.
    holds : str
        See `Contents`.
    open : callable
        Reads an opened bundle.
    describe : callable
        Returns in a few words what a bundle holds.
    n_parameters : callable
        Returns how many numbers the model has of its own, besides those of models that it is made
        of; None if the manifest does not tell.
    training : callable or None
        Returns the learning curve; None for what is not trained in epochs.
    no_training : str
        Why there is none.
    is_composite : bool
        Whether it opens only next to its component bundles, unchanged.
    """

    kind: str
    holds: Contents
    open: Callable[["Bundle"], "Opened"]
    describe: Callable[["Bundle"], str]
    n_parameters: Callable[["Bundle"], int | None]
    training: Callable[["Bundle"], Training] | None
    no_training: str = "it is not trained in epochs"
    is_composite: bool = False

    def __post_init__(self) -> None:
        _check_choice(f"what a bundle of {self.kind} holds", self.holds, Contents)


@dataclass(frozen=True, kw_only=True)
class ModelKind:
    """A kind of model.

    Attributes
    ----------
    name : str
        In a study.
    title : str
        For people.
    role, family : str
        See `Role` and `Family`.
    holds : BundleKind
        What its bundle is.
    bundles : callable
        Returns what its bundle may be called in a workspace, the usual name first; see `called`.
    offered : int
        Place among the models of its role that a workspace offers, the smallest first.
    build : callable
        Its builder: takes ``corpus`` and ``output``, or ``models``, ``held_out`` and ``tokenizer``
        as far as they are needed, `settings` as keywords, and ``progress``.
    settings : callable
        Returns the types of the settings that `build` takes.
    command : tuple of str
        The command that builds it, and the options without which it would build another.
    builds_on : tuple of str
        Models that a study builds first: those it is made from, or the one that reads the text.
    is_random : bool
        Whether it takes a seed, and if it is vectors, the options that hold for all of them.
    resumes : bool
        Whether a killed command is taken up where it was.
    least_words : float
        Words to be read, all epochs together, before it is worth comparing; 0 for what has no
        epochs or chooses them itself.
    options : callable
        Returns the options of the command that a level of a study has where they are not given, by
        the level and those that are; see `at_levels`.
    cost : callable
        Returns what building it costs, by settings and sizes.
    levels : tuple of str
        Levels of a study at which it is built without being asked for.
    standard_from : float
        Words of training text from which on it is built at the level standard, too.
    is_at_hand : callable
        Whether what it is made from, besides text, is on this machine; where it is not, a study
        has to be asked for it.
    languages : tuple of str
        Codes of the languages of text that a study has it for by default; none: any.
    source : {"text", "models", "lexicon"}
        Whether the command takes text (or a workspace), finished models, or vectors and a lexicon:
        those of `builds_on`.
    held_out : {"none", "optional", "required"}
        Whether the command takes held-out text.
    inherits : dict
        Models whose options it takes, too -> those options that may not differ.
    named_by : str
        The option whose value is the name of the bundle; "" if that is always the first.
    retitle : callable
        Returns what people call a model, by the title and the settings of its bundle.
    packages : tuple of str
        What has to be installed.
    extra : str
        The extra of the toolkit that brings `packages`.
    time_note : str
        Where its time is contained in that of another.
    note : callable
        Returns a sentence that a reader of its numbers has to know, by its options and its bundle
        (None if it has none); "" for nothing.
    """

    name: str
    title: str
    role: Role
    family: Family
    holds: BundleKind
    bundles: Callable[[], tuple[str, ...]]
    offered: int
    build: Callable[..., "BuiltWorkspace"]
    settings: Callable[[], tuple[type["Settings"], ...]]
    command: tuple[str, ...]
    builds_on: tuple[str, ...]
    is_random: bool
    resumes: bool
    least_words: float
    options: Callable[[Level, Mapping[str, object]], dict[str, object]]
    cost: Callable[[Mapping[str, object], Sizes], Estimate]
    levels: tuple[Level, ...] = LEVELS
    standard_from: float = float("inf")
    is_at_hand: Callable[[], bool] = _always
    languages: tuple[str, ...] = ()
    source: Literal["text", "models", "lexicon"] = "text"
    held_out: HeldOut = "none"
    inherits: Mapping[str, frozenset[str]] = field(default_factory=dict)
    named_by: str = ""
    retitle: Callable[[str, Mapping[str, object]], str] = _same_title
    packages: tuple[str, ...] = ()
    extra: str = ""
    time_note: str = ""
    note: Callable[[Mapping[str, object], "Bundle | None"], str] = _no_note

    def __post_init__(self) -> None:
        of = f"of the model {self.name}"
        _check_choice(f"the role {of}", self.role, Role)
        _check_choice(f"the family {of}", self.family, Family)
        for level in self.levels:
            _check_choice(f"a level {of}", level, Level)
        if self.holds.holds != self.role:
            raise SettingError(f"the bundle {of} holds {self.holds.holds}; expected {self.role}")
        for what in ("name", "title", "command"):
            if not getattr(self, what):
                raise SettingError(f"the model {self.name!r} has no {what}; give it one")

    def bundle_for(self, options: Mapping[str, object]) -> str:
        """Return what the bundle of a model with these options is called."""
        return str(options.get(self.named_by, self.bundles()[0]))

    def is_for(self, language: str) -> bool:
        """Return whether a study of text in a language, "" if not known, has it by default."""
        return not (language and self.languages) or language in self.languages


def called(name: str) -> Callable[[], tuple[str, ...]]:
    """Return `ModelKind.bundles` of a kind whose bundle has one name."""
    return lambda: (name,)


def settings_of(*places: str) -> Callable[[], tuple[type["Settings"], ...]]:
    """Return `ModelKind.settings` by their packages and names: ``text:TextSettings``."""

    def import_them() -> tuple[type["Settings"], ...]:
        rooms = (place.split(":") for place in places)
        return tuple(named(f"{room}.settings:{name}") for room, name in rooms)

    return import_them


def at_levels(
    *, quick: dict[str, object], standard: dict[str, object], full: dict[str, object]
) -> Callable[[Level, Mapping[str, object]], dict[str, object]]:
    """Return `ModelKind.options` that depend on the level only."""
    by_level: dict[Level, dict[str, object]] = {"quick": quick, "standard": standard, "full": full}
    return lambda level, given: dict(by_level[level])


def _fill_bundles() -> None:
    from .kinds import BUNDLE_KINDS

    for record in BUNDLE_KINDS:
        BUNDLES.add(record.kind, record)


def _fill_models() -> None:
    from .kinds import MODEL_KINDS

    by_name = {model.name: model for model in MODEL_KINDS}

    def depth(model: ModelKind) -> int:
        return 1 + max(
            (depth(by_name[name]) for name in (*model.builds_on, *model.inherits)), default=0
        )

    def place(model: ModelKind) -> tuple[bool, int, int, int]:
        is_of_text, family = model.role == "language model", get_args(Family).index(model.family)
        return is_of_text, family, depth(model), model.offered

    for model in sorted(MODEL_KINDS, key=place):
        MODELS.add(model.name, model)


#: Kind in a manifest -> what such bundles hold.
BUNDLES: Catalogue[BundleKind] = Catalogue("kind of bundle", _fill_bundles)
#: Name in a study -> kind of model, in the order in which they are built and shown: vectors before
#: language models, each family by itself, and those that build on others after them.
MODELS: Catalogue[ModelKind] = Catalogue("kind of model", _fill_models)


def add_model(model: ModelKind) -> None:
    """Add a kind of model, with the kind of its bundle if that is new."""
    if model.name in MODELS:  # which fills it first
        raise SettingError(f"there are two kinds of model called {model.name!r}; rename one")
    if model.holds.kind not in BUNDLES:
        BUNDLES.add(model.holds.kind, model.holds)
    MODELS.add(model.name, model)


def offered_bundles(role: Role) -> dict[str, ModelKind]:
    """Return the bundles that a workspace offers as models of a role, the best first."""
    of_role = [model for model in MODELS.values() if model.role == role]
    of_role.sort(key=lambda model: model.offered)
    return {name: model for model in of_role for name in model.bundles()}


def describe(bundle: "Bundle") -> str:
    """Return in a few words what a bundle holds."""
    with suppress(*_CHANGED):
        return BUNDLES[bundle.kind].describe(bundle)
    return bundle.kind


def n_parameters_of(bundle: "Bundle") -> int | None:
    """Return how many numbers a model has of its own; None if its manifest does not tell."""
    with suppress(*_CHANGED):
        return BUNDLES[bundle.kind].n_parameters(bundle)
    return None
