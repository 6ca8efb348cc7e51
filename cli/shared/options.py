"""Options that several commands share; each is spelled as the library's keyword that it fills."""

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from ...errors import SettingError, WordvecError

F = TypeVar("F", bound=Callable[..., Any])

TEXT = "text.encoding:encode_corpus"
COUNTING = "counts.counting:count_cooccurrences"
WEIGHING = "embeddings.weighing:weigh_counts"
FACTORISING = "embeddings.svd:svd_vectors"
GLOVE = "embeddings.glove:train_glove"
WORD2VEC = "neural.word_vectors.word2vec:train_word2vec"
FASTTEXT = "neural.word_vectors.fasttext:train_fasttext"
NGRAM = "lm.ngram.training:train_ngram_model"


class LibraryOption(click.Option):
    """An option whose default is the library's, looked up only when help is asked for.

    `function` is where it stands, ``module:function``, empty if it has none; `instead`, if given, a
    ``module:DICT`` of defaults that a builder has of its own; `catalogue` a ``module:CATALOGUE``,
    or a function that returns names, for NAMES in the help.
    """

    def __init__(
        self,
        *args: Any,
        function: str = "",
        fallback: str = "",
        instead: str = "",
        catalogue: str = "",
        **attributes: Any,
    ) -> None:
        if attributes.get("is_flag"):
            attributes.setdefault("default", None)  # not given
        super().__init__(*args, **attributes)
        self.function = function
        self.fallback = fallback
        self.instead = instead
        self.catalogue = catalogue

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None:
            return None
        if self.catalogue:
            record = record[0], record[1].replace("NAMES", names_in(self.catalogue))
        if not self.function:
            return record
        default = default_of(self.function, str(self.name))
        if self.instead:
            default = _look_up(self.instead).get(self.name, default)
        if default is None or default is False or default == ():
            shown = self.fallback
        elif default is True:
            shown = "yes"
        else:
            shown = f"{default:g}" if isinstance(default, float) else str(default)
        return record[0], f"{record[1]}  [default: {shown}]" if shown else record[1]


class CatalogueChoice(click.Choice[str]):
    """The names in a ``module:CATALOGUE``, or that a function returns, read when needed."""

    def __init__(self, catalogue: str, also: Sequence[str] = ()) -> None:
        self._catalogue, self._also = catalogue, also
        super().__init__(())

    @property
    def choices(self) -> tuple[str, ...]:
        found = _look_up(self._catalogue)
        return *self._also, *(found() if callable(found) else found)

    @choices.setter
    def choices(self, value: Sequence[str]) -> None:
        """Click sets what is read here."""


def names_in(place: str) -> str:
    """Return names as help shows them: of a catalogue, with numbers they take, or of a function."""
    found = _look_up(place)
    if callable(found):
        return " | ".join(found())
    return " | ".join(str(getattr(record, "usage", name)) for name, record in found.items())


def default_of(function: str, name: str) -> Any:
    """Return the default of a keyword of a function of the library, ``module:function``."""
    return inspect.signature(_look_up(function)).parameters[name].default


def _look_up(place: str) -> Any:
    module, _, name = place.partition(":")
    package = __package__.partition(".")[0]
    return getattr(importlib.import_module(f"{package}.{module}"), name)


#: Keyword -> the functions that it is a setting of.
_FUNCTIONS_OF: dict[str, set[str]] = {}


def _option(function: str, *names: str, **attributes: Any) -> Callable[[F], F]:
    keyword = next((name for name in names if not name.startswith("-")), None)
    keyword = keyword or names[0].split("/")[0].lstrip("-").replace("-", "_")
    _FUNCTIONS_OF.setdefault(keyword, set()).add(function)
    return click.option(*names, cls=LibraryOption, function=function, **attributes)


def _apply(*options: Callable[[F], F]) -> Callable[[F], F]:
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


def _choice(*values: str) -> click.Choice[str]:
    return click.Choice(values)


