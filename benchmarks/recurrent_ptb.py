"""Perplexity of the Penn Treebank by a recurrent model, and mixed with what counting can do.

    python benchmarks/recurrent_ptb.py --folder ptb.wvt > benchmarks/logs/ptb-medium.txt

Reads lm/ptb/ptb.train.txt, ptb.valid.txt and ptb.test.txt in the data folder.  What takes long is
done by the library's builders in the folder given: killed, it continues, and finished models are
not built again.  Nothing has seen the test text; the best epoch, weights and settings are those
that the validation text asks for.  Prints how training went, the perplexities of both texts,
``</s>`` counted, and where the models differ: by the words' frequency, and by the longest n-gram
seen in training.
"""

import time
from pathlib import Path

import numpy as np
from _measure import parser, penn_treebank, print_machine

import wordvec_toolkit as wvt
from wordvec_toolkit.lm.language_model import LanguageModel
from wordvec_toolkit.models.ensemble import mix_models
from wordvec_toolkit.models.neural_lm import build_neural_lm
from wordvec_toolkit.models.ngram_mixture import build_ngram_mixture
from wordvec_toolkit.neural.recurrent.presets import PRESETS, preset_of
from wordvec_toolkit.text.streams import encode_stream

CLASSES = (60, 100, 200, 300)


def main() -> None:
    options = parser(__doc__)
    options.add_argument(
        "--folder", type=Path, default=Path("ptb.wvt"), help="folder of the models"
    )
    options.add_argument("--preset", default="medium", choices=list(PRESETS))
    options.add_argument("--dynamic", action="store_true", help="try dynamic evaluation, too")
    arguments = options.parse_args()
    folder, workspace = penn_treebank(arguments.data), arguments.folder
    train, valid, test = (str(folder / f"ptb.{part}.txt") for part in ("train", "valid", "test"))
    print_machine("torch")
    preset = preset_of(arguments.preset)
    print(f"preset {arguments.preset} ({preset.source})")
    threads = arguments.threads
    built = build_neural_lm(
        train, workspace, preset=arguments.preset, held_out=valid, threads=threads
    )
    lstm = wvt.load_language_model(workspace / "lstm")
    step = built.steps[-1]
    print(f"{lstm}, {'built before' if step.reused else f'{step.seconds:,.0f} s in this run'}")
    print_epochs(lstm.facts)

    recipe = {"cache": True, "skip": True, "classes": CLASSES, "adapt": True}
    build_ngram_mixture(workspace, **recipe, held_out=valid, threads=threads)
    models = {name: wvt.load_language_model(workspace / name) for name in ("ngram", "mixture")}
    parts = [workspace / "mixture", workspace / "lstm"]
    mixtures = {
        "kn5": ([workspace / "ngram", workspace / "lstm"], {}),
        "kn5-caches": ([workspace / "ngram", workspace / "lstm"], {"cache": True}),
        "counted": (parts, {}),
        "counted-cached": (parts, {"neural_cache": True, "window": 2000}),
    }
    for name, (paths, more) in mixtures.items():
        mix_models(paths, valid, **more, name=name, threads=threads)
        models[name] = wvt.load_language_model(workspace / f"mixture-{name}")

    texts = [encode_stream(text, lstm.vocabulary).ids for text in (valid, test)]
    rows: dict[str, LanguageModel] = {
        "KN5": models["ngram"],
        "best mixture of counts": models["mixture"],
        "LSTM": lstm,
        "LSTM + neural cache (2,000)": wvt.neural.fit_neural_cache(lstm, texts[0], 2000),
        "LSTM + KN5": models["kn5"],
        "LSTM + KN5 + caches": models["kn5-caches"],
        "LSTM + best mixture of counts": models["counted"],
        "LSTM with neural cache + mixture of counts": models["counted-cached"],
    }
    if arguments.dynamic:
        rows["LSTM, dynamic evaluation (defaults)"] = wvt.neural.DynamicModel(lstm)
    print(f"{'':46} {'valid':>8} {'test':>8} {'seconds':>8}")
    for name, model in rows.items():
        started = time.perf_counter()
        found = [np.exp(-model.token_logprobs(text).mean()) for text in texts]
        seconds = time.perf_counter() - started
        print(f"{name:46} {found[0]:8.2f} {found[1]:8.2f} {seconds:8.1f}", flush=True)
    print_splits(lstm, models, texts[1])


def print_epochs(facts: dict) -> None:
    """Print the log of training."""
    print(
        f"{'epoch':>5} {'rate':>9} {'loss':>7} {'train':>8} {'valid':>8} {'gradient':>9} {'cut':>5}"
    )
    for number, epoch in enumerate(facts["epochs"], 1):
        mark = "*" if number == facts["best_epoch"] else " "
        print(
            f"{number:4}{mark} {epoch['learning_rate']:9.2e} {epoch['loss']:7.4f} "
            f"{epoch['perplexity']:8.2f} {epoch['held_out_perplexity']:8.2f} "
            f"{epoch['gradient_norm']:9.3f} {epoch['clipped']:5.0%}"
        )


def print_splits(lstm: LanguageModel, models: dict[str, LanguageModel], test: np.ndarray) -> None:
    """Print the test text's perplexity by what its words have in common."""
    chosen = {"KN5": models["ngram"], "LSTM": lstm, "both and all": models["counted"]}
    results = {
        name: wvt.evaluate_perplexity(model, test, interval="analytic")
        for name, model in chosen.items()
    }
    counts = lstm.vocabulary.counts
    splits = {
        "frequency in training": [
            wvt.evaluation.perplexity_by_frequency(result, counts) for result in results.values()
        ],
        "longest n-gram seen": [
            wvt.evaluation.perplexity_by_seen(result, models["ngram"])
            for result in results.values()
        ],
    }
    for title, columns in splits.items():
        print(f"{title:24} {'tokens':>8} " + " ".join(f"{name:>12}" for name in results))
        for bands in zip(*columns):
            cells = " ".join(f"{band.perplexity:12.2f}" for band in bands)
            print(f"{bands[0].band:24} {bands[0].n:8,} {cells}")


if __name__ == "__main__":
    main()
