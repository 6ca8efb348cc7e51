"""What reversal, peeking, attention and the Transformer buy, on public pairs.

    python benchmarks/seq2seq.py addition DATA --seeds 0,1,2 --only reversed+peeky --log FILE

DATA is the folder of `addition.txt`, `date.txt` or the parallel texts.  Prints one line of JSON per
trained model.
"""

import argparse
import json
import time
from pathlib import Path

from wordvec_toolkit.neural.seq2seq.training import train_seq2seq
from wordvec_toolkit.text.pairs import TextPairs, read_pairs, split_pairs
from wordvec_toolkit.text.settings import PairSettings
from wordvec_toolkit.text.sides import encode_pairs
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
#: A teaching notebook's Transformer of 9 million parameters, and an LSTM with attention.
TRANSLATING = {
    "transformer": {
        "cell": "transformer",
        "n_layers": 3,
        "hidden_dim": 256,
        "n_heads": 8,
        "feed_forward_dim": 512,
        "dropout": 0.1,
        "label_smoothing": 0.1,
        "epochs": 10,
        "learning_rate": 5e-4,
        "clip": 1.0,
    },
    "lstm+attention": {
        "hidden_dim": 512,
        "embedding_dim": 256,
        "bidirectional": "all",
        "attention": "general",
        "dropout": 0.3,
        "input_dropout": 0.3,
        "output_dropout": 0.3,
        "epochs": 10,
        "learning_rate": 1e-3,
        "clip": 1.0,
    },
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
    run(args, TRANSLATING, {"batch_size": 128}, pairs, texts[2])


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
