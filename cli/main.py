"""The group ``wvt``: finds commands when they are called, and turns errors into sentences."""

import _thread
import importlib.util
import io
import os
import signal
import sys
import threading
import warnings

import click

from .. import __version__
from ..errors import SettingError, sentence_of
from ..runtime import startup
from ..runtime.catalogue import PLUGINS
from ..runtime.printing import printable, printable_stream

_PACKAGE = __package__
#: Section of ``wvt --help`` -> command -> its line there; modules are imported only when called.
SECTIONS = {
    "Build": {
        "build-ppmi": "Build counts, PPMI and SVD vectors from text.",
        "build-svd": "Factorise the PPMI matrix again, or several views.",
        "build-weighted": "Factorise PMI with weights by count.",
        "build-glove": "Train GloVe vectors on the same text.",
        "build-word2vec": "Train skip-gram or CBOW vectors on the same text.",
        "build-fasttext": "Train fastText vectors on the same text.",
        "build-ngram-lm": "Build a smoothed n-gram language model.",
        "build-neural-lm": "Train a neural language model (LSTM, GRU, RNN, Transformer).",
        "build-thesaurus": "Read WordNet, with counts from the same text.",
        "build-seq2seq": "Train an encoder-decoder on pairs (LSTM, attention, Transformer).",
        "build-ibm1": "Count word-for-word translations (IBM model 1).",
        "mix": "Mix language models: weights by EM on held-out text.",
    },
    "Look": {
        "show": "The matrix: counts, PMI, PPMI or vectors of some words.",
        "neighbors": "The words nearest to a word.",
        "similarity": "The cosine of two words, or their similarity by a thesaurus.",
        "analogy": "A is to B as C is to what?",
        "odd-one-out": "The word that is least like the others.",
        "synonyms": "Senses of a word in a thesaurus, with their synonyms.",
        "hypernyms": "What a word is a kind of, up to the root.",
        "sentences": "Vectors of sentences, and those nearest to a query.",
        "next-word": "The words that a language model expects next.",
        "generate": "Sentences drawn from a language model.",
        "translate": "Turn sentences into others with an encoder-decoder.",
        "profile": "Statistics of a text: types, Zipf's and Heaps' laws.",
        "plot": "Figures: word maps, heat maps, learning curves, Zipf.",
    },
    "Score": {
        "eval-similarity": "Score vectors on word pairs rated by people.",
        "eval-analogy": "Score vectors on analogy questions.",
        "eval-categories": "Score clusters of words against categories made by people.",
        "eval-odd-one-out": "Score vectors on finding the word that does not belong.",
        "eval-perplexity": "Score language models on text.",
        "eval-minimal-pairs": "Score language models on grammatical against other sentences.",
        "eval-translation": "Score translations: exact match, perplexity, BLEU, chrF, TER.",
        "compare": "Build, evaluate and compare all models on one text: a report.",
        "compare-seq2seq": "Train encoder-decoders on the same pairs and compare them: a report.",
        "compare-memory": "Neural Turing machine against LSTM on tasks of memory.",
        "diagnose": "Why a recurrent model forgets: how far gradients reach.",
    },
    "Change": {
        "update": "Add text to a workspace, and remove documents from it.",
        "fold-in": "Add words outside the vocabulary to SVD vectors.",
        "postprocess": "Centre vectors, drop common directions, normalise.",
        "retrofit": "Bring synonyms together, by a lexicon.",
        "combine": "Combine the vectors of several models.",
        "align": "Rotate one model onto another: which words changed?",
    },
    "Files and data": {
        "info": "What a workspace or bundle holds and how it was made.",
        "verify": "Check every file against its checksum.",
        "convert": "Convert vectors between formats; models to and from ARPA.",
        "split": "Split a text into training, validation and test text.",
        "check-split": "What a test text shares with the training text.",
        "fetch": "List and download public corpora, test sets, vectors.",
        "completion": "Shell completion of commands and options.",
    },
}
#: Former name of a command, which still works -> its name.
ALIASES = {"build-lstm-lm": "build-neural-lm"}
#: What people type for a command that near spelling would not find.
_MEANT = {
    "build-lstm": "build-neural-lm",
    "build-rnn": "build-neural-lm",
    "build-skip-gram": "build-word2vec",
    "build-cbow": "build-word2vec",
    "build-translation": "build-seq2seq",
    "build-transformer": "build-seq2seq",
    "bleu": "eval-translation",
    "nearest": "neighbors",
    "most-similar": "neighbors",
    "perplexity": "eval-perplexity",
    "ppl": "eval-perplexity",
    "blimp": "eval-minimal-pairs",
    "report": "compare",
    "study": "compare",
    "map": "plot",
    "download": "fetch",
    "wordnet": "build-thesaurus",
    "thesaurus": "build-thesaurus",
    "train": "build-ppmi",
    "build": "build-ppmi",
}
COMMANDS = [name for section in SECTIONS.values() for name in section]


