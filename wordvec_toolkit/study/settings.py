"""Settings of a study, from the command line or a TOML file."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..errors import FormatError, SettingError, WordvecError, expect
from ..models.catalogue import LEVELS, MODELS, Level, Role
from ..report.translations import ENGLISH, check_report_language
from ..runtime.printing import short_names
from ..text.files import NAMED_LAYOUTS, STDIN
from ..text.languages import check_language
from ..text.settings import TextSettings
from ..text.tokenizers import check_named
from .measurements import MEASUREMENTS
from .options import dashed, keywords_of, spellings

#: Section -> option -> value, as TOML has it.
Options = Mapping[str, Mapping[str, Any]]

_TESTS = ("similarity", "analogy", "minimal_pairs")
_LISTS = ("corpus", "models", "words", *_TESTS)
_FILES = ("corpus", "valid", "test", *_TESTS)


@dataclass(frozen=True)
class StudySettings:
    """Settings of a study.

    Attributes
    ----------
    corpus : tuple of str
        Text, as for the commands that build; or one workspace.
    level : {"quick", "standard", "full"}
        Decides what `options` leave open.
    models : tuple of str
        Names, see `MODELS`; empty: all that the level has.
    valid, test : str
        Held-out text of one's own, in place of parts of the corpus.
    words : tuple of str
        Whose neighbours are shown; empty: some are picked, evenly over the ranks.
    similarity, analogy, minimal_pairs : tuple of str
        Test sets, names or files.
    seed : int
        Of the split, and of all that is drawn.
    language : str
        Code of the language of the text, "" if it is not known: models for other languages, such as
        WordNet, are built only where `models` names them.
    report_language : {"en", "ko"}
        Of the fixed words of the page.
    options : dict
        Section -> option of that command -> value, as on its command line without the dashes:
        ``{"skip-gram": {"epochs": 15}}``.
    """

    corpus: tuple[str, ...]
    level: Level = "standard"
    models: tuple[str, ...] = ()
    valid: str = ""
    test: str = ""
    words: tuple[str, ...] = ()
    similarity: tuple[str, ...] = ("wordsim353", "simlex999")
    analogy: tuple[str, ...] = ("google",)
    minimal_pairs: tuple[str, ...] = ()
    seed: int = 0
    language: str = ""
    report_language: str = ENGLISH
    options: Options = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise SettingError(f"level is {self.level!r}; expected one of {', '.join(LEVELS)}")
        for name in _LISTS:
            value = getattr(self, name)
            expect(name, value, (tuple, list), "a tuple, such as ('lee',)")
        if unknown := [name for name in self.models if name not in MODELS]:
            raise SettingError(
                f"models has {', '.join(map(repr, unknown))}; expected some of {', '.join(MODELS)}"
            )
        if unknown := [name for name in self.options if name not in sections()]:
            raise SettingError(
                f"there are options for {', '.join(map(repr, unknown))}; expected sections of the "
                f"names {', '.join(sections())}"
            )
        for name, values in self._values():
            for value in values:
                _refuse_option(name, value)
        options = {
            name: {dashed(key): value for key, value in own.items()}
            for name, own in self.options.items()
        }
        object.__setattr__(self, "options", options)
        self._check_options()
        self._check_shared()
        for kind, tests in self.tests().items():
            places = [os.path.normpath(test) for test in tests]
            if twice := sorted({test for test in places if places.count(test) > 1}):
                raise SettingError(f"{kind} has {twice[0]} more than once; omit one")
        check_language(self.language)
        check_report_language(self.report_language)
        if not 0 <= self.seed < 2**31:
            raise SettingError(f"seed is {self.seed}; expected 0 to 2147483647")

    def tests(self) -> dict[str, tuple[str, ...]]:
        """Return test sets by their kind."""
        return {kind: getattr(self, kind) for kind in _TESTS}

    def twins(self, tests: Sequence[str]) -> dict[str, str]:
        """Return names for test sets whose files have one name: as much of their paths as tells
        them apart."""
        names = [Path(test).name for test in tests]
        alike = [test for test, name in zip(tests, names) if names.count(name) > 1]
        return {} if not alike else short_names(alike)

    def _values(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return what commands are given, by the name of the setting."""
        return [
            ("corpus", self.corpus),
            ("words", self.words),
            ("valid", (self.valid,)),
            ("test", (self.test,)),
            *self.tests().items(),
        ]

    def _check_options(self) -> None:
        """Refuse options that nothing takes, and values that make no sense."""
        for name in self.options:
            if name != "vectors":  # which go to all of them
                keywords_of(name, self.section(name))
        for name in of_role("vectors", self.chosen):
            if MODELS[name].is_random:
                keywords_of(name, self.of_vectors(name))

    def _check_shared(self) -> None:
        """Refuse options of one model that would change what another has or reads."""
        of_text = spellings(TextSettings)
        for name in MODELS:
            if both := sorted(of_text & self.options.get(name, {}).keys()):
                raise SettingError(
                    f"{both[0]} is given for {name} alone; all models of a study read the same "
                    "text in the same way: put it in the section text"
                )
        for name in self.chosen:
            for other, shared in MODELS[name].inherits.items():
                if other in self.chosen:
                    self._check_same(name, other, shared)

    def _check_same(self, name: str, other: str, shared: frozenset[str]) -> None:
        """Refuse options of a model that differ from those of the model which it is built on."""
        own = self.section(other)
        for option, value in self.section(name).items():
            if option in shared and own.get(option) != value:
                raise SettingError(
                    f"{option} is {value!r} for {name} and {own.get(option)!r} for {other}; "
                    f"{name} is built on {other}: give it for {other}"
                )

    @property
    def chosen(self) -> list[str]:
        """The models of the study, in the order in which they are built."""
        usual = [
            name
            for name, model in MODELS.items()
            if self.level in model.levels and model.is_for(self.language) and model.is_at_hand()
        ]
        return [name for name in MODELS if name in (self.models or usual)]

    def for_text(self, n_words: int) -> "StudySettings":
        """Return settings with the models that a text of this size is compared with by default."""
        if self.models or self.level != "standard":
            return self
        larger = [name for name, model in MODELS.items() if n_words >= model.standard_from]
        return replace(self, models=(*self.chosen, *larger)) if larger else self

    def section(self, name: str) -> dict[str, Any]:
        """Return the options of a command: those of the level, under those that were given."""
        return {**self._usual(name), **self.options.get(name, {})}

    def of_vectors(self, name: str) -> dict[str, Any]:
        """Return the options of a model of vectors; what was given for all goes over the level."""
        return {**self._usual(name), **self.given_for(name)}

    def given_for(self, name: str) -> dict[str, object]:
        """Return the options that were given for a model of vectors, or for all of them."""
        return {**self.options.get("vectors", {}), **self.options.get(name, {})}

    def _usual(self, name: str) -> dict[str, object]:
        layouts = {NAMED_LAYOUTS.get(item) for item in self.corpus}
        if name == "text" and len(layouts) == 1 and None not in layouts:
            return {"layout": layouts.pop()}
        if name in MEASUREMENTS:
            return dict(MEASUREMENTS[name].options[self.level])
        if name not in MODELS:
            return {}
        asked: dict[str, object] = {}
        for other in (*MODELS[name].inherits, name):
            asked |= self.options.get(other, {})
        return MODELS[name].options(self.level, asked)


