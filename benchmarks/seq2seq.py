"""What reversal, peeking, attention and the Transformer buy, on public pairs.

    python benchmarks/seq2seq.py addition DATA --seeds 0,1,2 --only reversed+peeky --log FILE

DATA is the folder of `addition.txt`, `date.txt` or the parallel texts.  Prints one line of JSON per
trained model.  `multi30k DATA --peer STEPS` compares the speed of the Transformer with that of a
plain loop in PyTorch (nn.Transformer, random batches padded to their longest pair), by turns.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from wordvec_toolkit.lm.language_model import BOS, EOS
from wordvec_toolkit.neural.seq2seq.presets import PRESETS
from wordvec_toolkit.neural.seq2seq.settings import Seq2SeqSettings, Seq2SeqTraining
from wordvec_toolkit.neural.seq2seq.trainer import PairTrainer
from wordvec_toolkit.neural.seq2seq.training import train_seq2seq
from wordvec_toolkit.text.pairs import TextPairs, read_pairs, split_pairs
from wordvec_toolkit.text.settings import PairSettings
from wordvec_toolkit.text.sides import PairCorpus, encode_pairs
from wordvec_toolkit.translation.model import translate

#: The textbook's sizes (Saito, Deep Learning from Scratch 2, chapters 7 and 8).
ADDITION = {"embedding_dim": 16, "hidden_dim": 128, "batch_size": 128, "epochs": 25}
DATES = {"embedding_dim": 16, "hidden_dim": 256, "batch_size": 128, "epochs": 3, "reverse": True}
ADDING = {
    "reversed+peeky": {"reverse": True, "peeky": True},
    "plain": {},
    "reversed": {"reverse": True},
    "peeky": {"peeky": True},
    "attention": {"attention": "dot"},
}
DATING = {"attention": {"attention": "dot"}, "reversed+peeky": {"peeky": True}}
#: The Transformer has the sizes of a teaching notebook: 9 million parameters.
TRANSLATING = {
    "transformer": PRESETS["transformer"].settings,
    "lstm+attention": PRESETS["attention"].settings,
}


def characters(file: Path, variants: dict, sizes: dict, args: argparse.Namespace) -> None:
    """Train on nine tenths of a file of characters, and count what the rest is answered exactly."""
    train, test = split_pairs(read_pairs(file), 0.1)
    pairs = encode_pairs(train, test, PairSettings(tokenizer="chars"))
    run(args, variants, sizes, pairs, test)


def translation(args: argparse.Namespace) -> None:
    """Train on parallel text; BLEU on the tokens as they are in the files."""
    folder = args.data
    pair, parts = {
        "multi30k": ("de en", ("train", "val", "test_2016_flickr")),
        "enja": ("en ja", ("train", "dev", "test")),
    }[args.task]
    texts = [
        read_pairs([folder / f"{args.task}.{part}.{side}" for side in pair.split()])
        for part in parts
    ]
    pairs = encode_pairs(texts[0], texts[1], PairSettings(min_count=2))
    if args.peer:
        compare_speed(pairs, args.peer, args.threads)
        return
    run(args, TRANSLATING, {"batch_size": 128}, pairs, texts[2])


def compare_speed(pairs: PairCorpus, n_steps: int, threads: int) -> None:
    """Take blocks of ten steps by turns; processor seconds, tokens of the target, mean loss."""
    sizes = tuple(len(side.vocabulary) for side in (pairs.source, pairs.target))
    how = TRANSLATING["transformer"]
    torch.set_num_threads(threads)
    training = Seq2SeqTraining.among({**how, "batch_size": 128})
    makers = {
        "toolkit": lambda: toolkit_steps(pairs, sizes, {**how, "batch_size": 128}),
        "plain loop": lambda: plain_steps(pairs, sizes, how, training, autocast=False),
        "plain loop, autocast to bfloat16": lambda: plain_steps(
            pairs, sizes, how, training, autocast=True
        ),
    }
    loops = {name: make() for name, make in makers.items()}
    totals = {name: np.zeros(3) for name in loops}
    for loop in loops.values():
        next(loop)
    for _ in range(n_steps // 10):
        for name, loop in loops.items():
            began = time.process_time()
            tokens, losses = zip(*(next(loop) for _ in range(10)))
            totals[name] += time.process_time() - began, sum(tokens), sum(losses)
    for name, (seconds, tokens, loss) in totals.items():
        line = {"loop": name, "tokens_per_second": tokens / seconds, "loss": loss / tokens}
        print(json.dumps({**line, "steps": n_steps, "threads": threads}), flush=True)


def toolkit_steps(pairs: PairCorpus, sizes, how: dict) -> Iterator[tuple[int, float]]:
    training = Seq2SeqTraining.among(how)
    trainer = PairTrainer(sizes, Seq2SeqSettings.among(how), training, pairs.train, None)
    while True:
        tokens, loss = trainer.tally.n_tokens, trainer.tally.loss
        trainer.step()
        yield trainer.tally.n_tokens - tokens, trainer.tally.loss - loss


class Plain(torch.nn.Module):
    """The Transformer as the documentation of PyTorch builds it, with the norm first."""

    def __init__(self, sizes, pad: int, how: dict) -> None:
        super().__init__()
        width, n, self.pad = how["hidden_dim"], how["n_layers"], pad
        self.embeddings = torch.nn.ModuleList(
            torch.nn.Embedding(pad + 1, width, padding_idx=pad) for _ in sizes
        )
        self.core = torch.nn.Transformer(
            width,
            how["n_heads"],
            n,
            n,
            how["feed_forward_dim"],
            how["dropout"],
            norm_first=True,
            batch_first=True,
        )
        self.output = torch.nn.Linear(width, sizes[1])
        self.drop = torch.nn.Dropout(how["dropout"])
        places = torch.arange(256)[:, None] / 10_000 ** (torch.arange(0, width, 2) / width)
        self.register_buffer("places", torch.stack([places.sin(), places.cos()], -1).flatten(1))

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        x, y = (
            self.drop(table(ids) + self.places[: ids.shape[1]])
            for table, ids in zip(self.embeddings, (source, target))
        )
        hidden = source == self.pad
        later = torch.ones(target.shape[1], target.shape[1], dtype=torch.bool).triu(1)
        found = self.core(
            x,
            y,
            tgt_mask=later,
            src_key_padding_mask=hidden,
            tgt_key_padding_mask=target == self.pad,
            memory_key_padding_mask=hidden,
        )
        return self.output(found)


def plain_steps(
    pairs: PairCorpus, sizes, how: dict, training: Seq2SeqTraining, autocast: bool
) -> Iterator[tuple[int, float]]:
    torch.manual_seed(0)
    pad = max(sizes)
    model = Plain(sizes, pad, how)
    optimizer = torch.optim.AdamW(model.parameters(), how["learning_rate"], weight_decay=0.0)
    sources, targets = pairs.train
    n, number, draw = len(sources), 0, np.random.default_rng(0)
    n_steps = how["epochs"] * -(-n // training.n_columns)
    pile = torch.nn.utils.rnn.pad_sequence
    while True:
        for places in np.array_split(draw.permutation(n), -(-n // training.n_columns)):
            source = [torch.from_numpy(sources.row(place)).long() for place in places]
            target = [torch.from_numpy(targets.row(place)).long() for place in places]
            ends = [torch.cat([row, torch.tensor([EOS])]) for row in target]
            begins = [torch.cat([torch.tensor([BOS]), row]) for row in target]
            s, t, own = (
                pile(rows, batch_first=True, padding_value=pad) for rows in (source, begins, ends)
            )
            for group in optimizer.param_groups:
                group["lr"] = training.learning_rate_at(number, n_steps)
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                logits = model(s, t)
            loss = torch.nn.functional.cross_entropy(
                logits.float().flatten(0, 1),
                own.flatten(),
                ignore_index=pad,
                label_smoothing=how["label_smoothing"],
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), how["clip"])
            optimizer.step()
            number, tokens = number + 1, int((own != pad).sum())
            yield tokens, float(loss.detach()) * tokens


def run(args, variants, sizes, pairs, test: TextPairs) -> None:
    for seed in args.seeds:
        for name, changes in variants.items():
            if args.only and name not in args.only:
                continue
            began, cpu = time.perf_counter(), time.process_time()
            settings = {**sizes, **changes, **({"epochs": args.epochs} if args.epochs else {})}
            model = train_seq2seq(pairs, **settings, seed=seed, patience=0, threads=args.threads)
            trained, trained_cpu = time.perf_counter() - began, time.process_time() - cpu
            found = translate(model, test.sources)
            right = sum(a.text == b for a, b in zip(found, test.targets))
            line = {
                "task": args.task,
                "variant": name,
                "seed": seed,
                "exact": right / len(test),
                "seconds": round(trained, 1),
                "cpu_seconds": round(trained_cpu, 1),
                "parameters": model.facts["n_parameters"],
                "best_epoch": model.facts["best_epoch"],
                "held_out_exact": [
                    round(epoch["held_out_exact"], 4) for epoch in model.facts["epochs"]
                ],
                "held_out_perplexity": [
                    round(epoch["held_out_perplexity"], 4) for epoch in model.facts["epochs"]
                ],
            }
            if args.task in ("multi30k", "enja"):
                from sacrebleu.metrics import BLEU

                bleu = BLEU(tokenize="none")
                texts = [each.text for each in found]
                line["bleu"] = bleu.corpus_score(texts, [list(test.targets)]).score
                line["signature"] = str(bleu.get_signature())
            print(json.dumps(line), flush=True)
            if args.log:
                with open(args.log, "a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["addition", "date", "multi30k", "enja"])
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--seeds", type=lambda text: [int(each) for each in text.split(",")], default=[0]
    )
    parser.add_argument("--only", action="append")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peer", type=int, metavar="STEPS")
    parser.add_argument("--log", type=Path)
    args = parser.parse_args()
    if args.task == "addition":
        characters(args.data / "addition.txt", ADDING, ADDITION, args)
    elif args.task == "date":
        characters(args.data / "date.txt", DATING, DATES, args)
    else:
        translation(args)


if __name__ == "__main__":
    main()