class LazyGroup(click.Group):
    """A group whose commands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *_of_plugins()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in self.list_commands(ctx):
            return None
        module = f"{_PACKAGE}.commands.{name.replace('-', '_')}"
        if importlib.util.find_spec(module) is None:
            from .shared.building import build_command

            return build_command(name)
        command: click.Command = importlib.import_module(module).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; one that is not there is refused with those that may be meant."""
        name = click.utils.make_str(args[0])
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = _near(name, self.list_commands(ctx))
            advice = f"did you mean {' or '.join(near)}?" if near else "wvt --help lists them"
            ctx.fail(f"there is no command {name!r}; {advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        sections = {**SECTIONS, "Build": {**SECTIONS["Build"], **_of_plugins()}}
        for title, commands in sections.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), line) for name, line in commands.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except KeyboardInterrupt:
            said = "\ninterrupted"
            if str(ctx.invoked_subcommand).startswith("build-"):
                said += "; finished bundles are kept, and the same command continues from them"
            elif str(ctx.invoked_subcommand).startswith("compare"):
                said += "; finished steps are kept, and the same command continues from them"
            click.echo(said, err=True)
            sys.exit(130)
        except BrokenPipeError:
            # The reader of our output has gone; keep Python from complaining at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except Exception as error:
            if ctx.params.get("verbose"):
                raise
            click.echo(f"wvt: {printable(sentence_of(error))}", err=True)
            sys.exit(2 if isinstance(error, SettingError) else 1)


def _near(name: str, commands: list[str]) -> list[str]:
    """Return the commands that may be meant, the likeliest first."""
    from difflib import get_close_matches

    plain = name.lower().replace("_", "-").replace("our", "or")
    if plain in commands:
        return [plain]
    if plain in _MEANT:
        return [_MEANT[plain]]
    same_end = [each for each in commands if plain in each.split("-", 1)[1:]]
    return list(dict.fromkeys([*same_end, *get_close_matches(plain, commands, 3, 0.6)]))[:3]


def _of_plugins() -> dict[str, str]:
    """Return the commands that build kinds of models of other packages, with their help."""
    if importlib.util.find_spec(PLUGINS) is None:
        return {}
    from .shared.building import build_commands

    return {
        name: f"Build {model.title}."
        for name, model in build_commands().items()
        if name not in COMMANDS
    }


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with:  wvt build-ppmi corpus.txt  then  wvt neighbors corpus.wvt WORD",
)
@click.version_option(__version__, prog_name="wvt")
@click.option("-v", "--verbose", is_flag=True, help="On an error, show the full traceback.")
def wvt(verbose: bool) -> None:
    """Word vectors and language models from your own text, by counting: fast, exact, explained."""


def _interrupt_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Raise Ctrl-C once more where it fell into a callback, which Python would ignore."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        threading.Timer(0.05, _thread.interrupt_main).start()  # this hook is such a callback, too
    else:
        sys.__unraisablehook__(unraisable)


def main() -> None:
    """Run ``wvt``."""
    startup.prepare()
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:  # of batch systems: as Ctrl-C
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.unraisablehook = _interrupt_again
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # words of any script, on any terminal
            stream.reconfigure(errors="backslashreplace")
    sys.stderr = printable_stream(sys.stderr)
    warnings.formatwarning = _as_note
    try:
        try:
            wvt(prog_name="wvt")
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # of what is printed, which nobody has caught by then
        click.echo(f"wvt: cannot write to standard output: {error.strerror or error}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _as_note(message: "Warning | str", *_: object, **__: object) -> str:
    return f"note: {message}\n"