def _text_options(instead: str = "") -> tuple[Callable[[F], F], ...]:
    def option(*names: str, **attributes: Any) -> Callable[[F], F]:
        return _option(TEXT, *names, instead=instead, **attributes)

    return (
        option(
            "--tokenizer",
            metavar="NAME",
            help="words | whitespace | chars | nltk | regex:PATTERN | module:function.",
        ),
        option(
            "--layout",
            type=_choice("sentences", "documents", "paragraphs"),
            help="What a line is: a sentence (a blank line ends a document), a document, or a "
            "piece of a document that ends at a blank line.",
        ),
        option("--min-count", type=int, help="Leave out words that occur less often."),
        option(
            "--max-size",
            type=int,
            fallback="no limit",
            help="Keep at most so many words, the most frequent.",
        ),
        option(
            "--keep",
            type=click.Path(dir_okay=False),
            callback=read_words,
            fallback="none",
            help="File of words, one a line, to keep whatever their count.",
        ),
        option(
            "--lowercase/--no-lowercase",
            is_flag=True,
            fallback="yes for words, else no",
            help="Turn the text to lower case.",
        ),
        option("--normalize", type=_choice("NFC", "NFKC", "none"), help="Unicode normal form."),
        option(
            "--errors",
            type=_choice("replace", "strict", "ignore"),
            help="What to do with bytes that are not UTF-8.",
        ),
        option(
            "--field",
            "jsonl_field",
            metavar="NAME",
            fallback="text, for files named .jsonl",
            help="Read JSON lines; this field holds the text of a document.",
        ),
    )


_NGRAM_OPTIONS = (
    _option(NGRAM, "--order", type=int, help="Length of the longest n-grams, 1 to 10."),
    _option(
        NGRAM,
        "--smoothing",
        metavar="METHOD",
        catalogue="lm.ngram.methods:METHODS",
        help="Method of smoothing: NAMES.",
    ),
    _option(
        NGRAM,
        "--prune",
        callback=read_counts,
        fallback="nothing",
        metavar="N,N,...",
        help="For each order, the count that n-grams must exceed to stay; the last number "
        "holds for higher orders, as in lmplz.",
    ),
    _option(
        NGRAM,
        "--entropy-prune",
        type=float,
        fallback="nothing",
        metavar="T",
        help="Leave out n-grams without which perplexity rises by a share below T; try 1e-8.",
    ),
    _option(
        NGRAM,
        "--interpolate-unigrams/--no-interpolate-unigrams",
        is_flag=True,
        help="Mix unigrams with the uniform distribution; else what is left goes to <unk>.",
    ),
    _option(
        NGRAM,
        "--closed",
        is_flag=True,
        fallback="no",
        help="Give words outside the vocabulary no probability.",
    ),
)
_WEIGHING_OPTIONS = (
    _option(
        WEIGHING,
        "--measure",
        metavar="NAME",
        catalogue="embeddings.measures:MEASURES",
        help="Association measure: NAMES.",
    ),
    _option(
        WEIGHING,
        "--cds",
        type=float,
        help="Context distribution smoothing: exponent of the context counts.",
    ),
    _option(WEIGHING, "--shift", type=float, help="Subtract log(shift)."),
    _option(
        WEIGHING,
        "--smoothing",
        type=float,
        help="Add so much to the count of every pair (Dirichlet smoothing of ppmi, for small "
        "corpora; try 1).",
    ),
    _option(
        WEIGHING,
        "--negative",
        is_flag=True,
        fallback="no",
        help="Keep observed cells at or below zero, too.",
    ),
    _option(
        WEIGHING,
        "--transform",
        type=_choice("none", "log", "root"),
        help="Flatten the values; lmi, log-likelihood, chi-squared and z-score want it.",
    ),
)
_FACTORISING_OPTIONS = (
    _option(FACTORISING, "--eig", type=float, help="Exponent of the singular values."),
    _option(
        FACTORISING,
        "--add-context",
        is_flag=True,
        fallback="no",
        help="Add the context vectors to the word vectors.",
    ),
    _option(
        FACTORISING,
        "--emphasis",
        type=float,
        help="Let a word that occurs n times weigh n^emphasis in the choice of directions.",
    ),
    _option(
        FACTORISING,
        "--basis",
        type=int,
        fallback="4 x dim, at least 256",
        help="Size of the Krylov basis: larger is more exact and slower.",
    ),
    _option(
        FACTORISING,
        "--restarts",
        type=int,
        fallback="as many as it takes, 6 at most",
        help="More rounds over the basis: more exact and slower.",
    ),
)