def sections() -> tuple[str, ...]:
    """Return the names of all sections of options."""
    return ("text", "vectors", *MEASUREMENTS, *MODELS)


def of_role(role: Role, names: Iterable[str]) -> list[str]:
    """Return those of `names` that are models of a role."""
    return [name for name in names if MODELS[name].role == role]


def counted_vectors(names: Iterable[str]) -> list[str]:
    """Return those of `names` that are count-based vectors."""
    return [name for name in of_role("vectors", names) if MODELS[name].family == "count-based"]


def _refuse_option(name: str, value: str) -> None:
    """Refuse what a command would read as an option, or no command can be given."""
    if "\0" in value:
        raise SettingError(f"{name} has {value[:40]!r}; expected text without NUL")
    if value.startswith("-") and value != STDIN:
        advice = "give words that begin differently" if name == "words" else f"write ./{value[:40]}"
        raise SettingError(
            f"{name} has {value[:40]!r}, which a command would read as an option; {advice}"
        )


def read_settings(path: str | Path, tokenizer: str | None = None) -> dict[str, Any]:
    """Read a settings file: keywords of `StudySettings`; tables are options.

    Parameters
    ----------
    path : path
    tokenizer : str, optional
        The one that the user has named, which goes before that of the text in the file.  A function
        is called only if it is this one: a file can come from anywhere, and ``os:system`` is a
        function of a line, too.

    Raises
    ------
    FormatError
        If it is no TOML, or holds something else.
    SettingError
        If it names a function that the user has not named.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        text = Path(path).read_bytes()
        found = tomllib.loads(text.decode())
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:  # of which UnicodeDecodeError is one
        raise FormatError(path, f"no TOML ({error})", "settings of a study") from None
    known = {item.name: item for item in fields(StudySettings) if item.name != "options"}
    given: dict[str, object] = {}
    options: dict[str, dict[str, object]] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            options[name] = dict(value)
        elif name in known:
            checked = _checked(path, name, value)
            given[name] = _beside(path, checked) if name in _FILES else checked
        else:
            raise FormatError(
                path, f"a setting {name!r}", f"{', '.join(known)}, or a table of options"
            )
    for section, own in options.items():
        named = str(own.get("tokenizer", ""))
        if section == "text" and tokenizer is not None:
            own["tokenizer"] = tokenizer
        else:
            check_named(named, str(path), tokenizer)
    return {**given, "options": options}


def _beside(path: str | Path, value: object) -> object:
    """Return names of files that are not here, but in the folder of the settings or their study."""
    if isinstance(value, tuple):
        return tuple(_beside(path, item) for item in value)
    if not isinstance(value, str) or not value or Path(value).exists():
        return value
    around = (Path(path).parent, Path(path).parent.parent)
    return next((str(base / value) for base in around if (base / value).exists()), value)


def _checked(path: str | Path, name: str, value: object) -> object:
    """Return a value with the type that its setting has."""
    if name in _LISTS:
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(item, str) for item in values):
            return tuple(values)
        raise FormatError(path, f"{name} = {value!r}", "a list of strings")
    expected = int if name == "seed" else str
    if not isinstance(value, expected) or isinstance(value, bool):
        raise FormatError(
            path, f"{name} = {value!r}", "a whole number" if name == "seed" else "text"
        )
    return value


def write_settings(settings: StudySettings) -> str:
    """Return settings as TOML that is read as the same settings again.

    The other values of the level are there as a comment: among the options, it would pass for what
    was asked for, and go over other options and over what small texts need.
    """
    import tomli_w

    plain = {
        item.name: list(value)
        if isinstance(value := getattr(settings, item.name), tuple)
        else value
        for item in fields(settings)
        if item.name != "options"
    }
    given = {name: dict(own) for name, own in settings.options.items() if own}
    usual = {name: own for name in sections() if (own := settings.section(name))}
    comment = "".join(f"# {line}".rstrip() + "\n" for line in tomli_w.dumps(usual).splitlines())
    head = "# All options, with those of the level and of the corpus:"
    return tomli_w.dumps({**plain, **given}) + f"\n{head}\n#\n{comment}"


def with_options(settings: StudySettings, options: Options) -> StudySettings:
    """Return settings with some more options, which override those that are there."""
    merged = {
        name: {**settings.options.get(name, {}), **options.get(name, {})}
        for name in (*settings.options, *options)
    }
    return replace(settings, options=merged)
