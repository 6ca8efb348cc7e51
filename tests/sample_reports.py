"""A made-up report with everything in it, and with words as nasty as a corpus can have them."""

import math
import random
from typing import Any

from wordvec_toolkit.evaluation.comparison_results import Comparison
from wordvec_toolkit.evaluation.perplexity_results import PerplexityBand, PerplexityResult
from wordvec_toolkit.evaluation.results import AnalogyResult, SectionResult, SimilarityResult
from wordvec_toolkit.report.data import (
    CorpusProfile,
    Cost,
    Curve,
    HeatMap,
    LearningCurves,
    ModelRow,
    NeighborTable,
    Report,
    StepRow,
    WordMap,
)
from wordvec_toolkit.runtime.signatures import Signature
from wordvec_toolkit.text.split_results import SplitPart

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"quoted\" 'words' &amp;",
    "שָׁלוֹם",
    "مرحبا",
    "한국어",
    "😀👩‍🔬",
    "tab\there",
    "\u2028line\u2029",
    "\u202eoverride",
    "{{ 7 * 7 }}",
    "nul\x00",
    "half\ud800",
    "",
    " ",
    "W" * 60,
)
VECTORS = ("ppmi", "svd", "glove", "skip-gram")
TITLES = {
    "ppmi": "PPMI",
    "svd": "PPMI-SVD",
    "glove": "GloVe",
    "skip-gram": "skip-gram",
    "cbow": "CBOW",
    "fasttext": "fastText",
    "ngram": "Kneser-Ney 5-grams",
    "cache": "5-grams with caches",
    "lstm": "LSTM",
    "mix": "mixture of all",
}
FAMILIES = {
    "glove": "neural",
    "skip-gram": "neural",
    "cbow": "neural",
    "fasttext": "neural",
    "lstm": "neural",
    "mix": "mixed",
}
SETTINGS = '[split]\nseed = 1\ntest = 0.1\n\n[svd]\ndim = 300\nname = "<b>&amp;</b>"\n'