_GLOVE_OPTIONS = (
    _option(GLOVE, "--dim", type=int, help="Dimensions."),
    _option(GLOVE, "--epochs", type=int, help="Passes over the counts."),
    _option(GLOVE, "--x-max", type=float, help="Count from which on a cell has full weight."),
    _option(GLOVE, "--weight-exponent", type=float, help="Exponent of the weight below that."),
    _option(GLOVE, "--learning-rate", type=float, help="First step of AdaGrad."),
    _option(
        GLOVE,
        "--add-context/--no-add-context",
        is_flag=True,
        help="Add the context vectors to the word vectors.",
    ),
    _option(
        GLOVE,
        "--tolerance",
        type=float,
        help="Stop when an epoch lowers the loss by less than this share; 0: never.",
    ),
)


def _counting_options(instead: str = "") -> tuple[Callable[[F], F], ...]:
    def option(*names: str, **attributes: Any) -> Callable[[F], F]:
        return _option(COUNTING, *names, instead=instead, **attributes)

    return (
        option("--window", type=int, help="Largest distance of a context word."),
        option(
            "--weighting",
            type=_choice("flat", "dynamic", "harmonic"),
            help="Weight at distance d in window w: 1, (w-d+1)/w, or 1/d.",
        ),
        option(
            "--direction",
            type=_choice("both", "left", "right", "split"),
            help="Which side counts; split: both, in separate columns.",
        ),
        option("--within", type=_choice("sentence", "document"), help="Where windows stop."),
        option(
            "--oov",
            type=_choice("drop", "keep"),
            help="Take words outside the vocabulary out before distances are measured, or keep "
            "their place.",
        ),
        option(
            "--subsample",
            type=float,
            fallback="none",
            metavar="T",
            help="Drop a word of share f with probability 1 - sqrt(T/f); try 1e-4.",
        ),
        option(
            "--subsampling",
            type=_choice("dirty", "clean"),
            help="Take dropped words out before distances are measured, or keep their place.",
        ),
    )


def _training_options(function: str) -> tuple[Callable[[F], F], ...]:
    """Return what word2vec and fastText share."""
    return (
        _option(
            function,
            "--method",
            type=_choice("skip-gram", "cbow"),
            help="Predict the context from the word, or the word from its context.",
        ),
        _option(function, "--dim", type=int, help="Dimensions."),
        _option(function, "--window", type=int, help="Largest distance of a context word."),
        _option(
            function,
            "--weighting",
            type=_choice("dynamic", "flat"),
            help="Draw each window from 1 to --window, or always take the whole.",
        ),
        _option(
            function, "--within", type=_choice("sentence", "document"), help="Where windows stop."
        ),
        _option(
            function,
            "--negative",
            type=int,
            help="Noise words a pair; 0: hierarchical softmax instead.",
        ),
        _option(
            function,
            "--ns-exponent",
            type=float,
            help="Noise words are drawn in proportion to count^E.",
        ),
        _option(
            function,
            "--subsample",
            type=float,
            metavar="T",
            help="Keep a word of share f with probability sqrt(T/f) + T/f; 0: keep all.",
        ),
        _option(
            function,
            "--epochs",
            type=int,
            help="Times over the corpus; small corpora want 15 or more.",
        ),
        _option(function, "--learning-rate", type=float, help="At the start."),
        _option(function, "--final-learning-rate", type=float, help="At the end."),
        _option(function, "--seed", type=int, help="Of everything that is drawn."),
        _option(
            function,
            "--workers",
            type=int,
            metavar="N",
            help="Threads that train.  With one every run gives the same bits; with more no "
            "two do.",
        ),
    )


