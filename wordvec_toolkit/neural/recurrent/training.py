"""Train a recurrent language model."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...errors import EmptyResultError, SettingError, expect
from ...lm.streams import checked_stream, corpus_stream, stream_digest
from ...runtime.parallel import n_threads
from ...runtime.progress import ProgressLike, as_progress
from ...runtime.settings import takes
from ...text.corpus import EncodedCorpus
from ...text.vocabulary import Vocabulary
from .backward import BackwardModel
from .memory import enough_memory
from .model import NeuralModel
from .settings import NetworkSettings, TrainingSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...bundles.reading import Bundle
    from ...runtime.keywords import TrainNeuralLmKeywords
    from .epochs import Trainer

#: Products of numbers that the softmax of a window takes, from which on more threads are faster:
#: with less they mostly wait for one another, for ever where something else is at work, too.
_WORTH_SHARING = 1e9


@takes(NetworkSettings, TrainingSettings)
@enough_memory()
def train_neural_lm(
    corpus: EncodedCorpus,
    *,
    held_out: np.ndarray | None = None,
    state: "Bundle | None" = None,
    on_step: "Callable[[Trainer], None] | None" = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainNeuralLmKeywords]",
) -> NeuralModel | BackwardModel:
    """Train a network (LSTM, GRU, simple RNN or Transformer) to predict the next word of a text.

    The text is one stream, cut into columns that are read side by side, a window of steps at a
    time; the state goes on from window to window, the gradient does not (truncated back-propagation
    through time: Mikolov et al. 2010, "Recurrent neural network based language model").  With
    ``context="sentence"`` each sentence is separate, side by side with others
    of like length; with ``direction="backward"`` from its end, too.

    Parameters
    ----------
    corpus : EncodedCorpus
    held_out : int32 array, optional
        Text as `LanguageModel.token_logprobs` takes it.  The model returned is that of the epoch
        that predicted it best; without it, that of the last epoch.
    state : Bundle, optional
        What an unfinished run with the same settings has left (see `Trainer.write`): go on there.
    on_step : callable, optional
        Called after each step and each epoch, with what it takes to go on.
    threads : int, optional
        Default: all processors; one where windows are too small to share.  Bits are the same in
        each run with as many threads, on the same kind of processor and version of PyTorch.

    Returns
    -------
    NeuralModel, or BackwardModel by the direction
        Facts: ``epochs``, for each its mean loss, perplexity, learning rate, mean norm of the
        gradient, share of clipped steps, and perplexity of the held-out text.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    EmptyResultError
        If the text is shorter than one batch.
    DivergedError
        If the loss is no longer a number, or worse than guessing.
    FormatError
        If the state is damaged.
    WordvecError
        If there is not enough memory.
    """
    expect("corpus", corpus, EncodedCorpus)
    progress = as_progress(progress)
    from .checkpoint import read_checkpoint
    from .epochs import Trainer
    from .processor import torch_threads

    architecture = NetworkSettings.among(settings)
    if architecture.softmax == "adaptive":
        _check_order(corpus.vocabulary)
    stream = corpus_stream(corpus)
    training = TrainingSettings.among(settings).suited(architecture, len(stream))
    if architecture.context == "sentence":
        _check_sentences(corpus.n_sentences, training.n_columns)
    needed = training.n_columns * training.bptt
    if architecture.context == "text" and len(stream) < needed:
        raise EmptyResultError(
            f"the text has {len(stream):,} tokens; a batch of {training.n_columns} columns and "
            f"{training.bptt} steps takes {needed:,}: give more text, or lower batch_size "
            f"or bptt (--batch-size 1 --bptt {max(1, len(stream) // 2)})"
        )
    n_words = len(corpus.vocabulary)
    if held_out is not None:
        held_out = checked_stream(held_out, n_words)
        if len(held_out) == 0:
            raise EmptyResultError("the held-out text has no tokens; give one with words in it")
    if threads is None:
        width = architecture.embedding_dim or architecture.hidden_dim
        threads = None if needed * width * n_words >= _WORTH_SHARING else 1
    threads = n_threads(threads)
    with torch_threads(threads):
        trainer = Trainer(n_words, architecture, training, stream, held_out)
        if state is not None:
            read_checkpoint(trainer, state)
        trainer.train(on_step, progress)
    described = model_settings(architecture, training, held_out)
    made = BackwardModel if architecture.direction == "backward" else NeuralModel
    return made(
        corpus.vocabulary, trainer.scorer(), described, {**trainer.facts, "threads": threads}
    )


def _check_order(vocabulary: Vocabulary) -> None:
    """Groups of an adaptive softmax are ranges of ids, which are therefore ordered by frequency."""
    counts = vocabulary.counts[vocabulary.n_specials :]
    if (counts[1:] > counts[:-1]).any():
        raise SettingError(
            "the words of the vocabulary are not ordered by count, as an adaptive softmax "
            "requires; choose softmax full (--softmax full)"
        )


def _check_sentences(n_sentences: int, batch_size: int) -> None:
    if n_sentences < batch_size:
        raise EmptyResultError(
            f"the text has {n_sentences:,} sentences; a batch takes {batch_size:,}: give more "
            "text, or lower batch_size (--batch-size)"
        )


def model_settings(
    architecture: NetworkSettings, training: TrainingSettings, held_out: np.ndarray | None = None
) -> dict[str, object]:
    """Return what a model depends on besides its text, as a manifest holds it."""
    from .processor import resolved_device, resolved_precision

    settings = {
        **architecture.as_dict(),
        **training.as_dict(),
        "learning_rate": float(training.first_learning_rate),
        "precision": resolved_precision(training.precision, training.device),
        "device": resolved_device(training.device),
    }
    if held_out is not None:
        settings["held_out"] = f"{len(held_out)} tokens, {stream_digest(held_out)[:16]}"
    return settings
