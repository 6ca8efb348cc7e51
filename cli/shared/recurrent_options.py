"""Options of recurrent language models, spelled as the settings that they fill."""

import click

from .options import CatalogueChoice, _apply, _choice, _option, read_counts

ARCHITECTURE = "neural.recurrent.settings:NetworkSettings"
TRAINING = "neural.recurrent.settings:TrainingSettings"

_ARCHITECTURE_OPTIONS = (
    _option(
        ARCHITECTURE,
        "--cell",
        type=CatalogueChoice("neural.recurrent.cells:CELLS"),
        help="What the layers are made of.",
    ),
    _option(ARCHITECTURE, "--n-layers", type=int, help="Layers."),
    _option(ARCHITECTURE, "--hidden-dim", type=int, help="Width of a layer."),
    _option(
        ARCHITECTURE,
        "--embedding-dim",
        type=int,
        fallback="as --hidden-dim",
        help="Width of the words' vectors.",
    ),
    _option(
        ARCHITECTURE,
        "--tied/--no-tied",
        is_flag=True,
        help="One matrix for the words that go in and those that come out; the last layer is "
        "then as wide as the embedding.",
    ),
    _option(
        ARCHITECTURE,
        "--residual",
        is_flag=True,
        fallback="no",
        help="Add a layer's input to its output; for three layers and more.",
    ),
    _option(
        ARCHITECTURE,
        "--dropout",
        type=float,
        metavar="SHARE",
        help="Drop this share of what goes from layer to layer.  Large texts want less.",
    ),
    _option(
        ARCHITECTURE,
        "--input-dropout",
        type=float,
        metavar="SHARE",
        help="Of what goes into the first layer.",
    ),
    _option(
        ARCHITECTURE,
        "--output-dropout",
        type=float,
        metavar="SHARE",
        help="Of what comes out of the last layer.",
    ),
    _option(
        ARCHITECTURE,
        "--embedding-dropout",
        type=float,
        metavar="SHARE",
        help="Of the words, wherever they stand in a window.",
    ),
    _option(
        ARCHITECTURE,
        "--weight-dropout",
        type=float,
        metavar="SHARE",
        help="Of the recurrent weights.",
    ),
    _option(
        ARCHITECTURE,
        "--locked/--no-locked",
        is_flag=True,
        help="Drop the same at all steps of a window (variational dropout).",
    ),
    _option(
        ARCHITECTURE, "--forget-bias", type=float, help="Of the LSTM's forget gates at the start."
    ),
    _option(
        ARCHITECTURE,
        "--context",
        type=_choice("text", "sentence"),
        help="What a word is foretold from: all the text before it, or only its own sentence.  "
        "Sentences are then learnt and scored each by itself.",
    ),
    _option(
        ARCHITECTURE,
        "--direction",
        type=_choice("forward", "backward"),
        help="backward: read each sentence from its end (with --context sentence, into "
        "lstm-backward).  Such a model has a perplexity, but no next word.",
    ),
    _option(
        ARCHITECTURE,
        "--softmax",
        type=_choice("full", "adaptive"),
        help="adaptive: rare words by way of their group, faster from some 40,000 words on, at "
        "a slightly higher perplexity.",
    ),
    _option(
        ARCHITECTURE,
        "--cutoffs",
        callback=read_counts,
        metavar="N,N,...",
        fallback="at a 15th and a 5th of the vocabulary",
        help="How many of the most frequent words come before each group of the adaptive softmax.",
    ),
    _option(ARCHITECTURE, "--n-heads", type=int, fallback="4", help="Of a transformer."),
    _option(
        ARCHITECTURE,
        "--span",
        type=int,
        fallback="128",
        help="Positions that a transformer looks back at, its own among them.",
    ),
)
_TRAINING_OPTIONS = (
    _option(TRAINING, "--epochs", type=int, help="Times over the text, at most."),
    _option(
        TRAINING,
        "--batch-size",
        type=int,
        fallback="40, fewer in a short text",
        help="Columns of text, or sentences, that are read side by side.",
    ),
    _option(TRAINING, "--bptt", type=int, help="Steps that the gradient reaches back."),
    _option(
        TRAINING,
        "--reset",
        type=float,
        metavar="SHARE",
        help="Of the columns, whose state begins anew at a window.",
    ),
    _option(
        TRAINING,
        "--optimizer",
        type=_choice("adamw", "sgd", "asgd"),
        help="adamw: the learning rate rises, then falls along a cosine; sgd: it falls after "
        "epochs that bring nothing; asgd: it stays, and the weights' mean is taken from there "
        "on.",
    ),
    _option(
        TRAINING,
        "--learning-rate",
        type=float,
        fallback="3e-3 for adamw, 20 for sgd, 30 for asgd; 1e-3 for a transformer",
        help="At its highest.",
    ),
    _option(
        TRAINING,
        "--warmup",
        type=float,
        metavar="SHARE",
        help="Of all steps of adamw, in which the learning rate rises.",
    ),
    _option(TRAINING, "--weight-decay", type=float, help="Pull of the weights to 0."),
    _option(
        TRAINING,
        "--decay",
        type=float,
        help="The learning rate of sgd is divided by this, when it falls.",
    ),
    _option(
        TRAINING,
        "--averaging-after",
        type=int,
        metavar="EPOCHS",
        help="asgd averages once an epoch is worse than one more than so many epochs back.",
    ),
    _option(TRAINING, "--clip", type=float, help="Longest gradient; longer ones are cut."),
    _option(
        TRAINING,
        "--patience",
        type=int,
        help="Stop after so many epochs without a better perplexity; 0: never.",
    ),
    _option(
        TRAINING,
        "--precision",
        type=_choice("auto", "bf16", "fp32"),
        help="Numbers to compute in; auto: bfloat16 where the processor is fast at it.",
    ),
    _option(
        TRAINING,
        "--device",
        type=_choice("auto", "cpu", "cuda"),
        help="auto: a GPU where PyTorch finds one.",
    ),
    _option(TRAINING, "--seed", type=int, help="Of everything that is drawn."),
)

preset_option = click.option(
    "--preset",
    type=click.Choice(["small", "medium", "large", "awd"]),
    help="Settings that go together: small (2 x 200), medium (2 x 650) or large (2 x 1500) after "
    "Zaremba et al. 2014 with tied words and locked dropout; awd (3 x 1150) after Merity et al. "
    "2018.  Other options override them.",
)
architecture_options = _apply(*_ARCHITECTURE_OPTIONS)
training_options = _apply(*_TRAINING_OPTIONS)
