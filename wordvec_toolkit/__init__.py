"""Word vectors and language models from your own text, by counting: exact and fast.

>>> import wordvec_toolkit as wvt
>>> vectors = wvt.load("corpus.wvt/svd")  # doctest: +SKIP
>>> vectors.nearest("word")  # doctest: +SKIP

Names are imported on first use (PEP 562), so that ``import wordvec_toolkit`` costs nothing.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "WordvecError": "errors",
    "EncodedCorpus": "text.corpus",
    "Vocabulary": "text.vocabulary",
    "encode_corpus": "text.encoding",
    "encode_text": "text.encoding",
    "encode_documents": "text.documents",
    "encode_stream": "text.streams",
    "tokenize": "text.encoding",
    "split_corpus": "text.splitting",
    "check_split": "text.sharing",
    "find_shared_sentences": "text.sharing",
    "Cooccurrence": "counts.cooccurrence",
    "count_cooccurrences": "counts.counting",
    "WordVectors": "embeddings.vectors",
    "ppmi": "embeddings.ppmi",
    "weigh_counts": "embeddings.weighing",
    "svd_vectors": "embeddings.svd",
    "train_glove": "embeddings.glove",
    "NgramCounts": "counts.ngrams",
    "count_ngrams": "counts.ngrams",
    "LanguageModel": "lm.language_model",
    "NgramModel": "lm.ngram.model",
    "KneserNey": "lm.ngram.kneser_ney",
    "KneserNeySingle": "lm.ngram.kneser_ney",
    "AbsoluteDiscounting": "lm.ngram.count_methods",
    "AddK": "lm.ngram.count_methods",
    "JelinekMercer": "lm.ngram.jelinek_mercer",
    "MaximumLikelihood": "lm.ngram.count_methods",
    "StupidBackoff": "lm.ngram.count_methods",
    "WittenBell": "lm.ngram.count_methods",
    "parse_smoothing": "lm.ngram.methods",
    "train_ngram_model": "lm.ngram.training",
    "prune_model": "lm.ngram.pruning",
    "FactoredModel": "lm.mixed.factored",
    "train_factored_model": "lm.mixed.factored",
    "cluster_words": "lm.mixed.classes",
    "CacheModel": "lm.mixed.cache",
    "SoftModel": "lm.mixed.soft",
    "soft_neighbors": "lm.mixed.soft",
    "AdaptedModel": "lm.mixed.adapted",
    "Mixture": "lm.mixed.mixture",
    "fit_mixture": "lm.mixed.mixture",
    "SentenceModel": "lm.sentence_model",
    "SentenceMixture": "lm.mixed.sentence_mixture",
    "fit_sentence_mixture": "lm.mixed.sentence_mixture",
    "fit_weights": "lm.mixed.weights",
    "read_text": "lm.reading",
    "sample": "lm.sampling",
    "next_words": "lm.next_words",
    "read_arpa": "lm.arpa.reading",
    "write_arpa": "lm.arpa.writing",
    "train_word2vec": "neural.word_vectors.word2vec",
    "train_fasttext": "neural.word_vectors.fasttext",
    "NetworkSettings": "neural.recurrent.settings",
    "TrainingSettings": "neural.recurrent.settings",
    "preset_settings": "neural.recurrent.presets",
    "NeuralModel": "neural.recurrent.model",
    "BackwardModel": "neural.recurrent.backward",
    "train_neural_lm": "neural.recurrent.training",
    "NeuralCache": "neural.recurrent.adapting.models",
    "DynamicModel": "neural.recurrent.adapting.models",
    "fit_neural_cache": "neural.recurrent.adapting.tuning",
    "fit_dynamic": "neural.recurrent.adapting.tuning",
    "fresh_model": "neural.recurrent.diagnosis.fresh",
    "diagnose": "neural.recurrent.diagnosis.diagnose",
    "Diagnosis": "neural.recurrent.diagnosis.results",
    "write_diagnosis_figure": "report.diagnosis_figure",
    "profile_corpus": "report.profiles",
    "map_words": "report.word_maps",
    "similarity_matrix": "report.word_maps",
    "learning_curves": "report.learning",
    "run_study": "study.comparing",
    "StudySettings": "study.settings",
    "Report": "report.data",
    "write_report_html": "report.html",
    "write_figure_page": "report.figure_page",
    "write_plot": "report.plots",
    "postprocess": "embeddings.postprocessing",
    "combine": "embeddings.combining",
    "align": "embeddings.alignment",
    "sentence_vectors": "embeddings.sentence_vectors",
    "evaluate_similarity": "evaluation.similarity",
    "evaluate_analogies": "evaluation.analogy",
    "evaluate_categories": "evaluation.categories",
    "evaluate_odd_one_out": "evaluation.odd_one_out",
    "evaluate_perplexity": "evaluation.perplexity",
    "perplexity_by_frequency": "evaluation.perplexity_bands",
    "perplexity_by_seen": "evaluation.perplexity_bands",
    "paired_test": "evaluation.comparison",
    "CooccurrenceVectorizer": "estimators",
    "PPMITransformer": "estimators",
    "build_ppmi": "models.ppmi",
    "build_svd": "models.ppmi",
    "build_glove": "models.glove",
    "build_views": "models.views",
    "build_word2vec": "models.word_vectors",
    "build_fasttext": "models.word_vectors",
    "build_neural_lm": "models.neural_lm",
    "mix_models": "models.ensemble",
    "load": "models.loading",
    "load_language_model": "models.loading",
    "read_vectors": "models.vector_files",
    "write_vectors": "models.vector_files",
    "to_keyed_vectors": "neural.word_vectors.keyed_vectors",
    "from_keyed_vectors": "neural.word_vectors.keyed_vectors",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