_WORD2VEC_OPTIONS = (
    _option(
        WORD2VEC,
        "--layer",
        type=_choice("input", "output", "sum"),
        help="Take the vectors of words, of contexts, or w + c.",
    ),
)
_FASTTEXT_OPTIONS = (
    _option(FASTTEXT, "--min-n", type=int, help="Shortest character n-gram."),
    _option(FASTTEXT, "--max-n", type=int, help="Longest character n-gram; 0: none."),
    _option(FASTTEXT, "--bucket", type=int, help="n-grams share so many vectors by their hash."),
)

text_options = _apply(*_text_options())
lm_text_options = _apply(*_text_options("models.ngram:TEXT"))
counting_options = _apply(*_counting_options())
glove_counting_options = _apply(*_counting_options("models.glove:COUNTING"))
ngram_options = _apply(*_NGRAM_OPTIONS)
weighing_options = _apply(*_WEIGHING_OPTIONS)
factorising_options = _apply(*_FACTORISING_OPTIONS)
glove_options = _apply(*_GLOVE_OPTIONS)
word2vec_options = _apply(*_training_options(WORD2VEC), *_WORD2VEC_OPTIONS)
fasttext_options = _apply(*_training_options(FASTTEXT), *_FASTTEXT_OPTIONS)


def seed_option(what: str) -> Callable[[F], F]:
    """Return the option ``--seed`` of a command that draws `what`."""
    return click.option("--seed", type=int, help=f"Of {what}.  [default: 0]")


def variant_option(bundles: str) -> Callable[[F], F]:
    """Return the option ``--name`` of a command that makes `bundles`."""
    return click.option(
        "--name", default="", metavar="NAME", help=f"Make a variant beside the first: {bundles}."
    )


threads_option = click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="Any number gives the same bits.  [default: all processors]",
)
reading_threads_option = click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="For reading text; any number gives the same bits.  [default: all processors]",
)


def resampling_options(function: str) -> Callable[[F], F]:
    """Return the options of how intervals are made, as `function` (module:name) takes them."""
    choice = click.option(
        "--interval",
        cls=LibraryOption,
        function=function,
        type=_choice("analytic", "bootstrap"),
        help="Intervals by a formula, or by resampling.",
    )
    number = click.option(
        "--resamples",
        cls=LibraryOption,
        function=function,
        type=int,
        metavar="N",
        help="Of the bootstrap and of permutations.",
    )
    seed = click.option(
        "--seed", cls=LibraryOption, function=function, type=int, help="Of what is drawn."
    )
    return _apply(choice, number, seed)


model_tokenizer_option = click.option(
    "--tokenizer",
    metavar="NAME",
    help="Cut the text with this one.  [default: as the model's own text; whitespace where that is "
    "not known, as with ARPA files]",
)


def sampling_option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """Return an option of how text is drawn from a language model."""
    return click.option(*names, cls=LibraryOption, function="lm.sampling:sample", **attributes)


corpus_argument = click.argument("corpus", nargs=-1, required=True)
workspace_option = click.option(
    "-o", "--output", type=click.Path(), help="The workspace.  [default: CORPUS.wvt]"
)
model_argument = click.argument("model", type=click.Path())
models_argument = click.argument("models", nargs=-1, required=True, type=click.Path())
n_option = click.option(
    "-n", "n", type=click.IntRange(min=1), default=10, show_default=True, help="How many."
)
among_option = click.option(
    "--among", type=click.IntRange(min=1), metavar="N", help="Only the N most frequent words."
)
compare_option = click.option(
    "--compare/--no-compare",
    default=True,
    help="With two or more models, test their differences on the items that all know.  "
    "[default: compare]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
output_option = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(),
    help="Where the new bundle goes: in a workspace, or anywhere.",
)


def given(options: Mapping[str, Any], function: str) -> dict[str, Any]:
    """Return those of `options` that the user set and that are settings of `function`."""
    return {
        name: value
        for name, value in options.items()
        if value is not None and function in _FUNCTIONS_OF.get(name, ())
    }


def numbers(text: str, name: str) -> list[float]:
    """Return the numbers of an option that lists them with commas."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise SettingError(f"{name} is {text!r}; expected numbers with commas, as 1,0.5") from None


def only_given(**options: Any) -> dict[str, Any]:
    """Return those of `options` that the user set; the library knows the defaults of the others."""
    return {name: value for name, value in options.items() if value is not None}
