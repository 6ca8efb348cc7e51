"""Options of recurrent language models, spelled as the settings that they fill."""

from .options import _apply, _choice, _option

ARCHITECTURE = "neural.recurrent.settings:Architecture"
TRAINING = "neural.recurrent.settings:Training"

_ARCHITECTURE_OPTIONS = (
    _option(ARCHITECTURE, "--cell", type=_choice("lstm", "gru", "rnn-tanh", "rnn-relu"),
            help="What the layers are made of."),
    _option(ARCHITECTURE, "--n-layers", type=int, help="Recurrent layers."),
    _option(ARCHITECTURE, "--hidden-dim", type=int, help="Width of a layer."),
    _option(ARCHITECTURE, "--embedding-dim", type=int, fallback="as --hidden-dim",
            help="Width of the words' vectors."),
    _option(ARCHITECTURE, "--tied/--no-tied", is_flag=True,
            help="One matrix for the words that go in and those that come out; the last layer is "
            "then as wide as the embedding."),
    _option(ARCHITECTURE, "--residual", is_flag=True, fallback="no",
            help="Add a layer's input to its output; for three layers and more."),
    _option(ARCHITECTURE, "--dropout", type=float, metavar="SHARE",
            help="Drop this share of what goes from layer to layer.  Large texts want less."),
    _option(ARCHITECTURE, "--input-dropout", type=float, metavar="SHARE",
            help="Of what goes into the first layer."),
    _option(ARCHITECTURE, "--output-dropout", type=float, metavar="SHARE",
            help="Of what comes out of the last layer."),
    _option(ARCHITECTURE, "--embedding-dropout", type=float, metavar="SHARE",
            help="Of the words, wherever they stand in a window."),
    _option(ARCHITECTURE, "--weight-dropout", type=float, metavar="SHARE",
            help="Of the recurrent weights."),
    _option(ARCHITECTURE, "--locked/--no-locked", is_flag=True,
            help="Drop the same at all steps of a window (variational dropout)."),
    _option(ARCHITECTURE, "--forget-bias", type=float,
            help="Of the LSTM's forget gates at the start."),
)  # fmt: skip
_TRAINING_OPTIONS = (
    _option(TRAINING, "--epochs", type=int, help="Times over the text, at most."),
    _option(TRAINING, "--batch-size", type=int,
            help="Columns of text that are read side by side."),
    _option(TRAINING, "--bptt", type=int, help="Steps that the gradient reaches back."),
    _option(TRAINING, "--reset", type=float, metavar="SHARE",
            help="Of the columns, whose state begins anew at a window."),
    _option(TRAINING, "--optimizer", type=_choice("adamw", "sgd"),
            help="adamw: the learning rate rises, then falls along a cosine; sgd: it falls after "
            "epochs that bring nothing."),
    _option(TRAINING, "--learning-rate", type=float, fallback="3e-3 for adamw, 20 for sgd",
            help="At its highest."),
    _option(TRAINING, "--warmup", type=float, metavar="SHARE",
            help="Of all steps of adamw, in which the learning rate rises."),
    _option(TRAINING, "--weight-decay", type=float, help="Pull of the weights to 0."),
    _option(TRAINING, "--decay", type=float,
            help="The learning rate of sgd is divided by this, when it falls."),
    _option(TRAINING, "--clip", type=float, help="Longest gradient; longer ones are cut."),
    _option(TRAINING, "--patience", type=int,
            help="Stop after so many epochs without a better perplexity; 0: never."),
    _option(TRAINING, "--precision", type=_choice("auto", "bf16", "fp32"),
            help="Numbers to compute in; auto: bfloat16 where the processor is fast at it."),
    _option(TRAINING, "--seed", type=int, help="Of everything that is drawn."),
)  # fmt: skip

architecture_options = _apply(*_ARCHITECTURE_OPTIONS)
training_options = _apply(*_TRAINING_OPTIONS)
