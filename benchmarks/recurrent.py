"""Training of LSTM language models against a plain loop in PyTorch.

    python benchmarks/recurrent.py
    python benchmarks/recurrent.py --hidden-dim 650 --epochs 1

Reads lm/ptb/ptb.train.txt and ptb.valid.txt in the data folder.  The plain loop is what a tutorial
has: `torch.nn.Embedding`, `torch.nn.LSTM` for each layer, a tied `torch.nn.Linear`, the mean of
`torch.nn.CrossEntropyLoss`, `clip_grad_norm_` and `torch.optim.AdamW`, in float32.  Size, batches,
windows, locked dropout, first weights' ranges and learning rates are those of the project, which is
trained in float32 and in bfloat16.  All take turns epoch by epoch, so that what else the machine
does falls on each.  Prints tokens per second of the faster epoch of each, ratios, and the
perplexity of the validation text after as many epochs, for all computed in float32.
"""

import math
import time

import numpy as np
import torch
from _measure import parser, penn_treebank, print_machine

from wordvec_toolkit.neural.recurrent.batches import columns
from wordvec_toolkit.neural.recurrent.epochs import Trainer
from wordvec_toolkit.neural.recurrent.scoring import mean_loss
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings, TrainingSettings
from wordvec_toolkit.text.encoding import encode_corpus
from wordvec_toolkit.text.streams import encode_stream

_COLUMNS, _STEPS = 10, 100  # the validation text is read so


