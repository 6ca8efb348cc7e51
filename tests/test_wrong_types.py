"""Arguments of a wrong type end in a `SettingError` that names the argument."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import SettingError

_TOKENS = [["a", "b", "c", "a"], ["b", "c", "d"]] * 5
#: What pandas' DataFrame is to a reader of texts: column names where lines are wanted.
_FRAME = type("DataFrame", (dict,), {"columns": ("text",)})({"text": ["a b"]})

#: Function -> the arguments that are tried, as (position, name); the others are right.
_CALLS = {
    "build_svd": [(0, "source")],
    "count_cooccurrences": [(0, "corpus")],
    "count_ngrams": [(0, "corpus")],
    "train_ngram_model": [(0, "corpus")],
    "ppmi": [(0, "counts")],
    "svd_vectors": [(0, "vectors")],
    "evaluate_similarity": [(0, "vectors"), (1, "dataset")],
    "evaluate_analogies": [(0, "vectors"), (1, "dataset")],
    "evaluate_perplexity": [(0, "model"), (1, "text")],
    "paired_test": [(0, "result")],
    "next_words": [(0, "model")],
    "sample": [(0, "model")],
    "load": [(0, "path")],
    "load_vectors": [(0, "path")],
    "load_language_model": [(0, "path")],
    "read_vectors": [(0, "path")],
    "write_vectors": [(0, "vectors"), (1, "path")],
    "embeddings.align": [(0, "vectors"), (1, "onto")],
    "embeddings.combine": [(0, "model")],
    "embeddings.sentence_vectors": [(0, "vectors"), (1, "sentences")],
    "embeddings.submatrix": [(0, "model")],
    "embeddings.train_glove": [(0, "counts")],
    "embeddings.weigh_counts": [(0, "counts")],
    "embeddings.weighted_vectors": [(0, "counts")],
    "evaluation.evaluate_categories": [(0, "vectors"), (1, "dataset")],
    "evaluation.evaluate_odd_one_out": [(0, "vectors"), (1, "dataset")],
    "lm.read_text": [(0, "model"), (1, "corpus")],
    "lm.read_prompt": [(0, "model")],
    "lm.read_arpa": [(0, "path")],
    "lm.write_arpa": [(0, "model"), (1, "path")],
    "lm.fit_mixture": [(0, "component")],
    "lm.fit_sentence_mixture": [(0, "component")],
    "lm.cluster_words": [(0, "corpus"), (1, "n_classes")],
    "lm.prune_model": [(0, "model"), (1, "threshold")],
    "models.mix_models": [(0, "model")],
    "neural.train_word2vec": [(0, "corpus")],
    "neural.train_fasttext": [(0, "corpus")],
    "neural.train_neural_lm": [(0, "corpus")],
    "report.map_words": [(0, "vectors")],
    "report.profile_corpus": [(0, "corpus")],
    "report.learning_curves": [(0, "path")],
    "text.check_split": [(0, "train"), (1, "text")],
    "text.encode_stream": [(0, "corpus")],
    "text.find_shared_sentences": [(0, "corpus"), (1, "stream")],
    "text.split_corpus": [(0, "corpus"), (1, "folder")],
}


@pytest.fixture(scope="module")
def right():
    """An object of each kind."""
    corpus = wvt.encode_corpus(_TOKENS, min_count=1)
    model = wvt.train_ngram_model(corpus, order=2, smoothing="witten-bell")
    vectors = wvt.ppmi(wvt.count_cooccurrences(corpus))
    return SimpleNamespace(corpus=corpus, model=model, vectors=vectors)


@pytest.mark.parametrize(
    ("function", "place", "name"),
    [(function, *argument) for function, given in _CALLS.items() for argument in given],
)
def test_wrong_types_are_named(right, tmp_path, function, place, name):
    call = wvt
    for part in function.split("."):
        call = getattr(call, part)
    (tmp_path / "c.txt").write_text("a b c\n")
    first = {
        "vectors": right.vectors,
        "model": right.model,
        "corpus": right.corpus,
        "train": str(tmp_path / "c.txt"),
    }
    before = [first[_CALLS[function][0][1]]] if place else []
    if function == "text.split_corpus":
        before = before and [first["train"]]
    after = {"text.split_corpus": ["out"], "lm.cluster_words": [2], "lm.prune_model": [1e-7]}
    after |= {"text.check_split": [["a"]], "text.encode_stream": [right.model.vocabulary]}
    after |= {
        "models.mix_models": ["x"],
        "write_vectors": ["x"],
        "lm.write_arpa": ["x"],
        "embeddings.align": [right.vectors],
    }
    after |= {"evaluate_perplexity": ["x"], "lm.read_text": ["x"], "lm.fit_mixture": [[1]]}
    after |= {"lm.fit_sentence_mixture": [[1]], "embeddings.sentence_vectors": [["a"]]}
    after |= {"evaluation.evaluate_odd_one_out": ["x"], "text.find_shared_sentences": [None]}
    for wrong in (None, 3.5, object(), _FRAME):
        if name in ("n_classes", "threshold") and wrong == 3.5:
            continue
        with pytest.raises(SettingError, match=name):
            call(*before, wrong, *([] if place else after.get(function, [])))


def test_a_model_is_not_taken_for_a_list_of_models(right):
    with pytest.raises(SettingError, match="a model|models is"):
        wvt.embeddings.combine(right.vectors)
    with pytest.raises(SettingError, match="'w.wvt'; expected LanguageModel, such as load_lang"):
        wvt.evaluate_perplexity("w.wvt", "text.txt")
    with pytest.raises(SettingError, match="3 dimensions|1.5|float64"):
        wvt.lm.fit_mixture([right.model, right.model], np.array([1.5, 2.5]))


def test_a_generator_of_sentences_is_read_as_a_list_of_them(right):
    read = wvt.lm.read_text(right.model, (tokens for tokens in _TOKENS))
    assert read.ids.tolist() == wvt.lm.read_text(right.model, _TOKENS).ids.tolist()


@pytest.mark.parametrize(
    ("function", "name", "wrong"),
    [
        ("count_ngrams", "order", 3.5),
        ("evaluate_perplexity", "interval", np.zeros(2)),
        ("evaluate_perplexity", "seed", "x"),
        ("sample", "temperature", "x"),
        ("sample", "max_tokens", [1]),
        ("sample", "prompt", 3.5),
        ("next_words", "n", 2.5),
        ("next_words", "history", object()),
        ("paired_test", "resamples", [1]),
        ("encode_text", "vocabulary", 3.5),
        ("train_ngram_model", "smoothing", 3.5),
        ("embeddings.postprocess", "eig", "x"),
        ("plot.map_words", "axes", 3.5),
        ("plot.map_words", "corpus", "x"),
        ("plot.write_diagnosis_figure", "diagnosis", [3]),
        ("lm.fit_weights", "probs", "x"),
        ("lm.train_factored_model", "factor", [3]),
        ("neural.preset_settings", "preset", ["x"]),
        ("neural.from_keyed_vectors", "keyed", None),
    ],
)
def test_plain_arguments_are_checked_by_their_annotations(right, function, name, wrong):
    call = wvt
    for part in function.split("."):
        call = getattr(call, part)
    first = {
        "corpus": right.corpus,
        "model": right.model,
        "vectors": right.vectors,
        "text": "a b",
        "results": [],
        "diagnoses": wrong,
        "path": "x.svg",
        "factors": wrong,
    }
    own = inspect.signature(call).parameters
    needed = [key for key, one in own.items() if one.default is one.empty]
    given = {key: first.get(key, wrong) for key in needed}
    if name in own:
        given[name] = wrong
    with pytest.raises(SettingError, match=name):
        call(**given)
