"""Options of commands: those of settings, derived from their declarations, and shared others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field
from typing import Any, TypeVar, get_args, get_origin

import click

from ...engine.choosing import current_engine, within_engine, within_store
from ...errors import SettingError, WordvecError
from ...runtime.memory import within_memory
from ...runtime.settings import Setting, Settings, declaration, help_of, plain_type, shown_default

F = TypeVar("F", bound=Callable[..., object])


class SettingOption(click.Option):
    """An option that fills a setting: help shows its default, without which it is None.

    A former spelling, `alias`, is taken and not shown.
    """

    def __init__(
        self,
        *args: Any,
        declared: Setting | None = None,
        shown: str = "",
        alias: str = "",
        **attributes: Any,
    ) -> None:
        super().__init__(*args, **attributes)
        self.declared, self.shown = declared, shown
        if alias:
            self.opts.append(alias)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        shown, self.opts = self.opts, self.opts[:1]
        if self.declared is not None and "NAMES" in str(self.help):
            self.help = help_of(self.declared)
        record = super().get_help_record(ctx)
        self.opts = shown
        if record is None or not self.shown:
            return record
        return record[0], f"{record[1]}  [default: {self.shown}]"


def setting_option(
    kind: type[Settings], name: str, help: str = "", **more: Any
) -> Callable[[F], F]:
    """Return the option of one setting; `help` and `more` replace what is declared."""
    item = kind.declared(name)
    declared = declaration(item)
    attributes: dict[str, Any] = {
        "help": help or declared.help,
        "declared": declared,
        "shown": shown_default(item),
        "alias": declared.alias,
        **_type_of(item),
        **more,
    }
    spelling = declared.option or f"--{name.replace('_', '-')}"
    if attributes.get("is_flag") and item.default is not False and "/" not in spelling:
        spelling += f"/--no-{spelling[2:]}"
    if declared.metavar:
        attributes["metavar"] = declared.metavar
    return click.option(spelling, name, cls=SettingOption, **attributes)


def _type_of(item: "Field[object]") -> dict[str, object]:
    """Return how the option of a setting takes its value."""
    kind, choices = plain_type(item.type)
    if choices:
        return {"type": click.Choice(choices)}
    if kind is bool:
        return {"is_flag": True, "default": None}
    if get_origin(kind) is tuple:
        element = get_args(kind)[0]
        if element is str:
            return {"type": click.Path(dir_okay=False), "callback": read_words}
        return {"callback": read_counts if element is int else read_numbers}
    return {"type": kind if kind in (int, float) else str}


def spelling(kind: type[Settings], name: str) -> str:
    """Return how the option of a setting is spelled, without its dashes."""
    return declaration(kind.declared(name)).option.lstrip("-") or name


def settings_options(*kinds: type[Settings], without: Iterable[str] = ()) -> Callable[[F], F]:
    """Return the options of all settings of `kinds`; what several have is one option."""
    declared = {name: kind for kind in kinds for name in kind.names() if name not in without}
    return combined(*(setting_option(kind, name) for name, kind in declared.items()))


def combined(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Return several options as one decorator."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def read_words(
    ctx: click.Context, parameter: click.Parameter, path: str | None
) -> list[str] | None:
    """Take the words of a file, one a line, for the value of the option that names it."""
    if path is None:
        return None
    from ...text.vocabulary import read_word_list

    try:
        return read_word_list(path)
    except OSError as error:
        raise WordvecError(f"cannot read words from {path}: {error.strerror}") from None


def read_counts(
    ctx: click.Context, parameter: click.Parameter, text: str | None
) -> list[int] | None:
    """Take whole numbers between commas."""
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise SettingError(
            f"{parameter.name} is {text[:40]!r}; expected whole numbers with commas, as 1,2,3"
        ) from None


def read_numbers(
    ctx: click.Context, parameter: click.Parameter, text: str | None
) -> list[float] | None:
    """Take numbers between commas."""
    return None if text is None else numbers(text, str(parameter.name))


def numbers(text: str, name: str) -> list[float]:
    """Return the numbers of an option that lists them with commas."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise SettingError(f"{name} is {text!r}; expected numbers with commas, as 1,0.5") from None


def only_given(**options: object) -> dict[str, Any]:
    """Return those of `options` that the user set; the library knows the defaults of the others."""
    return {name: value for name, value in options.items() if value is not None}


def given(options: Mapping[str, object], kind: type[Settings]) -> dict[str, Any]:
    """Return those of `options` that the user set and that are settings of `kind`."""
    return only_given(**{name: options[name] for name in kind.names() if name in options})