class LockedDropout(torch.nn.Module):
    """One mask for all steps."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.share:
            return x
        return x * torch.empty(1, *x.shape[1:]).bernoulli_(1 - self.share).div_(1 - self.share)


class PlainModel(torch.nn.Module):
    """The language model of a tutorial."""

    def __init__(self, n_words: int, how: NetworkSettings) -> None:
        super().__init__()
        width = how.hidden_dim
        self.embedding = torch.nn.Embedding(n_words, width)
        self.layers = torch.nn.ModuleList(torch.nn.LSTM(width, width) for _ in range(how.n_layers))
        self.output = torch.nn.Linear(width, n_words)
        self.output.weight = self.embedding.weight
        self.word_share = how.embedding_dropout
        self.at_input = LockedDropout(how.input_dropout)
        self.between = LockedDropout(how.dropout)
        self.at_output = LockedDropout(how.output_dropout)
        torch.nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        torch.nn.init.zeros_(self.output.bias)

    def forward(self, ids: torch.Tensor, states: list) -> tuple[torch.Tensor, list]:
        words = self.embedding.weight
        if self.training and self.word_share:
            kept = torch.empty(len(words), 1).bernoulli_(1 - self.word_share)
            words = words * kept / (1 - self.word_share)
        x = self.at_input(torch.nn.functional.embedding(ids, words))
        after = []
        for place, (layer, state) in enumerate(zip(self.layers, states)):
            x, state = layer(x, state)
            after.append(state)
            is_last = place + 1 == len(self.layers)
            x = self.at_output(x) if is_last else self.between(x)
        return self.output(x), after


class PlainLoop:
    """The loop of a tutorial."""

    def __init__(
        self, n_words: int, how: NetworkSettings, training: TrainingSettings, ids: np.ndarray
    ) -> None:
        torch.manual_seed(training.seed)
        self.training, self.n_steps = training, 0
        self.model = PlainModel(n_words, how)
        self.loss = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=1.0, weight_decay=training.weight_decay
        )
        self.inputs, self.targets = (each.long() for each in columns(ids, training.batch_size))

    def epoch(self) -> int:
        """Read the text once; return how many tokens that were."""
        model, training = self.model.train(), self.training
        n_windows = math.ceil(len(self.inputs) / training.bptt)
        states = [None] * len(model.layers)
        for first in range(0, len(self.inputs), training.bptt):
            inputs = self.inputs[first : first + training.bptt]
            targets = self.targets[first : first + training.bptt]
            states = [state and tuple(part.detach() for part in state) for state in states]
            logits, states = model(inputs, states)
            loss = self.loss(logits.flatten(0, 1), targets.flatten())
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), training.clip)
            for group in self.optimizer.param_groups:
                group["lr"] = training.learning_rate_at(self.n_steps, training.epochs * n_windows)
            self.optimizer.step()
            self.n_steps += 1
        return self.inputs.numel()

    @torch.no_grad()
    def perplexity(self, ids: np.ndarray) -> float:
        """Of a text, read in columns as the project does."""
        model, total = self.model.eval(), 0.0
        inputs, targets = (each.long() for each in columns(ids, _COLUMNS))
        states = [None] * len(model.layers)
        for first in range(0, len(inputs), _STEPS):
            logits, states = model(inputs[first : first + _STEPS], states)
            own = targets[first : first + _STEPS].flatten()
            total += float(self.loss(logits.flatten(0, 1), own)) * len(own)
        return math.exp(total / targets.numel())


class Ours:
    """The project's training, an epoch at a time."""

    def __init__(
        self, n_words: int, how: NetworkSettings, training: TrainingSettings, ids: np.ndarray
    ) -> None:
        self.trainer = Trainer(n_words, how, training, ids, None)

    def epoch(self) -> int:
        trainer = self.trainer
        while trainer.tally.n_steps < trainer.n_steps:
            trainer.step()
        n_tokens = trainer.tally.n_tokens
        trainer.end_epoch()
        return n_tokens

    def perplexity(self, ids: np.ndarray) -> float:
        network = self.trainer.network.eval()
        dtype, network.dtype = network.dtype, None
        found = math.exp(mean_loss(network, ids))
        network.dtype = dtype
        return found


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--hidden-dim", type=int, default=200)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--batch-size", type=int, default=40)
    options.add_argument("--tokens", type=int, help="number of tokens to train on")
    arguments = options.parse_args()
    folder = penn_treebank(arguments.data)
    corpus = encode_corpus(str(folder / "ptb.train.txt"), "whitespace", min_count=1)
    train, valid = (
        encode_stream(str(folder / f"ptb.{part}.txt"), corpus.vocabulary).ids
        for part in ("train", "valid")
    )
    train, n_words = train[: arguments.tokens], len(corpus.vocabulary)
    how = NetworkSettings(hidden_dim=arguments.hidden_dim)
    torch.set_num_threads(arguments.threads)
    print_machine("torch")
    print(
        f"LSTM {how.n_layers} x {how.hidden_dim}, tied, batches of {arguments.batch_size} x 35, "
        f"{len(train):,} tokens, {n_words:,} words, {arguments.epochs} epochs, "
        f"{arguments.threads} threads"
    )

    def training(precision: str) -> TrainingSettings:
        return TrainingSettings(
            epochs=arguments.epochs,
            batch_size=arguments.batch_size,
            reset=0.0,
            warmup=0.05,
            precision=precision,
        )

    sides = {
        "plain loop, float32": PlainLoop(n_words, how, training("fp32"), train),
        "project, float32": Ours(n_words, how, training("fp32"), train),
        "project, bfloat16": Ours(n_words, how, training("bf16"), train),
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(arguments.epochs):
        for name, side in sides.items():
            started = time.perf_counter()
            n_tokens = side.epoch()
            rates[name].append(n_tokens / (time.perf_counter() - started))
    plain = max(rates["plain loop, float32"])
    reached = {name: side.perplexity(valid) for name, side in sides.items()}
    print(f"{'':24} {'tokens/s':>9} {'ratio':>6} {'valid':>8} {'to plain':>8}")
    for name in sides:
        best = max(rates[name])
        share = reached[name] / reached["plain loop, float32"] - 1
        print(f"{name:24} {best:9,.0f} {best / plain:6.2f} {reached[name]:8.2f} {share:+8.2%}")


if __name__ == "__main__":
    main()
