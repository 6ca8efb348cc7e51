"""Train an encoder-decoder."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...errors import expect
from ...runtime.parallel import n_threads
from ...runtime.progress import ProgressLike, as_progress
from ...runtime.settings import takes
from ...text.sides import PairCorpus
from ..recurrent.memory import enough_memory
from .model import Seq2SeqModel
from .settings import Seq2SeqSettings, Seq2SeqTraining

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...bundles.reading import Bundle
    from ...runtime.keywords import TrainSeq2seqKeywords
    from .trainer import PairTrainer

#: Numbers of a batch between the layers, from which on more threads are faster.
_WORTH_SHARING = 1e7


@takes(Seq2SeqSettings, Seq2SeqTraining)
@enough_memory()
def train_seq2seq(
    pairs: PairCorpus,
    *,
    state: "Bundle | None" = None,
    on_step: "Callable[[PairTrainer], None] | None" = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainSeq2seqKeywords]",
) -> Seq2SeqModel:
    """Train an encoder-decoder (RNN, GRU, LSTM or Transformer) on pairs of sentences.

    The decoder is given the target so far and predicts its next token (teacher forcing).  Padding
    enters no number: recurrent layers do not read it, attention and the loss do not see it.

    Parameters
    ----------
    pairs : PairCorpus
        See `encode_pairs`.  The model returned is that of the epoch that predicted the held-out
        pairs best; without any, that of the last epoch.
    state : Bundle, optional
        What an unfinished run with the same settings has left: go on there.
    on_step : callable, optional
        Called after each step and each epoch, with what it takes to go on.
    threads : int, optional
        Default: all processors; one for small networks.  Bits are the same in each run with as
        many threads, on the same kind of processor and version of PyTorch.

    Returns
    -------
    Seq2SeqModel
        Facts: ``epochs``, for each its mean loss, perplexity, learning rate, mean norm of the
        gradient, share of clipped steps, perplexity of the held-out targets, and the share of the
        first 1,000 of them that greedy search writes exactly (``held_out_exact``).

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DivergedError
        If the loss is no longer a number, or worse than guessing.
    FormatError
        If the state is damaged.
    """
    expect("pairs", pairs, PairCorpus, "a PairCorpus, such as encode_pairs returns")
    progress = as_progress(progress)
    from ..recurrent.checkpoint import read_checkpoint
    from ..recurrent.processor import torch_threads
    from .trainer import PairTrainer

    architecture = Seq2SeqSettings.among(settings)
    training = Seq2SeqTraining.among(settings).suited(architecture, len(pairs.train[0]))
    sizes = len(pairs.source.vocabulary), len(pairs.target.vocabulary)
    if threads is None:
        n_tokens = len(pairs.train[1].ids) // len(pairs.train[1]) * training.n_columns
        work = n_tokens * architecture.hidden_dim * sizes[1]
        threads = None if work >= _WORTH_SHARING else 1
    threads = n_threads(threads)
    with torch_threads(threads):
        held_out = pairs.held_out if len(pairs.held_out[0]) else None
        trainer = PairTrainer(sizes, architecture, training, pairs.train, held_out)
        if state is not None:
            read_checkpoint(trainer, state)
        trainer.train(on_step, progress)
    described = seq2seq_settings(pairs, architecture, training)
    network = trainer.finished()
    facts = {**trainer.facts, "threads": threads}
    return Seq2SeqModel(pairs.source, pairs.target, network, described, facts)


def seq2seq_settings(
    pairs: PairCorpus, architecture: Seq2SeqSettings, training: Seq2SeqTraining
) -> dict[str, object]:
    """Return what a model depends on besides its pairs, as a manifest holds it."""
    from ..recurrent.processor import resolved_device, resolved_precision

    return {
        **architecture.as_dict(),
        **training.as_dict(),
        "learning_rate": float(training.first_learning_rate),
        "precision": resolved_precision(training.precision, training.device),
        "device": resolved_device(training.device),
        "text": pairs.settings["text"],
    }