def variant_option(bundles: str) -> Callable[[F], F]:
    """Return the option ``--name`` of a command that makes `bundles`."""
    return click.option(
        "--name",
        default="",
        metavar="NAME",
        help=f"Name of a variant, next to the first: {bundles}.",
    )


def _threads(help: str) -> Callable[[F], F]:
    return click.option("--threads", type=click.IntRange(min=1), metavar="N", help=help)


threads_option = _threads(
    "Number of threads; any number gives the same bits.  [default: all processors]"
)
reading_threads_option = _threads(
    "Threads that read text; any number gives the same bits.  [default: all processors]"
)
model_tokenizer_option = click.option(
    "--tokenizer",
    metavar="NAME",
    help="Tokenizer of the text.  [default: as the model's own text; whitespace where that is not "
    "known, as with ARPA files]",
)


def _within_memory(ctx: click.Context, parameter: click.Parameter, memory: str | None) -> None:
    ctx.with_resource(within_memory(memory))


memory_option = click.option(
    "--memory",
    metavar="SIZE",
    expose_value=False,
    callback=_within_memory,
    help="Memory budget, such as 4G; any budget gives the same bits.  [default: 80 % of what is "
    "available]",
)


def _within_engine(ctx: click.Context, parameter: click.Parameter, where: str | None) -> None:
    if where is not None and current_engine() is not None:
        raise SettingError("--cluster and --scheduler both say where to count; omit one")
    ctx.with_resource(within_engine(where))


def _within_store(ctx: click.Context, parameter: click.Parameter, address: str | None) -> None:
    ctx.with_resource(within_store(address))


#: Where counting runs, and the work on large matrices.
engine_options = combined(
    click.option(
        "--cluster",
        metavar="KIND:N",
        expose_value=False,
        callback=_within_engine,
        help="Count on N workers of this machine: processes:N, or local:N (Dask); any number gives "
        "the same bits.  Matrices of 50 million cells or more are weighed and factorised there, "
        "too, if N is larger than --threads.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        expose_value=False,
        callback=_within_engine,
        help="Do so on the cluster of this Dask scheduler, such as tcp://host:8786; the workspace "
        "must be in a folder that its workers share, or --store given.",
    ),
    click.option(
        "--store",
        metavar="ADDRESS",
        expose_value=False,
        callback=_within_store,
        help="Folder through which workers exchange files that share none, such as "
        "s3://bucket/folder.",
    ),
)
corpus_argument = click.argument("corpus", nargs=-1, required=True)
pairs_argument = click.argument("pairs", nargs=-1, required=True)
held_out_pairs_option = click.option(
    "--held-out",
    multiple=True,
    metavar="PAIRS",
    help="Pairs that decide which epoch is the best and when to stop: a file, or twice for a file "
    "of sources and one of targets.  [default: a share of the pairs, see --valid]",
)
workspace_option = click.option(
    "-o", "--output", type=click.Path(), help="Folder of the workspace.  [default: CORPUS.wvt]"
)
model_argument = click.argument("model", type=click.Path())
models_argument = click.argument("models", nargs=-1, required=True, type=click.Path())
n_option = click.option(
    "-n", "n", type=click.IntRange(min=1), default=10, show_default=True, help="Number of results."
)
among_option = click.option(
    "--among", type=click.IntRange(min=1), metavar="N", help="Only the N most frequent words."
)
only_option = click.option(
    "--only",
    type=click.Path(dir_okay=False),
    callback=read_words,
    metavar="FILE",
    help="File of the only words to consider, one per line.",
)
encoding_option = click.option(
    "--encoding", metavar="NAME", help="Encoding of the files of --dataset.  [default: UTF-8]"
)
table_options = combined(
    click.option(
        "--columns",
        metavar="A,B,...",
        help="Columns of the files of --dataset, by name or by number from 1, such as "
        "word1,word2,score.  [default: as the files tell]",
    ),
    encoding_option,
)
compare_option = click.option(
    "--compare/--no-compare",
    default=True,
    help="With two or more models, test their differences on the items that all know.  "
    "[default: compare]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
#: Where the context of a command notes that signatures are asked for.
SIGNATURES = "wordvec_toolkit.signatures"


def _note_signatures(ctx: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    ctx.meta[SIGNATURES] = is_asked


signature_option = click.option(
    "--signature",
    is_flag=True,
    expose_value=False,
    callback=_note_signatures,
    help="Print how each number was made, on standard error; --json always has it.",
)
output_option = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(),
    help="Path of the new bundle, in a workspace or anywhere; a name such as x.vec makes a "
    "vector file.",
)