def word_map(model: str, n: int = 300, seed: int = 1) -> WordMap:
    """A map of made-up words, the hostile ones first."""
    draw = random.Random(seed)
    middles = [(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(30)]
    places = [
        (x + draw.gauss(0, 0.15), y + draw.gauss(0, 0.15)) for x, y in draw.choices(middles, k=n)
    ]
    names = random.Random(0)
    words = [
        "".join(names.choices("aeiou", k=1) + names.choices("bdklmnprst", k=1) * 1)
        * names.randint(1, 3)
        + str(i)
        for i in range(n - len(HOSTILE))
    ]
    return WordMap(
        model,
        "t-SNE",
        (*HOSTILE, *words),
        tuple(x for x, _ in places),
        tuple(y for _, y in places),
        tuple(60_000 // (i + 1) + 5 for i in range(n)),
        f"map|{model}|t-sne|seed:1",
        0.43,
        ("beyond", "<b>off</b>"),
        tuple(((i + 1) % n, (i + 7) % n, n + i % 2) for i in range(n)),
        tuple((0.912, 0.5, -0.304) for _ in range(n)),
        tuple(range(len(HOSTILE), min(n, 40))),
    )


def heat_map(n: int = 9) -> HeatMap:
    words = HOSTILE[:n]
    cosines = tuple(
        tuple(1.0 if i == j else math.cos(i * j + i + j) * 0.8 for j in range(n)) for i in range(n)
    )
    return HeatMap("svd", words, cosines, "heat|svd")


def profile() -> CorpusProfile:
    ranks = tuple(sorted({int(1.3**k) for k in range(36)}))
    return CorpusProfile(
        "lee <news>",
        58_152,
        3_111,
        3_050,
        300,
        9_021,
        5_204,
        0.1234,
        ranks,
        tuple(int(3_000 / r**0.98) + 1 for r in ranks),
        1.037,
        tuple(range(0, 58_152, 4_000)),
        tuple(int(13 * t**0.5) for t in range(0, 58_152, 4_000)),
        0.512,
        4_300.0,
        11.6,
    )


def diagnosis(name: str, rate: float, steps: int = 40) -> dict[str, Any]:
    mean: list[float | None] = [2.5 * rate**t for t in range(steps + 1)]
    return {
        "name": name,
        "cell": "lstm",
        "layers": [
            {
                "gradient_norm": {
                    "mean": mean,
                    "quantiles": {
                        "0.1": [v and v * 0.5 for v in mean],
                        "0.9": [v and v * 1.7 for v in mean],
                    },
                },
                "steps_to_half": 3,
                "steps_to_hundredth": None,
                "rate": rate,
                "prediction": {
                    "curves": {
                        "bound": [(rate * 1.2) ** t for t in range(steps + 1)],
                        "asymptotic": [
                            (rate * 0.95) ** t if t < 30 else None for t in range(steps + 1)
                        ],
                    }
                },
            }
        ],
    }


def _model(name: str, kind: str, n: int) -> ModelRow:
    return ModelRow(
        name,
        TITLES[name],
        kind,
        FAMILIES.get(name, "count-based"),
        f"train.wvt/{name}",
        "done",
        "",
        f"wvt build-{name} train.txt --dim 300 -o 'a b'",
        name != "skip-gram",
        f"{name}|dim:300|seed:{n}|version:0.1.0",
        {"dim": 300, "nested": {"eig": 0.5}, "none": None},
        930_000 + n,
        Cost(1.5 * 4**n, 180_000_000 + n * 7_000_000, 3_700_000 * (n + 1)),
    )


def _models() -> tuple[ModelRow, ...]:
    rows = [_model(name, "vectors", n) for n, name in enumerate(VECTORS)]
    rows += [
        ModelRow(
            "cbow",
            "CBOW",
            "vectors",
            "neural",
            "train.wvt/cbow",
            "failed",
            "<script>alert(3)</script> the disk is full",
            "wvt build-word2vec --cbow",
        ),
        ModelRow(
            "fasttext",
            "fastText",
            "vectors",
            "neural",
            "train.wvt/fasttext",
            "refused",
            "it needs 9 GB of memory, and 4 GB are free",
            "wvt build-fasttext",
        ),
    ]
    rows += [_model(name, "language model", n) for n, name in enumerate(("ngram", "cache", "lstm"))]
    rows.append(
        ModelRow(
            "mix",
            TITLES["mix"],
            "language model",
            "mixed",
            "",
            "missing",
            "it needs PyTorch",
            "wvt mix ngram lstm",
        )
    )
    return tuple(rows)


_SCORES = {
    ("wordsim-353", "spearman"): (0.312, 0.487, 0.401, 0.521),
    ("simlex-999", "spearman"): (0.101, 0.204, 0.188, 0.051),
    ("google", "3cosadd"): (0.023, 0.143, 0.098, 0.211),
    ("google", "3cosmul"): (0.031, 0.158, 0.092, 0.207),
}


def similarity(
    model: str, test: str, value: float, bounds: tuple[float, float], n: int, n_oov: int
) -> SimilarityResult:
    return SimilarityResult.from_dict(
        {
            "model": model,
            "dataset": test,
            "sha256": "0" * 64,
            "spearman": value,
            "interval": bounds,
            "n": n,
            "n_oov": n_oov,
            "oov_words": (),
            "signature": f"{test}|spearman|oov:skip" if n else "",
        }
    )


def analogy(
    model: str,
    test: str,
    method: str,
    value: float,
    bounds: tuple[float, float],
    chance: float,
    n_oov: int = 0,
) -> AnalogyResult:
    total = SectionResult(
        name="total", n_correct=round(1000 * value), n=1000, n_oov=n_oov, interval=bounds
    )
    return AnalogyResult.from_dict(
        {
            "model": model,
            "dataset": test,
            "sha256": "0" * 64,
            "method": method,
            "sections": [total.as_dict()],
            "groups": [],
            "total": total.as_dict(),
            "chance": chance,
            "signature": f"{test}|{method}|oov:skip",
        }
    )


def _scores() -> tuple[SimilarityResult | AnalogyResult, ...]:
    return tuple(
        similarity(model, test, value, (value - 0.061, value + 0.057), 203 + n, 150 - n)
        if measure == "spearman"
        else analogy(model, test, measure, value, (value - 0.061, value + 0.057), 0.0, 150 - n)
        for (test, measure), values in _SCORES.items()
        for n, (model, value) in enumerate(zip(VECTORS, values))
    )


def difference(
    test: str, measure: str, model: str, against: str, d: float, p: float, p_holm: float
) -> Comparison:
    return Comparison(
        first=model,
        second=against,
        dataset=test,
        measure=measure,
        scores=(d, 0.0),
        difference=d,
        interval=(d - 0.0431, d + 0.0417),
        p_value=p,
        p_holm=p_holm,
        n=197,
        n_left_out=0,
        signature=Signature.of(test, "paired", model, against),
    )


def _difference(
    test: str, measure: str, model: str, against: str, d: float, p: float
) -> Comparison:
    return difference(test, measure, model, against, d, p, min(1, 3 * p))


def band(
    model: str, split: str, name: str, n: int, value: float, low: float, high: float
) -> PerplexityBand:
    return PerplexityBand(
        model=model,
        split=split,
        band=name,
        n=n,
        share=0.1,
        logprob=-n,
        perplexity=value,
        interval=(low, high),
    )


def perplexity(
    model: str,
    text: str,
    values: tuple[float, float, float, float, float, float],
    n_tokens: int = 5_148,
    n_oov: int = 312,
    signature: str = "",
    bands: tuple[PerplexityBand, ...] = (),
) -> PerplexityResult:
    """`values`: perplexity, its interval, without OOV, bits per token and per character."""
    value, low, high, without_oov, bits, bits_per_character = values
    return PerplexityResult.from_dict(
        {
            "model": model,
            "text": text,
            "n_tokens": n_tokens,
            "n_sentences": n_tokens // 20,
            "n_oov": n_oov,
            "n_written_unk": 0,
            "vocabulary_size": 3_000,
            "perplexity": value,
            "perplexity_without_oov": without_oov,
            "interval": (low, high),
            "interval_without_oov": (without_oov * 0.94, without_oov * 1.07),
            "bits_per_token": bits,
            "bits_per_character": bits_per_character,
            "bits_per_byte": bits_per_character - 0.0213,
            "bits_per_word": bits,
            "is_normalized": True,
            "n_impossible": 0,
            "first_impossible": "",
            "signature": signature,
            "by_frequency": [each for each in bands if each.split == "frequency"],
            "by_seen": [each for each in bands if each.split != "frequency"],
        }
    )


def _bands(m: int, model: str) -> tuple[PerplexityBand, ...]:
    return tuple(
        band(
            model,
            split,
            name,
            100 * (k + 1),
            (900.0 / (k + 1) ** 2) * (1 + 0.2 * m),
            (800.0 / (k + 1) ** 2) * (1 + 0.2 * m),
            (1000.0 / (k + 1) ** 2) * (1 + 0.2 * m),
        )
        for split, names in (
            ("frequency", ("0", "1 to 9", "10 to 99", "100 or more")),
            ("seen", ("1", "2", "3", "4")),
        )
        for k, name in enumerate(names)
    )


_PERPLEXITIES = {
    "ngram": (214.71, 201.32, 229.94, 301.45, 7.746, 1.633),
    "cache": (187.26, 175.51, 200.38, 262.17, 7.549, 1.591),
    "lstm": (243.18, 227.03, 261.77, 344.92, 7.926, math.nan),
}


def full_report(n_words: int = 300) -> Report:
    """Return a report that has something in each of its parts."""
    text = "test.txt"
    return Report(
        title="Lee <news> & “more”",
        command="wvt compare lee --quick --seed 1",
        settings=SETTINGS,
        versions={"wordvec-toolkit": "0.1.0", "numpy": "2.4.6", "machine": "2 cores, <8 GB>"},
        made="2026-11-22T01:43:39+00:00",
        split=(
            SplitPart("train", "train.txt", 240, 2400, 47_101, "a" * 64),
            SplitPart("valid", "valid.txt", 30, 300, 5_903, "b" * 64),
            SplitPart("test", "test.txt", 30, 302, 5_148, "c" * 64),
        ),
        profile=profile(),
        models=_models(),
        scores=_scores(),
        perplexities=tuple(
            perplexity(model, text, values, signature=f"ppl|{model}", bands=_bands(m, model))
            for m, (model, values) in enumerate(_PERPLEXITIES.items())
        ),
        best={
            "count-based": {
                "wordsim-353": "svd",
                "google": "svd",
                "simlex-999": "svd",
                text: "cache",
            },
            "neural": {"wordsim-353": "skip-gram", "google": "skip-gram", "simlex-999": "glove"},
        },
        differences=(
            _difference("wordsim-353", "spearman", "skip-gram", "svd", 0.0342, 0.211),
            _difference("wordsim-353", "spearman", "ppmi", "svd", -0.1753, 0.00004),
            _difference("wordsim-353", "spearman", "glove", "svd", -0.0861, 0.0132),
            _difference("google", "3cosadd", "skip-gram", "svd", 0.0682, 0.0001),
            _difference("google", "3cosmul", "skip-gram", "svd", 0.0493, 0.0099),
            _difference(text, "bits per token", "ngram", "cache", 0.1973, 0.0002),
            _difference(text, "bits per token", "lstm", "cache", 0.3771, 0.0003),
        ),
        learning=(
            LearningCurves(
                "lstm",
                "epoch",
                "perplexity",
                (
                    Curve("train", (1, 2, 3, 4, 5, 6), (911.0, 502.0, 377.0, None, 251.0, 222.0)),
                    Curve("valid", (1, 2, 3, 4, 5, 6), (733.0, 451.0, 402.0, 371.0, 355.0, 361.0)),
                ),
                5.0,
            ),
            LearningCurves(
                "glove",
                "epoch",
                "loss a cell",
                (Curve("train", tuple(range(1, 26)), tuple(0.05 + 0.2 / n for n in range(1, 26))),),
            ),
        ),
        neighbors=(
            NeighborTable(
                "australia",
                143,
                {
                    "ppmi": (("canberra", 0.412), ("<b>sydney</b>", 0.387), ("new", 0.2)),
                    "svd": (("canberra", 0.871), ("sydney", 0.833), ("melbourne", 0.811)),
                    "glove": (("canberra", 0.701),),
                    "skip-gram": (("canberra", 0.922), *((w, 0.5) for w in HOSTILE)),
                },
            ),
            NeighborTable(HOSTILE[0], 7, {"ppmi": (), "svd": ()}),
            NeighborTable(
                "rain", 31, {"svd": tuple((w, 0.9 - 0.05 * n) for n, w in enumerate(HOSTILE[:5]))}
            ),
        ),
        maps=tuple(
            word_map(model, n_words, seed) for seed, model in enumerate(("svd", "skip-gram"))
        ),
        gradients=(diagnosis("trained", 0.86), diagnosis("untrained <weights>", 0.6)),
        steps=tuple(
            StepRow(
                name,
                f"wvt build-{name} train.wvt --json > '{name}.json'",
                "done",
                "",
                Cost(12.3 * (n + 1), 200_000_000, None),
            )
            for n, name in enumerate(("ppmi", "svd", "glove"))
        )
        + (
            StepRow(
                "cbow", "wvt build-word2vec train.wvt --cbow", "failed", "the disk is full", Cost()
            ),
        ),
        notes=(
            "skip-gram by several workers does not repeat.",
            "<i>Scores</i> of rare words are few.",
        ),
        warnings=("This was --quick: do not quote <it>.",),
    )


def broken_report() -> Report:
    """Return a report whose numbers are missing or not finite."""
    nan, inf = math.nan, math.inf
    return Report(
        title="",
        command="",
        settings="",
        versions={},
        made="",
        models=(
            ModelRow("svd", "PPMI-SVD", "vectors", "count-based", "", "done", "", ""),
            ModelRow("lstm", "LSTM", "language model", "neural", "", "failed", "", ""),
        ),
        scores=(
            similarity("svd", "t", nan, (nan, nan), 0, 9),
            similarity("unknown", "t", inf, (-inf, inf), 0, 9),
        ),
        perplexities=(
            perplexity(
                "lstm",
                "x",
                (inf, nan, inf, inf, inf, nan),
                0,
                0,
                bands=(
                    band("lstm", "seen", "1", 0, nan, nan, nan),
                    band("lstm", "other", "2", 0, inf, nan, inf),
                ),
            ),
        ),
        differences=(
            difference("t", "spearman", "svd", "unknown", nan, nan, nan),
            difference("t", "spearman", "svd", "svd", inf, 0.0, 0.0),
        ),
        learning=(
            LearningCurves("lstm", "", "", ()),
            LearningCurves(
                "lstm",
                "",
                "",
                (
                    Curve("", (), ()),
                    Curve("a", (1.0, 2.0), (None, nan)),
                    Curve("b", (0.0,), (0.0,)),
                ),
                nan,
            ),
        ),
        neighbors=(NeighborTable("", 0, {}), NeighborTable("a", 0, {"svd": (("b", nan),)})),
        maps=(
            WordMap("svd", "PCA", (), (), (), (), ""),
            WordMap(
                "svd", "PCA", ("a", "b", "c"), (nan, 0.0, 0.0), (0.0, inf, 0.0), (1, 1, 1), "", nan
            ),
        ),
        gradients=({}, {"layers": []}, {"layers": [{"gradient_norm": {"mean": [0.0, None]}}]}),
        profile=CorpusProfile("", 0, 0, 0, 0, None, None, nan, (), (), None, (), (), nan),
    )


def empty_report() -> Report:
    return Report("", "", "", {}, "")
