"""Common parts of word2vec and fastText: settings, and gensim's training under watch.

gensim trains in threads of its own, and waits for ever if one of them fails,
leaves them running when it is interrupted, and adds the loss up in one float32 over all epochs
and threads, which stops making progress from some ten million on.  `Watched` fixes these three.
"""

import threading
from dataclasses import replace
from queue import Empty, Queue
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ...embeddings.vectors import WordVectors
from ...errors import EmptyResultError, WordvecError
from ...runtime.progress import Progress
from ...text.corpus import EncodedCorpus
from .settings import GensimSettings
from .token_lists import LONGEST, WordLists

if TYPE_CHECKING:
    from gensim.models import Word2Vec

_TINY = 200  # tokens of a text of which the usual settings leave nothing to learn from
_ENOUGH = 5000  # tokens that training on such a text goes over
_FEW = 0.1  # share of the tokens below which subsampling is worth a word
_PATIENCE = 0.2  # seconds; a wait without an end cannot be interrupted on every system


G = TypeVar("G", bound=GensimSettings)


def for_size(chosen: G, n_tokens: int, progress: Progress) -> G:
    """Return settings for a tiny text, where `subsample` and `epochs` are the defaults."""
    usual = (GensimSettings.subsample, GensimSettings.epochs)
    if n_tokens >= _TINY or (chosen.subsample, chosen.epochs) != usual:
        return chosen
    suited = replace(
        chosen, subsample=0.0, epochs=max(chosen.epochs, -(-_ENOUGH // max(1, n_tokens)))
    )
    progress.note(
        f"a text of {n_tokens} tokens: trained for {suited.epochs} epochs without subsampling; "
        "set epochs or subsample (--epochs, --subsample) for other values"
    )
    return suited


def gensim_settings(chosen: GensimSettings) -> dict[str, object]:
    """Return the keywords of gensim's constructors for ours."""
    return {
        "vector_size": chosen.dim,
        "sg": int(chosen.method == "skip-gram"),
        "window": chosen.window,
        "shrink_windows": chosen.weighting == "dynamic",
        "negative": chosen.negative,
        "hs": int(chosen.negative == 0),
        "ns_exponent": chosen.ns_exponent,
        "epochs": chosen.epochs,
        "sample": chosen.subsample,
        "alpha": chosen.learning_rate,
        "min_alpha": chosen.final_learning_rate,
        "seed": chosen.seed,
        "workers": chosen.threads,
        "min_count": 1,  # the vocabulary is chosen, and in its order
        "sorted_vocab": 0,
    }


class Watched:
    """Goes before a model of gensim's in the list of bases; see `train_watched`."""

    workers: int

    def watch(self, sentences: WordLists, progress: Progress, n_tokens: int, label: str) -> None:
        """Record the training text and the progress to report to."""
        self._sentences, self._progress = sentences, progress
        self._n_tokens, self._label = n_tokens, label
        self._tallies = threading.Lock()
        self._loss = 0.0
        self._error: BaseException | None = None
        self.losses: list[float] = []
        self.trained: list[int] = []

    # One running loss a thread: a batch starts it at zero and adds it to a sum in float64.
    @property
    def running_training_loss(self) -> float:
        """The loss of this thread's batch, where gensim's kernels read and leave it."""
        return getattr(_batch, "loss", 0.0)

    @running_training_loss.setter
    def running_training_loss(self, loss: float) -> None:
        _batch.loss = loss

    def _do_train_job(self, sentences: object, alpha: float, inits: object) -> tuple[int, int]:
        if self._sentences.stopped:
            return 0, 0
        self.running_training_loss = 0.0
        try:
            tally: tuple[int, int] = super()._do_train_job(sentences, alpha, inits)  # type: ignore[misc]
        except BaseException as error:
            self._error, self._sentences.stopped = error, True
            return 0, 0
        with self._tallies:
            self._loss += self.running_training_loss
        return tally

    def _log_epoch_progress(
        self,
        progress_queue: "Queue[tuple[int, int, int] | None]",
        job_queue: object = None,
        cur_epoch: int = 0,
        **__: object,
    ) -> tuple[int, int, int]:
        """Wait for an epoch to end; gensim calls this in the thread that called for training."""
        epochs: int = self.epochs  # type: ignore[attr-defined]
        self._progress.start(
            f"{self._label}, epoch {cur_epoch + 1}/{epochs}", self._n_tokens, "tokens"
        )
        counted = np.zeros(3, np.int64)
        working = self.workers
        try:
            while working:
                try:
                    report = progress_queue.get(timeout=_PATIENCE)
                except Empty:
                    continue
                if report is None:
                    working -= 1
                    continue
                _, words, tokens = report
                counted += (words, tokens, 1)
                self._progress.advance(tokens)
        except BaseException:
            self._sentences.stopped = True
            while working:  # each worker ends with the batch that it is at
                working -= progress_queue.get() is None
            raise
        if error := self._error or self._sentences.error:
            raise error
        trained = int(counted[0])
        self.trained.append(trained)
        result = f"{trained:,} words trained"
        if self.compute_loss:  # type: ignore[attr-defined]
            self.losses.append(self._loss / max(trained, 1))
            self._loss = 0.0  # here, where no worker is left: at the start some are ahead
            result += f", loss {self.losses[-1]:.4f} a word"
        self._progress.finish(result)
        return trained, int(counted[1]), int(counted[2])


_batch = threading.local()


def train_watched(
    model: "Word2Vec",
    corpus: EncodedCorpus,
    chosen: GensimSettings,
    label: str,
    has_loss: bool,
    progress: Progress,
) -> np.ndarray:
    """Give a new model our vocabulary and train it.

    Parameters
    ----------
    model : a class of gensim's behind `Watched`
        Without any vocabulary.

    Returns
    -------
    bool array (n_words,)
        Which words of the corpus, without specials, the model knows: those that occur.

    Raises
    ------
    EmptyResultError
        If there is nothing to train on.
    """
    vocabulary = corpus.vocabulary.without_specials()
    sentences = WordLists(corpus, chosen.within)
    known = vocabulary.counts > 0
    if known.sum() < 2 or not sentences.has_pairs():
        raise EmptyResultError(
            f"no two words of the vocabulary occur in one {chosen.within}; give more text, or "
            "lower min_count (--min-count 1 keeps every word)"
        )
    counts = {
        word: int(count) for word, count in zip(vocabulary.words, vocabulary.counts) if count > 0
    }
    model.watch(sentences, progress, len(corpus), label)
    model.build_vocab_from_freq(counts, corpus_count=sentences.n_pieces)
    if model.wv.index_to_key != list(counts):
        raise WordvecError(
            "gensim has changed the order of the words; expected that of the vocabulary"
        )
    if sentences.n_cut:
        progress.note(
            f"{sentences.n_cut:,} of the {chosen.within}s have more than {LONGEST:,} tokens; "
            "windows stop there, too"
        )
    try:
        model.train(
            sentences,
            total_examples=sentences.n_pieces,
            epochs=chosen.epochs,
            compute_loss=has_loss,
        )
    finally:
        sentences.stopped = True  # for threads that an interrupt has left at work
    if not any(model.trained):
        raise EmptyResultError(
            "subsampling has left no words to train on; raise subsample (--subsample 0 keeps all)"
        )
    if sum(model.trained) < _FEW * len(corpus) * chosen.epochs:
        empty = model.trained.count(0)
        progress.note(
            f"subsampling has left {sum(model.trained):,} of {len(corpus) * chosen.epochs:,} tokens"
            + (f", and none in {empty} of {chosen.epochs} epochs" if empty else "")
            + "; set subsample 0 (--subsample 0) to keep all, and raise epochs (--epochs)"
        )
    return known


def as_vectors(
    corpus: EncodedCorpus,
    matrix: np.ndarray,
    known: np.ndarray,
    chosen: GensimSettings,
    model: "Word2Vec",
) -> WordVectors:
    """Return the trained vectors, with a zero vector for each word that does not occur.

    Raises
    ------
    WordvecError
        If training has diverged.
    """
    if not np.isfinite(matrix).all():
        raise WordvecError(
            f"training has diverged at learning rate {chosen.learning_rate:g}: some vectors "
            "are not finite; lower learning_rate (--learning-rate)"
        )
    if not known.all():
        rows = np.zeros((len(known), matrix.shape[1]), np.float32)
        rows[known] = matrix
        matrix = rows
    import gensim

    facts = {
        "dim": int(matrix.shape[1]),
        "reproducible": chosen.threads == 1,
        "trained_words": model.trained,
        "loss_per_word": model.losses or None,
        "sentences_cut": model._sentences.n_cut,
        "gensim": gensim.__version__,
    }
    return WordVectors(corpus.vocabulary.without_specials(), matrix, chosen.as_dict(), facts)
